/* path.c - what must hold along a certification path, as RFC 5280 and OpenSSL have it. */
#include "path.h"

#include "certificate.h"
#include "name_constraints.h"

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
			if (of->bytes && !name_constraints_permit(of, path->links[i]->c, i == 0))
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
