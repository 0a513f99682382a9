/* gather_host.c owns the facts of the MX hosts: which they are, addresses, TLSA RRsets, probes,
 * endpoints. */
#include "gather_host.h"

#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "endpoints.h"
#include "limit.h"
#include "name.h"
#include "tlsa.h"

/* What a host needs while it is gathered, beside the facts in the report. */
struct host_state {
	struct gather_hosts *hosts;
	struct mx_host *host;
	size_t lookups_pending;
	bool asked_final, asked_beside, asked_elsewhere;
	bool decided;          /* discovery_decide was called */
	bool probed4, probed6; /* the family's probes were started */
	bool sts_probed;       /* the probes with the MX name as SNI were started */
	/* What --chain proposes for it; any: nothing is connected to. */
	const struct proposed_chain *proposed[PROPOSED_PER_HOST];
	size_t proposed_count;
	struct address_probes **probes;
	size_t probe_count;
	struct address_probes **sts_probes;
	size_t sts_probe_count;
};

/* ---- Which hosts ---- */

static int compare_names(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->preference > y->preference) - (x->preference < y->preference);
}

static int compare_preferences(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = (x->preference > y->preference) - (x->preference < y->preference);
	return order ? order : strcmp(x->name, y->name);
}

/* The same host under two preferences is one host with the lower. */
static void drop_duplicates(struct domain_report *r)
{
	size_t kept = 0;
	qsort(r->hosts, r->host_count, sizeof *r->hosts, compare_names);
	for (size_t i = 0; i < r->host_count; i++)
		if (kept == 0 || strcmp(r->hosts[kept - 1].name, r->hosts[i].name) != 0)
			r->hosts[kept++] = r->hosts[i];
	r->host_count = kept;
}

static void add_host(struct domain_report *r, const char *name, uint16_t preference)
{
	struct mx_host *h = arena_append(r->arena, &r->hosts, &r->host_count, sizeof *h);
	h->name = name;
	h->name_unicode = name_to_unicode(r->arena, name);
	h->preference = preference;
	h->target_valid = name_is_host(name);
	h->sni = name;
}

void gather_hosts_from_mx(struct domain_report *r)
{
	const struct lookup *mx = r->mx;
	size_t nulls = 0;
	if (mx->kind != ANSWER_RECORDS) {
		r->mx_kind = MX_KIND_IMPLICIT;
		add_host(r, r->domain, 0);
		r->mx_total = 1;
		return;
	}
	for (size_t i = 0; i < mx->record_count; i++) {
		if (*mx->records[i].mx.exchange)
			add_host(r, mx->records[i].mx.exchange, mx->records[i].mx.preference);
		else
			nulls++;
	}
	r->mx_kind = r->host_count ? MX_KIND_MX : MX_KIND_NULL;
	r->mx_null_mixed = nulls && r->host_count;
	if (!r->host_count)
		return;
	drop_duplicates(r);
	qsort(r->hosts, r->host_count, sizeof *r->hosts, compare_preferences);
	r->mx_total = r->host_count;
	if (r->host_count > LIMIT_MX_HOSTS)
		r->host_count = LIMIT_MX_HOSTS;
}

void gather_hosts_from_params(struct domain_report *r, const struct params *params)
{
	r->mx_kind = MX_KIND_GIVEN;
	for (size_t i = 0; i < params->mx_host_count; i++)
		add_host(r, params->mx_hosts[i], 0);
	r->mx_total = r->host_count;
}

/* ---- Addresses to probe ---- */

static bool is_listed(struct address_probes *const *list, size_t count, const struct address *a)
{
	for (size_t i = 0; i < count; i++)
		if (address_compare(&list[i]->address, a) == 0)
			return true;
	return false;
}

/* Starts the probes of one family's addresses, as long as there is room for them in `set`. */
static void probe_family(struct host_state *s, const struct lookup *l, const char *sni,
    struct address_probes **set, size_t *count)
{
	if (!l || l->kind != ANSWER_RECORDS)
		return;
	for (size_t i = 0; i < l->record_count; i++) {
		const struct address *a = &l->records[i].address;
		if (is_listed(set, *count, a))
			continue;
		if (*count == LIMIT_HOST_ADDRESSES) {
			s->host->addresses_cut = true;
			return;
		}
		struct address_probes *p = arena_alloc(s->hosts->report->arena, sizeof *p);
		set[(*count)++] = p;
		p->address = *a;
		if (!s->proposed_count)
			gather_task_probe_keys(s->hosts->tasks, p, sni);
	}
}

