/* fields.c owns reading a certificate's fields from its DER, and comparing its Names. */
#include "fields.h"

#include <string.h>

#include "ascii.h"

enum {
	TEXT_END = 0x7fffffff,
	TEXT_ODD = 0x110000, /* above all code points; plus an invalid octet's value */
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
	if (c < (more == 3 ? 0x10000U : more == 2 ? 0x800U : 0x80U)) /* an overlong form */
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

bool fields_name_within(const struct der_value *name, const struct der_value *base)
{
	struct der n = der_open(name->bytes, name->length), one;
	struct der b = der_open(base->bytes, base->length), other;
	while (next_rdn(&b, &other))
		if (!next_rdn(&n, &one) || !rdns_equal(one, other))
			return false;
	return der_done(&b);
}

bool fields_name_equal(const struct der_value *a, const struct der_value *b)
{
	return der_equal(a, b) || (fields_name_within(a, b) && fields_name_within(b, a));
}

struct certificate_name_walk fields_name_walk(const struct der_value *name)
{
	return (struct certificate_name_walk){.rdns = der_open(name->bytes, name->length)};
}

bool fields_name_next(struct certificate_name_walk *walk, struct certificate_attribute *out)
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

bool fields_name_is_readable(const struct der_value *name)
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

/* ---- The parts ---- */

static int read_version(struct der *tbs)
{
	if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED + 0))
		return 1;
	struct der wrapped = der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 0);
	struct der_value number = der_read(&wrapped, DER_INTEGER);
	if (number.length != 1 || number.bytes[0] & 0x80 || !der_done(&wrapped))
		tbs->failed = true;
	return tbs->failed ? 0 : number.bytes[0] + 1;
}

/* One without seconds, at the least. OpenSSL 3.5 refuses it wherever it stands. */
static bool is_short_time(const struct der_value *v)
{
	return (v->tag == DER_UTC_TIME && v->length < sizeof "YYMMDDhhmmssZ" - 1) ||
	       (v->tag == DER_GENERALIZED_TIME && v->length < sizeof "YYYYMMDDhhmmssZ" - 1);
}

/* Dates that cannot be read do not stop the walk: what comes after may still be what a TLSA record
 * names. */
static void read_validity(struct der *tbs, struct certificate_fields *f)
{
	struct der validity = der_enter(tbs, DER_SEQUENCE), dates = validity;
	for (int i = 0; i < 2; i++) {
		struct der_value date = der_read_any(&validity);
		if (date.tag != DER_UTC_TIME && date.tag != DER_GENERALIZED_TIME)
			tbs->failed = true;
		f->short_time |= is_short_time(&date);
	}
	if (!der_done(&validity))
		tbs->failed = true;
	f->not_before = der_read_time(&dates);
	f->not_after = der_read_time(&dates);
	f->has_dates = der_done(&dates);
}

/* AlgorithmIdentifier: an OBJECT IDENTIFIER and at most one parameter. */
static struct der_value read_algorithm(struct der *d, struct certificate_fields *f)
{
	struct der_value algorithm = der_read(d, DER_SEQUENCE), parameter = {0};
	struct der a = der_open(algorithm.bytes, algorithm.length);
	(void)der_read(&a, DER_OID);
	if (der_more(&a))
		parameter = der_read_typed(&a);
	f->short_time |= is_short_time(&parameter);
	if (!der_done(&a))
		d->failed = true;
	return algorithm;
}

static void check_unique_id(struct der *tbs)
{
	struct der_value id = der_read_any(tbs);
	if (id.length == 0 || id.bytes[0] > 7) /* a BIT STRING */
		tbs->failed = true;
}

static void read_extensions(struct der *tbs, struct certificate_fields *f)
{
	for (uint8_t id = 1; id <= 2; id++) { /* unique identifiers: [1] and [2] IMPLICIT */
		if (der_next_is(tbs, DER_CONTEXT + id))
			check_unique_id(tbs); /* not used here */
	}
	if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED + 3))
		return;
	struct der wrapped = der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 3);
	f->extensions = der_read(&wrapped, DER_SEQUENCE);
	if (!der_done(&wrapped))
		tbs->failed = true;
	struct der list = der_open(f->extensions.bytes, f->extensions.length);
	struct certificate_extension e;
	while (fields_next_extension(&list, &e))
		;
	if (list.failed)
		tbs->failed = true;
}

