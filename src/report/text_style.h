/*
 * text_style.h - lays out text for a terminal: colours, symbols, wrapping at a width.
 *
 * A line is begun with its indent and its hang, the indent of what wraps. Text is added in chunks
 * that are kept whole where a line can hold them. Every chunk is made visible on its way
 * (report_add_visible), so that raw facts may be handed over.
 */
#ifndef MXDANE_TEXT_STYLE_H
#define MXDANE_TEXT_STYLE_H

#include "report.h"

/* What a colour stands for; it only repeats what a word or a mark says. */
enum text_tone {
	TEXT_PLAIN,
	TEXT_STRONG,
	TEXT_DIM,
	TEXT_GOOD,
	TEXT_WARNING,
	TEXT_UNKNOWN,
	TEXT_BAD,
};

/* A line's leading symbol: ✓ – ! ? ✗, in ASCII + - ! ? x. */
enum text_mark {
	TEXT_MARK_GOOD,
	TEXT_MARK_NONE,
	TEXT_MARK_WARNING,
	TEXT_MARK_UNKNOWN,
	TEXT_MARK_BAD,
};

struct text {
	struct buffer *out;
	struct arena *arena; /* for chunks on their way */
	const struct report_style *style;
	size_t column; /* columns of the line that are used */
	size_t hang;
	size_t gap; /* spaces due before the next chunk */
};

/* Ends the line, if one is begun, and begins the next. */
void text_line(struct text *t, size_t indent, size_t hang);
/* Ends the line, if one is begun. */
void text_end(struct text *t);
void text_blank(struct text *t);
/* A line across the terminal, with a blank one above and below. */
void text_rule(struct text *t);
/* A line as it is, from the first column and never broken: made to be copied. */
void text_verbatim(struct text *t, enum text_tone tone, const char *line);

/* One chunk. */
void text_add(struct text *t, enum text_tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A chunk for each word. */
void text_words(struct text *t, enum text_tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A chunk filled up to `width` columns, two spaces after it. */
void text_cell(struct text *t, enum text_tone tone, size_t width, const char *text);
void text_add_mark(struct text *t, enum text_mark mark);

enum text_mark text_mark_for(enum status status);
enum text_tone text_tone_for(enum text_mark mark);

#endif
