/*
 * finding.h - the catalogue of findings: stable codes, their severity rule, reference and
 * explanation.
 *
 * The table in finding.c is the one place where a code is defined; --explain, --ignore, the
 * reports, the man page's table and the completions are held against it by a test.
 */
#ifndef MXDANE_FINDING_H
#define MXDANE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

enum finding_code {
	FINDING_DOMAIN_INVALID,
	FINDING_ZONE_INVALID,
	FINDING_ZONE_UNKNOWN_DATA,
	FINDING_IGNORE_STALE,
	FINDING_DOMAIN_NOT_FOUND,
	FINDING_NO_MAIL_HOST,
	FINDING_NULL_MX,
	FINDING_NULL_MX_MIXED,
	FINDING_MX_INSECURE,
	FINDING_MX_BOGUS,
	FINDING_MX_LOOKUP_FAILED,
	FINDING_DNSSEC_ROOT_FAILED,
	FINDING_MX_TARGET_ALIAS,
	FINDING_MX_TARGET_INVALID,
	FINDING_MX_TOO_MANY,
	FINDING_SIGNATURE_UNJUDGEABLE,
	FINDING_SIGNATURE_EXPIRING,
	FINDING_SIGNATURE_BEFORE_EXPIRE,
	FINDING_NSEC3_ITERATIONS,
	FINDING_DNSSEC_ALGORITHM_OLD,
	FINDING_HOST_NO_ADDRESS,
	FINDING_ADDRESS_INSECURE,
	FINDING_ADDRESS_BOGUS,
	FINDING_ADDRESS_LOOKUP_FAILED,
	FINDING_ADDRESS_RESERVED,
	FINDING_TLSA_ABSENT,
	FINDING_TLSA_INSECURE,
	FINDING_TLSA_BOGUS,
	FINDING_TLSA_LOOKUP_FAILED,
	FINDING_TLSA_UNUSABLE,
	FINDING_TLSA_RECORD_UNUSABLE,
	FINDING_TLSA_PKIX_USAGE,
	FINDING_TLSA_WEAK_TA,
	FINDING_TLSA_SUPERSEDED,
	FINDING_TLSA_NO_MATCH_YET,
	FINDING_TLSA_DUPLICATE,
	FINDING_TLSA_TTL_LONG,
	FINDING_TLSA_MANY,
	FINDING_CONNECT_FAILED,
	FINDING_PROXY_FAILED,
	FINDING_SMTP_REFUSED,
	FINDING_SMTP_PROTOCOL,
	FINDING_DEADLINE_EXCEEDED,
	FINDING_STARTTLS_MISSING,
	FINDING_STARTTLS_REFUSED,
	FINDING_STARTTLS_INJECTION,
	FINDING_TLS_FAILED,
	FINDING_TLS_LEGACY,
	FINDING_TLS_CLOSED_EARLY,
	FINDING_HELO_MISMATCH,
	FINDING_DANE_VERIFIED,
	FINDING_DANE_MISMATCH,
	FINDING_DANE_DIGEST_AGILITY,
	FINDING_DANE_NAME_MISMATCH,
	FINDING_DANE_EXPIRED,
	FINDING_DANE_UNTRUSTED,
	FINDING_DANE_SENDER_DIFFERS,
	FINDING_DANE_ROLLOVER_PARTIAL,
	FINDING_ENDPOINT_INCONSISTENT,
	FINDING_CERT_EXPIRING,
	FINDING_CERT_EXPIRED_IGNORED,
	FINDING_CERT_PKIX_IGNORED,
	FINDING_CERT_WEAK,
	FINDING_CHAIN_KEY_ONLY,
	FINDING_NS_UNREACHABLE,
	FINDING_NS_LAME,
	FINDING_NS_STALE,
	FINDING_NS_INCONSISTENT,
	FINDING_NS_TLSA_FAILS,
	FINDING_NS_BOGUS,
	FINDING_NS_NO_TCP,
	FINDING_STS_ABSENT,
	FINDING_STS_TXT_INVALID,
	FINDING_STS_POLICY_UNREACHABLE,
	FINDING_STS_POLICY_CERT,
	FINDING_STS_POLICY_INVALID,
	FINDING_STS_MX_UNLISTED,
	FINDING_STS_MX_STALE,
	FINDING_STS_MX_CERT,
	FINDING_STS_TESTING,
	FINDING_STS_MODE_NONE,
	FINDING_STS_MAX_AGE_SHORT,
	FINDING_STS_LOOKUP_FAILED,
	FINDING_TLSRPT_ABSENT,
	FINDING_TLSRPT_INVALID,
	FINDING_TLSRPT_RUA_UNUSABLE,
	FINDING_TLSRPT_LOOKUP_FAILED,
	FINDING_ROLLOVER_SAFE,
	FINDING_ROLLOVER_ORDER,
	FINDING_ROLLOVER_UNSAFE,
	FINDING_ROLLOVER_UNKNOWN,
	FINDING_COUNT,
};

/* How a finding gets its severity; the conditional ones depend on --require and the facts. */
enum finding_severity {
	FINDING_INFO,
	FINDING_WARNING,
	FINDING_UNKNOWN,
	FINDING_CRITICAL,
	FINDING_CRITICAL_IF_DANE,               /* required: critical, else info */
	FINDING_CRITICAL_IF_MTA_STS,            /* required: critical, else info */
	FINDING_CRITICAL_IF_MTA_STS_OR_WARNING, /* required: critical, else warning */
	FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING,  /* required: unknown, else warning */
	FINDING_WARNING_IF_MTA_STS,             /* asked by mta-sts or both: warning, else info */
	FINDING_UNKNOWN_OR_INFO,                /* address-reserved: info with --reserved */
	FINDING_CRITICAL_IF_TLS_MANDATORY, /* critical where a sender must use TLS, else warning */
	FINDING_CRITICAL_IF_ENFORCE,       /* critical under an enforcing policy, else warning */
	FINDING_UNKNOWN_IF_DECIDING,       /* what is not judged decides: unknown, else info */
	FINDING_CRITICAL_IF_VERDICTS_DIFFER, /* endpoint-inconsistent: critical, else info */
	FINDING_WARNING_OR_UNKNOWN,          /* ns-unreachable: unknown where none answers */
	FINDING_CRITICAL_IF_DECIDING,        /* mail hangs on it: critical, else warning */
	FINDING_WARNING_IF_UNANSWERED,       /* EHLO inside TLS not answered: warning, else info */
	FINDING_WARNING_UNLESS_PLANNED,      /* rollover-order: with --plan info */
	FINDING_UNKNOWN_IF_PLANNED,          /* rollover-unknown: with --plan unknown, else info */
};

struct finding_info {
	const char *code; /* "dane-mismatch" */
	enum finding_severity severity;
	const char *when;        /* one line: what it reports */
	const char *reference;   /* "RFC 7672 §2.2", or "" where no RFC speaks */
	const char *explanation; /* for --explain: some sentences on what it means for mail */
	const char *remedy;      /* for --explain: how to fix it */
};

/* Never NULL for a code below FINDING_COUNT. */
const struct finding_info *finding_info(enum finding_code code);
/* Finds a code by its name, in any case. */
bool finding_find(const char *name, size_t length, enum finding_code *code);
/* "critical", "warning", "critical if DANE is required, otherwise info" … for --explain. */
const char *finding_severity_text(enum finding_severity s);

#endif
