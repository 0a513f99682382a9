/* certificate_signature.c owns public keys, and which key made a certificate's signature. */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#include "certificate.h"
#include "extensions.h"
#include "limit.h"

enum { DIGEST_SIZE = 32 };

#define OID_EC_PUBLIC_KEY "\x2a\x86\x48\xce\x3d\x02\x01"

/* Broken algorithms are accepted here: which of them deployed senders refuse is for path.c to
 * judge, and a finding of its own. */
static const unsigned VERIFY_FLAGS =
    GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;

/* GNUTLS_SIGN_UNKNOWN where GnuTLS has no name for it. */
static gnutls_sign_algorithm_t signature_algorithm(const struct certificate *c)
{
	return c->signature ? gnutls_sign_get_id(c->signature) : GNUTLS_SIGN_UNKNOWN;
}

/* RSASSA-PSS-params (RFC 4055 §3.1): the salt's length, 20 unless said; -1 if unreadable. */
static int pss_salt_length(const struct der_value *algorithm)
{
	struct der d = der_open(algorithm->bytes, algorithm->length);
	(void)der_read(&d, DER_OID);
	struct der parameters = der_enter(&d, DER_SEQUENCE);
	while (der_more(&parameters) && !der_next_is(&parameters, DER_CONTEXT_CONSTRUCTED + 2))
		(void)der_read_any(&parameters);
	if (!der_more(&parameters))
		return der_done(&parameters) ? 20 : -1;
	struct der wrapped = der_enter(&parameters, DER_CONTEXT_CONSTRUCTED + 2);
	struct der_value number = der_read(&wrapped, DER_INTEGER);
	int length = 0;
	if (number.length < 1 || number.length > 2 || number.bytes[0] & 0x80)
		return -1;
	for (size_t i = 0; i < number.length; i++)
		length = length << 8 | number.bytes[i];
	return length;
}

/*
 * GnuTLS takes the salt to be as long as the hash, or as the key's own parameters say; OpenSSL
 * signs with the longest that fits, and says so in the signature's parameters.
 */
static bool set_pss_salt(
    gnutls_pubkey_t key, gnutls_sign_algorithm_t algorithm, const struct der_value *identifier)
{
	gnutls_x509_spki_t spki = NULL;
	gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm(algorithm), own_hash;
	unsigned own_salt = 0;
	int salt = pss_salt_length(identifier);
	bool good = salt >= 0;

	if (gnutls_x509_spki_init(&spki) < 0)
		memory_exhausted();
	/* A key with parameters allows its own hash and no shorter salt (RFC 4055 §3.3). */
	if (gnutls_pubkey_get_spki(key, spki, 0) >= 0 &&
	    gnutls_x509_spki_get_rsa_pss_params(spki, &own_hash, &own_salt) >= 0)
		good = good && own_hash == hash && (unsigned)salt >= own_salt;
	if (good) {
		gnutls_x509_spki_set_rsa_pss_params(spki, hash, (unsigned)salt);
		good = gnutls_pubkey_set_spki(key, spki, 0) >= 0;
	}
	gnutls_x509_spki_deinit(spki);
	return good;
}

static bool is_pss(gnutls_sign_algorithm_t algorithm)
{
	return algorithm == GNUTLS_SIGN_RSA_PSS_SHA256 || algorithm == GNUTLS_SIGN_RSA_PSS_SHA384 ||
	       algorithm == GNUTLS_SIGN_RSA_PSS_SHA512;
}

bool certificate_signed_by_key(
    const struct certificate *subject, const uint8_t *spki, size_t length)
{
	const struct certificate_fields *f = &extensions_of(subject)->fields;
	gnutls_pubkey_t key = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)spki, (unsigned)length};
	bool good = false;

	/* RFC 5280 §4.1.1.2: both algorithms are the same; OpenSSL tells an absent parameter from
	 * NULL. */
	if (!f->readable || !der_equal(&f->signed_algorithm, &f->algorithm))
		return false;
	if (gnutls_pubkey_init(&key) < 0)
		memory_exhausted();
	gnutls_sign_algorithm_t algorithm = signature_algorithm(subject);
	if (gnutls_pubkey_import(key, &raw, GNUTLS_X509_FMT_DER) >= 0 &&
	    (!is_pss(algorithm) || set_pss_salt(key, algorithm, &f->algorithm))) {
		gnutls_datum_t tbs = {
		    (unsigned char *)(uintptr_t)f->tbs.whole, (unsigned)f->tbs.whole_length};
		gnutls_datum_t signature = {
		    (unsigned char *)(uintptr_t)f->signature.bytes, (unsigned)f->signature.length};
		good =
		    gnutls_pubkey_verify_data2(key, algorithm, VERIFY_FLAGS, &tbs, &signature) >= 0;
	}
	gnutls_pubkey_deinit(key);
	return good;
}

