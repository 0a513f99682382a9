/* json_servers.c - draws what single name servers say (--authoritative). */
#include <string.h>

#include "json_internal.h"

static const char *transport_word(const struct server_answer *a)
{
	if (!a || a->no_route)
		return "not-asked";
	return a->rcode >= 0 ? "ok" : "failed";
}

static json_t *draw_transport(const struct name_server *s)
{
	json_t *o = json_object();
	add_key(o, "udp", json_string(transport_word(s->udp)));
	add_key(o, "tcp", json_string(transport_word(s->tcp)));
	return o;
}

static json_t *draw_serial(const struct name_server *s)
{
	const struct server_answer *both[] = {s->udp, s->tcp};
	for (size_t i = 0; i < sizeof both / sizeof *both; i++)
		if (both[i] && both[i]->fact->kind == ANSWER_RECORDS)
			return json_integer(both[i]->fact->records->soa.serial);
	return json_null();
}

static const struct server_answer *answer_of(const struct name_server *s, size_t question)
{
	return s->answers ? s->answers[question] : NULL;
}

/* The first server of the zone that gives such an answer; NULL: none does. */
static const struct name_server *find_same(
    const struct authority_zone *z, size_t question, const struct lookup *answer)
{
	for (size_t i = 0; i < z->server_count; i++) {
		const struct server_answer *a = answer_of(&z->servers[i], question);
		if (a && a->fact->kind != ANSWER_FAILED && lookup_same_answer(a->fact, answer))
			return &z->servers[i];
	}
	return NULL;
}

/* How much there is to say of it: a failure, what is bogus, what differs. */
static int weight_of(const struct authority_zone *z, const struct name_server *s, size_t question)
{
	const struct server_answer *a = answer_of(s, question);
	if (a->fact->kind == ANSWER_FAILED)
		return 4;
	if (a->fact->dnssec == DNSSEC_BOGUS)
		return 3;
	return find_same(z, question, a->fact) == z->servers ? 1 : 2;
}

/* Of several names with this type, that of which most is to be said; the count if there is none. */
static size_t find_question(
    const struct authority_zone *z, const struct name_server *s, enum dns_type type)
{
	size_t best = z->question_count;
	for (size_t i = 0; i < z->question_count && s->answers; i++)
		if (z->questions[i].type == type &&
		    (best == z->question_count || weight_of(z, s, i) > weight_of(z, s, best)))
			best = i;
	return best;
}

static json_t *draw_rcode(const struct json_drawing *d, const struct server_answer *a)
{
	const char *name = lookup_rcode_name(a->rcode);
	if (a->rcode < 0)
		return json_null();
	return json_string(name ? name : arena_printf(d->arena, "RCODE%d", a->rcode));
}

static json_t *draw_answer(const struct json_drawing *d, const struct authority_zone *z,
    const struct name_server *s, size_t question)
{
	const struct server_answer *a = answer_of(s, question);
	const struct name_server *same =
	    a->fact->kind == ANSWER_FAILED ? NULL : find_same(z, question, a->fact);
	json_t *o = json_object();
	add_key(o, "rcode", draw_rcode(d, a));
	add_key(o, "dnssec", json_string(dnssec_status_name(a->fact->dnssec)));
	add_key(o, "same_as", same && same != s ? draw_address(&same->address) : json_null());
	return o;
}

static json_t *draw_answers(
    const struct json_drawing *d, const struct authority_zone *z, const struct name_server *s)
{
	static const struct {
		const char *key;
		enum dns_type type;
	} kinds[] = {{"mx", DNS_TYPE_MX}, {"a", DNS_TYPE_A}, {"aaaa", DNS_TYPE_AAAA},
	    {"tlsa", DNS_TYPE_TLSA}};
	json_t *o = json_object();
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t question = find_question(z, s, kinds[i].type);
		add_key(o, kinds[i].key,
		    question < z->question_count ? draw_answer(d, z, s, question) : json_null());
	}
	return o;
}

static json_t *draw_server(
    const struct json_drawing *d, const struct authority_zone *z, const struct name_server *s)
{
	json_t *o = json_servers_draw_name(d, s);
	add_key(o, "transport", draw_transport(s));
	add_key(o, "serial", draw_serial(s));
	add_key(o, "status", json_string(status_name(s->status)));
	add_key(o, "answers", draw_answers(d, z, s));
	add_key(o, "error", draw_text(d, name_server_error(s)));
	return o;
}

json_t *json_servers_draw_name(const struct json_drawing *d, const struct name_server *s)
{
	json_t *o = json_object();
	add_key(o, "zone", draw_text(d, s->zone));
	add_key(o, "name", draw_text(d, s->name));
	add_key(o, "address", draw_address(&s->address));
	return o;
}

json_t *json_servers_draw(const struct json_drawing *d)
{
	const struct authority *a = d->report->authority;
	if (!a)
		return json_null();
	json_t *servers = json_array();
	for (size_t i = 0; i < a->zone_count; i++)
		for (size_t k = 0; k < a->zones[i].server_count; k++)
			add_item(servers, draw_server(d, &a->zones[i], &a->zones[i].servers[k]));
	return servers;
}
