/* The judge on the domain and its MX records: every code of that part of the catalogue. */
#include "judge_world.h"

static void stop_with(struct world *w, struct lookup *mx)
{
	w->report.mx = mx;
	w->report.mx_kind = MX_KIND_NONE;
	w->report.host_count = 0;
	w->report.mta_sts = NULL;
	w->report.tls_rpt = NULL;
}

static void be_invalid(struct world *w, int of_zone)
{
	static const struct location at = {"z", 3, 1, NULL};
	w->report.zone_invalid = of_zone ? &at : NULL;
	stop_with(w, NULL);
	w->report.asked = "a..\x1b[31mb";
	w->report.invalid = "it has an empty label";
}

static void stop_nxdomain(struct world *w, int dnssec)
{
	stop_with(
	    w, answer(w, "example.com", DNS_TYPE_MX, ANSWER_NXDOMAIN, (enum dnssec_status)dnssec));
}

static void stop_failed(struct world *w, int failure)
{
	stop_with(w, answer(w, "example.com", DNS_TYPE_MX, ANSWER_FAILED, DNSSEC_SECURE));
	w->report.mx->failure = (enum lookup_failure)failure;
}

static void stop_bogus(struct world *w, int kind)
{
	stop_with(w, answer(w, "example.com", DNS_TYPE_MX, (enum answer_kind)kind, DNSSEC_BOGUS));
}

static void set_mx_status(struct world *w, int dnssec)
{
	w->report.mx->dnssec = w->report.mx->alias_dnssec = (enum dnssec_status)dnssec;
}

static void set_unknown(struct world *w, int of_host)
{
	static const struct location at = {"z", 3, 1, NULL};
	static const struct unknown_data unknown = {"example.com", "*.com", "ALIAS", &at};
	*(of_host ? &w->report.hosts[0].aaaa->unknown : &w->report.mx->unknown) = &unknown;
}

/* On the line of the TLSA record. */
static void except(struct world *w, int code)
{
	static struct exception exception = {.reason = "why"};
	static const struct location at = {.exceptions = &exception};
	exception.code = (enum finding_code)code;
	w->host->tlsa_initial->records[0].at = &at;
}

static void be_given(struct world *w, int value)
{
	(void)value;
	w->report.mx_kind = MX_KIND_GIVEN;
	w->report.mx = NULL;
}

/* No MX: the domain is its own host. */
static void be_implicit(struct world *w, int dnssec)
{
	w->report.mx_kind = MX_KIND_IMPLICIT;
	w->report.mx =
	    answer(w, "example.com", DNS_TYPE_MX, ANSWER_NODATA, (enum dnssec_status)dnssec);
	w->report.host_count = 0;
	w->report.hosts = NULL;
	add_host(w, "example.com", 0);
}

static void be_implicit_without_address(struct world *w, int aaaa_kind)
{
	be_implicit(w, DNSSEC_SECURE);
	w->host->a = answer(w, "example.com", DNS_TYPE_A, ANSWER_NODATA, DNSSEC_SECURE);
	w->host->aaaa =
	    answer(w, "example.com", DNS_TYPE_AAAA, (enum answer_kind)aaaa_kind, DNSSEC_SECURE);
	w->host->endpoint_count = 0;
}

static void be_null(struct world *w, int dnssec)
{
	stop_with(
	    w, answer(w, "example.com", DNS_TYPE_MX, ANSWER_RECORDS, (enum dnssec_status)dnssec));
	w->report.mx_kind = MX_KIND_NULL;
}

static void mix_null(struct world *w, int mixed)
{
	w->report.mx_null_mixed = mixed;
}

static void fail_root(struct world *w, int value)
{
	(void)value;
	stop_failed(w, LOOKUP_FAILURE_ROOT);
	w->report.root_error = "the trust anchor does not fit";
}

static void fail_root_below(struct world *w, int value)
{
	(void)value;
	w->host->tlsa_initial =
	    answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_FAILED, DNSSEC_SECURE);
	w->host->tlsa_initial->failure = LOOKUP_FAILURE_ROOT;
}

static void alias_host(struct world *w, int kind)
{
	w->report.mx_kind = (enum mx_kind)kind;
	w->host->a->final = "real.example.net";
	w->host->tlsa_final = w->host->tlsa_initial;
}

static void rename_host(struct world *w, const char *name, bool valid)
{
	w->host->name = name;
	w->host->target_valid = valid;
	if (!valid)
		w->host->a = w->host->aaaa = w->host->tlsa_initial = NULL;
}

static void name_underscore(struct world *w, int value)
{
	(void)value;
	rename_host(w, "mx_1.example.com", true);
}

static void name_literal(struct world *w, int value)
{
	(void)value;
	rename_host(w, "192.0.2.1", false);
	w->host->endpoint_count = 0;
}

static void count_hosts(struct world *w, int total)
{
	w->report.mx_total = (size_t)total;
}

