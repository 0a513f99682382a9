/*
 * trust_chain.c owns the table of zone statuses, known or under way, and the order in which the DS
 * and DNSKEY of a name are validated.
 *
 * A child waits for its parent until it is destroyed, and shares its keys.
 */
#include "trust_chain.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dname.h"
#include "limit.h"

/* One query of an entry: not sent, in flight, or done (answered or failed). */
struct fetched {
	struct dns_question *question;
	struct answer *answer;
	bool done;
	enum lookup_failure failure;
	const char *error;
};

struct chain_entry {
	struct waiters_entry shared; /* ready: the status is known */
	struct zone_status status;
	struct trust_chain *chain;
	struct trust_chain_wait parent; /* unused for the root */
	bool parent_known;
	bool retried;
	bool unsigned_here; /* the DS is proven not to be; the DNSKEY are asked all the same */
	struct fetched ds, dnskey;
	struct getdns_list *proven_ds;
	struct zone_keys *own_keys;
	struct arena *arena; /* of error texts; NULL until there is one */
};

struct trust_chain {
	struct transport *transport;
	const struct anchor *anchor;
	struct waiters entries;
	struct waiters_lru kept;
};

static void advance(struct chain_entry *e);
static void begin(struct chain_entry *e);

/* ---- The table ---- */

static void drop_fetched(struct fetched *f)
{
	transport_cancel(f->question);
	answer_destroy(f->answer);
	*f = (struct fetched){0};
}

static void drop_fetches(struct chain_entry *e)
{
	drop_fetched(&e->ds);
	drop_fetched(&e->dnskey);
	keys_destroy_ds(e->proven_ds);
	e->proven_ds = NULL;
}

static void destroy_entry(struct waiters_entry *shared)
{
	struct chain_entry *e = (struct chain_entry *)shared;

	drop_fetches(e);
	keys_destroy(e->own_keys);
	waiters_leave(&e->parent.waiter);
	arena_destroy(e->arena);
	free((char *)(uintptr_t)e->status.name);
	free(e);
}

static struct chain_entry *parent_of(const struct chain_entry *e)
{
	return (struct chain_entry *)e->parent.waiter.entry;
}

/* A failed lookup is retried later; a bogus zone stays bogus for the run. */
static bool is_stale(const struct chain_entry *e)
{
	return waiters_is_old(&e->shared) && e->status.kind == ZONE_STATUS_BROKEN &&
	       e->status.verdict.status != DNSSEC_BOGUS;
}

/* ---- Queries ---- */

static bool is_root(const struct chain_entry *e)
{
	return !*e->status.name;
}

static struct arena *arena_of(struct chain_entry *e)
{
	if (!e->arena)
		e->arena = arena_create();
	return e->arena;
}

static void take_reply(struct chain_entry *e, struct fetched *f, const struct dns_reply *reply)
{
	f->question = NULL;
	f->done = true;
	f->answer = reply->answer;
	f->failure = reply->failure;
	f->error = arena_strdup(reply->error ? arena_of(e) : NULL, reply->error);
	advance(e);
}

static void on_ds(void *user, const struct dns_reply *reply)
{
	struct chain_entry *e = user;

	take_reply(e, &e->ds, reply);
}

static void on_dnskey(void *user, const struct dns_reply *reply)
{
	struct chain_entry *e = user;

	take_reply(e, &e->dnskey, reply);
}

static void ask(struct chain_entry *e, struct fetched *f)
{
	bool ds = f == &e->ds;

	if (!f->question && !f->done)
		f->question = transport_ask(e->chain->transport, e->status.name,
		    ds ? DNS_TYPE_DS : DNS_TYPE_DNSKEY, DNS_MODE_PROOF, ds ? on_ds : on_dnskey, e);
}

/* ---- Validation ---- */

static void finish(struct chain_entry *e, enum zone_status_kind kind)
{
	e->status.kind = kind;
	drop_fetches(e);
	waiters_make_ready(&e->shared, &e->chain->kept);
}

static void finish_broken(struct chain_entry *e, struct dns_verdict verdict)
{
	e->status.verdict = verdict;
	e->status.broken = (struct broken_link){.cause = verdict.cause, .name = e->status.name};
	if (is_root(e)) {
		e->status.verdict.status = DNSSEC_INDETERMINATE;
		e->status.verdict.failure = LOOKUP_FAILURE_ROOT;
		e->status.verdict.error = arena_printf(arena_of(e), "%s (trust anchor from %s)",
		    verdict.error, anchor_path(e->chain->anchor));
	}
	finish(e, ZONE_STATUS_BROKEN);
}

