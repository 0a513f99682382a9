/* dns_chain.c owns following aliases through answers (RFC 1034 §3.6.2, RFC 6672 §2.2). */
#include "dns_chain.h"

#include <string.h>

static bool was_visited(const struct dns_chain *chain, const char *name)
{
	for (size_t i = 0; i < chain->count; i++)
		if (strcmp(chain->links[i].owner, name) == 0)
			return true;
	return false;
}

static enum dns_chain_state malformed(struct dns_chain *chain, const char *error)
{
	chain->error = error;
	return DNS_CHAIN_MALFORMED;
}

static void add_link(struct dns_chain *chain, struct dns_answer *answer, const char *owner,
    uint16_t type, bool absent)
{
	chain->links[chain->count++] = (struct dns_link){answer, owner, type, absent};
}

enum dns_chain_state dns_chain_follow(struct dns_chain *chain, struct dns_answer *answer)
{
	const char *name = answer->name, *target;
	bool ambiguous = false;

	/* A question for the alias itself ends at it. */
	while (answer->type != DNS_TYPE_CNAME &&
	       (target = dns_answer_alias(answer, name, &ambiguous))) {
		if (ambiguous)
			return malformed(chain, "an alias has two targets");
		if (was_visited(chain, name))
			return malformed(chain, "the aliases form a loop");
		if (chain->count == LIMIT_ALIAS_LINKS)
			return malformed(chain, "more than 16 aliases follow each other");
		add_link(chain, answer, name, DNS_TYPE_CNAME, false);
		name = target;
		if (zone_overlay_covers(chain->overlay, name, (enum dns_type)answer->type)) {
			chain->final = name;
			return DNS_CHAIN_PROPOSED;
		}
	}
	chain->final = name;
	if (was_visited(chain, name))
		return malformed(chain, "the aliases form a loop");
	if (dns_answer_find(answer, name, answer->type)) {
		add_link(chain, answer, name, answer->type, false);
		return DNS_CHAIN_WHOLE;
	}
	/* Silence about the name asked is an answer; after an alias it may be a chopped chain. */
	if (strcmp(name, answer->name) != 0 && !dns_answer_has_denial(answer, name))
		return DNS_CHAIN_CHOPPED;
	add_link(chain, answer, name, answer->type, true);
	return DNS_CHAIN_WHOLE;
}
