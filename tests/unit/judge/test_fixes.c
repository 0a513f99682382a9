/*
 * test_fixes.c - every fix that is offered fixes: over drawn zones and chains each fix is done in
 * the zone itself, which is asked and judged anew. The zone here answers by RFC 1034 §4.3.2 and RFC
 * 4592 from its records alone; nothing of the judge's own trial is used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "discovery.h"
#include "judge.h"
#include "tlsa.h"

enum { CASES = 20000, SEED = 20261128, MOST_LINES = 64, MOST_HOSTS = 2 };

/* ---- Chance ---- */

static uint64_t chance;

static unsigned draw(unsigned below)
{
	chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(chance >> 33) % below;
}

static bool one_in(unsigned n)
{
	return draw(n) == 0;
}

/* ---- A zone, and how it answers ---- */

struct zone {
	struct arena *arena;
	struct zone_line lines[MOST_LINES];
	size_t count;
	bool is_signed[3]; /* for each of the apexes */
};

static size_t apex_of(const char *name)
{
	return lookup_name_is_below(name, "example.com")   ? 0
	       : lookup_name_is_below(name, "example.net") ? 1
							   : 2;
}

static bool is_secure(const struct zone *z, const char *name)
{
	return z->is_signed[apex_of(name)];
}

static bool exists(const struct zone *z, const char *name)
{
	for (size_t i = 0; i < z->count; i++)
		if (lookup_name_is_below(z->lines[i].owner, name))
			return true;
	return false;
}

/* The owner that answers for the name: itself, a wildcard, or none. */
static const char *find_source(const struct zone *z, const char *name)
{
	const char *encloser = name;
	if (exists(z, name))
		return name;
	while (*encloser && !exists(z, encloser)) {
		encloser += strcspn(encloser, ".");
		encloser += *encloser == '.';
	}
	const char *wildcard = arena_printf(z->arena, "*.%s", encloser);
	return exists(z, wildcard) ? wildcard : NULL;
}

static const struct zone_line *find_line(
    const struct zone *z, const char *owner, enum dns_type type)
{
	for (size_t i = 0; i < z->count; i++)
		if (z->lines[i].type == type && strcmp(z->lines[i].owner, owner) == 0)
			return &z->lines[i];
	return NULL;
}

static void take_rrset(const struct zone *z, struct lookup *l, const char *owner)
{
	for (size_t i = 0; i < z->count; i++) {
		const struct zone_line *line = &z->lines[i];
		if (line->type != l->type || strcmp(line->owner, owner) != 0)
			continue;
		l->kind = ANSWER_RECORDS;
		l->original_ttl = line->data.ttl;
		*(struct dns_record *)arena_append(
		    z->arena, &l->records, &l->record_count, sizeof *l->records) = line->data;
	}
}

static struct lookup *ask(const struct zone *z, const char *name, enum dns_type type)
{
	enum { MOST_LINKS = 4 };
	struct lookup *l = arena_alloc(z->arena, sizeof *l);
	*l = (struct lookup){.asked = name, .final = name, .type = type, .kind = ANSWER_NODATA};
	for (int links = 0; links < MOST_LINKS; links++) {
		const char *source = find_source(z, l->final);
		enum dnssec_status status =
		    is_secure(z, l->final) ? DNSSEC_SECURE : DNSSEC_INSECURE;
		l->dnssec = status > l->dnssec ? status : l->dnssec;
		l->alias_dnssec = links ? l->alias_dnssec : status;
		l->has_signature |= status == DNSSEC_SECURE;
		const struct zone_line *alias =
		    source ? find_line(z, source, DNS_TYPE_CNAME) : NULL;
		if (source)
			take_rrset(z, l, source);
		else
			l->kind = ANSWER_NXDOMAIN;
		/* Only a signature tells. */
		if (source && source != l->final && status == DNSSEC_SECURE &&
		    (alias || l->record_count))
			lookup_add_expansion(z->arena, l, l->final, source);
		if (!alias)
			return l;
		if (!links) {
			l->alias = alias->data.cname;
			l->alias_ttl = alias->data.ttl;
		}
		l->final = alias->data.cname;
	}
	l->kind = ANSWER_FAILED;
	l->dnssec = l->alias_dnssec = DNSSEC_INDETERMINATE;
	l->error = "a loop";
	return l;
}

