/* A file of --chain: PEM as people have it. */
#include "fuzz.h"
#include "limit.h"
#include "memory_file.h"
#include "proposed_chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[MEMORY_PATH_SIZE];
	int fd = memory_file(data, size, path);
	struct arena *arena = arena_create();
	struct chain_option option = {.file = path};
	struct params params = {.chains = &option, .chain_count = 1};
	struct proposed_chains chains;
	const char *error = NULL;
	if (proposed_chains_read(arena, &params, &chains, &error) == (error != NULL))
		__builtin_trap();
	for (size_t i = 0; !error && i < chains.list[0].count; i++)
		if (!chains.list[0].certificates[i].parsed || chains.list[0].count > LIMIT_CHAIN)
			__builtin_trap(); /* a chain that cannot be shown is refused */
	arena_destroy(arena);
	close(fd);
	return 0;
}
