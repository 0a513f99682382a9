/* zone_text.c owns the lexical form of master files: where an entry, a word and a quoted string
 * begin and end. */
#include "zone_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "escape.h"
#include "limit.h"

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

enum {
	MAX_LABEL = 63, /* RFC 1035 §2.3.4 */
	MAX_WIRE = 255,
};

/* A name under construction. `wire` counts as RFC 1035 §3.1 does, the root's octet included. */
struct writer {
	char text[4 * MAX_WIRE + 1]; /* every octet may become \DDD */
	size_t length;
	size_t wire;
	size_t label;
};

/* Printable, and of no meaning to a master file. */
static bool is_plain(uint8_t c)
{
	return c > ' ' && c < 0x7f && !strchr(".\\\"();@$", c);
}

static const char *add_octet(struct writer *w, uint8_t c)
{
	if (w->label == MAX_LABEL)
		return "a label is longer than 63 octets";
	if (w->wire == MAX_WIRE)
		return "the name is longer than 255 octets";
	if (w->label++ == 0 && w->length > 0)
		w->text[w->length++] = '.';
	w->wire++;
	c = ascii_lower(c);
	if (is_plain(c))
		w->text[w->length++] = (char)c;
	else
		w->length +=
		    (size_t)snprintf(w->text + w->length, sizeof w->text - w->length, "\\%03u", c);
	return NULL;
}

static const char *end_label(struct writer *w)
{
	if (w->label == 0)
		return "it has an empty label";
	if (w->wire++ == MAX_WIRE)
		return "the name is longer than 255 octets";
	w->label = 0;
	return NULL;
}

/* Adds the labels of `text`; *absolute tells whether it ended with a dot. */
static const char *add_text(struct writer *w, const char *text, size_t length, bool *absolute)
{
	const char *why = NULL;
	*absolute = false;
	for (size_t i = 0; i < length && !why;) {
		uint8_t c;
		bool escaped;
		why = zone_token_octet(text, length, &i, &c, &escaped);
		if (why)
			break;
		*absolute = c == '.' && !escaped;
		if (*absolute)
			why = end_label(w);
		else if (c >= 0x80 && !escaped)
			why = "it has characters outside ASCII: write it as an A-label (xn--...)";
		else
			why = add_octet(w, c);
	}
	if (!why && !*absolute)
		why = end_label(w);
	return why;
}

char *zone_name_read(
    struct arena *arena, const char *text, size_t length, const char *origin, const char **why)
{
	struct writer w = {.wire = 1};
	bool absolute = length == 1 && *text == '.';
	bool is_origin = length == 1 && *text == '@';
	*why = NULL;
	if (length == 0)
		*why = "it is empty";
	else if (!absolute && !is_origin)
		*why = add_text(&w, text, length, &absolute);
	if (!*why && !absolute && !origin)
		*why = "it is relative and there is no origin: put a line such as '$ORIGIN "
		       "example.com.' before it";
	if (!*why && !absolute && *origin)
		*why = add_text(&w, origin, strlen(origin), &absolute);
	return *why ? NULL : arena_strndup(arena, w.text, w.length);
}

char *zone_name_redirect(struct arena *arena, const char *name, const char *from, const char *to)
{
	const char *why;
	size_t kept = strlen(name) - strlen(from);
	if (*from)
		kept--; /* the dot between */
	return zone_name_read(arena, name, kept, to, &why);
}

bool zone_fault_set(struct zone_fault *fault, unsigned line, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	fault->line = line;
	fault->text = arena_vprintf(fault->arena, format, ap);
	va_end(ap);
	return false;
}

void zone_text_begin(struct zone_text *t, const char *data, size_t length)
{
	*t = (struct zone_text){.data = data, .length = length, .line = 1};
}

void zone_text_end(struct zone_text *t)
{
	free(t->tokens);
	t->tokens = NULL;
}

static bool add_token(
    struct zone_text *t, size_t start, size_t length, bool quoted, struct zone_fault *fault)
{
	if (t->token_count == LIMIT_ZONE_TOKENS)
		return zone_fault_set(
		    fault, t->line, "the record has more words than any record can have");
	if (t->token_count == t->token_capacity) {
		t->token_capacity = t->token_capacity ? 2 * t->token_capacity : 16;
		t->tokens = memory_resize(t->tokens, t->token_capacity * sizeof *t->tokens);
	}
	t->tokens[t->token_count++] = (struct zone_token){.text = t->data + start,
	    .length = length,
	    .line = t->line,
	    .column = (unsigned)(start - t->line_start) + 1,
	    .quoted = quoted};
	return true;
}

/* Finds the quote that closes the string whose first octet is at `from`; a string ends on its line,
 * or every line after a forgotten quote would be part of it. */
