/* An earlier run's JSON output (--resume). */
#include "fuzz.h"
#include "memory_file.h"
#include "resume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[MEMORY_PATH_SIZE];
	int fd = memory_file(data, size, path);
	struct arena *arena = arena_create();
	const char *error = NULL;
	struct resume *r = resume_read(path, arena, &error);
	if (!r == !error)
		__builtin_trap(); /* what it holds or a reason, never both, never neither */
	(void)resume_holds(r, "good.example");
	resume_destroy(r);
	arena_destroy(arena);
	close(fd);
	return 0;
}