/*
 * A host name that is no alias is its own SNI whatever the TLSA lookups say, so its probes need not
 * wait for them; an alias's SNI is the TLSA base domain (RFC 7672 §8.1), known only after
 * discovery.
 */
static void probe_when_ready(struct host_state *s)
{
	struct mx_host *h = s->host;
	if (!s->probed4 && h->a && (s->decided || !lookup_is_alias(h->a))) {
		s->probed4 = true;
		probe_family(s, h->a, h->sni, s->probes, &s->probe_count);
	}
	if (!s->probed6 && h->aaaa && (s->decided || !lookup_is_alias(h->aaaa))) {
		s->probed6 = true;
		probe_family(s, h->aaaa, h->sni, s->probes, &s->probe_count);
	}
}

/* ---- Lookups ---- */

static void lookup_known(void *user);

/* What else a wildcard gives the host that has its addresses from it: a record below its name takes
 * all of that away. */
static void lookup_beside(struct host_state *s, const struct lookup *l)
{
	static const enum dns_type types[MX_HOST_BESIDE] = {
	    DNS_TYPE_MX, DNS_TYPE_TXT, DNS_TYPE_A, DNS_TYPE_AAAA};
	struct mx_host *h = s->host;
	if (!l || s->asked_beside || !lookup_find_expansion(l, l->final))
		return;
	s->asked_beside = true;
	for (size_t i = 0; i < MX_HOST_BESIDE; i++) {
		if ((types[i] == DNS_TYPE_A && h->a) || (types[i] == DNS_TYPE_AAAA && h->aaaa))
			continue;
		s->lookups_pending++;
		gather_task_lookup(
		    s->hosts->tasks, l->final, types[i], &h->beside[i], lookup_known, s);
	}
}

/* ---- TLSA records at another name ---- */

/* It decides nothing: only the end of the gathering waits for it. */
static void elsewhere_known(void *user)
{
	(void)user;
}

/* In front of the host: two labels, with a port in them. */
static const struct {
	enum cause cause;
	const char *before;
	unsigned port; /* 0: the one that is checked */
	const char *after;
	enum dns_type type;
} slips[] = {
    {CAUSE_WRONG_PORT, "_", 25, "._tcp", DNS_TYPE_TLSA},
    {CAUSE_WRONG_PORT, "_", 465, "._tcp", DNS_TYPE_TLSA},
    {CAUSE_WRONG_PORT, "_", 587, "._tcp", DNS_TYPE_TLSA},
    {CAUSE_WRONG_PROTOCOL, "_", 0, "._udp", DNS_TYPE_TLSA},
    {CAUSE_SWAPPED_LABELS, "_tcp._", 0, "", DNS_TYPE_TLSA},
    {CAUSE_NO_UNDERSCORE, "", 0, "._tcp", DNS_TYPE_TLSA},
    {CAUSE_NO_UNDERSCORE, "_", 0, ".tcp", DNS_TYPE_TLSA},
    {CAUSE_NO_UNDERSCORE, "", 0, ".tcp", DNS_TYPE_TLSA},
    {CAUSE_AS_TXT, "_", 0, "._tcp", DNS_TYPE_TXT},
};

enum {
	SLIP_COUNT = sizeof slips / sizeof *slips,
	OTHER_SLIPS = 3, /* at the domain, at the host, the zone's name twice */
};
_Static_assert(MX_HOST_ELSEWHERE == SLIP_COUNT + OTHER_SLIPS, "a place for each");

static void seek_elsewhere(
    struct host_state *s, size_t place, enum cause cause, const char *owner, enum dns_type type)
{
	enum { LONGEST = 253 };
	struct misplaced *m = &s->host->elsewhere[place];
	m->cause = cause;
	if (strlen(owner) > LONGEST ||
	    (type == DNS_TYPE_TLSA && strcmp(owner, s->host->tlsa_owner) == 0))
		return;
	gather_task_lookup(s->hosts->tasks, owner, type, &m->found, elsewhere_known, s);
}

