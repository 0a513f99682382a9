/*
 * certificate.h - X.509 by GnuTLS: parsing into facts, and the single questions that judging asks
 * of parsed certificates. Bytes in, answers out; no network, no clock, no library type.
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
/* A deep copy in `arena` of certificates that certificate_parse made. */
struct certificate *certificate_copy_chain(
    struct arena *arena, const struct certificate *from, size_t count);

/* The same from a SubjectPublicKeyInfo or from a certification request (RFC 2986) that is signed by
 * its own key: out->key_only is set; parse_error where the key is none. */
void certificate_parse_key(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length);
void certificate_parse_request(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length);

/* A PEM file's certificates, in order, or where there is none in it the one public key or request;
 * NULL and a sentence naming file (and block) in *error on failure. */
struct certificate *certificate_read_proposed(
    struct arena *arena, const char *file, size_t *count, const char **error);
/* The certificates of a trust store, with nothing set but the DER: parsing all of a system's store
 * takes longer than a check. Some of them may turn out unreadable, as long as one is not. */
struct certificate *certificate_read_anchors(
    struct arena *arena, const char *file, size_t *count, const char **error);
/* The certificates in PEM text, in order; NULL and a sentence fragment in *error on failure. */
struct certificate *certificate_parse_pem(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error);
/* PEM text of one certificate. */
char *certificate_to_pem(struct arena *arena, const struct certificate *c);
/* Base64 text in lines of at most `width` columns (0: one line), each with its newline. */
char *certificate_base64(struct arena *arena, const uint8_t *bytes, size_t length, size_t width);

/* True if DER is laid out as a certificate with a key that a TLS library can use; its dates and
 * extensions may be bad (TLSA x 0 0). */
bool certificate_is_well_formed(const uint8_t *der, size_t length);
/* True if DER is a SubjectPublicKeyInfo that a TLS library can use (TLSA x 1 0). */
bool certificate_is_spki(const uint8_t *der, size_t length);
/* The bits of the key without its algorithm; NULL if the key cannot be read. */
const uint8_t *certificate_bare_key(const struct certificate *c, size_t *length);
/* True if SubjectPublicKeyInfo holds a compressed EC point (RFC 5480 §2.2), which OpenSSL reads and
 * GnuTLS does not. */
bool certificate_key_is_compressed(const uint8_t *spki, size_t length);
/* True if its algorithm is that of EC keys and the curve is no name, but numbers (RFC 3279 §2.3.5).
 */
bool certificate_key_has_explicit_curve(const uint8_t *spki, size_t length);

/* True if `issuer`'s key made the signature of `subject`. Names are not compared. */
bool certificate_signed_by(const struct certificate *subject, const struct certificate *issuer);
/* The same with a bare SubjectPublicKeyInfo. */
bool certificate_signed_by_key(
    const struct certificate *subject, const uint8_t *spki, size_t length);
/* True if a signature of `subject`'s kind (RSA, ECDSA …) can be made by a key of `issuer`'s. */
bool certificate_key_fits_signature(
    const struct certificate *subject, const struct certificate *issuer);

/*
 * True if `issuer` fits as issuer of `subject` as OpenSSL chooses one: Name equal, authority key
 * identifier (key id, and issuer with serial) not contradicting, a key of the signature's kind.
 * The signature itself and the key usage are not looked at. Both must be parsed.
 */
bool certificate_may_issue(const struct certificate *issuer, const struct certificate *subject);

/*
 * True if the reference identifier is among the certificate's names (RFC 7672 §3.2.3): a dNSName,
 * or the CN where there is no dNSName at all and `use_common_name`. Wildcards and final dots count
 * as strictly as deployed senders have them.
 */
bool certificate_covers(const struct certificate *c, const char *reference, bool use_common_name);
/* The same as GnuTLS has it, a CN for want of other names included. */
bool certificate_covers_gnutls(const struct certificate *c, const char *reference);

#endif
