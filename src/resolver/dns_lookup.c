/*
 * dns_lookup.c owns one lookup: its questions, more of them where a resolver ends a chain of
 * aliases early, the verdict on every link, and the fact that comes of it.
 */
#include "dns_lookup.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

#include "alias_chain.h"
#include "dname.h"
#include "lookup.h"
#include "reason.h"

static void add_signature(struct arena *arena, struct lookup *fact, const struct answer *answer,
    const char *owner, uint16_t type)
{
	struct signature_life life;

	if (answer_signature_life(answer, owner, type, time(NULL), &life))
		lookup_add_signature(arena, fact, &life);
}

static void add_signatures(struct arena *arena, struct lookup *fact, const struct alias_link *link)
{
	const struct answer *answer = link->answer;
	const struct dns_rr *dname =
	    link->type == DNS_TYPE_CNAME ? answer_dname(answer, link->owner) : NULL;

	if (!link->absent)
		add_signature(arena, fact, answer, dname ? dname->owner : link->owner,
		    dname ? DNS_TYPE_DNAME : link->type);
	for (size_t i = 0; link->absent && i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && (rr->type == DNS_TYPE_NSEC || rr->type == DNS_TYPE_NSEC3))
			add_signature(arena, fact, answer, rr->owner, rr->type);
	}
}

/* RFC 4035 §5.3.4: an RRSIG counts the labels to the right of the asterisk. */
static void add_expansion(struct arena *arena, struct lookup *fact, const struct alias_link *link)
{
	const char *encloser = link->owner;
	const struct dns_rr *rr = NULL;
	size_t fewest = dname_labels(encloser);

	if (link->absent || !answer_is_wildcard(link->answer, link->owner, link->type))
		return;
	while ((rr = answer_signature(link->answer, link->owner, link->type, rr)))
		if (rr->signature->labels < fewest)
			fewest = rr->signature->labels;
	for (size_t labels = dname_labels(encloser); labels > fewest; labels--)
		encloser = dname_parent(encloser);
	lookup_add_expansion(
	    arena, fact, link->owner, arena_printf(arena, *encloser ? "*.%s" : "*%s", encloser));
}

static void add_alias(struct arena *arena, struct lookup *fact, const struct alias_chain *chain)
{
	const struct alias_link *first = &chain->links[0];
	const struct dns_rr *cname = answer_find(first->answer, first->owner, DNS_TYPE_CNAME);
	const struct dns_rr *signature =
	    answer_signature(first->answer, first->owner, DNS_TYPE_CNAME, NULL);

	if (strcmp(fact->final, fact->asked) == 0 || !cname ||
	    answer_dname(first->answer, first->owner))
		return;
	fact->alias = arena_strdup(arena, cname->target);
	fact->alias_ttl = signature ? signature->signature->original_ttl : cname->ttl;
	fact->alias_ttl_left = cname->ttl < fact->alias_ttl ? cname->ttl : fact->alias_ttl;
}

/*
 * Sets kind, final name, records and the times of the signatures, from the whole chain.
 * `to_proposed`: it ends where proposed data begins; `denies_name`: an absence at its end is of the
 * name, not of the type alone. Memory from the arena. False if a record cannot be read.
 */
static bool describe_chain(struct lookup *fact, const struct alias_chain *chain, bool to_proposed,
    bool denies_name, struct arena *arena)
{
	const struct alias_link *end = &chain->links[chain->count - 1];

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
	return answer_records(end->answer, arena, fact);
}

enum { RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3 };

struct dns_lookup {
	const struct dns_service *service;
	struct arena *arena;
	struct lookup *fact;
	dns_lookup_cb *cb;
	void *user;
	struct dns_question *question;
	enum dns_mode mode; /* trust-ad: after SERVFAIL one with checking off */
	struct trust_chain_wait root;
	bool root_known;
	struct answer *answers;
	struct alias_chain chain;
	bool to_proposed; /* the chain ends where proposed data begins */
	bool arrived;     /* the chain is whole, or the lookup has failed: fact->failure */
	struct link_verdict verdicts[LIMIT_ALIAS_LINKS + 1];
	size_t open_verdicts;
	bool retried;
	struct link_verdict
	    *lone; /* an alias without a signature: its DNAME is asked for at `above` */
	const char *above;
	bool lone_for_good; /* there is no such DNAME */
	/* trust-ad */
	const char *servfail; /* the first error, where checking off brings an answer */
	bool alias_checked;   /* the alias at the asked name has been asked for by itself */
	struct ad_check_wait ad_check;
	struct reason *reason; /* after all else */
};

static void ask(struct dns_lookup *l, const char *name, uint16_t type);

