/* zone_token.c owns what a single token of a master file can be: a number, a TTL, hex, escapes. */
#include <string.h>

#include "ascii.h"
#include "escape.h"
#include "zone_text.h"

enum { VISIBLE = 40 }; /* octets of a token that a message shows */

const char *zone_token_visible(struct arena *arena, const struct zone_token *token)
{
	if (token->length <= VISIBLE)
		return escape_bytes(arena, token->text, token->length);
	return arena_printf(arena, "%s...", escape_bytes(arena, token->text, VISIBLE));
}

bool zone_token_is(const struct zone_token *token, const char *word)
{
	return !token->quoted && token->length == strlen(word) &&
	       ascii_equal(token->text, word, token->length);
}

/* Digits at *position, as one number; false without any, or over `maximum`. */
static bool take_digits(
    const struct zone_token *token, size_t *position, uint64_t maximum, uint64_t *number)
{
	size_t start = *position;
	*number = 0;
	for (; *position < token->length && ascii_is_digit((uint8_t)token->text[*position]);
	     ++*position) {
		*number = *number * 10 + (uint64_t)(token->text[*position] - '0');
		if (*number > maximum)
			return false;
	}
	return *position > start;
}

bool zone_token_number(const struct zone_token *token, uint32_t maximum, uint32_t *number)
{
	size_t position = 0;
	uint64_t n;
	if (token->quoted || !take_digits(token, &position, maximum, &n))
		return false;
	*number = (uint32_t)n;
	return position == token->length;
}

static uint32_t unit_seconds(char unit)
{
	switch (unit) {
	case 'w':
	case 'W': return 7 * 24 * 3600;
	case 'd':
	case 'D': return 24 * 3600;
	case 'h':
	case 'H': return 3600;
	case 'm':
	case 'M': return 60;
	case 's':
	case 'S': return 1;
	default: return 0;
	}
}

bool zone_token_ttl(const struct zone_token *token, uint32_t *ttl)
{
	const uint64_t most = INT32_MAX; /* RFC 2181 §8: 31 bits */
	uint64_t total = 0;
	size_t position = 0;
	if (token->quoted)
		return false;
	do {
		uint64_t n, unit = 1;
		bool first = position == 0;
		if (!take_digits(token, &position, most, &n))
			return false;
		if (position < token->length)
			unit = unit_seconds(token->text[position++]);
		else if (!first)
			return false; /* "1h30": thirty what? */
		total += n * unit;
		if (unit == 0 || total > most)
			return false;
	} while (position < token->length);
	*ttl = (uint32_t)total;
	return true;
}

static int hex_digit(char c)
{
	uint8_t lower = ascii_lower((uint8_t)c);
	if (!ascii_is_hex(lower))
		return -1;
	return ascii_is_digit(lower) ? lower - '0' : lower - 'a' + 10;
}

bool zone_token_hex(const struct zone_token *tokens, size_t count, struct zone_fault *fault,
    uint8_t **data, size_t *length)
{
	size_t digits = 0, room = 0;
	for (size_t i = 0; i < count; i++)
		room += tokens[i].length;
	*data = arena_alloc(fault->arena, room / 2 + 1);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < tokens[i].length; k++) {
			int value = tokens[i].quoted ? -1 : hex_digit(tokens[i].text[k]);
			if (value < 0)
				return zone_fault_set(fault, tokens[i].line,
				    "expected hex digits, not '%s'",
				    zone_token_visible(fault->arena, &tokens[i]));
			(*data)[digits / 2] = (uint8_t)((*data)[digits / 2] << 4 | value);
			digits++;
		}
	}
	if (digits % 2)
		return zone_fault_set(fault, tokens[count - 1].line,
		    "expected an even count of hex digits, not %zu", digits);
	*length = digits / 2;
	return true;
}

const char *zone_token_octet(
    const char *text, size_t length, size_t *position, uint8_t *octet, bool *escaped)
{
	const char *p = text + *position;
	size_t left = length - *position;
	*escaped = *p == '\\';
	if (!*escaped) {
		*octet = (uint8_t)*p;
		*position += 1;
		return NULL;
	}
	if (left < 2)
		return "a \\ stands at its end";
	if (!ascii_is_digit((uint8_t)p[1])) {
		*octet = (uint8_t)p[1];
		*position += 2;
		return NULL;
	}
	if (left < 4 || !ascii_is_digit((uint8_t)p[2]) || !ascii_is_digit((uint8_t)p[3]))
		return "a \\ and a digit need two more digits";
	int value = (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
	if (value > UINT8_MAX)
		return "an escape goes over \\255";
	*octet = (uint8_t)value;
	*position += 4;
	return NULL;
}
