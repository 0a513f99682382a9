/* text_words.c - draws what the parts of the text report share: a status, DNSSEC, times. */
#include "text_words.h"

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

const char *text_words_apart(struct arena *arena, int64_t when, int64_t now)
{
	enum { HOUR = 3600, DAY = 24 * HOUR, SHORT = 2 * DAY };
	int64_t apart = when < now ? now - when : when - now;
	int64_t count = apart < SHORT ? apart / HOUR : apart / DAY;
	const char *unit = apart < SHORT ? "hour" : "day";
	if (count == 0)
		return "now";
	return arena_printf(arena, when < now ? "%lld %s%s ago" : "in %lld %s%s", (long long)count,
	    unit, count == 1 ? "" : "s");
}

/* With --verbose, until when a status holds. */
static const char *signature_note(const struct layout *t, const struct lookup *l)
{
	char end[TIME_TEXT_SIZE];
	if (!t->verbose || !l->has_signature || l->proposed)
		return "";
	return arena_printf(t->arena, " (signed until %s)", time_text(l->signature_expires, end));
}

void text_words_dnssec(struct layout *t, const char *what, const struct lookup *l)
{
	layout_add(t, text_words_dnssec_tone(l->dnssec), "%s%s%s%s", what, *what ? " " : "",
	    dnssec_status_name(l->dnssec), signature_note(t, l));
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