static struct der_value read_name(struct der *tbs)
{
	struct der_value name = der_read(tbs, DER_SEQUENCE);
	if (!fields_name_is_readable(&name))
		tbs->failed = true;
	return name;
}

/* Values and those in them have contents of their types, as deep as any parameter of a key has; a
 * time without seconds OpenSSL 3.5 refuses there, too. */
static bool is_typed(struct der d, int depth)
{
	while (der_more(&d)) {
		struct der_value v = der_read_typed(&d);
		if (is_short_time(&v))
			return false;
		if (v.tag & 0x20 &&
		    (depth == 0 || !is_typed(der_open(v.bytes, v.length), depth - 1)))
			return false;
	}
	return der_done(&d);
}

/* GnuTLS lets more pass, where OpenSSL has no key then. RFC 8410 §3: EdDSA has no parameter. */
static bool has_odd_parameter(const struct der_value *algorithm)
{
	enum { DEEPEST = 6 }; /* RSASSA-PSS-params (RFC 4055 §3.1) */
	struct der a = der_open(algorithm->bytes, algorithm->length);
	struct der_value id = der_read(&a, DER_OID);
	if (der_is_oid(&id, "\x2b\x65\x70") || der_is_oid(&id, "\x2b\x65\x71"))
		return der_more(&a);
	return !is_typed(a, DEEPEST);
}

/* GnuTLS reads the key itself; but it accepts unused bits, which OpenSSL refuses. */
static struct der_value read_spki(struct der *tbs, struct certificate_fields *f)
{
	struct der_value spki = der_read(tbs, DER_SEQUENCE);
	struct der d = der_open(spki.bytes, spki.length);
	struct der_value algorithm = read_algorithm(&d, f);
	f->odd_key = has_odd_parameter(&algorithm);
	struct der_value key = der_read(&d, DER_BIT_STRING);
	if (!der_done(&d) || key.length == 0 || key.bytes[0] != 0)
		tbs->failed = true;
	return spki;
}

static const char *read_tbs(struct certificate_fields *f)
{
	struct der tbs = der_open(f->tbs.bytes, f->tbs.length);
	f->version = read_version(&tbs);
	f->serial = der_read(&tbs, DER_INTEGER);
	f->signed_algorithm = read_algorithm(&tbs, f);
	if (tbs.failed)
		return "its version, serial number or algorithm cannot be read";
	f->issuer = read_name(&tbs);
	if (tbs.failed)
		return "its issuer cannot be read";
	read_validity(&tbs, f);
	f->subject = read_name(&tbs);
	f->spki = read_spki(&tbs, f);
	if (tbs.failed)
		return "its subject or public key cannot be read";
	read_extensions(&tbs, f);
	return der_done(&tbs) ? NULL : "its extensions cannot be read";
}

const char *fields_read(struct certificate_fields *f, const uint8_t *der, size_t length)
{
	memset(f, 0, sizeof(*f));
	struct der outer = der_open(der, length);
	struct der c = der_enter(&outer, DER_SEQUENCE);
	f->tbs = der_read(&c, DER_SEQUENCE);
	if (c.failed || !der_done(&outer))
		return "it is not a certificate";
	const char *error = read_tbs(f);
	f->algorithm = read_algorithm(&c, f);
	f->signature = der_read(&c, DER_BIT_STRING);
	if (error)
		return error;
	if (!der_done(&c) || f->signature.length < 1 || f->signature.bytes[0] != 0)
		return "its signature cannot be read";
	f->signature.bytes++;
	f->signature.length--;
	f->readable = true;
	return NULL;
}

bool fields_next_extension(struct der *extensions, struct certificate_extension *out)
{
	if (!der_more(extensions))
		return false;
	struct der e = der_enter(extensions, DER_SEQUENCE);
	out->id = der_read(&e, DER_OID);
	out->critical = false;
	if (der_next_is(&e, DER_BOOLEAN)) {
		struct der_value critical = der_read(&e, DER_BOOLEAN);
		out->critical = critical.length == 1 && critical.bytes[0];
	}
	out->value = der_enter(&e, DER_OCTET_STRING);
	if (!der_done(&e))
		extensions->failed = true;
	return !extensions->failed;
}

bool fields_find_extension(
    const struct certificate_fields *f, const char *oid, struct certificate_extension *out)
{
	struct der list = der_open(f->extensions.bytes, f->extensions.length);
	while (fields_next_extension(&list, out))
		if (der_is_oid(&out->id, oid))
			return true;
	return false;
}
