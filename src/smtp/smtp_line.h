/*
 * smtp_line.h - one line of an SMTP reply (RFC 5321 §4.2): its code, its text, its keyword. Pure.
 */
#ifndef MXDANE_SMTP_LINE_H
#define MXDANE_SMTP_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buffer.h"

struct smtp_line {
	int code; /* 200 to 599 */
	bool last;
	const char *text; /* after the code; not NUL-terminated */
	size_t length;
};

/* False if that is no line of a reply. `data` is without the line's end, and is pointed into. */
bool smtp_line_parse(const char *data, size_t length, struct smtp_line *line);
/* Length of the text's first word. */
size_t smtp_line_word_length(const struct smtp_line *line);
/* True if the first word is `keyword`, in any case (RFC 5321 §2.4). */
bool smtp_line_is_keyword(const struct smtp_line *line, const char *keyword);

/* Bytes as a fact's text: raw, but a NUL is written \x00, so that nothing behind it is lost. */
void smtp_line_add_raw(struct buffer *b, const char *data, size_t length);
char *smtp_line_raw_text(struct arena *arena, const char *data, size_t length);

#endif
