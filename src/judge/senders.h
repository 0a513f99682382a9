/*
 * senders.h - what three classes of senders would do with the mail: one that honors DANE
 * (RFC 7672 §2.2), one that honors MTA-STS (RFC 8461 §5), one that does neither. Pure; over facts
 * and the verdicts on endpoints.
 */
#ifndef MXDANE_SENDERS_H
#define MXDANE_SENDERS_H

#include "model.h"

/* True if the RRset that names the mail hosts is proven; hosts given by the user count as such. */
bool senders_mx_secure(const struct domain_report *report);

/* True if a secure TLSA RRset, or a listing in an enforced policy, makes TLS mandatory for the
 * host. */
bool senders_demand_tls(const struct domain_report *report, size_t host);

/* True if all that was asked of the host's addresses was answered, and there is none. */
bool senders_host_lacks_address(const struct mx_host *host);

/*
 * Fills report->senders.
 *
 * A host: a sender takes its addresses in any order until one will do, so the host is accepted when
 * one address is, and the outcome is the worst of those accepted. An address: which of its
 * certificates a sender meets depends on the sender, so each must do.
 *
 * The domain: the most preferred hosts that are accepted; of several equally preferred, among which
 * a sender draws lots (RFC 5321 §5.1), the worst. When none is accepted: deferred if one was seen
 * to fail, else unknown.
 */
void senders_judge(struct domain_report *report);

/*
 * For --require any: whether the domain is known to lack the protection. One host without it is
 * enough, for an attacker chooses which of the hosts can be reached. A host that could not be seen
 * proves nothing; it has an "unknown" of its own. Both need senders_judge first.
 */
bool senders_lack_dane(const struct domain_report *report);
bool senders_lack_mta_sts(const struct domain_report *report);

#endif
