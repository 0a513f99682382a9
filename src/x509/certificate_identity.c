/* certificate_identity.c owns the question whether a certificate is for a host name. */
#include <string.h>

#include "certificate.h"
#include "name.h"

/*
 * What OpenSSL asks of a wildcard beyond RFC 6125 §6.4.3: two labels or more below it, plain host
 * name labels all, and such a label in its place too. A final dot it compares as any other octet.
 */
static bool identifier_covers(const char *presented, const char *reference)
{
	size_t length = strlen(presented);
	if (length == 0 || presented[length - 1] == '.' || !name_matches(presented, reference))
		return false;
	if (*presented != '*')
		return true;
	const char *rest = presented + 2;
	const char *underscore = strchr(reference, '_'), *dot = strchr(reference, '.');
	bool plain_label = !underscore || underscore > dot;
	return strchr(rest, '.') && name_is_strict_host(rest) && plain_label;
}

bool certificate_covers(const struct certificate *c, const char *reference, bool use_common_name)
{
	for (size_t i = 0; i < c->dns_name_count; i++)
		if (identifier_covers(c->dns_names[i], reference))
			return true;
	return use_common_name && !c->has_dns_name && c->common_name &&
	       identifier_covers(c->common_name, reference);
}