static void put(struct zone *z, const char *owner, enum dns_type type, struct dns_record data)
{
	if (z->count == MOST_LINES)
		abort();
	if (!data.ttl)
		data.ttl = 300;
	z->lines[z->count++] = (struct zone_line){owner, type, data};
}

/* ---- A domain ---- */

struct domain {
	struct params params;
	struct zone zone;
	struct domain_report report;
	struct mx_host hosts[MOST_HOSTS];
	size_t host_count;
};

static void ask_host(const struct domain *d, struct mx_host *h)
{
	const struct zone *z = &d->zone;
	h->a = ask(z, h->name, DNS_TYPE_A);
	h->aaaa = ask(z, h->name, DNS_TYPE_AAAA);
	h->tlsa_initial = ask(z, discovery_tlsa_owner(z->arena, h->name, 25), DNS_TYPE_TLSA);
	const char *target = discovery_alias_target(h);
	h->tlsa_final =
	    target ? ask(z, discovery_tlsa_owner(z->arena, target, 25), DNS_TYPE_TLSA) : NULL;
	memset(h->beside, 0, sizeof h->beside);
	if (lookup_find_expansion(h->a, h->a->final)) {
		h->beside[0] = ask(z, h->a->final, DNS_TYPE_MX);
		h->beside[1] = ask(z, h->a->final, DNS_TYPE_TXT);
	}
	discovery_decide(z->arena, h, 25);
}

/* Asks the zone as it is now, and judges. */
static void judge(struct domain *d)
{
	struct domain_report *r = &d->report;
	struct arena *arena = d->zone.arena;
	*r = (struct domain_report){.arena = arena,
	    .asked = "example.com",
	    .domain = "example.com",
	    .checked_at = FIXTURE_AT,
	    .judged_at = FIXTURE_AT,
	    .mx_kind = MX_KIND_MX,
	    .mx = ask(&d->zone, "example.com", DNS_TYPE_MX),
	    .hosts = arena_memdup(arena, d->hosts, d->host_count * sizeof *d->hosts),
	    .host_count = d->host_count,
	    .mx_total = d->host_count};
	for (size_t i = 0; i < r->host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		h->endpoints =
		    arena_memdup(arena, h->endpoints, h->endpoint_count * sizeof *h->endpoints);
		ask_host(d, h);
	}
	judge_domain(r, &d->params, NULL);
}

/* ---- Drawing ---- */

static const char *const leaves[] = {"leaf", "leaf", "leaf", "self", "self-rsa1024", "leaf-new",
    "leaf-expired", "leaf-future", "self-wrong-name", "other-leaf", "self-ed25519", "self-rsa512",
    "leaf-damaged", "leaf-eku-client", "leaf-ku-empty", "self-expired", "self-k1"};
static const char *const issuers[] = {"", "inter", "inter root", "inter-expired root", "root inter",
    "other-inter", "inter-fake root", "inter-ca-false root"};

