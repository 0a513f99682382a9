/* gather_host.c owns the facts of the MX hosts: addresses, TLSA RRsets, probes, endpoints. */
#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "gather_internal.h"
#include "limit.h"

/* ---- Addresses to probe ---- */

static bool is_alias(const struct lookup *l)
{
	return l && strcmp(l->asked, l->final) != 0;
}

static int compare_probes(const void *a, const void *b)
{
	struct address_probes *const *x = a, *const *y = b;
	return address_compare(&(*x)->address, &(*y)->address);
}

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
		struct address_probes *p = arena_alloc(s->gather->report->arena, sizeof *p);
		set[(*count)++] = p;
		p->address = *a;
		if (!s->proposed_count)
			gather_probe(s->gather, s, p, sni);
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
	if (!s->probed4 && h->a && (s->decided || !is_alias(h->a))) {
		s->probed4 = true;
		probe_family(s, h->a, h->sni, s->probes, &s->probe_count);
	}
	if (!s->probed6 && h->aaaa && (s->decided || !is_alias(h->aaaa))) {
		s->probed6 = true;
		probe_family(s, h->aaaa, h->sni, s->probes, &s->probe_count);
	}
}

/* ---- Lookups ---- */

static void lookup_known(struct gather *g, struct host_state *s);

/* What else a wildcard gives the host that has its addresses from it: a record below its name takes
 * all of that away. */
static void lookup_beside(struct gather *g, struct host_state *s, const struct lookup *l)
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
		gather_lookup(g, s, l->final, types[i], &h->beside[i], lookup_known);
	}
}

static void lookup_known(struct gather *g, struct host_state *s)
{
	struct domain_report *r = g->report;
	struct mx_host *h = s->host;
	enum family_choice family = g->context->params->family;
	s->lookups_pending--;
	bool addresses_known =
	    (h->a || family == FAMILY_IPV6) && (h->aaaa || family == FAMILY_IPV4);
	if (addresses_known && !s->asked_final) {
		s->asked_final = true;
		lookup_beside(g, s, h->a);
		lookup_beside(g, s, h->aaaa);
		const char *target = discovery_alias_target(h);
		if (target) {
			s->lookups_pending++;
			gather_lookup(g, s,
			    discovery_tlsa_owner(r->arena, target, g->context->params->port),
			    DNS_TYPE_TLSA, &h->tlsa_final, lookup_known);
			return;
		}
	}
	if (s->lookups_pending == 0 && !s->decided) {
		discovery_decide(r->arena, h, g->context->params->port);
		s->decided = true;
	}
	probe_when_ready(s);
	if (s->decided)
		gather_hosts_sts(g);
}

static void start_host(struct gather *g, struct host_state *s)
{
	struct domain_report *r = g->report;
	struct mx_host *h = s->host;
	const struct params *p = g->context->params;
	if (!h->target_valid) {
		discovery_decide(r->arena, h, p->port);
		s->decided = true;
		return;
	}
	s->probes = arena_array(r->arena, LIMIT_HOST_ADDRESSES, sizeof *s->probes);
	/* Counted before the first is asked: an answer may come at once when the deadline has
	 * passed. */
	s->lookups_pending =
	    1 + (size_t)(p->family != FAMILY_IPV6) + (size_t)(p->family != FAMILY_IPV4);
	if (p->family != FAMILY_IPV6)
		gather_lookup(g, s, h->name, DNS_TYPE_A, &h->a, lookup_known);
	if (p->family != FAMILY_IPV4)
		gather_lookup(g, s, h->name, DNS_TYPE_AAAA, &h->aaaa, lookup_known);
	gather_lookup(g, s, discovery_tlsa_owner(r->arena, h->name, p->port), DNS_TYPE_TLSA,
	    &h->tlsa_initial, lookup_known);
}

void gather_hosts_start(struct gather *g)
{
	struct domain_report *r = g->report;
	g->hosts = arena_array(r->arena, r->host_count, sizeof *g->hosts);
	for (size_t i = 0; i < r->host_count; i++) {
		g->hosts[i].gather = g;
		g->hosts[i].host = &r->hosts[i];
		g->hosts[i].proposed_count = proposed_chains_take(
		    g->context->chains, r->hosts[i].name, g->hosts[i].proposed);
	}
	for (size_t i = 0; i < r->host_count; i++)
		start_host(g, &g->hosts[i]);
}

