/*
 * model.h - the facts about one mail domain and what is concluded from them.
 *
 * Gathering fills the facts, judging adds verdicts, findings and status, reporting reads all of it
 * as const. One struct domain_report owns everything below it through its arena. No library's type
 * and no I/O here. Text that came from the network is stored raw: the report writers escape it.
 */
#ifndef MXDANE_MODEL_H
#define MXDANE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "action.h"
#include "address.h"
#include "arena.h"
#include "authority.h"
#include "cause.h"
#include "chain.h"
#include "finding.h"
#include "lookup.h"
#include "status.h"

/* ---- TLSA ---------------------------------------------------------------------------------------
 */

enum tlsa_state {
	TLSA_STATE_SKIPPED, /* addresses insecure or not found: no TLSA lookup counts */
	TLSA_STATE_USABLE,
	TLSA_STATE_UNUSABLE,
	TLSA_STATE_ABSENT,
	TLSA_STATE_INSECURE,
	TLSA_STATE_BOGUS,
	TLSA_STATE_FAILED,
};

/* Why a TLSA record cannot be used (RFC 7671 §4, RFC 7672 §3.1.3). */
enum tlsa_defect {
	TLSA_DEFECT_NONE,
	TLSA_DEFECT_PKIX_USAGE,    /* usage 0 or 1: no meaning in SMTP */
	TLSA_DEFECT_USAGE,         /* unknown certificate usage */
	TLSA_DEFECT_SELECTOR,      /* unknown selector */
	TLSA_DEFECT_MTYPE,         /* unknown matching type */
	TLSA_DEFECT_EMPTY,         /* no association data */
	TLSA_DEFECT_DIGEST_LENGTH, /* not 32 or 64 octets */
	TLSA_DEFECT_CERTIFICATE,   /* x 0 0 whose data is no certificate */
	TLSA_DEFECT_KEY,           /* x 1 0 whose data is no SubjectPublicKeyInfo */
};

struct tlsa_record {
	uint8_t usage, selector, mtype;
	const uint8_t *data;
	size_t length;
	enum tlsa_defect defect;
	bool active;      /* usable, and not superseded by a stronger digest (RFC 7671 §9) */
	bool matched;     /* by some endpoint of this host, as the record on which success rests or
			     beside it */
	enum cause cause; /* judged: what is wrong with it */
	const struct location *at; /* as that of struct dns_record */
};

/* ---- One host and its endpoints -----------------------------------------------------------------
 */

enum smtp_stage {
	SMTP_STAGE_NONE, /* never tried */
	SMTP_STAGE_CONNECT,
	SMTP_STAGE_GREETING,
	SMTP_STAGE_EHLO,
	SMTP_STAGE_STARTTLS,
	SMTP_STAGE_HANDSHAKE,
	SMTP_STAGE_DONE,
};

/* Why a probe ended before SMTP_STAGE_DONE; each is one finding of the catalogue. */
enum probe_failure {
	PROBE_FAILURE_NONE,
	PROBE_FAILURE_RESERVED,     /* special-purpose address, not connected to */
	PROBE_FAILURE_CONNECT,      /* refused, unreachable, timed out */
	PROBE_FAILURE_PROXY,        /* --proxy cannot be reached, or refuses */
	PROBE_FAILURE_SMTP_REFUSED, /* greeting or EHLO 4xx/5xx, or connection lost before STARTTLS'
				       reply */
	PROBE_FAILURE_SMTP_PROTOCOL,    /* garbage, over-long line, silence */
	PROBE_FAILURE_DEADLINE,         /* the domain's --deadline */
	PROBE_FAILURE_STARTTLS_MISSING, /* EHLO does not offer it */
	PROBE_FAILURE_STARTTLS_REFUSED, /* 4xx/5xx to STARTTLS */
	PROBE_FAILURE_INJECTION,        /* bytes in the clear after the 220 */
	PROBE_FAILURE_TLS,              /* the handshake failed */
};

/*
 * What one connection to one address showed. A fact about the server, shared by every domain that
 * has it as MX: nothing in here depends on a domain.
 */
