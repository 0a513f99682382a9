/* path.c - what must hold along a certification path, as RFC 5280 and OpenSSL have it. */
#include "path.h"

#include <string.h>

#include "ascii.h"
#include "certificate.h"

/* ---- Name constraints (RFC 5280 §4.2.1.10) ---- */

enum { /* GeneralName, RFC 5280 §4.2.1.6 */
	GENERAL_OTHER = DER_CONTEXT_CONSTRUCTED + 0,
	GENERAL_EMAIL = DER_CONTEXT + 1,
	GENERAL_DNS = DER_CONTEXT + 2,
	GENERAL_DIRECTORY = DER_CONTEXT_CONSTRUCTED + 4,
	GENERAL_URI = DER_CONTEXT + 6,
	GENERAL_ADDRESS = DER_CONTEXT + 7,
};

/* The most comparisons of names with subtrees, as in OpenSSL: a certificate that needs more is made
 * to waste time. */
static const size_t COMPARISONS_MAX = 1 << 20;

enum verdict { OUTSIDE, INSIDE, UNDECIDED };

/* "example.com" holds itself and all below; ".example.com" all below; "" everything. */
static enum verdict dns_within(const struct der_value *name, const struct der_value *base)
{
	if (base->length == 0)
		return INSIDE;
	if (name->length < base->length)
		return OUTSIDE;
	size_t rest = name->length - base->length;
	if (rest > 0 && base->bytes[0] != '.' && name->bytes[rest - 1] != '.')
		return OUTSIDE;
	bool same = ascii_equal(name->bytes + rest, base->bytes, base->length);
	return same ? INSIDE : OUTSIDE;
}

static enum verdict address_within(const struct der_value *name, const struct der_value *base)
{
	if (base->length != 2 * name->length)
		return OUTSIDE;
	for (size_t i = 0; i < name->length; i++)
		if ((name->bytes[i] ^ base->bytes[i]) & base->bytes[name->length + i])
			return OUTSIDE;
	return INSIDE;
}

/* "example.com" is that host alone, ".example.com" all below it. */
static enum verdict host_within(const uint8_t *host, size_t length, const struct der_value *base)
{
	if (base->length == 0)
		return INSIDE;
	bool below = base->bytes[0] == '.';
	if (below ? length <= base->length : length != base->length)
		return OUTSIDE;
	bool same = ascii_equal(host + length - base->length, base->bytes, base->length);
	return same ? INSIDE : OUTSIDE;
}

/* A whole mailbox, whose local part's case counts, or the host it is at. */
static enum verdict email_within(const struct der_value *name, const struct der_value *base)
{
	const uint8_t *at = memrchr(name->bytes, '@', name->length);
	if (!at)
		return UNDECIDED;
	size_t local = (size_t)(at - name->bytes), host = name->length - local - 1;
	const uint8_t *base_at = memrchr(base->bytes, '@', base->length);
	if (!base_at || base_at == base->bytes) {
		struct der_value rest = *base;
		rest.bytes += base_at ? 1 : 0;
		rest.length -= base_at ? 1 : 0;
		return host_within(at + 1, host, &rest);
	}
	bool same = base->length == name->length &&
		    memcmp(base->bytes, name->bytes, local + 1) == 0 &&
		    ascii_equal(at + 1, base->bytes + local + 1, host);
	return same ? INSIDE : OUTSIDE;
}

/* OpenSSL 3.5 wants one that is a number, and nothing but a path behind it. */
static bool is_port(const uint8_t *text, const uint8_t *end)
{
	unsigned port = 0;
	const uint8_t *p = text;
	for (; p < end && *p >= '0' && *p <= '9' && port <= UINT16_MAX; p++)
		port = port * 10 + (*p - '0');
	return p > text && port <= UINT16_MAX && (p == end || memchr("/?#", *p, 3));
}

/* The host of "scheme://host:port/path". Nothing is decided where OpenSSL 3.5 or an older one finds
 * none, or one another host than the other: the older ones look for a colon in the path too. */
