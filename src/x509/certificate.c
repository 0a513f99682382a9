/* certificate.c owns the facts of one certificate, read from its DER, and which names it covers. */
#include "certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "digest.h"
#include "extensions.h"
#include "name.h"

static void set_key_digests(struct certificate *c)
{
	digest_sha2(DIGEST_SHA256_SIZE, c->spki, c->spki_length, c->spki_sha256);
	digest_sha2(DIGEST_SHA512_SIZE, c->spki, c->spki_length, c->spki_sha512);
}

static void set_digests(struct certificate *c)
{
	digest_sha2(DIGEST_SHA256_SIZE, c->der, c->der_length, c->cert_sha256);
	digest_sha2(DIGEST_SHA512_SIZE, c->der, c->der_length, c->cert_sha512);
	if (c->spki)
		set_key_digests(c);
}

/* A C string of octets that may hold NUL, which is escaped as in RFC 4514 §2.4. */
static const char *text_of(struct arena *arena, const uint8_t *bytes, size_t length)
{
	char *text = arena_alloc(arena, 3 * length + 1), *p = text;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i]) {
			*p++ = (char)bytes[i];
		} else {
			memcpy(p, "\\00", 3);
			p += 3;
		}
	}
	return text;
}

static const char *name_text(struct arena *arena, const struct der_value *name)
{
	gnutls_x509_dn_t dn = NULL;
	gnutls_datum_t raw = {
	    (unsigned char *)(uintptr_t)name->whole, (unsigned)name->whole_length};
	gnutls_datum_t text = {0};
	const char *out = name->length ? "(unreadable name)" : "";

	if (gnutls_x509_dn_init(&dn) < 0)
		memory_exhausted();
	if (gnutls_x509_dn_import(dn, &raw) >= 0 && gnutls_x509_dn_get_str2(dn, &text, 0) >= 0)
		out = text_of(arena, text.data, text.size);
	gnutls_free(text.data);
	gnutls_x509_dn_deinit(dn);
	return out;
}

/* ASCII-compatible strings as they stand; a BMPString or a NUL inside gives no usable CN. */
static const char *plain_text(struct arena *arena, const struct der_value *v)
{
	bool known = v->tag == DER_UTF8_STRING || v->tag == DER_PRINTABLE_STRING ||
		     v->tag == DER_IA5_STRING || v->tag == DER_TELETEX_STRING;
	if (!known || v->length == 0 || memchr(v->bytes, 0, v->length))
		return NULL;
	return arena_strndup(arena, (const char *)v->bytes, v->length);
}

/* The last CN of the Name is the most specific one (RFC 6125 §1.8). */
static const char *last_common_name(struct arena *arena, const struct der_value *name)
{
	struct der_value last = {0};
	struct certificate_name_walk walk = fields_name_walk(name);
	struct certificate_attribute a;
	while (fields_name_next(&walk, &a))
		if (der_is_oid(&a.type, OID_COMMON_NAME))
			last = a.value;
	return plain_text(arena, &last);
}

/* False if the extension is there and cannot be read. */
static bool set_dns_names(
    struct arena *arena, struct certificate *c, const struct certificate_fields *f)
{
	struct certificate_extension e;
	if (!fields_find_extension(f, OID_SUBJECT_ALT_NAME, &e))
		return true;
	struct der names = der_enter(&e.value, DER_SEQUENCE);
	while (der_more(&names)) {
		struct der_value name = der_read_any(&names);
		if (name.tag != DER_CONTEXT + 2) /* dNSName */
			continue;
		c->has_dns_name = true;
		if (name.length == 0 || memchr(name.bytes, 0, name.length))
			continue;
		/* the array itself is const to readers only */
		const char **slot =
		    arena_append(arena, &c->dns_names, &c->dns_name_count, sizeof(*c->dns_names));
		*slot = arena_strndup(arena, (const char *)name.bytes, name.length);
	}
	return der_done(&names) && der_done(&e.value);
}

