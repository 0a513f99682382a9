/*
 * judge_world.h - facts by hand for the tests of the judge: one good domain, of which each row
 * changes what it is about. Discovery and judgment then run as they do in the program; only
 * what needs real certificates (usage 2, PKIX) answers as the row scripts it.
 *
 * Linked with --wrap=tlsa_judge_chain, trust_store_verify, trust_store_issuer,
 * certificate_may_issue and certificate_covers_gnutls.
 */
#ifndef MXDANE_TESTS_JUDGE_WORLD_H
#define MXDANE_TESTS_JUDGE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certificate.h"
#include "discovery.h"
#include "judge.h"
#include "tlsa.h"

#define UNUSED __attribute__((unused))

enum {
	DAY = 86400,
	NOW = 1795460400, /* 2026-11-23 */
};

struct world {
	struct arena *arena;
	struct params params;
	struct domain_report report;
	struct mx_host *host; /* the first */
	struct endpoint *end; /* its first */
	struct mta_sts sts;
	struct tls_rpt rpt;
	bool no_discovery; /* the row sets TLSA state by hand */
};

/* What the wrapped functions answer; the real ones are asked where nothing is scripted. */
static struct {
	const struct dane_verdict *dane; /* for every chain, by the one record of the host */
	struct pkix_verdict pkix, policy;
	const struct certificate *issuer; /* the one anchor of the trust store */
	bool anchors; /* a usage 2 record that matches above the leaf is good enough */
	const struct tlsa_record *watched; /* NULL: any */
	struct reference_identifiers
	    names; /* as last given to tlsa_judge_chain with these records */
} script;

struct dane_verdict __real_tlsa_judge_chain(struct arena *, const struct tlsa_record *, size_t,
    const struct certificate *, size_t, const struct reference_identifiers *, int64_t);
struct dane_verdict __wrap_tlsa_judge_chain(struct arena *, const struct tlsa_record *, size_t,
    const struct certificate *, size_t, const struct reference_identifiers *, int64_t);
struct pkix_verdict __wrap_trust_store_verify(
    const struct trust_store *, const struct certificate *, size_t, const char *, int64_t);
bool __wrap_certificate_may_issue(const struct certificate *, const struct certificate *);
bool __wrap_certificate_covers_gnutls(const struct certificate *, const char *);
const struct certificate *__wrap_trust_store_issuer(
    const struct trust_store *, const struct certificate *, size_t *);

static bool has_anchor(const struct tlsa_record *records, size_t count,
    const struct certificate *chain, size_t chain_count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 1; k < chain_count && records[i].active && records[i].usage == 2;
		     k++)
			if (tlsa_record_matches(&records[i], &chain[k]))
				return true;
	return false;
}

struct dane_verdict __wrap_tlsa_judge_chain(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	if (!script.watched || script.watched == records)
		script.names = *names;
	if (script.dane && count == 1)
		return *script.dane;
	if (script.anchors && has_anchor(records, count, chain, chain_count))
		return (struct dane_verdict){
		    .result = DANE_RESULT_VERIFIED, .depth = 1, .usage = 2};
	return __real_tlsa_judge_chain(arena, records, count, chain, chain_count, names, at);
}

struct pkix_verdict __wrap_trust_store_verify(const struct trust_store *store,
    const struct certificate *chain, size_t count, const char *name, int64_t at)
{
	(void)store, (void)chain, (void)count, (void)at;
	return strncmp(name, "mta-sts.", 8) == 0 ? script.policy : script.pkix;
}

/* The worlds' chains are in order of issue: each certificate's issuer Name says who. */
bool __wrap_certificate_may_issue(
    const struct certificate *issuer, const struct certificate *subject)
{
	return strcmp(issuer->subject, subject->issuer) == 0;
}

bool __wrap_certificate_covers_gnutls(const struct certificate *c, const char *reference)
{
	return certificate_covers(c, reference, true);
}

const struct certificate *__wrap_trust_store_issuer(
    const struct trust_store *store, const struct certificate *subject, size_t *next)
{
	bool issued = script.issuer && strcmp(script.issuer->subject, subject->issuer) == 0;
	(void)store;
	return issued && !(*next)++ ? script.issuer : NULL;
}

