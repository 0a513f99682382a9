/*
 * gather_host.h - the MX hosts of one domain: which they are, and their addresses, TLSA RRsets and
 * probes.
 */
#ifndef MXDANE_GATHER_HOST_H
#define MXDANE_GATHER_HOST_H

#include "gather_task.h"

struct host_state;

/* Zeroed before gather_hosts_start(). */
struct gather_hosts {
	struct gather_tasks *tasks;
	struct domain_report *report;
	struct host_state *list; /* of report->hosts; NULL: not started */
	bool asked_soa;
};

/* Fills in report->hosts from the MX RRset (RFC 5321 §5.1, RFC 7505). */
void gather_hosts_from_mx(struct domain_report *report);
/* The same from --mx. */
void gather_hosts_from_params(struct domain_report *report, const struct params *params);

/* Asks for the facts of all report->hosts. */
void gather_hosts_start(
    struct gather_hosts *hosts, struct gather_tasks *tasks, struct domain_report *report);
/* Probes once more with the MX name as SNI where MTA-STS needs it (RFC 8461 §7.1). */
void gather_hosts_probe_sts(struct gather_hosts *hosts);
/* Once no other question is open: asks for the SOA records of zones that signed something, where no
 * negative answer brought them. One question for each zone of a run, for the resolver keeps it. */
void gather_hosts_ask_soa(struct gather_hosts *hosts);
/* With --repeat, when all is in: connects again, for any kind of certificate, to the addresses
 * where some machine may lack a kind or fail for all. False: to none. */
bool gather_hosts_probe_any(struct gather_hosts *hosts);
/* Turns the probes' facts into endpoints; called once, when all is in. */
void gather_hosts_finish(struct gather_hosts *hosts);
/* After that, in runs of few domains or with --repeat: connects once more, without SNI, to each
 * host that shows a certificate which none of its TLSA records matches. False: to none. */
bool gather_hosts_probe_without_sni(struct gather_hosts *hosts);

#endif
