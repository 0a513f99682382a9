/* action.c owns how the steps of a fix are named, and how its records stand in a zone file. */
#include "action.h"

#include <inttypes.h>

#include "buffer.h"
#include "escape.h"

const char *action_kind_name(enum action_kind k)
{
	static const char *const names[] = {
	    [ACTION_ADD] = "add",
	    [ACTION_DELETE] = "delete",
	    [ACTION_REPLACE] = "replace",
	    [ACTION_DEPLOY] = "deploy",
	    [ACTION_CONFIGURE] = "configure",
	};
	return names[k];
}

const char *action_place_name(enum action_place p)
{
	static const char *const names[] = {
	    [ACTION_IN_ZONE] = "zone",
	    [ACTION_AT_SERVER] = "server",
	    [ACTION_IN_POLICY] = "policy",
	    [ACTION_AT_REGISTRAR] = "registrar",
	    [ACTION_AT_RESOLVER] = "resolver",
	};
	return names[p];
}

/* RFC 1035 §5.1: character-strings of at most 255 octets. */
static void add_strings(struct buffer *b, const uint8_t *data, size_t length)
{
	enum { LONGEST = 255 };
	for (size_t i = 0; i < length || i == 0; i++) {
		if (i % LONGEST == 0)
			buffer_add_text(b, i ? "\" \"" : "\"");
		if (i == length)
			break;
		if (data[i] < ' ' || data[i] > '~')
			buffer_printf(b, "\\%03u", data[i]);
		else
			buffer_printf(
			    b, "%s%c", data[i] == '"' || data[i] == '\\' ? "\\" : "", data[i]);
	}
	buffer_add_text(b, "\"");
}

static void add_rdata(struct buffer *b, enum dns_type type, const struct dns_record *r)
{
	char address[ADDRESS_TEXT_SIZE];
	switch (type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: buffer_add_text(b, address_text(&r->address, address)); break;
	case DNS_TYPE_CNAME: buffer_printf(b, "%s.", r->cname); break;
	case DNS_TYPE_MX: buffer_printf(b, "%u %s.", r->mx.preference, r->mx.exchange); break;
	case DNS_TYPE_TXT: add_strings(b, r->txt.data, r->txt.length); break;
	case DNS_TYPE_TLSA:
		/* Without data only RFC 3597 §5 has a form for it. */
		buffer_printf(b, r->tlsa.length ? "%u %u %u " : "\\# 3 %02x%02x%02x", r->tlsa.usage,
		    r->tlsa.selector, r->tlsa.mtype);
		escape_add_hex(b, r->tlsa.data, r->tlsa.length);
		break;
	default: break; /* no fix has others */
	}
}

const char *action_data_text(struct arena *arena, const struct zone_line *line)
{
	struct buffer b = {0};
	buffer_printf(&b, "IN %s ", lookup_type_name(line->type));
	add_rdata(&b, line->type, &line->data);
	const char *text = escape_text(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

const char *action_line_text(struct arena *arena, const struct zone_line *line)
{
	return arena_printf(arena, "%s. %" PRIu32 " %s", escape_text(arena, line->owner),
	    line->data.ttl, action_data_text(arena, line));
}
