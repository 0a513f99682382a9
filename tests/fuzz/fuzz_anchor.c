/* A trust anchor file. */
#include <string.h>

#include "anchor.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	const char *error;
	char *text = arena_strndup(arena, (const char *)data, size);
	anchor_destroy(anchor_parse(text, "file", arena, &error));
	arena_destroy(arena);
	return 0;
}
