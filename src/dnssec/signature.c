/* signature.c owns verifying signatures over an RRset without getdns (RFC 4035 §5.3). */
#include "signature.h"

#include <getdns/getdns_extra.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "buffer.h"
#include "dname.h"
#include "rrset.h"

/* ---- The signed octets (RFC 4034 §3.1.8.1, §6) ---- */

struct rdata {
	uint8_t *data;
	size_t size;
};

/* Where the name that begins there ends. */
static size_t skip_name(const uint8_t *wire, size_t size, size_t at)
{
	while (at < size && wire[at])
		at += 1 + (size_t)wire[at];
	return at + 1;
}

/* Names are signed in lower case (RFC 4034 §6.2), but for NSEC (RFC 6840 §5.1). Label lengths are
 * below 64: no letters. */
static void lower_names(uint16_t type, struct rdata *rdata)
{
	size_t begin = 0, end = rdata->size;

	switch (type) {
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NS: break;
	case DNS_TYPE_MX: begin = 2; break;
	case DNS_TYPE_SOA: end = skip_name(rdata->data, end, skip_name(rdata->data, end, 0)); break;
	default: return;
	}
	for (size_t i = begin; i < end && i < rdata->size; i++)
		rdata->data[i] = ascii_lower(rdata->data[i]);
}

/* Uncompressed; false if getdns cannot write the record. */
static bool read_rdata(const struct dns_rr *rr, struct arena *arena, struct rdata *rdata)
{
	enum { TYPE_TO_LENGTH = 10 };
	uint8_t *wire = NULL;
	size_t size = 0, at;

	if (getdns_rr_dict2wire(rr->dict, &wire, &size))
		return false;
	at = skip_name(wire, size, 0) + TYPE_TO_LENGTH;
	if (at <= size) {
		rdata->size = size - at;
		rdata->data = arena_memdup(arena, wire + at, rdata->size);
		lower_names(rr->type, rdata);
	}
	free(wire);
	return at <= size;
}

static int compare_rdata(const void *a, const void *b)
{
	const struct rdata *first = a, *second = b;
	size_t shorter = first->size < second->size ? first->size : second->size;
	int order = memcmp(first->data, second->data, shorter);

	return order ? order : (first->size > second->size) - (first->size < second->size);
}

/* In canonical order; NULL without records, or on a record that cannot be written. */
static struct rdata *list_rdata(const struct answer *answer, const char *owner, uint16_t type,
    struct arena *arena, size_t *count)
{
	struct rdata *list = arena_array(arena, answer->count, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer || rr->type != type || strcmp(rr->owner, owner) != 0)
			continue;
		if (!read_rdata(rr, arena, &list[(*count)++]))
			return NULL;
	}
	qsort(list, *count, sizeof *list, compare_rdata);
	return *count > 0 ? list : NULL;
}

static void add_int(struct buffer *b, uint32_t value, size_t octets)
{
	for (size_t i = octets; i-- > 0;)
		buffer_add(b, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static void add_name(struct buffer *b, const char *name)
{
	uint8_t wire[DNAME_SIZE];

	buffer_add(b, wire, dname_to_wire(name, wire));
}

/* Duplicate records are signed once (RFC 4034 §6.3). */
static void write_signed(
    struct buffer *b, const struct dns_rr *rr, const struct rdata *list, size_t count)
{
	const struct dns_signature *s = rr->signature;

	add_int(b, s->covers, 2);
	add_int(b, s->algorithm, 1);
	add_int(b, s->labels, 1);
	add_int(b, s->original_ttl, 4);
	add_int(b, s->expiration, 4);
	add_int(b, s->inception, 4);
	add_int(b, s->key_tag, 2);
	add_name(b, s->signer);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_rdata(&list[i - 1], &list[i]) == 0)
			continue;
		add_name(b, rr->owner);
		add_int(b, s->covers, 2);
		add_int(b, GETDNS_RRCLASS_IN, 2);
		add_int(b, s->original_ttl, 4);
		add_int(b, (uint32_t)list[i].size, 2);
		buffer_add(b, list[i].data, list[i].size);
	}
}

/* ---- Keys and signatures as GnuTLS takes them ---- */