static void unjudgeable(struct world *w, int value)
{
	struct lookup *l = value ? w->host->tlsa_initial : w->report.mx;
	l->dnssec = DNSSEC_INDETERMINATE;
	l->failure = LOOKUP_FAILURE_UNJUDGEABLE;
	l->error = "a signature ends after 2038-01-19";
}

static void unjudgeable_address(struct world *w, int value)
{
	(void)value;
	w->host->a->dnssec = DNSSEC_INDETERMINATE;
	w->host->a->failure = LOOKUP_FAILURE_UNJUDGEABLE;
}

static void sign(struct world *w, struct lookup *l, int64_t inception, int64_t expires)
{
	l->has_signature = false; /* in place of the one that was there */
	l->signature_count = 0;
	lookup_add_signature(
	    w->arena, l, &(struct signature_life){inception, expires, "example.com", 4711});
}

/* Another answer's signature, made when so many days of the first's thirty were left. */
static void sign_beside(struct world *w, int days)
{
	sign(w, w->report.mx, NOW - 25 * DAY, NOW + 5 * DAY);
	sign(w, w->host->a, NOW + (5 - days) * DAY, NOW + 30 * DAY);
}

static void sign_beside_nearer(struct world *w, int days)
{
	sign_beside(w, days);
	sign(w, w->report.mx, NOW - 27 * DAY - DAY / 2, NOW + 2 * DAY + DAY / 2);
}

static void sign_beside_by_other(struct world *w, int days)
{
	sign_beside(w, days);
	w->host->a->signatures[0].key_tag++;
}

static void sign_beside_in_other_zone(struct world *w, int days)
{
	sign_beside(w, days);
	w->host->a->signatures[0].signer = "example.net";
}

/* A signature of 30 days, of which `days` are left. */
static void leave_days(struct world *w, int days)
{
	sign(w, w->report.mx, NOW - (30 - days) * DAY, NOW + days * DAY);
}

/* Two days ahead, one behind: signed on the fly. */
static void sign_on_the_fly(struct world *w, int value)
{
	(void)value;
	sign(w, w->report.mx, NOW - DAY, NOW + 2 * DAY);
}

static void sign_insecure(struct world *w, int value)
{
	(void)value;
	sign(w, w->report.mx, NOW - 30 * DAY, NOW + DAY);
	set_mx_status(w, DNSSEC_INSECURE);
}

static void sign_proposed(struct world *w, int value)
{
	(void)value;
	sign(w, w->report.mx, NOW - 30 * DAY, NOW + DAY);
	w->report.mx->proposed = true;
}

static void sign_tlsa(struct world *w, int days)
{
	sign(w, w->host->tlsa_initial, NOW - 29 * DAY, NOW + days * DAY);
}

static void add_zone(struct world *w, struct lookup *l, const char *name, int dnskey, int ds)
{
	/* Each of 30 days, of which so many are left. */
	lookup_add_zone(w->arena, l,
	    &(struct signed_zone){.name = name,
		.dnskey = {NOW - (30 - dnskey) * DAY, NOW + dnskey * DAY, name, 4712},
		.ds = {NOW - (30 - ds) * DAY, NOW + ds * DAY, "com", 1}});
}

static void iterate_tlsa(struct world *w, int iterations)
{
	struct signed_zone zone = {.name = "example.com", .iterations = (unsigned)iterations};
	lookup_add_zone(w->arena, w->host->tlsa_initial, &zone);
	lookup_add_zone(w->arena, w->report.mx, &zone); /* is said once */
}

static void iterate_absent_address(struct world *w, int iterations)
{
	w->host->aaaa = answer(w, "mx1.example.com", DNS_TYPE_AAAA, ANSWER_NODATA, DNSSEC_SECURE);
	lookup_add_zone(w->arena, w->host->aaaa,
	    &(struct signed_zone){.name = "example.com", .iterations = (unsigned)iterations});
}

/* The SOA expire in days, by a denial in the zone that signs the MX records for ten days more. */
static void set_expire(struct world *w, int days)
{
	sign(w, w->report.mx, NOW - 5 * DAY, NOW + 10 * DAY);
	lookup_add_zone(w->arena, w->host->tlsa_initial,
	    &(struct signed_zone){.name = "example.com", .soa_expire = (uint32_t)days * DAY});
}

/* The same by an answer to a question for the SOA record, of the zone or of another. */
static struct lookup *ask_expire(struct world *w, const char *zone)
{
	struct domain_report *r = &w->report;
	struct lookup *soa = answer(w, zone, DNS_TYPE_SOA, ANSWER_RECORDS, DNSSEC_SECURE);
	sign(w, r->mx, NOW - 5 * DAY, NOW + 10 * DAY);
	add_record(w, soa)->soa.expire = 11 * DAY;
	*(struct lookup **)arena_append(w->arena, &r->soas, &r->soa_count, sizeof *r->soas) = soa;
	return soa;
}

static void ask_expire_secure(struct world *w, int value)
{
	(void)value;
	ask_expire(w, "example.com");
}

static void ask_expire_of_parent(struct world *w, int value)
{
	(void)value;
	ask_expire(w, "com");
}

