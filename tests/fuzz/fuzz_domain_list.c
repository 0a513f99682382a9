/* A --file of domains, read to its end. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "domain_source.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = memfd_create("list", 0);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		__builtin_trap();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
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
