/*
 * lookup.h - what one DNS question came to: its records, their DNSSEC status, or why there are
 * none.
 */
#ifndef MXDANE_LOOKUP_H
#define MXDANE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "arena.h"
#include "cause.h"
#include "location.h"

/* RFC 4035 §4.3. The order is that of badness: the worse of two statuses is the larger one. */
enum dnssec_status {
	DNSSEC_SECURE,
	DNSSEC_INSECURE,
	DNSSEC_INDETERMINATE, /* the lookup failed, or the signature cannot be judged here */
	DNSSEC_BOGUS,
};

enum answer_kind {
	ANSWER_RECORDS,
	ANSWER_NODATA,   /* the name exists, the type does not */
	ANSWER_NXDOMAIN, /* the name does not exist */
	ANSWER_FAILED,   /* no answer that could be used: never to be read as "no records" */
};

/* Why a lookup came to ANSWER_FAILED, or its answer to DNSSEC_INDETERMINATE. */
enum lookup_failure {
	LOOKUP_FAILURE_NONE,
	LOOKUP_FAILURE_TIMEOUT,
	LOOKUP_FAILURE_NETWORK,   /* no resolver could be reached, or the connection was lost */
	LOOKUP_FAILURE_RCODE,     /* SERVFAIL, REFUSED, NOTIMP … */
	LOOKUP_FAILURE_MALFORMED, /* unparsable, another question, an alias loop or a chopped chain
				   */
	LOOKUP_FAILURE_UNJUDGEABLE, /* a signature that ends in 2038 or later: getdns misreads it */
	LOOKUP_FAILURE_ROOT,     /* the root DNSKEY does not validate: finding dnssec-root-failed */
	LOOKUP_FAILURE_DEADLINE, /* the domain's --deadline ended it */
};

/* The types that are asked for or that an answer rests on (IANA's registry of RR types). */
enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_MX = 15,
	DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_DNAME = 39,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_DS = 43,
	DNS_TYPE_RRSIG = 46,
	DNS_TYPE_NSEC = 47,
	DNS_TYPE_DNSKEY = 48,
	DNS_TYPE_NSEC3 = 50,
	DNS_TYPE_TLSA = 52,
};

/* One record of the asked type; the union's member follows from the lookup's type. */
struct dns_record {
	uint32_t ttl;              /* seconds, as received */
	const struct location *at; /* in a file of --zone; NULL: it is live */
	union {
		struct address address; /* A, AAAA */
		struct {
			uint16_t preference;
			/* lower case, no final dot; "" is the root (null MX). Odd octets as \DDD.
			 */
			const char *exchange;
		} mx;
		struct {
			uint8_t usage, selector, mtype;
			const uint8_t *data;
			size_t length;
		} tlsa;
		struct {
			const uint8_t *data; /* character-strings joined (RFC 8461 §3.1) */
			size_t length;
		} txt;
		const char *cname; /* the target, of an NS record the server; like mx.exchange */
		struct {
			uint32_t serial, refresh, expire; /* seconds (RFC 1035 §3.3.13) */
		} soa;
	};
};

/* When one RRSIG begins and ends, seconds since the epoch, and whose key made it; `expires` 0: not
 * known. */
struct signature_life {
	int64_t inception, expires;
	const char *signer; /* the zone */
	uint16_t key_tag;
};

/*
 * A signed zone below the root, and what its keys hang by: the signature over its DNSKEY records,
 * of those that a DS record's key made the one that ends last, and the one over its DS records.
 */
struct signed_zone {
	const char *name;
	struct signature_life dnskey, ds;
	/* Where no DS record has another one: the algorithm of which some validators know nothing,
	 * RSASHA1 (5, 7), ECC-GOST (12) or Ed448 (16); else 0. */
	unsigned odd_algorithm;
	unsigned iterations; /* of the NSEC3 records that the answer rests on; 0 without any */
	/* Of the proven SOA record in the answer; 0 without one. */
	uint32_t soa_refresh, soa_expire;
};