/* The zone that the host is in as far as its signatures show it, else as names are mostly cut. */
static const char *zone_of(const struct domain_report *r, const struct mx_host *h)
{
	const char *zone = lookup_name_is_below(h->name, r->domain) ? r->domain : NULL;
	for (size_t i = 0; i < h->tlsa->zone_count; i++) {
		const char *name = h->tlsa->zones[i].name;
		if (lookup_name_is_below(h->name, name) && (!zone || strlen(name) > strlen(zone)))
			zone = name;
	}
	const char *dot = strchr(h->name, '.');
	return zone ? zone : dot ? dot + 1 : h->name;
}

static bool is_mx_host(const struct domain_report *r, const char *name)
{
	for (size_t i = 0; i < r->host_count; i++)
		if (strcmp(r->hosts[i].name, name) == 0)
			return true;
	return false;
}

/* Live DNS is asked for the two commonest mistakes, a zone file for all. */
static void lookup_elsewhere(struct host_state *s)
{
	const struct domain_report *r = s->hosts->report;
	struct gather_tasks *tasks = s->hosts->tasks;
	const struct mx_host *h = s->host;
	unsigned checked = tasks->context->params->port;
	size_t place = 0;
	if (s->asked_elsewhere || h->tlsa_state != TLSA_STATE_ABSENT || !h->tlsa || tasks->closing)
		return;
	s->asked_elsewhere = true;
	if (!is_mx_host(r, r->domain)) /* whose records those would be */
		seek_elsewhere(s, place++, CAUSE_TLSA_AT_DOMAIN,
		    discovery_tlsa_owner(tasks->arena, r->domain, (uint16_t)checked),
		    DNS_TYPE_TLSA);
	seek_elsewhere(s, place++, CAUSE_MISSING_DOT,
	    arena_printf(tasks->arena, "%s.%s", h->tlsa_owner, zone_of(r, h)), DNS_TYPE_TLSA);
	if (!h->tlsa->proposed)
		return;
	seek_elsewhere(s, place++, CAUSE_AT_HOST, h->name, DNS_TYPE_TLSA);
	for (size_t i = 0; i < SLIP_COUNT; i++)
		seek_elsewhere(s, place++, slips[i].cause,
		    arena_printf(tasks->arena, "%s%u%s.%s", slips[i].before,
			slips[i].port ? slips[i].port : checked, slips[i].after, h->name),
		    slips[i].type);
}

static void lookup_known(void *user)
{
	struct host_state *s = user;
	struct gather_tasks *tasks = s->hosts->tasks;
	const struct params *p = tasks->context->params;
	struct mx_host *h = s->host;
	s->lookups_pending--;
	bool addresses_known =
	    (h->a || p->family == FAMILY_IPV6) && (h->aaaa || p->family == FAMILY_IPV4);
	if (addresses_known && !s->asked_final) {
		s->asked_final = true;
		lookup_beside(s, h->a);
		lookup_beside(s, h->aaaa);
		const char *target = discovery_alias_target(h);
		if (target) {
			s->lookups_pending++;
			gather_task_lookup(tasks,
			    discovery_tlsa_owner(tasks->arena, target, p->port), DNS_TYPE_TLSA,
			    &h->tlsa_final, lookup_known, s);
			return;
		}
	}
	if (s->lookups_pending == 0 && !s->decided) {
		discovery_decide(tasks->arena, h, p->port);
		s->decided = true;
		lookup_elsewhere(s);
	}
	probe_when_ready(s);
	if (!s->decided)
		return;
	gather_hosts_probe_sts(s->hosts);
	gather_hosts_ask_soa(s->hosts);
}