static void ask_expire_unproven(struct world *w, int status)
{
	ask_expire(w, "example.com")->dnssec = (enum dnssec_status)status;
}

static void ask_expire_in_vain(struct world *w, int kind)
{
	struct lookup *soa = ask_expire(w, "example.com");
	soa->kind = (enum answer_kind)kind;
	soa->record_count = 0;
}

/* A long-lived signature beside one that is made for each answer. */
static void sign_live_beside(struct world *w, int days)
{
	set_expire(w, 30);
	sign(w, w->host->a, NOW - DAY, NOW + (days - 1) * DAY);
}

static void set_expire_of_host(struct world *w, int days)
{
	set_expire(w, 1);
	sign(w, w->host->a, NOW - 5 * DAY, NOW + 10 * DAY);
	w->host->a->signatures[0].signer = "example.net";
	lookup_add_zone(w->arena, w->host->a,
	    &(struct signed_zone){.name = "example.net", .soa_expire = (uint32_t)days * DAY});
}

static void sign_by(struct world *w, int algorithm)
{
	lookup_add_zone(w->arena, w->report.mx,
	    &(struct signed_zone){.name = "example.com", .odd_algorithm = (unsigned)algorithm});
}

static void sign_by_gost(struct world *w, int algorithm)
{
	sign_by(w, algorithm);
	set_mx_status(w, DNSSEC_INSECURE);
}

static void leave_dnskey_days(struct world *w, int days)
{
	add_zone(w, w->report.mx, "example.com", days, 20);
}

static void leave_ds_days(struct world *w, int days)
{
	add_zone(w, w->report.mx, "example.com", 20, days);
}

/* The one that ends first is told, of the domain, as the others are not all of one host. */
static void sign_all(struct world *w, int days)
{
	leave_days(w, days);
	sign(w, w->host->a, NOW - 29 * DAY, NOW + days * DAY);
	sign(w, w->host->tlsa_initial, NOW - 29 * DAY, NOW + (days - 1) * DAY);
}

/* The answer's own signature ends sooner, but on schedule. */
static void leave_dnskey_days_behind(struct world *w, int days)
{
	sign_on_the_fly(w, 0);
	leave_dnskey_days(w, days);
}

static void leave_dnskey_days_insecure(struct world *w, int days)
{
	leave_dnskey_days(w, days);
	set_mx_status(w, DNSSEC_INSECURE);
}

static void leave_dnskey_days_proposed(struct world *w, int days)
{
	leave_dnskey_days(w, days);
	w->report.mx->proposed = true;
}

static void leave_dnskey_days_of_host(struct world *w, int days)
{
	add_zone(w, w->host->a, "example.net", days, 20);
}

/* Neither life is known. */
static void know_no_life(struct world *w, int value)
{
	(void)value;
	lookup_add_zone(w->arena, w->report.mx, &(struct signed_zone){.name = "example.com"});
}

/* --at moves certificates only. */
static void sign_and_look_ahead(struct world *w, int value)
{
	(void)value;
	sign(w, w->report.mx, NOW - DAY, NOW + 29 * DAY);
	w->report.judged_at = NOW + 28 * DAY;
}

