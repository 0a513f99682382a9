/*
 * alias_chain.c owns following aliases through answers (RFC 1034 §3.6.2, RFC 6672 §2.2) and
 * choosing the zone whose keys judge a link: first the one that says to have signed it, then,
 * unless that settles it, the one that trust_chain.h finds the name in, label by label.
 */
#include "alias_chain.h"

#include <string.h>
#include <time.h>

static void on_zone_status(void *user);

static void await(struct link_verdict *v, const char *name)
{
	v->wait.cb = on_zone_status;
	v->wait.user = v;
	trust_chain_await(v->trust_chain, name, &v->wait);
}

static void prove(struct link_verdict *v, const struct zone_keys *keys)
{
	const struct alias_link *l = v->link;
	int64_t now = time(NULL);

	if (l->absent)
		v->verdict = validate_absence(l->answer, l->owner, l->type, keys, now, v->arena);
	else
		v->verdict = validate_rrset(l->answer, l->owner, l->type, keys, now, v->arena);
}

/* A name expanded from a wildcard has no NSEC3 record of its own, so that an opt-out span covers it
 * as it covers an unsigned delegation. But its RRset is signed, and the signature failed. */
static bool is_broken_wildcard(const struct link_verdict *v)
{
	const struct alias_link *l = v->link;

	return v->by_owner && v->verdict.status == DNSSEC_BOGUS && !l->absent &&
	       answer_is_wildcard(l->answer, l->owner, l->type);
}

static void on_zone_status(void *user)
{
	struct link_verdict *v = user;
	const struct zone_status *status = trust_chain_status(&v->wait);

	if (status->kind == ZONE_STATUS_INSECURE) {
		if (!is_broken_wildcard(v))
			v->verdict = (struct dns_verdict){.status = DNSSEC_INSECURE};
	} else if (status->kind == ZONE_STATUS_BROKEN) {
		v->verdict = status->verdict;
		v->verdict.error = arena_strdup(v->arena, status->verdict.error);
		v->is_final = true;
	} else {
		bool by_signer = !v->by_owner && status->kind == ZONE_STATUS_APEX;

		if (v->by_owner || by_signer)
			prove(v, status->keys);
		/*
		 * A proof by the signer is enough, for nothing can hide between it and the name:
		 * what a zone has signed is its own, and a denial that is no delegation's shows
		 * that there is none. Everything else, failure above all, is judged by the zone
		 * that the owner is in.
		 */
		if (!v->by_owner && !(by_signer && v->verdict.status == DNSSEC_SECURE)) {
			v->by_owner = true;
			waiters_leave(&v->wait.waiter);
			await(v, v->link->owner);
			return;
		}
	}
	v->cb(v->user);
}

void alias_chain_judge_link(struct link_verdict *v, struct trust_chain *trust_chain,
    const struct alias_link *link, struct arena *arena, void (*cb)(void *user), void *user)
{
	const char *signer =
	    validate_find_signer(link->answer, link->owner, link->type, link->absent);

	*v = (struct link_verdict){.link = link,
	    .trust_chain = trust_chain,
	    .by_owner = !signer,
	    .arena = arena,
	    .cb = cb,
	    .user = user};
	await(v, signer ? signer : link->owner);
}

const char *alias_chain_link_zone(const struct link_verdict *v)
{
	const struct zone_status *status = trust_chain_status(&v->wait);

	return status->kind == ZONE_STATUS_BROKEN || status->kind == ZONE_STATUS_INSECURE
		   ? NULL
		   : keys_zone(status->keys);
}

void alias_chain_add_zone(const struct link_verdict *v, struct lookup *fact)
{
	const struct zone_status *status = trust_chain_status(&v->wait);

	if (status->kind == ZONE_STATUS_BROKEN ||
	    (status->kind == ZONE_STATUS_INSECURE && !status->unchecked.odd_algorithm))
		return;
	struct signed_zone zone = status->kind == ZONE_STATUS_INSECURE
				      ? status->unchecked
				      : keys_signed_zone(status->keys);
	zone.iterations = v->verdict.iterations;
	/* Proven with the denial, except for DS. */
	if (v->link->absent && v->verdict.status == DNSSEC_SECURE && v->link->type != DNS_TYPE_DS)
		answer_soa(v->link->answer, &zone);
	if (*zone.name)
		lookup_add_zone(v->arena, fact, &zone);
}

struct broken_link alias_chain_broken(const struct link_verdict *v)
{
	struct broken_link broken = trust_chain_status(&v->wait)->broken;

	if (v->verdict.status == DNSSEC_SECURE)
		return (struct broken_link){0};
	if (v->verdict.status == DNSSEC_BOGUS && v->verdict.cause != CAUSE_NONE &&
	    broken.cause == CAUSE_NONE)
		broken = (struct broken_link){
		    .cause = v->verdict.cause, .name = alias_chain_link_zone(v)};
	broken.name = arena_strdup(v->arena, broken.name);
	broken.ds = arena_strdup(v->arena, broken.ds);
	return broken;
}

void alias_chain_forget_zone(struct link_verdict *v)
{
	if (v->wait.waiter.entry)
		trust_chain_forget(v->trust_chain, trust_chain_status(&v->wait));
}

static bool was_visited(const struct alias_chain *chain, const char *name)
{
	for (size_t i = 0; i < chain->count; i++)
		if (strcmp(chain->links[i].owner, name) == 0)
			return true;
	return false;
}

static enum alias_chain_state malformed(struct alias_chain *chain, const char *error)
{
	chain->error = error;
	return ALIAS_CHAIN_MALFORMED;
}

static enum alias_chain_state looping(struct alias_chain *chain, const char *name)
{
	chain->final = name;
	chain->loops = true;
	return malformed(chain, "the aliases form a loop");
}

static void add_link(
    struct alias_chain *chain, struct answer *answer, const char *owner, uint16_t type, bool absent)
{
	chain->links[chain->count++] = (struct alias_link){answer, owner, type, absent};
}

enum alias_chain_state alias_chain_follow(struct alias_chain *chain, struct answer *answer)
{
	const char *name = answer->name, *target;
	bool ambiguous = false;

	/* A question for the alias itself ends at it. */
	while (
	    answer->type != DNS_TYPE_CNAME && (target = answer_alias(answer, name, &ambiguous))) {
		if (ambiguous)
			return malformed(chain, "an alias has two targets");
		if (was_visited(chain, name))
			return looping(chain, name);
		if (chain->count == LIMIT_ALIAS_LINKS)
			return malformed(chain, "more than 16 aliases follow each other");
		add_link(chain, answer, name, DNS_TYPE_CNAME, false);
		name = target;
		if (zone_overlay_covers(chain->overlay, name, (enum dns_type)answer->type)) {
			chain->final = name;
			return ALIAS_CHAIN_PROPOSED;
		}
	}
	chain->final = name;
	if (was_visited(chain, name))
		return looping(chain, name);
	if (answer_find(answer, name, answer->type)) {
		add_link(chain, answer, name, answer->type, false);
		return ALIAS_CHAIN_WHOLE;
	}
	/* No records at the asked name are an answer; after an alias the resolver may have ended
	 * the chain early. */
	if (strcmp(name, answer->name) != 0 && !answer_has_denial(answer, name))
		return ALIAS_CHAIN_CHOPPED;
	add_link(chain, answer, name, answer->type, true);
	return ALIAS_CHAIN_WHOLE;
}