struct probe {
	enum smtp_stage stage; /* the last stage reached */
	enum probe_failure failure;
	bool timed_out;    /* the failure was a --timeout (connect, greeting, reply, handshake) */
	const char *error; /* a sentence fragment saying which; NULL without failure */
	/* Refused again, alone, by a server that had come to the handshake with another connection
	 * from here: it limits connections. */
	bool limited;
	const char *greeting;  /* the whole first line, raw; NULL if none */
	const char *ehlo_name; /* first word of the EHLO reply's text (inside TLS if reached) */
	bool inspected; /* what was said in the clear was rewritten on the way: asterisks, XXXXXXXA
			 */
	bool starttls;  /* offered in the clear */
	bool starttls_small;   /* but nowhere in capitals alone */
	bool requiretls;       /* offered inside TLS (RFC 8689) */
	const char *tls_error; /* for PROBE_FAILURE_TLS: the alert or the library's reason */
	bool tls_alert;        /* the peer's alert ended the handshake, or it closed during it */
	/* Of the Certificate message's body; 0 where none came. */
	size_t certificate_octets;
	bool unsafe_renegotiation; /* handshake of TLS 1.2 or below without RFC 5746 */
	bool finite_field;         /* TLS 1.3 with a group of RFC 7919, and with no other */
	bool tls_legacy;           /* only the retry below TLS 1.2 succeeded (RFC 8996) */
	bool anonymous;            /* only one with cipher suites without a certificate succeeded */
	bool demands_certificate;  /* the session was ended because the client shows none */
	/* The reply to EHLO inside TLS did not come: the server ended the session, or was silent.
	 */
	bool ehlo_unanswered;
	bool no_close_notify; /* the server ended the connection without it */
	const char *tls_version, *cipher, *group, *tls_signature,
	    *sni;                  /* NULL without a handshake */
	struct certificate *chain; /* as sent, leaf first */
	size_t chain_count;
	const char *dialogue; /* transcript, "C: …" and "S: …" lines; raw */
	unsigned elapsed_ms;
};

enum dane_result {
	DANE_RESULT_NONE,
	DANE_RESULT_VERIFIED,
	DANE_RESULT_MISMATCH,
	DANE_RESULT_EXPIRED,
	DANE_RESULT_NAME_MISMATCH,
	DANE_RESULT_UNTRUSTED,
	DANE_RESULT_UNUSABLE,
	DANE_RESULT_NOT_CHECKED,
};

/* Widespread senders that part from Postfix, as the lab and their sources show them. */
enum other_sender { OTHER_SENDER_EXIM, OTHER_SENDER_MOX, OTHER_SENDER_COUNT };

struct dane_verdict {
	enum dane_result result;
	int record; /* index into the host's tlsa_records, or -1 */
	int depth;  /* place in the chain as sent, or -1 */
	int usage;  /* of that record, or -1 */
	/* A superseded record would have matched (finding dane-digest-agility); result is MISMATCH.
	 */
	bool only_weaker_digest;
	/* UNTRUSTED although record and path hold: some senders refuse the certificate or the
	 * session all the same, as the remark says. No other record would help. */
	bool refused;
	enum cause cause;                 /* of UNTRUSTED */
	const struct certificate *blamed; /* that breaks the rule which the cause names; or NULL */
	/* A sentence saying who else decides otherwise, or NULL: VERIFIED is said of what
	 * every sender accepts. */
	const char *remark;
	/* Of VERIFIED: why each of these does not authenticate the server all the same, as a
	 * constant predicate; NULL where it does. */
	const char *refused_by[OTHER_SENDER_COUNT];
};

enum pkix_result { PKIX_RESULT_NOT_CHECKED, PKIX_RESULT_VALID, PKIX_RESULT_INVALID };

enum pkix_reason {
	PKIX_REASON_NONE,
	PKIX_REASON_EXPIRED,
	PKIX_REASON_NOT_YET_VALID,
	PKIX_REASON_NAME_MISMATCH,
	PKIX_REASON_UNTRUSTED,
	PKIX_REASON_SELF_SIGNED,
	PKIX_REASON_REVOKED,
	PKIX_REASON_WEAK,
	PKIX_REASON_BROKEN,
};

