/*
 * discovery.h - from a host's address and TLSA lookups to its TLSA base domain and RRset
 * (RFC 7672 §2.2.2 and §2.2.3, RFC 7671 §7). Pure.
 */
#ifndef MXDANE_DISCOVERY_H
#define MXDANE_DISCOVERY_H

#include "arena.h"
#include "model.h"

/*
 * Given host->a and host->aaaa: the alias target whose TLSA lookup is still needed besides the one
 * at the host's own name, or NULL. (Asked only when the whole chain to the addresses is secure.)
 */
const char *discovery_alias_target(const struct mx_host *host);

/*
 * Given the finished lookups (a, aaaa, tlsa_initial, tlsa_final), sets tlsa_state, tlsa_base,
 * tlsa_owner, tlsa, address_dnssec, sni, deferred, tlsa_records and tlsa_count.
 */
void discovery_decide(struct arena *arena, struct mx_host *host, uint16_t port);

/* "_25._tcp.NAME" (RFC 6698 §3). */
char *discovery_tlsa_owner(struct arena *arena, const char *name, uint16_t port);

#endif
