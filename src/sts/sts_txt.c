/* sts_txt.c owns the frame of MTA-STS and TLSRPT TXT records: which record counts, and its fields.
 */
#include "sts_txt.h"

#include <string.h>

#include "ascii.h"

bool sts_text_equal(struct sts_text text, const char *want)
{
	size_t n = strlen(want);
	return text.length == n && memcmp(text.data, want, n) == 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct sts_text sts_trim_front(struct sts_text text)
{
	while (text.length && is_blank(*text.data)) {
		text.data++;
		text.length--;
	}
	return text;
}

struct sts_text sts_trim_end(struct sts_text text)
{
	while (text.length && is_blank(text.data[text.length - 1]))
		text.length--;
	return text;
}

bool sts_is_field_name(struct sts_text name)
{
	if (name.length == 0 || name.length > 32 || !ascii_is_alphanumeric(*name.data))
		return false;
	for (size_t i = 1; i < name.length; i++) {
		uint8_t c = name.data[i];
		if (!ascii_is_alphanumeric(c) && c != '_' && c != '-' && c != '.')
			return false;
	}
	return true;
}

bool sts_is_extension_value(struct sts_text value)
{
	for (size_t i = 0; i < value.length; i++) {
		uint8_t c = value.data[i];
		if (c <= ' ' || c > 0x7e || c == '=' || c == ';')
			return false;
	}
	return value.length > 0;
}

static struct sts_text drop(struct sts_text text, size_t n)
{
	return (struct sts_text){text.data + n, text.length - n};
}

/* Whether the version stands before a delimiter, with `blanks` before its ";"; *fields is what
 * begins there. */
static bool begins_with(
    struct sts_text text, const char *version, bool blanks, struct sts_text *fields)
{
	size_t n = strlen(version);
	if (text.length < n || memcmp(text.data, version, n) != 0)
		return false;
	*fields = drop(text, n);
	if (blanks)
		*fields = sts_trim_front(*fields);
	return fields->length > 0 && fields->data[0] == ';';
}

/* "v=stsv1;", " v=STSv1;", "v=STSv1", "v=STSv2;": meant as one of ours, whatever is wrong. */
static bool nearly_begins_with(struct sts_text text, const char *version)
{
	size_t n = strlen(version) - strlen("v1");
	while (text.length && (is_blank(*text.data) || *text.data == '"')) {
		text.data++;
		text.length--;
	}
	return text.length >= n && ascii_equal(text.data, version, n);
}

static enum sts_found find_record(
    const struct lookup *txt, const char *version, bool blanks, struct sts_text *fields)
{
	enum sts_found found = STS_FOUND_NONE;
	for (size_t i = 0; txt->kind == ANSWER_RECORDS && i < txt->record_count; i++) {
		struct sts_text record = {txt->records[i].txt.data, txt->records[i].txt.length};
		struct sts_text rest;
		if (begins_with(record, version, blanks, &rest)) {
			if (found == STS_FOUND_ONE)
				return STS_FOUND_SEVERAL;
			found = STS_FOUND_ONE;
			*fields = rest;
		} else if (found == STS_FOUND_NONE && nearly_begins_with(record, version)) {
			found = STS_FOUND_NEAR_MISS;
		}
	}
	return found;
}

/* The grammar allows blanks before the first ";", but of several records those that do not begin
 * with the version and ";" are discarded (RFC 8461 §3.1, RFC 8460 §3). */
enum sts_found sts_find_record(
    const struct lookup *txt, const char *version, struct sts_text *fields)
{
	enum sts_found found = find_record(txt, version, false, fields);
	return found == STS_FOUND_NEAR_MISS ? find_record(txt, version, true, fields) : found;
}

static size_t find_octet(struct sts_text text, uint8_t c)
{
	const uint8_t *at = text.length ? memchr(text.data, c, text.length) : NULL;
	return at ? (size_t)(at - text.data) : text.length;
}

/* Each turn stands before a delimiter, *WSP ";" *WSP, of which the last may end the record. */
bool sts_next_field(
    struct sts_text *fields, struct sts_text *name, struct sts_text *value, const char **fault)
{
	*fault = NULL;
	if (fields->length == 0)
		return false;
	/* The value before this took all that is no ";", so one stands here. */
	struct sts_text field = sts_trim_front(drop(*fields, 1));
	if (field.length == 0)
		return false;
	size_t end = find_octet(field, ';');
	*fields = drop(field, end);
	bool last = end == field.length;
	field.length = end;
	if (!last) /* blanks at the end of the record belong to no delimiter */
		field = sts_trim_end(field);
	if (field.length == 0) {
		*fault = "a field is empty";
		return false;
	}
	size_t equals = find_octet(field, '=');
	*name = (struct sts_text){field.data, equals};
	if (equals == field.length) {
		*fault = "a field has no \"=\"";
		return false;
	}
	if (!sts_is_field_name(*name)) {
		*fault = "a field has no valid name";
		return false;
	}
	*value = drop(field, equals + 1);
	return true;
}
