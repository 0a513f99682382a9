/* TXT records at _smtp._tls, one a line. */
#include <string.h>

#include "fuzz.h"
#include "sts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct lookup l = {.asked = "x.example",
	    .final = "x.example",
	    .type = DNS_TYPE_TXT,
	    .kind = ANSWER_RECORDS};
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;
		struct dns_record *r = arena_append(arena, &l.records, &l.record_count, sizeof *r);
		r->txt.data = arena_memdup(arena, data, length);
		r->txt.length = length;
		data += length + (end != NULL);
		size -= length + (end != NULL);
	}
	struct tls_rpt rpt = {.txt = &l};
	sts_read_tls_rpt(arena, &rpt);
	arena_destroy(arena);
	return 0;
}
