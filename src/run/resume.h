/*
 * resume.h - the domains that an earlier run's JSON output already holds whole (--resume).
 */
#ifndef MXDANE_RESUME_H
#define MXDANE_RESUME_H

#include <stdbool.h>

#include "arena.h"

struct resume;

/* Reads FILE; NULL and a sentence naming it (and the line that is none of ours) on failure. A last
 * line without its newline was cut off when the earlier run ended: that domain is not held. */
struct resume *resume_read(const char *file, struct arena *arena, const char **error);
void resume_destroy(struct resume *resume); /* NULL is allowed */
/* `domain` is canonical. NULL holds nothing. */
bool resume_holds(const struct resume *resume, const char *domain);

#endif