static enum verdict uri_within(const struct der_value *name, const struct der_value *base)
{
	const uint8_t *end = name->bytes + name->length;
	const uint8_t *colon = memchr(name->bytes, ':', name->length);
	if (!colon || colon == name->bytes || end - colon < 3 || memcmp(colon, "://", 3) != 0 ||
	    memchr(name->bytes, '@', name->length) || memchr(name->bytes, '\0', name->length))
		return UNDECIDED;
	const uint8_t *host = colon + 3, *after = host;
	while (after < end && !memchr(":/?#", *after, 4))
		after++;
	bool plain = after == end || (*after == ':' && is_port(after + 1, end)) ||
		     (*after == '/' && !memchr(after, ':', (size_t)(end - after)));
	if (after == host || *host == '[' || !plain)
		return UNDECIDED;
	return host_within(host, (size_t)(after - host), base);
}

/* directoryName is [4] EXPLICIT. */
static enum verdict directory_within(const struct der_value *name, const struct der_value *base)
{
	struct der n = der_open(name->bytes, name->length), b = der_open(base->bytes, base->length);
	struct der_value one = der_read(&n, DER_SEQUENCE), other = der_read(&b, DER_SEQUENCE);
	if (!der_done(&n) || !der_done(&b) || !fields_name_is_readable(&one) ||
	    !fields_name_is_readable(&other))
		return UNDECIDED;
	return fields_name_within(&one, &other) ? INSIDE : OUTSIDE;
}

static enum verdict within(const struct der_value *name, const struct der_value *base)
{
	switch (name->tag) {
	case GENERAL_DNS: return dns_within(name, base);
	case GENERAL_ADDRESS: return address_within(name, base);
	case GENERAL_EMAIL: return email_within(name, base);
	case GENERAL_URI: return uri_within(name, base);
	case GENERAL_DIRECTORY: return directory_within(name, base);
	default: return UNDECIDED;
	}
}

/* What no X.509 reader can decode makes the whole extension unreadable, and it is critical. Kinds
 * that nobody uses (x400Address, ediPartyName, registeredID) are held for that. */
static bool is_readable_base(const struct der_value *base)
{
	struct der other = der_open(base->bytes, base->length);
	switch (base->tag) {
	case GENERAL_OTHER:
		(void)der_read(&other, DER_OID);
		(void)der_enter(&other, DER_CONTEXT_CONSTRUCTED + 0);
		return der_done(&other);
	case GENERAL_EMAIL:
	case GENERAL_DNS:
	case GENERAL_DIRECTORY:
	case GENERAL_URI:
	case GENERAL_ADDRESS: return true;
	default: return false;
	}
}

/* One GeneralSubtrees against one name: what must hold is that no subtree excludes it, and that
 * of the permitted ones of its kind, if there are any, one holds it. */
static bool subtrees_allow(struct der trees, const struct der_value *name, bool permitted)
{
	bool of_kind = false, inside = false;
	while (der_more(&trees)) {
		struct der tree = der_enter(&trees, DER_SEQUENCE);
		struct der_value base = der_read_any(&tree);
		/* minimum and maximum: never used (RFC 5280 §4.2.1.10) */
		if (!der_done(&tree) || !is_readable_base(&base))
			return false;
		if (base.tag != name->tag)
			continue;
		enum verdict v = within(name, &base);
		if (v == UNDECIDED)
			return false;
		of_kind = true;
		inside |= v == INSIDE;
	}
	if (!der_done(&trees))
		return false;
	return permitted ? inside || !of_kind : !inside;
}

static bool name_allowed(const struct der_value *of, const struct der_value *name)
{
	struct der d = der_open(of->bytes, of->length);
	bool allowed = true;
	if (der_next_is(&d, DER_CONTEXT_CONSTRUCTED + 0))
		allowed = subtrees_allow(der_enter(&d, DER_CONTEXT_CONSTRUCTED + 0), name, true);
	if (der_next_is(&d, DER_CONTEXT_CONSTRUCTED + 1))
		allowed = subtrees_allow(der_enter(&d, DER_CONTEXT_CONSTRUCTED + 1), name, false) &&
			  allowed;
	return allowed && der_done(&d);
}

