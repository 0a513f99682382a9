/*
 * judge_authoritative.c owns the findings on single name servers (--authoritative): which do not
 * answer, have no authority or an old zone, and what they say otherwise than the rest.
 *
 * What cannot be reached may be this machine's fault: a server is blamed only where others answer
 * by the same way.
 */
#include <string.h>

#include "buffer.h"
#include "judge_internal.h"

/* ---- Servers ---- */

static bool has_spoken(const struct server_answer *a)
{
	return a && a->rcode >= 0;
}

static bool speaks(const struct name_server *s)
{
	return has_spoken(s->udp) || has_spoken(s->tcp);
}

/* The deadline ended it, or there is no way from here: nothing is known. */
static bool is_lost(const struct server_answer *a)
{
	return a && a->rcode < 0 && !a->no_route && a->fact->failure != LOOKUP_FAILURE_DEADLINE;
}

static bool is_silent(const struct name_server *s)
{
	return is_lost(s->udp) && is_lost(s->tcp);
}

static struct place at_server(struct name_server *s, bool decides)
{
	return (struct place){.server = s, .decides = decides};
}

/* "ns1.example.org [192.0.2.1]" */
static const char *name_of(const struct judge *j, const struct name_server *s)
{
	char address[ADDRESS_TEXT_SIZE];
	return s->address.family
		   ? arena_printf(j->arena, "%s [%s]", s->name, address_text(&s->address, address))
		   : s->name;
}

/* ---- Ways from here ---- */

/* What of the world was reached from this machine. */
struct ways {
	bool ipv4, ipv6, udp, tcp;
};

static void note_server(struct ways *w, const struct name_server *s)
{
	w->udp |= has_spoken(s->udp);
	w->tcp |= has_spoken(s->tcp);
	if (!speaks(s))
		return;
	w->ipv4 |= s->address.family == AF_INET;
	w->ipv6 |= s->address.family == AF_INET6;
}

static void note_endpoint(struct ways *w, const struct endpoint *e)
{
	if (e->probe.stage <= SMTP_STAGE_CONNECT)
		return;
	w->ipv4 |= e->address.family == AF_INET;
	w->ipv6 |= e->address.family == AF_INET6;
}

static struct ways find_ways(const struct domain_report *r)
{
	struct ways w = {0};
	for (size_t i = 0; i < r->authority->zone_count; i++)
		for (size_t k = 0; k < r->authority->zones[i].server_count; k++)
			note_server(&w, &r->authority->zones[i].servers[k]);
	for (size_t i = 0; i < r->host_count && !r->change; i++)
		for (size_t k = 0; k < r->hosts[i].endpoint_count; k++)
			if (!r->hosts[i].endpoints[k].proposed)
				note_endpoint(&w, &r->hosts[i].endpoints[k]);
	return w;
}

static bool is_passable(const struct ways *w, const struct name_server *s)
{
	return s->address.family == AF_INET ? w->ipv4 : w->ipv6;
}

/* ---- Those that do not answer, or not with authority ---- */

static void judge_silent(struct judge *j, struct name_server *s)
{
	judge_add(j, FINDING_NS_UNREACHABLE, at_server(s, true), NULL,
	    "%s, a name server of %s, answers neither over UDP (%s) nor over TCP (%s): lookups "
	    "that try it first wait, and fail where the others are busy.",
	    name_of(j, s), s->zone, judge_escaped(j, s->udp->fact->error),
	    judge_escaped(j, s->tcp->fact->error));
}

static void judge_lame(struct judge *j, struct name_server *s)
{
	judge_add(j, FINDING_NS_LAME, at_server(s, true), NULL,
	    "%s is named as a name server of %s, but does not serve the zone: %s.", name_of(j, s),
	    s->zone, judge_escaped(j, name_server_error(s)));
}

