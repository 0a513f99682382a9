/* zone_generate.c owns the form of BIND's $GENERATE: START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE
 * DATA, where $ in OWNER and DATA is the number. */
#include "zone_generate.h"

#include <string.h>

#include "zone_rdata.h"

enum { RANGE = 1, OWNER = 2, AFTER_OWNER = 3, LEAST_TOKENS = 5 };

static bool take_number(
    struct zone_token *token, char end, uint32_t least, uint32_t maximum, uint32_t *number)
{
	const char *stop = memchr(token->text, end, token->length);
	size_t length = stop ? (size_t)(stop - token->text) : token->length;
	const struct zone_token digits = {.text = token->text, .length = length};
	size_t used = stop ? length + 1 : length;
	if (!zone_token_number(&digits, maximum, number) || *number < least)
		return false;
	token->text += used;
	token->length -= used;
	return true;
}

static bool read_range(struct zone_generate *g, const struct zone_token *token)
{
	struct zone_token rest = *token;
	uint32_t stop;
	const char *slash = memchr(token->text, '/', token->length);
	g->step = 1;
	if (token->quoted || !memchr(token->text, '-', token->length) ||
	    !take_number(&rest, '-', 0, INT32_MAX, &g->start) ||
	    !take_number(&rest, '/', g->start, INT32_MAX, &stop) ||
	    (slash && !take_number(&rest, '/', 1, INT32_MAX, &g->step)) || rest.length)
		return false;
	g->count = (stop - g->start) / g->step + 1;
	return true;
}

/* BIND takes one word of data, and calls more of them a syntax error. */
static bool is_data_one_word(const struct zone_entry *e)
{
	uint16_t type;
	size_t i = AFTER_OWNER;
	while (i < e->count && !zone_type_read(&e->tokens[i], &type))
		i++;
	return i + 2 >= e->count;
}

bool zone_generate_begin(
    struct zone_generate *g, const struct zone_entry *entry, struct zone_fault *fault)
{
	*g = (struct zone_generate){.entry = entry};
	if (entry->count < LEAST_TOKENS)
		return zone_fault_set(fault, entry->line,
		    "expected a range, an owner, a type and its data after $GENERATE");
	const struct zone_token *range = &entry->tokens[RANGE];
	if (!read_range(g, range))
		return zone_fault_set(fault, range->line,
		    "expected a range START-STOP or START-STOP/STEP after $GENERATE, with numbers "
		    "from 0 to 2147483647, not '%s'",
		    zone_token_visible(fault->arena, range));
	if (!is_data_one_word(entry))
		return zone_fault_set(fault, entry->line,
		    "expected the data of $GENERATE as one word, in quotes where it has blanks");
	return !entry->tokens[entry->count - 1].nested ||
	       zone_fault_set(fault, entry->line,
		   "expected the data of $GENERATE outside parentheses, as BIND has it");
}

const struct zone_token *zone_generate_owner(const struct zone_generate *g)
{
	return &g->entry->tokens[OWNER];
}

/* ---- ${OFFSET[,WIDTH[,BASE]]} ---- */

struct format {
	int64_t offset;
	uint32_t width;
	char base;
};

/* `token` is what stands between the braces. */
static bool read_format(struct zone_token token, struct format *f)
{
	uint32_t offset;
	bool minus = token.length && token.text[0] == '-';
	if (token.length && (minus || token.text[0] == '+')) {
		token.text++;
		token.length--;
	}
	if (!take_number(&token, ',', 0, INT32_MAX, &offset))
		return false;
	f->offset = minus ? -(int64_t)offset : offset;
	if (token.length && !take_number(&token, ',', 0, 127, &f->width))
		return false;
	if (token.length == 1 && strchr("doxXnN", token.text[0])) {
		f->base = token.text[0];
		return true;
	}
	return token.length == 0 && token.text[-1] != ',';
}

/* Hex digits from the last one on, a label each (RFC 3596 §2.5); the width counts the dots. */
static void add_nibbles(struct buffer *text, uint32_t value, uint32_t width, const char *digits)
{
	size_t end = text->length + width;
	do {
		buffer_add(text, &digits[value & 0xf], 1);
		value >>= 4;
		if (text->length < end || value)
			buffer_add_text(text, ".");
	} while (text->length < end || value);
}