struct pkix_verdict {
	enum pkix_result result;
	enum pkix_reason reason;
};

/* One entry of the report: an address of a host and one kind of certificate it showed or, where
 * machines behind it differ, one of those of a kind. */
struct endpoint {
	struct address address; /* family 0 with --chain and no known address */
	uint16_t port;
	enum key_type key_type; /* the leaf's; KEY_TYPE_NONE without a chain */
	struct probe probe;
	bool proposed; /* the chain is --chain's */
	/* The connections, one in each turn of --repeat, that showed this; 0 with --chain. */
	unsigned turns;
	/* judged */
	struct dane_verdict dane;
	struct pkix_verdict pkix; /* for the MX host name */
	bool *tlsa_matches;       /* chain_count × tlsa_count, row by certificate */
	enum status status;
};

enum { MX_HOST_BESIDE = 4, MX_HOST_ELSEWHERE = 12 };

struct mx_host {
	const char *name;         /* A-label, lower case */
	const char *name_unicode; /* NULL when it says nothing new */
	uint16_t preference;
	bool target_valid;           /* a host name that can be looked up */
	struct lookup *a, *aaaa;     /* NULL: family not asked for, or the name cannot be asked */
	struct lookup *tlsa_initial; /* at the name itself; NULL if not asked */
	struct lookup *tlsa_final;   /* at the alias target; NULL if not asked */
	/* What a wildcard that gives the host its addresses gives it besides; NULL: not asked. */
	struct lookup *beside[MX_HOST_BESIDE];
	/* Where TLSA records stand by mistake, asked for where the host has none. */
	struct misplaced {
		enum cause cause;
		struct lookup *found; /* NULL: not asked */
	} elsewhere[MX_HOST_ELSEWHERE];
	/* decided by discovery.h (RFC 7672 §2.2.2, 2.2.3) */
	enum tlsa_state tlsa_state;
	const char *tlsa_base;     /* TLSA base domain; NULL when no TLSA RRset applies */
	const char *tlsa_owner;    /* "_25._tcp." and the base domain; set also when absent */
	const struct lookup *tlsa; /* the lookup that decided; NULL when skipped before asking */
	enum dnssec_status address_dnssec; /* the worse of a and aaaa */
	const char *sni;                   /* TLSA base domain if there is one, else the name */
	bool addresses_cut; /* more than LIMIT_HOST_ADDRESSES: these have endpoints, no others */
	bool deferred;      /* a family is bogus or failed: DANE senders defer (RFC 7672 §2.2.2) */
	struct tlsa_record *tlsa_records; /* sorted by usage, selector, mtype, data */
	size_t tlsa_count;
	struct endpoint *endpoints; /* sorted by address, ECDSA before RSA, certificate */
	size_t endpoint_count;
	/*
	 * Probes with the MX name as SNI, made only where it differs from `sni` and an MTA-STS
	 * policy is in force (RFC 8461 §7.1). They have no entry of their own in a report.
	 */
	struct endpoint *sts_endpoints;
	size_t sts_endpoint_count;
	/* What one endpoint that matches no TLSA record shows without SNI; NULL: not asked for. */
	struct probe *without_sni;
	/* judged */
	enum status status;
	struct action_list fix;      /* of its TLSA records; none where there is none */
	const struct mx_host *fixed; /* as it is once that is done; NULL: it has none */
	/* Its TLSA RRset as it should stand, each record an addition whose text says of what. */
	struct action_list wanted;
};

/* ---- MTA-STS and TLSRPT -------------------------------------------------------------------------
 */

enum sts_mode { STS_MODE_NONE, STS_MODE_TESTING, STS_MODE_ENFORCE };

struct sts_policy {
	const char *version;
	enum sts_mode mode;
	uint32_t max_age; /* seconds */
	const char **mx;  /* patterns, lower case */
	size_t mx_count;
};

enum sts_state {
	STS_STATE_ABSENT,
	STS_STATE_ENFORCE,
	STS_STATE_TESTING,
	STS_STATE_NONE, /* mode none */
	STS_STATE_INVALID,
	STS_STATE_UNREACHABLE,
	STS_STATE_FAILED,
};

