/*
 * report_json.h - what the files of the JSON format share; nobody else includes it. jansson's type
 * is only named here: its header is read by report_json*.c alone.
 */
#ifndef MXDANE_REPORT_JSON_H
#define MXDANE_REPORT_JSON_H

#include "report.h"

struct json_t;

/* Drawing one domain. */
struct json_drawing {
	struct arena *arena; /* for texts on their way, freed after the domain */
	const struct domain_report *report;
	bool verbose;
};

/* Both take over the value, as jansson's calls that end in _new do. */
void json_add_key(struct json_t *object, const char *key, struct json_t *value);
void json_add_item(struct json_t *array, struct json_t *value);

/* Every one of these gives JSON null for NULL, and for what its comment says. */
struct json_t *json_draw_name(const char *text); /* an enumeration's name, own ASCII text */
struct json_t *json_draw_text(const struct json_drawing *d, const char *text); /* anyone's text */
struct json_t *json_draw_texts(
    const struct json_drawing *d, const char *const *texts, size_t count);
struct json_t *json_draw_index(int n); /* null below 0 */
struct json_t *json_draw_time(int64_t when);
struct json_t *json_draw_hex(const struct json_drawing *d, const void *data, size_t length);
struct json_t *json_draw_address(const struct address *address); /* null for family 0 */
struct json_t *json_draw_dnssec(const struct lookup *l);
/* The earlier end of the two; null if neither is signed. */
struct json_t *json_draw_signature_end(const struct lookup *a, const struct lookup *b);

/* The array "hosts" (report_json_host.c). */
struct json_t *json_draw_hosts(const struct json_drawing *d);

#endif