static const struct row rows[] = {
    {"no zone file", be_invalid, 1, DANE, FINDING_ZONE_INVALID, C, "", "cannot be read: ", NULL},
    {"no zone file", be_invalid, 1, DANE, FINDING_DOMAIN_INVALID, SILENT, NULL, NULL, NULL},
    {"no name", be_invalid, 0, DANE, FINDING_ZONE_INVALID, SILENT, NULL, NULL, NULL},
    {"invalid", be_invalid, 0, DANE, FINDING_DOMAIN_INVALID, U, "", "a..\\x1b[31mb", NULL},
    {"valid", NULL, 0, DANE, FINDING_DOMAIN_INVALID, SILENT, NULL, NULL, NULL},
    {"NXDOMAIN", stop_nxdomain, DNSSEC_SECURE, DANE, FINDING_DOMAIN_NOT_FOUND, C, "", "exist",
	NULL},
    {"insecure NXDOMAIN", stop_nxdomain, DNSSEC_INSECURE, NO, FINDING_DOMAIN_NOT_FOUND, C, "", NULL,
	NULL},
    {"bogus NXDOMAIN", stop_bogus, ANSWER_NXDOMAIN, DANE, FINDING_DOMAIN_NOT_FOUND, SILENT, NULL,
	NULL, NULL},
    {"lookup failed", stop_failed, LOOKUP_FAILURE_RCODE, DANE, FINDING_DOMAIN_NOT_FOUND, SILENT,
	NULL, NULL, NULL},
    {"no MX, no address", be_implicit_without_address, ANSWER_NODATA, NO, FINDING_NO_MAIL_HOST, C,
	"", NULL, NULL},
    {"no MX, AAAA failed", be_implicit_without_address, ANSWER_FAILED, DANE, FINDING_NO_MAIL_HOST,
	SILENT, NULL, NULL, NULL},
    {"implicit MX", be_implicit, DNSSEC_SECURE, DANE, FINDING_NO_MAIL_HOST, SILENT, NULL, NULL,
	NULL},
    {"null MX", be_null, DNSSEC_SECURE, BOTH, FINDING_NULL_MX, I, "", NULL, NULL},
    {"null MX mixed", mix_null, 1, DANE, FINDING_NULL_MX, SILENT, NULL, NULL, NULL},
    {"unknown data at the domain", set_unknown, 0, DANE, FINDING_ZONE_UNKNOWN_DATA, W, "",
	"The MX records of example.com are decided by the record of type ALIAS at *.com in",
	NO_FIX},
    {"unknown data at a host", set_unknown, 1, DANE, FINDING_ZONE_UNKNOWN_DATA, W, "host",
	"The addresses of mx1.example.com are decided", NO_FIX},
    {"no unknown data", set_mx_status, DNSSEC_SECURE, DANE, FINDING_ZONE_UNKNOWN_DATA, SILENT, NULL,
	NULL, NULL},
    {"an exception for nothing", except, FINDING_DANE_MISMATCH, DANE, FINDING_IGNORE_STALE, I, "",
	"Line 1 of TLSA _25._tcp.mx1.example.com has an exception for dane-mismatch that hides "
	"nothing about example.com.",
	NO_FIX},
    {"an exception for what is there", except, FINDING_DANE_VERIFIED, DANE, FINDING_IGNORE_STALE,
	SILENT, NULL, NULL, NULL},
    {"null MX mixed", mix_null, 1, DANE, FINDING_NULL_MX_MIXED, W, "", NULL, NULL},
    {"null MX not mixed", mix_null, 0, DANE, FINDING_NULL_MX_MIXED, SILENT, NULL, NULL, NULL},
    {"null MX alone", be_null, DNSSEC_SECURE, DANE, FINDING_NULL_MX_MIXED, SILENT, NULL, NULL,
	NULL},
    {"insecure, dane", set_mx_status, DNSSEC_INSECURE, DANE, FINDING_MX_INSECURE, C, "",
	"not signed", "example.com"},
    {"insecure, mta-sts", set_mx_status, DNSSEC_INSECURE, STS, FINDING_MX_INSECURE, I, "", NULL,
	NULL},
    {"insecure, both", set_mx_status, DNSSEC_INSECURE, BOTH, FINDING_MX_INSECURE, C, "", NULL,
	NULL},
    {"insecure, none", set_mx_status, DNSSEC_INSECURE, NO, FINDING_MX_INSECURE, I, "", NULL, NULL},
    {"insecure denial", be_implicit, DNSSEC_INSECURE, DANE, FINDING_MX_INSECURE, C, "",
	"no MX records", NULL},
    {"secure denial", be_implicit, DNSSEC_SECURE, DANE, FINDING_MX_INSECURE, SILENT, NULL, NULL,
	NULL},
    {"insecure null MX", be_null, DNSSEC_INSECURE, DANE, FINDING_MX_INSECURE, SILENT, NULL, NULL,
	NULL},
    {"insecure NXDOMAIN", stop_nxdomain, DNSSEC_INSECURE, DANE, FINDING_MX_INSECURE, SILENT, NULL,
	NULL, NULL},
    {"given hosts", be_given, 0, DANE, FINDING_MX_INSECURE, SILENT, NULL, NULL, NULL},
    {"bogus MX", stop_bogus, ANSWER_RECORDS, NO, FINDING_MX_BOGUS, C, "", "a reason", NULL},
    {"bogus denial", stop_bogus, ANSWER_NODATA, DANE, FINDING_MX_BOGUS, C, "", NULL, NULL},
    {"insecure, not bogus", set_mx_status, DNSSEC_INSECURE, DANE, FINDING_MX_BOGUS, SILENT, NULL,
	NULL, NULL},
    {"timeout", stop_failed, LOOKUP_FAILURE_TIMEOUT, NO, FINDING_MX_LOOKUP_FAILED, U, "", NULL,
	NULL},
    {"indeterminate", set_mx_status, DNSSEC_INDETERMINATE, DANE, FINDING_MX_LOOKUP_FAILED, U, "",
	NULL, NULL},
    {"deadline", stop_failed, LOOKUP_FAILURE_DEADLINE, DANE, FINDING_MX_LOOKUP_FAILED, SILENT, NULL,
	NULL, NULL},
    {"deadline", stop_failed, LOOKUP_FAILURE_DEADLINE, DANE, FINDING_DEADLINE_EXCEEDED, U, "",
	"MX lookup of example.com", NULL},
    {"no failure", NULL, 0, DANE, FINDING_MX_LOOKUP_FAILED, SILENT, NULL, NULL, NULL},
    {"root", fail_root, 0, DANE, FINDING_DNSSEC_ROOT_FAILED, U, "", "anchor", NULL},
    {"root, nothing else", fail_root, 0, DANE, FINDING_MX_LOOKUP_FAILED, SILENT, NULL, NULL, NULL},
    {"root, seen below a proposed MX", fail_root_below, 0, DANE, FINDING_DNSSEC_ROOT_FAILED, U, "",
	NULL, NULL},
    {"root below, nothing else", fail_root_below, 0, DANE, FINDING_TLSA_LOOKUP_FAILED, SILENT, NULL,
	NULL, NULL},
    {"another failure", stop_failed, LOOKUP_FAILURE_RCODE, DANE, FINDING_DNSSEC_ROOT_FAILED, SILENT,
	NULL, NULL, NULL},
    {"alias", alias_host, MX_KIND_MX, DANE, FINDING_MX_TARGET_ALIAS, W, "host", "real.example.net",
	NULL},
    {"alias of a given host", alias_host, MX_KIND_GIVEN, DANE, FINDING_MX_TARGET_ALIAS, W, "host",
	NULL, NULL},
    {"alias of the domain itself", alias_host, MX_KIND_IMPLICIT, DANE, FINDING_MX_TARGET_ALIAS,
	SILENT, NULL, NULL, NULL},
    {"underscore", name_underscore, 0, DANE, FINDING_MX_TARGET_INVALID, W, "host", NULL, NULL},
    {"underscore has addresses", name_underscore, 0, DANE, FINDING_HOST_NO_ADDRESS, SILENT, NULL,
	NULL, NULL},
    {"IP literal", name_literal, 0, DANE, FINDING_MX_TARGET_INVALID, W, "host", "192.0.2.1", NULL},
    {"IP literal has none", name_literal, 0, DANE, FINDING_HOST_NO_ADDRESS, C, "host", NULL, NULL},
    {"host name", NULL, 0, DANE, FINDING_MX_TARGET_INVALID, SILENT, NULL, NULL, NULL},
    {"51 hosts", count_hosts, 51, DANE, FINDING_MX_TOO_MANY, W, "", "51", NULL},
    {"50 hosts", count_hosts, 50, DANE, FINDING_MX_TOO_MANY, SILENT, NULL, NULL, NULL},
    {"MX unjudgeable", unjudgeable, 0, DANE, FINDING_SIGNATURE_UNJUDGEABLE, U, "", "2038", NULL},
    {"MX unjudgeable is no failure", unjudgeable, 0, DANE, FINDING_MX_LOOKUP_FAILED, SILENT, NULL,
	NULL, NULL},
    {"MX lookup ended unjudgeable", stop_failed, LOOKUP_FAILURE_UNJUDGEABLE, DANE,
	FINDING_SIGNATURE_UNJUDGEABLE, U, "", NULL, NULL},
    {"TLSA unjudgeable", unjudgeable, 1, DANE, FINDING_SIGNATURE_UNJUDGEABLE, U, "host", NULL,
	NULL},
    {"TLSA unjudgeable is no failure", unjudgeable, 1, DANE, FINDING_TLSA_LOOKUP_FAILED, SILENT,
	NULL, NULL, NULL},
    {"address unjudgeable", unjudgeable_address, 0, DANE, FINDING_SIGNATURE_UNJUDGEABLE, U, "host",
	NULL, NULL},
    {"address unjudgeable is no failure", unjudgeable_address, 0, DANE,
	FINDING_ADDRESS_LOOKUP_FAILED, SILENT, NULL, NULL, NULL},
    {"bogus is judged", stop_bogus, ANSWER_RECORDS, DANE, FINDING_SIGNATURE_UNJUDGEABLE, SILENT,
	NULL, NULL, NULL},
    {"7 of 30 days left", leave_days, 7, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	"example.com MX expires 2026-11-30 (in 7 days)", NULL},
    {"8 of 30 days left", leave_days, 8, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL, NULL,
	NULL},
    {"signed on the fly", sign_on_the_fly, 0, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL, NULL,
	NULL},
    {"nothing rests on it", sign_insecure, 0, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL, NULL,
	NULL},
    {"proposed", sign_proposed, 0, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL, NULL, NULL},
    {"TLSA, 1 day left", sign_tlsa, 1, DANE, FINDING_SIGNATURE_EXPIRING, W, "host",
	"_25._tcp.mx1.example.com TLSA expires 2026-11-24 (in 24 hours)", NULL},
    {"11 days of SOA expire, 10 left", set_expire, 11, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE, W, "",
	"The signature of example.com MX expires 2026-12-03 (in 10 days), sooner than the SOA "
	"expire "
	"of example.com (950400 s): ",
	"lower the expire field"},
    {"10 days of SOA expire, 10 left", set_expire, 10, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE,
	SILENT, NULL, NULL, NULL},
    {"SOA asked for", ask_expire_secure, 0, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE, W, "", NULL,
	NULL},
    {"SOA of another zone", ask_expire_of_parent, 0, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE, SILENT,
	NULL, NULL, NULL},
    {"SOA not proven", ask_expire_unproven, DNSSEC_INSECURE, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE,
	SILENT, NULL, NULL, NULL},
    {"SOA bogus", ask_expire_unproven, DNSSEC_BOGUS, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE, SILENT,
	NULL, NULL, NULL},
    {"no SOA came", ask_expire_in_vain, ANSWER_FAILED, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE,
	SILENT, NULL, NULL, NULL},
    {"a signature of 3 days in the zone", sign_live_beside, 3, DANE,
	FINDING_SIGNATURE_BEFORE_EXPIRE, SILENT, NULL, NULL, NULL},
    {"a signature of 4 days in the zone", sign_live_beside, 4, DANE,
	FINDING_SIGNATURE_BEFORE_EXPIRE, W, "", "of mx1.example.com A expires 2026-11-26", NULL},
    {"a host's zone", set_expire_of_host, 20, DANE, FINDING_SIGNATURE_BEFORE_EXPIRE, W, "",
	"SOA expire of example.net", NULL},
    {"51 iterations", iterate_tlsa, 51, DANE, FINDING_NSEC3_ITERATIONS, W, "",
	"example.com use 51 NSEC3 iterations: BIND 9.20, Knot Resolver from 5.7.1 and PowerDNS "
	"Recursor from 5.0 treat",
	"example.com with 0 NSEC3 iterations"},
    {"101 iterations", iterate_tlsa, 101, DANE, FINDING_NSEC3_ITERATIONS, W, "",
	"systemd-resolved from 256, treat", NULL},
    {"50 iterations", iterate_tlsa, 50, DANE, FINDING_NSEC3_ITERATIONS, SILENT, NULL, NULL, NULL},
    {"no IPv6 address, 150 iterations", iterate_absent_address, 150, DANE, FINDING_NSEC3_ITERATIONS,
	SILENT, NULL, NULL, NULL},
    {"RSASHA1", sign_by, 5, DANE, FINDING_DNSSEC_ALGORITHM_OLD, W, "",
	"only with RSASHA1 (algorithm 5): resolvers that follow RFC 9905", "ECDSAP256SHA256"},
    {"Ed448", sign_by, 16, DANE, FINDING_DNSSEC_ALGORITHM_OLD, W, "", "systemd-resolved", NULL},
    {"no odd algorithm", sign_by, 0, DANE, FINDING_DNSSEC_ALGORITHM_OLD, SILENT, NULL, NULL, NULL},
    {"ECC-GOST", sign_by_gost, 12, DANE, FINDING_DNSSEC_ALGORITHM_OLD, W, "",
	"ECC-GOST (algorithm 12): today's resolvers treat it as unsigned", NULL},
    {"DNSKEY, 7 of 30 days left", leave_dnskey_days, 7, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	"over example.com DNSKEY expires 2026-11-30", NULL},
    {"DNSKEY, 8 of 30 days left", leave_dnskey_days, 8, DANE, FINDING_SIGNATURE_EXPIRING, SILENT,
	NULL, NULL, NULL},
    {"DS, 7 of 30 days left", leave_ds_days, 7, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	"over example.com DS (made by the parent zone) expires", NULL},
    {"DS, 8 of 30 days left", leave_ds_days, 8, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL,
	NULL, NULL},
    {"DNSKEY, behind an answer signed on the fly", leave_dnskey_days_behind, 7, DANE,
	FINDING_SIGNATURE_EXPIRING, W, "", "DNSKEY", NULL},
    {"DNSKEY and answer on schedule", leave_dnskey_days_behind, 8, DANE, FINDING_SIGNATURE_EXPIRING,
	SILENT, NULL, NULL, NULL},
    {"DNSKEY, nothing rests on it", leave_dnskey_days_insecure, 1, DANE, FINDING_SIGNATURE_EXPIRING,
	SILENT, NULL, NULL, NULL},
    {"DNSKEY, proposed", leave_dnskey_days_proposed, 1, DANE, FINDING_SIGNATURE_EXPIRING, SILENT,
	NULL, NULL, NULL},
    {"DNSKEY of a host's zone", leave_dnskey_days_of_host, 7, DANE, FINDING_SIGNATURE_EXPIRING, W,
	"", "example.net", NULL},
    {"no life is known", know_no_life, 0, DANE, FINDING_SIGNATURE_EXPIRING, SILENT, NULL, NULL,
	NULL},
    {"a sixth left, the key used before", sign_beside, 8, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	"over example.com MX expires ", NULL},
    {"a sixth left, the key used since", sign_beside, 7, DANE, FINDING_SIGNATURE_EXPIRING, SILENT,
	NULL, NULL, NULL},
    {"a twelfth left, the key used since", sign_beside_nearer, 3, DANE, FINDING_SIGNATURE_EXPIRING,
	W, "", NULL, NULL},
    {"another key used since", sign_beside_by_other, 7, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	NULL, NULL},
    {"another zone's key used since", sign_beside_in_other_zone, 7, DANE,
	FINDING_SIGNATURE_EXPIRING, W, "", NULL, NULL},
    {"two answers of a zone", sign_all, 5, DANE, FINDING_SIGNATURE_EXPIRING, W, "",
	"the first to expire is that over _25._tcp.mx1.example.com TLSA", NULL},
    {"--at moves certificates only", sign_and_look_ahead, 0, DANE, FINDING_SIGNATURE_EXPIRING,
	SILENT, NULL, NULL, NULL},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(
	    rows, sizeof rows / sizeof *rows, FINDING_DOMAIN_INVALID, FINDING_HOST_NO_ADDRESS);
}

