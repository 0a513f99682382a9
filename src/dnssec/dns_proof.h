/*
 * dns_proof.h - does a zone's key set prove what an answer says? (RFC 4035 §5)
 *
 * getdns_validate_dnssec2 is the engine, and it is given one zone at a time: the zone's proven keys
 * stand as the trust anchor, so that nothing which another zone signed (a parent's NSEC3, say) can
 * count. Which zone a name is in is decided by trust_chain.h.
 */
#ifndef MXDANE_DNS_PROOF_H
#define MXDANE_DNS_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "dns_answer.h"
#include "model.h"

struct buffer;
struct getdns_list;

struct dns_verdict {
	enum dnssec_status status;
	enum lookup_failure failure; /* for DNSSEC_INDETERMINATE */
	const char *error;           /* a sentence fragment; NULL for SECURE and INSECURE */
	bool denies_name;    /* a SECURE absence: it is proven that the name does not exist */
	unsigned iterations; /* of the NSEC3 records in the proof; 0 without any */
};

/* A zone's proven key set. */
struct dns_keys;

/*
 * The DNSKEY RRset of answer->name, proven by `anchors` (its DS records, or the trust anchors).
 * *keys is set when the verdict is SECURE.
 */
struct dns_verdict dns_proof_keys(const struct dns_answer *answer,
    const struct getdns_list *anchors, int64_t now, struct arena *arena, struct dns_keys **keys);
void dns_keys_destroy(struct dns_keys *keys); /* NULL is allowed */
const char *dns_keys_zone(const struct dns_keys *keys);
/* Keeps what the zone's DS records say of it; without this it is not known. */
void dns_keys_note_ds(struct dns_keys *keys, const struct dns_answer *ds, int64_t now);
/* The name is the keys' own. */
struct signed_zone dns_keys_signed_zone(const struct dns_keys *keys);
const struct getdns_list *dns_keys_records(const struct dns_keys *keys);
/*
 * A memory of RRsets that the keys have proven, so that none is proven twice: `rrset` is all that
 * the proof rests on, `expires` the end of its signature in seconds since the epoch. What is
 * remembered is no part of the keys' value.
 */
bool dns_keys_has_proven(const struct dns_keys *keys, const struct buffer *rrset, int64_t now);
void dns_keys_note_proven(const struct dns_keys *keys, const struct buffer *rrset, int64_t expires);

/* The RRset in the answer section. The unsigned CNAME that a DNAME makes is proven by the DNAME. */
struct dns_verdict dns_proof_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena);
/*
 * That (name, type) is absent. An opt-out span, an unsigned delegation (DS) and NSEC3 with too many
 * iterations give INSECURE. The zone's SOA record beside it must hold too, but for DS.
 */
struct dns_verdict dns_proof_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena);
/* The zone that says to have signed (owner, type), or the absence, and encloses `name`; NULL: none.
 * The deepest of several. */
const char *dns_proof_signer(
    const struct dns_answer *answer, const char *owner, uint16_t type, bool absent);

/* The DS records at `owner`, as anchors for dns_proof_keys; the caller's to destroy. */
struct getdns_list *dns_proof_ds(const struct dns_answer *answer, const char *owner);
void dns_proof_ds_destroy(struct getdns_list *ds); /* NULL is allowed */
/* True if one of them has an algorithm and a digest that can be checked here (RFC 4035 §5.2). */
bool dns_proof_ds_is_supported(const struct getdns_list *ds);
/* The signed_zone's odd_algorithm. */
unsigned dns_proof_ds_odd_algorithm(const struct getdns_list *ds);

#endif
