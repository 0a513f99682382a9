/* explain.c owns the texts of --explain and --version. */
#include "explain.h"

#include "layout.h"
#include "name.h"
#include "resolver.h"
#include "sandbox.h"
#include "sts_fetch.h"
#include "tls.h"

enum { WIDTH = 78 };

static void add_remedy(struct buffer *out, const char *text)
{
	buffer_add_text(out, "\nWhat to do:\n");
	layout_paragraph(out, WIDTH, 0, 2, text);
}

static void explain_finding(struct buffer *out, enum finding_code code)
{
	const struct finding_info *info = finding_info(code);
	buffer_printf(out, "%s\n", info->code);
	layout_paragraph(out, WIDTH, 0, 2, info->when);
	buffer_printf(out, "\nSeverity:  %s\n", finding_severity_text(info->severity));
	if (*info->reference)
		buffer_printf(out, "Reference: %s\n", info->reference);
	buffer_add_text(out, "\n");
	layout_paragraph(out, WIDTH, 0, 0, info->explanation);
	add_remedy(out, info->remedy);
}

static void explain_cause(struct buffer *out, const struct cause_info *cause)
{
	buffer_printf(out, "%s\n", cause->slug);
	layout_paragraph(out, WIDTH, 0, 2, cause->meaning);
	if (cause->remedy)
		add_remedy(out, cause->remedy);
}

static void add_code(struct buffer *out, const char *indent, enum finding_code code)
{
	const struct finding_info *info = finding_info(code);
	buffer_printf(out, "%s%-24s %s\n", indent, info->code, info->when);
}

static void explain_phrase(struct buffer *out, const struct sender_phrase *phrase)
{
	if (*phrase->text == '.') /* the rest of an enhanced status code (RFC 3463 §2) */
		buffer_printf(out, "%s: 4%s, 5%s\n", phrase->sender, phrase->text, phrase->text);
	else
		buffer_printf(out, "%s: %s\n", phrase->sender, phrase->text);
	layout_paragraph(out, WIDTH, 0, 2, phrase->meaning);
	buffer_add_text(out, "\nFindings that cause it, the likeliest first:\n");
	for (size_t i = 0; i < phrase->count; i++)
		add_code(out, "  ", phrase->findings[i]);
	buffer_printf(
	    out, "\nMore: mxdane --explain %s\n", finding_info(phrase->findings[0])->code);
}

void explain_topic(struct buffer *out, struct options_topic topic)
{
	if (topic.list)
		for (int code = 0; code < FINDING_COUNT; code++)
			add_code(out, "", (enum finding_code)code);
	else if (topic.phrase)
		explain_phrase(out, topic.phrase);
	else if (topic.cause != CAUSE_NONE)
		explain_cause(out, cause_info(topic.cause));
	else
		explain_finding(out, topic.code);
}

void explain_version(struct buffer *out)
{
	struct arena *arena = arena_create();
	buffer_printf(out, "mxdane %s\ngetdns %s\nGnuTLS %s\nlibidn2 %s\nlibcurl %s\nsandbox %s\n",
	    MXDANE_VERSION, resolver_library_version(), tls_library_version(),
	    name_library_version(), sts_fetch_library_version(), sandbox_describe(arena));
	arena_destroy(arena);
}
