/*
 * keys.h - a zone's proven key set, and the DS records that prove one.
 */
#ifndef MXDANE_KEYS_H
#define MXDANE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "model.h"

struct buffer;
struct getdns_list;

struct zone_keys;

/* The DNSKEY RRset of answer->name, if `anchors` (its DS records, or the trust anchors) prove it;
 * else NULL. */
struct zone_keys *keys_prove(
    const struct answer *answer, const struct getdns_list *anchors, int64_t now);
void keys_destroy(struct zone_keys *keys); /* NULL is allowed */
const char *keys_zone(const struct zone_keys *keys);
/* Records the DS RRset's signature and algorithms for keys_signed_zone. */
void keys_note_ds(struct zone_keys *keys, const struct answer *ds, int64_t now);
/* The zone with what is known of its signatures; `name` in it points into the keys. */
struct signed_zone keys_signed_zone(const struct zone_keys *keys);
/* The keys with which every widespread validator verifies: none that keys_why_left_out speaks of.
 */
const struct getdns_list *keys_records(const struct zone_keys *keys);
/* Why a key of the zone that the signature may be by is not among them: a clause about "that key".
 * NULL: there is none but those. */
const char *keys_why_left_out(
    const struct zone_keys *keys, const struct dns_signature *s, struct arena *arena);
/*
 * A cache of RRsets that the keys have verified: `rrset` is the records with their signatures,
 * `expires` the end of the signature in seconds since the epoch. It may change for const keys.
 */
bool keys_has_proven(const struct zone_keys *keys, const struct buffer *rrset, int64_t now);
void keys_note_proven(const struct zone_keys *keys, const struct buffer *rrset, int64_t expires);

/* The DS records at `owner`, as anchors for keys_prove; the caller's to destroy. */
struct getdns_list *keys_find_ds(const struct answer *answer, const char *owner);
void keys_destroy_ds(struct getdns_list *ds); /* NULL is allowed */
/* True if one of them has an algorithm and a digest that can be checked here (RFC 4035 §5.2). */
bool keys_ds_is_supported(const struct getdns_list *ds);
/* What makes some validators reject all keys of a zone. */
struct keys_fault {
	enum cause cause;
	const char *text; /* a predicate without its subject, the zone; NULL: nothing does */
};

/* What does so of answer->name, whichever keys sign: senders behind BIND or Unbound find nothing.
 */
struct keys_fault keys_refused(const struct answer *answer, const struct getdns_list *anchors);
/* What is wrong with a key that the anchors name, so that it cannot sign the others. */
struct keys_fault keys_named_fault(const struct answer *answer, const struct getdns_list *anchors);
/* The DS record that answer->name needs in its parent zone: of its first key with the SEP bit (RFC
 * 4034 §2.1.1), as a line of a zone file; NULL without one. Nothing is proven of the key. */
const char *keys_ds_text(const struct answer *answer, struct arena *arena);
/* The signed_zone's odd_algorithm. */
unsigned keys_ds_odd_algorithm(const struct getdns_list *ds);

#endif
