/* extensions.c owns the reading of those extensions that bear on a path. */
#include "extensions.h"

#include <limits.h>
#include <string.h>

#define OID_NETSCAPE_CERT_TYPE "\x60\x86\x48\x01\x86\xf8\x42\x01\x01"
#define OID_PROXY_CERT_INFO "\x2b\x06\x01\x05\x05\x07\x01\x0e"
#define OID_IP_ADDRESS_BLOCKS "\x2b\x06\x01\x05\x05\x07\x01\x07"
#define OID_AS_NUMBERS "\x2b\x06\x01\x05\x05\x07\x01\x08"
#define OID_SERVER_AUTH "\x2b\x06\x01\x05\x05\x07\x03\x01"

/* The last octet of id-ce (2.5.29). */
enum {
	CE_SUBJECT_KEY_IDENTIFIER = 14,
	CE_KEY_USAGE = 15,
	CE_SUBJECT_ALT_NAME = 17,
	CE_BASIC_CONSTRAINTS = 19,
	CE_NAME_CONSTRAINTS = 30,
	CE_CRL_DISTRIBUTION_POINTS = 31,
	CE_CERTIFICATE_POLICIES = 32,
	CE_POLICY_MAPPINGS = 33,
	CE_AUTHORITY_KEY_IDENTIFIER = 35,
	CE_POLICY_CONSTRAINTS = 36,
	CE_EXT_KEY_USAGE = 37,
	CE_INHIBIT_ANY_POLICY = 54,
	CE_COUNT = 128,
};

enum { /* first octet of KeyUsage, RFC 5280 §4.2.1.3 */
	KEY_USAGE_DIGITAL_SIGNATURE = 0x80,
	KEY_USAGE_KEY_ENCIPHERMENT = 0x20,
	KEY_USAGE_KEY_AGREEMENT = 0x08,
	KEY_USAGE_KEY_CERT_SIGN = 0x04,
};

enum { NETSCAPE_SSL_SERVER = 0x40 };

/* First octet of a BIT STRING's bits; 0 for an empty one. */
static uint8_t read_bits(struct der *d)
{
	struct der_value bits = der_read(d, DER_BIT_STRING);
	if (bits.length == 0 || bits.bytes[0] > 7)
		d->failed = true;
	if (d->failed || bits.length < 2)
		return 0;
	unsigned unused = bits.length == 2 ? bits.bytes[0] : 0;
	return (uint8_t)(bits.bytes[1] >> unused << unused);
}

static int read_path_length(struct der *d)
{
	struct der_value number = der_read(d, DER_INTEGER);
	int length = 0;
	if (number.length == 0 || number.bytes[0] & 0x80)
		d->failed = true;
	for (size_t i = 0; i < number.length; i++)
		length = length > INT_MAX >> 8 ? INT_MAX : length << 8 | number.bytes[i];
	return length;
}

static void read_basic_constraints(struct extensions *out, struct der *value)
{
	struct der d = der_enter(value, DER_SEQUENCE);
	out->has_basic_constraints = true;
	if (der_next_is(&d, DER_BOOLEAN)) {
		struct der_value ca = der_read(&d, DER_BOOLEAN);
		out->ca = ca.length == 1 && ca.bytes[0];
	}
	if (der_next_is(&d, DER_INTEGER))
		out->path_length = read_path_length(&d);
	if (!der_done(&d))
		out->invalid = true;
}

static void read_key_usage(struct extensions *out, struct der *value)
{
	uint8_t bits = read_bits(value);
	out->has_key_usage = true;
	out->key_cert_sign = bits & KEY_USAGE_KEY_CERT_SIGN;
	out->digital_signature = bits & KEY_USAGE_DIGITAL_SIGNATURE;
	out->tls_key_usage = bits & (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT |
					KEY_USAGE_KEY_AGREEMENT);
}

static void read_ext_key_usage(struct extensions *out, struct der *value)
{
	struct der d = der_enter(value, DER_SEQUENCE);
	out->has_ext_key_usage = true;
	while (der_more(&d)) {
		struct der_value purpose = der_read(&d, DER_OID);
		if (der_is_oid(&purpose, OID_SERVER_AUTH))
			out->server_auth = true;
	}
	if (!der_done(&d))
		out->invalid = true;
}

