/* path.c - what must hold along a certification path, as RFC 5280 and OpenSSL have it. */
#include "path.h"

#include "certificate.h"

bool path_link_fits(const struct path_link *issuer, const struct path_link *subject)
{
	return !issuer->constraints.invalid && !subject->constraints.invalid &&
	       certificate_fits_issuer(&issuer->constraints, &subject->constraints) &&
	       certificate_key_fits_signature(subject->c, issuer->c);
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
static bool is_intermediate_ca(const struct certificate_constraints *k)
{
	return k->has_basic_constraints && k->ca && (!k->has_key_usage || k->key_cert_sign);
}

/* OpenSSL takes two more as the topmost: a self-signed version 1 certificate, and one without
 * basicConstraints whose key usage lets it sign certificates. */
static bool is_topmost_ca(const struct path_link *link)
{
	const struct certificate_constraints *k = &link->constraints;
	if (k->has_key_usage && !k->key_cert_sign)
		return false;
	if (k->has_basic_constraints)
		return k->ca;
	return k->has_key_usage || (k->version == 1 && path_link_ends(link));
}

static bool purpose_fits(const struct path_link *link, bool is_leaf)
{
	const struct certificate_constraints *k = &link->constraints;
	/* RFC 5280 §4.2.1.12; deployed senders ask it of CA certificates, too. */
	if (k->has_ext_key_usage && !k->server_auth)
		return false;
	if (!is_leaf)
		return true;
	return !k->no_netscape_server && (!k->has_key_usage || k->tls_key_usage);
}

static bool extensions_hold(const struct path *path)
{
	int issued = 0; /* certificates so far that count for path lengths */
	for (size_t i = 0; i < path->length; i++) {
		const struct path_link *link = path->links[i];
		const struct certificate_constraints *k = &link->constraints;
		bool top = i + 1 == path->length;
		if (k->invalid || k->unknown_critical || !purpose_fits(link, i == 0))
			return false;
		if (i > 0 && !(top ? is_topmost_ca(link) : is_intermediate_ca(k)))
			return false;
		if (i > 1 && k->path_length != -1 && issued > k->path_length)
			return false;
		if (i > 0 && !link->c->self_issued)
			issued++;
	}
	return true;
}

static bool signatures_hold(const struct path *path)
{
	for (size_t i = 0; i + 1 < path->length; i++)
		if (!certificate_signed_by(path->links[i]->c, path->links[i + 1]->c))
			return false;
	return true;
}

/* RFC 5280 §6.1.3 (b), (c): of all certificates but self-issued intermediate ones. */
static bool names_hold(const struct path *path)
{
	for (size_t i = 0; i + 1 < path->length; i++) {
		if (i > 0 && path->links[i]->c->self_issued)
			continue;
		for (size_t j = i + 1; j < path->length; j++) {
			const struct der_value *of = &path->links[j]->constraints.name_constraints;
			if (of->bytes &&
			    !certificate_names_permitted(of, path->links[i]->c, i == 0))
				return false;
		}
	}
	return true;
}

bool path_holds(const struct path *path)
{
	return extensions_hold(path) && signatures_hold(path) && names_hold(path);
}