static enum key_type key_type_of(gnutls_pk_algorithm_t algorithm)
{
	switch (algorithm) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS: return KEY_TYPE_RSA;
	case GNUTLS_PK_ECDSA: return KEY_TYPE_ECDSA;
	case GNUTLS_PK_EDDSA_ED25519:
	case GNUTLS_PK_EDDSA_ED448: return KEY_TYPE_EDDSA;
	default: return KEY_TYPE_OTHER;
	}
}

static void set_key_algorithm(
    struct arena *arena, struct certificate *c, gnutls_pk_algorithm_t algorithm, unsigned bits)
{
	const char *name = gnutls_pk_algorithm_get_name(algorithm);
	c->key_type = key_type_of(algorithm);
	if (algorithm == GNUTLS_PK_ECDSA && bits == 528)
		bits = 521; /* GnuTLS counts whole octets */
	c->key_bits = bits;
	c->key = algorithm == GNUTLS_PK_ECDSA /* the curves of NIST are all that GnuTLS knows */
		     ? arena_printf(arena, "ECDSA P-%u", bits)
		     : arena_printf(arena, "%s %u", name ? name : "unknown", bits);
	if (c->key_type == KEY_TYPE_RSA || algorithm == GNUTLS_PK_DSA)
		c->weak_key = bits < 2048; /* RFC 9325 §4.2 */
	else if (c->key_type == KEY_TYPE_ECDSA)
		c->weak_key = bits < 224; /* RFC 9325 §4.2 */
}

/* "GnuTLS cannot read it: Error in TAG" */
static const char *gnutls_fault(struct arena *arena, const char *what, int rc)
{
	const char *why = gnutls_strerror(rc);
	size_t length = strlen(why);
	while (length > 0 && why[length - 1] == '.')
		length--;
	return arena_printf(arena, "GnuTLS cannot %s: %.*s", what, (int)length, why);
}

/* NULL, or why the key cannot be used; a good key of a kind that GnuTLS does not know is a fact. */
static const char *set_key(struct arena *arena, struct certificate *c)
{
	gnutls_pubkey_t key = NULL;
	unsigned bits = 0;
	const char *error = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)c->spki, (unsigned)c->spki_length};

	if (gnutls_pubkey_init(&key) < 0)
		memory_exhausted();
	int rc = gnutls_pubkey_import(key, &raw, GNUTLS_X509_FMT_DER);
	if (rc >= 0)
		rc = gnutls_pubkey_verify_params(key);
	if (rc >= 0) {
		int algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
		set_key_algorithm(arena, c, (gnutls_pk_algorithm_t)algorithm, bits);
	} else if (certificate_key_is_compressed(c->spki, c->spki_length)) {
		error = "its public key is a compressed EC point, which GnuTLS cannot read";
		c->key_type = KEY_TYPE_ECDSA;
		c->key = "ECDSA (compressed point)";
	} else if (certificate_key_has_explicit_curve(c->spki, c->spki_length)) {
		error = "the curve of its public key is given by explicit parameters, not by name "
			"(RFC 5480 §2.1.1), which GnuTLS cannot read";
		c->key_type = KEY_TYPE_ECDSA;
		c->key = "ECDSA (explicit parameters)";
	} else if (rc == GNUTLS_E_ECC_UNSUPPORTED_CURVE || rc == GNUTLS_E_UNKNOWN_PK_ALGORITHM) {
		c->key_type = KEY_TYPE_OTHER;
		c->key = "unknown";
	} else {
		error = gnutls_fault(arena, "use its public key", rc);
	}
	gnutls_pubkey_deinit(key);
	return error;
}

static void set_signature(struct arena *arena, struct certificate *c, gnutls_x509_crt_t crt)
{
	char oid[128];
	size_t size = sizeof oid;
	int algorithm = gnutls_x509_crt_get_signature_algorithm(crt);
	const char *name =
	    algorithm > 0 ? gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm) : NULL;

	if (name) {
		gnutls_digest_algorithm_t hash =
		    gnutls_sign_get_hash_algorithm((gnutls_sign_algorithm_t)algorithm);
		c->signature = name;
		c->weak_signature =
		    hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1 || hash == GNUTLS_DIG_MD2;
	} else if (gnutls_x509_crt_get_signature_oid(crt, oid, &size) >= 0) {
		c->signature = arena_strdup(arena, oid);
	} else {
		c->signature = "unknown";
	}
}