/* All lookups of a zone rest on the same keys: said once. */
static void test_zones(void **state)
{
	(void)state;
	static const struct {
		const char *label, *mx, *a, *tlsa;
		int dnskey, ds;
		size_t want;
	} zones[] = {
	    {"one zone and its parent", "example.com", "example.com", "example.com", 5, 5, 2},
	    {"one zone", "example.com", "example.com", "example.com", 5, 20, 1},
	    {"two zones", "example.com", "example.net", "example.net", 5, 20, 2},
	    {"three zones and their parent", "example.com", "example.net", "example.org", 5, 5, 4},
	    {"on schedule", "example.com", "example.net", "example.org", 8, 8, 0},
	};
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct world w;
		size_t found = 0;
		world_open(&w);
		add_zone(&w, w.report.mx, zones[i].mx, zones[i].dnskey, zones[i].ds);
		add_zone(&w, w.host->a, zones[i].a, zones[i].dnskey, zones[i].ds);
		add_zone(&w, w.host->aaaa, zones[i].a, zones[i].dnskey, zones[i].ds);
		add_zone(&w, w.host->tlsa_initial, zones[i].tlsa, zones[i].dnskey, zones[i].ds);
		world_judge(&w);
		for (size_t k = 0; k < w.report.finding_count; k++)
			found += w.report.findings[k].code == FINDING_SIGNATURE_EXPIRING;
		print_message("%s\n", zones[i].label);
		assert_int_equal(found, zones[i].want);
		world_close(&w);
	}
}

