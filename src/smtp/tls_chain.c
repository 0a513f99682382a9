/* tls_chain.c owns the reading of the Certificate message (RFC 8446 §4.4.2, RFC 5246 §7.4.2). */
#include "tls_chain.h"

#include "certificate.h"
#include "limit.h"

struct cursor {
	const uint8_t *data;
	size_t length;
	bool failed; /* sticks */
};

/* A vector of TLS whose length has `octets` octets (RFC 8446 §3.4). */
static struct cursor take_vector(struct cursor *c, size_t octets)
{
	struct cursor part = {0};
	size_t length = 0;
	if (c->failed || c->length < octets) {
		c->failed = true;
		return part;
	}
	for (size_t i = 0; i < octets; i++)
		length = length << 8 | c->data[i];
	if (c->length - octets < length) {
		c->failed = true;
		return part;
	}
	part.data = c->data + octets;
	part.length = length;
	c->data += octets + length;
	c->length -= octets + length;
	return part;
}

const char *tls_chain_record(
    struct arena *arena, const uint8_t *body, size_t length, bool tls13, struct probe *facts)
{
	struct cursor all = {body, length, false};
	if (tls13)
		(void)take_vector(&all, 1); /* the request context */
	struct cursor list = take_vector(&all, 3);
	while (list.length > 0) {
		struct cursor der = take_vector(&list, 3);
		if (tls13)
			(void)take_vector(&list, 2); /* extensions */
		if (list.failed)
			break;
		if (facts->chain_count == LIMIT_CHAIN)
			return arena_printf(
			    arena, "the server sent over %d certificates", LIMIT_CHAIN);
		struct certificate *c =
		    arena_append(arena, &facts->chain, &facts->chain_count, sizeof *c);
		certificate_parse(arena, c, der.data, der.length);
	}
	return all.failed || list.failed ? "the Certificate message is malformed" : NULL;
}
