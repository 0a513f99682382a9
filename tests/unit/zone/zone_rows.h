/* zone_rows.h - tables of master-file text and what is read out of it, for the tests of zone_*.c.
 */
#ifndef MXDANE_TEST_ZONE_ROWS_H
#define MXDANE_TEST_ZONE_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escape.h"
#include "zone_file.h"
#include "zone_rdata.h"

static inline void show_data(struct arena *arena, const struct zone_record *r, struct buffer *b)
{
	char text[ADDRESS_TEXT_SIZE];
	switch (r->type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: buffer_add_text(b, address_text(&r->data.address, text)); break;
	case DNS_TYPE_MX:
		buffer_printf(b, "%u '%s'", r->data.mx.preference, r->data.mx.exchange);
		break;
	case DNS_TYPE_TLSA:
		buffer_printf(b, "%u %u %u %s", r->data.tlsa.usage, r->data.tlsa.selector,
		    r->data.tlsa.mtype, escape_hex(arena, r->data.tlsa.data, r->data.tlsa.length));
		break;
	case DNS_TYPE_TXT:
		buffer_printf(b, "[%s]", escape_bytes(arena, r->data.txt.data, r->data.txt.length));
		break;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS:
	case DNS_TYPE_DNAME: buffer_add_text(b, r->data.cname); break;
	default: buffer_add_text(b, r->made.kind == ZONE_MADE_ADDRESSES ? r->data.cname : "-");
	}
}

static inline void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* "line|owner ttl TYPE data {code: reason}", a line for each record. */
static inline char *show(struct arena *arena, const struct zone_file *file)
{
	struct buffer b = {0};
	for (size_t i = 0; i < file->count; i++) {
		const struct zone_record *r = &file->records[i];
		buffer_printf(&b, "%s%u|%s %u %s ", i ? "\n" : "", r->at.line, r->owner,
		    r->data.ttl, zone_type_name(arena, r->type));
		show_data(arena, r, &b);
		for (const struct exception *e = r->at.exceptions; e; e = e->next)
			buffer_printf(&b, " {%s: %s}", finding_info(e->code)->code, e->reason);
	}
	char *text = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

static inline void check(const char *label, const char *input, size_t length, const char *want)
{
	struct arena *arena = arena_create();
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_parse(arena, "z", input, length, &error);
	const char *got = file ? show(arena, file) : error->message;
	if (!got || strcmp(got, want) != 0)
		fail_msg("%s:\n got: %s\nwant: %s", label, got ? got : "(null)", want);
	arena_destroy(arena);
}

struct row {
	const char *label, *input, *want;
};

static inline void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(rows[i].label, rows[i].input, strlen(rows[i].input), rows[i].want);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

#endif
