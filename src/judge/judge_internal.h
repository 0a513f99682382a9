/*
 * judge_internal.h - what the files of the judge share: the case at hand, adding findings, and the
 * words in them. Only for judge*.c.
 */
#ifndef MXDANE_JUDGE_INTERNAL_H
#define MXDANE_JUDGE_INTERNAL_H

#include "judge.h"
#include "tlsa.h"

struct judge {
	struct arena *arena;
	struct domain_report *report;
	const struct params *params;
	const struct trust_store *store; /* may be NULL */
	/* Whether --require asks for it, given what the domain has ("any" in mxdane(1)). */
	bool dane_required;
	bool mta_sts_required;
	bool trial; /* of a fix: the certificates are judged already */
	/* The signatures that this state of the domain rests on, and what was judged of zones. */
	struct sighting *sightings;
	size_t sighting_count;
	struct judged_zone {
		const char *name;
		enum finding_code code;
	} * zones;
	size_t zone_count;
};

/* What a finding is about: the domain (all NULL), a host, one endpoint or TLSA record of it, or a
 * name server. */
struct place {
	struct mx_host *host;
	struct endpoint *endpoint;
	/* What of the endpoint's address it holds for: its certificate, all of its kind of key, or
	 * every one. */
	enum { PLACE_CERTIFICATE, PLACE_KEY_TYPE, PLACE_ADDRESS } breadth;
	const struct tlsa_record *record;
	/* Where it stands, if that is the line of no record that a lookup or `record` has. */
	const struct location *at;
	struct name_server *server; /* host and endpoint are NULL then */
	bool decides;               /* whether mail is delivered hangs on it */
};
static const struct place at_domain = {.breadth = PLACE_CERTIFICATE};

static inline struct place at_host(struct mx_host *host)
{
	return (struct place){.host = host};
}

static inline struct place at_endpoint(struct mx_host *host, struct endpoint *endpoint)
{
	return (struct place){.host = host, .endpoint = endpoint};
}

static inline struct place at_address(struct mx_host *host, struct endpoint *endpoint)
{
	return (struct place){.host = host, .endpoint = endpoint, .breadth = PLACE_ADDRESS};
}

static inline struct place at_key_type(struct mx_host *host, struct endpoint *endpoint)
{
	return (struct place){.host = host, .endpoint = endpoint, .breadth = PLACE_KEY_TYPE};
}

static inline struct place at_record(struct mx_host *host, const struct tlsa_record *record)
{
	return (struct place){.host = host, .record = record};
}

static inline struct dns_record judge_record_data(const struct tlsa_record *t)
{
	return (struct dns_record){.tlsa = {t->usage, t->selector, t->mtype, t->data, t->length}};
}

/* ---- judge_state.c ---- */

/* Verdicts and findings on one state of the domain. False if no more than its MX records could be
 * judged. */
bool judge_facts(struct judge *j);
/* The report as it is judged once the fix is done. Steps in the zone are applied to the lookups;
 * those at a server, registrar, resolver or policy host count as done. */
struct domain_report *judge_trial(struct judge *j, const struct action_list *fix);

/* Makes of the host's lookups what they are once the fix is done, and decides anew which records
 * apply. */
void judge_apply(struct judge *j, struct mx_host *h, const struct action_list *fix);

/* ---- judge_findings.c ---- */

/*
 * Adds a finding with its severity in this case, and lets it count for the status of its place and
 * of all above. `fix` may be NULL. Text from the network must have passed judge_escaped. Returns
 * it, for its cause; it moves when the next one is added.
 */
