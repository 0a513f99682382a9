/* dns_fact.c owns turning a chain of answers into a fact. */
#include "dns_fact.h"

#include <time.h>

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
	    link->type == DNS_RR_CNAME ? dns_answer_dname(answer, link->owner) : NULL;

	if (!link->absent)
		add_signature(arena, fact, answer, dname ? dname->owner : link->owner,
		    dname ? DNS_RR_DNAME : link->type);
	for (size_t i = 0; link->absent && i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && (rr->type == DNS_RR_NSEC || rr->type == DNS_RR_NSEC3))
			add_signature(arena, fact, answer, rr->owner, rr->type);
	}
}

bool dns_fact_describe(struct lookup *fact, const struct dns_chain *chain, bool to_proposed,
    bool denies_name, struct arena *arena)
{
	const struct dns_link *end = &chain->links[chain->count - 1];

	fact->final = arena_strdup(arena, chain->final);
	for (size_t i = 0; i < chain->count; i++)
		add_signatures(arena, fact, &chain->links[i]);
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
