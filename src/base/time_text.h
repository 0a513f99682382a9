/* time_text.h - a time as text, and from what a text says. */
#ifndef MXDANE_TIME_TEXT_H
#define MXDANE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "arena.h"

/* The moment of a date and time in UTC; false if there is none, as on 31 June. */
bool time_from_utc(const struct tm *utc, int64_t *when);

/* RFC 3339 UTC, such as "2026-11-23T19:43:00Z"; years outside 1000 to 9999 are cut to that. */
#define TIME_TEXT_SIZE 32
const char *time_text(int64_t when, char buf[static TIME_TEXT_SIZE]);

/* "in 12 days", "3 hours ago" or "now": whole hours up to two days, then whole days. */
const char *time_apart(struct arena *arena, int64_t when, int64_t now);

#endif
