/*
 * judge.h - from facts to verdicts, findings and status. Pure: no I/O, no clock but
 * report->judged_at (and checked_at, by which DNSSEC signature ends are judged).
 */
#ifndef MXDANE_JUDGE_H
#define MXDANE_JUDGE_H

#include "certificate.h"
#include "model.h"
#include "params.h"
#include "trust_store.h"

/*
 * Where report->change is there its live report is judged first, in the same way, and then what the
 * change does; nothing else hangs on the live state. `store` may be NULL (it could not be loaded or
 * nobody needs it): PKIX is then not-checked. */
void judge_domain(
    struct domain_report *report, const struct params *params, const struct trust_store *store);

/* What --baseline says of the domain, once it is judged: which of its findings are known from the
 * `count` of an earlier run, and which of those are gone. */
void judge_baseline(struct domain_report *report, const struct finding *earlier, size_t count);

/* True if judging the facts will ask the trust store something: loading it is worth while. */
bool judge_needs_trust_store(const struct domain_report *report);

#endif
