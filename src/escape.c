/* escape.c owns the visible form of text from strangers: what may reach a terminal, and how the
 * rest is shown. */
#include "escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uniwidth.h>

/* One sequence of UTF-8 (RFC 3629 §4): its length, or 0 if invalid. */
static size_t decode_utf8(const uint8_t *p, size_t length, uint32_t *code)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {
	    {0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
	for (size_t n = 0; n < sizeof forms / sizeof *forms; n++) {
		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		if (length < n + 1)
			return 0;
		uint32_t c = p[0] & (uint8_t)~forms[n].mask;
		for (size_t i = 1; i <= n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[i] & 0x3f);
		}
		*code = c;
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		return c < forms[n].least || c > 0x10ffff || surrogate ? 0 : n + 1;
	}
	return 0;
}

/* What could move the cursor, change colours, reorder what is read or hide in it: the categories
 * Cc, Cf, Zl and Zp of Unicode and the other characters that are to be ignored by default. */
static bool is_dangerous(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x00, 0x1f},       /* C0 controls */
	    {0x7f, 0x9f},       /* DEL and C1 controls */
	    {0xad, 0xad},       /* soft hyphen */
	    {0x034f, 0x034f},   /* invisible joiner */
	    {0x0600, 0x0605},   /* signs that take in what follows */
	    {0x061c, 0x061c},   /* Arabic letter mark */
	    {0x06dd, 0x06dd},   /* another such sign */
	    {0x070f, 0x070f},   /* Syriac abbreviation mark */
	    {0x0890, 0x0891},   /* pound and piastre marks */
	    {0x08e2, 0x08e2},   /* another such sign */
	    {0x115f, 0x1160},   /* Hangul fillers */
	    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
	    {0x180b, 0x180f},   /* Mongolian separators and variation selectors */
	    {0x200b, 0x200f},   /* zero-width characters and direction marks */
	    {0x2028, 0x202e},   /* separators, embeddings and overrides */
	    {0x2060, 0x206f},   /* invisible operators and isolates */
	    {0x3164, 0x3164},   /* Hangul filler */
	    {0xfeff, 0xfeff},   /* byte order mark */
	    {0xffa0, 0xffa0},   /* Hangul filler */
	    {0xfff0, 0xfffb},   /* interlinear annotation */
	    {0xfffe, 0xffff},   /* no characters; XML forbids them */
	    {0x110bd, 0x110bd}, /* Kaithi number signs */
	    {0x110cd, 0x110cd}, {0x13430, 0x1345f}, /* hieroglyph format controls */
	    {0x1bca0, 0x1bca3},                     /* shorthand format controls */
	    {0x1d173, 0x1d17a},                     /* musical format controls */
	    {0xe0000, 0xe0fff},                     /* tags, variation selectors */
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
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
		uint32_t c = ' ';
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

size_t escape_width(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t length = strlen(text);
	size_t width = 0;
	while (length > 0) {
		uint32_t c = 0;
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