UNUSED static struct lookup *answer(struct world *w, const char *name, enum dns_type type,
    enum answer_kind kind, enum dnssec_status dnssec)
{
	struct lookup *l = arena_alloc(w->arena, sizeof *l);
	l->asked = l->final = arena_strdup(w->arena, name);
	l->type = type;
	l->kind = kind;
	l->dnssec = l->alias_dnssec = dnssec;
	if (kind == ANSWER_FAILED) {
		l->dnssec = l->alias_dnssec = DNSSEC_INDETERMINATE;
		l->failure = LOOKUP_FAILURE_RCODE;
	}
	if (l->dnssec > DNSSEC_INSECURE)
		l->error = "a reason";
	l->original_ttl = l->ttl_left = 3600;
	return l;
}

UNUSED static struct dns_record *add_record(struct world *w, struct lookup *l)
{
	return arena_append(w->arena, &l->records, &l->record_count, sizeof *l->records);
}

UNUSED static struct address ipv4(uint8_t last)
{
	return (struct address){AF_INET, {81, 2, 69, last}};
}

UNUSED static struct address ipv6(uint8_t last)
{
	struct address a = {AF_INET6, {0x26, 0x06, 0x28, 0x00}};
	a.bytes[15] = last;
	return a;
}

UNUSED static struct lookup *addresses(
    struct world *w, const char *name, enum dns_type type, uint8_t last, enum dnssec_status dnssec)
{
	struct lookup *l = answer(w, name, type, ANSWER_RECORDS, dnssec);
	add_record(w, l)->address = type == DNS_TYPE_A ? ipv4(last) : ipv6(last);
	return l;
}

UNUSED static void add_tlsa(struct world *w, struct lookup *l, uint8_t usage, uint8_t selector,
    uint8_t mtype, uint8_t fill, size_t length)
{
	struct dns_record *r = add_record(w, l);
	uint8_t *data = arena_alloc(w->arena, length);
	memset(data, fill, length);
	r->tlsa.usage = usage;
	r->tlsa.selector = selector;
	r->tlsa.mtype = mtype;
	r->tlsa.data = data;
	r->tlsa.length = length;
}

UNUSED static struct lookup *text_record(struct world *w, const char *name, const char *text)
{
	struct lookup *l =
	    answer(w, name, DNS_TYPE_TXT, text ? ANSWER_RECORDS : ANSWER_NXDOMAIN, DNSSEC_SECURE);
	if (text) {
		struct dns_record *r = add_record(w, l);
		r->txt.data = arena_memdup(w->arena, text, strlen(text));
		r->txt.length = strlen(text);
	}
	return l;
}

/* Digests of the key are full of `key`, those of the certificate of key + 1. */
UNUSED static void fill_certificate(struct certificate *c, const char *subject, const char *issuer,
    const char **names, size_t count, uint8_t key)
{
	*c = (struct certificate){.parsed = true,
	    .subject = subject,
	    .issuer = issuer,
	    .dns_names = names,
	    .dns_name_count = count,
	    .has_dns_name = count > 0,
	    .not_before = NOW - 100 * DAY,
	    .not_after = NOW + 100 * DAY,
	    .key = "ECDSA P-256",
	    .signature = "ECDSA-SHA256",
	    .key_type = KEY_TYPE_ECDSA,
	    .key_bits = 256,
	    .spki = (const uint8_t *)"\x30",
	    .spki_length = 1,
	    .self_issued = strcmp(subject, issuer) == 0};
	memset(c->spki_sha256, key, sizeof c->spki_sha256);
	memset(c->spki_sha512, key, sizeof c->spki_sha512);
	memset(c->cert_sha256, key + 1, sizeof c->cert_sha256);
	memset(c->cert_sha512, key + 1, sizeof c->cert_sha512);
}

/* A leaf of `key` for the host under "CN=CA". */
UNUSED static void fill_endpoint(
    struct world *w, struct endpoint *e, const char *name, struct address address, uint8_t key)
{
	const char **names = arena_array(w->arena, 1, sizeof *names);
	names[0] = name;
	*e = (struct endpoint){.address = address, .port = 25, .key_type = KEY_TYPE_ECDSA};
	e->probe.stage = SMTP_STAGE_DONE;
	e->probe.starttls = true;
	e->probe.ehlo_name = name;
	e->probe.tls_version = "TLS1.3";
	e->probe.chain_count = 2;
	e->probe.chain = arena_array(w->arena, 2, sizeof *e->probe.chain);
	fill_certificate(&e->probe.chain[0], "CN=leaf", "CN=CA", names, 1, key);
	fill_certificate(&e->probe.chain[1], "CN=CA", "CN=CA", NULL, 0, 0xca);
}

