/* models_change.c - owns the models of proposed states beside the live ones that they change. */
#include "models_change.h"

#include "models.h"

/* One proposed host and chain that fits its record. */
static struct domain_report *proposed(struct arena *arena, const char *name)
{
	struct domain_report *r = model_domain(arena, name, NULL);
	r->summary = "1 of 1 MX host DANE-verified; no MTA-STS";
	r->mx = model_lookup(r, name, DNS_TYPE_MX, DNSSEC_SECURE);
	r->mx->proposed = true;
	struct mx_host *h = model_host(r, 10, arena_printf(arena, "mx1.%s", name), DNSSEC_SECURE);
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE)->proposed = true;
	model_record(r, h, 3, 1, 1, model_octets(r, 0x9a, 32), 32);
	struct endpoint *e = model_endpoint(r, h, "192.0.2.70");
	e->probe = (struct probe){.stage = SMTP_STAGE_NONE};
	e->proposed = true;
	model_certificate_name(
	    r, model_certificate(r, e, "CN=mx1", KEY_TYPE_ECDSA, 0x9a, 80), h->name);
	model_match(r, h, e, 0, 0, DANE_RESULT_VERIFIED);
	model_mta_sts(r, STS_STATE_ABSENT, NULL);
	model_tls_rpt(r, TLS_RPT_ABSENT, NULL);
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i,
		    i == SENDER_DANE ? OUTCOME_AUTHENTICATED : OUTCOME_ENCRYPTED, 1);
	return r;
}

struct domain_report *model_mended(struct arena *arena)
{
	struct domain_report *r = proposed(arena, "mended.example");
	struct domain_report *live = model_domain(arena, r->domain, NULL);
	struct mx_host *h = &r->hosts[0];
	live->status = STATUS_CRITICAL;
	live->summary = "0 of 1 MX host DANE-verified, 1 failing DANE; no MTA-STS";
	model_finding(live, FINDING_DANE_MISMATCH, STATUS_CRITICAL, h, &h->endpoints[0],
	    "mx1.mended.example [192.0.2.70] presents a certificate chain that no TLSA record at "
	    "_25._tcp.mx1.mended.example matches.",
	    "_25._tcp.mx1.mended.example. IN TLSA 3 1 1 9a9b9c");
	model_finding(live, FINDING_HELO_MISMATCH, STATUS_OK, h, &h->endpoints[0],
	    "mx1.mended.example [192.0.2.70] calls itself \"localhost\" in its EHLO reply.", NULL);
	model_finding(live, FINDING_NULL_MX_MIXED, STATUS_WARNING, NULL, NULL,
	    "mended.example has a null MX beside real MX hosts.", NULL)
	    ->ignored = true;
	r->status = STATUS_WARNING;
	model_finding(r, FINDING_TLSA_TTL_LONG, STATUS_WARNING, h, NULL,
	    "The TLSA records at _25._tcp.mx1.mended.example may be cached for 604800 seconds.",
	    NULL);
	model_finding(r, FINDING_ROLLOVER_SAFE, STATUS_OK, h, NULL,
	    "The change of mx1.mended.example can be made now: no TLSA record matches what it "
	    "presents today, so nothing is lost.",
	    NULL);
	model_change(r, CHANGE_FIXES, NULL, live);
	model_all_changed(r);
	return r;
}

/* A record, the certificate an hour later, and another record some time after that. */
static void add_steps(struct domain_report *r)
{
	struct change *c = r->change;
	const char *owner = "_25._tcp.mx1.unsafe.example";
	struct zone_line record = {.owner = owner,
	    .type = DNS_TYPE_TLSA,
	    .data = {.ttl = 3600, .tlsa = {3, 1, 1, model_octets(r, 0x9a, 32), 32}}};
	struct zone_line host = {.owner = "mx1.unsafe.example"};
	const struct change_step steps[] = {
	    {.at = MODEL_NOW,
		.after = -1,
		.kind = ACTION_ADD,
		.line = record,
		.reason = "Add now."},
	    {.at = MODEL_NOW + 3600,
		.after = 0,
		.kind = ACTION_DEPLOY,
		.line = host,
		.reason = "Deploy it everywhere."},
	    {.at = 0,
		.after = 1,
		.kind = ACTION_DELETE,
		.line = record,
		.reason = "Delete 3600 s after that."},
	};
	c->steps = arena_memdup(r->arena, steps, sizeof steps);
	c->step_count = sizeof steps / sizeof *steps;
}

