/*
 * judge_cause.h - why a finding is there, as far as the facts show it: from facts to a cause and
 * the sentence that names it. Nothing is guessed: a cause that the facts do not show is none.
 */
#ifndef MXDANE_JUDGE_CAUSE_H
#define MXDANE_JUDGE_CAUSE_H

#include "judge_internal.h"

struct blame {
	enum cause cause;
	const char *words; /* a sentence, remote text in it escaped; NULL: the finding says it */
};

/*
 * Marks the certificates on which a usage 2 verdict rests, from the leaf to the anchor at `depth`
 * (the last that is there, if the anchor was not sent). The path was judged before: here its links
 * need only be found again, in the order in which senders find them.
 */
const bool *judge_mark_path(const struct judge *j, const struct endpoint *e);
/* Why the endpoint matches none of the host's records: the cause of the first record that has one,
 * else one that they have in common. */
struct blame judge_cause_of_mismatch(
    const struct judge *j, const struct mx_host *host, const struct endpoint *e);
/* What is wrong with one record that matches nothing, or cannot be used, by what the host's
 * endpoints present. */
struct blame judge_cause_of_record(
    const struct judge *j, const struct mx_host *host, const struct tlsa_record *r);
/* Gives that cause of a mismatch to each record which it is of and which has none yet. */
void judge_cause_mark_records(
    const struct judge *j, struct mx_host *host, const struct endpoint *e, enum cause cause);
/* Which certificate of a path that leads to an anchor breaks which rule, or where the path ends. */
struct blame judge_cause_of_path(const struct judge *j, const struct dane_verdict *v);
/* "the certificate of CN=x" */
const char *judge_certificate_name(const struct judge *j, const struct certificate *c);
/* Why a connection did not come to its end. */
struct blame judge_cause_of_failure(const struct judge *j, const struct endpoint *e);
/* Why the lookup failed or is bogus, with the resolver's own reason; of NULL too. */
const char *judge_lookup_error(const struct judge *j, const struct lookup *l);
/* Says of the finding where the answer ceases to be proven, or what the failed lookup comes from
 * and how that is fixed. Nothing of NULL. */
void judge_blame_lookup(struct judge *j, struct finding *f, const struct lookup *l);
/* Where the TLSA records stand that a host lacks, and the first of them; NULL: nowhere. */
const struct misplaced *judge_misplaced(
    const struct mx_host *host, const struct dns_record **record);
/* The same as a sentence. */
struct blame judge_cause_of_absence(const struct judge *j, const struct mx_host *host);
/* Why an MX target that has no address was written so. */
struct blame judge_cause_of_target(const struct judge *j, const struct mx_host *host);
/* Gives a finding its cause, and the sentence to its message. */
void judge_blame(const struct judge *j, struct finding *f, struct blame blame);

#endif
