/*
 * gather.h - collects the facts about one domain: MX, addresses, TLSA, probes, MTA-STS and TLSRPT,
 * in parallel wherever one does not need the other. Records only; concludes nothing.
 */
#ifndef MXDANE_GATHER_H
#define MXDANE_GATHER_H

#include "loop.h"
#include "model.h"
#include "params.h"
#include "prober.h"
#include "proposed_chain.h"
#include "resolver.h"
#include "sts_fetch.h"

/* Domains that wait for nothing but slots at addresses (--per-host): others may be begun
 * meanwhile. */
struct gather_parking {
	size_t count;
	void (*grown)(void *user); /* there is one more */
	void *user;
};

/* What all domains of a run share. */
struct gather_context {
	enum dns_view view;
	struct loop *loop;
	const struct params *params;
	struct resolver *resolver;
	struct prober *prober;
	struct sts_fetcher *fetcher;
	struct proposed_chains *chains;
	struct gather_parking *parking;
	/* Of one domain at once. */
	size_t most_lookups, most_probes;
	bool asks_on; /* connects once more where a certificate does not match, to see why */
};

struct gather_both;

typedef void gather_cb(void *user, struct domain_report *report);

/*
 * Starts on `report`, which has arena, asked, domain, invalid, checked_at and judged_at set, with
 * the `context` of the proposed state. Where something is proposed (--zone, --chain),
 * report->change->live is a report of the live state, gathered beside it; whatever becomes of that
 * is no fact of `report`. The callback comes once, from the loop, when all is known or --deadline
 * has passed: that time runs only while something is asked for, not while all waits for its turn.
 */
struct gather_both *gather_both_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void gather_both_cancel(struct gather_both *both);

#endif
