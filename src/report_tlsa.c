/*
 * report_tlsa.c - owns the tlsa format: the TLSA records that fit what the hosts present, as
 * zone-file lines (RFC 1035 §5.1), one for each distinct key.
 */
#include "report.h"

#include <string.h>

#include "escape.h"

/* Short enough for a roll-over in an hour (RFC 7671 §8), long enough to be cached. */
enum { TTL = 3600 };

static void add_comment(
    struct buffer *out, const struct report_run *run, struct arena *arena, const char *text)
{
	buffer_printf(out, "; %s\n", report_visible(arena, text, run->style->utf8));
}

/* Comment: every endpoint from `first` on that shows the same key. */
static void add_sources(struct buffer *out, const struct mx_host *h, size_t first)
{
	const uint8_t *key = h->endpoints[first].probe.chain[0].spki_sha256;
	const char *before = "; ";
	for (size_t i = first; i < h->endpoint_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		const struct endpoint *e = &h->endpoints[i];
		const char *type = key_type_name(e->key_type);
		if (e->probe.chain_count == 0 ||
		    memcmp(e->probe.chain[0].spki_sha256, key, 32) != 0)
			continue;
		buffer_printf(out, "%s%s%s%s%s", before, address_text(&e->address, address),
		    e->address.family ? " " : "", type ? type : "",
		    e->proposed ? " (proposed)" : "");
		before = ", ";
	}
	buffer_add_text(out, "\n");
}

static bool is_known_key(const struct mx_host *h, size_t index)
{
	const uint8_t *key = h->endpoints[index].probe.chain[0].spki_sha256;
	for (size_t i = 0; i < index; i++) {
		const struct probe *p = &h->endpoints[i].probe;
		if (p->chain_count > 0 && memcmp(p->chain[0].spki_sha256, key, 32) == 0)
			return true;
	}
	return false;
}

static void add_host(
    struct buffer *out, const struct report_run *run, struct arena *arena, const struct mx_host *h)
{
	const char *owner = h->tlsa_owner;
	bool any = false;
	if (!owner)
		owner = arena_printf(arena, "_%u._tcp.%s", run->style->params->port, h->name);
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct probe *p = &h->endpoints[i].probe;
		if (p->chain_count == 0 || !p->chain[0].parsed || is_known_key(h, i))
			continue;
		any = true;
		add_sources(out, h, i);
		buffer_printf(out, "%s. %d IN TLSA 3 1 1 ",
		    report_visible(arena, owner, run->style->utf8), TTL);
		escape_add_hex(out, p->chain[0].spki_sha256, sizeof p->chain[0].spki_sha256);
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

const struct report_writer report_tlsa = {.name = "tlsa", .domain = draw_domain};