/* A CN that a name check might use: ASCII with a dot inside and nothing that no host name has. */
static bool looks_like_host(const struct der_value *cn)
{
	for (size_t i = 0; i < cn->length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*",
			cn->bytes[i]) ||
		    !cn->bytes[i])
			return false;
	return cn->length > 0 && memchr(cn->bytes, '.', cn->length);
}

static bool subject_allowed(
    const struct der_value *of, const struct certificate_fields *f, bool cn_counts)
{
	struct certificate_attribute a;
	struct der_value directory = {
	    .tag = GENERAL_DIRECTORY, .bytes = f->subject.whole, .length = f->subject.whole_length};
	if (f->subject.length > 0 && !name_allowed(of, &directory))
		return false;
	struct certificate_name_walk walk = fields_name_walk(&f->subject);
	while (fields_name_next(&walk, &a)) {
		uint8_t kind = 0;
		if (der_is_oid(&a.type, OID_EMAIL_ADDRESS))
			kind = GENERAL_EMAIL;
		else if (cn_counts && der_is_oid(&a.type, OID_COMMON_NAME) &&
			 looks_like_host(&a.value))
			kind = GENERAL_DNS;
		a.value.tag = kind;
		if (kind && !name_allowed(of, &a.value))
			return false;
	}
	return true;
}

static size_t count_values(struct der d)
{
	size_t count = 0;
	for (; der_more(&d); count++)
		(void)der_read_any(&d);
	return count;
}

static size_t count_subtrees(const struct der_value *of)
{
	size_t count = 0;
	struct der d = der_open(of->bytes, of->length);
	while (der_more(&d)) {
		struct der_value list = der_read_any(&d);
		count += count_values(der_open(list.bytes, list.length));
	}
	return count;
}

bool path_names_permit(const struct der_value *of, const struct certificate *subject, bool is_leaf)
{
	const struct certificate_fields *f = &extensions_of(subject)->fields;
	struct certificate_extension e = {0};
	struct der names = {0};

	if (!f->readable)
		return false;
	if (fields_find_extension(f, OID_SUBJECT_ALT_NAME, &e))
		names = der_enter(&e.value, DER_SEQUENCE);
	size_t subtrees = count_subtrees(of);
	size_t count =
	    count_values(names) + count_values(der_open(f->subject.bytes, f->subject.length));
	if (subtrees > 0 && count > COMPARISONS_MAX / subtrees)
		return false;
	if (!subject_allowed(of, f, is_leaf && !subject->has_dns_name))
		return false;
	while (der_more(&names)) {
		struct der_value name = der_read_any(&names);
		if (!name_allowed(of, &name))
			return false;
	}
	return der_done(&names);
}

/* ---- The path ---- */

bool path_link_fits(const struct path_link *issuer, const struct path_link *subject)
{
	return !extensions_of(issuer->c)->invalid && !extensions_of(subject->c)->invalid &&
	       certificate_may_issue(issuer->c, subject->c);
}

bool path_link_ends(const struct path_link *link)
{
	return path_link_fits(link, link);
}

bool path_key_too_small(const struct certificate *c)
{
	if (c->key_bits == 0) /* not known */
		return false;
	/* OpenSSL's estimate gives RSA keys 80 bits from 920 bits on, DSA keys from 1024. */
	switch (c->key_type) {
	case KEY_TYPE_RSA: return c->key_bits < 920;
	case KEY_TYPE_ECDSA: return c->key_bits < 160;
	case KEY_TYPE_OTHER: return c->key_bits < 1024;
	default: return false;
	}
}

