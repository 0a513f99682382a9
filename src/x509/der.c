/* der.c owns the reading of DER: tags, lengths and times, with an error that sticks. */
#include "der.h"

#include <string.h>

#include "ascii.h"
#include "time_text.h"

struct der der_open(const uint8_t *bytes, size_t length)
{
	return (struct der){bytes, length, false};
}

static uint8_t take(struct der *d)
{
	if (d->failed || d->left == 0) {
		d->failed = true;
		return 0;
	}
	d->left--;
	return *d->next++;
}

static size_t take_length(struct der *d)
{
	size_t length = take(d);
	if (length < 0x80)
		return length;
	size_t octets = length & 0x7f;
	if (octets == 0 || octets > 4) /* indefinite, or more than any certificate has */
		d->failed = true;
	for (length = 0; !d->failed && octets > 0; octets--)
		length = length << 8 | take(d);
	return length;
}

struct der_value der_read_any(struct der *d)
{
	const uint8_t *whole = d->next;
	uint8_t tag = take(d);
	if ((tag & 0x1f) == 0x1f)
		d->failed = true;
	size_t length = take_length(d);
	if (length > d->left)
		d->failed = true;
	if (d->failed)
		return (struct der_value){0};
	const uint8_t *bytes = d->next;
	d->next += length;
	d->left -= length;
	return (struct der_value){tag, bytes, length, whole, (size_t)(d->next - whole)};
}

/* X.690 §8.19: subidentifiers of seven bits an octet, each ended by one without the high bit and
 * none begun by 0x80. */
static bool is_oid_content(const struct der_value *v)
{
	bool first = true;
	for (size_t i = 0; i < v->length; i++) {
		if (first && v->bytes[i] == 0x80)
			return false;
		first = !(v->bytes[i] & 0x80);
	}
	return v->length > 0 && first;
}

bool der_is_integer(const struct der_value *v)
{
	if (v->length < 2)
		return v->length == 1;
	bool negative = v->bytes[1] & 0x80;
	return !(v->bytes[0] == 0x00 && !negative) && !(v->bytes[0] == 0xff && negative);
}

static bool is_content_of(uint8_t tag, const struct der_value *v)
{
	switch (tag) {
	case DER_BOOLEAN: return v->length == 1;
	case DER_INTEGER:
	case DER_ENUMERATED: return der_is_integer(v);
	case DER_BIT_STRING: return v->length > 0 && v->bytes[0] < 8;
	case DER_NULL: return v->length == 0;
	case DER_OID: return is_oid_content(v);
	case DER_BMP_STRING: return v->length % 2 == 0;
	case DER_UNIVERSAL_STRING: return v->length % 4 == 0;
	default: return true;
	}
}

struct der_value der_read(struct der *d, uint8_t tag)
{
	if (!der_next_is(d, tag))
		d->failed = true;
	struct der_value v = der_read_any(d);
	if (is_content_of(tag, &v))
		return v;
	d->failed = true;
	return (struct der_value){0};
}

struct der_value der_read_typed(struct der *d)
{
	struct der_value v = der_read_any(d);
	bool universal = !(v.tag & 0xc0), constructed = v.tag & 0x20;
	bool whole = v.tag == DER_SEQUENCE || v.tag == DER_SET;
	if (!universal || (v.tag && constructed == whole && is_content_of(v.tag, &v)))
		return v;
	d->failed = true;
	return (struct der_value){0};
}

struct der der_enter(struct der *d, uint8_t tag)
{
	struct der_value v = der_read(d, tag);
	return (struct der){v.bytes, v.length, d->failed};
}

bool der_next_is(const struct der *d, uint8_t tag)
{
	return der_more(d) && *d->next == tag;
}

bool der_more(const struct der *d)
{
	return !d->failed && d->left > 0;
}

bool der_done(const struct der *d)
{
	return !d->failed && d->left == 0;
}

static int take_digits(struct der *d, size_t digits)
{
	int number = 0;
	while (digits-- > 0) {
		uint8_t c = take(d);
		if (!ascii_is_digit(c))
			d->failed = true;
		else
			number = number * 10 + (c - '0');
	}
	return number;
}

int64_t der_read_time(struct der *d)
{
	bool utc = der_next_is(d, DER_UTC_TIME);
	struct der text = der_enter(d, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
	int year = take_digits(&text, utc ? 2 : 4);
	if (utc)
		year += year < 50 ? 2000 : 1900;
	struct tm tm = {.tm_year = year - 1900};
	tm.tm_mon = take_digits(&text, 2) - 1;
	tm.tm_mday = take_digits(&text, 2);
	tm.tm_hour = take_digits(&text, 2);
	tm.tm_min = take_digits(&text, 2);
	tm.tm_sec = take_digits(&text, 2);
	int64_t seconds = 0;
	if (take(&text) != 'Z' || !der_done(&text) || !time_from_utc(&tm, &seconds))
		d->failed = true;
	return d->failed ? 0 : seconds;
}

bool der_is_minimal(const struct der_value *v)
{
	size_t header = v->whole_length - v->length, octets = 0;
	for (size_t rest = v->length; v->length >= 0x80 && rest > 0; rest >>= 8)
		octets++;
	return v->whole && header == 2 + octets;
}

bool der_equal(const struct der_value *a, const struct der_value *b)
{
	return a->length == b->length &&
	       (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

bool der_is_oid(const struct der_value *v, const char *octets)
{
	return v->tag == DER_OID && v->length == strlen(octets) &&
	       memcmp(v->bytes, octets, v->length) == 0;
}
