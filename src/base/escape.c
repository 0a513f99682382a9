/* escape.c - the visible form of text from the network: what may reach a terminal, and how the rest
 * is shown. Unicode's tables are libunistring's. */
#include "escape.h"

#include <stdint.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>

/* One sequence of UTF-8 (RFC 3629 §4): its length, or 0 if invalid. */
static size_t decode_utf8(const uint8_t *p, size_t length, ucs4_t *code)
{
	int n = u8_mbtoucr(code, p, length);
	return n > 0 ? (size_t)n : 0;
}

/* What could move the cursor, change colors, reorder what is read or hide in it. Noncharacters
 * are what XML forbids. */
static bool is_dangerous(ucs4_t c)
{
	const uint32_t categories =
	    UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;
	return uc_is_general_category_withtable(c, categories) ||
	       uc_is_property_default_ignorable_code_point(c) || uc_is_property_not_a_character(c);
}

/* Octets of printable ASCII: nearly all there is, and none of it dangerous. */
static size_t count_plain(const uint8_t *p, size_t length)
{
	size_t n = 0;
	while (n < length && p[n] >= 0x20 && p[n] < 0x7f)
		n++;
	return n;
}

void escape_add(struct buffer *b, const void *data, size_t length)
{
	const uint8_t *p = data;
	while (length > 0) {
		ucs4_t c = ' ';
		size_t n = count_plain(p, length);
		if (n == 0)
			n = decode_utf8(p, length, &c);
		if (n && !is_dangerous(c)) {
			buffer_add(b, p, n);
		} else {
			if (!n)
				n = 1;
			for (size_t i = 0; i < n; i++)
				buffer_printf(b, "\\x%02x", p[i]);
		}
		p += n;
		length -= n;
	}
}

char *escape_bytes(struct arena *arena, const void *data, size_t length)
{
	struct buffer b = {0};
	escape_add(&b, data, length);
	char *text = arena_strndup(arena, buffer_text(&b), b.length);
	buffer_reset(&b);
	return text;
}

char *escape_text(struct arena *arena, const char *text)
{
	return text ? escape_bytes(arena, text, strlen(text)) : NULL;
}

/* Signs of mxdane's own sentences, and what a terminal without UTF-8 gets for them. */
static const struct {
	const char *sign, *ascii;
} plain_signs[] = {
    {"§", "section "},
    {"…", "..."},
    {"–", "-"},
    {"—", "-"},
    {"’", "'"},
    {"“", "\""},
    {"”", "\""},
    {"×", "x"},
    {"→", "->"},
};

/* Appends one sign or byte as ASCII; returns how many bytes of `text` that took. */
static size_t add_ascii(struct buffer *out, const char *text)
{
	if ((unsigned char)*text < 0x80) {
		buffer_add(out, text, 1);
		return 1;
	}
	for (size_t i = 0; i < sizeof plain_signs / sizeof *plain_signs; i++) {
		size_t length = strlen(plain_signs[i].sign);
		if (strncmp(text, plain_signs[i].sign, length) == 0) {
			buffer_add_text(out, plain_signs[i].ascii);
			return length;
		}
	}
	buffer_printf(out, "\\x%02x", (unsigned char)*text);
	return 1;
}

void escape_add_visible(struct buffer *out, const char *text, bool utf8)
{
	if (utf8) {
		escape_add(out, text, strlen(text));
		return;
	}
	struct buffer escaped = {0};
	escape_add(&escaped, text, strlen(text));
	const char *p = buffer_text(&escaped);
	while (*p)
		p += add_ascii(out, p);
	buffer_reset(&escaped);
}

char *escape_visible(struct arena *arena, const char *text, bool utf8)
{
	struct buffer b = {0};
	escape_add_visible(&b, text, utf8);
	char *visible = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return visible;
}

char *escape_lines(struct arena *arena, const char *text)
{
	if (!text)
		return NULL;
	struct buffer b = {0};
	for (;;) {
		size_t length = strcspn(text, "\n");
		escape_add(&b, text, length);
		text += length;
		if (!*text)
			break;
		buffer_add_text(&b, "\n");
		text++;
	}
	char *lines = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return lines;
}

size_t escape_width(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t length = strlen(text);
	size_t width = 0;
	while (length > 0) {
		ucs4_t c = 0;
		size_t n = decode_utf8(p, length, &c);
		int columns = n ? uc_width(c, "UTF-8") : 1;
		width += columns < 0 ? 1 : (size_t)columns;
		p += n ? n : 1;
		length -= n ? n : 1;
	}
	return width;
}

static void write_hex(char *out, const uint8_t *data, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < length; i++) {
		*out++ = digits[data[i] >> 4];
		*out++ = digits[data[i] & 15];
	}
}

void escape_add_hex(struct buffer *b, const void *data, size_t length)
{
	const uint8_t *p = data;
	for (size_t i = 0; i < length; i++) {
		char pair[2];
		write_hex(pair, p + i, 1);
		buffer_add(b, pair, sizeof pair);
	}
}

char *escape_hex(struct arena *arena, const void *data, size_t length)
{
	char *text = arena_alloc(arena, 2 * length + 1);
	write_hex(text, data, length);
	text[2 * length] = '\0';
	return text;
}
