/*
 * why_bogus.h - the likely reason that validation failed, as text for the report.
 *
 * The verdicts are BOGUS, or INDETERMINATE where getdns may be at fault: it compares signature
 * times at or after 2038-01-19 wrongly.
 */
#ifndef MXDANE_WHY_BOGUS_H
#define MXDANE_WHY_BOGUS_H

#include "keys.h"

struct dns_verdict {
	enum dnssec_status status;
	enum lookup_failure failure; /* for DNSSEC_INDETERMINATE */
	const char *error;           /* a sentence fragment; NULL for SECURE and INSECURE */
	bool denies_name;    /* a SECURE absence: it is proven that the name does not exist */
	unsigned iterations; /* of the NSEC3 records used; 0 without any */
	/* INSECURE: CAUSE_OPT_OUT, or CAUSE_ZONE_UNSIGNED at a delegation without DS; BOGUS:
	 * CAUSE_DS_STALE, or what signing again does not mend: CAUSE_DNSKEY_UNUSABLE,
	 * CAUSE_ASTERISK_NAME, CAUSE_TOO_MANY_SIGNATURES; else CAUSE_NONE. */
	enum cause cause;
};

struct dns_verdict why_bogus_rrset(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena);
struct dns_verdict why_bogus_absence(const struct answer *answer, const char *name, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena);
/* `anchors`: the DS records or trust anchors for the DNSKEY RRset of answer->name. */
struct dns_verdict why_bogus_keys(const struct answer *answer, const struct getdns_list *anchors,
    int64_t now, struct arena *arena);

#endif
