/* A command line: one argument a line. */
#include <string.h>

#include "fuzz.h"
#include "options.h"

enum { MOST_ARGUMENTS = 30 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[MOST_ARGUMENTS + 2] = {0};
	int argc = 1;
	struct arena *arena = arena_create();
	struct params params = {0};
	struct options_topic topic;
	const char *error = NULL;
	char *text = arena_strndup(arena, (const char *)data, size);
	argv[0] = arena_strdup(arena, "mxdane");
	for (char *p = strtok(text, "\n"); p && argc <= MOST_ARGUMENTS; p = strtok(NULL, "\n"))
		argv[argc++] = p;
	if ((options_parse(arena, argc, argv, &params, &topic, &error) == OPTIONS_ERROR) !=
	    (error != NULL))
		__builtin_trap(); /* an error has its sentence, and nothing else has one */
	arena_destroy(arena);
	return 0;
}