static void start_host(struct host_state *s)
{
	struct gather_tasks *tasks = s->hosts->tasks;
	struct arena *arena = tasks->arena;
	struct mx_host *h = s->host;
	const struct params *p = tasks->context->params;
	if (!h->target_valid) {
		discovery_decide(arena, h, p->port);
		s->decided = true;
		return;
	}
	s->probes = arena_array(arena, LIMIT_HOST_ADDRESSES, sizeof *s->probes);
	/* Counted before the first is asked: an answer may come at once when the deadline has
	 * passed. */
	s->lookups_pending =
	    1 + (size_t)(p->family != FAMILY_IPV6) + (size_t)(p->family != FAMILY_IPV4);
	if (p->family != FAMILY_IPV6)
		gather_task_lookup(tasks, h->name, DNS_TYPE_A, &h->a, lookup_known, s);
	if (p->family != FAMILY_IPV4)
		gather_task_lookup(tasks, h->name, DNS_TYPE_AAAA, &h->aaaa, lookup_known, s);
	gather_task_lookup(tasks, discovery_tlsa_owner(arena, h->name, p->port), DNS_TYPE_TLSA,
	    &h->tlsa_initial, lookup_known, s);
}

void gather_hosts_start(
    struct gather_hosts *hosts, struct gather_tasks *tasks, struct domain_report *r)
{
	hosts->tasks = tasks;
	hosts->report = r;
	hosts->list = arena_array(r->arena, r->host_count, sizeof *hosts->list);
	for (size_t i = 0; i < r->host_count; i++) {
		struct host_state *s = &hosts->list[i];
		s->hosts = hosts;
		s->host = &r->hosts[i];
		s->proposed_count =
		    proposed_chains_take(tasks->context->chains, s->host->name, s->proposed);
	}
	for (size_t i = 0; i < r->host_count; i++)
		start_host(&hosts->list[i]);
}

void gather_hosts_probe_sts(struct gather_hosts *hosts)
{
	const struct domain_report *r = hosts->report;
	const struct mta_sts *sts = hosts->list ? r->mta_sts : NULL;
	if (!sts || (sts->state != STS_STATE_ENFORCE && sts->state != STS_STATE_TESTING))
		return;
	for (size_t i = 0; i < r->host_count; i++) {
		struct host_state *s = &hosts->list[i];
		const struct mx_host *h = s->host;
		bool same_sni = strcmp(h->sni, h->name) == 0;
		if (!s->decided || s->sts_probed || same_sni || s->proposed_count)
			continue;
		s->sts_probed = true;
		s->sts_probes = arena_array(r->arena, LIMIT_HOST_ADDRESSES, sizeof *s->sts_probes);
		probe_family(s, h->a, h->name, s->sts_probes, &s->sts_probe_count);
		probe_family(s, h->aaaa, h->name, s->sts_probes, &s->sts_probe_count);
	}
}

/* ---- The zones' SOA records ---- */

static bool is_all_known(const struct gather_hosts *hosts)
{
	const struct domain_report *r = hosts->report;
	bool known = hosts->list && r->mta_sts->txt && r->tls_rpt->txt;
	for (size_t i = 0; known && i < r->host_count; i++)
		known = hosts->list[i].decided;
	return known;
}

static bool is_wanted(const struct domain_report *r, const struct signature_life *s,
    const char *const *zones, size_t count)
{
	if (!s->signer || !*s->signer || lookup_is_signed_live(s) || model_soa_expire(r, s->signer))
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(zones[i], s->signer) == 0)
			return false;
	return true;
}

static const char **find_zones_without_soa(const struct domain_report *r, size_t *count)
{
	const char **zones = NULL;
	*count = 0;
	for (size_t n = 0; n < model_lookup_count(r); n++) {
		const struct lookup *l = model_nth_lookup(r, n);
		if (!l || l->proposed || l->dnssec != DNSSEC_SECURE || l->type == DNS_TYPE_TXT)
			continue;
		for (size_t i = 0; i < l->signature_count; i++)
			if (is_wanted(r, &l->signatures[i], zones, *count))
				*(const char **)arena_append(r->arena, &zones, count,
				    sizeof *zones) = l->signatures[i].signer;
	}
	return zones;
}

static void soa_known(void *user)
{
	(void)user; /* the judge reads it */
}

