/*
 * extensions.h - what a certificate's extensions allow it to do in a path (RFC 5280
 * §4.2). Pure.
 */
#ifndef MXDANE_EXTENSIONS_H
#define MXDANE_EXTENSIONS_H

#include "fields.h"
#include "model.h"

/* Each der_value, those of `fields` included, is named in extensions_copy, too. */
struct extensions {
	struct certificate_fields fields;
	/* An extension is there twice (RFC 5280 §4.2), cannot be read, or stands in a version 1
	 * certificate. */
	bool invalid;
	bool surely_invalid;   /* OpenSSL says so, too: it lets some of that pass */
	bool unknown_critical; /* a critical extension that is not understood */
	bool has_basic_constraints;
	bool ca;
	int path_length; /* -1: none */
	bool has_key_usage;
	bool key_cert_sign;
	bool digital_signature;
	bool tls_key_usage; /* digitalSignature, keyEncipherment or keyAgreement */
	bool has_ext_key_usage;
	bool server_auth;        /* serverAuth itself; anyExtendedKeyUsage does not count */
	bool no_netscape_server; /* a Netscape cert type that leaves TLS servers out */
	struct der_value subject_key_id;
	struct der_value authority_key_id;
	struct der_value authority_issuer; /* the first directoryName, a Name's content */
	struct der_value authority_serial;
	struct der_value name_constraints; /* the content of the extension's SEQUENCE */
};

/* What fields_read returns. The values point into `der`, of which so much is read as can be. */
const char *extensions_read(struct extensions *out, const uint8_t *der, size_t length);
/* What certificate_parse kept of a certificate; of one that it never read, what is invalid. */
const struct extensions *extensions_of(const struct certificate *c);
/* The same of a copy of the certificate's DER. */
const struct extensions *extensions_copy(struct arena *arena, const struct extensions *from,
    const uint8_t *from_der, const uint8_t *to_der);

/*
 * True if `issuer` fits as issuer of `subject`: Name equal, authority key identifier (key id,
 * issuer and serial) not contradicting. Signature and key usage are not looked at.
 */
bool extensions_fit_issuer(const struct certificate *issuer, const struct certificate *subject);

#endif
