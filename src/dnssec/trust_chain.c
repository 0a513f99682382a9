/*
 * trust_chain.c owns the table of zone statuses, known or under way, and the order in which the DS
 * and DNSKEY of a name are validated.
 *
 * Entries are reference-counted: the table, each child and each waiter hold one reference. A child
 * shares the keys of its parent.
 */
#include "trust_chain.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

#include "dname.h"
#include "limit.h"
#include "table.h"

/* One query of an entry: not sent, in flight, or done (answered or failed). */
struct fetched {
	struct dns_question *question;
	struct answer *answer;
	bool done;
	enum lookup_failure failure;
	const char *error;
};

struct chain_entry {
	struct zone_status status;
	struct trust_chain *chain;
	UT_hash_handle hh;
	bool in_table;
	bool idle; /* ready, without waiters and children: in the chain's LRU list */
	struct chain_entry *prev, *next;
	unsigned references;
	struct trust_chain_wait parent; /* unused for the root */
	bool parent_known;
	bool ready;
	bool retried;
	bool unsigned_here; /* the DS is proven not to be; the DNSKEY are asked all the same */
	int64_t ready_at;   /* seconds since the epoch */
	struct fetched ds, dnskey;
	struct getdns_list *proven_ds;
	struct zone_keys *own_keys;
	struct arena *arena; /* of error texts; NULL until there is one */
	struct trust_chain_wait *waits;
};

