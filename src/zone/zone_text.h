/*
 * zone_text.h - master-file text (RFC 1035 §5.1) as entries of tokens: parentheses, quotes,
 * comments and line ends are understood here; what the tokens mean is not. Pure.
 */
#ifndef MXDANE_ZONE_TEXT_H
#define MXDANE_ZONE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* What is wrong, and where: a sentence fragment, remote text in it already escaped. */
struct zone_fault {
	struct arena *arena; /* for the text; set by the owner */
	unsigned line;       /* from 1 */
	const char *text;    /* NULL: nothing is wrong */
};

/* Notes the fault; returns false, so that a reader can end with it. */
bool zone_fault_set(struct zone_fault *fault, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One word or quoted string. Escapes are still in it; it points into the text. */
struct zone_token {
	const char *text;
	size_t length;
	unsigned line, column; /* from 1; the column in octets */
	bool quoted;           /* it stood in quotes, which are not part of it */
	bool nested;           /* it stands in parentheses */
};

/* A resource record or a directive: one line, or several joined by parentheses. */
struct zone_entry {
	struct zone_token *tokens;
	size_t count;
	bool begins_blank; /* white space first: no owner of its own */
	/* What follows "mxdane:" in the comment of one of its lines; text NULL: there is none. */
	struct zone_token exception;
	unsigned line; /* on which it ends */
};

struct zone_text {
	const char *data;
	size_t length;
	size_t position, line_start;
	unsigned line;
	struct zone_token *tokens;   /* of the present entry; malloc'ed */
	struct zone_token exception; /* likewise */
	size_t token_count, token_capacity;
};

void zone_text_begin(struct zone_text *t, const char *data, size_t length);
void zone_text_end(struct zone_text *t); /* frees what the entries needed */
/* The next entry, valid until the next call; false at the end, or with a fault noted. */
bool zone_text_next(struct zone_text *t, struct zone_entry *entry, struct zone_fault *fault);

/* ---- Tokens ---- */

/* The visible form, for messages, cut where it is long. */
const char *zone_token_visible(struct arena *arena, const struct zone_token *token);
/* Equal to a word without quotes, ASCII case aside. */
bool zone_token_is(const struct zone_token *token, const char *word);
/* A decimal number up to `maximum`. */
bool zone_token_number(const struct zone_token *token, uint32_t maximum, uint32_t *number);
/* A TTL (RFC 2181 §8): seconds, or with BIND's units: 1w2d3h4m5s. */
bool zone_token_ttl(const struct zone_token *token, uint32_t *ttl);
/* The octets of hex digits that may be split over tokens (RFC 6698 §2.2, RFC 3597 §5). */
bool zone_token_hex(const struct zone_token *tokens, size_t count, struct zone_fault *fault,
    uint8_t **data, size_t *length);
/*
 * One octet off the front of a token's text at *position, \X and \DDD resolved (RFC 1035 §5.1);
 * *escaped tells which it was. Returns NULL, or why there is none.
 */
const char *zone_token_octet(
    const char *text, size_t length, size_t *position, uint8_t *octet, bool *escaped);

/*
 * From master-file text: "@" is the origin, a name without a final dot is relative to it. `origin`
 * is canonical, or NULL if there is none. NULL and a sentence fragment in *why on failure.
 */
char *zone_name_read(
    struct arena *arena, const char *text, size_t length, const char *origin, const char **why);
/* `name` with its end `from` (it is below that) put in place by `to` (RFC 6672 §2.2); NULL if that
 * is too long for a name. */
char *zone_name_redirect(struct arena *arena, const char *name, const char *from, const char *to);

#endif
