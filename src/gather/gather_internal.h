/*
 * gather_internal.h - what the gather files share: the state of one domain's gathering and its
 * tasks.
 *
 * Every question, probe or fetch under way is a task in one list. The deadline ends each task as
 * its own failure, by the same handler that a real answer takes, so there is one way through the
 * code.
 */
#ifndef MXDANE_GATHER_INTERNAL_H
#define MXDANE_GATHER_INTERNAL_H

#include "gather.h"

enum { OFFERS = 2 }; /* connections to one address with one SNI: one for each kind of certificate */

/* The probes of one address. */
struct address_probes {
	struct address address;
	struct probe facts[OFFERS];
	size_t pending;
};

/* What a host needs while it is gathered, beside the facts in the report. */
struct host_state {
	struct gather *gather;
	struct mx_host *host;
	size_t lookups_pending;
	bool asked_final, asked_beside;
	bool decided;          /* discovery_decide was called */
	bool probed4, probed6; /* the family's probes were started */
	bool sts_probed;       /* the probes with the MX name as SNI were started */
	/* What --chain proposes for it; any: nothing is connected to. */
	const struct proposed_chain *proposed[PROPOSED_PER_HOST];
	size_t proposed_count;
	struct address_probes **probes;
	size_t probe_count;
	struct address_probes **sts_probes;
	size_t sts_probe_count;
};

struct gather {
	const struct gather_context *context;
	struct domain_report *report;
	gather_cb *cb;
	void *user;
	uint64_t started_ms;
	struct loop_timer *clock; /* of --deadline */
	unsigned left_ms;         /* of it */
	bool parked;              /* counted in the context's parking */
	struct loop_timer *soon;  /* brings the end of a run that never had to wait into the loop */
	bool closing;             /* the deadline has passed: nothing new is started */
	bool stopped;             /* the MX lookup ended the run of the domain (report.md) */
	struct task *tasks;
	struct host_state *hosts;
};

/* Called when a lookup is done; `slot` is the place in the report that has the answer by then. */
typedef void lookup_done(struct gather *g, struct host_state *host);

/* gather_task.c: asks (name, type); the copied answer goes to *slot, then `done` is called with
 * `host`. */
void gather_lookup(struct gather *g, struct host_state *host, const char *name, enum dns_type type,
    struct lookup **slot, lookup_done *done);
/* Probes one address once for each kind of certificate; results go to `probes`. */
void gather_probe(
    struct gather *g, struct host_state *host, struct address_probes *probes, const char *sni);
/* Fetches the policy into report->mta_sts->fetch. */
void gather_policy(struct gather *g, void (*done)(struct gather *g));
/* Something is asked for now, and does not wait for its turn. */
bool gather_is_served(const struct gather *g);
/* Ends all tasks; no handler is called. */
void gather_drop_tasks(struct gather *g);
/* Ends each task as its own failure by the deadline, through the handler of a real answer. */
void gather_end_tasks(struct gather *g);

/* gather_host.c: fills in host names (all of report->hosts), then their addresses, TLSA and probes.
 */
void gather_hosts_start(struct gather *g);
/* Probes once more with the MX name as SNI where MTA-STS needs it (RFC 8461 §7.1). */
void gather_hosts_sts(struct gather *g);
/* Turns the probes' facts into endpoints; called once, when all is in. */
void gather_hosts_finish(struct gather *g);

/* gather_mx.c: report->hosts from the MX RRset. */
void gather_mx_hosts(struct domain_report *report);

#endif
