/* layout.c - lays out text for a terminal: colors, symbols, wrapping. */
#include "layout.h"

#include <stdarg.h>
#include <string.h>

#include "escape.h"

/* Narrower terminals get lines of this width, which they break as they like. */
enum { NARROWEST = 40 };

static const char *const tone_codes[] = {
    [TONE_PLAIN] = NULL,
    [TONE_STRONG] = "1",
    [TONE_DIM] = "2",
    [TONE_GOOD] = "32",
    [TONE_WARNING] = "33",
    [TONE_UNKNOWN] = "35",
    [TONE_BAD] = "1;31",
};

static size_t line_width(const struct layout *t)
{
	return t->columns < NARROWEST ? NARROWEST : t->columns;
}

static void add_spaces(struct layout *t, size_t count)
{
	buffer_printf(t->out, "%*s", (int)count, "");
	t->column += count;
}

void layout_end(struct layout *t)
{
	if (t->column > 0)
		buffer_add_text(t->out, "\n");
	t->column = 0;
	t->gap = 0;
}

void layout_line(struct layout *t, size_t indent, size_t hang)
{
	layout_end(t);
	t->hang = hang;
	t->gap = indent;
}

void layout_blank(struct layout *t)
{
	layout_end(t);
	buffer_add_text(t->out, "\n");
}

void layout_rule(struct layout *t)
{
	layout_blank(t);
	for (size_t i = 0; i < line_width(t); i++)
		buffer_add_text(t->out, t->utf8 ? "─" : "-");
	buffer_add_text(t->out, "\n\n");
}

static void add_toned(struct layout *t, enum tone tone, const char *visible, size_t length)
{
	const char *code = t->color ? tone_codes[tone] : NULL;
	if (code)
		buffer_printf(t->out, "\033[%sm", code);
	buffer_add(t->out, visible, length);
	if (code)
		buffer_add_text(t->out, "\033[0m");
}

void layout_verbatim(struct layout *t, enum tone tone, const char *line)
{
	layout_end(t);
	const char *visible = escape_visible(t->arena, line, t->utf8);
	add_toned(t, tone, visible, strlen(visible));
	buffer_add_text(t->out, "\n");
}

/* Octets of the first character of valid UTF-8. */
static size_t character_length(const char *p)
{
	size_t n = 1;
	while (((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* How many octets of `visible` fit into `room` columns, at least one character; up to a space if
 * the text must be broken and has one. */
static size_t fitting_length(const char *visible, size_t room)
{
	char character[8] = ""; /* valid UTF-8 takes four octets at most */
	size_t length = 0, width = 0, space = 0;
	while (visible[length]) {
		size_t n = character_length(&visible[length]);
		memcpy(character, &visible[length], n);
		character[n] = '\0';
		if (length > 0 && visible[length] == ' ' && visible[length - 1] != ' ')
			space = length;
		width += escape_width(character);
		if (length > 0 && width > room)
			return space ? space : length;
		length += n;
	}
	return length;
}

static void wrap(struct layout *t)
{
	size_t hang = t->hang;
	layout_line(t, hang, hang);
}

/* Adds text that is visible already: on this line if it fits, else on the next; in pieces where no
 * line can hold it. */
static void add_chunk(struct layout *t, enum tone tone, const char *visible)
{
	size_t end = line_width(t);
	if (t->column > 0 && t->column + t->gap + escape_width(visible) > end)
		wrap(t);
	for (;;) {
		add_spaces(t, t->gap);
		t->gap = 0;
		size_t length = fitting_length(visible, end > t->column ? end - t->column : 1);
		const char *piece = arena_strndup(t->arena, visible, length);
		add_toned(t, tone, piece, length);
		t->column += escape_width(piece);
		visible += length;
		if (!*visible)
			break;
		visible += strspn(visible, " ");
		wrap(t);
	}
	t->gap = 1;
}

void layout_add(struct layout *t, enum tone tone, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	const char *raw = arena_vprintf(t->arena, format, ap);
	va_end(ap);
	if (*raw)
		add_chunk(t, tone, escape_visible(t->arena, raw, t->utf8));
}

void layout_words(struct layout *t, enum tone tone, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *raw = arena_vprintf(t->arena, format, ap);
	va_end(ap);
	char *rest = escape_visible(t->arena, raw, t->utf8);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word)
			add_chunk(t, tone, word);
}

void layout_cell(struct layout *t, enum tone tone, size_t width, const char *text)
{
	const char *visible = escape_visible(t->arena, text, t->utf8);
	size_t used = escape_width(visible);
	if (used)
		add_chunk(t, tone, visible);
	else
		add_spaces(t, t->gap);
	t->gap = (width > used ? width - used : 0) + 2;
}

void layout_mark(struct layout *t, enum mark mark)
{
	static const char *const signs[] = {
	    [MARK_GOOD] = "✓",
	    [MARK_WARNING] = "!",
	    [MARK_UNKNOWN] = "?",
	    [MARK_BAD] = "✗",
	};
	static const char *const ascii[] = {
	    [MARK_GOOD] = "+",
	    [MARK_WARNING] = "!",
	    [MARK_UNKNOWN] = "?",
	    [MARK_BAD] = "x",
	};
	if (mark == MARK_NONE)
		t->gap += 2;
	else
		add_chunk(t, layout_tone_for(mark), t->utf8 ? signs[mark] : ascii[mark]);
}

enum tone layout_tone_for(enum mark mark)
{
	static const enum tone tones[] = {
	    [MARK_GOOD] = TONE_GOOD,
	    [MARK_NONE] = TONE_DIM,
	    [MARK_WARNING] = TONE_WARNING,
	    [MARK_UNKNOWN] = TONE_UNKNOWN,
	    [MARK_BAD] = TONE_BAD,
	};
	return tones[mark];
}

void layout_paragraph(
    struct buffer *out, unsigned columns, size_t column, size_t indent, const char *text)
{
	struct layout t = {.out = out,
	    .arena = arena_create(),
	    .columns = columns,
	    .utf8 = true,
	    .column = column,
	    .hang = indent,
	    .gap = indent - column};
	layout_words(&t, TONE_PLAIN, "%s", text);
	layout_end(&t);
	arena_destroy(t.arena);
}
