/*
 * zone_rdata.h - the data of one record in a master file: strict for the types that mail needs, in
 * their own form (RFC 1035 §3.3, RFC 3596, RFC 6698 §2.2) and the generic one (RFC 3597 §5). Pure.
 */
#ifndef MXDANE_ZONE_RDATA_H
#define MXDANE_ZONE_RDATA_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"
#include "zone_text.h"

/* What a server answers from a record of a type that only its software knows. */
struct zone_made {
	enum {
		ZONE_MADE_NOTHING,   /* the type is one that all know */
		ZONE_MADE_ADDRESSES, /* A and AAAA records */
		ZONE_MADE_TYPE,      /* records of `type` */
		ZONE_MADE_ANY,       /* of any type */
		ZONE_MADE_ABSENT,    /* perhaps those of a type that the name has none of */
	} kind;
	uint16_t type;
};

/* The RDATA tokens: what follows the type. */
struct zone_rdata {
	uint16_t type;
	const struct zone_token *tokens;
	size_t count;
	unsigned line;      /* on which the record ends: where a missing word is missed */
	const char *origin; /* canonical, or NULL */
};

/*
 * Fills the union of `out`; the target of an NS or DNAME goes to out->cname. The data of a type
 * that answers do not need is passed over, that of an SOA is checked and dropped. False with a
 * fault noted.
 */
bool zone_rdata_read(
    const struct zone_rdata *rdata, struct dns_record *out, struct zone_fault *fault);

/* Of data that was read. */
struct zone_made zone_rdata_made(const struct zone_rdata *rdata);

/* A mnemonic of the IANA registry or PowerDNS's, or TYPEn (RFC 3597 §5); false for any other word.
 */
bool zone_type_read(const struct zone_token *token, uint16_t *type);
/* The mnemonic, or TYPEn. */
const char *zone_type_name(struct arena *arena, uint16_t type);

#endif