/* Of one that serves the zone by the other way. */
static void judge_ways(struct judge *j, const struct ways *w, struct name_server *s)
{
	if (is_lost(s->udp) && w->udp)
		judge_add(j, FINDING_NS_UNREACHABLE, at_server(s, true), NULL,
		    "%s, a name server of %s, answers over TCP only, not over UDP (%s): resolvers "
		    "ask over UDP first.",
		    name_of(j, s), s->zone, judge_escaped(j, s->udp->fact->error));
	if (is_lost(s->tcp) && w->tcp)
		judge_add(j, FINDING_NS_NO_TCP, at_server(s, true), NULL,
		    "%s, a name server of %s, answers over UDP only, not over TCP (%s): an answer "
		    "that is too long for UDP cannot be had from it.",
		    name_of(j, s), s->zone, judge_escaped(j, s->tcp->fact->error));
}

static void judge_server(struct judge *j, const struct ways *w, struct name_server *s)
{
	bool known = s->lacks_address || name_server_soa(s) || speaks(s) ||
		     (is_silent(s) && is_passable(w, s));
	s->status = known ? STATUS_OK : STATUS_UNKNOWN;
	if (s->lacks_address)
		judge_add(j, FINDING_NS_UNREACHABLE, at_server(s, true), NULL,
		    "%s is named as a name server of %s, but has no address.", s->name, s->zone);
	else if (!known)
		return;
	else if (!speaks(s))
		judge_silent(j, s);
	else if (!name_server_soa(s))
		judge_lame(j, s);
	else
		judge_ways(j, w, s);
}

/* ---- What is not proven ----
 *
 * Such an answer is bogus to a validating resolver, which asks another server: what it says is not
 * compared with what others say.
 */

static const struct lookup *proven(const struct lookup *l)
{
	return l && l->dnssec != DNSSEC_BOGUS ? l : NULL;
}

/* ---- An old zone ---- */

static const struct lookup *soa_of(const struct name_server *s)
{
	return proven(name_server_soa(s));
}

static const struct lookup *answer_of(const struct name_server *s, size_t question)
{
	return soa_of(s) ? proven(name_server_answer(s, question)) : NULL;
}

