/* A --file of domains, read to its end. */
#include <string.h>

#include "domain_source.h"
#include "fuzz.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[MEMORY_PATH_SIZE];
	int fd = memory_file(data, size, path);
	struct params params = {.file = path};
	struct arena *arena = arena_create();
	struct loop *loop = loop_create();
	const char *text = NULL;
	struct domain_source *s = domain_source_open(loop, &params, NULL, NULL, arena, &text);
	enum source_result result;
	while (s && (result = domain_source_next(s, &text)) != SOURCE_END)
		if (result == SOURCE_WAIT || !*text || strchr(text, '\n'))
			__builtin_trap(); /* a file never waits, and a domain is one line with
					     something on it */
	domain_source_close(s);
	loop_destroy(loop);
	arena_destroy(arena);
	close(fd);
	return 0;
}