/* How the policy's HTTPS fetch ended. */
enum fetch_failure {
	FETCH_FAILURE_NONE,
	FETCH_FAILURE_ADDRESS, /* the policy host does not resolve, or only to reserved addresses */
	FETCH_FAILURE_CONNECT, /* TCP or TLS did not come about, or the transfer broke or timed out
				*/
	FETCH_FAILURE_PROXY,   /* --proxy cannot be reached, or refuses; or it or the host is silent
				*/
	FETCH_FAILURE_CERTIFICATE, /* not valid for the policy host */
	FETCH_FAILURE_STATUS,      /* other than 200 */
	FETCH_FAILURE_MEDIA_TYPE,  /* other than text/plain */
	FETCH_FAILURE_TOO_LARGE,   /* over 64 KiB */
	FETCH_FAILURE_DEADLINE,
};

struct policy_fetch {
	bool tried;
	enum fetch_failure failure;
	const char *error;        /* a sentence fragment, or NULL */
	int http_status;          /* 0: none had */
	const char *content_type; /* raw, or NULL */
	/*
	 * What the policy host presented. Whether it is valid for that host is judged like every
	 * other certificate, at judged_at; the judge then sets `tls`, and FETCH_FAILURE_CERTIFICATE
	 * if not.
	 */
	struct certificate *chain;
	size_t chain_count;
	enum pkix_result tls;
	const uint8_t *body;
	size_t body_length;
};

struct mta_sts {
	struct lookup *txt;    /* _mta-sts.DOMAIN */
	const char *id;        /* of the one valid TXT record, or NULL */
	const char *txt_error; /* why the TXT set gives no id, or NULL */
	const char *url;       /* NULL unless a valid TXT record asks for the policy */
	struct policy_fetch fetch;
	struct sts_policy *policy; /* NULL unless the body parsed */
	const char *policy_error;  /* which line and what, or NULL */
	enum sts_state state;
	/* judged: one for each host of the report, same order */
	struct sts_host {
		bool listed;
		struct pkix_verdict pkix;
	} * hosts;
};

enum tls_rpt_state { TLS_RPT_ABSENT, TLS_RPT_PRESENT, TLS_RPT_INVALID, TLS_RPT_FAILED };

struct tls_rpt {
	struct lookup *txt; /* _smtp._tls.DOMAIN */
	enum tls_rpt_state state;
	const char **rua;
	size_t rua_count;
	const char *unusable; /* what is wrong with a URI beside those, or NULL */
	const char *error;
};

/* ---- The domain ---------------------------------------------------------------------------------
 */

enum mx_kind { MX_KIND_MX, MX_KIND_IMPLICIT, MX_KIND_NULL, MX_KIND_NONE, MX_KIND_GIVEN };

/* In the order of what is best for the mail: what a sender class would do (RFC 7672 §2.2, RFC 8461
 * §5). */
enum sender_outcome {
	OUTCOME_AUTHENTICATED,
	OUTCOME_ENCRYPTED,
	OUTCOME_PLAINTEXT,
	OUTCOME_DEFERRED,
	OUTCOME_REFUSED,
	OUTCOME_UNKNOWN,
};

enum sender_class { SENDER_DANE, SENDER_MTA_STS, SENDER_OPPORTUNISTIC, SENDER_COUNT };

struct sender_verdict {
	enum sender_outcome outcome;
	size_t hosts_ok;
	size_t hosts;
	enum sender_outcome *by_host; /* one for each host of the report, same order */
};

