/* judge_rollover_findings.c owns what is said of a rollover: the order of the steps and the
 * earliest safe moment of each (RFC 7671 §8.4). */
#include <inttypes.h>
#include <string.h>

#include "judge_fix.h"
#include "judge_rollover.h"

static uint32_t live_ttl(const struct rollover *o)
{
	return o->live->tlsa ? o->live->tlsa->original_ttl : 0;
}

/* Without a signature, which has the TTL as published, a resolver's own rest of it may be all that
 * is known. */
static const char *ttl_words(const struct rollover *o)
{
	bool exact = o->live->tlsa && o->live->tlsa->has_signature;
	return arena_printf(
	    o->j->arena, "TTL %" PRIu32 " s%s", live_ttl(o), exact ? "" : " or more");
}

static const char *name_of(const struct rollover *o)
{
	return judge_escaped(o->j, o->host->name);
}

/* The moment from which no cache has the live records, if the change is published now. */
static const char *expiry(const struct rollover *o)
{
	return arena_printf(o->j->arena, "%s, when the live records (%s) have left every cache",
	    judge_time(o->j, o->j->report->checked_at + (int64_t)live_ttl(o)), ttl_words(o));
}

static const char *safe_reason(const struct rollover *o)
{
	struct arena *arena = o->j->arena;
	if (o->before == ROLLOVER_FREE)
		return "no TLSA record applies to it yet, and the new ones match what it presents";
	if (o->after == ROLLOVER_FREE)
		return arena_printf(arena,
		    "its TLSA records no longer apply, and the live ones, until %s, match what it "
		    "presents",
		    expiry(o));
	if (!o->new_records)
		return "the live TLSA records match the new chain too";
	if (!o->new_chain)
		return arena_printf(arena,
		    "the new TLSA records match what it presents, as the live ones do until %s",
		    expiry(o));
	return arena_printf(arena,
	    "the new TLSA records match what it presents now, and the live ones, until %s, match "
	    "the new chain",
	    expiry(o));
}

void judge_rollover_unseen(const struct rollover *o)
{
	bool records = o->before == ROLLOVER_UNSEEN;
	judge_add(o->j, FINDING_ROLLOVER_UNKNOWN, at_host(o->host), NULL,
	    "The live %s of %s could not be seen, so whether the change can be made now is not "
	    "known.",
	    records ? "records" : "certificates", name_of(o));
}

void judge_rollover_open(const struct rollover *o)
{
	judge_add(o->j, FINDING_ROLLOVER_UNKNOWN, at_host(o->host), NULL,
	    "Of the new certificate of %s only the key is given, so it is not judged whether the "
	    "live TLSA records, which need the certificate, match it.",
	    name_of(o));
}

/* ---- The steps ---- */

static struct rollover_set set_of(const struct mx_host *h)
{
	return (struct rollover_set){h->tlsa_records, h->tlsa_count};
}

static struct dns_record data_of(const struct tlsa_record *t, uint32_t ttl)
{
	struct dns_record data = judge_record_data(t);
	data.ttl = ttl;
	return data;
}

static bool has(const struct rollover_set *set, const struct dns_record *r)
{
	for (size_t i = 0; i < set->count; i++) {
		struct dns_record other = judge_record_data(&set->records[i]);
		if (lookup_same_data(DNS_TYPE_TLSA, &other, r))
			return true;
	}
	return false;
}

/* When a step is due, and which is to be done before it. */
struct moment {
	int64_t at;
	int after;
};

static struct moment at_once(const struct rollover *o)
{
	return (struct moment){o->j->report->checked_at, -1};
}

/* When nobody has the live records any more that were there when `step` was done at once. */
static struct moment once_forgotten(const struct rollover *o, int step)
{
	return (struct moment){o->j->report->checked_at + (int64_t)live_ttl(o), step};
}

/* Returns its number. */
static int add_step(const struct rollover *o, struct moment due, enum action_kind kind,
    const struct zone_line *line, const char *reason)
{
	struct change *c = o->j->report->change;
	struct change_step *s =
	    arena_append(o->j->arena, &c->steps, &c->step_count, sizeof *c->steps);
	*s = (struct change_step){
	    .at = due.at, .after = due.after, .kind = kind, .line = *line, .reason = reason};
	return (int)c->step_count - 1;
}

/* From one RRset to the next; an owner that changes is a change of all of it. What a wildcard
 * answered with stays where it stands. Returns the last step, or the one before them. */
static int add_change(const struct rollover *o, struct action_list *fix,
    const struct rollover_set *from, const struct rollover_set *to, const char *when,
    struct moment due)
{
	int last = due.after;
	const char *old_owner = judge_owner(o->live), *new_owner = judge_owner(o->host);
	bool own = !o->live->tlsa || !o->live->tlsa->expansion_count;
	bool moved = !own || strcmp(old_owner, new_owner) != 0;
	const char *add = arena_printf(o->j->arena, "Add %s.", when);
	for (size_t i = 0; i < to->count; i++) {
		struct zone_line line = {new_owner, DNS_TYPE_TLSA,
		    data_of(&to->records[i], lookup_ttl_for(o->host->tlsa, new_owner))};
		if (moved || !has(from, &line.data)) {
			judge_fix_add(o->j, fix, &line, add);
			last = add_step(o, due, ACTION_ADD, &line, add);
		}
	}
	for (size_t i = 0; own && i < from->count; i++) {
		struct zone_line line = {old_owner, DNS_TYPE_TLSA,
		    data_of(&from->records[i], lookup_ttl_for(o->live->tlsa, old_owner))};
		if (moved || !has(to, &line.data)) {
			judge_fix_delete(
			    o->j, fix, &line, arena_printf(o->j->arena, "Do so %s.", when));
			last = add_step(o, due, ACTION_DELETE, &line,
			    arena_printf(o->j->arena, "Delete %s.", when));
		}
	}
	return last;
}