static void add_value(struct buffer *text, const struct format *f, int32_t value)
{
	int width = (int)f->width;
	switch (f->base) {
	case 'o': buffer_printf(text, "%0*o", width, (uint32_t)value); break;
	case 'x': buffer_printf(text, "%0*x", width, (uint32_t)value); break;
	case 'X': buffer_printf(text, "%0*X", width, (uint32_t)value); break;
	case 'n': add_nibbles(text, (uint32_t)value, f->width, "0123456789abcdef"); break;
	case 'N': add_nibbles(text, (uint32_t)value, f->width, "0123456789ABCDEF"); break;
	default: buffer_printf(text, "%0*d", width, value); break;
	}
}

/* What stands for the $ at *position. */
static bool add_number(struct buffer *text, const struct zone_token *token, size_t *position,
    uint32_t number, struct zone_fault *fault)
{
	const char *p = token->text + *position + 1, *end = token->text + token->length;
	struct format f = {.base = 'd'};
	*position += 1;
	if (p < end && *p == '$') {
		*position += 1;
		buffer_add(text, "$", 1);
		return true;
	}
	if (p < end && *p == '{') {
		const char *close = memchr(p, '}', (size_t)(end - p));
		const struct zone_token inside = {
		    .text = p + 1, .length = close ? (size_t)(close - p) - 1 : 0};
		if (!close || !read_format(inside, &f))
			return zone_fault_set(fault, token->line,
			    "expected ${OFFSET}, ${OFFSET,WIDTH} or ${OFFSET,WIDTH,BASE} with a "
			    "width up to 127 and base d, o, x, X, n or N, in '%s'",
			    zone_token_visible(fault->arena, token));
		*position += (size_t)(close - p) + 1;
	}
	int64_t value = (int64_t)number + f.offset;
	if (value < INT32_MIN || value > INT32_MAX)
		return zone_fault_set(fault, token->line,
		    "expected a number up to 2147483647 from $GENERATE in '%s'",
		    zone_token_visible(fault->arena, token));
	add_value(text, &f, (int32_t)value);
	return true;
}

/* ---- One record ---- */

/* The token's text with the number in it; where it stood in quotes, \" is a quote. */
static bool expand(
    struct buffer *text, const struct zone_token *token, uint32_t number, struct zone_fault *fault)
{
	for (size_t i = 0; i < token->length;) {
		if (token->text[i] == '$') {
			if (!add_number(text, token, &i, number, fault))
				return false;
			continue;
		}
		size_t start = i;
		if (token->text[i] == '\\' && i + 1 < token->length) {
			start += token->quoted && token->text[i + 1] == '"';
			i += 2;
		}
		while (i < token->length && token->text[i] != '$' && token->text[i] != '\\')
			i++;
		if (i == start) /* a \ at the end */
			i++;
		buffer_add(text, token->text + start, i - start);
	}
	return true;
}

static void add_as_it_is(struct buffer *text, const struct zone_token *token)
{
	const char *quote = token->quoted ? "\"" : "";
	buffer_add_text(text, quote);
	buffer_add(text, token->text, token->length);
	buffer_add_text(text, quote);
	buffer_add_text(text, " ");
}

bool zone_generate_line(
    const struct zone_generate *g, uint32_t index, struct buffer *text, struct zone_fault *fault)
{
	const struct zone_token *tokens = g->entry->tokens;
	const size_t last = g->entry->count - 1;
	uint32_t number = g->start + index * g->step;
	if (tokens[OWNER].quoted)
		return zone_fault_set(
		    fault, tokens[OWNER].line, "expected an owner after $GENERATE without quotes");
	if (!expand(text, &tokens[OWNER], number, fault))
		return false;
	buffer_add_text(text, " ");
	for (size_t i = AFTER_OWNER; i < last; i++)
		add_as_it_is(text, &tokens[i]);
	return expand(text, &tokens[last], number, fault);
}
