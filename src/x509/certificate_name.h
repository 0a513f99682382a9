/*
 * certificate_name.h - X.501 Names as they stand in certificates: comparing them as RFC 5280 §7.1
 * asks, without regard to string type, case and white space. For the certificate*.c files.
 */
#ifndef MXDANE_CERTIFICATE_NAME_H
#define MXDANE_CERTIFICATE_NAME_H

#include "der.h"

#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_EMAIL_ADDRESS "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"

/* True if the Name's content is laid out as one and its attributes are texts (or bits, as
 * x500UniqueIdentifier has them) without characters that there are not: OpenSSL reads no
 * certificate with any other. */
bool certificate_name_is_readable(const struct der_value *name);
/* True if both Names (contents of the SEQUENCE) are the same. */
bool certificate_name_equal(const struct der_value *a, const struct der_value *b);
/* True if `name` begins with all the relative names of `base` (RFC 5280 §4.2.1.10). */
bool certificate_name_within(const struct der_value *name, const struct der_value *base);

struct certificate_attribute {
	struct der_value type;
	struct der_value value;
};

/* Walks the attributes of a Name's content one after another, whichever RDN they are in. */
struct certificate_name_walk {
	struct der rdns;
	struct der rdn;
};
struct certificate_name_walk certificate_name_walk(const struct der_value *name);
bool certificate_name_next(struct certificate_name_walk *walk, struct certificate_attribute *out);

#endif