static void set_names(
    struct arena *arena, struct certificate *c, const struct certificate_fields *f)
{
	c->subject = name_text(arena, &f->subject);
	c->issuer = der_equal(&f->issuer, &f->subject) ? c->subject : name_text(arena, &f->issuer);
	c->common_name = last_common_name(arena, &f->subject);
	c->self_issued = fields_name_equal(&f->subject, &f->issuer);
}

/* An empty keyUsage, or one that GnuTLS cannot read, forbids nothing in GnuTLS. */
static void set_key_usage(struct certificate *c, gnutls_x509_crt_t crt)
{
	unsigned usage;
	if (gnutls_x509_crt_get_key_usage(crt, &usage, NULL) < 0 || !usage)
		return;
	c->usage_bars_signing = !(usage & GNUTLS_KEY_DIGITAL_SIGNATURE);
	c->usage_bars_enciphering = !(usage & GNUTLS_KEY_KEY_ENCIPHERMENT);
}

/* NULL, or why the certificate cannot be used. */
static const char *parse_fields(
    struct arena *arena, struct certificate *c, const struct certificate_fields *f)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)c->der, (unsigned)c->der_length};
	const char *error = NULL;

	if (gnutls_x509_crt_init(&crt) < 0)
		memory_exhausted();
	int rc = gnutls_x509_crt_import(crt, &raw, GNUTLS_X509_FMT_DER);
	if (rc < 0) {
		error = gnutls_fault(arena, "read it", rc);
	} else if (!set_dns_names(arena, c, f)) {
		error = "its subjectAltName cannot be read";
	} else {
		set_signature(arena, c, crt);
		set_key_usage(c, crt);
		set_names(arena, c, f);
		c->not_before = f->not_before;
		c->not_after = f->not_after;
	}
	gnutls_x509_crt_deinit(crt);
	return error;
}

/* ---- Where OpenSSL, which most DANE senders are built on, is stricter than GnuTLS ---- */

static const char UNREADABLE[] = "The server sends something that is not a certificate; senders "
				 "built on OpenSSL end the handshake there, others "
				 "do not mind.";

static const char SHORT_TIME[] =
    "A certificate that the server sends has a date without seconds (RFC 5280 §4.1.2.5); senders "
    "built on OpenSSL 3.5 end the handshake there, older ones and others accept it.";

/* NULL, or a sentence on why OpenSSL ends the handshake at a chain that holds it: it is not laid
 * out as a certificate, whatever its key and extensions say, or a date has no seconds. GnuTLS looks
 * at the leaf alone from TLS 1.3 on, and at no date. */
static const char *openssl_refusal(const struct certificate_fields *f)
{
	if (!f->readable)
		return UNREADABLE;
	return f->short_time ? SHORT_TIME : NULL;
}

/* A BIT STRING is written with zeros for its unused bits, of which there are at most seven. */
static bool is_written_alike(const struct der_value *v)
{
	if (v->tag == DER_BIT_STRING && v->length > 0 &&
	    (v->bytes[0] > 7 || v->bytes[v->length - 1] & ((1U << v->bytes[0]) - 1)))
		return false;
	return der_is_minimal(v);
}

/* An AlgorithmIdentifier with its OBJECT IDENTIFIER; a constructed parameter is kept as it came. */
static bool reads_minimal_algorithm(struct der *d)
{
	struct der_value algorithm = der_read(d, DER_SEQUENCE);
	struct der inner = der_open(algorithm.bytes, algorithm.length);
	struct der_value id = der_read(&inner, DER_OID), parameter = {0};
	if (der_more(&inner))
		parameter = der_read_any(&inner);
	return der_is_minimal(&algorithm) && der_is_minimal(&id) &&
	       (!parameter.whole || parameter.tag & 0x20 || is_written_alike(&parameter));
}

