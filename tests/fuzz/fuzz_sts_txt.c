/* TXT records at _mta-sts, one a line. */
#include "fuzz.h"
#include "sts.h"
#include "txt_lookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct lookup l = txt_lookup(arena, data, size);
	const char *id, *error;
	(void)sts_read_txt(arena, &l, &id, &error);
	arena_destroy(arena);
	return 0;
}