struct finding {
	enum finding_code code;
	enum status severity; /* STATUS_OK stands for "info" */
	bool ignored;
	const char *ignored_reason; /* as struct exception has it; NULL: --ignore asks for it, or
				     * it is not ignored */
	bool known; /* the baseline has it, no less severe: it is told, but does not count */
	const struct mx_host *host; /* NULL: the domain */
	const char *host_name;      /* NULL: the domain */
	struct address address;     /* family 0: none */
	enum key_type key_type;     /* KEY_TYPE_NONE: none */
	const uint8_t *cert_sha256; /* of the leaf that it is about, 32 octets; NULL: of none, or of
				     * all of its kind */
	const struct name_server *server; /* NULL: about none */
	const char *message; /* one plain sentence, remote text in it already escaped */
	enum cause cause;
	/* The fix as text: sentences, with records and other lines to paste on lines of their own;
	 * NULL: none. */
	const char *fix;
	struct action_list actions;       /* the fix as data; none where there is none */
	struct action_list *alternatives; /* other ways, each a fix by itself */
	size_t alternative_count;
	const struct tlsa_record *record; /* of the host, where it is about that one; else NULL */
	/* The record that it is about or, where that is absent, the MX record that leads there,
	 * with TTL 0; owner NULL: there is none. */
	struct zone_line about;
	const struct location *at; /* where it stands in a zone file; NULL: in none */
};

/* What a proposed change does to the status of the domain. */
enum change_effect {
	CHANGE_NEUTRAL,
	CHANGE_FIXES,    /* critical no more */
	CHANGE_BREAKS,   /* critical from then on */
	CHANGE_IMPROVES, /* a warning less */
	CHANGE_WORSENS,  /* a warning more */
	CHANGE_UNKNOWN,  /* one of the two states could not be seen whole */
};

/* One step on the way from the live state to the proposed one. */
struct change_step {
	int64_t at; /* not before: seconds since the epoch; 0: when `after` is done, no sooner */
	int after;  /* the step that must be done first; -1: none */
	enum action_kind kind; /* ADD or DELETE of a record, or DEPLOY */
	struct zone_line line; /* DEPLOY: the host as the owner alone */
	const char *reason;    /* a sentence */
	/* Of a planned step in the zone: the RRset before it, that `before_count` 0 says is not
	 * there, and the zone that the owner is in, or NULL. */
	const struct dns_record *before;
	size_t before_count;
	const char *zone;
};

/* The live state beside the proposed one (--zone, --chain): `live` is gathered, the rest judged.
 */
struct change {
	struct domain_report *live; /* in the arena of the report that this is part of */
	bool seen;                  /* the live state's status means anything */
	/* A sentence: why it was not seen, or why the effect is unknown all the same; or NULL. */
	const char *error;
	enum change_effect effect;
	struct finding *appear, *go; /* worst first; ignored ones too */
	size_t appear_count, go_count;
	/* Of every host whose records or chain change and whose way is known. */
	struct change_step *steps;
	size_t step_count;
};

/* Numbers the steps of a plan for people, from 1: those of one kind that are next to each other and
 * are done for one reason at one moment are one. */
size_t change_step_number(const struct change *c, size_t step);

struct domain_report {
	struct arena *arena;
	const char *asked;          /* as the user wrote it */
	const char *domain;         /* A-label form; equals asked when the name is invalid */
	const char *domain_unicode; /* NULL when it says nothing new */
	const char *invalid;        /* why the name is none (domain-invalid), or NULL */
	/* It is the name of a zone file: `invalid` is what is wrong in it, and this is where; or
	 * NULL. */
	const struct location *zone_invalid;
	/* Likewise, but `invalid` says so, and these are the records in it with exceptions that no
	 * domain has to do with; none where it is a domain. */
	const struct location **unmet;
	size_t unmet_count;
	int64_t checked_at; /* seconds since the epoch */
	int64_t judged_at;  /* --at, or checked_at */
	unsigned elapsed_ms;
	bool deadline_exceeded;
	const char *root_error; /* dnssec-root-failed: why; then nothing below is judged */

	enum mx_kind mx_kind;
	struct lookup *mx;     /* NULL with --mx or without a lookup */
	bool mx_null_mixed;    /* "." beside real hosts */
	size_t mx_total;       /* distinct hosts before the limit */
	struct mx_host *hosts; /* sorted by preference, then name */
	size_t host_count;

	struct mta_sts *mta_sts; /* NULL where the MX lookup stopped the run */
	struct tls_rpt *tls_rpt; /* likewise */

