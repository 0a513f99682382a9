/* zone_name.c owns the way from a name in a master file to its canonical text. */
#include "zone_name.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "zone_text.h"

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
