/*
 * report_text.c - owns the shape of the text format: verdict first, then a block for each host,
 * MTA-STS and TLSRPT, what senders do, and the findings.
 */
#include "report_text.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"

enum text_tone text_dnssec_tone(enum dnssec_status s)
{
	static const enum text_tone tones[] = {
	    [DNSSEC_SECURE] = TEXT_GOOD,
	    [DNSSEC_INSECURE] = TEXT_WARNING,
	    [DNSSEC_INDETERMINATE] = TEXT_UNKNOWN,
	    [DNSSEC_BOGUS] = TEXT_BAD,
	};
	return tones[s];
}

const char *text_endpoint_name(struct arena *arena, const struct endpoint *e)
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

const char *text_apart(struct arena *arena, int64_t when, int64_t now)
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

static void draw_head(struct text *t, const struct domain_report *r)
{
	char word[16];
	(void)snprintf(word, sizeof word, "%s", status_name(r->status)); /* they are shorter */
	ascii_upper_text(word);

	enum text_mark mark = text_mark_for(r->status);
	text_line(t, 0, 2);
	text_add_mark(t, mark);
	text_add(t, text_tone_for(mark), "%s", word);
	t->gap = 2;
	text_add(t, TEXT_STRONG, "%s", r->domain);
	if (r->domain_unicode && t->style->utf8)
		text_add(t, TEXT_PLAIN, "(%s)", r->domain_unicode);
	text_line(t, 2, 2);
	text_words(t, TEXT_PLAIN, "%s", r->summary ? r->summary : "");
	if (r->judged_at != r->checked_at) {
		char at[REPORT_TIME_SIZE];
		text_line(t, 2, 2);
		text_words(
		    t, TEXT_WARNING, "certificates judged as of %s", report_time(r->judged_at, at));
	}
	text_draw_change(t, r);
}

/* Why there is no host to show. */
static void draw_no_hosts(struct text *t, const struct domain_report *r)
{
	const struct lookup *mx = r->mx;
	if (r->invalid || !mx || r->root_error)
		return;
	text_blank(t);
	text_line(t, 0, 6);
	text_add_mark(t, mx->kind == ANSWER_FAILED ? TEXT_MARK_UNKNOWN : TEXT_MARK_NONE);
	text_add(t, TEXT_STRONG, "MX");
	t->gap = 2;
	if (mx->kind == ANSWER_FAILED)
		text_words(t, TEXT_PLAIN, "lookup failed,");
	else if (r->mx_kind == MX_KIND_NULL)
		text_words(t, TEXT_PLAIN, "null MX (RFC 7505),");
	else if (mx->kind == ANSWER_NXDOMAIN)
		text_words(t, TEXT_PLAIN, "no such domain,");
	else if (mx->dnssec != DNSSEC_BOGUS)
		text_words(t, TEXT_PLAIN, "no host,");
	text_add_dnssec(t, "", mx);
	if (mx->error)
		text_words(t, TEXT_PLAIN, "(%s)", mx->error);
}

static void draw_foot(struct text *t, const struct domain_report *r)
{
	char at[REPORT_TIME_SIZE];
	text_blank(t);
	text_line(t, 0, 2);
	text_words(t, TEXT_DIM, "checked %s in %u ms by mxdane %s", report_time(r->checked_at, at),
	    r->elapsed_ms, MXDANE_VERSION);
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct text t = {.out = out, .arena = arena_create(), .style = run->style};
	if (run->domains++ > 0)
		text_rule(&t);
	draw_head(&t, r);
	for (size_t i = 0; i < r->host_count; i++) {
		text_blank(&t);
		text_draw_host(&t, r, &r->hosts[i]);
	}
	if (r->host_count == 0)
		draw_no_hosts(&t, r);
	text_draw_policies(&t, r);
	text_draw_senders(&t, r);
	text_draw_findings(&t, r);
	if (t.style->verbose)
		draw_foot(&t, r);
	text_end(&t);
	arena_destroy(t.arena);
}

const struct report_writer report_text = {.name = "text", .domain = draw_domain};