	/* The SOA records of zones that signed something of the above and of which no answer
	 * brought it. */
	struct lookup **soas;
	size_t soa_count;

	struct authority *authority; /* NULL without --authoritative; of live DNS */

	struct change *change; /* NULL without --zone and --chain, and for what is no domain */

	/* judged */
	struct sender_verdict senders[SENDER_COUNT];
	struct finding *findings; /* worst first, then in the report's order */
	size_t finding_count;
	enum status status;
	/* What the baseline has and this state has not, worst first: code, severity, place and
	 * message alone. `compared` where there is a baseline at all. */
	bool compared;
	struct finding *gone;
	size_t gone_count;
	/* Where records with exceptions stand that the lookups have; some more than once. */
	const struct location **excepted;
	size_t excepted_count;
	const char
	    *summary; /* one line, such as "2 of 2 MX hosts DANE-verified; MTA-STS enforce" */
};

/* The names that JSON and every other format use for the enumerations. */
const char *mx_kind_name(enum mx_kind k);
const char *tlsa_state_name(enum tlsa_state s);
const char *tlsa_defect_text(enum tlsa_defect d); /* a sentence fragment; NULL for NONE */
const char *dane_result_name(enum dane_result r);
const char *other_sender_name(enum other_sender s);
const char *pkix_result_name(enum pkix_result r);
const char *pkix_reason_name(enum pkix_reason r); /* NULL for NONE */
const char *smtp_stage_name(enum smtp_stage s);
const char *key_type_name(enum key_type k); /* NULL for NONE; OTHER is "other" */
const char *sts_state_name(enum sts_state s);
const char *sts_mode_name(enum sts_mode m);
const char *tls_rpt_state_name(enum tls_rpt_state s);
const char *sender_class_name(enum sender_class c);
const char *sender_outcome_name(enum sender_outcome o);
const char *change_effect_name(enum change_effect e);
const char *status_name(enum status s);   /* ok, warning, unknown, critical */
const char *severity_name(enum status s); /* the same with "info" for STATUS_OK */
int status_exit_code(enum status s);      /* 0, 1, 3, 2: the monitoring-plugins numbers */

/* The lookups for MX, those of each host (A, AAAA, TLSA at the name and at its alias target), and
 * those for MTA-STS and TLSRPT, one after another; NULL: not asked. */
size_t model_lookup_count(const struct domain_report *r);
const struct lookup *model_nth_lookup(const struct domain_report *r, size_t n);
/* Seconds, of the zone's SOA record; 0: not known. */
uint32_t model_soa_expire(const struct domain_report *r, const char *zone);
uint32_t model_soa_refresh(const struct domain_report *r, const char *zone);

/* The name at the end of the host's alias chain, or NULL when no address lookup was made. */
const char *mx_host_canonical_name(const struct mx_host *host);
/* --chain gave no more than the key of its certificate. */
bool probe_is_key_only(const struct probe *p);
/* True if both servers sent the same certificates in the same order; where of one only the key is
 * known, if both leaves have it. */
bool probe_chain_equal(const struct probe *a, const struct probe *b);
/* True of two endpoints with one address and one key type. */
bool model_is_same_kind(const struct endpoint *a, const struct endpoint *b);
/* True if the finding is about this endpoint: where it names no key type or leaf, it is about every
 * one of its address. */
bool model_is_about(const struct finding *f, const struct endpoint *e);
/* True if the server could not be spoken to: nothing is known of its TLS. */
bool probe_says_nothing(const struct probe *p);

/* The first of the list, which is sorted, that is not ignored and no success; NULL if there is
 * none.
 */
const struct finding *model_worst_finding(const struct domain_report *r);

/* The worst of the findings that count: the status, unless the baseline knows some of them. */
enum status model_counted_status(const struct domain_report *r);

/* The finding's own fix or, of a problem that has none, what the catalogue says to do about its
 * cause or else its code; NULL for a remark without one. */
const char *model_fix(const struct finding *f);

/* Either may be NULL. By zone, name and address. */
bool model_same_server(const struct name_server *a, const struct name_server *b);
/* Either may be NULL. */
bool model_same_text(const char *a, const char *b);

#endif