/* ---- The end ---- */

static void release_links(struct dns_lookup *l)
{
	for (size_t i = 0; i < sizeof l->verdicts / sizeof *l->verdicts; i++)
		waiters_leave(&l->verdicts[i].wait.waiter);
	memset(l->verdicts, 0, sizeof l->verdicts);
}

static void drop_answers(struct dns_lookup *l)
{
	struct answer *answer, *after;

	release_links(l);
	LL_FOREACH_SAFE(l->answers, answer, after)
	{
		answer_destroy(answer);
	}
	l->answers = NULL;
	l->chain = (struct alias_chain){.overlay = l->service->overlay};
	l->to_proposed = false;
}

const struct lookup *dns_lookup_known(const struct dns_lookup *lookup)
{
	return lookup->reason ? lookup->fact : NULL;
}

void dns_lookup_cancel(struct dns_lookup *lookup)
{
	if (!lookup)
		return;
	transport_cancel(lookup->question);
	reason_cancel(lookup->reason);
	drop_answers(lookup);
	waiters_leave(&lookup->root.waiter);
	ad_check_release(lookup->service->ad_check, &lookup->ad_check);
	free(lookup);
}

static void hand_over(struct dns_lookup *l)
{
	dns_lookup_cb *cb = l->cb;
	void *user = l->user;
	struct lookup *fact = l->fact;

	dns_lookup_cancel(l); /* releases all that is left */
	cb(user, fact);
}

static void on_reason(void *user)
{
	struct dns_lookup *l = user;

	l->reason = NULL;
	hand_over(l);
}

static void finish(struct dns_lookup *l)
{
	l->reason = reason_seek(l->service->loop, l->service->transport,
	    l->service->trust_chain != NULL, l->fact, l->arena, on_reason, l);
	if (!l->reason)
		hand_over(l);
}

static void set_failed(struct dns_lookup *l, enum lookup_failure failure, const char *error)
{
	l->fact->kind = ANSWER_FAILED;
	l->fact->dnssec = l->fact->alias_dnssec = DNSSEC_INDETERMINATE;
	l->fact->failure = failure;
	l->fact->error = arena_strdup(l->arena, error);
	l->fact->final = l->fact->asked;
	l->fact->records = NULL;
	l->fact->record_count = 0;
}

static void fail(struct dns_lookup *l, enum lookup_failure failure, const char *error)
{
	set_failed(l, failure, error);
	finish(l);
}

/* ---- The fact ---- */

/* False if a record cannot be read. */
static bool describe(struct dns_lookup *l, bool denies_name)
{
	return describe_chain(l->fact, &l->chain, l->to_proposed, denies_name, l->arena);
}

static bool denied_by_rcode(const struct dns_lookup *l)
{
	return l->chain.links[l->chain.count - 1].answer->rcode == RCODE_NXDOMAIN;
}

static void finish_malformed(struct dns_lookup *l)
{
	fail(l, LOOKUP_FAILURE_MALFORMED, "the answer holds a record that cannot be read");
}

/* ---- Judging by proof ---- */

static const struct link_verdict *worst_verdict(const struct dns_lookup *l)
{
	const struct link_verdict *worst = &l->verdicts[0];

	for (size_t i = 1; i < l->chain.count; i++)
		if (l->verdicts[i].verdict.status > worst->verdict.status)
			worst = &l->verdicts[i];
	return worst;
}

static void try_once_more(struct dns_lookup *l)
{
	l->retried = true;
	for (size_t i = 0; i < l->chain.count; i++)
		if (l->verdicts[i].verdict.status == DNSSEC_BOGUS)
			alias_chain_forget_zone(&l->verdicts[i]);
	drop_answers(l);
	l->arrived = false;
	ask(l, l->fact->asked, (uint16_t)l->fact->type);
}

/*
 * Unbound that is not to check and is asked for several types at once may hand an alias out without
 * the DNAME that makes it, and it keeps that answer. Where the zone is signed the DNAME is asked
 * for by itself, at the names from the alias up to the zone's own.
 */
static bool seek_dname(struct dns_lookup *l)
{
	for (size_t i = 0; i < l->chain.count && !l->lone_for_good; i++) {
		struct link_verdict *judged = &l->verdicts[i];
		const struct alias_link *link = judged->link;

		if (judged->verdict.status != DNSSEC_BOGUS || !alias_chain_link_zone(judged) ||
		    link->absent || link->type != DNS_TYPE_CNAME ||
		    strcmp(link->owner, alias_chain_link_zone(judged)) == 0 ||
		    !answer_is_lone_alias(link->answer, link->owner))
			continue;
		l->lone = judged;
		l->above = dname_parent(link->owner);
		ask(l, l->above, DNS_TYPE_DNAME);
		return true;
	}
	return false;
}

