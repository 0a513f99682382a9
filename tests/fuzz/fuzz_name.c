/* A domain name as a user wrote it: what is accepted is canonical. */
#include <string.h>

#include "fuzz.h"
#include "name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	const char *error = NULL;
	const char *name =
	    name_from_user(arena, arena_strndup(arena, (const char *)data, size), &error);
	if (!name == !error)
		__builtin_trap();
	if (name) {
		const char *again = name_from_user(arena, name, &error);
		if (!again || strcmp(again, name) != 0 || !name_is_host(name))
			__builtin_trap();
		(void)name_to_unicode(arena, name);
		(void)name_matches(name, "mx.example");
	}
	arena_destroy(arena);
	return 0;
}
