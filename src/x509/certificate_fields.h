/*
 * certificate_fields.h - the parts of a certificate (RFC 5280 §4.1) as they stand in its DER. For
 * the certificate*.c files.
 */
#ifndef MXDANE_CERTIFICATE_FIELDS_H
#define MXDANE_CERTIFICATE_FIELDS_H

#include "der.h"

#define OID_SUBJECT_ALT_NAME "\x55\x1d\x11"

struct certificate_fields {
	struct der_value tbs; /* with its header: what is signed */
	int version;          /* 1 to 3, or what no one knows */
	struct der_value serial;
	struct der_value issuer; /* Names, with header in `whole` */
	struct der_value subject;
	bool has_dates; /* false: they are not written as RFC 5280 §4.1.2.5 asks */
	int64_t not_before, not_after;
	bool short_time;             /* a date, or what is tagged as one, has no seconds */
	struct der_value spki;       /* its octets in `whole` */
	bool odd_key;                /* its algorithm has a parameter that it may not have */
	struct der_value extensions; /* the SEQUENCE OF; empty without any */
	struct der_value algorithm;  /* the outer signatureAlgorithm, and the one that is signed */
	struct der_value signed_algorithm;
	struct der_value signature; /* the bits, without the count of unused ones */
};

/* NULL, or a sentence fragment saying what could not be read; what comes before it is set then. */
const char *certificate_fields_read(
    struct certificate_fields *f, const uint8_t *der, size_t length);

struct certificate_extension {
	struct der_value id;
	bool critical;
	struct der value; /* over the content of extnValue */
};

/* Takes the next extension from a cursor over `extensions`; false at the end or at a fault. */
bool certificate_extension_next(struct der *extensions, struct certificate_extension *out);
/* The first with this OID (content octets); false if there is none. */
bool certificate_extension_find(
    const struct certificate_fields *f, const char *oid, struct certificate_extension *out);

#endif
