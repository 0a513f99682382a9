/*
 * look.h - one look of --wait: whether the state asked for is there, and since when caches can have
 * it.
 */
#ifndef MXDANE_LOOK_H
#define MXDANE_LOOK_H

#include "digest.h"
#include "params.h"

enum { LOOK_SUMMARY = 256 }; /* octets of what a look found, with the final NUL */

/* Kept from one look to the next; zeroed before the first. Times are seconds since the epoch. */
struct look {
	unsigned number; /* of this look, from 0 */
	bool last;       /* no other follows: its report is printed whatever it finds */
	bool judged;     /* else the run has failed, and another look would too */
	bool there;      /* the state asked for is there */
	/* Until then a cache may hold the TLSA records that were replaced; 0: none does, or it does
	 * not matter. */
	int64_t until;
	/* The live TLSA records of all hosts: a digest, their TTL, when every name server was first
	 * seen to have them, and the TTL of those before them. */
	bool seen;
	uint8_t records[DIGEST_SHA256_SIZE];
	uint32_t ttl, old_ttl;
	int64_t since;
	char summary[LOOK_SUMMARY]; /* "critical: …", as it came */
};

/*
 * Takes in what the look found at that time. The state asked for is exit status 0; with --chain or
 * --zone a change, too, that can be made now by what every name server says, and with --chain not
 * before the records that were replaced have left every cache (RFC 7671 §8.1).
 */
void look_judge(struct look *look, const struct params *params, const struct domain_report *report,
    int exit_status, int64_t now);

/* The state asked for is there, and no cache contradicts it. */
bool look_holds(const struct look *look, int64_t now);

#endif
