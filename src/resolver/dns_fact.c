/* dns_fact.c owns turning a chain of answers into a fact. */
#include "dns_fact.h"

#include <string.h>
#include <time.h>

#include "dns_name.h"

static void add_signature(struct arena *arena, struct lookup *fact, const struct dns_answer *answer,
    const char *owner, uint16_t type)
{
	struct signature_life life;

	if (dns_answer_signature_life(answer, owner, type, time(NULL), &life))
		lookup_add_signature(arena, fact, &life);
}

static void add_signatures(struct arena *arena, struct lookup *fact, const struct dns_link *link)
{
	const struct dns_answer *answer = link->answer;
	const struct dns_rr *dname =
	    link->type == DNS_TYPE_CNAME ? dns_answer_dname(answer, link->owner) : NULL;

	if (!link->absent)
		add_signature(arena, fact, answer, dname ? dname->owner : link->owner,
		    dname ? DNS_TYPE_DNAME : link->type);
	for (size_t i = 0; link->absent && i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && (rr->type == DNS_TYPE_NSEC || rr->type == DNS_TYPE_NSEC3))
			add_signature(arena, fact, answer, rr->owner, rr->type);
	}
}

/* RFC 4035 §5.3.4: the signature has the labels that stand right of the asterisk. */
static void add_expansion(struct arena *arena, struct lookup *fact, const struct dns_link *link)
{
	const char *encloser = link->owner;
	const struct dns_rr *rr = NULL;
	size_t fewest = dns_name_labels(encloser);

	if (link->absent || !dns_answer_is_wildcard(link->answer, link->owner, link->type))
		return;
	while ((rr = dns_answer_signature(link->answer, link->owner, link->type, rr)))
		if (rr->signature->labels < fewest)
			fewest = rr->signature->labels;
	for (size_t labels = dns_name_labels(encloser); labels > fewest; labels--)
		encloser = dns_name_parent(encloser);
	lookup_add_expansion(
	    arena, fact, link->owner, arena_printf(arena, *encloser ? "*.%s" : "*%s", encloser));
}

static void add_alias(struct arena *arena, struct lookup *fact, const struct dns_chain *chain)
{
	const struct dns_link *first = &chain->links[0];
	const struct dns_rr *cname = dns_answer_find(first->answer, first->owner, DNS_TYPE_CNAME);
	const struct dns_rr *signature =
	    dns_answer_signature(first->answer, first->owner, DNS_TYPE_CNAME, NULL);

	if (strcmp(fact->final, fact->asked) == 0 || !cname ||
	    dns_answer_dname(first->answer, first->owner))
		return;
	fact->alias = arena_strdup(arena, cname->target);
	fact->alias_ttl = signature ? signature->signature->original_ttl : cname->ttl;
}

bool dns_fact_describe(struct lookup *fact, const struct dns_chain *chain, bool to_proposed,
    bool denies_name, struct arena *arena)
{
	const struct dns_link *end = &chain->links[chain->count - 1];

	fact->final = arena_strdup(arena, chain->final);
	for (size_t i = 0; i < chain->count; i++) {
		add_signatures(arena, fact, &chain->links[i]);
		add_expansion(arena, fact, &chain->links[i]);
	}
	add_alias(arena, fact, chain);
	if (to_proposed) {
		fact->kind = ANSWER_NODATA;
		return true;
	}
	if (end->absent) {
		fact->kind = denies_name ? ANSWER_NXDOMAIN : ANSWER_NODATA;
		return true;
	}
	fact->kind = ANSWER_RECORDS;
	return dns_answer_records(end->answer, arena, fact);
}
