/* zone_type.h - the mnemonics of record types in master files. Pure. */
#ifndef MXDANE_ZONE_TYPE_H
#define MXDANE_ZONE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "zone_text.h"

/* The types that a zone's answers need; A, CNAME, MX, TXT, AAAA and TLSA are enum dns_type's. */
enum {
	ZONE_TYPE_NS = 2,
	ZONE_TYPE_SOA = 6,
	ZONE_TYPE_DNAME = 39,
	ZONE_TYPE_RRSIG = 46,
	ZONE_TYPE_NSEC = 47,
	ZONE_TYPE_NSEC3 = 50,
};

/* A mnemonic of the IANA registry, or TYPEn (RFC 3597 §5); false for any other word. */
bool zone_type_read(const struct zone_token *token, uint16_t *type);
/* The mnemonic, or TYPEn. */
const char *zone_type_name(struct arena *arena, uint16_t type);

#endif
