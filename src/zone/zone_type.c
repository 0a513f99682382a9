/* zone_type.c owns the table of record types that may stand in a master file. */
#include "zone_type.h"

#include <stddef.h>

#include "ascii.h"

/*
 * IANA, "Resource Record (RR) TYPEs", without those of questions and messages (OPT, TSIG, AXFR …).
 * A word that is not here is an error, not a record to skip: TSLA for TLSA must not pass.
 */
static const struct {
	uint16_t type;
	const char *name;
} types[] = {
    {1, "A"},
    {2, "NS"},
    {5, "CNAME"},
    {6, "SOA"},
    {7, "MB"},
    {8, "MG"},
    {9, "MR"},
    {11, "WKS"},
    {12, "PTR"},
    {13, "HINFO"},
    {14, "MINFO"},
    {15, "MX"},
    {16, "TXT"},
    {17, "RP"},
    {18, "AFSDB"},
    {19, "X25"},
    {20, "ISDN"},
    {21, "RT"},
    {22, "NSAP"},
    {23, "NSAP-PTR"},
    {24, "SIG"},
    {25, "KEY"},
    {26, "PX"},
    {27, "GPOS"},
    {28, "AAAA"},
    {29, "LOC"},
    {30, "NXT"},
    {31, "EID"},
    {32, "NIMLOC"},
    {33, "SRV"},
    {34, "ATMA"},
    {35, "NAPTR"},
    {36, "KX"},
    {37, "CERT"},
    {38, "A6"},
    {39, "DNAME"},
    {40, "SINK"},
    {42, "APL"},
    {43, "DS"},
    {44, "SSHFP"},
    {45, "IPSECKEY"},
    {46, "RRSIG"},
    {47, "NSEC"},
    {48, "DNSKEY"},
    {49, "DHCID"},
    {50, "NSEC3"},
    {51, "NSEC3PARAM"},
    {52, "TLSA"},
    {53, "SMIMEA"},
    {55, "HIP"},
    {56, "NINFO"},
    {57, "RKEY"},
    {58, "TALINK"},
    {59, "CDS"},
    {60, "CDNSKEY"},
    {61, "OPENPGPKEY"},
    {62, "CSYNC"},
    {63, "ZONEMD"},
    {64, "SVCB"},
    {65, "HTTPS"},
    {66, "DSYNC"},
    {99, "SPF"},
    {104, "NID"},
    {105, "L32"},
    {106, "L64"},
    {107, "LP"},
    {108, "EUI48"},
    {109, "EUI64"},
    {256, "URI"},
    {257, "CAA"},
    {258, "AVC"},
    {259, "DOA"},
    {260, "AMTRELAY"},
    {261, "RESINFO"},
    {262, "WALLET"},
    {32768, "TA"},
    {32769, "DLV"},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

bool zone_type_read(const struct zone_token *token, uint16_t *type)
{
	static const char prefix[] = "TYPE";
	const size_t n = sizeof prefix - 1;
	uint32_t number;
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (zone_token_is(token, types[i].name)) {
			*type = types[i].type;
			return true;
		}
	}
	if (token->quoted || token->length <= n || !ascii_equal(token->text, prefix, n))
		return false;
	struct zone_token digits = {.text = token->text + n, .length = token->length - n};
	if (!zone_token_number(&digits, UINT16_MAX, &number))
		return false;
	*type = (uint16_t)number;
	return true;
}

const char *zone_type_name(struct arena *arena, uint16_t type)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (types[i].type == type)
			return types[i].name;
	return arena_printf(arena, "TYPE%u", type);
}
