/*
 * certificate.h - X.509 by GnuTLS: parsing into facts, and the single questions that judging asks
 * of parsed certificates. Pure: bytes in, answers out; no network, no clock, no library type.
 */
#ifndef MXDANE_CERTIFICATE_H
#define MXDANE_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "model.h"

/* Fills `out` from DER, which is copied into the arena. A certificate that cannot be parsed is a
 * fact too: out->parsed is false and parse_error says why. */
void certificate_parse(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length);

/* A PEM file's certificates, in order; NULL and a sentence naming file (and block) in *error on
 * failure. */
struct certificate *certificate_read_pem(
    struct arena *arena, const char *file, size_t *count, const char **error);
/* PEM text of one certificate. */
char *certificate_to_pem(struct arena *arena, const struct certificate *c);

/* True if DER parses as a SubjectPublicKeyInfo (TLSA x 1 0). */
bool certificate_is_spki(const uint8_t *der, size_t length);

/* True if `issuer`'s key made the signature of `subject`. Names are not compared. */
bool certificate_signed_by(const struct certificate *subject, const struct certificate *issuer);
/* The same with a bare SubjectPublicKeyInfo. */
bool certificate_signed_by_key(
    const struct certificate *subject, const uint8_t *spki, size_t length);

/* Whether `issuer` fits as issuer of `subject` as OpenSSL chooses one: Name equal, authority key
 * identifier (key id, and issuer with serial) not contradicting, keyCertSign if a key usage is
 * there. */
bool certificate_may_issue(const struct certificate *issuer, const struct certificate *subject);

/* A few questions about extensions (RFC 5280 §4.2). */
struct certificate_constraints {
	bool version3;
	bool has_basic_constraints;
	bool ca;
	int path_length; /* -1: none */
	bool has_key_usage;
	bool key_cert_sign;
	bool has_ext_key_usage;
	bool server_auth;      /* serverAuth itself; anyExtendedKeyUsage does not count */
	bool unknown_critical; /* a critical extension that is not understood */
	bool has_name_constraints;
};
void certificate_constraints(const struct certificate *c, struct certificate_constraints *out);
/* True if every dNSName of `leaf` (its CN, where it has none) is allowed by `ca`'s name
 * constraints. */
bool certificate_names_permitted(const struct certificate *ca, const struct certificate *leaf);

/* ---- PKIX, for MTA-STS and the PKIX column
 * -------------------------------------------------------- */

struct trust_store;
/* From a PEM file, or the system's store (`file` NULL). NULL and a sentence naming the path on
 * failure. */
struct trust_store *trust_store_load(const char *file, struct arena *arena, const char **error);
void trust_store_destroy(struct trust_store *store);
/*
 * RFC 8461 §4.2: the chain is valid at `at`, leads to an anchor of the store, and a dNSName of the
 * leaf covers `name` (no CN). The chain may be out of order and hold strangers.
 */
struct pkix_verdict trust_store_verify(const struct trust_store *store,
    const struct certificate *chain, size_t count, const char *name, int64_t at);

#endif