static void finish_lost(struct chain_entry *e, const struct fetched *f)
{
	struct dns_verdict v = {.status = DNSSEC_INDETERMINATE, .failure = f->failure};
	const char *type = f == &e->ds ? "DS" : "DNSKEY";

	v.error =
	    is_root(e)
		? arena_printf(arena_of(e), "there is no DNSKEY answer for the root: %s", f->error)
		: arena_printf(arena_of(e), "%s of %s: %s", type, e->status.name, f->error);
	finish_broken(e, v);
}

/*
 * A bogus result is fetched and validated a second time. `above`: it was validated with the keys of
 * the parent zone, which may have rolled since they were fetched.
 */
static void distrust(struct chain_entry *e, struct dns_verdict verdict, bool above)
{
	if (verdict.status != DNSSEC_BOGUS || e->retried) {
		finish_broken(e, verdict);
		return;
	}
	e->retried = true;
	drop_fetches(e);
	if (above) {
		trust_chain_forget(e->chain, &parent_of(e)->status);
		waiters_leave(&e->parent.waiter);
		e->parent_known = false;
	}
	begin(e);
}

/* A DS query at or below an alias returns the CNAME; no zone cut is at such a name. */
static struct dns_verdict judge_alias(struct chain_entry *e, const struct zone_keys *keys)
{
	return validate_rrset(
	    e->ds.answer, e->status.name, DNS_TYPE_CNAME, keys, time(NULL), arena_of(e));
}

static struct dns_verdict judge_ds(
    struct chain_entry *e, const struct zone_keys *keys, bool present)
{
	const struct answer *answer = e->ds.answer;

	if (present)
		return validate_rrset(
		    answer, e->status.name, DNS_TYPE_DS, keys, time(NULL), arena_of(e));
	return validate_absence(answer, e->status.name, DNS_TYPE_DS, keys, time(NULL), arena_of(e));
}

/* Are there keys all the same, and only the DS is missing? What a server without them says, or that
 * it says nothing, does not matter. */
static void settle_unsigned(struct chain_entry *e)
{
	const struct answer *answer = e->dnskey.answer;

	if (answer && answer_find(answer, e->status.name, DNS_TYPE_DNSKEY)) {
		e->status.broken.cause = CAUSE_DS_MISSING;
		e->status.broken.ds = keys_ds_text(answer, arena_of(e));
	}
	finish(e, ZONE_STATUS_INSECURE);
}

/* Validates the DS answer below a signed zone. True if the DNSKEY RRset is needed. */
static bool settle_ds(struct chain_entry *e)
{
	const struct zone_keys *keys = parent_of(e)->status.keys;
	bool alias = answer_find(e->ds.answer, e->status.name, DNS_TYPE_CNAME) != NULL;
	bool present = answer_find(e->ds.answer, e->status.name, DNS_TYPE_DS) != NULL;
	struct dns_verdict v = alias ? judge_alias(e, keys) : judge_ds(e, keys, present);

	if (v.status == DNSSEC_INSECURE) {
		e->status.broken = (struct broken_link){.cause = v.cause, .name = e->status.name};
		e->unsigned_here = v.cause != CAUSE_NONE && *e->status.name != '_';
		if (e->unsigned_here)
			return true;
		finish(e, ZONE_STATUS_INSECURE);
	} else if (v.status != DNSSEC_SECURE) {
		distrust(e, v, true);
	} else if (alias || !present) {
		e->status.keys = keys;
		finish(e, ZONE_STATUS_INSIDE);
	} else {
		e->proven_ds = keys_find_ds(e->ds.answer, e->status.name);
		if (keys_ds_is_supported(e->proven_ds))
			return true;
		e->status.unchecked = (struct signed_zone){
		    .name = e->status.name, .odd_algorithm = keys_ds_odd_algorithm(e->proven_ds)};
		finish(e, ZONE_STATUS_INSECURE);
	}
	return false;
}

static void settle_dnskey(struct chain_entry *e)
{
	const struct getdns_list *anchors =
	    is_root(e) ? anchor_records(e->chain->anchor) : e->proven_ds;
	struct dns_verdict v =
	    validate_keys(e->dnskey.answer, anchors, time(NULL), arena_of(e), &e->own_keys);

	if (v.status == DNSSEC_SECURE) {
		if (e->ds.answer)
			keys_note_ds(e->own_keys, e->ds.answer, time(NULL));
		e->status.keys = e->own_keys;
		finish(e, ZONE_STATUS_APEX);
	} else {
		distrust(e, v, false);
	}
}

/* True if the DNSKEY RRset is needed next. */
static bool advance_ds(struct chain_entry *e)
{
	const struct zone_status *above = &parent_of(e)->status;

	if (!e->parent_known)
		return false;
	if (above->kind == ZONE_STATUS_INSECURE || above->kind == ZONE_STATUS_BROKEN) {
		e->status.verdict = above->verdict;
		e->status.unchecked = above->unchecked;
		e->status.broken = above->broken;
		finish(e, above->kind);
		return false;
	}
	if (e->proven_ds || e->unsigned_here)
		return true;
	if (!e->ds.done)
		return false;
	if (e->ds.answer)
		return settle_ds(e);
	finish_lost(e, &e->ds);
	return false;
}