/* RFC 1982 §3.2 */
static bool is_newer(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static const struct lookup *find_newest(const struct authority_zone *z)
{
	const struct lookup *newest = NULL;
	for (size_t i = 0; i < z->server_count; i++) {
		const struct lookup *soa = soa_of(&z->servers[i]);
		if (soa &&
		    (!newest || is_newer(soa->records->soa.serial, newest->records->soa.serial)))
			newest = soa;
	}
	return newest;
}

/* The newest serial has been there for less than the time in which each secondary must have looked
 * for it, as far as its signature tells (RFC 1035 §3.3.13). */
static bool is_in_grace(const struct judge *j, const struct lookup *newest)
{
	enum { SET_BACK = 90 * 60 }; /* seconds; signers date inceptions back, Knot by so much */
	return newest->signature_count && j->report->checked_at - newest->signatures[0].inception <=
					      (int64_t)newest->records->soa.refresh + SET_BACK;
}

static void judge_serials(struct judge *j, struct authority_zone *z)
{
	const struct lookup *newest = find_newest(z);
	for (size_t i = 0; i < z->server_count; i++) {
		struct name_server *s = &z->servers[i];
		const struct lookup *soa = soa_of(s);
		if (!soa || !is_newer(newest->records->soa.serial, soa->records->soa.serial) ||
		    is_in_grace(j, newest))
			continue;
		judge_add(j, FINDING_NS_STALE, at_server(s, true), NULL,
		    "%s has serial %u of %s, and other name servers have %u: what was changed "
		    "since does not reach those who ask this one.",
		    name_of(j, s), soa->records->soa.serial, z->name, newest->records->soa.serial);
	}
}

/* ---- What they say ---- */

static size_t count_alike(
    const struct authority_zone *z, size_t question, const struct lookup *answer)
{
	size_t count = 0;
	for (size_t i = 0; i < z->server_count; i++) {
		const struct lookup *l = answer_of(&z->servers[i], question);
		count += l && lookup_same_answer(l, answer);
	}
	return count;
}

/* Of a server with the newest zone, the commonest answer. */
static const struct name_server *find_model(const struct authority_zone *z, size_t question)
{
	const struct name_server *best = NULL;
	uint32_t newest = find_newest(z)->records->soa.serial;
	size_t most = 0;
	for (size_t i = 0; i < z->server_count; i++) {
		const struct name_server *s = &z->servers[i];
		const struct lookup *l = answer_of(s, question);
		size_t count = l ? count_alike(z, question, l) : 0;
		if (!l || soa_of(s)->records->soa.serial != newest || count <= most)
			continue;
		best = s;
		most = count;
	}
	return best;
}

static void add_record(struct buffer *b, const struct judge *j, const struct lookup *l, size_t n)
{
	char address[ADDRESS_TEXT_SIZE];
	const struct dns_record *r = &l->records[n];
	const struct tlsa_record tlsa = {.usage = r->tlsa.usage,
	    .selector = r->tlsa.selector,
	    .mtype = r->tlsa.mtype,
	    .data = r->tlsa.data,
	    .length = r->tlsa.length};
	buffer_add_text(b, n ? ", " : " ");
	switch (l->type) {
	case DNS_TYPE_TLSA: buffer_add_text(b, judge_record_name(j, &tlsa)); break;
	case DNS_TYPE_MX:
		buffer_printf(b, "%u %s", r->mx.preference, *r->mx.exchange ? r->mx.exchange : ".");
		break;
	default: buffer_add_text(b, address_text(&r->address, address)); break;
	}
}

/* "TLSA 3 1 1 9a1c2b3d…" */
static const char *describe_answer(const struct judge *j, const struct lookup *l)
{
	enum { SHOWN = 4 };
	struct buffer b = {0};
	if (l->alias)
		return arena_printf(j->arena, "an alias to %s", l->alias);
	if (!l->record_count)
		return arena_printf(j->arena, "no %s records", lookup_type_name(l->type));
	buffer_add_text(&b, lookup_type_name(l->type));
	for (size_t i = 0; i < l->record_count && i < SHOWN; i++)
		add_record(&b, j, l, i);
	if (l->record_count > SHOWN)
		buffer_printf(&b, " and %zu more", l->record_count - SHOWN);
	const char *text = arena_strdup(j->arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

/* What DANE senders make of a host by these TLSA records. */
enum meaning { MEANS_NOTHING_KNOWN, MEANS_NO_DANE, MEANS_MATCH, MEANS_MISMATCH };

static bool matches(const struct lookup *l, const struct endpoint *e)
{
	for (size_t i = 0; i < l->record_count; i++) {
		const struct dns_record *r = &l->records[i];
		const struct tlsa_record t = {.usage = r->tlsa.usage,
		    .selector = r->tlsa.selector,
		    .mtype = r->tlsa.mtype,
		    .data = r->tlsa.data,
		    .length = r->tlsa.length};
		for (size_t c = 0; c < e->probe.chain_count; c++)
			if (tlsa_record_matches(&t, &e->probe.chain[c]))
				return true;
	}
	return false;
}

static enum meaning meaning_of(const struct mx_host *h, const struct lookup *l)
{
	enum meaning meaning = MEANS_NOTHING_KNOWN;
	if (l->alias)
		return MEANS_NOTHING_KNOWN;
	if (!l->record_count)
		return MEANS_NO_DANE;
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		if (!judge_has_tls(e) || !e->probe.chain_count)
			continue;
		if (!matches(l, e))
			return MEANS_MISMATCH;
		meaning = MEANS_MATCH;
	}
	return meaning;
}

/* DANE applies to a host whose TLSA records, or their absence, are proven. */
static bool rests_on(const struct mx_host *h, const struct server_question *q)
{
	const struct lookup *l = h->tlsa;
	return l && l->dnssec == DNSSEC_SECURE && l->kind != ANSWER_FAILED &&
	       q->type == DNS_TYPE_TLSA &&
	       (strcmp(l->asked, q->name) == 0 || strcmp(l->final, q->name) == 0);
}

static bool decides(const struct judge *j, const struct server_question *q, const struct lookup *a,
    const struct lookup *b)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		const struct mx_host *h = &j->report->hosts[i];
		enum meaning x = meaning_of(h, a), y = meaning_of(h, b);
		if (rests_on(h, q) && x != MEANS_NOTHING_KNOWN && y != MEANS_NOTHING_KNOWN &&
		    x != y)
			return true;
	}
	return false;
}

