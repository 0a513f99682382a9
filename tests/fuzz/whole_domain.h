/*
 * whole_domain.h - the facts about one domain out of foreign bytes, each part read by the parser
 * that reads it in a run: a zone, an SMTP server's words, a Certificate message, a policy.
 */
#ifndef MXDANE_FUZZ_WHOLE_DOMAIN_H
#define MXDANE_FUZZ_WHOLE_DOMAIN_H

#include <string.h>

#include "discovery.h"
#include "gather_host.h"
#include "limit.h"
#include "parts.h"
#include "smtp.h"
#include "sts.h"
#include "sts_fetch.h"
#include "tls.h"
#include "zone_overlay.h"

/* What the parts are read into. */
struct whole_domain {
	struct domain_report *report;
	struct zone_overlay *zone;
	struct sts_fetch_answer policy;
	struct part twists; /* octets that make lookups and endpoints other than good */
};

static inline unsigned twist(struct whole_domain *w)
{
	if (!w->twists.length)
		return 0;
	w->twists.length--;
	return *w->twists.data++;
}

static inline struct lookup *ask(struct whole_domain *w, const char *name, enum dns_type type)
{
	struct arena *arena = w->report->arena;
	struct lookup *l = arena_alloc(arena, sizeof *l);
	unsigned how = twist(w);
	if (zone_overlay_lookup(w->zone, arena, name, type, l) != OVERLAY_ANSWERED)
		*l = (struct lookup){.asked = name, .final = name, .kind = ANSWER_NXDOMAIN};
	l->type = type;
	if (how & 8)
		l->proposed = false;
	if (how % 8 == 1 || how % 8 == 2) {
		l->dnssec = l->alias_dnssec = how % 8 == 1 ? DNSSEC_INSECURE : DNSSEC_BOGUS;
		l->error = how % 8 == 2 ? "a reason" : NULL;
	} else if (how % 8 == 3) {
		*l = (struct lookup){.asked = name,
		    .final = name,
		    .type = type,
		    .kind = ANSWER_FAILED,
		    .dnssec = DNSSEC_INDETERMINATE,
		    .alias_dnssec = DNSSEC_INDETERMINATE,
		    .failure = LOOKUP_FAILURE_TIMEOUT,
		    .error = "a reason"};
	}
	return l;
}

static inline void talk(struct arena *arena, struct part clear, struct part secured,
    struct part certificates, bool tls13, struct probe *facts)
{
	struct smtp *smtp = smtp_create(arena, "client.example", true, facts);
	enum smtp_step step = smtp_input(smtp, clear.data, clear.length);
	if (step == SMTP_STEP_HANDSHAKE) {
		facts->tls_error =
		    tls_chain_record(arena, certificates.data, certificates.length, tls13, facts);
		facts->tls_version = tls13 ? "TLS1.3" : "TLS1.2";
		step = smtp_secured(smtp);
		if (step == SMTP_STEP_READ)
			step = smtp_input(smtp, secured.data, secured.length);
	}
	if (step == SMTP_STEP_READ)
		(void)smtp_ended(smtp, clear.length % 2, NULL);
	smtp_destroy(smtp);
}

static inline void add_endpoints(
    struct whole_domain *w, struct mx_host *h, const struct lookup *l, const struct probe *facts)
{
	for (size_t i = 0; l && i < l->record_count && i < LIMIT_HOST_ADDRESSES; i++) {
		struct endpoint *e =
		    arena_append(w->report->arena, &h->endpoints, &h->endpoint_count, sizeof *e);
		e->address = l->records[i].address;
		e->port = 25;
		e->probe = *facts;
		e->probe.sni = h->sni;
		e->key_type = facts->chain_count ? facts->chain[0].key_type : KEY_TYPE_NONE;
	}
}

static inline void fill_hosts(struct whole_domain *w, const struct probe *facts)
{
	struct domain_report *r = w->report;
	gather_hosts_from_mx(r);
	for (size_t i = 0; i < r->host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		if (h->target_valid) {
			h->a = ask(w, h->name, DNS_TYPE_A);
			h->aaaa = ask(w, h->name, DNS_TYPE_AAAA);
			h->tlsa_initial =
			    ask(w, discovery_tlsa_owner(r->arena, h->name, 25), DNS_TYPE_TLSA);
			const char *target = discovery_alias_target(h);
			if (target)
				h->tlsa_final = ask(
				    w, discovery_tlsa_owner(r->arena, target, 25), DNS_TYPE_TLSA);
		}
		discovery_decide(r->arena, h, 25);
		add_endpoints(w, h, h->a, facts);
		add_endpoints(w, h, h->aaaa, facts);
	}
}

static inline void fill_policy(struct whole_domain *w, struct part type, struct part body)
{
	struct domain_report *r = w->report;
	r->mta_sts = arena_alloc(r->arena, sizeof *r->mta_sts);
	r->tls_rpt = arena_alloc(r->arena, sizeof *r->tls_rpt);
	r->mta_sts->txt = ask(w, "_mta-sts.x.example", DNS_TYPE_TXT);
	r->tls_rpt->txt = ask(w, "_smtp._tls.x.example", DNS_TYPE_TXT);
	w->policy.arena = r->arena;
	bool whole = sts_fetch_answer_add_body(&w->policy, body.data, body.length);
	sts_fetch_answer_end(&w->policy, twist(w) % 8 == 1 ? 404 : 200,
	    arena_strndup(r->arena, (const char *)type.data, type.length),
	    whole ? NULL : "it broke off");
	r->mta_sts->fetch = w->policy.fetch;
	r->mta_sts->fetch.tried = true;
	sts_conclude(r->arena, r->mta_sts);
	sts_read_tls_rpt(r->arena, r->tls_rpt);
}

/* The domain x.example as the parts have it, not judged yet; false if the zone is no zone. */
static inline bool whole_domain_read(struct whole_domain *w, struct arena *arena, struct part rest)
{
	struct part zone = next_part(&rest), clear = next_part(&rest), secured = next_part(&rest),
		    certificates = next_part(&rest), type = next_part(&rest),
		    body = next_part(&rest);
	const struct zone_error *error = NULL;
	struct domain_report *r = w->report = arena_alloc(arena, sizeof *r);
	struct probe facts = {0};
	const char *text = arena_strndup(arena, (const char *)zone.data, zone.length);
	struct zone_file *file = strcasestr(text, "$include")
				     ? NULL
				     : zone_file_parse(arena, "zone", text, zone.length, &error);
	w->twists = rest;
	w->zone = zone_overlay_create_empty();
	if (!file || zone_overlay_add(w->zone, file))
		return false;
	*r = (struct domain_report){.arena = arena, .asked = "x.example", .domain = "x.example"};
	r->checked_at = r->judged_at = 1795460400;
	talk(arena, clear, secured, certificates, twist(w) & 1, &facts);
	r->mx = ask(w, r->domain, DNS_TYPE_MX);
	if (r->mx->kind == ANSWER_FAILED || r->mx->kind == ANSWER_NXDOMAIN ||
	    r->mx->dnssec == DNSSEC_BOGUS) {
		r->mx_kind = MX_KIND_NONE;
		return true;
	}
	fill_hosts(w, &facts);
	if (r->mx_kind != MX_KIND_NULL)
		fill_policy(w, type, body);
	return true;
}

static inline void whole_domain_reset(struct whole_domain *w)
{
	zone_overlay_destroy(w->zone);
	sts_fetch_answer_reset(&w->policy);
}

#endif