static bool closing_quote(struct zone_text *t, size_t from, size_t *end, struct zone_fault *fault)
{
	for (size_t i = from; i < t->length && t->data[i] != '\n' && t->data[i]; i++) {
		if (t->data[i] == '"') {
			*end = i;
			return true;
		}
		if (t->data[i] == '\\' && i + 1 < t->length && t->data[i + 1] != '\n')
			i++;
	}
	return zone_fault_set(fault, t->line, "expected a closing \" before the end of the line");
}

static bool take_quoted(struct zone_text *t, struct zone_fault *fault)
{
	size_t start = t->position + 1, end = start;
	if (!closing_quote(t, start, &end, fault))
		return false;
	t->position = end + 1;
	return add_token(t, start, end - start, true, fault);
}

static bool ends_word(char c)
{
	return strchr(" \t\r\n;()", c) != NULL; /* and NUL, which nothing may hold */
}

/* A word; quotes inside it belong to it and guard what they hold (RFC 9460 §2.1: alpn="h2,h3"). */
static bool take_word(struct zone_text *t, struct zone_fault *fault)
{
	size_t start = t->position, i = start;
	while (i < t->length && !ends_word(t->data[i])) {
		if (t->data[i] == '"' && !closing_quote(t, i + 1, &i, fault))
			return false;
		if (t->data[i] == '\\' && ++i < t->length && t->data[i] == '\n')
			return zone_fault_set(fault, t->line,
			    "expected a character after \\, not the end of the line");
		i++;
	}
	t->position = i < t->length ? i : t->length;
	return add_token(t, start, t->position - start, false, fault);
}

/* The comment, if it begins with the word that makes it more than a comment. */
static bool take_exception(
    struct zone_text *t, const char *comment, size_t length, struct zone_fault *fault)
{
	static const char word[] = "mxdane:";
	const size_t word_length = sizeof word - 1;
	for (; length && (*comment == ' ' || *comment == '\t'); length--)
		comment++;
	if (length < word_length || !ascii_equal(comment, word, word_length))
		return true;
	if (t->token_count == 0)
		return zone_fault_set(fault, t->line,
		    "expected a record on the line of a comment that begins with mxdane:");
	if (t->exception.text)
		return zone_fault_set(fault, t->line,
		    "expected one comment that begins with mxdane: on the lines of a record");
	t->exception = (struct zone_token){
	    .text = comment + word_length, .length = length - word_length, .line = t->line};
	return true;
}

static bool take_comment(struct zone_text *t, struct zone_fault *fault)
{
	const char *begin = t->data + t->position + 1;
	size_t left = t->length - t->position - 1;
	const char *end = memchr(begin, '\n', left);
	size_t length = end ? (size_t)(end - begin) : left;
	t->position += 1 + length;
	return take_exception(t, begin, length, fault);
}

static bool at_blank(const struct zone_text *t)
{
	return t->position < t->length &&
	       (t->data[t->position] == ' ' || t->data[t->position] == '\t');
}

/* What the parentheses around an entry's lines have come to. */
struct nesting {
	unsigned depth;
	unsigned line; /* of the outermost that is open */
};

static bool take_parenthesis(struct zone_text *t, struct nesting *nesting, struct zone_fault *fault)
{
	if (t->data[t->position++] == '(') {
		if (nesting->depth++ == 0)
			nesting->line = t->line;
		return true;
	}
	if (nesting->depth == 0)
		return zone_fault_set(fault, t->line, "there is a ) without a ( before it");
	nesting->depth--;
	return true;
}

/* Takes what stands at the position, line ends excepted. */
static bool take_piece(struct zone_text *t, struct nesting *nesting, struct zone_fault *fault)
{
	switch (t->data[t->position]) {
	case ' ':
	case '\t':
	case '\r': t->position++; return true;
	case ';': return take_comment(t, fault);
	case '(':
	case ')': return take_parenthesis(t, nesting, fault);
	case '"': return take_quoted(t, fault);
	case '\0': return zone_fault_set(fault, t->line, "there is a NUL octet: this is no text");
	default: return take_word(t, fault);
	}
}

bool zone_text_next(struct zone_text *t, struct zone_entry *entry, struct zone_fault *fault)
{
	struct nesting nesting = {0};
	t->token_count = 0;
	t->exception.text = NULL;
	entry->begins_blank = at_blank(t);
	while (t->position < t->length) {
		if (t->data[t->position] != '\n') {
			size_t before = t->token_count;
			if (!take_piece(t, &nesting, fault))
				return false;
			if (t->token_count > before)
				t->tokens[before].nested = nesting.depth > 0;
			continue;
		}
		if (nesting.depth == 0 && t->token_count > 0)
			break; /* the line end is the next entry's, which counts it */
		t->line_start = ++t->position;
		t->line++;
		if (nesting.depth == 0)
			entry->begins_blank = at_blank(t);
	}
	if (nesting.depth > 0)
		return zone_fault_set(fault, t->line,
		    "expected a ) for the ( of line %u before the end of the file", nesting.line);
	entry->tokens = t->tokens;
	entry->count = t->token_count;
	entry->exception = t->exception;
	entry->line = t->line;
	return entry->count > 0;
}
