/*
 * dnssec_cut.c owns what is asked about one name, and the order in which its DS and DNSKEY are
 * judged.
 */
#include "dnssec_cut.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dns_name.h"

static void advance(struct cut_entry *e);

static bool is_root(const struct cut_entry *e)
{
	return !*e->cut.name;
}

static struct arena *arena_of(struct cut_entry *e)
{
	if (!e->arena)
		e->arena = arena_create();
	return e->arena;
}

/* ---- Questions ---- */

static void drop_fetched(struct fetched *f)
{
	dns_transport_cancel(f->question);
	dns_answer_destroy(f->answer);
	*f = (struct fetched){0};
}

static void take_reply(struct cut_entry *e, struct fetched *f, const struct dns_reply *reply)
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
	struct cut_entry *e = user;

	take_reply(e, &e->ds, reply);
}

static void on_dnskey(void *user, const struct dns_reply *reply)
{
	struct cut_entry *e = user;

	take_reply(e, &e->dnskey, reply);
}

static void ask(struct cut_entry *e, struct fetched *f)
{
	bool ds = f == &e->ds;

	if (!f->question && !f->done)
		f->question = dns_transport_ask(e->walk->transport, e->cut.name,
		    ds ? DNS_TYPE_DS : DNS_TYPE_DNSKEY, DNS_MODE_PROOF, ds ? on_ds : on_dnskey, e);
}

void dnssec_cut_drop(struct cut_entry *e)
{
	drop_fetched(&e->ds);
	drop_fetched(&e->dnskey);
	dns_proof_ds_destroy(e->proven_ds);
	e->proven_ds = NULL;
}

/* ---- Judging ---- */

static void finish(struct cut_entry *e, enum cut_kind kind)
{
	e->cut.kind = kind;
	e->ready = true;
	e->ready_at = time(NULL);
	dnssec_cut_drop(e);
	dnssec_walk_tell(e);
}

static void finish_broken(struct cut_entry *e, struct dns_verdict verdict)
{
	e->cut.verdict = verdict;
	if (is_root(e)) {
		e->cut.verdict.status = DNSSEC_INDETERMINATE;
		e->cut.verdict.failure = LOOKUP_FAILURE_ROOT;
		e->cut.verdict.error = arena_printf(arena_of(e), "%s (trust anchor from %s)",
		    verdict.error, anchor_path(e->walk->anchor));
	}
	finish(e, CUT_BROKEN);
}

static void finish_lost(struct cut_entry *e, const struct fetched *f)
{
	struct dns_verdict v = {.status = DNSSEC_INDETERMINATE, .failure = f->failure};
	const char *type = f == &e->ds ? "DS" : "DNSKEY";

	v.error =
	    is_root(e)
		? arena_printf(arena_of(e), "the root's DNSKEY records cannot be had: %s", f->error)
		: arena_printf(arena_of(e), "%s of %s: %s", type, e->cut.name, f->error);
	finish_broken(e, v);
}

/*
 * Before anything is called bogus it is fetched once more: `above` says that it was judged with
 * keys of the zone above, which may have changed since they were fetched.
 */
static void distrust(struct cut_entry *e, struct dns_verdict verdict, bool above)
{
	if (verdict.status != DNSSEC_BOGUS || e->retried) {
		finish_broken(e, verdict);
		return;
	}
	e->retried = true;
	dnssec_cut_drop(e);
	if (above) {
		dnssec_walk_forget(e->walk, &e->parent.entry->cut);
		dnssec_walk_release(e->walk, &e->parent);
		e->parent_known = false;
	}
	dnssec_cut_begin(e);
}

/* DS at an alias or under a DNAME: the alias comes back, and where one is, no zone begins. */
static struct dns_verdict judge_alias(struct cut_entry *e, const struct dns_keys *keys)
{
	return dns_proof_rrset(
	    e->ds.answer, e->cut.name, DNS_TYPE_CNAME, keys, time(NULL), arena_of(e));
}

static struct dns_verdict judge_ds(struct cut_entry *e, const struct dns_keys *keys, bool present)
{
	const struct dns_answer *answer = e->ds.answer;

