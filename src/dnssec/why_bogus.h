/*
 * why_bogus.h - why a proof failed, as well as can be known, in words for the report.
 *
 * The verdicts here are BOGUS, or INDETERMINATE where the failure may be this program's: a
 * signature time at or after 2038-01-19 is not compared correctly by getdns.
 */
#ifndef MXDANE_WHY_BOGUS_H
#define MXDANE_WHY_BOGUS_H

#include "keys.h"

struct dns_verdict {
	enum dnssec_status status;
	enum lookup_failure failure; /* for DNSSEC_INDETERMINATE */
	const char *error;           /* a sentence fragment; NULL for SECURE and INSECURE */
	bool denies_name;    /* a SECURE absence: it is proven that the name does not exist */
	unsigned iterations; /* of the NSEC3 records in the proof; 0 without any */
};

struct dns_verdict why_bogus_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct zone_keys *keys, int64_t now, struct arena *arena);
struct dns_verdict why_bogus_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct zone_keys *keys, int64_t now, struct arena *arena);
/* `anchors`: DS records or trust anchors that the key set of answer->name had to fit. */
struct dns_verdict why_bogus_keys(const struct dns_answer *answer,
    const struct getdns_list *anchors, int64_t now, struct arena *arena);

#endif
