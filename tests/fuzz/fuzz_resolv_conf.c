/* /etc/resolv.conf. */
#include "fuzz.h"
#include "resolver_upstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct resolv_conf *servers;
	(void)resolv_conf_parse(arena_strndup(arena, (const char *)data, size), arena, &servers);
	arena_destroy(arena);
	return 0;
}