struct finding *judge_add(struct judge *j, enum finding_code code, struct place place,
    const struct action_list *fix, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Worst first, then domain, hosts and endpoints in the report's order, then the catalogue's. */
void judge_sort_findings(struct judge *j);

/* ---- judge_location.c ---- */

/* Fills what the finding is about, and where that stands in a zone file: at `at`, unless it is
 * NULL. The verdicts must be there. */
void judge_locate(const struct domain_report *report, struct finding *f, const struct location *at);

/* ---- judge_exception.c ---- */

/* Lets the finding, whose location is known, be ignored where an exception on that line says so. */
void judge_excuse(struct finding *f);
/* ignore-stale, of exceptions on the lines of what was looked up; when all other findings are
 * there.
 */
void judge_exceptions(struct judge *j);
/* ignore-stale, of a file's exceptions that no domain has to do with. */
void judge_unmet_exceptions(struct judge *j);

/* ---- judge_text.c ---- */

/* Text from the network made safe to show; NULL gives "no reason given". */
const char *judge_escaped(const struct judge *j, const char *text);
/* "mx1.example.com [192.0.2.1, rsa]"; the key type only where the address has several entries, and
 * the certificate where it has several of that type. */
const char *judge_where(
    const struct judge *j, const struct mx_host *host, const struct endpoint *endpoint);
/* Likewise of all its certificates of that type. */
const char *judge_where_all(
    const struct judge *j, const struct mx_host *host, const struct endpoint *endpoint);
/* Issued when, and its digest: "2026-08-11 (9a1c2b3d…)" */
const char *judge_leaf_name(const struct judge *j, const struct certificate *leaf);
/* "2026-12-10T00:00:00Z" */
const char *judge_time(const struct judge *j, int64_t when);
/* Of what is to come: "2026-12-09 (11 days)". */
const char *judge_date(const struct judge *j, int64_t when, int64_t now);
/* "3 1 1 9a1c2b3d…" */
const char *judge_record_name(const struct judge *j, const struct tlsa_record *r);
/* Where the host's TLSA records stand: at the end of the owner name's aliases, if it has any. */
const char *judge_owner(const struct mx_host *host);

/* ---- the parts of the judgment ---- */

/* Verdicts on endpoints, MTA-STS hosts and the policy host's certificate. */
void judge_verdicts(struct judge *j);
/* Why DANE senders built on OpenSSL do not accept a session that came about here; a static
 * sentence, or NULL. Sets *cause where there is one. */
const char *judge_sender_limits(const struct endpoint *e, enum cause *cause);
/* True if that is for the session itself, whatever certificate it shows. */
bool judge_sender_limits_session(const struct endpoint *e);
/* Likewise, why a sender does not come to a record that matches, for what stands beside it. */
const char *judge_sender_limits_records(
    const struct mx_host *host, const struct endpoint *e, enum cause *cause);
/* Of what is verified: fills e->dane.refused_by. */
void judge_other_senders(
    const struct domain_report *r, const struct mx_host *host, struct endpoint *e);
bool judge_dane_failed(enum dane_result result);
/* True if the handshake came about, or is taken to (--chain). */
bool judge_has_tls(const struct endpoint *e);

/* The findings on the domain and its MX; false if there is nothing further to judge. */
bool judge_mx(struct judge *j);
/* What the lookups rest on that only the proposed zone's software knows. */
void judge_unknown_data(struct judge *j);
void judge_host(struct judge *j, struct mx_host *host);
void judge_tlsa(struct judge *j, struct mx_host *host);
void judge_endpoint(struct judge *j, struct mx_host *host, struct endpoint *e);
void judge_certificates(struct judge *j, struct mx_host *host, struct endpoint *e);
void judge_mta_sts(struct judge *j);
void judge_tls_rpt(struct judge *j);
/* What single name servers say, and which of them do not answer; sets their status. */
void judge_name_servers(struct judge *j);
/* Which certificate of the path is outside its dates: "the certificate of CN=x expired at …". */
const char *judge_outside_validity(const struct judge *j, const struct endpoint *e);
/* The findings on a lookup's DNSSEC alone: what its signatures, denials and zones are like; notes
 * the signatures for judge_signatures_noted. */
void judge_signature(struct judge *j, struct place place, const struct lookup *l);
/* signature-expiring and signature-before-expire, each once a zone, when all signatures are known.
 */
void judge_signatures_noted(struct judge *j);
/* RFC 7672 §2.1.1: indeterminate is handled as a failed lookup is. */
bool judge_lookup_failed(const struct lookup *l);
/* Of a failed lookup: true if not the finding of its kind but another one says so. Adds
 * deadline-exceeded; signature-unjudgeable is left to judge_signature. */
bool judge_excused(struct judge *j, struct place place, const struct lookup *l);
/* RFC 7672 §3.2.2: the names that a host's certificate may have with usage 2. */
struct reference_identifiers judge_reference_names(
    const struct domain_report *r, const struct mx_host *host);
/* With --plan: makes the proposed records those that the new chains of --chain need. */
void judge_plan_records(struct judge *j);
/* In a what-if: whether each host's way from the live state to the proposed one is safe. */
void judge_rollover(struct judge *j);
/* True of what keeps something from being looked at, so that further findings may be missing. */
bool judge_ends_check(const struct finding *f);
/* True of a finding on MTA-STS or TLSRPT. */
bool judge_is_of_policy(enum finding_code code);
/* True of two findings on the same host, address and kind of key. */
bool judge_same_place(const struct finding *a, const struct finding *b);
/* Fills report->change; last, when both reports are judged. */
void judge_change(struct judge *j);
/* False if the live report of report->change says nothing about the live state. */
bool judge_live_seen(const struct domain_report *report);
/* The one line that a person reads first; `stopped` if judge_mx found nothing further to judge. */
const char *judge_summary(const struct judge *j, bool stopped);

#endif