/* Where the run of a domain stops: its status, what senders do and the line that is read first. */
/* What the parent zone is to do about a zone without a DS record. */
static void test_missing_ds(void **state)
{
	(void)state;
	static const char SIGN[] =
	    "Sign the zone of example.com with DNSSEC and have its DS record "
	    "published by the parent zone.";
	static const struct {
		const char *label, *signer, *ds, *want;
		bool behind_alias;
	} cases[] = {
	    {"the record is known", "example.com", "example.com. IN DS 1 13 2 abcd",
		"Compare this DS record with your own key, and have it published by the parent "
		"zone:\nexample.com. IN DS 1 13 2 abcd",
		false},
	    {"it is not", "example.com", NULL,
		"Have the DS record of example.com published by the parent zone.", false},
	    {"signed by a zone below", "sub.example.com", "example.com. IN DS 1 13 2 abcd", SIGN,
		false},
	    {"behind an alias", "example.com", "example.com. IN DS 1 13 2 abcd", SIGN, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;
		const struct signature_life life = {NOW - DAY, NOW + 20 * DAY, cases[i].signer, 1};
		const struct finding *f = NULL;
		world_open(&w);
		w.params.require = REQUIRE_DANE;
		set_mx_status(&w, DNSSEC_INSECURE);
		lookup_add_signature(w.arena, w.report.mx, &life);
		w.report.mx->broken = (struct broken_link){
		    CAUSE_DS_MISSING, "example.com", cases[i].ds, cases[i].behind_alias};
		world_judge(&w);
		for (size_t k = 0; k < w.report.finding_count; k++)
			if (w.report.findings[k].code == FINDING_MX_INSECURE)
				f = &w.report.findings[k];
		print_message("%s\n", cases[i].label);
		assert_non_null(f);
		assert_string_equal(f->fix, cases[i].want);
		world_close(&w);
	}
}

static void test_stops(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*change)(struct world *w, int value);
		int value;
		enum status status;
		enum sender_outcome dane, other;
		const char *summary;
	} stops[] = {
	    {"invalid", be_invalid, 0, STATUS_UNKNOWN, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN,
		"not a domain name: it has an empty label"},
	    {"root", fail_root, 0, STATUS_UNKNOWN, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN,
		"DNSSEC cannot be validated here: the trust anchor does not fit"},
	    {"null", be_null, DNSSEC_INSECURE, STATUS_OK, OUTCOME_REFUSED, OUTCOME_REFUSED,
		"accepts no mail (null MX)"},
	    {"not found", stop_nxdomain, DNSSEC_SECURE, STATUS_CRITICAL, OUTCOME_REFUSED,
		OUTCOME_REFUSED, "the domain does not exist"},
	    {"no mail host", be_implicit_without_address, ANSWER_NODATA, STATUS_CRITICAL,
		OUTCOME_REFUSED, OUTCOME_REFUSED, "no mail host: neither MX nor address records"},
	    {"bogus", stop_bogus, ANSWER_RECORDS, STATUS_CRITICAL, OUTCOME_DEFERRED,
		OUTCOME_UNKNOWN, "MX records fail DNSSEC validation: a reason; DANE senders defer"},
	    {"failed", stop_failed, LOOKUP_FAILURE_TIMEOUT, STATUS_UNKNOWN, OUTCOME_UNKNOWN,
		OUTCOME_UNKNOWN, "MX lookup failed: a reason"},
	};
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
		for (int require = DANE; require <= NO; require++) {
			struct world w;
			world_open(&w);
			w.params.require = (enum require)require;
			stops[i].change(&w, stops[i].value);
			world_judge(&w);
			const struct domain_report *r = &w.report;
			if (r->status != stops[i].status || r->finding_count != 1 ||
			    r->senders[SENDER_DANE].outcome != stops[i].dane ||
			    r->senders[SENDER_MTA_STS].outcome != stops[i].other ||
			    r->senders[SENDER_OPPORTUNISTIC].outcome != stops[i].other ||
			    strcmp(r->summary, stops[i].summary) != 0)
				fail_msg("%s: %s, %zu findings, %s", stops[i].label,
				    status_name(r->status), r->finding_count, r->summary);
			world_close(&w);
		}
	}
}

