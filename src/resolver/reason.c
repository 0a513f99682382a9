/*
 * reason.c owns the questions that explain a lookup which has failed or is bogus: the resolver's
 * own verdict and reason (RFC 8914), another resolver's if there is one, the aliases one by one,
 * and the name above, where that holds others alone.
 */
#include "reason.h"

#include <stdlib.h>
#include <string.h>

#include "dname.h"
#include "limit.h"
#include "lookup.h"
#include "validate.h"

struct reason {
	struct transport *transport;
	struct lookup *fact;
	struct arena *arena;
	reason_cb *cb;
	void *user;
	bool shares_connections;
	struct dns_question *question;
	struct loop_timer *patience;
	/* the aliases from the asked name on, where the resolver fails */
	const char *names[LIMIT_ALIAS_LINKS + 1];
	size_t name_count;
};

void reason_cancel(struct reason *reason)
{
	if (!reason)
		return;
	transport_cancel(reason->question);
	loop_timer_destroy(reason->patience);
	free(reason);
}

static void finish(void *user)
{
	struct reason *r = user;
	reason_cb *cb = r->cb;
	void *cb_user = r->user;

	reason_cancel(r);
	cb(cb_user);
}

/* A question with a connection to itself would hold up those that share theirs, where a resolver
 * takes no more connections. */
static void ask(
    struct reason *r, const char *name, uint16_t type, bool needs_verdict, dns_reply_cb *cb)
{
	enum dns_mode mode =
	    r->shares_connections && !needs_verdict ? DNS_MODE_REASON : DNS_MODE_VERDICT_AND_REASON;

	r->question = transport_ask(r->transport, name, type, mode, cb, r);
}

/* ---- The name above ---- */

/* "_tcp.mx1.example.org": such a name exists by those below it (RFC 8552 §1.1). */
static const char *find_holder(const char *name)
{
	const char *above = dname_parent(name);

	return above && *above == '_' ? above : NULL;
}

static void on_holder(void *user, const struct dns_reply *reply)
{
	struct reason *r = user;
	const char *holder = find_holder(r->fact->final);

	r->question = NULL;
	if (reply->answer && validate_denies_existing(reply->answer, holder))
		r->fact->broken = (struct broken_link){.cause = CAUSE_ENT_NXDOMAIN, .name = holder};
	answer_destroy(reply->answer);
	finish(r);
}

/* A resolver that has NXDOMAIN for it denies what is below, too, without a proof (RFC 8020 §2). */
static void ask_holder(struct reason *r)
{
	const struct lookup *l = r->fact;
	const char *holder = find_holder(l->final);
	bool denied = l->kind == ANSWER_NXDOMAIN || l->failure == LOOKUP_FAILURE_RCODE;

	if (holder && denied && l->broken.cause == CAUSE_NONE)
		r->question = transport_ask(
		    r->transport, holder, (uint16_t)l->type, DNS_MODE_PROOF, on_holder, r);
	else
		finish(r);
}

/* ---- Aliases ---- */

static void on_alias(void *user, const struct dns_reply *reply);

static bool was_seen(const struct reason *r, const char *name)
{
	for (size_t i = 0; i < r->name_count; i++)
		if (strcmp(r->names[i], name) == 0)
			return true;
	return false;
}

/* Most resolvers answer SERVFAIL to a loop, without a word on why. */
static void follow(struct reason *r, const char *name)
{
	if (!was_seen(r, name) && r->name_count <= LIMIT_ALIAS_LINKS) {
		r->names[r->name_count++] = name;
		ask(r, name, DNS_TYPE_CNAME, false, on_alias);
		return;
	}
	if (was_seen(r, name))
		r->fact->broken = (struct broken_link){.cause = CAUSE_ALIAS_LOOP, .name = name};
	ask_holder(r);
}

static void on_alias(void *user, const struct dns_reply *reply)
{
	struct reason *r = user;
	bool ambiguous = false;
	const char *target =
	    reply->answer ? answer_alias(reply->answer, r->names[r->name_count - 1], &ambiguous)
			  : NULL;

	r->question = NULL;
	target = arena_strdup(r->arena, target);
	answer_destroy(reply->answer);
	if (target && !ambiguous)
		follow(r, target);
	else
		ask_holder(r);
}

/* ---- The resolver's reason ---- */

void reason_add_errors(struct lookup *fact, struct arena *arena, const struct dns_reply *reply)
{
	for (size_t i = 0; i < reply->ede_count; i++)
		lookup_add_error(arena, fact, &reply->ede[i]);
}

static void doubt(struct lookup *fact, enum resolver_doubt doubt, const struct dns_upstream *whom)
{
	fact->doubt = doubt;
	fact->resolver = whom->address;
}

static void go_on(struct reason *r)
{
	if (r->fact->failure == LOOKUP_FAILURE_RCODE)
		follow(r, r->fact->asked);
	else
		ask_holder(r);
}

/* A resolver that rejects the answer itself is not the one at fault. */
static void on_reason(void *user, const struct dns_reply *reply)
{
	struct reason *r = user;
	bool alone = transport_is_lone(r->transport);

	r->question = NULL;
	reason_add_errors(r->fact, r->arena, reply);
	if (reply->answer && alone)
		doubt(r->fact, RESOLVER_DOUBT_ALONE, reply->upstream);
	else if (reply->answer && reply->answer->ad)
		doubt(r->fact, RESOLVER_DOUBT_PROVEN, reply->upstream);
	answer_destroy(reply->answer);
	go_on(r);
}

static bool is_resolvers(enum lookup_failure failure)
{
	return failure == LOOKUP_FAILURE_RCODE || failure == LOOKUP_FAILURE_TIMEOUT ||
	       failure == LOOKUP_FAILURE_NETWORK;
}

struct reason *reason_seek(struct loop *loop, struct transport *transport, bool shares_connections,
    struct lookup *fact, struct arena *arena, reason_cb *cb, void *user)
{
	if (is_resolvers(fact->failure) && transport_is_lone(transport))
		doubt(fact, RESOLVER_DOUBT_ALONE, transport_upstream(transport));
	if (fact->dnssec != DNSSEC_BOGUS && fact->failure != LOOKUP_FAILURE_RCODE)
		return NULL;
	struct reason *r = memory_alloc(sizeof *r);
	r->transport = transport;
	r->shares_connections = shares_connections;
	r->fact = fact;
	r->arena = arena;
	r->cb = cb;
	r->user = user;
	r->patience = loop_timer_create(loop, finish, r);
	loop_timer_start(r->patience, LIMIT_REASON_MS);
	/* Whoever validates here asks the resolver not to check, so that it keeps its reasons. */
	if (fact->ede_count)
		go_on(r);
	else
		ask(r, fact->asked, (uint16_t)fact->type, !transport_is_lone(transport), on_reason);
	return r;
}
