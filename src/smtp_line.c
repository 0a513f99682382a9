/* smtp_line.c owns the reading of one line of a reply, and how odd bytes in it become text. */
#include "smtp_line.h"

#include <string.h>

#include "ascii.h"

bool smtp_line_parse(const char *p, size_t length, struct smtp_line *line)
{
	if (length < 3 || p[0] < '2' || p[0] > '5')
		return false;
	for (size_t i = 1; i < 3; i++)
		if (!ascii_is_digit((uint8_t)p[i]))
			return false;
	/* RFC 5321 §4.2: a code alone is to be accepted. */
	if (length > 3 && p[3] != ' ' && p[3] != '-')
		return false;
	line->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	line->last = length == 3 || p[3] == ' ';
	line->text = length > 3 ? p + 4 : "";
	line->length = length > 3 ? length - 4 : 0;
	return true;
}

size_t smtp_line_word_length(const struct smtp_line *line)
{
	size_t n = 0;
	while (n < line->length && line->text[n] != ' ' && line->text[n] != '\t')
		n++;
	return n;
}

bool smtp_line_is_keyword(const struct smtp_line *line, const char *keyword)
{
	size_t length = strlen(keyword);
	return smtp_line_word_length(line) == length && ascii_equal(line->text, keyword, length);
}

void smtp_line_add_raw(struct buffer *b, const char *data, size_t length)
{
	while (length > 0) {
		size_t plain = strnlen(data, length);
		buffer_add(b, data, plain);
		if (plain < length) {
			buffer_add_text(b, "\\x00");
			plain++;
		}
		data += plain;
		length -= plain;
	}
}

char *smtp_line_raw_text(struct arena *arena, const char *data, size_t length)
{
	struct buffer b = {0};
	smtp_line_add_raw(&b, data, length);
	char *text = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}