/* True if what OpenSSL would write of the whole certificate is what came: it makes its digests of
 * that (X.690 §10.1). The signed part is kept as it came, the rest is written anew. */
static bool openssl_keeps(const struct certificate *c)
{
	struct der outer = der_open(c->der, c->der_length);
	struct der_value whole = der_read(&outer, DER_SEQUENCE);
	struct der parts = der_open(whole.bytes, whole.length);
	(void)der_read(&parts, DER_SEQUENCE);
	bool algorithm = reads_minimal_algorithm(&parts);
	struct der_value signature = der_read(&parts, DER_BIT_STRING);
	return der_is_minimal(&whole) && algorithm && der_is_minimal(&signature);
}

/* The same of its key. */
static bool openssl_keeps_key(const struct certificate *c)
{
	struct der outer = der_open(c->spki, c->spki_length);
	struct der_value whole = der_read(&outer, DER_SEQUENCE);
	struct der parts = der_open(whole.bytes, whole.length);
	bool algorithm = reads_minimal_algorithm(&parts);
	struct der_value key = der_read(&parts, DER_BIT_STRING);
	return der_is_minimal(&whole) && algorithm && der_is_minimal(&key);
}

/* True if every extension can be read and keyUsage, if there, has digitalSignature: below TLS 1.3
 * OpenSSL ends a handshake by ECDSA or EdDSA otherwise. */
static bool openssl_lets_sign(const struct extensions *x)
{
	return !x->invalid && (!x->has_key_usage || x->digital_signature);
}

/* ---- The whole ---- */

void certificate_parse(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length)
{
	struct extensions *x = arena_alloc(arena, sizeof *x);
	const struct certificate_fields *f = &x->fields;
	struct certificate c = {
	    .der = arena_memdup(arena, der, length), .der_length = length, .extensions = x};

	c.parse_error = extensions_read(x, c.der, length);
	c.refusal = openssl_refusal(f);
	if (f->spki.whole_length) {
		c.spki = f->spki.whole;
		c.spki_length = f->spki.whole_length;
	}
	if (!c.parse_error)
		c.parse_error =
		    f->odd_key ? "its key has a parameter that is not allowed" : set_key(arena, &c);
	if (!c.parse_error && !f->has_dates)
		c.parse_error = "its dates cannot be read";
	if (!c.parse_error && f->version > 3)
		c.parse_error = "it is of an unknown version";
	set_digests(&c);
	c.inexact = !openssl_keeps(&c);
	c.inexact_spki = c.spki && !openssl_keeps_key(&c);
	if (!c.parse_error) {
		struct certificate whole = c;
		c.parse_error = parse_fields(arena, &whole, f);
		if (!c.parse_error) {
			c = whole;
			c.parsed = true;
			c.unfit_to_sign = !openssl_lets_sign(x);
			c.self_signed = c.self_issued && certificate_signed_by(&c, &c);
		}
	}
	*out = c;
}

static void copy(struct arena *arena, struct certificate *to, const struct certificate *from)
{
	*to = *from;
	to->der = arena_memdup(arena, from->der, from->der_length);
	to->parse_error = arena_strdup(arena, from->parse_error);
	to->subject = arena_strdup(arena, from->subject);
	to->issuer = arena_strdup(arena, from->issuer);
	to->dns_names = arena_array(arena, from->dns_name_count, sizeof *to->dns_names);
	for (size_t i = 0; i < from->dns_name_count; i++)
		to->dns_names[i] = arena_strdup(arena, from->dns_names[i]);
	to->common_name = arena_strdup(arena, from->common_name);
	to->key = arena_strdup(arena, from->key);
	to->signature = arena_strdup(arena, from->signature);
	to->extensions = extensions_copy(arena, from->extensions, from->der, to->der);
	to->spki = from->spki ? to->der + (from->spki - from->der) : NULL;
}

