/*
 * answer.h - one DNS response, read once: its records, its alias chain, its signatures.
 *
 * Nothing here judges. Names are text as in dname.h. getdns' dicts stay attached, because the
 * proofs (validate.h) are made over them.
 */
#ifndef MXDANE_ANSWER_H
#define MXDANE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "model.h"
#include "wire.h"

struct getdns_dict;

/* Fields of record data, in the order of wire.c's table. */
enum {
	/* RFC 4034 §3.1 */
	RRSIG_COVERS = 0,
	RRSIG_ALGORITHM,
	RRSIG_LABELS,
	RRSIG_TTL,
	RRSIG_EXPIRATION,
	RRSIG_INCEPTION,
	RRSIG_KEY_TAG,
	RRSIG_SIGNER,
	/* RFC 4034 §4.1 */
	NSEC_TYPES = 1,
	/* RFC 5155 §3.2 */
	NSEC3_ALGORITHM = 0,
	NSEC3_FLAGS,
	NSEC3_ITERATIONS,
	NSEC3_SALT,
	NSEC3_NEXT,
	NSEC3_TYPES,
	/* RFC 1035 §3.3.13 */
	SOA_SERIAL = 2,
	SOA_REFRESH,
	SOA_EXPIRE = 5,
	/* RFC 1035 §3.3.9 */
	MX_PREFERENCE = 0,
	MX_EXCHANGE,
	/* RFC 6698 §2.1 */
	TLSA_USAGE = 0,
	TLSA_SELECTOR,
	TLSA_MATCHING_TYPE,
	TLSA_DATA,
};

/* What of an RRSIG is looked at here (RFC 4034 §3.1). */
struct dns_signature {
	uint16_t covers; /* the type */
	uint8_t algorithm;
	uint8_t labels;
	uint16_t key_tag;
	uint32_t original_ttl;
	uint32_t inception, expiration; /* as on the wire: modulo 2^32 */
	const char *signer;
};

struct dns_rr {
	const char *owner;
	uint16_t type;
	uint32_t ttl;
	bool in_answer;                  /* else in the authority section */
	struct dns_signature *signature; /* RRSIG only */
	const char *target;              /* CNAME, DNAME; of an NSEC the next name */
	const uint8_t *rdata;            /* as in the message */
	size_t rdata_size;
	const struct wire_field
	    *fields; /* of the data; none for a type that wire.c does not know */
	struct getdns_dict *dict;
};

struct answer {
	struct arena *arena;
	struct getdns_dict *response;
	const uint8_t *message; /* in it */
	const char *name;       /* the question */
	uint16_t type;
	unsigned rcode;
	bool aa, ad;
	struct dns_rr *rrs; /* answer and authority section, class IN */
	size_t count;
	struct answer *next; /* for its owner's list */
};

/*
 * Takes `response` over. NULL if it answers another question or cannot be read; it is freed then.
 * `name` is copied.
 */
struct answer *answer_read(struct getdns_dict *response, const char *name, uint16_t type);
void answer_destroy(struct answer *answer); /* NULL is allowed */

/* The rcode of a response, or -1 if there is none in it. */
int answer_rcode(const struct getdns_dict *response);
/* True of a response that says that it is not whole (TC). */
bool answer_is_truncated(const struct getdns_dict *response);
/* The extended DNS errors of a response (RFC 8914), which may be NULL; how many. */
size_t answer_extended_errors(
    const struct getdns_dict *response, struct arena *arena, struct extended_error **errors);
const char *answer_type_name(uint16_t type, char buf[static 16]);

/* The number at a JSON pointer of a dict; 0 if there is none. */
uint32_t answer_int(const struct getdns_dict *dict, const char *pointer);
/* The first such record of the answer section, or NULL. */
const struct dns_rr *answer_find(const struct answer *answer, const char *owner, uint16_t type);
/*
 * Next RRSIG over (owner, type) in either section after `after` (NULL: the first), or NULL.
 */
const struct dns_rr *answer_signature(
    const struct answer *answer, const char *owner, uint16_t type, const struct dns_rr *after);
/* True if some RRSIG over it has fewer labels than the owner: made from a wildcard (RFC 4035
 * §5.3.4).
 */
bool answer_is_wildcard(const struct answer *answer, const char *owner, uint16_t type);
/* True if the authority section denies something at `name`: the SOA of a zone that can hold it
 * (RFC 2308 §2). */
bool answer_has_denial(const struct answer *answer, const char *name);

/* Fills soa_refresh and soa_expire by the zone's SOA record in the authority section, if any. */
void answer_soa(const struct answer *answer, struct signed_zone *zone);

/*
 * The alias at `owner`: its CNAME's target, or NULL when there is none. *ambiguous is set when
 * there are two that differ.
 */
const char *answer_alias(const struct answer *answer, const char *owner, bool *ambiguous);
/* The DNAME record that made the unsigned alias at `owner`, or NULL (RFC 6672 §3.3). */
const struct dns_rr *answer_dname(const struct answer *answer, const char *owner);

/* True for an alias that has neither a signature nor, in this answer, a DNAME that made it. */
bool answer_is_lone_alias(const struct answer *answer, const char *owner);
/* Adds the DNAME records at `owner` and their signatures from another answer, which must outlive
 * this one. */
void answer_add_dname(struct answer *answer, const struct answer *from, const char *owner);

/*
 * The life of the signature over (owner, type) that counts: the one valid at `now` that ends last,
 * or without a valid one the one that ends last. False where there is none. Seconds since the
 * epoch.
 */
bool answer_signature_life(const struct answer *answer, const char *owner, uint16_t type,
    int64_t now, struct signature_life *life);

/*
 * Fills records, record_count and both TTLs of `lookup` from the RRset at lookup->final. False
 * if one of the records cannot be read.
 */
bool answer_records(const struct answer *answer, struct arena *arena, struct lookup *lookup);

/* Is the type in an NSEC or NSEC3 record's bit map (RFC 4034 §4.1.2)? */
bool answer_lists_type(const struct dns_rr *rr, uint16_t type);

#endif
