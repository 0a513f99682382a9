/* certificate_name.c owns the comparing of X.501 Names. */
#include "certificate_name.h"

#include "ascii.h"

enum {
	TEXT_END = 0x7fffffff,
	TEXT_ODD = 0x110000, /* above all characters: an octet that is none, plus its value */
};

/* A DirectoryString read as characters, white space folded and ASCII letters in lower case. */
struct text {
	uint8_t tag;
	const uint8_t *next;
	size_t left;
	uint32_t ahead; /* the character after a run of spaces, or 0 */
	bool begun;
};

static bool is_string(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
	case DER_PRINTABLE_STRING:
	case DER_TELETEX_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
	case DER_UNIVERSAL_STRING:
	case DER_BMP_STRING: return true;
	default: return false;
	}
}

static uint32_t take_wide(struct text *t, size_t octets)
{
	uint32_t c = 0;
	for (; octets > 0 && t->left > 0; octets--, t->left--)
		c = c << 8 | *t->next++;
	return c < TEXT_ODD ? c : TEXT_ODD;
}

static uint32_t take_utf8(struct text *t)
{
	uint8_t lead = *t->next;
	size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
	uint32_t c = more == 3 ? lead & 0x07U : more == 2 ? lead & 0x0fU : lead & 0x1fU;

	if (lead < 0x80)
		return take_wide(t, 1);
	if (more == 0 || t->left <= more)
		return TEXT_ODD + take_wide(t, 1);
	for (size_t i = 1; i <= more; i++) {
		if ((t->next[i] & 0xc0) != 0x80)
			return TEXT_ODD + take_wide(t, 1);
		c = c << 6 | (t->next[i] & 0x3fU);
	}
	if (c < (more == 3 ? 0x10000U : more == 2 ? 0x800U : 0x80U)) /* written too long */
		return TEXT_ODD + take_wide(t, 1);
	t->next += more + 1;
	t->left -= more + 1;
	return c < TEXT_ODD ? c : TEXT_ODD;
}

static uint32_t take_character(struct text *t)
{
	if (t->left == 0)
		return TEXT_END;
	switch (t->tag) {
	case DER_UTF8_STRING: return take_utf8(t);
	case DER_BMP_STRING: return take_wide(t, 2);
	case DER_UNIVERSAL_STRING: return take_wide(t, 4);
	default: return take_wide(t, 1); /* TeletexString is read as Latin-1, as everyone does */
	}
}

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint32_t next_folded(struct text *t)
{
	uint32_t c = t->ahead ? t->ahead : take_character(t);
	bool begun = t->begun;
	t->ahead = 0;
	t->begun = true;
	if (is_space(c)) {
		do
			c = take_character(t);
		while (is_space(c));
		if (begun && c != TEXT_END) {
			t->ahead = c ? c : TEXT_ODD; /* a NUL character must not read as "none" */
			return ' ';
		}
	}
	return c < 0x80 ? ascii_lower((uint8_t)c) : c;
}

static bool values_equal(const struct der_value *a, const struct der_value *b)
{
	if (!is_string(a->tag) || !is_string(b->tag))
		return a->tag == b->tag && der_equal(a, b);
	struct text s = {.tag = a->tag, .next = a->bytes, .left = a->length};
	struct text t = {.tag = b->tag, .next = b->bytes, .left = b->length};
	for (;;) {
		uint32_t c = next_folded(&s);
		if (c != next_folded(&t))
			return false;
		if (c == TEXT_END)
			return true;
	}
}

static struct certificate_attribute read_attribute(struct der *rdn)
{
	struct certificate_attribute a;
	struct der d = der_enter(rdn, DER_SEQUENCE);
	a.type = der_read(&d, DER_OID);
	a.value = der_read_any(&d);
	if (!der_done(&d))
		rdn->failed = true;
	return a;
}

static bool rdns_equal(struct der a, struct der b)
{
	while (der_more(&a) && der_more(&b)) {
		struct certificate_attribute x = read_attribute(&a), y = read_attribute(&b);
		if (a.failed || b.failed || !der_equal(&x.type, &y.type) ||
		    !values_equal(&x.value, &y.value))
			return false;
	}
	return der_done(&a) && der_done(&b);
}

/* An RDN without attributes does not count: OpenSSL compares none. */
static bool next_rdn(struct der *rdns, struct der *out)
{
	while (der_more(rdns)) {
		*out = der_enter(rdns, DER_SET);
		if (der_more(out))
			return true;
	}
	return false;
}

bool certificate_name_within(const struct der_value *name, const struct der_value *base)
{
	struct der n = der_open(name->bytes, name->length), one;
	struct der b = der_open(base->bytes, base->length), other;
	while (next_rdn(&b, &other))
		if (!next_rdn(&n, &one) || !rdns_equal(one, other))
			return false;
	return der_done(&b);
}

bool certificate_name_equal(const struct der_value *a, const struct der_value *b)
{
	return der_equal(a, b) || (certificate_name_within(a, b) && certificate_name_within(b, a));
}

struct certificate_name_walk certificate_name_walk(const struct der_value *name)
{
	return (struct certificate_name_walk){.rdns = der_open(name->bytes, name->length)};
}

bool certificate_name_next(struct certificate_name_walk *walk, struct certificate_attribute *out)
{
	while (!der_more(&walk->rdn) && der_more(&walk->rdns))
		walk->rdn = der_enter(&walk->rdns, DER_SET);
	if (!der_more(&walk->rdn))
		return false;
	*out = read_attribute(&walk->rdn);
	return !walk->rdn.failed;
}

static bool is_readable(const struct der_value *v)
{
	if (v->tag == DER_BIT_STRING)
		return v->length > 0 && v->bytes[0] < 8;
	if (v->tag == DER_NUMERIC_STRING)
		return true;
	if (!is_string(v->tag) || v->tag == DER_VISIBLE_STRING)
		return false;
	size_t width = v->tag == DER_BMP_STRING ? 2 : v->tag == DER_UNIVERSAL_STRING ? 4 : 1;
	struct text t = {.tag = v->tag, .next = v->bytes, .left = v->length};
	while (t.left > 0) {
		uint32_t c = take_character(&t);
		if (c >= TEXT_ODD || (c >= 0xd800 && c < 0xe000)) /* half a surrogate pair */
			return false;
	}
	return v->length % width == 0;
}

bool certificate_name_is_readable(const struct der_value *name)
{
	struct der rdns = der_open(name->bytes, name->length);
	while (der_more(&rdns)) {
		struct der rdn = der_enter(&rdns, DER_SET);
		while (der_more(&rdn)) {
			struct certificate_attribute a = read_attribute(&rdn);
			if (rdn.failed || !is_readable(&a.value))
				return false;
		}
	}
	return der_done(&rdns);
}