/* RFC 7672 §3.2.2: which names a usage 2 certificate may have. */
static void test_reference_identifiers(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*change)(struct world *w, int value);
		int value;
		const char *want[3];
	} names[] = {
	    {"secure MX", NULL, 0, {"mx1.example.com", "example.com", "example.com"}},
	    {"insecure MX", set_mx_status, DNSSEC_INSECURE, {"mx1.example.com"}},
	    {"given host", be_given, 0, {"mx1.example.com", "example.com"}},
	    {"implicit MX", be_implicit, DNSSEC_SECURE, {"example.com"}},
	    {"implicit MX, unsigned denial", be_implicit, DNSSEC_INSECURE, {"example.com"}},
	    {"implicit MX, an alias", alias_host, MX_KIND_IMPLICIT, {"real.example.net"}},
	    {"alias", alias_host, MX_KIND_MX, {"real.example.net", "example.com", "example.com"}},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct world w;
		world_open(&w);
		if (names[i].change)
			names[i].change(&w, names[i].value);
		discovery_decide(w.arena, w.host, 25);
		w.no_discovery = true;
		script.watched = w.host->tlsa_records;
		world_judge(&w);
		for (size_t k = 0; k < 3; k++) {
			const char *want = names[i].want[k];
			const char *got = k < script.names.count ? script.names.names[k] : NULL;
			if (!want != !got || (want && strcmp(want, got) != 0))
				fail_msg("%s: name %zu is %s", names[i].label, k, got ? got : "-");
		}
		world_close(&w);
	}
}