static void conclude(struct dns_lookup *l)
{
	const struct link_verdict *worst = worst_verdict(l),
				  *end = &l->verdicts[l->chain.count - 1];
	const struct dns_verdict *v = &worst->verdict;

	if (v->status == DNSSEC_BOGUS && seek_dname(l))
		return;

	if (v->status == DNSSEC_BOGUS && !l->retried && !worst->is_final) {
		try_once_more(l);
		return;
	}
	/* A question for keys or DS failed: a failed lookup, not a verdict. */
	if (v->status == DNSSEC_INDETERMINATE && v->failure != LOOKUP_FAILURE_UNJUDGEABLE) {
		fail(l, v->failure, v->error);
		return;
	}
	l->fact->dnssec = v->status;
	l->fact->alias_dnssec = l->verdicts[0].verdict.status;
	l->fact->failure = v->failure;
	l->fact->error = v->error;
	l->fact->broken = alias_chain_broken(worst);
	l->fact->broken.behind_alias = worst != l->verdicts;
	for (size_t i = 0; i < l->chain.count; i++)
		alias_chain_add_zone(&l->verdicts[i], l->fact);
	if (describe(l, end->verdict.status == DNSSEC_SECURE ? end->verdict.denies_name
							     : denied_by_rcode(l)))
		finish(l);
	else
		finish_malformed(l);
}

static void on_link_verdict(void *user)
{
	struct dns_lookup *l = user;

	if (--l->open_verdicts == 0)
		conclude(l);
}

static void judge_links(struct dns_lookup *l)
{
	l->open_verdicts = l->chain.count;
	for (size_t i = 0; i < l->chain.count; i++)
		alias_chain_judge_link(&l->verdicts[i], l->service->trust_chain, &l->chain.links[i],
		    l->arena, on_link_verdict, l);
}

/* The answer to a question of seek_dname. */
static void on_dname(struct dns_lookup *l, const struct dns_reply *reply)
{
	const struct alias_link *link = l->lone->link;
	const struct dns_rr *dname;

	if (!reply->answer) {
		fail(l, reply->failure, reply->error);
		return;
	}
	LL_APPEND(l->answers, reply->answer);
	dname = answer_dname(reply->answer, link->owner);
	if (!dname && strcmp(l->above, alias_chain_link_zone(l->lone)) != 0) {
		l->above = dname_parent(l->above);
		ask(l, l->above, DNS_TYPE_DNAME);
		return;
	}
	if (dname)
		answer_add_dname(link->answer, reply->answer, dname->owner);
	else
		l->lone_for_good = true;
	l->lone = NULL;
	release_links(l);
	judge_links(l);
}

/* The root is checked before anything is judged, failures included. */
static void proceed(struct dns_lookup *l)
{
	if (!l->root_known)
		return;
	const struct zone_status *root = trust_chain_status(&l->root);
	if (root->kind != ZONE_STATUS_APEX)
		fail(l, root->verdict.failure, root->verdict.error);
	else if (l->arrived && l->fact->failure != LOOKUP_FAILURE_NONE)
		finish(l);
	else if (l->arrived)
		judge_links(l);
}

static void on_root(void *user)
{
	struct dns_lookup *l = user;

	l->root_known = true;
	proceed(l);
}

/* ---- Judging by the resolver's AD bit (RFC 4035 §4.9.3) ---- */

static void on_ad_check(void *user, enum lookup_failure failure, const char *error)
{
	struct dns_lookup *l = user;

	if (failure == LOOKUP_FAILURE_NONE)
		finish(l);
	else
		fail(l, failure, error);
}

/* Before a lookup ends as insecure, it must be known that the resolver validates at all. */
static void finish_trusted(struct dns_lookup *l)
{
	struct ad_check *ad_check = l->service->ad_check;

	if (l->fact->dnssec != DNSSEC_INSECURE || ad_check_passed(ad_check)) {
		finish(l);
		return;
	}
	l->ad_check.cb = on_ad_check;
	l->ad_check.user = l;
	ad_check_await(ad_check, &l->ad_check);
}

