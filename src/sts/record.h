/*
 * record.h - the frame that MTA-STS and TLSRPT TXT records share: a version, then fields of a name
 * and a value behind semicolons (RFC 8461 §3.1, RFC 8460 §3). Pure.
 */
#ifndef MXDANE_RECORD_H
#define MXDANE_RECORD_H

#include "model.h"

/* A stretch of a record; not a C string, any octet may be in it. */
struct sts_text {
	const uint8_t *data;
	size_t length;
};

enum sts_found {
	STS_FOUND_NONE,
	STS_FOUND_NEAR_MISS, /* none begins with the version and ";", but one was meant to */
	STS_FOUND_ONE,
	STS_FOUND_SEVERAL,
};

/*
 * Looks for the records that begin with `version` (such as "v=STSv1") and ";", or, where there is
 * none, with blanks between the two; all others are discarded. On STS_FOUND_ONE *fields is what
 * follows, from the ";" on.
 */
enum sts_found record_find(const struct lookup *txt, const char *version, struct sts_text *fields);

/*
 * Takes the next field off *fields. False at the end, with *fault NULL, or where the syntax breaks,
 * with *fault a sentence fragment. The value may hold any octet but ";".
 */
bool record_next_field(
    struct sts_text *fields, struct sts_text *name, struct sts_text *value, const char **fault);

bool record_text_equal(struct sts_text text, const char *want);
/* A field name: a letter or digit, then at most 31 of letters, digits, "_", "-" and ".". */
bool record_is_field_name(struct sts_text name);
/* The value of an unknown field: printable ASCII without "=", ";" and space. */
bool record_is_extension_value(struct sts_text value);
/* Takes spaces and tabs off the front; off the end. */
struct sts_text record_trim_front(struct sts_text text);
struct sts_text record_trim_end(struct sts_text text);

#endif