static const char DEPLOY_EVERYWHERE[] =
    "Deploy the new certificate at every address and for each key type.";

/* Returns its number. */
static int add_deployment(
    const struct rollover *o, struct action_list *fix, const char *text, struct moment due)
{
	struct zone_line line = {.owner = o->host->name};
	judge_fix_step(o->j, fix, ACTION_DEPLOY, ACTION_AT_SERVER, o->host->name, text);
	return add_step(o, due, ACTION_DEPLOY, &line, text);
}

static const char *not_before(const struct rollover *o)
{
	return arena_printf(o->j->arena,
	    "Deploy the new certificate at every address and for each key type, not before %s, if "
	    "the records are published now.",
	    expiry(o));
}

/* The live records and the new ones together, then the chain, then the new ones alone. */
static bool list_bridge(const struct rollover *o, struct action_list *fix)
{
	struct rollover_set both, live = set_of(o->live), new = set_of(o->host);
	if (!judge_bridge(o, &both))
		return false;
	int last = add_change(o, fix, &live, &both, "now", at_once(o));
	last = add_deployment(o, fix, not_before(o), once_forgotten(o, last));
	add_change(o, fix, &both, &new,
	    arena_printf(o->j->arena, "%" PRIu32 " s after that", live_ttl(o)),
	    (struct moment){0, last});
	return true;
}

/* ---- What can be done at once ---- */

/* In any order, so none waits for another. */
static void list_at_once(const struct rollover *o)
{
	struct action_list none = {0};
	struct rollover_set live = set_of(o->live), new = set_of(o->host);
	/* Records that do not count today are not read. */
	bool read = o->live->tlsa_count || !o->live->tlsa || o->live->tlsa->kind != ANSWER_RECORDS;
	if (o->new_records && read)
		add_change(o, &none, &live, &new, "now", at_once(o));
	if (o->new_chain)
		add_deployment(o, &none, DEPLOY_EVERYWHERE, at_once(o));
}

void judge_rollover_safe(const struct rollover *o)
{
	list_at_once(o);
	judge_add(o->j, FINDING_ROLLOVER_SAFE, at_host(o->host), NULL,
	    "The change of %s can be made now%s: %s.", name_of(o),
	    o->new_records && o->new_chain ? ", in any order" : "", safe_reason(o));
}

void judge_rollover_broken(const struct rollover *o)
{
	list_at_once(o);
	if (o->before == ROLLOVER_DEFERRED)
		judge_add(o->j, FINDING_ROLLOVER_SAFE, at_host(o->host), NULL,
		    "The change of %s can be made now: DANE senders deliver nothing to it today, "
		    "since its live data fail DNSSEC validation, so nothing is lost.",
		    name_of(o));
	else
		judge_add(o->j, FINDING_ROLLOVER_SAFE, at_host(o->host), NULL,
		    "The change of %s can be made now: no TLSA record matches what it presents "
		    "today, so nothing is lost. Mail recovers fully by %s.",
		    name_of(o), expiry(o));
}

/* ---- What hangs on the order ---- */

void judge_rollover_chain_first(const struct rollover *o)
{
	const char *rest =
	    o->before == ROLLOVER_RECORDS
		? arena_printf(o->j->arena,
		      "; the live ones, which caches keep for a while (%s), match it too",
		      ttl_words(o))
		: "";
	struct action_list fix = {0};
	struct rollover_set live = set_of(o->live), new = set_of(o->host);
	int last = add_deployment(o, &fix, DEPLOY_EVERYWHERE, at_once(o));
	add_change(
	    o, &fix, &live, &new, "when every address presents it", (struct moment){0, last});
	judge_add(o->j, FINDING_ROLLOVER_ORDER, at_host(o->host), &fix,
	    "The change of %s is safe in one order only: the new TLSA records do not match all "
	    "that "
	    "it presents now, so the new chain comes first%s. It can be deployed now; publish the "
	    "records once every address presents it.",
	    name_of(o), rest);
}

void judge_rollover_records_first(const struct rollover *o, enum rollover_fit new_records)
{
	bool perhaps = new_records == ROLLOVER_FITS_PERHAPS;
	struct action_list fix = {0};
	struct rollover_set live = set_of(o->live), new = set_of(o->host);
	if (perhaps) {
		(void)list_bridge(o, &fix); /* no step where none bridges it */
	} else {
		int last = add_change(o, &fix, &live, &new, "now", at_once(o));
		add_deployment(o, &fix, not_before(o), once_forgotten(o, last));
	}
	judge_add(o->j, FINDING_ROLLOVER_ORDER, at_host(o->host), &fix,
	    "The change of %s is safe in one order only: the live TLSA records do not match the "
	    "new "
	    "chain, so the new records come first%s, and the new chain not before %s, if the "
	    "records are published now.",
	    name_of(o),
	    perhaps ? ", beside the live ones (what it presents now could not all be seen)" : "",
	    expiry(o));
}

void judge_rollover_unsafe(const struct rollover *o)
{
	struct action_list fix = {0};
	const char *first = list_bridge(o, &fix) ? "publish the records of the fix first"
						 : "publish records that match both chains first";
	judge_add(o->j, FINDING_ROLLOVER_UNSAFE, at_host(o->host), &fix,
	    "The change of %s is safe in no order: the live TLSA records do not match the new "
	    "chain, nor do the new ones match all that it presents now. Instead, %s; deploy the "
	    "new chain not before %s, if they are published now; and publish the proposed records "
	    "%" PRIu32 " s after that.",
	    name_of(o), first, expiry(o), live_ttl(o));
}
