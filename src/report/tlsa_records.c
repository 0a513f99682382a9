/*
 * tlsa_records.c - draws the tlsa format: the TLSA records that fit what the hosts present, as
 * zone-file lines (RFC 1035 §5.1), one for each distinct key.
 */
#include "writer.h"

#include <string.h>

#include "escape.h"

enum {
	DIGEST = 32,
	TTL = 3600, /* short enough for a roll-over in an hour (RFC 7671 §8), yet cached */
};

static void add_comment(
    struct buffer *out, const struct report_run *run, struct arena *arena, const char *text)
{
	buffer_printf(out, "; %s\n", escape_visible(arena, text, run->style->utf8));
}

/* What a record of type 3 1 1 holds; 3 0 1 where the key of a leaf that does not parse is unknown.
 */
static const uint8_t *digest_of(const struct endpoint *e)
{
	const struct certificate *leaf = &e->probe.chain[0];
	return leaf->parsed ? leaf->spki_sha256 : leaf->cert_sha256;
}

static bool has_same_record(const struct endpoint *a, const struct endpoint *b)
{
	return a->probe.chain_count > 0 && b->probe.chain_count > 0 &&
	       a->probe.chain[0].parsed == b->probe.chain[0].parsed &&
	       memcmp(digest_of(a), digest_of(b), DIGEST) == 0;
}

/* Comment: every endpoint from `first` on that needs the same record. */
static void add_sources(struct buffer *out, const struct mx_host *h, size_t first)
{
	const char *before = "; ";
	for (size_t i = first; i < h->endpoint_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		const struct endpoint *e = &h->endpoints[i];
		const char *type = key_type_name(e->key_type);
		if (!has_same_record(&h->endpoints[first], e))
			continue;
		buffer_printf(out, "%s%s%s%s%s", before, address_text(&e->address, address),
		    e->address.family ? " " : "", type ? type : "",
		    e->proposed ? " (proposed)" : "");
		before = ", ";
	}
	buffer_add_text(out, "\n");
}

static bool is_drawn(const struct mx_host *h, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (has_same_record(&h->endpoints[i], &h->endpoints[index]))
			return true;
	return false;
}

/* Where the record is to stand: at the end of the owner name's aliases, if it has any. */
static const char *owner_of(
    const struct report_run *run, struct arena *arena, const struct mx_host *h)
{
	if (h->tlsa && h->tlsa->kind != ANSWER_FAILED)
		return h->tlsa->final;
	return h->tlsa_owner
		   ? h->tlsa_owner
		   : arena_printf(arena, "_%u._tcp.%s", run->style->params->port, h->name);
}

static void add_host(
    struct buffer *out, const struct report_run *run, struct arena *arena, const struct mx_host *h)
{
	const char *owner = escape_visible(arena, owner_of(run, arena, h), run->style->utf8);
	bool any = false;
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		if (e->probe.chain_count == 0 || is_drawn(h, i))
			continue;
		any = true;
		add_sources(out, h, i);
		buffer_printf(out, "%s. %d IN TLSA 3 %d 1 ", owner, TTL, e->probe.chain[0].parsed);
		escape_add_hex(out, digest_of(e), DIGEST);
		buffer_add_text(out, "\n");
	}
	if (!any)
		add_comment(out, run, arena,
		    arena_printf(arena, "%s: no certificate to make a record from", h->name));
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct arena *arena = arena_create();
	add_comment(out, run, arena, arena_printf(arena, "%s: %s", r->domain, r->summary));
	for (size_t i = 0; i < r->host_count; i++)
		add_host(out, run, arena, &r->hosts[i]);
	run->domains++;
	arena_destroy(arena);
}

const struct report_writer tlsa_records_writer = {.name = "tlsa", .domain = draw_domain};
