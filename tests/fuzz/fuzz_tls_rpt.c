/* TXT records at _smtp._tls, one a line. */
#include "fuzz.h"
#include "sts.h"
#include "txt_lookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct lookup l = txt_lookup(arena, data, size);
	struct tls_rpt rpt = {.txt = &l};
	sts_read_tls_rpt(arena, &rpt);
	arena_destroy(arena);
	return 0;
}
