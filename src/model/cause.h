/*
 * cause.h - why a finding is there, where the facts show it: stable names for programs, a sentence
 * for people.
 *
 * The table in cause.c is the one place where a cause is defined; --explain, the JSON Schema and
 * the man page's table are held against it by tests.
 */
#ifndef MXDANE_CAUSE_H
#define MXDANE_CAUSE_H

#include <stdbool.h>

enum cause {
	CAUSE_NONE, /* the facts do not show it, or the finding's code says it already */
	CAUSE_EMPTY_DIGEST,
	CAUSE_OTHER_SELECTOR,
	CAUSE_OTHER_MTYPE,
	CAUSE_USAGE_2_FOR_3,
	CAUSE_USAGE_3_FOR_2,
	CAUSE_PEM_DIGEST,
	CAUSE_BASE64_DIGEST,
	CAUSE_OTHER_ENCODING,
	CAUSE_EMPTY_RECORD,
	CAUSE_AT_HOST,
	CAUSE_AS_TXT,
	CAUSE_SWAPPED_LABELS,
	CAUSE_MX_IS_ADDRESS,
	CAUSE_CHAIN_GAP,
	CAUSE_SHOWN_WITHOUT_SNI,
	CAUSE_OTHER_HOST,
	CAUSE_ISSUER_CHANGED,
	CAUSE_ANCHOR_NOT_SENT,
	CAUSE_RENEWED,
	CAUSE_WILDCARD_CNAME,
	CAUSE_WILDCARD_SHADOWED,
	CAUSE_TLSA_AT_DOMAIN,
	CAUSE_MISSING_DOT,
	CAUSE_WRONG_PORT,
	CAUSE_WRONG_PROTOCOL,
	CAUSE_NO_UNDERSCORE,
	CAUSE_DS_MISSING,
	CAUSE_DS_STALE,
	CAUSE_DNSKEY_UNUSABLE,
	CAUSE_ASTERISK_NAME,
	CAUSE_TOO_MANY_SIGNATURES,
	CAUSE_OPT_OUT,
	CAUSE_ALIAS_UNSIGNED,
	CAUSE_ZONE_UNSIGNED,
	CAUSE_ALIAS_LOOP,
	CAUSE_LAME,
	CAUSE_ENT_NXDOMAIN,
	CAUSE_RESOLVER_FAILS,
	CAUSE_CLIENT_CERTIFICATE,
	CAUSE_ANONYMOUS_ONLY,
	CAUSE_SMTP_INSPECTION,
	CAUSE_GREETING_DELAY,
	CAUSE_CONNECTION_LIMIT,
	CAUSE_NOT_A_CA,
	CAUSE_PATH_LENGTH,
	CAUSE_KEY_USAGE,
	CAUSE_EXT_KEY_USAGE,
	CAUSE_NAME_CONSTRAINTS,
	CAUSE_BAD_SIGNATURE,
	CAUSE_NOT_LINKED,
	CAUSE_KEY_TOO_SMALL,
	CAUSE_TLS_TOO_OLD,
	CAUSE_COUNT,
};

struct cause_info {
	const char *slug;    /* "other-selector" */
	const char *meaning; /* one sentence */
	/* What to do about it, where that differs from the finding's remedy; NULL where not. */
	const char *remedy;
};

/* All NULL for CAUSE_NONE. */
const struct cause_info *cause_info(enum cause cause);
/* Finds a cause by its slug, in any case. */
bool cause_find(const char *slug, enum cause *cause);

#endif