static void draw_endpoint(struct domain *d, struct mx_host *h, uint8_t number, enum key_type type)
{
	struct arena *arena = d->zone.arena;
	struct endpoint *e =
	    arena_append(arena, &h->endpoints, &h->endpoint_count, sizeof *h->endpoints);
	e->address = (struct address){AF_INET, {81, 2, 69, number}};
	e->port = 25;
	e->probe.stage = SMTP_STAGE_DONE;
	e->probe.starttls = true;
	e->probe.ehlo_name = h->name;
	if (one_in(16)) {
		e->probe.stage = SMTP_STAGE_CONNECT;
		e->probe.failure =
		    one_in(2) ? PROBE_FAILURE_CONNECT : PROBE_FAILURE_STARTTLS_MISSING;
		return;
	}
	e->probe.tls_version = one_in(8) ? "TLS1.2" : "TLS1.3";
	e->probe.chain = arena_array(arena, 4, sizeof *e->probe.chain);
	const char *labels =
	    arena_printf(arena, "%s %s", leaves[draw(sizeof leaves / sizeof *leaves)],
		issuers[draw(sizeof issuers / sizeof *issuers)]);
	e->probe.chain_count = fixture_chain(labels, e->probe.chain, 4);
	e->key_type = type;
}

/* What a record may be of: what the host presents, or what it did or will. */
static const struct certificate *draw_certificate(const struct mx_host *h)
{
	const struct endpoint *e = &h->endpoints[draw((unsigned)h->endpoint_count)];
	if (!e->probe.chain_count || one_in(4))
		return fixture(leaves[draw(sizeof leaves / sizeof *leaves)]);
	return &e->probe.chain[draw((unsigned)e->probe.chain_count)];
}

static struct dns_record draw_tlsa(const struct mx_host *h)
{
	static const uint8_t usages[] = {3, 3, 3, 3, 2, 2, 2, 0, 1, 4};
	const struct certificate *c = draw_certificate(h);
	struct dns_record r = {.ttl = 300};
	r.tlsa.usage = usages[draw(sizeof usages)];
	r.tlsa.selector = one_in(20) ? 2 : (uint8_t)draw(2);
	r.tlsa.mtype = one_in(20) ? 3 : one_in(6) ? 0 : (uint8_t)(1 + draw(2));
	bool key = r.tlsa.selector && c->spki;
	if (r.tlsa.mtype == 0) {
		r.tlsa.data = key ? c->spki : c->der;
		r.tlsa.length = key ? c->spki_length : c->der_length;
	} else if (r.tlsa.mtype == 2) {
		r.tlsa.data = key ? c->spki_sha512 : c->cert_sha512;
		r.tlsa.length = 64;
	} else {
		r.tlsa.data = key ? c->spki_sha256 : c->cert_sha256;
		r.tlsa.length = 32;
	}
	if (one_in(30))
		r.tlsa.length /= 2;
	return r;
}

/* Where the records of the host stand, or what answers in their place. */
static const char *draw_owner(struct domain *d, const char *name)
{
	struct zone *z = &d->zone;
	const char *owner = discovery_tlsa_owner(z->arena, name, 25);
	struct dns_record alias = {.cname = "tlsa.elsewhere.net"};
	switch (draw(8)) {
	case 0: return arena_printf(z->arena, "*._tcp.%s", name);
	case 1: put(z, owner, DNS_TYPE_CNAME, alias); return alias.cname;
	case 2:
		put(z, arena_printf(z->arena, "*.%s", name), DNS_TYPE_CNAME, alias);
		return alias.cname;
	default: return owner;
	}
}

static void draw_records(struct domain *d, const struct mx_host *h)
{
	const char *owner = draw_owner(d, h->name);
	for (unsigned n = one_in(5) ? 0 : 1 + draw(4); n; n--) {
		struct dns_record r = draw_tlsa(h);
		bool twice = false;
		for (size_t i = 0; i < d->zone.count; i++) {
			const struct zone_line *o = &d->zone.lines[i];
			twice |= o->type == DNS_TYPE_TLSA && strcmp(o->owner, owner) == 0 &&
				 o->data.tlsa.length == r.tlsa.length &&
				 o->data.tlsa.usage == r.tlsa.usage &&
				 o->data.tlsa.selector == r.tlsa.selector &&
				 o->data.tlsa.mtype == r.tlsa.mtype;
		}
		if (!twice)
			put(&d->zone, owner, DNS_TYPE_TLSA, r);
	}
}

