/* The body of a Certificate message: the first byte says of which TLS. */
#include "fuzz.h"
#include "tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct probe facts = {0};
	if (size > 0)
		(void)tls_chain_record(arena, data + 1, size - 1, data[0] & 1, &facts);
	arena_destroy(arena);
	return 0;
}