UNUSED static struct endpoint *add_endpoint(
    struct world *w, struct mx_host *h, struct address address, uint8_t key)
{
	struct endpoint *e = arena_append(w->arena, &h->endpoints, &h->endpoint_count, sizeof *e);
	fill_endpoint(w, e, h->name, address, key);
	w->end = &w->host->endpoints[0];
	return e;
}

/* The key 0x11, addressed by IPv4 alone, authenticated by 3 1 1. */
UNUSED static struct mx_host *add_host(struct world *w, const char *name, uint16_t preference)
{
	struct domain_report *r = &w->report;
	struct mx_host *h = arena_append(w->arena, &r->hosts, &r->host_count, sizeof *h);
	const char *owner = discovery_tlsa_owner(w->arena, name, 25);
	w->host = &r->hosts[0];
	r->mx_total = r->host_count;
	h->name = name;
	h->preference = preference;
	h->target_valid = true;
	h->a = addresses(w, name, DNS_TYPE_A, (uint8_t)r->host_count, DNSSEC_SECURE);
	h->aaaa = answer(w, name, DNS_TYPE_AAAA, ANSWER_NODATA, DNSSEC_SECURE);
	h->tlsa_initial = answer(w, owner, DNS_TYPE_TLSA, ANSWER_RECORDS, DNSSEC_SECURE);
	add_tlsa(w, h->tlsa_initial, 3, 1, 1, 0x11, 32);
	add_endpoint(w, h, ipv4((uint8_t)r->host_count), 0x11);
	return h;
}

#define GOOD_POLICY "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n"

/* body NULL: no record at all. */
UNUSED static void set_policy(struct world *w, const char *body)
{
	w->sts.txt = text_record(w, "_mta-sts.example.com", body ? "v=STSv1; id=20260101;" : NULL);
	w->sts.fetch = (struct policy_fetch){0};
	if (!body)
		return;
	w->sts.fetch.tried = true;
	w->sts.fetch.http_status = 200;
	w->sts.fetch.content_type = "text/plain";
	w->sts.fetch.body = (const uint8_t *)arena_strdup(w->arena, body);
	w->sts.fetch.body_length = strlen(body);
}

UNUSED static void world_open(struct world *w)
{
	memset(w, 0, sizeof *w);
	memset(&script, 0, sizeof script);
	script.pkix.result = script.policy.result = PKIX_RESULT_VALID;
	w->arena = arena_create();
	w->params.require = REQUIRE_DANE;
	w->params.warn_days = 14;
	w->params.port = 25;
	w->report.arena = w->arena;
	w->report.asked = w->report.domain = "example.com";
	w->report.checked_at = w->report.judged_at = NOW;
	w->report.mx_kind = MX_KIND_MX;
	w->report.mx = answer(w, "example.com", DNS_TYPE_MX, ANSWER_RECORDS, DNSSEC_SECURE);
	w->report.mta_sts = &w->sts;
	w->report.tls_rpt = &w->rpt;
	w->rpt.txt =
	    text_record(w, "_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com");
	set_policy(w, NULL);
	add_host(w, "mx1.example.com", 10);
}

UNUSED static void world_judge(struct world *w)
{
	static int store; /* any pointer: only the wrapped function gets it */
	for (size_t i = 0; i < w->report.host_count && !w->no_discovery; i++)
		discovery_decide(w->arena, &w->report.hosts[i], 25);
	judge_domain(&w->report, &w->params, (const struct trust_store *)&store);
}

UNUSED static void world_close(struct world *w)
{
	arena_destroy(w->arena);
}

/* ---- Rows: one change of the good domain, and what is said of one code ---- */

#define DANE REQUIRE_DANE
#define STS REQUIRE_MTA_STS
#define ANY REQUIRE_ANY
#define BOTH REQUIRE_BOTH
#define NO REQUIRE_NONE

enum {
	SILENT = -1,
	I = STATUS_OK,
	W = STATUS_WARNING,
	U = STATUS_UNKNOWN,
	C = STATUS_CRITICAL,
};

/* Stands for a finding that must have no fix: none would help. */
#define NO_FIX "no fix"

