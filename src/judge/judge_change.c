/* judge_change.c owns comparisons: of the proposed state with the live one, the effect on the
 * status, and the findings that appear and go; with an earlier run, which findings it had and which
 * are gone.
 */
#include "judge_internal.h"

/* ---- Findings ---- */

bool judge_same_place(const struct finding *a, const struct finding *b)
{
	return model_same_server(a->server, b->server) &&
	       model_same_text(a->host_name, b->host_name) && a->key_type == b->key_type &&
	       a->address.family == b->address.family &&
	       (!a->address.family || address_compare(&a->address, &b->address) == 0);
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->severity == b->severity && judge_same_place(a, b);
}

/* Two lists of findings, and for each finding its counterpart in the other list, or NULL. */
struct list {
	const struct finding *findings;
	size_t count;
	const struct finding **others;
};

/* Pairs what is `same`, one with one; those that say the same first. */
static void pair_findings(struct arena *arena, struct list *a, struct list *b,
    bool (*same)(const struct finding *, const struct finding *))
{
	a->others = arena_array(arena, a->count, sizeof *a->others);
	b->others = arena_array(arena, b->count, sizeof *b->others);
	for (int exact = 1; exact >= 0; exact--)
		for (size_t i = 0; i < a->count; i++)
			for (size_t k = 0; k < b->count && !a->others[i]; k++) {
				const struct finding *f = &a->findings[i], *g = &b->findings[k];
				if (b->others[k] || !same(f, g) ||
				    (exact && !model_same_text(f->message, g->message)))
					continue;
				a->others[i] = g;
				b->others[k] = f;
			}
}

static struct finding *list_unpaired(struct judge *j, const struct list *l, size_t *count)
{
	struct finding *list = arena_array(j->arena, l->count, sizeof *list);
	for (size_t i = 0; i < l->count; i++)
		if (!l->others[i])
			list[(*count)++] = l->findings[i];
	return list;
}

/* What the file excuses is excused in the live state, or it would count as repaired. */
static void excuse_live(struct domain_report *live, const struct list *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->others[i] && findings->others[i]->ignored)
			live->findings[i].ignored = true;
	live->status = model_counted_status(live);
}

static void compare_findings(struct judge *j, struct change *c)
{
	const struct domain_report *r = j->report;
	struct domain_report *live = c->live;
	struct list here = {r->findings, r->finding_count, NULL};
	struct list there = {live->findings, live->finding_count, NULL};
	pair_findings(j->arena, &here, &there, same_finding);
	excuse_live(live, &there);
	c->appear = list_unpaired(j, &here, &c->appear_count);
	c->go = list_unpaired(j, &there, &c->go_count);
}

/* ---- The effect ---- */

static bool has_proposed_chain(const struct domain_report *r, const char *host)
{
	for (size_t i = 0; i < r->host_count; i++)
		if (model_same_text(r->hosts[i].name, host))
			return r->hosts[i].endpoint_count && r->hosts[i].endpoints[0].proposed;
	return false;
}

static bool is_of_session(const struct finding *f)
{
	for (size_t i = 0; f->code == FINDING_DANE_UNTRUSTED && i < f->host->endpoint_count; i++) {
		const struct endpoint *e = &f->host->endpoints[i];
		if (f->key_type == e->key_type && model_is_about(f, e))
			return judge_sender_limits_session(e);
	}
	return false;
}

/* With --chain TLS counts as working, so what a live server did wrong on the way to it, or in the
 * session, says nothing about the change. */
static bool is_beyond_chain(const struct domain_report *r, const struct finding *f)
{
	bool on_the_way = f->code >= FINDING_CONNECT_FAILED && f->code <= FINDING_HELO_MISMATCH;
	return (on_the_way || is_of_session(f)) && has_proposed_chain(r, f->host_name);
}

static const struct finding *find_unknown(const struct domain_report *r)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (!r->findings[i].ignored && r->findings[i].severity == STATUS_UNKNOWN)
			return &r->findings[i];
	return NULL;
}

static enum change_effect effect_of(enum status before, enum status after)
{
	if (before == STATUS_UNKNOWN || after == STATUS_UNKNOWN)
		return CHANGE_UNKNOWN;
	if (before == after)
		return CHANGE_NEUTRAL;
	if (before == STATUS_CRITICAL)
		return CHANGE_FIXES;
	if (after == STATUS_CRITICAL)
		return CHANGE_BREAKS;
	return before > after ? CHANGE_IMPROVES : CHANGE_WORSENS;
}

/* The live status by that of which the proposed state has a counterpart; *beyond is the first
 * finding left out. */
static enum status comparable_status(
    const struct domain_report *r, const struct domain_report *live, const struct finding **beyond)
{
	enum status status = STATUS_OK;
	*beyond = NULL;
	for (size_t i = 0; i < live->finding_count; i++) {
		const struct finding *f = &live->findings[i];
		if (f->ignored || f->severity == STATUS_OK)
			continue;
		if (!is_beyond_chain(r, f))
			status = f->severity > status ? f->severity : status;
		else if (!*beyond)
			*beyond = f;
	}
	return status;
}

