/* text_style.c - owns the look of text on a terminal: colours, symbols, wrapping. */
#include "text_style.h"

#include <stdarg.h>
#include <string.h>

#include "escape.h"

/* Narrower terminals get lines of this width, which they break as they like. */
enum { NARROWEST = 40 };

static const char *const tone_codes[] = {
    [TEXT_PLAIN] = NULL,
    [TEXT_STRONG] = "1",
    [TEXT_DIM] = "2",
    [TEXT_GOOD] = "32",
    [TEXT_WARNING] = "33",
    [TEXT_UNKNOWN] = "35",
    [TEXT_BAD] = "1;31",
};

static size_t line_width(const struct text *t)
{
	return t->style->columns < NARROWEST ? NARROWEST : t->style->columns;
}

static void add_spaces(struct text *t, size_t count)
{
	buffer_printf(t->out, "%*s", (int)count, "");
	t->column += count;
}

void text_end(struct text *t)
{
	if (t->column > 0)
		buffer_add_text(t->out, "\n");
	t->column = 0;
	t->gap = 0;
}

void text_line(struct text *t, size_t indent, size_t hang)
{
	text_end(t);
	t->hang = hang;
	t->gap = indent;
}

void text_blank(struct text *t)
{
	text_end(t);
	buffer_add_text(t->out, "\n");
}

void text_rule(struct text *t)
{
	text_blank(t);
	for (size_t i = 0; i < line_width(t); i++)
		buffer_add_text(t->out, t->style->utf8 ? "─" : "-");
	buffer_add_text(t->out, "\n\n");
}

static void add_toned(struct text *t, enum text_tone tone, const char *visible, size_t length)
{
	const char *code = t->style->color ? tone_codes[tone] : NULL;
	if (code)
		buffer_printf(t->out, "\033[%sm", code);
	buffer_add(t->out, visible, length);
	if (code)
		buffer_add_text(t->out, "\033[0m");
}

void text_verbatim(struct text *t, enum text_tone tone, const char *line)
{
	text_end(t);
	const char *visible = report_visible(t->arena, line, t->style->utf8);
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

static void wrap(struct text *t)
{
	size_t hang = t->hang;
	text_line(t, hang, hang);
}

/* Adds text that is visible already: on this line if it fits, else on the next; in pieces where no
 * line can hold it. */
static void add_chunk(struct text *t, enum text_tone tone, const char *visible)
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

void text_add(struct text *t, enum text_tone tone, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	const char *raw = arena_vprintf(t->arena, format, ap);
	va_end(ap);
	if (*raw)
		add_chunk(t, tone, report_visible(t->arena, raw, t->style->utf8));
}

void text_words(struct text *t, enum text_tone tone, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *raw = arena_vprintf(t->arena, format, ap);
	va_end(ap);
	char *rest = report_visible(t->arena, raw, t->style->utf8);
	for (char *word; (word = strsep(&rest, " "));)
		if (*word)
			add_chunk(t, tone, word);
}

void text_cell(struct text *t, enum text_tone tone, size_t width, const char *text)
{
	const char *visible = report_visible(t->arena, text, t->style->utf8);
	size_t used = escape_width(visible);
	if (used)
		add_chunk(t, tone, visible);
	else
		add_spaces(t, t->gap);
	t->gap = (width > used ? width - used : 0) + 2;
}

void text_add_mark(struct text *t, enum text_mark mark)
{
	static const char *const signs[] = {
	    [TEXT_MARK_GOOD] = "✓",
	    [TEXT_MARK_NONE] = "–",
	    [TEXT_MARK_WARNING] = "!",
	    [TEXT_MARK_UNKNOWN] = "?",
	    [TEXT_MARK_BAD] = "✗",
	};
	static const char *const ascii[] = {
	    [TEXT_MARK_GOOD] = "+",
	    [TEXT_MARK_NONE] = "-",
	    [TEXT_MARK_WARNING] = "!",
	    [TEXT_MARK_UNKNOWN] = "?",
	    [TEXT_MARK_BAD] = "x",
	};
	add_chunk(t, text_tone_for(mark), t->style->utf8 ? signs[mark] : ascii[mark]);
}

enum text_mark text_mark_for(enum status status)
{
	static const enum text_mark marks[] = {
	    [STATUS_OK] = TEXT_MARK_GOOD,
	    [STATUS_WARNING] = TEXT_MARK_WARNING,
	    [STATUS_UNKNOWN] = TEXT_MARK_UNKNOWN,
	    [STATUS_CRITICAL] = TEXT_MARK_BAD,
	};
	return marks[status];
}

enum text_tone text_tone_for(enum text_mark mark)
{
	static const enum text_tone tones[] = {
	    [TEXT_MARK_GOOD] = TEXT_GOOD,
	    [TEXT_MARK_NONE] = TEXT_DIM,
	    [TEXT_MARK_WARNING] = TEXT_WARNING,
	    [TEXT_MARK_UNKNOWN] = TEXT_UNKNOWN,
	    [TEXT_MARK_BAD] = TEXT_BAD,
	};
	return tones[mark];
}