struct domain_report *model_unsafe(struct arena *arena)
{
	struct domain_report *r = proposed(arena, "unsafe.example");
	struct domain_report *live = model_domain(arena, r->domain, NULL);
	live->summary = r->summary;
	r->status = r->hosts[0].status = STATUS_CRITICAL;
	r->summary = "1 of 1 MX host DANE-verified; no MTA-STS; the rollover is not safe";
	model_finding(r, FINDING_ROLLOVER_UNSAFE, STATUS_CRITICAL, &r->hosts[0], NULL,
	    "The change of mx1.unsafe.example is safe in no order: the live TLSA records do not "
	    "match the new chain, nor do the new ones match all that it presents now.",
	    "_25._tcp.mx1.unsafe.example. 3600 IN TLSA 3 1 1 "
	    "9a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9\n"
	    "_25._tcp.mx1.unsafe.example. 3600 IN TLSA 3 1 1 "
	    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
	model_change(r, CHANGE_BREAKS, NULL, live);
	add_steps(r);
	model_all_changed(r);
	return r;
}

/* Two RRsets, of one of which the zone is not known; what it begins with is allowed now. */
struct domain_report *model_planned(struct arena *arena)
{
	struct domain_report *r = proposed(arena, "planned.example");
	struct domain_report *live = model_domain(arena, r->domain, NULL);
	struct zone_line new = {.owner = "_25._tcp.mx1.planned.example",
	    .type = DNS_TYPE_TLSA,
	    .data = {.ttl = 3600, .tlsa = {3, 1, 1, model_octets(r, 0x9a, 32), 32}}};
	struct zone_line old = new, other = new, host = {.owner = "mx1.planned.example"};
	other.owner = "_25._tcp.mx2.another.example";
	old.data.tlsa.data = model_octets(r, 0x20, 32);
	struct dns_record *both = arena_array(arena, 2, sizeof *both);
	both[0] = old.data;
	both[1] = new.data;
	const struct change_step steps[] = {
	    {MODEL_NOW, -1, ACTION_ADD, new, "Add it.", both, 1, "planned.example"},
	    {MODEL_NOW, -1, ACTION_ADD, other, "Add it.", NULL, 0, NULL},
	    {MODEL_NOW + 3600, 0, ACTION_DEPLOY, host, "Deploy it everywhere.", NULL, 0, NULL},
	    {MODEL_NOW + 3600, 2, ACTION_DELETE, old, "Delete it.", both, 2, "planned.example"},
	};
	live->summary = r->summary;
	model_finding(r, FINDING_ROLLOVER_ORDER, STATUS_OK, &r->hosts[0], NULL,
	    "The change of mx1.planned.example loses no mail in the order of the plan.", NULL);
	model_change(r, CHANGE_NEUTRAL, NULL, live);
	r->change->steps = arena_memdup(arena, steps, sizeof steps);
	r->change->step_count = sizeof steps / sizeof *steps;
	return r;
}

struct domain_report *model_unseen(struct arena *arena)
{
	struct domain_report *r = proposed(arena, "unseen.example");
	model_finding(r, FINDING_ROLLOVER_UNKNOWN, STATUS_OK, NULL, NULL,
	    "The live state could not be seen (MX lookup failed: timed out), so it is not judged "
	    "whether the change can be made now.",
	    NULL);
	model_change(r, CHANGE_UNKNOWN,
	    "The live state could not be seen: MX lookup failed: timed out.", NULL);
	return r;
}

static struct domain_report *compared(struct arena *arena, const char *name)
{
	struct domain_report *r = proposed(arena, name);
	struct mx_host *h = &r->hosts[0];
	struct domain_report *earlier = model_domain(arena, name, NULL);
	r->compared = true;
	r->status = h->status = STATUS_CRITICAL;
	r->summary = "The policy is not valid.";
	model_finding(r, FINDING_STS_POLICY_INVALID, STATUS_CRITICAL, NULL, NULL,
	    "The policy is not valid.", NULL)
	    ->known = true;
	model_finding(earlier, FINDING_DANE_MISMATCH, STATUS_CRITICAL, h, &h->endpoints[0],
	    "The certificate matched nothing.", NULL)
	    ->known = true;
	model_finding(earlier, FINDING_SIGNATURE_EXPIRING, STATUS_WARNING, NULL, NULL,
	    "A signature expires soon.", NULL)
	    ->ignored = true;
	model_finding(earlier, FINDING_STS_TESTING, STATUS_OK, NULL, NULL, "It was tested.", NULL)
	    ->known = true;
	earlier->findings[1].known = true;
	r->gone = earlier->findings;
	r->gone_count = earlier->finding_count;
	return r;
}

struct domain_report *model_with_news(struct arena *arena)
{
	struct domain_report *r = compared(arena, "news.example");
	model_finding(r, FINDING_TLSA_TTL_LONG, STATUS_WARNING, &r->hosts[0], NULL,
	    "The TLSA records may be cached for 604800 seconds.", NULL);
	return r;
}

struct domain_report *model_without_news(struct arena *arena)
{
	return compared(arena, "no-news.example");
}