/* That the zone has data which only its software knows is no change: the live data are used. */
static enum status proposed_status(const struct domain_report *r)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!f->ignored && f->code != FINDING_ZONE_UNKNOWN_DATA && f->severity > status)
			status = f->severity;
	}
	return status;
}

static void judge_effect(struct judge *j, struct change *c)
{
	const struct domain_report *r = j->report;
	enum status after = proposed_status(r);
	const struct finding *beyond, *unseen;
	enum status comparable = comparable_status(r, c->live, &beyond);
	c->effect = effect_of(c->live->status, after);
	if (c->effect == CHANGE_UNKNOWN) {
		unseen = find_unknown(c->live->status == STATUS_UNKNOWN ? c->live : r);
		c->error = unseen ? unseen->message : NULL;
	} else if (beyond && effect_of(comparable, after) != c->effect) {
		c->effect = CHANGE_UNKNOWN;
		c->error = arena_printf(
		    j->arena, "A proposed chain says nothing of this: %s", beyond->message);
	}
}

static bool is_seen(const struct domain_report *live)
{
	return !live->root_error && (!live->mx || !judge_lookup_failed(live->mx));
}

void judge_change(struct judge *j)
{
	struct change *c = j->report->change;
	c->seen = is_seen(c->live);
	if (!c->seen) {
		c->effect = CHANGE_UNKNOWN;
		c->error = arena_printf(
		    j->arena, "The live state could not be seen: %s.", c->live->summary);
		return;
	}
	compare_findings(j, c);
	judge_effect(j, c);
}

bool judge_live_seen(const struct domain_report *report)
{
	return is_seen(report->change->live);
}

/* ---- An earlier run ---- */

static bool same_code(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && judge_same_place(a, b);
}

/* An exception that was taken back is not known: it has never counted. */
static bool is_known(const struct finding *now, const struct finding *then)
{
	return then && now->severity <= then->severity && (now->ignored || !then->ignored);
}

bool judge_is_of_policy(enum finding_code code)
{
	return code >= FINDING_STS_ABSENT && code <= FINDING_TLSRPT_LOOKUP_FAILED;
}

bool judge_ends_check(const struct finding *f)
{
	switch (f->code) {
	case FINDING_MX_BOGUS:
	case FINDING_ADDRESS_BOGUS:
	case FINDING_TLSA_BOGUS:
	case FINDING_CONNECT_FAILED:
	case FINDING_SMTP_REFUSED:
	case FINDING_SMTP_PROTOCOL:
	case FINDING_STARTTLS_MISSING:
	case FINDING_STARTTLS_REFUSED:
	case FINDING_STARTTLS_INJECTION:
	case FINDING_TLS_FAILED:
	case FINDING_STS_POLICY_UNREACHABLE:
	case FINDING_STS_LOOKUP_FAILED:
	case FINDING_TLSRPT_LOOKUP_FAILED: return true;
	default: return f->severity == STATUS_UNKNOWN;
	}
}

/* True if `now` is why nobody can tell whether `then` still holds: it is about the same place, or
 * one that has it in it. */
static bool hides(const struct finding *now, const struct finding *then)
{
	struct finding place = *then;
	if (!judge_ends_check(now) ||
	    (judge_is_of_policy(now->code) && !judge_is_of_policy(then->code)))
		return false;
	if (now->key_type == KEY_TYPE_NONE)
		place.key_type = KEY_TYPE_NONE;
	if (!now->address.family)
		place.address = now->address;
	if (!now->host_name)
		place.host_name = NULL;
	if (!now->server)
		place.server = NULL;
	return judge_same_place(now, &place);
}

static bool is_hidden(const struct domain_report *r, const struct finding *then)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (hides(&r->findings[i], then))
			return true;
	return false;
}

/* The list of a proposed change has copies of the report's findings. */
static void mark_appeared(const struct domain_report *r)
{
	for (size_t i = 0; r->change && i < r->change->appear_count; i++)
		for (size_t k = 0; k < r->finding_count; k++)
			if (r->change->appear[i].message == r->findings[k].message)
				r->change->appear[i].known = r->findings[k].known;
}

void judge_baseline(struct domain_report *report, const struct finding *earlier, size_t count)
{
	struct list now = {report->findings, report->finding_count, NULL};
	struct list then = {earlier, count, NULL};
	pair_findings(report->arena, &now, &then, same_code);
	report->compared = true;
	for (size_t i = 0; i < now.count; i++)
		report->findings[i].known = is_known(&report->findings[i], now.others[i]);
	mark_appeared(report);
	report->gone = arena_array(report->arena, count, sizeof *report->gone);
	for (size_t i = 0; i < count; i++)
		if (!then.others[i] && !is_hidden(report, &earlier[i]))
			report->gone[report->gone_count++] = earlier[i];
}