/* Results of the last checks: the same few CAs stand in most chains of a run, and a check costs as
 * much as a handshake. The digests are over all that a check reads. */
static struct {
	bool known;
	bool good;
	uint8_t subject[DIGEST_SIZE]; /* of the whole certificate */
	uint8_t issuer[DIGEST_SIZE];  /* of the SubjectPublicKeyInfo */
} checked[LIMIT_SIGNATURES_KEPT];

bool certificate_signed_by(const struct certificate *subject, const struct certificate *issuer)
{
	if (!issuer->spki)
		return false;
	unsigned place = (unsigned)(subject->cert_sha256[0] << 8 | subject->cert_sha256[1]) %
			 LIMIT_SIGNATURES_KEPT;
	if (!checked[place].known ||
	    memcmp(checked[place].subject, subject->cert_sha256, DIGEST_SIZE) != 0 ||
	    memcmp(checked[place].issuer, issuer->spki_sha256, DIGEST_SIZE) != 0) {
		checked[place].good =
		    certificate_signed_by_key(subject, issuer->spki, issuer->spki_length);
		memcpy(checked[place].subject, subject->cert_sha256, DIGEST_SIZE);
		memcpy(checked[place].issuer, issuer->spki_sha256, DIGEST_SIZE);
		checked[place].known = true;
	}
	return checked[place].good;
}

bool certificate_key_fits_signature(
    const struct certificate *subject, const struct certificate *issuer)
{
	switch (gnutls_sign_get_pk_algorithm(signature_algorithm(subject))) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS: return issuer->key_type == KEY_TYPE_RSA;
	case GNUTLS_PK_ECDSA: return issuer->key_type == KEY_TYPE_ECDSA;
	case GNUTLS_PK_EDDSA_ED25519:
	case GNUTLS_PK_EDDSA_ED448: return issuer->key_type == KEY_TYPE_EDDSA;
	default: return issuer->key_type == KEY_TYPE_OTHER;
	}
}

bool certificate_may_issue(const struct certificate *issuer, const struct certificate *subject)
{
	return extensions_fit_issuer(issuer, subject) &&
	       certificate_key_fits_signature(subject, issuer);
}

bool certificate_key_is_compressed(const uint8_t *spki, size_t length)
{
	struct der outer = der_open(spki, length);
	struct der d = der_enter(&outer, DER_SEQUENCE);
	struct der algorithm = der_enter(&d, DER_SEQUENCE);
	struct der_value id = der_read(&algorithm, DER_OID);
	struct der_value key = der_read(&d, DER_BIT_STRING);
	return der_is_oid(&id, OID_EC_PUBLIC_KEY) && der_done(&d) && der_done(&outer) &&
	       key.length > 2 && key.bytes[0] == 0 && (key.bytes[1] == 2 || key.bytes[1] == 3);
}

bool certificate_key_has_explicit_curve(const uint8_t *spki, size_t length)
{
	struct der outer = der_open(spki, length);
	struct der d = der_enter(&outer, DER_SEQUENCE);
	struct der algorithm = der_enter(&d, DER_SEQUENCE);
	struct der_value id = der_read(&algorithm, DER_OID);
	return der_is_oid(&id, OID_EC_PUBLIC_KEY) && der_next_is(&algorithm, DER_SEQUENCE);
}

const uint8_t *certificate_bare_key(const struct certificate *c, size_t *length)
{
	struct der outer = der_open(c->spki, c->spki_length);
	struct der d = der_enter(&outer, DER_SEQUENCE);
	(void)der_read(&d, DER_SEQUENCE);
	struct der_value key = der_read(&d, DER_BIT_STRING);
	*length = key.length - (key.length > 0);
	return key.length > 1 ? key.bytes + 1 : NULL; /* without the count of unused bits */
}

bool certificate_is_spki(const uint8_t *der, size_t length)
{
	gnutls_pubkey_t key = NULL;
	gnutls_datum_t raw = {(unsigned char *)(uintptr_t)der, (unsigned)length};
	struct der outer = der_open(der, length);
	(void)der_read(&outer, DER_SEQUENCE);
	if (!der_done(&outer))
		return false;
	if (gnutls_pubkey_init(&key) < 0)
		memory_exhausted();
	int rc = gnutls_pubkey_import(key, &raw, GNUTLS_X509_FMT_DER);
	bool good = rc == GNUTLS_E_ECC_UNSUPPORTED_CURVE ||
		    (rc >= 0 && gnutls_pubkey_verify_params(key) >= 0);
	gnutls_pubkey_deinit(key);
	return good || certificate_key_is_compressed(der, length);
}
