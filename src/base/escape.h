/*
 * escape.h - makes text from the network safe to show: nothing of it reaches a terminal raw.
 *
 * Control characters (C0, DEL, C1), escape sequences, whatever reorders or hides text
 * (bidirectional marks, overrides and isolates, zero-width and other format characters, tags), line
 * and paragraph separators, and invalid UTF-8 become \xNN for each of their bytes. A backslash
 * stays as it is.
 */
#ifndef MXDANE_ESCAPE_H
#define MXDANE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buffer.h"

/* Appends the visible form of `length` bytes. */
void escape_add(struct buffer *b, const void *data, size_t length);
/* The visible form in an arena; NULL gives NULL. */
char *escape_text(struct arena *arena, const char *text);
char *escape_bytes(struct arena *arena, const void *data, size_t length);
/*
 * The visible form of `text` for a medium that is UTF-8 or not. Where it is not, the few signs that
 * mxdane's own sentences use become ASCII and every other byte above 0x7f becomes \xNN: an 8-bit
 * terminal takes bytes of UTF-8 for control characters.
 */
void escape_add_visible(struct buffer *out, const char *text, bool utf8);
/* The same in an arena. */
char *escape_visible(struct arena *arena, const char *text, bool utf8);
/* escape_text for text of several lines: each is escaped, the newlines between them stay.
 * NULL gives NULL. */
char *escape_lines(struct arena *arena, const char *text);
/* Columns that valid UTF-8 takes on a terminal (wide and combining characters counted). */
size_t escape_width(const char *text);
/* Lower-case hex. */
void escape_add_hex(struct buffer *b, const void *data, size_t length);
char *escape_hex(struct arena *arena, const void *data, size_t length);

#endif