/*
 * Where an answer that is not SECURE ceases to be proven. Of INSECURE the first unsigned name:
 * cause DS_MISSING, OPT_OUT or ZONE_UNSIGNED; of BOGUS the zone that does not hold: DS_STALE,
 * DNSKEY_UNUSABLE, ASTERISK_NAME, TOO_MANY_SIGNATURES.
 * Of a lookup that failed a name that is an alias of itself: ALIAS_LOOP; of one that failed or is
 * BOGUS the name above, which has others below it and is denied: ENT_NXDOMAIN. NONE: not known.
 */
struct broken_link {
	enum cause cause;
	const char *name;
	const char *ds;    /* DS_MISSING: the record that is missing, as a line; or NULL */
	bool behind_alias; /* what stands at the asked name itself is signed */
};

/* Why a resolver fails, in its own words (RFC 8914 §2). */
struct extended_error {
	uint16_t code;
	const char *text; /* as it came; "" without */
};

/* What the resolvers in use say of a lookup that failed or is bogus. */
enum resolver_doubt {
	RESOLVER_DOUBT_NONE,   /* they agree, or it is not known */
	RESOLVER_DOUBT_ALONE,  /* there is only this one, and it may be at fault */
	RESOLVER_DOUBT_PROVEN, /* this other one finds the answer secure */
};

/* A name with no records of its own: what it has comes from a wildcard (RFC 4592 §3.3.1). */
struct expansion {
	const char *name, *wildcard; /* "mx1.example.org", "*.example.org" */
};

/* A record in a file of --zone that decides an answer, and that only the zone's software knows how
 * to read: the live answer stands in. */
struct unknown_data {
	const char *name;  /* whose data it decides */
	const char *owner; /* the same, or a wildcard above it */
	const char *type;  /* "ALIAS" */
	const struct location *at;
};

/* The answer to one question (name, type), its aliases followed. */
struct lookup {
	const char *asked; /* owner name asked: lower case, no final dot */
	const char *final; /* owner name at the end of the alias chain; equals asked without one */
	enum dns_type type;
	const char *alias;  /* where the CNAME that answers for `asked` leads; NULL: none does */
	uint32_t alias_ttl; /* of that CNAME, as original_ttl */
	uint32_t alias_ttl_left; /* likewise, as ttl_left */
	/* The TTL that --zone's file gives to records yet to come at `asked` and at `final`, by
	 * $TTL; NULL: it has none, or live DNS has the name. */
	const uint32_t *asked_default_ttl, *default_ttl;
	enum answer_kind kind;
	enum dnssec_status
	    dnssec; /* of the whole chain and its end; INDETERMINATE if kind is FAILED */
	/*
	 * Status of the alias record at `asked` itself, when final differs: a secure alias may
	 * point out of the signed tree (RFC 7672 §2.1.3). Equals dnssec where there is no alias.
	 */
	enum dnssec_status alias_dnssec;
	enum lookup_failure failure;
	struct broken_link broken;
	const char *error; /* a sentence fragment for FAILED, INDETERMINATE and BOGUS; else NULL */
	struct extended_error *ede; /* of FAILED and BOGUS */
	size_t ede_count;
	enum resolver_doubt doubt;
	struct address resolver;            /* which one, with a doubt */
	bool proposed;                      /* answered from --zone */
	const struct unknown_data *unknown; /* NULL: none decides it */
	bool has_signature;                 /* signed at all: signature_expires is set */
	/*
	 * Of the RRSIGs that the status rests on (the answer's own, not its parents'), the one that
	 * ends first. Seconds since the epoch.
	 */
	int64_t signature_expires;
	/* All of them. */
	struct signature_life *signatures;
	size_t signature_count;
	/* Those that the parts of the answer are in, each once; none where it was not judged here.
	 */
	struct signed_zone *zones;
	size_t zone_count;
	/* Of the aliases and the records at their end those that are a wildcard's, in order; what
	 * an unsigned zone answers does not show it. */
	struct expansion *expansions;
	size_t expansion_count;
	/* ANSWER_NODATA: the name exists only because of this one below it, so that the wildcard no
	 * longer answers; NULL: not so, or not known. */
	const char *shadowed_by;
	const char *shadowed; /* that wildcard */
	uint32_t
	    original_ttl; /* of the RRSIG over the wanted RRset; without one the largest TTL seen */
	/* What the answer left of it, the smallest of its records; means nothing if proposed. */
	uint32_t ttl_left;
	size_t duplicates; /* records that stood twice (--zone only) and were dropped here */
	const struct location *duplicate; /* the last of them */
	struct dns_record *records;
	size_t record_count;
};

