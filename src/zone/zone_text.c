/* zone_text.c owns the lexical form of master files: where an entry, a word and a quoted string
 * begin and end. */
#include "zone_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

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
	t->tokens[t->token_count++] = (struct zone_token){
	    .text = t->data + start, .length = length, .line = t->line, .quoted = quoted};
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

static void skip_comment(struct zone_text *t)
{
	const char *end = memchr(t->data + t->position, '\n', t->length - t->position);
	t->position = end ? (size_t)(end - t->data) : t->length;
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
	case ';': skip_comment(t); return true;
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
	entry->begins_blank = at_blank(t);
	while (t->position < t->length) {
		if (t->data[t->position] != '\n') {
			if (!take_piece(t, &nesting, fault))
				return false;
			continue;
		}
		if (nesting.depth == 0 && t->token_count > 0)
			break; /* the line end is the next entry's, which counts it */
		t->position++;
		t->line++;
		if (nesting.depth == 0)
			entry->begins_blank = at_blank(t);
	}
	if (nesting.depth > 0)
		return zone_fault_set(fault, t->line,
		    "expected a ) for the ( of line %u before the end of the file", nesting.line);
	entry->tokens = t->tokens;
	entry->count = t->token_count;
	entry->line = t->line;
	return entry->count > 0;
}
