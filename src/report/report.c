/* report.c - the table of writers, and what several formats draw the same way. */
#include "report.h"

#include <string.h>
#include <time.h>

#include "escape.h"

const struct report_writer *report_writer_for(enum output output)
{
	static const struct report_writer *const writers[] = {
	    [OUTPUT_TEXT] = &report_text,
	    [OUTPUT_JSON] = &report_json,
	    [OUTPUT_NAGIOS] = &report_nagios,
	    [OUTPUT_PROMETHEUS] = &report_prometheus,
	    [OUTPUT_JUNIT] = &report_junit,
	    [OUTPUT_TLSA] = &report_tlsa,
	};
	return writers[output];
}

const char *report_time(int64_t when, char buf[static REPORT_TIME_SIZE])
{
	/* RFC 3339 §5.6: four digits for the year; no certificate was made before the year 1000. */
	static const int64_t earliest = -30610224000, latest = 253402300799;
	time_t t = when < earliest ? earliest : when > latest ? latest : when;
	struct tm tm;
	gmtime_r(&t, &tm);
	(void)strftime(buf, REPORT_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm); /* 20 octets */
	return buf;
}

/* Signs of mxdane's own sentences, and what a terminal without UTF-8 gets for them. */
static const struct {
	const char *sign, *ascii;
} plain_signs[] = {
    {"§", "section "},
    {"…", "..."},
    {"–", "-"},
    {"—", "-"},
    {"’", "'"},
    {"“", "\""},
    {"”", "\""},
    {"×", "x"},
    {"→", "->"},
};

/* Appends one sign or byte as ASCII; returns how many bytes of `text` that took. */
static size_t add_ascii(struct buffer *out, const char *text)
{
	if ((unsigned char)*text < 0x80) {
		buffer_add(out, text, 1);
		return 1;
	}
	for (size_t i = 0; i < sizeof plain_signs / sizeof *plain_signs; i++) {
		size_t length = strlen(plain_signs[i].sign);
		if (strncmp(text, plain_signs[i].sign, length) == 0) {
			buffer_add_text(out, plain_signs[i].ascii);
			return length;
		}
	}
	buffer_printf(out, "\\x%02x", (unsigned char)*text);
	return 1;
}

void report_add_visible(struct buffer *out, const char *text, bool utf8)
{
	if (utf8) {
		escape_add(out, text, strlen(text));
		return;
	}
	struct buffer escaped = {0};
	escape_add(&escaped, text, strlen(text));
	const char *p = buffer_text(&escaped);
	while (*p)
		p += add_ascii(out, p);
	buffer_reset(&escaped);
}

char *report_visible(struct arena *arena, const char *text, bool utf8)
{
	struct buffer b = {0};
	report_add_visible(&b, text, utf8);
	char *visible = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return visible;
}

char *report_escape_lines(struct arena *arena, const char *text)
{
	if (!text)
		return NULL;
	struct buffer b = {0};
	for (;;) {
		size_t length = strcspn(text, "\n");
		escape_add(&b, text, length);
		text += length;
		if (!*text)
			break;
		buffer_add_text(&b, "\n");
		text++;
	}
	char *lines = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return lines;
}

bool report_signature_end(const struct lookup *a, const struct lookup *b, int64_t *when)
{
	bool has_a = a && a->has_signature, has_b = b && b->has_signature;
	if (has_a && has_b)
		*when = a->signature_expires < b->signature_expires ? a->signature_expires
								    : b->signature_expires;
	else if (has_a || has_b)
		*when = has_a ? a->signature_expires : b->signature_expires;
	return has_a || has_b;
}

const char *report_canonical_name(const struct mx_host *host)
{
	/* The two agree but where one family's lookup failed half-way along the aliases. */
	if (host->a && (host->a->kind == ANSWER_RECORDS || !host->aaaa))
		return host->a->final;
	return host->aaaa ? host->aaaa->final : NULL;
}

bool report_chain_equal(const struct probe *a, const struct probe *b)
{
	if (a->chain_count != b->chain_count)
		return false;
	for (size_t i = 0; i < a->chain_count; i++)
		if (memcmp(a->chain[i].cert_sha256, b->chain[i].cert_sha256,
			sizeof a->chain[i].cert_sha256) != 0)
			return false;
	return true;
}
