/* text_servers.c - draws the name servers of each zone, a line for each address. */
#include "text_servers.h"

#include "text_words.h"

static void draw_server(struct layout *t, const struct name_server *s)
{
	const struct lookup *soa = name_server_soa(s);
	const char *error = name_server_error(s);
	layout_line(t, 2, 6);
	layout_mark(t, text_words_mark(s->status));
	layout_add(t, TONE_PLAIN, "%s", s->name);
	if (s->address.family) {
		char address[ADDRESS_TEXT_SIZE];
		layout_add(t, TONE_PLAIN, "[%s]", address_text(&s->address, address));
	}
	if (soa)
		layout_words(t, TONE_DIM, "serial %u", soa->records->soa.serial);
	if (error)
		layout_words(t, TONE_PLAIN, "(%s)", error);
}

void text_servers_draw(struct layout *t, const struct domain_report *r)
{
	for (size_t i = 0; r->authority && i < r->authority->zone_count; i++) {
		const struct authority_zone *z = &r->authority->zones[i];
		layout_blank(t);
		layout_line(t, 0, 2);
		layout_add(t, TONE_STRONG, "Name servers");
		layout_words(t, TONE_PLAIN, "of %s", z->name);
		for (size_t k = 0; k < z->server_count; k++)
			draw_server(t, &z->servers[k]);
	}
}
