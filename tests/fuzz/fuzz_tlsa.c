/* The body of a Certificate message and RDATA of TLSA records: each has a defect or may count, and
 * neither records nor verdict depend on the order in which a server sends them. */
#include <string.h>

#include "fuzz.h"
#include "parts.h"
#include "tls.h"
#include "tlsa_verify.h"

enum { MOST_RECORDS = 16 };

static struct dane_verdict judge(struct arena *arena, struct dns_record *records, size_t count,
    const struct probe *facts, struct tlsa_record **rrset)
{
	static const struct reference_identifiers names = {{"mx.example"}, 1};
	struct lookup l = {.type = DNS_TYPE_TLSA,
	    .kind = ANSWER_RECORDS,
	    .records = records,
	    .record_count = count};
	bool usable = false;
	*rrset = tlsa_records_from_lookup(arena, &l, &count);
	for (size_t i = 0; i < count; i++) {
		const struct tlsa_record *r = &(*rrset)[i];
		usable |= r->active;
		if (r->active && (r->defect || r->usage < 2 || r->usage > 3))
			__builtin_trap();
	}
	return usable ? tlsa_judge_chain(arena, *rrset, count, facts->chain, facts->chain_count,
			    &names, 1795460400)
		      : (struct dane_verdict){.record = -1};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct part rest = {data, size}, message = next_part(&rest);
	struct dns_record there[MOST_RECORDS] = {0}, back[MOST_RECORDS] = {0};
	size_t count = 0;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct tlsa_record *one, *other;
	(void)tls_chain_record(arena, message.data, message.length, true, &facts);
	for (struct part p; rest.length && count < MOST_RECORDS; count += p.length >= 3) {
		p = next_part(&rest);
		if (p.length >= 3) {
			there[count].tlsa.usage = p.data[0], there[count].tlsa.selector = p.data[1];
			there[count].tlsa.mtype = p.data[2], there[count].tlsa.data = p.data + 3;
			there[count].tlsa.length = p.length - 3;
		}
	}
	for (size_t i = 0; i < count; i++)
		back[count - 1 - i] = there[i];
	struct dane_verdict a = judge(arena, there, count, &facts, &one),
			    b = judge(arena, back, count, &facts, &other);
	if (a.result != b.result || a.record != b.record || a.depth != b.depth ||
	    a.usage != b.usage)
		__builtin_trap();
	for (size_t i = 0; i < count; i++)
		if (one[i].usage != other[i].usage || one[i].defect != other[i].defect ||
		    one[i].active != other[i].active || one[i].length != other[i].length ||
		    memcmp(one[i].data, other[i].data, one[i].length) != 0)
			__builtin_trap();
	arena_destroy(arena);
	return 0;
}
