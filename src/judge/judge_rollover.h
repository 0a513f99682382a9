/*
 * judge_rollover.h - one host on its way from the live state to the proposed one: what is known of
 * the pair, and what is said of it. Only for judge_rollover*.c,
 * judge_bridge.c and judge_plan*.c.
 */
#ifndef MXDANE_JUDGE_ROLLOVER_H
#define MXDANE_JUDGE_ROLLOVER_H

#include "judge_internal.h"

/* What a state makes a DANE sender do with the host. */
enum rollover_force {
	ROLLOVER_FREE,     /* no record counts: any certificate will do */
	ROLLOVER_RECORDS,  /* the certificate must fit the records */
	ROLLOVER_DEFERRED, /* bogus: nothing is delivered */
	ROLLOVER_UNSEEN,   /* the lookups failed here */
};

enum rollover_fit {
	ROLLOVER_FITS,
	ROLLOVER_FITS_NOT,
	ROLLOVER_FITS_PERHAPS, /* not all chains could be seen */
};

struct rollover {
	struct judge *j;
	struct mx_host *host;
	const struct mx_host *live;
	enum rollover_force before, after;
	bool new_records, new_chain; /* what the change changes */
	struct reference_identifiers old_names, new_names;
};

/* ---- judge_rollover.c ---- */

enum rollover_force judge_rollover_force(const struct mx_host *host);
/* The state is good by itself; what is wrong with it has findings of its own. */
bool judge_rollover_is_settled(const struct mx_host *host);
bool judge_rollover_any_verified(const struct mx_host *host);
/* NULL: no cache holds anything of it as a mail host of this domain. */
const struct mx_host *judge_rollover_find_host(const struct domain_report *r, const char *name);
struct rollover judge_rollover_between(
    struct judge *j, struct mx_host *host, const struct mx_host *live);

/* ---- judge_bridge.c ---- */

bool judge_rollover_has_chain(const struct endpoint *e);
/* False if a server of the host may have a chain that could not be looked at. */
bool judge_rollover_sees_all(const struct mx_host *host);
/* True if every active record of `old` is an active one of `new` too: whatever chain matches the
 * old records, seen or not, matches the new ones. */
bool judge_rollover_keeps(const struct tlsa_record *old, size_t old_count,
    const struct tlsa_record *new, size_t new_count);
/* What a sender with these records makes of the chain. */
enum dane_result judge_rollover_result(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e);
bool judge_rollover_accepts(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e);
/* True of a live endpoint whose chain senders accept today, which must go on. */
bool judge_rollover_counts(const struct rollover *o, const struct endpoint *e);
/* True if these records take no chain away that the live ones accept and that could not be seen. */
bool judge_rollover_keeps_unseen(
    const struct rollover *o, const struct tlsa_record *records, size_t count);

/* TLSA records of a host at some moment of its way. */
struct rollover_set {
	const struct tlsa_record *records;
	size_t count;
};

/* Whether senders who have these records accept what is presented now and what will be. */
bool judge_rollover_bridges(
    const struct rollover *o, const struct tlsa_record *records, size_t count);

/*
 * The RRset to publish before the change: the live records, and such of the proposed ones that both
 * the chains presented now and the new ones are accepted. Where digest agility (RFC 7671 §9)
 * forbids that, with digests of another kind. False when none does it.
 */
bool judge_bridge(const struct rollover *o, struct rollover_set *out);

/* ---- judge_plan_records.c ---- */

/* --chain says what the host is to present. */
bool judge_plan_has_chain(const struct mx_host *h);
/* True of a live endpoint with another key type than those of the host's --chain, which stays. */
bool judge_plan_goes_on(const struct mx_host *h, const struct endpoint *live);

/* ---- judge_plan.c ---- */

/* --plan: the steps of all hosts, and a finding for each host that has some. */
void judge_plan(struct judge *j);

/* ---- judge_rollover_findings.c: the finding that each case has ---- */

void judge_rollover_safe(const struct rollover *o);
/* No sender that honors DANE delivers today. */
void judge_rollover_broken(const struct rollover *o);
void judge_rollover_unseen(const struct rollover *o);
/* It hangs on a certificate of which the key alone is given. */
void judge_rollover_open(const struct rollover *o);
void judge_rollover_chain_first(const struct rollover *o);
void judge_rollover_records_first(const struct rollover *o, enum rollover_fit new_records);
void judge_rollover_unsafe(const struct rollover *o);

#endif