struct row {
	const char *label;
	void (*change)(struct world *w, int value);
	int value;
	enum require require;
	enum finding_code code;
	int want;          /* SILENT, or the severity as enum status */
	const char *place; /* "" the domain, "host", "address", "key"; NULL: not looked at */
	const char *said;  /* part of the message, or NULL */
	const char *fix;   /* part of the fix, NO_FIX, or NULL */
};

UNUSED static const struct finding *find(const struct world *w, enum finding_code code)
{
	for (size_t i = 0; i < w->report.finding_count; i++)
		if (w->report.findings[i].code == code)
			return &w->report.findings[i];
	return NULL;
}

UNUSED static const char *place_of(const struct finding *f)
{
	if (!f->host)
		return "";
	if (f->key_type != KEY_TYPE_NONE)
		return "key";
	return f->address.family ? "address" : "host";
}

UNUSED static void check_text(
    const char *label, const char *what, const char *text, const char *part)
{
	if (part && (!text || !strstr(text, part)))
		fail_msg("%s: %s \"%s\" lacks \"%s\"", label, what, text ? text : "(none)", part);
}

/* ---- Where it stands ---- */

/* What each code is about: the records by whose type its place is known. "": what has no record;
 * "?": tested where it is said. A record that is not there has the place of the MX record, of which
 * an implicit MX has the address record. */
