/* openssl_keys.h - keys of every kind that OpenSSL makes, and certificates over them, for tests. */
#ifndef OPENSSL_KEYS_H
#define OPENSSL_KEYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

static inline EVP_PKEY *load_key(const char *file)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/tls/%s.pem", getenv("FIXTURES"), file);
	BIO *in = BIO_new_file(path, "r");
	assert_non_null(in);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	BIO_free(in);
	return key;
}

static inline EVP_PKEY *make_pss_key(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	assert_true(EVP_PKEY_keygen_init(context) > 0 &&
		    EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) > 0 &&
		    EVP_PKEY_keygen(context, &key) > 0);
	EVP_PKEY_CTX_free(context);
	return key;
}

static inline EVP_PKEY *make_explicit_key(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	assert_true(EVP_PKEY_set_utf8_string_param(
	    key, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_EXPLICIT));
	return key;
}

/* "RSA 1024", "EC P-256", "EC explicit", "RSA-PSS", "ED25519", or "file rsa16384" */
static inline EVP_PKEY *make_key(const char *name)
{
	if (strncmp(name, "RSA ", 4) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)atoi(name + 4));
	if (strcmp(name, "RSA-PSS") == 0)
		return make_pss_key();
	if (strcmp(name, "EC explicit") == 0)
		return make_explicit_key();
	if (strncmp(name, "EC ", 3) == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", name + 3);
	if (strncmp(name, "file ", 5) == 0)
		return load_key(name + 5);
	return EVP_PKEY_Q_keygen(NULL, NULL, name);
}

static inline void add_extension(X509 *x, const char *text)
{
	char oid[64];
	size_t length = strcspn(text, "=");
	(void)snprintf(oid, sizeof oid, "%.*s", (int)length, text);
	X509_EXTENSION *e = X509V3_EXT_conf(NULL, NULL, oid, text + length + 1);
	assert_non_null(e);
	assert_true(X509_add_ext(x, e, -1));
	X509_EXTENSION_free(e);
}

static inline X509 *make_certificate(EVP_PKEY *key, const char *extension)
{
	X509 *x = X509_new();
	int type = EVP_PKEY_get_base_id(key);
	const EVP_MD *md = type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448 ? NULL : EVP_sha256();
	assert_true(X509_set_version(x, X509_VERSION_3) && X509_set_pubkey(x, key) &&
		    ASN1_INTEGER_set(X509_get_serialNumber(x), 1) &&
		    ASN1_TIME_set_string(X509_getm_notBefore(x), "20250101000000Z") &&
		    ASN1_TIME_set_string(X509_getm_notAfter(x), "21260101000000Z"));
	if (!extension || strncmp(extension, "subjectAltName=", 15) != 0)
		add_extension(x, "subjectAltName=DNS:mx.example");
	if (extension)
		add_extension(x, extension);
	assert_true(X509_sign(x, key, md) > 0);
	return x;
}

static inline X509_NAME *make_name(const char *text)
{
	X509_NAME *name = X509_NAME_new();
	assert_true(X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_ASC, (const unsigned char *)text, -1, -1, 0));
	return name;
}

/* DER with the names as CN and the extension, signed by the one key there is; "ca" gets basic
 * constraints, if the extension is not of those (2.5.29.19). */
static inline unsigned char *issue_der(
    EVP_PKEY *key, const char *issuer, const char *subject, const char *extension, size_t *length)
{
	unsigned char *der = NULL;
	X509 *x = make_certificate(key, extension);
	X509_NAME *from = make_name(issuer), *to = make_name(subject);
	int type = EVP_PKEY_get_base_id(key);
	bool eddsa = type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448;
	if (strcmp(subject, "ca") == 0 && (!extension || strncmp(extension, "2.5.29.19=", 10) != 0))
		add_extension(x, "basicConstraints=critical,CA:TRUE");
	assert_true(X509_set_issuer_name(x, from) && X509_set_subject_name(x, to) &&
		    X509_sign(x, key, eddsa ? NULL : EVP_sha256()) > 0);
	*length = (size_t)i2d_X509(x, &der);
	X509_NAME_free(from);
	X509_NAME_free(to);
	X509_free(x);
	return der;
}

#endif