static void draw_host(struct domain *d, unsigned index)
{
	struct zone *z = &d->zone;
	struct mx_host *h = &d->hosts[d->host_count++];
	h->name = index ? "mx2.example.com" : fixture("leaf")->dns_names[0];
	h->preference = 10;
	h->target_valid = true;
	put(z, "example.com", DNS_TYPE_MX,
	    (struct dns_record){.mx = {.preference = 10, .exchange = h->name}});
	for (unsigned i = 0, n = 1 + draw(2); i < n; i++) {
		draw_endpoint(d, h, (uint8_t)(10 * index + i), KEY_TYPE_ECDSA);
		if (one_in(3))
			draw_endpoint(d, h, (uint8_t)(10 * index + i), KEY_TYPE_RSA);
	}
	const char *parent = strchr(h->name, '.') + 1;
	const char *owner = h->name;
	struct dns_record alias = {.cname = "host.elsewhere.net"};
	unsigned form = draw(8);
	if (form == 0 || form == 1) /* its addresses, or its alias, come from a wildcard */
		owner = arena_printf(z->arena, "*.%s", parent);
	if (form == 1 || form == 2) {
		put(z, owner, DNS_TYPE_CNAME, alias);
		owner = alias.cname;
	}
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (!i || memcmp(&h->endpoints[i].address, &h->endpoints[i - 1].address,
			      sizeof(struct address)) != 0)
			put(z, owner, DNS_TYPE_A,
			    (struct dns_record){.address = h->endpoints[i].address});
	if (form == 0 && one_in(2))
		put(z, owner, DNS_TYPE_TXT,
		    (struct dns_record){.txt = {(const uint8_t *)"v=spf1 -all", 11}});
	if (form == 0 && one_in(2))
		put(z, owner, DNS_TYPE_MX,
		    (struct dns_record){.mx = {.preference = 5, .exchange = "mx.else"}});
	if (form > 1 || one_in(2))
		draw_records(d, h);
}

static void draw_domain(struct domain *d)
{
	static const enum require requires[] = {REQUIRE_DANE, REQUIRE_ANY, REQUIRE_NONE};
	memset(d, 0, sizeof *d);
	d->zone.arena = arena_create();
	for (size_t i = 0; i < 3; i++)
		d->zone.is_signed[i] = !one_in(i < 2 ? 6 : 2);
	d->params.require = requires[draw(3)];
	d->params.warn_days = 14;
	d->params.port = 25;
	for (unsigned i = 0, n = 1 + one_in(4); i < n; i++)
		draw_host(d, i);
}

/* ---- Doing what a fix says ---- */

static bool same_line(const struct zone_line *a, const struct zone_line *b)
{
	struct arena *arena = arena_create();
	bool same = strcmp(action_line_text(arena, a), action_line_text(arena, b)) == 0;
	arena_destroy(arena);
	return same;
}

static void take_out(struct zone *z, const struct zone_line *line)
{
	for (size_t i = 0; i < z->count; i++) {
		if (!same_line(&z->lines[i], line))
			continue;
		z->lines[i] = z->lines[--z->count];
		return;
	}
	fail_msg("%s is to be deleted, but does not stand there", action_line_text(z->arena, line));
}

static void put_in(struct zone *z, const struct zone_line *line)
{
	for (size_t i = 0; i < z->count; i++)
		if (same_line(&z->lines[i], line))
			fail_msg("%s is published already", action_line_text(z->arena, line));
	put(z, line->owner, line->type, line->data);
}

/* A CNAME is alone at its name (RFC 1034 §3.6.2). */
static void check_zone(const struct zone *z)
{
	for (size_t i = 0; i < z->count; i++)
		for (size_t k = 0; k < z->count; k++)
			if (k != i && z->lines[i].type == DNS_TYPE_CNAME &&
			    strcmp(z->lines[i].owner, z->lines[k].owner) == 0)
				fail_msg(
				    "%s is not alone", action_line_text(z->arena, &z->lines[i]));
}