static void test_expanded_domain(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	w.report.mx->final = "mail.example.org";
	world_judge(&w);
	assert_int_equal(script.names.count, 3);
	assert_string_equal(script.names.names[2], "mail.example.org");
	world_close(&w);
}

/* Each record is told of once at each place, where it stands. */
static void test_unknown_data(void **state)
{
	(void)state;
	static const struct location at[] = {
	    {"z", 3, 1, NULL}, {"z", 4, 1, NULL}, {"z", 5, 1, NULL}};
	static const struct unknown_data alias = {"mx1.example.com", "mx1.example.com", "ALIAS",
					     &at[0]},
					 lua = {"_25._tcp.mx1.example.com",
					     "_25._tcp.mx1.example.com", "LUA", &at[1]},
					 mx = {"example.com", "*.com", "TYPE65280", &at[2]};
	static const char *const told[] = {
	    "The MX records of example.com are decided by the record of type TYPE65280 at *.com",
	    "The addresses of mx1.example.com are decided by the record of type ALIAS at mx1.",
	    "The TLSA records of _25._tcp.mx1.example.com are decided by the record of type LUA ",
	};
	size_t count = 0;
	struct world w;
	world_open(&w);
	w.report.mx->unknown = &mx;
	w.report.hosts[0].a->unknown = w.report.hosts[0].aaaa->unknown = &alias;
	w.report.hosts[0].tlsa_initial->unknown = &lua;
	world_judge(&w);
	for (size_t i = 0; i < w.report.finding_count; i++) {
		const struct finding *f = &w.report.findings[i];
		if (f->code != FINDING_ZONE_UNKNOWN_DATA)
			continue;
		assert_true(count < 3 && f->severity == STATUS_WARNING);
		assert_true(strncmp(f->message, told[count], strlen(told[count])) == 0);
		assert_ptr_equal(f->host, count ? &w.report.hosts[0] : NULL);
		assert_ptr_equal(f->at, count ? &at[count - 1] : &at[2]);
		count++;
	}
	assert_int_equal(count, 3);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_zones),
	    cmocka_unit_test(test_missing_ds),
	    cmocka_unit_test(test_stops),
	    cmocka_unit_test(test_reference_identifiers),
	    cmocka_unit_test(test_expanded_domain),
	    cmocka_unit_test(test_unknown_data),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