static const char *const subjects[FINDING_COUNT] = {
    [FINDING_DOMAIN_INVALID] = "",
    [FINDING_ZONE_INVALID] = "?",
    [FINDING_ZONE_UNKNOWN_DATA] = "?",
    [FINDING_IGNORE_STALE] = "?",
    [FINDING_DOMAIN_NOT_FOUND] = "",
    [FINDING_NO_MAIL_HOST] = "",
    [FINDING_NULL_MX] = "MX",
    [FINDING_NULL_MX_MIXED] = "MX",
    [FINDING_MX_INSECURE] = "MX",
    [FINDING_MX_BOGUS] = "MX",
    [FINDING_MX_LOOKUP_FAILED] = "MX",
    [FINDING_DNSSEC_ROOT_FAILED] = "MX",
    [FINDING_MX_TARGET_ALIAS] = "MX",
    [FINDING_MX_TARGET_INVALID] = "MX",
    [FINDING_MX_TOO_MANY] = "MX",
    [FINDING_SIGNATURE_UNJUDGEABLE] = "MX",
    [FINDING_SIGNATURE_EXPIRING] = "MX",
    [FINDING_SIGNATURE_BEFORE_EXPIRE] = "MX",
    [FINDING_NSEC3_ITERATIONS] = "MX",
    [FINDING_DNSSEC_ALGORITHM_OLD] = "MX",
    [FINDING_HOST_NO_ADDRESS] = "MX",
    [FINDING_ADDRESS_INSECURE] = "A",
    [FINDING_ADDRESS_BOGUS] = "A",
    [FINDING_ADDRESS_LOOKUP_FAILED] = "A",
    [FINDING_ADDRESS_RESERVED] = "A",
    [FINDING_TLSA_ABSENT] = "TLSA",
    [FINDING_TLSA_INSECURE] = "TLSA",
    [FINDING_TLSA_BOGUS] = "TLSA",
    [FINDING_TLSA_LOOKUP_FAILED] = "TLSA",
    [FINDING_TLSA_UNUSABLE] = "TLSA",
    [FINDING_TLSA_RECORD_UNUSABLE] = "TLSA",
    [FINDING_TLSA_PKIX_USAGE] = "TLSA",
    [FINDING_TLSA_WEAK_TA] = "TLSA",
    [FINDING_TLSA_SUPERSEDED] = "TLSA",
    [FINDING_TLSA_NO_MATCH_YET] = "TLSA",
    [FINDING_TLSA_DUPLICATE] = "TLSA",
    [FINDING_TLSA_TTL_LONG] = "TLSA",
    [FINDING_TLSA_MANY] = "TLSA",
    [FINDING_CONNECT_FAILED] = "A",
    [FINDING_PROXY_FAILED] = "A",
    [FINDING_SMTP_REFUSED] = "A",
    [FINDING_SMTP_PROTOCOL] = "A",
    [FINDING_DEADLINE_EXCEEDED] = "A",
    [FINDING_STARTTLS_MISSING] = "A",
    [FINDING_STARTTLS_REFUSED] = "A",
    [FINDING_STARTTLS_INJECTION] = "A",
    [FINDING_TLS_FAILED] = "A",
    [FINDING_TLS_LEGACY] = "A",
    [FINDING_TLS_CLOSED_EARLY] = "A",
    [FINDING_HELO_MISMATCH] = "A",
    [FINDING_DANE_VERIFIED] = "TLSA",
    [FINDING_DANE_MISMATCH] = "TLSA",
    [FINDING_DANE_DIGEST_AGILITY] = "TLSA",
    [FINDING_DANE_NAME_MISMATCH] = "TLSA",
    [FINDING_DANE_EXPIRED] = "TLSA",
    [FINDING_DANE_UNTRUSTED] = "TLSA",
    [FINDING_DANE_SENDER_DIFFERS] = "TLSA",
    [FINDING_DANE_ROLLOVER_PARTIAL] = "TLSA",
    [FINDING_ENDPOINT_INCONSISTENT] = "TLSA",
    [FINDING_CERT_EXPIRING] = "TLSA",
    [FINDING_CERT_EXPIRED_IGNORED] = "TLSA",
    [FINDING_CERT_PKIX_IGNORED] = "TLSA",
    [FINDING_CERT_WEAK] = "TLSA",
    [FINDING_CHAIN_KEY_ONLY] = "TLSA",
    [FINDING_NS_UNREACHABLE] = "MX",
    [FINDING_NS_LAME] = "MX",
    [FINDING_NS_STALE] = "MX",
    [FINDING_NS_INCONSISTENT] = "MX",
    [FINDING_NS_TLSA_FAILS] = "MX",
    [FINDING_NS_BOGUS] = "MX",
    [FINDING_NS_NO_TCP] = "MX",
    [FINDING_STS_ABSENT] = "_mta-sts",
    [FINDING_STS_TXT_INVALID] = "_mta-sts",
    [FINDING_STS_POLICY_UNREACHABLE] = "_mta-sts",
    [FINDING_STS_POLICY_CERT] = "_mta-sts",
    [FINDING_STS_POLICY_INVALID] = "_mta-sts",
    [FINDING_STS_MX_UNLISTED] = "MX",
    [FINDING_STS_MX_STALE] = "_mta-sts",
    [FINDING_STS_MX_CERT] = "MX",
    [FINDING_STS_TESTING] = "_mta-sts",
    [FINDING_STS_MODE_NONE] = "_mta-sts",
    [FINDING_STS_MAX_AGE_SHORT] = "_mta-sts",
    [FINDING_STS_LOOKUP_FAILED] = "_mta-sts",
    [FINDING_TLSRPT_ABSENT] = "_smtp",
    [FINDING_TLSRPT_INVALID] = "_smtp",
    [FINDING_TLSRPT_RUA_UNUSABLE] = "_smtp",
    [FINDING_TLSRPT_LOOKUP_FAILED] = "_smtp",
    [FINDING_ROLLOVER_SAFE] = "TLSA",
    [FINDING_ROLLOVER_ORDER] = "TLSA",
    [FINDING_ROLLOVER_UNSAFE] = "TLSA",
    [FINDING_ROLLOVER_UNKNOWN] = "TLSA",
};

/* Each record stands in a file that has its name: "TLSA _25._tcp.mx1.example.com". */
UNUSED static void put_in_file(struct world *w, struct lookup *l)
{
	for (size_t i = 0; l && i < l->record_count; i++) {
		struct location *at = arena_alloc(w->arena, sizeof *at);
		at->file = arena_printf(w->arena, "%s %s", lookup_type_name(l->type), l->asked);
		at->line = (unsigned)i + 1;
		at->exceptions = l->records[i].at ? l->records[i].at->exceptions : NULL;
		l->records[i].at = at;
		l->duplicate = l->duplicates ? at : NULL;
	}
}

UNUSED static void put_in_files(struct world *w)
{
	struct domain_report *r = &w->report;
	for (size_t i = 0; r->mx_kind == MX_KIND_MX && r->mx && i < r->host_count; i++)
		if (r->mx->record_count <= i)
			add_record(w, r->mx)->mx.exchange = r->hosts[i].name;
	put_in_file(w, r->mx);
	put_in_file(w, r->mta_sts ? r->mta_sts->txt : NULL);
	put_in_file(w, r->tls_rpt ? r->tls_rpt->txt : NULL);
	for (size_t i = 0; i < r->host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		struct lookup *lookups[] = {h->a, h->aaaa, h->tlsa_initial, h->tlsa_final};
		for (size_t k = 0; k < sizeof lookups / sizeof *lookups; k++)
			put_in_file(w, lookups[k]);
		for (size_t k = 0; k < h->tlsa_count; k++)
			h->tlsa_records[k].at = h->tlsa_initial->records[0].at;
	}
}

