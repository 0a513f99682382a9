/*
 * json_internal.h - what the files of the JSON writer share: the domain that is drawn, and simple
 * values. Only for json*.c.
 */
#ifndef MXDANE_JSON_INTERNAL_H
#define MXDANE_JSON_INTERNAL_H

#include <jansson.h>
#include <stdlib.h>

#include "escape.h"
#include "report.h"
#include "time_text.h"

/* Drawing one domain. */
struct json_drawing {
	struct arena *arena; /* for texts on their way, freed after the domain */
	const struct domain_report *report;
	const struct params *params;
	bool verbose;
};

/* Before the first value is made. */
static inline void json_set_up(void)
{
	json_set_alloc_funcs(memory_alloc, free);
	json_object_seed(0); /* from a file, which cannot be opened any more later */
}

/* With memory_alloc behind jansson (json_set_up) and escaped text, neither making nor setting a
 * value can fail. */
static inline void add_key(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		abort();
}

static inline void add_item(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		abort();
}

static inline json_t *draw_name(const char *text)
{
	return text ? json_string(text) : json_null();
}

static inline json_t *draw_text(const struct json_drawing *d, const char *text)
{
	return draw_name(escape_text(d->arena, text));
}

static inline json_t *draw_index(int n)
{
	return n < 0 ? json_null() : json_integer(n);
}

static inline json_t *draw_time(int64_t when)
{
	char buf[TIME_TEXT_SIZE];
	return json_string(time_text(when, buf));
}

static inline json_t *draw_address(const struct address *address)
{
	char buf[ADDRESS_TEXT_SIZE];
	return address->family ? json_string(address_text(address, buf)) : json_null();
}

/* ---- json_findings.c ---- */

json_t *json_findings_draw(const struct json_drawing *d, const struct finding *list, size_t count);
/* Null where nothing is proposed. */
json_t *json_findings_draw_change(const struct json_drawing *d);

/* ---- json_servers.c ---- */

/* Zone, name and address. */
json_t *json_servers_draw_name(const struct json_drawing *d, const struct name_server *s);
/* Null without --authoritative. */
json_t *json_servers_draw(const struct json_drawing *d);

#endif
