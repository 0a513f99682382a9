/*
 * gather.h - collects the facts about one domain: MX, addresses, TLSA, probes, MTA-STS and TLSRPT,
 * in parallel wherever one does not need the other. Records only; concludes nothing.
 */
#ifndef MXDANE_GATHER_H
#define MXDANE_GATHER_H

#include "loop.h"
#include "model.h"
#include "params.h"
#include "policy.h"
#include "probe.h"
#include "proposed_chain.h"
#include "resolver.h"

/* What all domains of a run share. */
struct gather_context {
	enum dns_view view;
	struct loop *loop;
	const struct params *params;
	struct resolver *resolver;
	struct prober *prober;
	struct policy_fetcher *fetcher;
	struct proposed_chains *chains;
};

struct gather;

typedef void gather_cb(void *user, struct domain_report *report);

/*
 * Starts on `report`, which has arena, asked, domain, invalid, checked_at and judged_at set. The
 * callback comes once, from the loop, when all is known or --deadline has passed.
 */
struct gather *gather_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user);
/* Gives up without a callback (the run is being ended). */
void gather_cancel(struct gather *gather);

#endif
