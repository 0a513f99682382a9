/* report_json_value.c owns the JSON of single values: null for what is absent, escaped text, times.
 */
#include "report_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "escape.h"

/* With memory_alloc behind jansson (draw_begin) and escaped text, neither making nor setting a
 * value can fail. */
void json_add_key(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		abort();
}

void json_add_item(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		abort();
}

json_t *json_draw_name(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *json_draw_text(const struct json_drawing *d, const char *text)
{
	return json_draw_name(escape_text(d->arena, text));
}

json_t *json_draw_index(int n)
{
	return n < 0 ? json_null() : json_integer(n);
}

json_t *json_draw_time(int64_t when)
{
	char buf[REPORT_TIME_SIZE];
	return json_string(report_time(when, buf));
}

json_t *json_draw_hex(const struct json_drawing *d, const void *data, size_t length)
{
	return json_string(escape_hex(d->arena, data, length));
}

json_t *json_draw_signature_end(const struct lookup *a, const struct lookup *b)
{
	int64_t when;
	return report_signature_end(a, b, &when) ? json_draw_time(when) : json_null();
}

json_t *json_draw_dnssec(const struct lookup *l)
{
	return json_draw_name(l ? dnssec_status_name(l->dnssec) : NULL);
}

json_t *json_draw_address(const struct address *address)
{
	char buf[ADDRESS_TEXT_SIZE];
	return address->family ? json_string(address_text(address, buf)) : json_null();
}

json_t *json_draw_texts(const struct json_drawing *d, const char *const *texts, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		json_add_item(array, json_draw_text(d, texts[i]));
	return array;
}