	if (present)
		return dns_proof_rrset(
		    answer, e->cut.name, DNS_TYPE_DS, keys, time(NULL), arena_of(e));
	return dns_proof_absence(answer, e->cut.name, DNS_TYPE_DS, keys, time(NULL), arena_of(e));
}

/* The DS answer, once the zone above is known to be signed. True if the DNSKEY are needed. */
static bool settle_ds(struct cut_entry *e)
{
	const struct dns_keys *keys = e->parent.entry->cut.keys;
	bool alias = dns_answer_find(e->ds.answer, e->cut.name, DNS_TYPE_CNAME) != NULL;
	bool present = dns_answer_find(e->ds.answer, e->cut.name, DNS_TYPE_DS) != NULL;
	struct dns_verdict v = alias ? judge_alias(e, keys) : judge_ds(e, keys, present);

	if (v.status == DNSSEC_INSECURE) {
		finish(e, CUT_INSECURE);
	} else if (v.status != DNSSEC_SECURE) {
		distrust(e, v, true);
	} else if (alias || !present) {
		e->cut.keys = keys;
		finish(e, CUT_INSIDE);
	} else {
		e->proven_ds = dns_proof_ds(e->ds.answer, e->cut.name);
		if (dns_proof_ds_is_supported(e->proven_ds))
			return true;
		e->cut.unchecked = (struct signed_zone){
		    .name = e->cut.name, .odd_algorithm = dns_proof_ds_odd_algorithm(e->proven_ds)};
		finish(e, CUT_INSECURE);
	}
	return false;
}

static void settle_dnskey(struct cut_entry *e)
{
	const struct getdns_list *anchors =
	    is_root(e) ? anchor_records(e->walk->anchor) : e->proven_ds;
	struct dns_verdict v =
	    dns_proof_keys(e->dnskey.answer, anchors, time(NULL), arena_of(e), &e->own_keys);

	if (v.status == DNSSEC_SECURE) {
		if (e->ds.answer)
			dns_keys_note_ds(e->own_keys, e->ds.answer, time(NULL));
		e->cut.keys = e->own_keys;
		finish(e, CUT_ZONE);
	} else {
		distrust(e, v, false);
	}
}

/* True if the DNSKEY are next. */
static bool advance_ds(struct cut_entry *e)
{
	const struct dnssec_cut *above = &e->parent.entry->cut;

	if (!e->parent_known)
		return false;
	if (above->kind == CUT_INSECURE || above->kind == CUT_BROKEN) {
		e->cut.verdict = above->verdict;
		e->cut.unchecked = above->unchecked;
		finish(e, above->kind);
		return false;
	}
	if (e->proven_ds)
		return true;
	if (!e->ds.done)
		return false;
	if (e->ds.answer)
		return settle_ds(e);
	finish_lost(e, &e->ds);
	return false;
}

/* Does what the answers at hand allow; the last act may free nothing, for the caller holds `e`. */
static void advance(struct cut_entry *e)
{
	dnssec_walk_hold(e);
	if (!e->ready && (is_root(e) || advance_ds(e))) {
		ask(e, &e->dnskey);
		if (e->dnskey.answer)
			settle_dnskey(e);
		else if (e->dnskey.done)
			finish_lost(e, &e->dnskey);
	}
	dnssec_walk_unhold(e);
}

static void on_parent(void *user, const struct dnssec_cut *cut)
{
	struct cut_entry *e = user;

	(void)cut;
	e->parent_known = true;
	advance(e);
}

static bool is_known_to_be_nothing(const struct cut_entry *above)
{
	return above->ready && (above->cut.kind == CUT_INSECURE || above->cut.kind == CUT_BROKEN);
}

void dnssec_cut_begin(struct cut_entry *e)
{
	if (is_root(e)) {
		ask(e, &e->dnskey);
		return;
	}
	if (!e->parent.entry) {
		e->parent.cb = on_parent;
		e->parent.user = e;
		dnssec_walk_want(e->walk, dns_name_parent(e->cut.name), &e->parent);
	}
	if (!is_known_to_be_nothing(e->parent.entry))
		ask(e, &e->ds);
}

void dnssec_cut_prefetch(struct cut_entry *e)
{
	if (!e->ready && (is_root(e) || !is_known_to_be_nothing(e->parent.entry)))
		ask(e, &e->dnskey);
}