static void do_fix(struct zone *z, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->kind == ACTION_DELETE)
			take_out(z, &a->line);
		else if (a->kind == ACTION_REPLACE)
			take_out(z, &a->old);
	}
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->kind == ACTION_ADD || a->kind == ACTION_REPLACE)
			put_in(z, &a->line);
		else if (a->place == ACTION_AT_REGISTRAR)
			z->is_signed[apex_of(a->line.owner)] = true;
	}
	check_zone(z);
}

static bool has(const struct domain_report *r, const struct finding *f, enum status at_least)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *o = &r->findings[i];
		if (o->code == f->code && o->severity >= at_least && o->key_type == f->key_type &&
		    !o->host_name == !f->host_name &&
		    (!f->host_name || strcmp(o->host_name, f->host_name) == 0) &&
		    address_compare(&o->address, &f->address) == 0)
			return true;
	}
	return false;
}

static void show(const struct domain *d, const struct finding *f)
{
	for (size_t i = 0; i < d->zone.count; i++)
		print_error("  %s\n", action_line_text(d->zone.arena, &d->zone.lines[i]));
	print_error("%s: %s\n%s\n", finding_info(f->code)->code, f->message, f->fix);
}

/* Nothing that the hosts had is lost. */
static void check_kept(
    const struct domain *before, const struct domain *after, const struct finding *f)
{
	static const enum dns_type types[] = {DNS_TYPE_A, DNS_TYPE_AAAA, DNS_TYPE_MX, DNS_TYPE_TXT};
	for (size_t i = 0; i < before->host_count; i++)
		for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
			const char *name = before->hosts[i].name;
			const struct lookup *was = ask(&before->zone, name, types[k]),
					    *is = ask(&after->zone, name, types[k]);
			if (was->kind != ANSWER_RECORDS || was->record_count == is->record_count)
				continue;
			show(before, f);
			fail_msg("%s %s is lost", name, lookup_type_name(types[k]));
		}
}

static void check_fix(const struct domain *d, const struct finding *f, unsigned number)
{
	struct domain fixed = *d;
	do_fix(&fixed.zone, &f->actions);
	judge(&fixed);
	check_kept(d, &fixed, f);
	if (has(&fixed.report, f, STATUS_OK)) {
		show(d, f);
		fail_msg("case %u: the finding is still there", number);
	}
	for (size_t i = 0; i < fixed.report.finding_count; i++) {
		const struct finding *new = &fixed.report.findings[i];
		if (new->severity < STATUS_CRITICAL || has(&d->report, new, STATUS_CRITICAL))
			continue;
		show(d, f);
		fail_msg(
		    "case %u: then %s: %s", number, finding_info(new->code)->code, new->message);
	}
}

/* ---- The tests ---- */

static bool has_records_to_blame(enum finding_code code)
{
	return code == FINDING_TLSA_ABSENT || code == FINDING_TLSA_UNUSABLE ||
	       (code >= FINDING_DANE_MISMATCH && code <= FINDING_DANE_ROLLOVER_PARTIAL);
}

static void test_drawn(void **state)
{
	(void)state;
	size_t applied = 0, without = 0;
	chance = SEED;
	for (unsigned i = 0; i < CASES; i++) {
		struct domain d;
		draw_domain(&d);
		judge(&d);
		for (size_t k = 0; k < d.report.finding_count; k++) {
			const struct finding *f = &d.report.findings[k];
			if (f->actions.count) {
				check_fix(&d, f, i);
				applied++;
			} else {
				without +=
				    f->severity == STATUS_CRITICAL && has_records_to_blame(f->code);
			}
		}
		arena_destroy(d.zone.arena);
	}
	print_message("seed %d: %d domains, %zu fixes applied, 0 open; %zu critical findings on "
		      "records without a fix\n",
	    SEED, CASES, applied, without);
	assert_true(applied > CASES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_drawn),
	};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