/* The name that reports use, such as "secure". */
const char *dnssec_status_name(enum dnssec_status s);
/* "TLSA" */
const char *lookup_type_name(enum dns_type type);

/* True of a life so short that the signature is made for each answer, or nearly so, as Cloudflare
 * and others do: no secondary could serve it. */
bool lookup_is_signed_live(const struct signature_life *life);

/* Adds a copy of the zone, unless one of that name is there. */
void lookup_add_zone(struct arena *arena, struct lookup *l, const struct signed_zone *zone);

void lookup_add_expansion(
    struct arena *arena, struct lookup *l, const char *name, const char *wildcard);
/* NULL where the name is none of them. */
const struct expansion *lookup_find_expansion(const struct lookup *l, const char *name);
/* True if the wildcard no longer answers for the name once records stand at `owner`: it, or a name
 * between it and what the wildcard stands under, then exists (RFC 4592 §2.2.2). */
bool lookup_expansion_ends(const struct expansion *e, const char *owner);
/* Makes of the lookup what it is without that expansion of its own: it ends there without records.
 * `by` is the owner of the records that end it. */
void lookup_end_expansion(struct lookup *l, const struct expansion *e, const char *by);
/* The name, or one above it (RFC 1034 §3.1); both as in lookup.asked. */
bool lookup_name_is_below(const char *name, const char *ancestor);
/* Adds a copy of a signature that the status rests on. */
void lookup_add_signature(
    struct arena *arena, struct lookup *l, const struct signature_life *signature);

/* Adds a copy of an extended error. */
void lookup_add_error(struct arena *arena, struct lookup *l, const struct extended_error *error);
/* "Signature Expired", or NULL for a code without a name (IANA's registry). */
const char *lookup_error_name(uint16_t code);

/* `asked` is an alias: the answer is another name's. */
bool lookup_is_alias(const struct lookup *l);

/* The TTL for records that are put in at the owner, which is `asked` or `final`: that of those that
 * the answer has, else the file's, else an hour. NULL as lookup is allowed. */
uint32_t lookup_ttl_for(const struct lookup *l, const char *owner);

/* Why an answer is INSECURE: DS_MISSING, OPT_OUT, ZONE_UNSIGNED or ALIAS_UNSIGNED; NONE: it is not,
 * or that is not known. */
enum cause lookup_insecure_cause(const struct lookup *l);

/* A deep copy into an arena, for facts that a run's caches own. */
struct lookup *lookup_copy(struct arena *arena, const struct lookup *l);

/* The earlier signature end of two lookups; false if neither is signed. Either may be NULL. */
bool lookup_signature_end(const struct lookup *a, const struct lookup *b, int64_t *when);

/* True of equal data of that type, whatever the TTLs; false for a type that no lookup holds. */
bool lookup_same_data(enum dns_type type, const struct dns_record *a, const struct dns_record *b);
/* True of equal sets of records, or equal aliases, of one type; what is absent is, however. */
bool lookup_same_answer(const struct lookup *a, const struct lookup *b);

/* "SERVFAIL" and so on, or NULL for one without a name. */
const char *lookup_rcode_name(int rcode);

#endif