/* Which addresses a name has may hang on who asks, with one zone: that is no fault. */
static bool may_differ(
    const struct lookup *l, const struct name_server *a, const struct name_server *b)
{
	return (l->type == DNS_TYPE_A || l->type == DNS_TYPE_AAAA) &&
	       soa_of(a)->records->soa.serial == soa_of(b)->records->soa.serial;
}

static size_t count_answers(const struct authority_zone *z, size_t question)
{
	size_t count = 0;
	for (size_t i = 0; i < z->server_count; i++)
		count += answer_of(&z->servers[i], question) != NULL;
	return count;
}

static void judge_question(struct judge *j, struct authority_zone *z, size_t n)
{
	const struct server_question *q = &z->questions[n];
	const struct name_server *model = find_model(z, n);
	const struct lookup *right = model ? answer_of(model, n) : NULL;
	size_t total = count_answers(z, n);
	for (size_t i = 0; i < z->server_count && right; i++) {
		struct name_server *s = &z->servers[i];
		const struct lookup *l = answer_of(s, n);
		if (!l || lookup_same_answer(l, right) || may_differ(l, s, model))
			continue;
		bool old =
		    is_newer(soa_of(model)->records->soa.serial, soa_of(s)->records->soa.serial);
		judge_add(j, FINDING_NS_INCONSISTENT, at_server(s, decides(j, q, l, right)), NULL,
		    "%s %s %s at %s, where %s has %s: about %zu in %zu lookups bring that.",
		    name_of(j, s), old ? "still has" : "has", describe_answer(j, l), q->name,
		    name_of(j, model), describe_answer(j, right), count_alike(z, n, l), total);
	}
}

/* ---- Answers that fail ---- */

/* Another server's answer, or the zone's keys, may be at fault where none is proven. */
static bool is_proven_elsewhere(const struct authority_zone *z, size_t question)
{
	for (size_t i = 0; i < z->server_count; i++) {
		const struct lookup *l = name_server_answer(&z->servers[i], question);
		if (l && l->dnssec == DNSSEC_SECURE)
			return true;
	}
	return false;
}

static bool has_proven_soa(const struct authority_zone *z)
{
	for (size_t i = 0; i < z->server_count; i++) {
		const struct lookup *soa = name_server_soa(&z->servers[i]);
		if (soa && soa->dnssec == DNSSEC_SECURE)
			return true;
	}
	return false;
}

/* The first answer of the server that is bogus while another one's holds; NULL: none. */
static const struct lookup *find_bogus(const struct authority_zone *z, const struct name_server *s)
{
	const struct lookup *soa = name_server_soa(s);
	for (size_t i = 0; i < z->question_count; i++) {
		const struct lookup *l = name_server_answer(s, i);
		if (l && l->dnssec == DNSSEC_BOGUS && is_proven_elsewhere(z, i))
			return l;
	}
	return soa && soa->dnssec == DNSSEC_BOGUS && has_proven_soa(z) ? soa : NULL;
}