UNUSED static bool stands_at(const struct finding *f, const char *subject)
{
	if (*subject == '_')
		return strncmp(f->at->file, "TXT ", 4) == 0 &&
		       strncmp(f->at->file + 4, subject, strlen(subject)) == 0;
	size_t length = strlen(subject);
	bool aaaa = strcmp(subject, "A") == 0 && strncmp(f->at->file, "AAAA ", 5) == 0;
	return aaaa || (strncmp(f->at->file, subject, length) == 0 && f->at->file[length] == ' ');
}

static bool has_records(const struct lookup *l)
{
	return l && l->record_count;
}

/* Whether the subject is there, to have a place. */
static bool is_there(const struct world *w, const struct finding *f, const char *subject)
{
	const struct mx_host *h = f->host;
	switch (*subject) {
	case 'A': return h && (has_records(h->a) || has_records(h->aaaa));
	case 'T': return h && h->tlsa_count;
	case 'M': return has_records(w->report.mx);
	default:
		return has_records(
		    subject[1] == 'm' ? w->report.mta_sts->txt : w->report.tls_rpt->txt);
	}
}

UNUSED static void check_place(const char *label, const struct world *w, const struct finding *f)
{
	const char *subject = subjects[f->code], *code = finding_info(f->code)->code;
	if (*subject == '?')
		return;
	if (*subject && !is_there(w, f, subject))
		subject = has_records(w->report.mx) ? "MX" : "A";
	if (*subject == 'A' &&
	    !is_there(w, &(struct finding){.host = w->report.host_count ? w->host : NULL}, "A"))
		subject = "";
	if (!*subject != !f->at)
		fail_msg("%s: %s stands %s", label, code, f->at ? f->at->file : "nowhere");
	if (f->at && !stands_at(f, subject))
		fail_msg("%s: %s stands at %s, not at %s", label, code, f->at->file, subject);
}

UNUSED static void check_row(const struct row *row)
{
	struct world w;
	world_open(&w);
	w.params.require = row->require;
	if (row->change)
		row->change(&w, row->value);
	put_in_files(&w);
	world_judge(&w);
	for (size_t i = 0; i < w.report.finding_count; i++)
		check_place(row->label, &w, &w.report.findings[i]);
	const struct finding *f = find(&w, row->code);
	const char *code = finding_info(row->code)->code;
	if (!f && row->want != SILENT)
		fail_msg("%s: no %s", row->label, code);
	if (f && row->want == SILENT)
		fail_msg("%s: %s is said: %s", row->label, code, f->message);
	if (f && (int)f->severity != row->want)
		fail_msg("%s: %s is %s", row->label, code, severity_name(f->severity));
	if (f && row->place && strcmp(place_of(f), row->place) != 0)
		fail_msg("%s: %s is at \"%s\"", row->label, code, place_of(f));
	if (f) {
		check_text(row->label, "message", f->message, row->said);
		if (row->fix && strcmp(row->fix, NO_FIX) == 0)
			assert_null(f->fix);
		else
			check_text(row->label, "fix", f->fix, row->fix);
		assert_true(w.report.status >= f->severity);
	}
	world_close(&w);
}

/* Every code from `first` to before `end` must have a row that triggers it and one that does not.
 */
UNUSED static void check_rows(
    const struct row *rows, size_t count, enum finding_code first, enum finding_code end)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i]);
	for (int code = (int)first; code < (int)end; code++) {
		bool triggered = false, silent = false;
		assert_non_null(subjects[code]);
		for (size_t i = 0; i < count; i++) {
			triggered |= (int)rows[i].code == code && rows[i].want != SILENT;
			silent |= (int)rows[i].code == code && rows[i].want == SILENT;
		}
		if (!triggered || !silent)
			fail_msg("%s has no row that %s",
			    finding_info((enum finding_code)code)->code,
			    triggered ? "just does not" : "triggers it");
	}
}

#endif
