/* /etc/resolv.conf. */
#include "fuzz.h"
#include "upstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct nameserver *servers;
	(void)upstream_parse_resolv_conf(
	    arena_strndup(arena, (const char *)data, size), arena, &servers);
	arena_destroy(arena);
	return 0;
}