static const struct algorithm {
	gnutls_sign_algorithm_t sign;
	gnutls_ecc_curve_t curve; /* GNUTLS_ECC_CURVE_INVALID: RSA */
	unsigned half;            /* octets of a coordinate, and of half a signature */
	bool edwards; /* EdDSA: the key is one coordinate, the signature is taken as it is */
} algorithms[] = {
    [5] = {.sign = GNUTLS_SIGN_RSA_SHA1},
    [7] = {.sign = GNUTLS_SIGN_RSA_SHA1},
    [8] = {.sign = GNUTLS_SIGN_RSA_SHA256},
    [10] = {.sign = GNUTLS_SIGN_RSA_SHA512},
    [13] = {GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_ECC_CURVE_SECP256R1, 32, false},
    [14] = {GNUTLS_SIGN_ECDSA_SHA384, GNUTLS_ECC_CURVE_SECP384R1, 48, false},
    [15] = {GNUTLS_SIGN_EDDSA_ED25519, GNUTLS_ECC_CURVE_ED25519, 32, true},
    [16] = {GNUTLS_SIGN_EDDSA_ED448, GNUTLS_ECC_CURVE_ED448, 57, true},
};

/* RFC 3110 §2. False if the exponent is longer than the data. */
static bool read_rsa(const getdns_bindata *b, gnutls_datum_t *exponent, gnutls_datum_t *modulus)
{
	size_t header = b->size > 0 && b->data[0] == 0 ? 3 : 1, length;

	if (b->size < header)
		return false;
	length = header == 1 ? b->data[0] : (size_t)b->data[1] << 8 | b->data[2];
	if (b->size - header < length)
		return false;
	*exponent = (gnutls_datum_t){b->data + header, (unsigned)length};
	*modulus =
	    (gnutls_datum_t){b->data + header + length, (unsigned)(b->size - header - length)};
	return true;
}

static int import_rsa(gnutls_pubkey_t key, const getdns_bindata *b)
{
	gnutls_datum_t exponent, modulus;

	if (!read_rsa(b, &exponent, &modulus) || exponent.size == 0 || modulus.size == 0)
		return GNUTLS_E_PK_SIG_VERIFY_FAILED;
	return gnutls_pubkey_import_rsa_raw(key, &modulus, &exponent);
}

/* RFC 6605 §4, RFC 8080 §3. */
static int import_curve(
    gnutls_pubkey_t key, const struct algorithm *algorithm, const getdns_bindata *b)
{
	unsigned half = algorithm->half;
	gnutls_datum_t x = {b->data, half}, y = {b->data + half, half};

	if (b->size != (algorithm->edwards ? half : 2 * (size_t)half))
		return GNUTLS_E_PK_SIG_VERIFY_FAILED;
	return gnutls_pubkey_import_ecc_raw(
	    key, algorithm->curve, &x, algorithm->edwards ? NULL : &y);
}

static int verify_data(gnutls_pubkey_t key, const struct algorithm *algorithm,
    const gnutls_datum_t *data, const getdns_bindata *b)
{
	unsigned flags = GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1 | GNUTLS_VERIFY_ALLOW_BROKEN;
	unsigned half = algorithm->half;
	gnutls_datum_t whole = {b->data, (unsigned)b->size}, encoded = {NULL, 0};
	gnutls_datum_t r = {b->data, half}, s = {b->data + half, half};
	int result;

	if (half == 0 || algorithm->edwards)
		return gnutls_pubkey_verify_data2(key, algorithm->sign, flags, data, &whole);
	if (b->size != 2 * (size_t)half)
		return GNUTLS_E_PK_SIG_VERIFY_FAILED;
	result = gnutls_encode_rs_value(&encoded, &r, &s);
	if (result >= 0)
		result = gnutls_pubkey_verify_data2(key, algorithm->sign, flags, data, &encoded);
	gnutls_free(encoded.data);
	return result;
}

/* With a curve that the policy disables every signature would look forged. */
static bool is_disabled(const struct algorithm *algorithm)
{
	const gnutls_ecc_curve_t *curve = gnutls_ecc_curve_list();

	while (*curve && *curve != algorithm->curve)
		curve++;
	return algorithm->half > 0 && !*curve;
}

static gnutls_pubkey_t create_key(void)
{
	gnutls_pubkey_t key = NULL;

	if (gnutls_pubkey_init(&key) < 0)
		memory_exhausted(); /* the only failure */
	return key;
}

static size_t count_bits(gnutls_datum_t number)
{
	size_t bits;

	while (number.size > 0 && *number.data == 0) {
		number.data++;
		number.size--;
	}
	bits = 8 * (size_t)number.size;
	for (unsigned mask = 0x80; number.size > 0 && !(*number.data & mask); mask >>= 1)
		bits--;
	return bits;
}

static enum key_form rsa_form(const getdns_bindata *b)
{
	enum { MOST_EXPONENT_BITS = 33 }; /* as in BIND 9.20; 35 in 9.18 */
	gnutls_datum_t exponent, modulus;

