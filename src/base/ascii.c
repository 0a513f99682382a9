/* ascii.c owns ASCII letters and digits, and comparison without case. */
#include "ascii.h"

static bool is_between(uint8_t c, char first, char last)
{
	return c >= (uint8_t)first && c <= (uint8_t)last;
}

bool ascii_is_digit(uint8_t c)
{
	return is_between(c, '0', '9');
}

bool ascii_is_alphanumeric(uint8_t c)
{
	return ascii_is_digit(c) || is_between(ascii_lower(c), 'a', 'z');
}

bool ascii_is_hex(uint8_t c)
{
	return ascii_is_digit(c) || is_between(ascii_lower(c), 'a', 'f');
}

uint8_t ascii_lower(uint8_t c)
{
	return is_between(c, 'A', 'Z') ? (uint8_t)(c - 'A' + 'a') : c;
}

void ascii_lower_text(char *text)
{
	for (; *text; text++)
		*text = (char)ascii_lower((uint8_t)*text);
}

void ascii_upper_text(char *text)
{
	for (; *text; text++)
		if (is_between((uint8_t)*text, 'a', 'z'))
			*text = (char)(*text - 'a' + 'A');
}

bool ascii_equal(const void *a, const void *b, size_t length)
{
	const uint8_t *p = a, *q = b;
	for (size_t i = 0; i < length; i++)
		if (ascii_lower(p[i]) != ascii_lower(q[i]))
			return false;
	return true;
}
