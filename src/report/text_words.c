/* text_words.c - draws what the parts of the text report share: a status, DNSSEC, times. */
#include "text_words.h"

#include <inttypes.h>

#include "escape.h"
#include "time_text.h"

enum tone text_words_dnssec_tone(enum dnssec_status s)
{
	static const enum tone tones[] = {
	    [DNSSEC_SECURE] = TONE_GOOD,
	    [DNSSEC_INSECURE] = TONE_WARNING,
	    [DNSSEC_INDETERMINATE] = TONE_UNKNOWN,
	    [DNSSEC_BOGUS] = TONE_BAD,
	};
	return tones[s];
}

static const char *ttl_note(struct arena *arena, const struct lookup *l)
{
	if (l->kind != ANSWER_RECORDS)
		return NULL;
	if (l->proposed || l->ttl_left == l->original_ttl)
		return arena_printf(arena, "TTL %" PRIu32 " s", l->original_ttl);
	return arena_printf(
	    arena, "TTL %" PRIu32 " s, %" PRIu32 " s left", l->original_ttl, l->ttl_left);
}

static const char *signature_note(struct arena *arena, const struct lookup *l)
{
	char end[TIME_TEXT_SIZE];
	if (!l->has_signature || l->proposed || l->dnssec != DNSSEC_SECURE)
		return NULL;
	return arena_printf(arena, "signed until %s", time_text(l->signature_expires, end));
}

/* With --verbose, until when a status and the records hold. */
static const char *note(const struct layout *t, const struct lookup *l)
{
	if (!t->verbose)
		return "";
	const char *signature = signature_note(t->arena, l), *ttl = ttl_note(t->arena, l);
	if (!signature && !ttl)
		return "";
	return arena_printf(t->arena, " (%s%s%s)", signature ? signature : "",
	    signature && ttl ? ", " : "", ttl ? ttl : "");
}

void text_words_dnssec(struct layout *t, const char *what, const struct lookup *l)
{
	layout_add(t, text_words_dnssec_tone(l->dnssec), "%s%s%s%s", what, *what ? " " : "",
	    dnssec_status_name(l->dnssec), note(t, l));
	if (l->proposed)
		layout_add(t, TONE_STRONG, "(proposed)");
}

enum mark text_words_mark(enum status status)
{
	static const enum mark marks[] = {
	    [STATUS_OK] = MARK_GOOD,
	    [STATUS_WARNING] = MARK_WARNING,
	    [STATUS_UNKNOWN] = MARK_UNKNOWN,
	    [STATUS_CRITICAL] = MARK_BAD,
	};
	return marks[status];
}

const char *text_words_endpoint(struct arena *arena, const struct endpoint *e)
{
	char buf[ADDRESS_TEXT_SIZE];
	const char *address = address_text(&e->address, buf);
	if (!*address)
		return "no address";
	if (e->port == 25)
		return arena_strdup(arena, address);
	return arena_printf(
	    arena, e->address.family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, e->port);
}

size_t text_words_list_length(const struct layout *t, size_t count)
{
	enum { SHORT_LIST = 3 };
	return t->verbose || count <= SHORT_LIST + 1 ? count : SHORT_LIST;
}

const char *text_words_record_data(const struct layout *t, const struct tlsa_record *r, bool whole)
{
	enum { SHORT_DATA = 8 };
	if (whole || r->length <= SHORT_DATA)
		return escape_hex(t->arena, r->data, r->length);
	return arena_printf(
	    t->arena, "%s%s", escape_hex(t->arena, r->data, SHORT_DATA), t->utf8 ? "…" : "...");
}