static void judge_proofs(struct judge *j, const struct authority_zone *z, struct name_server *s)
{
	const struct lookup *l = find_bogus(z, s);
	if (l)
		judge_add(j, FINDING_NS_BOGUS, at_server(s, true), NULL,
		    "What %s says of %s (%s) fails DNSSEC validation (%s), while another name "
		    "server's answer holds: senders behind validating resolvers find nothing where "
		    "this server is asked.",
		    name_of(j, s), l->asked, lookup_type_name(l->type), judge_escaped(j, l->error));
}

/* RFC 7672 §2.1.1: where the host's addresses are proven, a TLSA lookup that fails defers mail,
 * whether there are records or not. */
static bool is_needed(const struct judge *j, const struct server_question *q)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		const struct mx_host *h = &j->report->hosts[i];
		const struct lookup *l = h->tlsa;
		if (l && h->tlsa_state != TLSA_STATE_SKIPPED &&
		    h->tlsa_state != TLSA_STATE_INSECURE &&
		    (strcmp(l->asked, q->name) == 0 || strcmp(l->final, q->name) == 0))
			return true;
	}
	return false;
}

static void judge_tlsa_failure(
    struct judge *j, const struct authority_zone *z, struct name_server *s, size_t n)
{
	const struct server_question *q = &z->questions[n];
	const struct server_answer *a = s->answers ? s->answers[n] : NULL;
	bool failed = a && a->fact->kind == ANSWER_FAILED && !a->referral && !a->no_route &&
		      a->fact->failure != LOOKUP_FAILURE_DEADLINE;
	if (q->type != DNS_TYPE_TLSA || !failed)
		return;
	judge_add(j, FINDING_NS_TLSA_FAILS, at_server(s, is_needed(j, q)), NULL,
	    "%s serves %s, but fails when it is asked for the TLSA records at %s (%s): DANE "
	    "senders whose resolver asks this server delay the mail.",
	    name_of(j, s), z->name, q->name, judge_escaped(j, a->fact->error));
}

/* ---- All of a zone ---- */

static size_t count_silent(const struct authority_zone *z)
{
	size_t silent = 0;
	for (size_t i = 0; i < z->server_count; i++) {
		if (speaks(&z->servers[i]))
			return 0;
		silent += is_silent(&z->servers[i]);
	}
	return silent;
}

/* The resolver has its answers from somewhere: these servers, or the way to them, are closed to
 * this machine. */
static void judge_blocked(struct judge *j, const struct authority *a)
{
	const char *zone = NULL;
	size_t silent = 0, zones = 0;
	for (size_t i = 0; i < a->zone_count; i++) {
		size_t count = count_silent(&a->zones[i]);
		silent += count;
		zones += count > 0;
		zone = count && !zone ? a->zones[i].name : zone;
	}
	if (zones)
		judge_add(j, FINDING_NS_UNREACHABLE, at_domain, NULL,
		    "None of the %zu addresses of name servers of %s%s that were asked answers "
		    "this machine, so nothing is known of them: port 53 may be blocked on the way.",
		    silent, zone, zones > 1 ? " and other zones" : "");
}

void judge_name_servers(struct judge *j)
{
	struct authority *a = j->report->authority;
	if (!a)
		return;
	struct ways w = find_ways(j->report);
	judge_blocked(j, a);
	for (size_t i = 0; i < a->zone_count; i++) {
		struct authority_zone *z = &a->zones[i];
		bool blocked = count_silent(z) > 0;
		for (size_t k = 0; k < z->server_count; k++)
			if (!blocked || z->servers[k].lacks_address)
				judge_server(j, &w, &z->servers[k]);
			else
				z->servers[k].status = STATUS_UNKNOWN;
		for (size_t k = 0; k < z->server_count; k++) {
			judge_proofs(j, z, &z->servers[k]);
			for (size_t n = 0; n < z->question_count; n++)
				judge_tlsa_failure(j, z, &z->servers[k], n);
		}
		if (!find_newest(z))
			continue;
		judge_serials(j, z);
		for (size_t k = 0; k < z->question_count; k++)
			judge_question(j, z, k);
	}
}