/* Goes as far as the answers at hand allow. The hold keeps `e` until the end. */
static void advance(struct chain_entry *e)
{
	waiters_hold(&e->shared);
	if (!e->shared.ready && (is_root(e) || advance_ds(e))) {
		ask(e, &e->dnskey);
		if (e->unsigned_here && e->dnskey.done)
			settle_unsigned(e);
		else if (e->dnskey.answer)
			settle_dnskey(e);
		else if (e->dnskey.done)
			finish_lost(e, &e->dnskey);
	}
	waiters_release(&e->shared);
}

static void on_parent(void *user)
{
	struct chain_entry *e = user;

	e->parent_known = true;
	advance(e);
}

static bool is_known_to_be_nothing(const struct chain_entry *above)
{
	return above->shared.ready && (above->status.kind == ZONE_STATUS_INSECURE ||
					  above->status.kind == ZONE_STATUS_BROKEN);
}

static void begin(struct chain_entry *e)
{
	if (is_root(e)) {
		ask(e, &e->dnskey);
		return;
	}
	if (!parent_of(e)) {
		e->parent.cb = on_parent;
		e->parent.user = e;
		trust_chain_await(e->chain, dname_parent(e->status.name), &e->parent);
	}
	if (!is_known_to_be_nothing(parent_of(e)))
		ask(e, &e->ds);
}

static void prefetch_keys(struct chain_entry *e)
{
	if (!e->shared.ready && (is_root(e) || !is_known_to_be_nothing(parent_of(e))))
		ask(e, &e->dnskey);
}

/* ---- The interface ---- */

static struct chain_entry *create(struct trust_chain *chain, const char *name)
{
	struct chain_entry *e = memory_alloc(sizeof *e);

	e->chain = chain;
	e->status.name = memory_strdup(name);
	waiters_add(&chain->entries, &e->shared, e->status.name, strlen(name));
	begin(e);
	return e;
}

static struct chain_entry *find(const struct trust_chain *chain, const char *name)
{
	return (struct chain_entry *)waiters_find(&chain->entries, name, strlen(name));
}

static struct chain_entry *obtain(struct trust_chain *chain, const char *name)
{
	struct chain_entry *e = find(chain, name);

	if (e && is_stale(e)) {
		waiters_forget(&e->shared);
		e = NULL;
	}
	return e ? e : create(chain, name);
}

static void notify(struct waiter *waiter)
{
	const struct trust_chain_wait *wait = (const struct trust_chain_wait *)waiter;

	wait->cb(wait->user);
}

struct trust_chain *trust_chain_create(
    struct loop *loop, struct transport *transport, const struct anchor *anchor)
{
	struct trust_chain *chain = memory_alloc(sizeof *chain);

	chain->transport = transport;
	chain->anchor = anchor;
	chain->entries = (struct waiters){.notify = notify, .destroy = destroy_entry};
	chain->kept.most = LIMIT_ZONE_STATUSES_KEPT;
	waiters_open(&chain->entries, loop);
	return chain;
}

void trust_chain_destroy(struct trust_chain *chain)
{
	if (!chain)
		return;
	waiters_close(&chain->entries);
	free(chain);
}

void trust_chain_await(struct trust_chain *chain, const char *name, struct trust_chain_wait *wait)
{
	waiters_join(&obtain(chain, name)->shared, &wait->waiter);
}

const struct zone_status *trust_chain_status(const struct trust_chain_wait *wait)
{
	return &((const struct chain_entry *)wait->waiter.entry)->status;
}

/*
 * The likely apex of the name's zone, whose DNSKEY is fetched ahead. Labels with an underscore are
 * no zone cuts; a host name is seldom an apex, a mail domain mostly is.
 */
static const char *likely_apex(const char *name, enum dns_type type)
{
	bool service = false;

	while (*name == '_') {
		name = dname_parent(name);
		service = true;
	}
	if (*name && (type == DNS_TYPE_TLSA || (!service && type != DNS_TYPE_MX)))
		name = dname_parent(name);
	return name;
}

void trust_chain_prefetch(struct trust_chain *chain, const char *name, enum dns_type type)
{
	struct chain_entry *e = obtain(chain, likely_apex(name, type));

	for (; e; e = parent_of(e))
		prefetch_keys(e);
}

void trust_chain_forget(struct trust_chain *chain, const struct zone_status *status)
{
	struct chain_entry *e = find(chain, status->name), *above;

	for (; e && &e->status == status; e = above, status = above ? &above->status : NULL) {
		bool last = e->status.kind == ZONE_STATUS_APEX;

		above = last ? NULL : parent_of(e);
		waiters_forget(&e->shared);
	}
}
