/* certificate_fields.c owns the walk over a certificate's DER: where its parts lie. */
#include "certificate_fields.h"

#include <string.h>

#include "certificate_name.h"

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
			check_unique_id(tbs); /* nobody asks for them */
	}
	if (!der_next_is(tbs, DER_CONTEXT_CONSTRUCTED + 3))
		return;
	struct der wrapped = der_enter(tbs, DER_CONTEXT_CONSTRUCTED + 3);
	f->extensions = der_read(&wrapped, DER_SEQUENCE);
	if (!der_done(&wrapped))
		tbs->failed = true;
	struct der list = der_open(f->extensions.bytes, f->extensions.length);
	struct certificate_extension e;
	while (certificate_extension_next(&list, &e))
		;
	if (list.failed)
		tbs->failed = true;
}

static struct der_value read_name(struct der *tbs)
{
	struct der_value name = der_read(tbs, DER_SEQUENCE);
	if (!certificate_name_is_readable(&name))
		tbs->failed = true;
	return name;
}

/* Values and those in them have contents of their types; as deep as any parameter of a key has. */
static bool is_typed(struct der d, int depth)
{
	while (der_more(&d)) {
		struct der_value v = der_read_typed(&d);
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

/* The key itself is GnuTLS's to read; it does not mind odd bits, which OpenSSL refuses. */
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

const char *certificate_fields_read(struct certificate_fields *f, const uint8_t *der, size_t length)
{
	memset(f, 0, sizeof(*f));
	struct der outer = der_open(der, length);
	struct der c = der_enter(&outer, DER_SEQUENCE);
	f->tbs = der_read(&c, DER_SEQUENCE);
	if (c.failed || !der_done(&outer))
		return "it is no certificate";
	const char *error = read_tbs(f);
	f->algorithm = read_algorithm(&c, f);
	f->signature = der_read(&c, DER_BIT_STRING);
	if (error)
		return error;
	if (!der_done(&c) || f->signature.length < 1 || f->signature.bytes[0] != 0)
		return "its signature cannot be read";
	f->signature.bytes++;
	f->signature.length--;
	return NULL;
}

bool certificate_extension_next(struct der *extensions, struct certificate_extension *out)
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

bool certificate_extension_find(
    const struct certificate_fields *f, const char *oid, struct certificate_extension *out)
{
	struct der list = der_open(f->extensions.bytes, f->extensions.length);
	while (certificate_extension_next(&list, out))
		if (der_is_oid(&out->id, oid))
			return true;
	return false;
}