static void read_authority_key_id(struct extensions *out, struct der *value)
{
	struct der d = der_enter(value, DER_SEQUENCE);
	if (der_next_is(&d, DER_CONTEXT + 0))
		out->authority_key_id = der_read(&d, DER_CONTEXT + 0);
	if (der_next_is(&d, DER_CONTEXT_CONSTRUCTED + 1)) {
		struct der names = der_enter(&d, DER_CONTEXT_CONSTRUCTED + 1);
		while (der_more(&names)) {
			struct der_value name = der_read_any(&names);
			if (name.tag != DER_CONTEXT_CONSTRUCTED + 4 || out->authority_issuer.bytes)
				continue;
			struct der wrapped = der_open(name.bytes, name.length);
			out->authority_issuer = der_read(&wrapped, DER_SEQUENCE);
			if (!der_done(&wrapped))
				out->invalid = true;
		}
		if (names.failed)
			out->invalid = true;
	}
	if (der_next_is(&d, DER_CONTEXT + 2))
		out->authority_serial = der_read(&d, DER_CONTEXT + 2);
	out->invalid |= out->authority_serial.whole && !der_is_integer(&out->authority_serial);
	if (!der_done(&d))
		out->invalid = true;
}

/* Not followed, but what cannot be read makes OpenSSL refuse the certificate. */
static void read_distribution_points(struct extensions *out, struct der *value)
{
	struct der points = der_enter(value, DER_SEQUENCE);
	while (der_more(&points)) {
		struct der point = der_enter(&points, DER_SEQUENCE);
		bool named = false; /* RFC 5280 §4.2.1.13: reasons alone are no point */
		static const uint8_t members[] = {
		    DER_CONTEXT_CONSTRUCTED + 0, DER_CONTEXT + 1, DER_CONTEXT_CONSTRUCTED + 2};
		for (size_t i = 0; i < sizeof members; i++)
			if (der_next_is(&point, members[i]))
				named |= der_read_any(&point).length > 0 && i != 1;
		if (!der_done(&point) || !named)
			out->invalid = true;
	}
	if (!der_done(&points))
		out->invalid = true;
}

/* False if the octets may hold BER that OpenSSL reads and der.h does not: indefinite and overlong
 * lengths, high tag numbers, constructed strings. */
static bool reads_alike(const struct der *value)
{
	for (size_t i = 0; i < value->left; i++) {
		uint8_t c = value->next[i];
		bool length = c == 0x80 || (c >= 0x85 && c != 0xff);
		bool tag = (c & 0x1f) == 0x1f && c != 0xff;
		bool constructed = (c & 0xe0) == 0x20 && c != DER_SEQUENCE && c != DER_SET;
		if (length || tag || constructed)
			return false;
	}
	return true;
}

static void read_standard(
    struct extensions *out, uint8_t id, struct certificate_extension *e, bool twice)
{
	struct der *value = &e->value;
	bool alike = reads_alike(value), was_invalid = out->invalid || twice;
	out->invalid = false;
	if (e->critical && (id == CE_SUBJECT_KEY_IDENTIFIER || id == CE_AUTHORITY_KEY_IDENTIFIER))
		out->unknown_critical = true; /* RFC 5280 forbids it, and OpenSSL refuses it */
	switch (id) {
	case CE_BASIC_CONSTRAINTS: read_basic_constraints(out, value); break;
	case CE_KEY_USAGE: read_key_usage(out, value); break;
	case CE_EXT_KEY_USAGE: read_ext_key_usage(out, value); break;
	case CE_SUBJECT_KEY_IDENTIFIER:
		out->subject_key_id = der_read(value, DER_OCTET_STRING);
		break;
	case CE_AUTHORITY_KEY_IDENTIFIER: read_authority_key_id(out, value); break;
	case CE_NAME_CONSTRAINTS: out->name_constraints = der_read(value, DER_SEQUENCE); break;
	case CE_CRL_DISTRIBUTION_POINTS: read_distribution_points(out, value); break;
	case CE_SUBJECT_ALT_NAME:     /* read by certificate_parse */
	case CE_CERTIFICATE_POLICIES: /* policies are not judged; deployed senders do not either */
	case CE_POLICY_MAPPINGS:
	case CE_POLICY_CONSTRAINTS:
	case CE_INHIBIT_ANY_POLICY: out->invalid = was_invalid; return;
	default:
		out->invalid = was_invalid;
		out->unknown_critical |= e->critical;
		return;
	}
	bool broken = out->invalid || value->failed;
	out->surely_invalid |= twice || (broken && alike);
	out->invalid = was_invalid || broken || !der_done(value);
}

