/* dns_list.h - lists of records as getdns' proof engine takes them. For the DNS side's files. */
#ifndef MXDANE_DNS_LIST_H
#define MXDANE_DNS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_answer.h"
#include "model.h"

struct getdns_dict;
struct getdns_list;

struct getdns_list *dns_list_create(void);
void dns_list_add(struct getdns_list *list, const struct getdns_dict *dict);
/* The RRset of the answer section with its signatures; how many records (those not counted). */
size_t dns_list_add_rrset(
    struct getdns_list *list, const struct dns_answer *answer, const char *owner, uint16_t type);
/* The key tag of a DNSKEY record (RFC 4034 appendix B); false if it has no RDATA. */
bool dns_list_key_tag(const struct getdns_dict *key, uint32_t *tag);
/*
 * Are all `records` signed by one of the zone's `keys`? BOGUS also where more than
 * LIMIT_SIGNATURE_TRIES signatures of one RRset would have to be tried.
 */
enum dnssec_status dns_list_prove(
    const struct getdns_list *records, const struct getdns_list *keys, int64_t now);

#endif
