/* record.c owns the TXT records of MTA-STS and TLSRPT: which one counts, its fields, and all of
 * TLSRPT's (RFC 8460 §3). */
#include "record.h"

#include <string.h>

#include "ascii.h"
#include "sts.h"

bool record_text_equal(struct sts_text text, const char *want)
{
	size_t n = strlen(want);
	return text.length == n && memcmp(text.data, want, n) == 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct sts_text record_trim_front(struct sts_text text)
{
	while (text.length && is_blank(*text.data)) {
		text.data++;
		text.length--;
	}
	return text;
}

struct sts_text record_trim_end(struct sts_text text)
{
	while (text.length && is_blank(text.data[text.length - 1]))
		text.length--;
	return text;
}

bool record_is_field_name(struct sts_text name)
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

bool record_is_extension_value(struct sts_text value)
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
		*fields = record_trim_front(*fields);
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
enum sts_found record_find(const struct lookup *txt, const char *version, struct sts_text *fields)
{
	enum sts_found found = find_record(txt, version, false, fields);
	return found == STS_FOUND_NEAR_MISS ? find_record(txt, version, true, fields) : found;
}

static size_t find_octet(struct sts_text text, uint8_t c)
{
	const uint8_t *at = text.length ? memchr(text.data, c, text.length) : NULL;
	return at ? (size_t)(at - text.data) : text.length;
}

/* Each iteration begins before a delimiter, *WSP ";" *WSP; the last one may end the record. */
bool record_next_field(
    struct sts_text *fields, struct sts_text *name, struct sts_text *value, const char **fault)
{
	*fault = NULL;
	if (fields->length == 0)
		return false;
	/* The value before this took all that is no ";", so one stands here. */
	struct sts_text field = record_trim_front(drop(*fields, 1));
	if (field.length == 0)
		return false;
	size_t end = find_octet(field, ';');
	*fields = drop(field, end);
	bool last = end == field.length;
	field.length = end;
	if (!last) /* blanks at the end of the record belong to no delimiter */
		field = record_trim_end(field);
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
	if (!record_is_field_name(*name)) {
		*fault = "a field has no valid name";
		return false;
	}
	*value = drop(field, equals + 1);
	return true;
}

/* ---- TLSRPT ---- */

/* The characters of a URI (RFC 3986 §2), of which ",", ";" and "!" must be encoded here. */
static bool has_uri_characters(struct sts_text uri)
{
	for (size_t i = 0; i < uri.length; i++) {
		uint8_t c = uri.data[i];
		if (c == '%' && (uri.length - i < 3 || !ascii_is_hex(uri.data[i + 1]) ||
				    !ascii_is_hex(uri.data[i + 2])))
			return false;
		if (!ascii_is_alphanumeric(c) && (c == 0 || !strchr("%-._~:/?#[]@$&'()*+=", c)))
			return false;
	}
	return true;
}

/* Takes a scheme, in any case (RFC 3986 §3.1), off the front. */
static bool take_scheme(struct sts_text *uri, const char *scheme)
{
	size_t n = strlen(scheme);
	if (uri->length < n || !ascii_equal(uri->data, scheme, n))
		return false;
	uri->data += n;
	uri->length -= n;
	return true;
}

/* How many octets stand before the first that is one of `stops`. */
static size_t span_until(struct sts_text text, const char *stops)
{
	size_t n = 0;
	while (n < text.length && !(text.data[n] && strchr(stops, text.data[n])))
		n++;
	return n;
}

static const char *uri_fault(struct sts_text uri)
{
	if (uri.length == 0)
		return "its rua has an empty URI";
	if (!has_uri_characters(uri))
		return "its rua has a character that must be percent-encoded";
	if (take_scheme(&uri, "mailto:")) {
		size_t local = span_until(uri, "@?#");
		size_t end = span_until(uri, "?#");
		bool whole = local > 0 && local < end && uri.data[local] == '@' && end > local + 1;
		return whole ? NULL : "its rua has a mailto URI without a mail address";
	}
	if (take_scheme(&uri, "https://"))
		return span_until(uri, "/?#") > 0 ? NULL
						  : "its rua has an https URI without a host";
	return "its rua has a URI that is neither mailto nor https";
}

/* A URI that no reporter uses does not spoil the others. */
static void read_rua(struct arena *arena, struct sts_text list, struct tls_rpt *out)
{
	for (;;) {
		size_t n = span_until(list, ",");
		bool last = n == list.length;
		struct sts_text uri = {list.data, n};
		if (!last) /* blanks stand only beside a comma */
			uri = record_trim_end(uri);
		const char *fault = uri_fault(uri);
		if (fault && !out->unusable)
			out->unusable = fault;
		if (!fault)
			*(const char **)arena_append(
			    arena, &out->rua, &out->rua_count, sizeof *out->rua) =
			    arena_strndup(arena, (const char *)uri.data, uri.length);
		if (last)
			return;
		list = record_trim_front((struct sts_text){list.data + n + 1, list.length - n - 1});
	}
}

static const char *read_fields(struct arena *arena, struct sts_text fields, struct tls_rpt *out)
{
	struct sts_text name, value;
	const char *fault;
	bool has_rua = false;
	while (record_next_field(&fields, &name, &value, &fault)) {
		if (record_text_equal(name, "rua")) {
			if (!has_rua) /* a second rua is not foreseen: the first counts */
				read_rua(arena, value, out);
			has_rua = true;
		} else if (!record_is_extension_value(value)) {
			return "a field has a value with characters that are not allowed";
		}
	}
	if (fault || out->rua_count)
		return fault;
	return has_rua ? out->unusable : "it has no rua";
}

void sts_read_tls_rpt(struct arena *arena, struct tls_rpt *out)
{
	struct sts_text fields;
	const struct lookup *txt = out->txt;
	out->rua = NULL;
	out->rua_count = 0;
	out->error = NULL;
	out->unusable = NULL;
	out->state = TLS_RPT_INVALID;
	if (!txt || txt->kind == ANSWER_FAILED || txt->dnssec == DNSSEC_BOGUS) {
		out->state = TLS_RPT_FAILED;
		out->error = txt ? txt->error : NULL;
		return;
	}
	switch (record_find(txt, "v=TLSRPTv1", &fields)) {
	case STS_FOUND_NONE: out->state = TLS_RPT_ABSENT; break;
	case STS_FOUND_NEAR_MISS: out->error = "no record begins with \"v=TLSRPTv1;\""; break;
	case STS_FOUND_SEVERAL:
		out->error = "more than one record begins with \"v=TLSRPTv1;\"";
		break;
	case STS_FOUND_ONE:
		out->error = read_fields(arena, fields, out);
		out->state = out->error ? TLS_RPT_INVALID : TLS_RPT_PRESENT;
		break;
	}
	if (out->state != TLS_RPT_PRESENT) {
		out->rua_count = 0;
		out->unusable = NULL;
	}
}
