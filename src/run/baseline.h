/*
 * baseline.h - the findings that an earlier run's JSON output has (--baseline).
 */
#ifndef MXDANE_BASELINE_H
#define MXDANE_BASELINE_H

#include "model.h"

struct baseline;

/*
 * Reads FILE: reports of schema 1 or 2, one after the other or in an array; none at all is allowed.
 * NULL and a sentence naming it, the line and what is wrong there, on failure.
 */
struct baseline *baseline_read(const char *file, struct arena *arena, const char **error);
void baseline_destroy(struct baseline *baseline); /* NULL is allowed */
/* What the last report of a domain has: code, severity, ignored, place and message of each finding.
 * Codes that this version does not know are left out. `domain` is canonical. */
const struct finding *baseline_findings(
    const struct baseline *baseline, const char *domain, size_t *count);

#endif
