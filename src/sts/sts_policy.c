/* sts_policy.c owns the grammar of a policy body (RFC 8461 §3.2). */
#include <string.h>

#include "ascii.h"
#include "limit.h"
#include "record.h"
#include "sts.h"

/* What was read so far; of a repeated field, mx apart, the first entry counts. */
struct reading {
	struct arena *arena;
	struct sts_policy *policy;
	size_t line;
	bool has_mode, has_max_age;
	const char *mx_fault; /* of the first bad mx, which does not matter in mode none */
};

static const char *fault_at(const struct reading *r, const char *what)
{
	return arena_printf(r->arena, "line %zu: %s", r->line, what);
}

static const char *read_version(struct reading *r, struct sts_text value)
{
	if (r->policy->version)
		return NULL;
	if (!record_text_equal(value, "STSv1"))
		return fault_at(r, "the version is not \"STSv1\"");
	r->policy->version = "STSv1";
	return NULL;
}

static const char *read_mode(struct reading *r, struct sts_text value)
{
	if (r->has_mode)
		return NULL;
	r->has_mode = true;
	if (record_text_equal(value, "enforce"))
		r->policy->mode = STS_MODE_ENFORCE;
	else if (record_text_equal(value, "testing"))
		r->policy->mode = STS_MODE_TESTING;
	else if (record_text_equal(value, "none"))
		r->policy->mode = STS_MODE_NONE;
	else
		return fault_at(r, "the mode is none of \"enforce\", \"testing\" and \"none\"");
	return NULL;
}

/* 1*10(DIGIT), at most a year. */
static const char *read_max_age(struct reading *r, struct sts_text value)
{
	if (r->has_max_age)
		return NULL;
	r->has_max_age = true;
	uint64_t seconds = 0;
	if (value.length == 0 || value.length > 10)
		return fault_at(r, "max_age is not a number of one to ten digits");
	for (size_t i = 0; i < value.length; i++) {
		if (!ascii_is_digit(value.data[i]))
			return fault_at(r, "max_age is not a number of one to ten digits");
		seconds = seconds * 10 + (uint64_t)(value.data[i] - '0');
	}
	if (seconds > LIMIT_POLICY_MAX_AGE)
		return fault_at(r, "max_age is over 31557600 seconds");
	r->policy->max_age = (uint32_t)seconds;
	return NULL;
}

/* ["*."] Domain, of RFC 5321 §4.1.2: labels of letters, digits and inner hyphens. */
static const char *pattern_fault(struct sts_text pattern)
{
	if (pattern.length > 2 && pattern.data[0] == '*' && pattern.data[1] == '.') {
		pattern.data += 2;
		pattern.length -= 2;
	}
	if (pattern.length > 253)
		return "an mx pattern is longer than 253 octets";
	size_t label = 0; /* octets of the current label so far */
	for (size_t i = 0; i <= pattern.length; i++) {
		uint8_t c = i < pattern.length ? pattern.data[i] : '.';
		if (c > 0x7f)
			return "an mx pattern is not ASCII: a name must be written with A-labels "
			       "(xn--)";
		if (c == '.') {
			if (label == 0 || label > 63 || pattern.data[i - 1] == '-')
				return "an mx pattern is not a domain name";
			label = 0;
		} else if (ascii_is_alphanumeric(c) || (c == '-' && label > 0)) {
			label++;
		} else {
			return "an mx pattern is neither a domain name nor \"*.\" before one";
		}
	}
	return NULL;
}

static void read_mx(struct reading *r, struct sts_text value)
{
	const char *fault = pattern_fault(value);
	if (fault) {
		if (!r->mx_fault)
			r->mx_fault = fault_at(r, fault);
		return;
	}
	char *pattern = arena_strndup(r->arena, (const char *)value.data, value.length);
	ascii_lower_text(pattern);
	const char **place =
	    arena_append(r->arena, &r->policy->mx, &r->policy->mx_count, sizeof *r->policy->mx);
	*place = pattern;
}