	if (!read_rsa(b, &exponent, &modulus) || count_bits(exponent) > MOST_EXPONENT_BITS ||
	    modulus.size == 0)
		return KEY_FORM_UNREADABLE;
	return *modulus.data == 0 ? KEY_FORM_ZERO : KEY_FORM_GOOD;
}

/* That of Edwards curves is looked at when something is verified, not before. */
static enum key_form curve_form(const struct algorithm *algorithm, const getdns_bindata *b)
{
	gnutls_pubkey_t key;
	bool good;

	if (is_disabled(algorithm))
		return KEY_FORM_GOOD;
	key = create_key();
	good = import_curve(key, algorithm, b) >= 0 &&
	       (algorithm->edwards || gnutls_pubkey_verify_params(key) >= 0);
	gnutls_pubkey_deinit(key);
	return good ? KEY_FORM_GOOD : KEY_FORM_UNREADABLE;
}

static bool is_known(uint32_t algorithm)
{
	return algorithm < sizeof algorithms / sizeof *algorithms &&
	       algorithms[algorithm].sign != GNUTLS_SIGN_UNKNOWN;
}

enum key_form signature_key_form(const struct getdns_dict *key)
{
	uint32_t algorithm = answer_int(key, "/rdata/algorithm");
	getdns_bindata *data = NULL;

	if (!is_known(algorithm) || getdns_dict_get_bindata(key, "/rdata/public_key", &data))
		return KEY_FORM_GOOD;
	return algorithms[algorithm].half > 0 ? curve_form(&algorithms[algorithm], data)
					      : rsa_form(data);
}

static enum dnssec_status verify(const struct algorithm *algorithm,
    const getdns_bindata *public_key, const struct buffer *text, const getdns_bindata *signature)
{
	gnutls_datum_t data = {(unsigned char *)text->data, (unsigned)text->length};
	gnutls_pubkey_t key;
	int result;

	if (is_disabled(algorithm))
		return DNSSEC_INDETERMINATE;
	key = create_key();
	result = algorithm->half > 0 ? import_curve(key, algorithm, public_key)
				     : import_rsa(key, public_key);
	if (result >= 0)
		result = verify_data(key, algorithm, &data, signature);
	gnutls_pubkey_deinit(key);
	return result >= 0 ? DNSSEC_SECURE : DNSSEC_BOGUS;
}

/* ---- The choice of signature and key (RFC 4035 §5.3.1) ---- */

static bool is_in_force(const struct dns_signature *s, const char *zone, int64_t now)
{
	return strcmp(s->signer, zone) == 0 && s->inception <= now && now <= s->expiration &&
	       is_known(s->algorithm);
}

static bool is_by(const struct dns_signature *s, const getdns_dict *key)
{
	uint32_t tag;

	return rrset_key_tag(key, &tag) && tag == s->key_tag &&
	       answer_int(key, "/rdata/algorithm") == s->algorithm;
}

/* Tries each key with the tag and algorithm of the signature. */
static enum dnssec_status try_signature(
    const struct dns_rr *rr, const struct buffer *text, const getdns_list *keys)
{
	enum dnssec_status best = DNSSEC_BOGUS;
	getdns_bindata *signature = NULL, *public_key = NULL;
	getdns_dict *key;

	if (getdns_dict_get_bindata(rr->dict, "/rdata/signature", &signature))
		return DNSSEC_BOGUS;
	for (size_t i = 0; best != DNSSEC_SECURE && !getdns_list_get_dict(keys, i, &key); i++) {
		enum dnssec_status status;

		if (!is_by(rr->signature, key) ||
		    getdns_dict_get_bindata(key, "/rdata/public_key", &public_key))
			continue;
		status = verify(&algorithms[rr->signature->algorithm], public_key, text, signature);
		if (status != DNSSEC_BOGUS)
			best = status;
	}
	return best;
}

enum dnssec_status signature_verify(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now)
{
	struct arena *arena = arena_create();
	enum dnssec_status best = DNSSEC_BOGUS;
	const struct dns_rr *rr = NULL;
	size_t count;
	struct rdata *list = list_rdata(answer, owner, type, arena, &count);

	while (list && best != DNSSEC_SECURE && (rr = answer_signature(answer, owner, type, rr))) {
		struct buffer text = {0};
		enum dnssec_status status;

		if (!is_in_force(rr->signature, keys_zone(keys), now))
			continue;
		write_signed(&text, rr, list, count);
		status = try_signature(rr, &text, keys_records(keys));
		if (status != DNSSEC_BOGUS)
			best = status;
		buffer_reset(&text);
	}
	arena_destroy(arena);
	return best;
}
