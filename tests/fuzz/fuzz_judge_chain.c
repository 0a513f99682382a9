/* A TLSA RRset and a chain: octets 0 to 3 are the first record's parameters and data length, then
 * comes its data, then DER. */
#include "certificate.h"
#include "fuzz.h"
#include "tlsa_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct reference_identifiers names = {{"mx.example"}, 1};
	if (size < 4 || size - 4 < data[3])
		return 0;
	struct arena *arena = arena_create();
	struct dns_record records[2] = {
	    {.tlsa = {data[0], data[1], data[2], data + 4, data[3]}},
	    {.tlsa = {data[0], data[1], 0, data + 4 + data[3], size - 4 - data[3]}},
	};
	struct lookup l = {
	    .type = DNS_TYPE_TLSA, .kind = ANSWER_RECORDS, .records = records, .record_count = 2};
	struct certificate chain[2] = {0};
	size_t count = 0;
	certificate_parse(arena, &chain[0], data + 4 + data[3], size - 4 - data[3]);
	certificate_parse(arena, &chain[1], data + 4, data[3]);
	struct tlsa_record *rrset = tlsa_records_from_lookup(arena, &l, &count);
	(void)tlsa_judge_chain(arena, rrset, count, chain, 2, &names, 1700000000);
	arena_destroy(arena);
	return 0;
}