void gather_hosts_sts(struct gather *g)
{
	const struct domain_report *r = g->report;
	const struct mta_sts *sts = r->mta_sts;
	bool in_force = sts && (sts->state == STS_STATE_ENFORCE || sts->state == STS_STATE_TESTING);
	if (!in_force || !g->hosts)
		return;
	for (size_t i = 0; i < r->host_count; i++) {
		struct host_state *s = &g->hosts[i];
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

/* ---- From probes to endpoints ---- */

static bool has_leaf(const struct probe *p)
{
	return p->failure == PROBE_FAILURE_NONE && p->chain_count > 0;
}

static bool same_leaf(const struct probe *a, const struct probe *b)
{
	const struct certificate *x = &a->chain[0], *y = &b->chain[0];
	return x->der_length == y->der_length && memcmp(x->der, y->der, x->der_length) == 0;
}

/* A server with one kind of certificate ends the handshake for the other, or shows the one that it
 * has: no finding. But one that shows another, or too much, has a second one, which senders meet.
 */
static bool merely_lacks_key_type(const struct probe *p, const struct probe *other)
{
	if (p->failure != PROBE_FAILURE_TLS || p->timed_out)
		return false;
	return p->chain_count ? same_leaf(p, other) : !p->certificate_octets;
}

/* Of two failures the one that tells more: the one that came further, then the one not cut off by
 * an alert. */
static size_t telling_failure(const struct probe *facts)
{
	if (facts[0].stage != facts[1].stage)
		return facts[1].stage > facts[0].stage;
	return facts[0].tls_alert || facts[0].chain_count == 0;
}

static void add_endpoint(struct gather *g, struct endpoint **list, size_t *count,
    const struct address *address, const struct probe *facts)
{
	struct endpoint *e = arena_append(g->report->arena, list, count, sizeof *e);
	e->address = *address;
	e->port = g->context->params->port;
	e->probe = *facts;
	e->key_type = facts->chain_count ? facts->chain[0].key_type : KEY_TYPE_NONE;
}

static void add_endpoints(
    struct gather *g, struct endpoint **list, size_t *count, const struct address_probes *p)
{
	const struct probe *f = p->facts;
	if (g->context->params->key_types == KEY_TYPES_ANY) {
		add_endpoint(g, list, count, &p->address, &f[0]);
		return;
	}
	if (!has_leaf(&f[0]) && !has_leaf(&f[1])) {
		add_endpoint(g, list, count, &p->address, &f[telling_failure(f)]);
		return;
	}
	bool one_leaf = has_leaf(&f[0]) && has_leaf(&f[1]) && same_leaf(&f[0], &f[1]);
	for (size_t i = 0; i < OFFERS; i++)
		if (!(one_leaf && i == 1) && !merely_lacks_key_type(&f[i], &f[1 - i]))
			add_endpoint(g, list, count, &p->address, &f[i]);
}

static void make_endpoints(struct gather *g, struct address_probes **set, size_t set_count,
    struct endpoint **list, size_t *count)
{
	if (set_count)
		qsort(set, set_count, sizeof *set, compare_probes);
	for (size_t i = 0; i < set_count; i++)
		add_endpoints(g, list, count, set[i]);
}

/* A proposed chain is what the host shows at every address; where none is known it still can be
 * judged. */
static void make_proposed_endpoints(struct gather *g, struct host_state *s)
{
	static const struct address none;
	struct mx_host *h = s->host;
	if (s->probe_count)
		qsort(s->probes, s->probe_count, sizeof *s->probes, compare_probes);
	for (size_t i = 0; i < s->probe_count || i == 0; i++) {
		for (size_t k = 0; k < s->proposed_count; k++) {
			struct probe facts = {.chain = s->proposed[k]->certificates,
			    .chain_count = s->proposed[k]->count};
			add_endpoint(g, &h->endpoints, &h->endpoint_count,
			    s->probe_count ? &s->probes[i]->address : &none, &facts);
			h->endpoints[h->endpoint_count - 1].proposed = true;
		}
	}
}

void gather_hosts_finish(struct gather *g)
{
	for (size_t i = 0; i < g->report->host_count; i++) {
		struct host_state *s = &g->hosts[i];
		struct mx_host *h = s->host;
		if (s->proposed_count) {
			make_proposed_endpoints(g, s);
			continue;
		}
		make_endpoints(g, s->probes, s->probe_count, &h->endpoints, &h->endpoint_count);
		make_endpoints(g, s->sts_probes, s->sts_probe_count, &h->sts_endpoints,
		    &h->sts_endpoint_count);
	}
}