/* RFC 5280 §6.1.4 (k), (n): below the top a CA says so in basicConstraints. */
static bool is_intermediate_ca(const struct extensions *k)
{
	return k->has_basic_constraints && k->ca && (!k->has_key_usage || k->key_cert_sign);
}

/* OpenSSL takes two more as the topmost: a self-signed version 1 certificate, and one without
 * basicConstraints whose key usage lets it sign certificates. */
static bool is_topmost_ca(const struct path_link *link)
{
	const struct extensions *k = extensions_of(link->c);
	if (k->has_key_usage && !k->key_cert_sign)
		return false;
	if (k->has_basic_constraints)
		return k->ca;
	return k->has_key_usage || (k->fields.version == 1 && path_link_ends(link));
}

static bool breaks(struct path_fault *fault, enum cause cause, const struct path_link *link)
{
	*fault = (struct path_fault){cause, link->c};
	return false;
}

static bool purpose_fits(const struct path_link *link, bool is_leaf, struct path_fault *fault)
{
	const struct extensions *k = extensions_of(link->c);
	/* RFC 5280 §4.2.1.12; deployed senders ask it of CA certificates, too. */
	if (k->has_ext_key_usage && !k->server_auth)
		return breaks(fault, CAUSE_EXT_KEY_USAGE, link);
	if (is_leaf && k->has_key_usage && !k->tls_key_usage)
		return breaks(fault, CAUSE_KEY_USAGE, link);
	return !(is_leaf && k->no_netscape_server) || breaks(fault, CAUSE_NONE, link);
}

static bool is_issuer(const struct path_link *link, bool top, struct path_fault *fault)
{
	const struct extensions *k = extensions_of(link->c);
	if (top ? is_topmost_ca(link) : is_intermediate_ca(k))
		return true;
	bool ca = top ? !k->has_basic_constraints || k->ca : k->has_basic_constraints && k->ca;
	return breaks(fault,
	    ca && k->has_key_usage && !k->key_cert_sign ? CAUSE_KEY_USAGE : CAUSE_NOT_A_CA, link);
}

static bool extensions_hold(const struct path *path, struct path_fault *fault)
{
	int issued = 0; /* certificates so far that count for path lengths */
	for (size_t i = 0; i < path->length; i++) {
		const struct path_link *link = path->links[i];
		const struct extensions *k = extensions_of(link->c);
		if (k->invalid || k->unknown_critical)
			return breaks(fault, CAUSE_NONE, link);
		if (!purpose_fits(link, i == 0, fault) ||
		    (i > 0 && !is_issuer(link, i + 1 == path->length, fault)))
			return false;
		if (i > 1 && k->path_length != -1 && issued > k->path_length)
			return breaks(fault, CAUSE_PATH_LENGTH, link);
		if (i > 0 && !link->c->self_issued)
			issued++;
	}
	return true;
}

static bool signatures_hold(const struct path *path, struct path_fault *fault)
{
	for (size_t i = 0; i + 1 < path->length; i++)
		if (!certificate_signed_by(path->links[i]->c, path->links[i + 1]->c))
			return breaks(fault, CAUSE_BAD_SIGNATURE, path->links[i]);
	return true;
}

/* RFC 5280 §6.1.3 (b), (c): of all certificates but self-issued intermediate ones. */
static bool names_hold(const struct path *path, struct path_fault *fault)
{
	for (size_t i = 0; i + 1 < path->length; i++) {
		if (i > 0 && path->links[i]->c->self_issued)
			continue;
		for (size_t j = i + 1; j < path->length; j++) {
			const struct der_value *of =
			    &extensions_of(path->links[j]->c)->name_constraints;
			if (of->bytes && !path_names_permit(of, path->links[i]->c, i == 0))
				return breaks(fault, CAUSE_NAME_CONSTRAINTS, path->links[i]);
		}
	}
	return true;
}

bool path_holds(const struct path *path, struct path_fault *fault)
{
	return extensions_hold(path, fault) && signatures_hold(path, fault) &&
	       names_hold(path, fault);
}
