/*
 * key_faults.h - which keys of a zone every widespread validator verifies with, and why not the
 * others: senders behind one that does not find the zone bogus.
 */
#ifndef MXDANE_KEY_FAULTS_H
#define MXDANE_KEY_FAULTS_H

#include <stdbool.h>

#include "answer.h"

struct getdns_dict;
struct getdns_list;

struct key_faults;

/* Of the DNSKEY RRset of answer->name; appends the zone keys without a fault to `good`. */
struct key_faults *key_faults_find(const struct answer *answer, struct getdns_list *good);
void key_faults_destroy(struct key_faults *faults); /* NULL is allowed */
/* The fault of a key with the tag and algorithm of the signature, a clause about "that key"; NULL:
 * none has one. */
const char *key_faults_why(
    const struct key_faults *faults, const struct dns_signature *s, struct arena *arena);
/* The same of a DNSKEY record by itself: what is wrong with its data. */
const char *key_fault_of_data(const struct getdns_dict *key);
/* True of a DNSKEY record whose key may sign a zone (RFC 4034 §2.1.1, 2.1.2); not of one that is
 * revoked (RFC 5011 §2.1). */
bool key_is_zone_key(const struct getdns_dict *record);

#endif
