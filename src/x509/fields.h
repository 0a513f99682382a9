/*
 * fields.h - the parts of a certificate (RFC 5280 §4.1) as they stand in its DER, and its X.501
 * Names, compared without regard to string type, case and white space (§7.1). Pure.
 */
#ifndef MXDANE_FIELDS_H
#define MXDANE_FIELDS_H

#include "der.h"

#define OID_SUBJECT_ALT_NAME "\x55\x1d\x11"

struct certificate_fields {
	bool readable;        /* to the end; else what comes before the fault is set */
	struct der_value tbs; /* with its header: what is signed */
	int version;          /* 1 to 3; others are not defined */
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

/* NULL, or a sentence fragment saying what could not be read. The values point into `der`. */
const char *fields_read(struct certificate_fields *f, const uint8_t *der, size_t length);

struct certificate_extension {
	struct der_value id;
	bool critical;
	struct der value; /* over the content of extnValue */
};

/* Takes the next extension from a cursor over `extensions`; false at the end or at a fault. */
bool fields_next_extension(struct der *extensions, struct certificate_extension *out);
/* The first with this OID (content octets); false if there is none. */
bool fields_find_extension(
    const struct certificate_fields *f, const char *oid, struct certificate_extension *out);

#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_EMAIL_ADDRESS "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"

/* True if the Name's content is laid out as one and its attributes are texts (or bits, as
 * x500UniqueIdentifier has them) without characters that there are not: OpenSSL reads no
 * certificate with any other. */
bool fields_name_is_readable(const struct der_value *name);
/* True if both Names (contents of the SEQUENCE) are the same. */
bool fields_name_equal(const struct der_value *a, const struct der_value *b);
/* True if `name` begins with all the relative names of `base` (RFC 5280 §4.2.1.10). */
bool fields_name_within(const struct der_value *name, const struct der_value *base);

struct certificate_attribute {
	struct der_value type;
	struct der_value value;
};

/* Walks the attributes of a Name's content one after another, whichever RDN they are in. */
struct certificate_name_walk {
	struct der rdns;
	struct der rdn;
};
struct certificate_name_walk fields_name_walk(const struct der_value *name);
bool fields_name_next(struct certificate_name_walk *walk, struct certificate_attribute *out);

#endif