static void read_extension(
    struct extensions *out, bool seen[CE_COUNT], struct certificate_extension *e)
{
	const struct der_value *id = &e->id;
	if (id->length == 3 && memcmp(id->bytes, "\x55\x1d", 2) == 0 && id->bytes[2] < CE_COUNT) {
		read_standard(out, id->bytes[2], e, seen[id->bytes[2]]);
		seen[id->bytes[2]] = true;
	} else if (der_is_oid(id, OID_NETSCAPE_CERT_TYPE)) {
		out->no_netscape_server = !(read_bits(&e->value) & NETSCAPE_SSL_SERVER);
		out->invalid |= !der_done(&e->value);
	} else {
		/* Critical or not, OpenSSL takes no proxy certificate, and address blocks only
		 * below an issuer's that hold them (RFC 3779 §2.3), which none of a mail server's
		 * has. */
		out->unknown_critical |= e->critical || der_is_oid(id, OID_PROXY_CERT_INFO) ||
					 der_is_oid(id, OID_IP_ADDRESS_BLOCKS) ||
					 der_is_oid(id, OID_AS_NUMBERS);
	}
}

const char *extensions_read(struct extensions *out, const uint8_t *der, size_t length)
{
	struct certificate_extension e;
	bool seen[CE_COUNT] = {false};

	*out = (struct extensions){.path_length = -1};
	const char *error = fields_read(&out->fields, der, length);
	out->invalid = error != NULL;
	const struct der_value *all = &out->fields.extensions;
	struct der list = der_open(all->bytes, all->length);
	while (fields_next_extension(&list, &e))
		read_extension(out, seen, &e);
	if (all->bytes && out->fields.version < 3) /* RFC 5280 §4.1.2.9 */
		out->invalid = true;
	return error;
}

const struct extensions *extensions_of(const struct certificate *c)
{
	static const struct extensions none = {.invalid = true, .path_length = -1};
	return c->extensions ? c->extensions : &none;
}

const struct extensions *extensions_copy(struct arena *arena, const struct extensions *from,
    const uint8_t *from_der, const uint8_t *to_der)
{
	if (!from)
		return NULL;
	struct extensions *to = arena_memdup(arena, from, sizeof *from);
	struct certificate_fields *f = &to->fields;
	struct der_value *values[] = {&f->tbs, &f->serial, &f->issuer, &f->subject, &f->spki,
	    &f->extensions, &f->algorithm, &f->signed_algorithm, &f->signature, &to->subject_key_id,
	    &to->authority_key_id, &to->authority_issuer, &to->authority_serial,
	    &to->name_constraints};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct der_value *v = values[i];
		v->bytes = v->bytes ? to_der + (v->bytes - from_der) : NULL;
		v->whole = v->whole ? to_der + (v->whole - from_der) : NULL;
	}
	return to;
}

bool extensions_fit_issuer(const struct certificate *issuer, const struct certificate *subject)
{
	const struct extensions *above = extensions_of(issuer), *below = extensions_of(subject);
	if (!fields_name_equal(&above->fields.subject, &below->fields.issuer))
		return false;
	if (below->authority_key_id.bytes && above->subject_key_id.bytes &&
	    !der_equal(&below->authority_key_id, &above->subject_key_id))
		return false;
	if (below->authority_serial.bytes &&
	    !der_equal(&below->authority_serial, &above->fields.serial))
		return false;
	return !below->authority_issuer.bytes ||
	       fields_name_equal(&below->authority_issuer, &above->fields.issuer);
}