struct trust_chain {
	struct transport *transport;
	const struct anchor *anchor;
	struct chain_entry *table;
	struct chain_entry *idle; /* least recently used first */
	size_t idle_count;
	struct trust_chain_wait *due; /* waiters of ready entries, called back from the timer */
	struct loop_timer *timer;
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

static void leave_idle(struct chain_entry *e)
{
	if (!e->idle)
		return;
	e->idle = false;
	DL_DELETE(e->chain->idle, e);
	e->chain->idle_count--;
}

/* Idle is an entry with the table's reference alone: no waiter and no child. */
static void enter_idle(struct chain_entry *e)
{
	if (e->references > 1 || !e->in_table || !e->ready)
		return;
	e->idle = true;
	DL_APPEND(e->chain->idle, e);
	e->chain->idle_count++;
}

static void add_reference(struct chain_entry *e)
{
	leave_idle(e);
	e->references++;
}

static void drop_reference(struct chain_entry *e)
{
	if (--e->references > 0) {
		enter_idle(e);
		return;
	}
	drop_fetches(e);
	keys_destroy(e->own_keys);
	trust_chain_release(e->chain, &e->parent);
	arena_destroy(e->arena);
	free((char *)(uintptr_t)e->status.name);
	free(e);
}

static void leave_table(struct chain_entry *e)
{
	if (!e->in_table)
		return;
	leave_idle(e);
	HASH_DELETE(hh, e->chain->table, e);
	e->in_table = false;
	drop_reference(e);
}

static void enter_table(struct chain_entry *e)
{
	struct trust_chain *chain = e->chain;

	e->in_table = true;
	add_reference(e);
	HASH_ADD_KEYPTR(hh, chain->table, e->status.name, strlen(e->status.name), e);
}

static void evict(struct trust_chain *chain)
{
	while (chain->idle_count > LIMIT_ZONE_STATUSES_KEPT)
		leave_table(chain->idle);
}

/* A failed lookup is retried later; a bogus zone stays bogus for the run. */
static bool is_stale(const struct chain_entry *e)
{
	return e->ready && e->status.kind == ZONE_STATUS_BROKEN &&
	       e->status.verdict.status != DNSSEC_BOGUS &&
	       time(NULL) - e->ready_at > LIMIT_FAILURE_KEPT;
}

static void notify(struct chain_entry *e)
{
	struct trust_chain_wait *w;

	while ((w = e->waits)) {
		DL_DELETE(e->waits, w);
		DL_APPEND(e->chain->due, w);
	}
	loop_timer_start(e->chain->timer, 0);
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
	e->ready = true;
	e->ready_at = time(NULL);
	drop_fetches(e);
	notify(e);
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
		? arena_printf(arena_of(e), "the root's DNSKEY records cannot be had: %s", f->error)
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
		trust_chain_forget(e->chain, &e->parent.entry->status);
		trust_chain_release(e->chain, &e->parent);
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
	const struct zone_keys *keys = e->parent.entry->status.keys;
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
	const struct zone_status *above = &e->parent.entry->status;

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

/* Goes as far as the answers at hand allow. The reference keeps `e` alive through callbacks. */
static void advance(struct chain_entry *e)
{
	add_reference(e);
	if (!e->ready && (is_root(e) || advance_ds(e))) {
		ask(e, &e->dnskey);
		if (e->unsigned_here && e->dnskey.done)
			settle_unsigned(e);
		else if (e->dnskey.answer)
			settle_dnskey(e);
		else if (e->dnskey.done)
			finish_lost(e, &e->dnskey);
	}
	drop_reference(e);
}

static void on_parent(void *user, const struct zone_status *status)
{
	struct chain_entry *e = user;

	(void)status;
	e->parent_known = true;
	advance(e);
}

static bool is_known_to_be_nothing(const struct chain_entry *above)
{
	return above->ready && (above->status.kind == ZONE_STATUS_INSECURE ||
				   above->status.kind == ZONE_STATUS_BROKEN);
}

static void begin(struct chain_entry *e)
{
	if (is_root(e)) {
		ask(e, &e->dnskey);
		return;
	}
	if (!e->parent.entry) {
		e->parent.cb = on_parent;
		e->parent.user = e;
		trust_chain_await(e->chain, dname_parent(e->status.name), &e->parent);
	}
	if (!is_known_to_be_nothing(e->parent.entry))
		ask(e, &e->ds);
}

static void prefetch_keys(struct chain_entry *e)
{
	if (!e->ready && (is_root(e) || !is_known_to_be_nothing(e->parent.entry)))
		ask(e, &e->dnskey);
}

/* ---- The interface ---- */

static struct chain_entry *create(struct trust_chain *chain, const char *name)
{
	struct chain_entry *e = memory_alloc(sizeof *e);

	e->chain = chain;
	e->status.name = memory_strdup(name);
	enter_table(e);
	begin(e);
	evict(chain);
	return e;
}

static struct chain_entry *obtain(struct trust_chain *chain, const char *name)
{
	struct chain_entry *e = NULL;

	HASH_FIND(hh, chain->table, name, strlen(name), e);
	if (e && is_stale(e)) {
		leave_table(e);
		e = NULL;
	}
	return e ? e : create(chain, name);
}

static void on_timer(void *user)
{
	struct trust_chain *chain = user;
	struct trust_chain_wait *w;

	while ((w = chain->due)) {
		DL_DELETE(chain->due, w);
		w->queued = false;
		w->cb(w->user, &w->entry->status);
	}
}

struct trust_chain *trust_chain_create(
    struct loop *loop, struct transport *transport, const struct anchor *anchor)
{
	struct trust_chain *chain = memory_alloc(sizeof *chain);

	chain->transport = transport;
	chain->anchor = anchor;
	chain->timer = loop_timer_create(loop, on_timer, chain);
	return chain;
}

void trust_chain_destroy(struct trust_chain *chain)
{
	struct chain_entry *e, *after;

	if (!chain)
		return;
	/* A parent that leaves the table is freed when its last child drops its reference. */
	HASH_ITER(hh, chain->table, e, after)
	{
		leave_table(e);
	}
	loop_timer_destroy(chain->timer);
	free(chain);
}

void trust_chain_await(struct trust_chain *chain, const char *name, struct trust_chain_wait *wait)
{
	struct chain_entry *e = obtain(chain, name);

	wait->entry = e;
	wait->queued = true;
	add_reference(e);
	if (e->ready) {
		DL_APPEND(chain->due, wait);
		loop_timer_start(chain->timer, 0);
	} else {
		DL_APPEND(e->waits, wait);
	}
}

void trust_chain_release(struct trust_chain *chain, struct trust_chain_wait *wait)
{
	struct chain_entry *e = wait->entry;

	if (!e)
		return;
	if (wait->queued) {
		if (e->ready)
			DL_DELETE(chain->due, wait);
		else
			DL_DELETE(e->waits, wait);
	}
	wait->queued = false;
	wait->entry = NULL;
	drop_reference(e);
}

const struct zone_status *trust_chain_status(const struct trust_chain_wait *wait)
{
	return &wait->entry->status;
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
	const char *apex = likely_apex(name, type);

	struct chain_entry *e = obtain(chain, apex);

	for (; e; e = e->parent.entry)
		prefetch_keys(e);
}

void trust_chain_forget(struct trust_chain *chain, const struct zone_status *status)
{
	struct chain_entry *e = NULL, *above;

	HASH_FIND(hh, chain->table, status->name, strlen(status->name), e);
	for (; e && &e->status == status; e = above, status = above ? &above->status : NULL) {
		bool last = e->status.kind == ZONE_STATUS_APEX;

		above = last ? NULL : e->parent.entry;
		leave_table(e);
	}
}