/* Octets of the UTF-8 character at the front (RFC 3629 §4), 0 if there is none. */
static size_t utf8_length(struct sts_text t)
{
	uint8_t c = t.data[0];
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : 4;
	if (n == 1)
		return 1;
	if (n > t.length || (n == 4 && (c < 0xf0 || c > 0xf4)))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((t.data[i] & 0xc0) != 0x80)
			return 0;
	uint8_t second = t.data[1];
	bool overlong = (c == 0xe0 && second < 0xa0) || (c == 0xf0 && second < 0x90);
	bool surrogate = c == 0xed && second > 0x9f;
	bool too_high = c == 0xf4 && second > 0x8f;
	return overlong || surrogate || too_high ? 0 : n;
}

/* Visible characters and inner spaces; the ends were trimmed before. */
static bool is_value(struct sts_text value)
{
	if (value.length == 0)
		return false;
	while (value.length) {
		uint8_t c = value.data[0];
		size_t n = utf8_length(value);
		if (n == 0 || c < ' ' || c == 0x7f)
			return false;
		value.data += n;
		value.length -= n;
	}
	return true;
}

/* sts-policy-field *WSP, without its terminator. */
static const char *read_line(struct reading *r, struct sts_text line)
{
	const uint8_t *colon = line.length ? memchr(line.data, ':', line.length) : NULL;
	if (line.length == 0)
		return fault_at(r, "it is empty");
	if (!colon)
		return fault_at(r, "it has no \":\"");
	struct sts_text name = {line.data, (size_t)(colon - line.data)};
	struct sts_text value = {colon + 1, line.length - name.length - 1};
	value = record_trim_end(record_trim_front(value));
	if (!record_is_field_name(name))
		return fault_at(r, "there is no valid field name before the \":\"");
	if (record_text_equal(name, "mx")) {
		read_mx(r, value);
		return NULL;
	}
	if (!is_value(value))
		return fault_at(r, "the value is empty or has control characters or bad UTF-8");
	if (record_text_equal(name, "version"))
		return read_version(r, value);
	if (record_text_equal(name, "mode"))
		return read_mode(r, value);
	if (record_text_equal(name, "max_age"))
		return read_max_age(r, value);
	return NULL;
}

static const char *whole_fault(const struct reading *r)
{
	if (!r->policy->version)
		return "there is no version";
	if (!r->has_mode)
		return "there is no mode";
	if (!r->has_max_age)
		return "there is no max_age";
	if (r->policy->mode == STS_MODE_NONE)
		return NULL;
	if (r->mx_fault)
		return r->mx_fault;
	return r->policy->mx_count ? NULL : "there is no mx";
}

/* The lines end with LF or CRLF, mixed as they like; the last may do without. */
static const char *read_lines(struct reading *r, struct sts_text body)
{
	const char *fault = NULL;
	do {
		const uint8_t *lf = body.length ? memchr(body.data, '\n', body.length) : NULL;
		struct sts_text line = {body.data, lf ? (size_t)(lf - body.data) : body.length};
		size_t taken = line.length + (lf ? 1 : 0);
		if (lf && line.length && line.data[line.length - 1] == '\r')
			line.length--;
		r->line++;
		fault = read_line(r, line);
		body.data += taken;
		body.length -= taken;
	} while (!fault && body.length);
	return fault;
}

struct sts_policy *sts_read_policy(
    struct arena *arena, const uint8_t *body, size_t length, const char **error)
{
	struct reading r = {.arena = arena, .policy = arena_alloc(arena, sizeof *r.policy)};
	*error = "the body is empty";
	if (length == 0)
		return NULL;
	*error = read_lines(&r, (struct sts_text){body, length});
	if (!*error)
		*error = whole_fault(&r);
	return *error ? NULL : r.policy;
}