static void trust(struct dns_lookup *l)
{
	struct lookup *fact = l->fact;
	const struct answer *answer;
	bool secure = true;

	if (fact->failure != LOOKUP_FAILURE_NONE) {
		finish(l);
		return;
	}
	LL_FOREACH(l->answers, answer)
	{
		secure &= answer->ad;
	}
	fact->dnssec = l->servfail ? DNSSEC_BOGUS : secure ? DNSSEC_SECURE : DNSSEC_INSECURE;
	fact->alias_dnssec = fact->dnssec;
	fact->error = l->servfail;
	if (!describe(l, denied_by_rcode(l))) {
		finish_malformed(l);
		return;
	}
	/* RFC 7672 §2.1.3: is at least the alias itself signed? */
	if (fact->dnssec == DNSSEC_INSECURE && (l->chain.count > 1 || l->to_proposed)) {
		l->alias_checked = true;
		ask(l, fact->asked, DNS_TYPE_CNAME);
		return;
	}
	finish_trusted(l);
}

static void trust_alias(struct dns_lookup *l, const struct dns_reply *reply)
{
	if (!reply->answer) {
		fail(l, reply->failure, reply->error);
		return;
	}
	l->fact->alias_dnssec = reply->answer->ad ? DNSSEC_SECURE : DNSSEC_INSECURE;
	if (l->to_proposed && l->chain.count == 1) /* the alias is all that live DNS says */
		l->fact->dnssec = l->fact->alias_dnssec;
	answer_destroy(reply->answer);
	finish_trusted(l);
}

/*
 * A validating resolver says SERVFAIL for bogus, and for its own troubles. Told not to check,
 * systemd-resolved heeds that only where signatures are wanted as well, and PowerDNS Recursor
 * checks all the same where they are.
 */
static bool check_servfail(struct dns_lookup *l, const struct dns_reply *reply)
{
	if (l->mode == DNS_MODE_PROOF || reply->rcode != RCODE_SERVFAIL)
		return false;
	l->mode = l->mode == DNS_MODE_AD ? DNS_MODE_UNCHECKED : DNS_MODE_PROOF;
	l->servfail = arena_printf(l->arena, "%s, but not when told not to check", reply->error);
	drop_answers(l);
	ask(l, l->fact->asked, (uint16_t)l->fact->type);
	return true;
}

/* ---- Answers ---- */

static void arrive(struct dns_lookup *l)
{
	l->arrived = true;
	if (l->service->trust_chain)
		proceed(l);
	else
		trust(l);
}

static void arrive_failed(struct dns_lookup *l, enum lookup_failure failure, const char *error)
{
	set_failed(l, failure, error);
	arrive(l);
}

static void fail_reply(struct dns_lookup *l, const struct dns_reply *reply)
{
	reason_add_errors(l->fact, l->arena, reply);
	arrive_failed(l, reply->failure, reply->error);
}

static void on_reply(void *user, const struct dns_reply *reply)
{
	struct dns_lookup *l = user;

	l->question = NULL;
	if (l->alias_checked) {
		trust_alias(l, reply);
		return;
	}
	if (l->lone) {
		on_dname(l, reply);
		return;
	}
	if (!reply->answer) {
		if (!check_servfail(l, reply))
			fail_reply(l, reply);
		return;
	}
	LL_APPEND(l->answers, reply->answer);
	switch (alias_chain_follow(&l->chain, reply->answer)) {
	case ALIAS_CHAIN_PROPOSED:
		l->to_proposed = true;
		arrive(l);
		break;
	case ALIAS_CHAIN_WHOLE: arrive(l); break;
	case ALIAS_CHAIN_CHOPPED: ask(l, l->chain.final, (uint16_t)l->fact->type); break;
	case ALIAS_CHAIN_MALFORMED:
		if (l->chain.loops)
			l->fact->broken = (struct broken_link){.cause = CAUSE_ALIAS_LOOP,
			    .name = arena_strdup(l->arena, l->chain.final)};
		arrive_failed(l, LOOKUP_FAILURE_MALFORMED, l->chain.error);
		break;
	}
}

static void ask(struct dns_lookup *l, const char *name, uint16_t type)
{
	l->question = transport_ask(l->service->transport, name, type, l->mode, on_reply, l);
}

struct dns_lookup *dns_lookup_start(const struct dns_service *service, const char *name,
    enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user)
{
	struct dns_lookup *l = memory_alloc(sizeof *l);

	l->service = service;
	l->mode = service->trust_chain ? DNS_MODE_PROOF : DNS_MODE_AD;
	l->arena = arena;
	l->cb = cb;
	l->user = user;
	l->fact = arena_alloc(arena, sizeof *l->fact);
	l->chain.overlay = service->overlay;
	l->fact->asked = l->fact->final = arena_strdup(arena, name);
	l->fact->type = type;
	ask(l, name, (uint16_t)type);
	if (service->trust_chain) {
		l->root.cb = on_root;
		l->root.user = l;
		trust_chain_await(service->trust_chain, "", &l->root);
		trust_chain_prefetch(service->trust_chain, name, type);
	}
	return l;
}