struct certificate *certificate_copy_chain(
    struct arena *arena, const struct certificate *from, size_t count)
{
	struct certificate *to = arena_array(arena, count, sizeof *to);
	for (size_t i = 0; i < count; i++)
		copy(arena, &to[i], &from[i]);
	return to;
}

void certificate_parse_key(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length)
{
	*out = (struct certificate){
	    .key_only = true, .spki = arena_memdup(arena, der, length), .spki_length = length};
	out->parse_error = set_key(arena, out);
	out->inexact_spki = !openssl_keeps_key(out);
	set_key_digests(out);
}

/* NULL, or why the signature is not known to be its own key's (RFC 2986 §4.2). */
static const char *signature_fault(struct arena *arena, gnutls_x509_crq_t request)
{
	int rc = gnutls_x509_crq_verify(request, GNUTLS_VERIFY_ALLOW_BROKEN);
	if (rc == GNUTLS_E_PK_SIG_VERIFY_FAILED)
		return "its signature is not of its own key";
	return rc < 0 ? gnutls_fault(arena, "verify its signature", rc) : NULL;
}

void certificate_parse_request(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length)
{
	gnutls_x509_crq_t request = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)der, (unsigned)length};
	struct der outer = der_open(der, length);
	struct der whole = der_enter(&outer, DER_SEQUENCE);
	struct der info = der_enter(&whole, DER_SEQUENCE);
	(void)der_read(&info, DER_INTEGER);
	(void)der_read(&info, DER_SEQUENCE); /* the subject */
	struct der_value spki = der_read(&info, DER_SEQUENCE);
	if (gnutls_x509_crq_init(&request) < 0)
		memory_exhausted();
	if (gnutls_x509_crq_import(request, &raw, GNUTLS_X509_FMT_DER) < 0 || info.failed) {
		*out = (struct certificate){
		    .key_only = true, .parse_error = "it is no certificate request"};
	} else {
		certificate_parse_key(arena, out, spki.whole, spki.whole_length);
		if (!out->parse_error)
			out->parse_error = signature_fault(arena, request);
	}
	gnutls_x509_crq_deinit(request);
}

bool certificate_covers_gnutls(const struct certificate *c, const char *reference)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)c->der, (unsigned)c->der_length};

	if (gnutls_x509_crt_init(&crt) < 0)
		memory_exhausted();
	bool covers = gnutls_x509_crt_import(crt, &raw, GNUTLS_X509_FMT_DER) >= 0 &&
		      gnutls_x509_crt_check_hostname(crt, reference);
	gnutls_x509_crt_deinit(crt);
	return covers;
}

bool certificate_is_well_formed(const uint8_t *der, size_t length)
{
	struct certificate_fields f;
	return !fields_read(&f, der, length) &&
	       certificate_is_spki(f.spki.whole, f.spki.whole_length);
}

/* ---- Reference identifiers ---- */

/*
 * What OpenSSL asks of a wildcard beyond RFC 6125 §6.4.3: two labels or more below it, plain host
 * name labels all, and such a label in its place too. A final dot it compares as any other octet.
 */
static bool identifier_covers(const char *presented, const char *reference)
{
	size_t length = strlen(presented);
	if (length == 0 || presented[length - 1] == '.' || !name_matches(presented, reference))
		return false;
	if (*presented != '*')
		return true;
	const char *rest = presented + 2;
	const char *underscore = strchr(reference, '_'), *dot = strchr(reference, '.');
	bool plain_label = !underscore || underscore > dot;
	return strchr(rest, '.') && name_is_strict_host(rest) && plain_label;
}

bool certificate_covers(const struct certificate *c, const char *reference, bool use_common_name)
{
	for (size_t i = 0; i < c->dns_name_count; i++)
		if (identifier_covers(c->dns_names[i], reference))
			return true;
	return use_common_name && !c->has_dns_name && c->common_name &&
	       identifier_covers(c->common_name, reference);
}
