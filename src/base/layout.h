/*
 * layout.h - lays out text for a terminal: colors, symbols, wrapping at a width.
 *
 * A line is begun with its indent and its hang, the indent of what wraps. Text is added in chunks
 * that are not broken where a line can hold them. Every chunk is escaped (escape_add_visible), so
 * callers pass text from the network as it is.
 */
#ifndef MXDANE_LAYOUT_H
#define MXDANE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buffer.h"

/* The meaning of a color. A word or a mark always says the same. */
enum tone {
	TONE_PLAIN,
	TONE_STRONG,
	TONE_DIM,
	TONE_GOOD,
	TONE_WARNING,
	TONE_UNKNOWN,
	TONE_BAD,
};

/* A line's leading symbol: ✓ ! ? ✗, in ASCII + ! ? x; MARK_NONE leaves its place blank. */
enum mark {
	MARK_GOOD,
	MARK_NONE,
	MARK_WARNING,
	MARK_UNKNOWN,
	MARK_BAD,
};

struct layout {
	struct buffer *out;
	struct arena *arena; /* for text being escaped */
	unsigned columns;    /* of the terminal */
	bool utf8, color;    /* what the terminal can show */
	bool verbose;        /* for the writers: show all that is known */
	size_t column;       /* columns of the line that are used */
	size_t hang;
	size_t gap; /* spaces due before the next chunk */
};

/* Ends the line, if one is begun, and begins the next. */
void layout_line(struct layout *t, size_t indent, size_t hang);
/* Ends the line, if one is begun. */
void layout_end(struct layout *t);
void layout_blank(struct layout *t);
/* A line across the terminal, with a blank one above and below. */
void layout_rule(struct layout *t);
/* A line as it is, from the first column and never broken: made to be copied. */
void layout_verbatim(struct layout *t, enum tone tone, const char *line);

/* One chunk. */
void layout_add(struct layout *t, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A chunk for each word. */
void layout_words(struct layout *t, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A chunk filled up to `width` columns, two spaces after it. */
void layout_cell(struct layout *t, enum tone tone, size_t width, const char *text);
void layout_mark(struct layout *t, enum mark mark);

enum tone layout_tone_for(enum mark mark);
/* A plain paragraph in UTF-8, each of its lines indented; `column` columns of the first one are
 * used already, not more than `indent`. */
void layout_paragraph(
    struct buffer *out, unsigned columns, size_t column, size_t indent, const char *text);

#endif
