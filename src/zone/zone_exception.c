/* zone_exception.c owns the form of the comment by which a zone file excuses findings. */
#include "zone_exception.h"

#include <string.h>

#include "ascii.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(struct zone_token *t)
{
	while (t->length && is_blank(t->text[0])) {
		t->text++;
		t->length--;
	}
	while (t->length && is_blank(t->text[t->length - 1]))
		t->length--;
}

/* Up to a blank, which is left. */
static struct zone_token take_word(struct zone_token *rest)
{
	struct zone_token word = *rest;
	word.length = 0;
	while (word.length < rest->length && !is_blank(rest->text[word.length]))
		word.length++;
	rest->text += word.length;
	rest->length -= word.length;
	trim(rest);
	return word;
}

/* The codes between commas. */
static struct exception *read_codes(
    struct zone_token codes, const char *reason, struct zone_fault *fault)
{
	struct exception *list = NULL, **end = &list;
	for (bool more = true; more;) {
		struct zone_token code = codes;
		const char *comma = memchr(codes.text, ',', codes.length);
		more = comma != NULL;
		if (more)
			code.length = (size_t)(comma - codes.text);
		struct exception *e = *end = arena_alloc(fault->arena, sizeof *e);
		if (!finding_find(code.text, code.length, &e->code)) {
			zone_fault_set(fault, code.line,
			    "expected the code of a finding (mxdane --explain list) to be ignored, "
			    "not '%s'",
			    zone_token_visible(fault->arena, &code));
			return NULL;
		}
		e->reason = reason;
		end = &e->next;
		codes.text += code.length + more;
		codes.length -= code.length + more;
	}
	return list;
}

const struct exception *zone_exception_read(
    const struct zone_token *comment, struct zone_fault *fault)
{
	static const char key[] = "ignore=";
	const size_t length = sizeof key - 1;
	struct zone_token rest = *comment;
	trim(&rest);
	struct zone_token codes = take_word(&rest);
	if (codes.length < length || !ascii_equal(codes.text, key, length)) {
		zone_fault_set(fault, comment->line,
		    "expected ignore=CODE[,CODE...] and a reason after mxdane:, not '%s'",
		    zone_token_visible(fault->arena, &codes));
		return NULL;
	}
	codes.text += length;
	codes.length -= length;
	if (rest.length == 0 || memchr(rest.text, '\0', rest.length)) {
		zone_fault_set(fault, comment->line, "expected a reason after ignore=%s",
		    zone_token_visible(fault->arena, &codes));
		return NULL;
	}
	return read_codes(codes, arena_strndup(fault->arena, rest.text, rest.length), fault);
}
