/* An earlier run's JSON output (--baseline). */
#include "baseline.h"
#include "fuzz.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[MEMORY_PATH_SIZE];
	int fd = memory_file(data, size, path);
	struct arena *arena = arena_create();
	const char *error = NULL;
	size_t count = 0;
	struct baseline *b = baseline_read(path, arena, &error);
	if (!b == !error)
		__builtin_trap(); /* what it has or a reason, never both, never neither */
	if (b)
		(void)baseline_findings(b, "good.example", &count);
	baseline_destroy(b);
	arena_destroy(arena);
	close(fd);
	return 0;
}