void gather_hosts_ask_soa(struct gather_hosts *hosts)
{
	struct domain_report *r = hosts->report;
	size_t count;
	if (hosts->asked_soa || !is_all_known(hosts))
		return;
	hosts->asked_soa = true;
	const char **zones = find_zones_without_soa(r, &count);
	r->soas = arena_array(r->arena, count, sizeof *r->soas);
	r->soa_count = count;
	for (size_t i = 0; i < count; i++)
		gather_task_lookup(
		    hosts->tasks, zones[i], DNS_TYPE_SOA, &r->soas[i], soa_known, NULL);
}

/* ---- From probes to endpoints ---- */

/* A proposed chain is what the host shows at every address; where none is known it still can be
 * judged. */
static void make_proposed_endpoints(struct host_state *s)
{
	static const struct address none;
	struct mx_host *h = s->host;
	endpoints_sort(s->probes, s->probe_count);
	for (size_t i = 0; i < s->probe_count || i == 0; i++) {
		for (size_t k = 0; k < s->proposed_count; k++) {
			struct probe facts = {.chain = s->proposed[k]->certificates,
			    .chain_count = s->proposed[k]->count};
			endpoints_add(s->hosts->tasks, &h->endpoints, &h->endpoint_count,
			    s->probe_count ? &s->probes[i]->address : &none, &facts);
			h->endpoints[h->endpoint_count - 1].proposed = true;
		}
	}
}

static bool probe_any(struct gather_tasks *tasks, struct address_probes *const *set, size_t count)
{
	bool started = false;
	for (size_t i = 0; i < count; i++)
		if (endpoints_are_unclear(tasks, set[i])) {
			gather_task_probe_any(tasks, set[i]);
			started = true;
		}
	return started;
}

bool gather_hosts_probe_any(struct gather_hosts *hosts)
{
	bool started = false;
	for (size_t i = 0; hosts->list && i < hosts->report->host_count; i++) {
		struct host_state *s = &hosts->list[i];
		if (s->proposed_count || hosts->tasks->closing)
			continue;
		started |= probe_any(hosts->tasks, s->probes, s->probe_count);
		started |= probe_any(hosts->tasks, s->sts_probes, s->sts_probe_count);
	}
	return started;
}

void gather_hosts_finish(struct gather_hosts *hosts)
{
	for (size_t i = 0; i < hosts->report->host_count; i++) {
		struct host_state *s = &hosts->list[i];
		struct mx_host *h = s->host;
		if (s->proposed_count) {
			make_proposed_endpoints(s);
			continue;
		}
		endpoints_make(
		    hosts->tasks, s->probes, s->probe_count, &h->endpoints, &h->endpoint_count);
		endpoints_make(hosts->tasks, s->sts_probes, s->sts_probe_count, &h->sts_endpoints,
		    &h->sts_endpoint_count);
	}
}

/* ---- What is shown without SNI ---- */

static bool matches_any(const struct mx_host *h, const struct endpoint *e)
{
	for (size_t i = 0; i < h->tlsa_count; i++)
		for (size_t k = 0; k < e->probe.chain_count; k++)
			if (tlsa_record_matches(&h->tlsa_records[i], &e->probe.chain[k]))
				return true;
	return false;
}

/* The first one whose certificates match no record. */
static const struct endpoint *find_mismatch(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (endpoints_has_leaf(&h->endpoints[i].probe) && !matches_any(h, &h->endpoints[i]))
			return &h->endpoints[i];
	return NULL;
}

bool gather_hosts_probe_without_sni(struct gather_hosts *hosts)
{
	struct gather_tasks *tasks = hosts->tasks;
	bool started = false;
	for (size_t i = 0; hosts->list && i < hosts->report->host_count; i++) {
		struct mx_host *h = &hosts->report->hosts[i];
		const struct endpoint *e = find_mismatch(h);
		if (!e || e->proposed || h->tlsa_state != TLSA_STATE_USABLE || tasks->closing)
			continue;
		h->without_sni = arena_alloc(tasks->arena, sizeof *h->without_sni);
		gather_task_probe(tasks, &e->address, NULL,
		    tasks->context->params->key_types == KEY_TYPES_ANY ? TLS_OFFER_ANY
		    : e->key_type == KEY_TYPE_RSA                      ? TLS_OFFER_RSA
								       : TLS_OFFER_ECDSA,
		    0, h->without_sni);
		started = true;
	}
	return started;
}
