/* txt_lookup.h - the answer to a TXT question, one record a line of the fuzzer's bytes. */
#ifndef MXDANE_TXT_LOOKUP_H
#define MXDANE_TXT_LOOKUP_H

#include <string.h>

#include "lookup.h"

static struct lookup txt_lookup(struct arena *arena, const uint8_t *data, size_t size)
{
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
	return l;
}

#endif
