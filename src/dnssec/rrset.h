/* rrset.h - RRsets as lists of dicts, the form that getdns' validator takes. */
#ifndef MXDANE_RRSET_H
#define MXDANE_RRSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "model.h"

struct getdns_dict;
struct getdns_list;

struct getdns_list *rrset_list_create(void);
void rrset_list_add(struct getdns_list *list, const struct getdns_dict *dict);
/* Appends the RRset of the answer section and its signatures; returns the number of records without
 * the signatures. */
size_t rrset_add(
    struct getdns_list *list, const struct answer *answer, const char *owner, uint16_t type);
/* The key tag of a DNSKEY record (RFC 4034 appendix B), or the one in a DS record; false if it has
 * no RDATA. */
bool rrset_key_tag(const struct getdns_dict *record, uint32_t *tag);
/* Algorithms that getdns verifies with OpenSSL 3 (RFC 8624 §3.1, without DSA, MD5 and GOST). */
bool rrset_algorithm_is_supported(uint32_t algorithm);
/* True if more signatures would have to be tried with the zone's `keys` than
 * LIMIT_SIGNATURE_TRIES allows for one RRset, or LIMIT_DENIAL_TRIES for all: many signatures times
 * many keys with one tag (KeyTrap). */
bool rrset_is_costly(const struct getdns_list *records, const struct getdns_list *keys);
/* The same of one RRset of an answer. */
bool rrset_has_costly(
    const struct answer *answer, const char *owner, uint16_t type, const struct getdns_list *keys);
/* Are all `records` signed by one of the zone's `keys`? BOGUS also where they are costly. */
enum dnssec_status rrset_prove(
    const struct getdns_list *records, const struct getdns_list *keys, int64_t now);

#endif
