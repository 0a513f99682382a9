/*
 * extensions.h - what a certificate's extensions allow it to do in a path (RFC 5280
 * §4.2). Pure.
 */
#ifndef MXDANE_EXTENSIONS_H
#define MXDANE_EXTENSIONS_H

#include "fields.h"
#include "model.h"

struct extensions {
	/* An extension is there twice (RFC 5280 §4.2), cannot be read, or stands in a version 1
	 * certificate. */
	bool invalid;
	bool surely_invalid;   /* OpenSSL says so, too: it lets some of that pass */
	bool unknown_critical; /* a critical extension that is not understood */
	int version;
	bool has_dates; /* false: they cannot be read */
	int64_t not_before, not_after;
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
	struct der_value subject, issuer, serial;
};

/* The values point into the DER of `c`, of which so much is read as can be. */
void extensions_read(const struct certificate *c, struct extensions *out);

/*
 * True if `issuer` fits as issuer of `subject`: Name equal, authority key identifier (key id,
 * issuer and serial) not contradicting. Signature and key usage are not looked at.
 */
bool extensions_fit_issuer(const struct extensions *issuer, const struct extensions *subject);

#endif
