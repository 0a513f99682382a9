/* judge_text.c owns the words and records that findings are made of. */
#include <string.h>

#include "buffer.h"
#include "escape.h"
#include "judge_internal.h"
#include "time_text.h"

const char *judge_escaped(const struct judge *j, const char *text)
{
	return text ? escape_text(j->arena, text) : "no reason given";
}

static bool has_other_entries(const struct mx_host *host, const struct endpoint *endpoint)
{
	size_t entries = 0;
	for (size_t i = 0; i < host->endpoint_count; i++)
		entries += address_compare(&host->endpoints[i].address, &endpoint->address) == 0;
	return entries > 1;
}

static bool has_several_leafs(const struct mx_host *host, const struct endpoint *endpoint)
{
	const struct certificate *first = NULL;
	for (size_t i = 0; i < host->endpoint_count; i++) {
		const struct endpoint *e = &host->endpoints[i];
		if (!model_is_same_kind(e, endpoint) || !e->probe.chain_count)
			continue;
		if (first && !certificate_equal(first, &e->probe.chain[0]))
			return true;
		first = &e->probe.chain[0];
	}
	return false;
}

const char *judge_leaf_name(const struct judge *j, const struct certificate *leaf)
{
	enum { SHOWN = 4 };
	const char *digest = escape_hex(j->arena, leaf->cert_sha256, SHOWN);
	return leaf->parsed
		   ? arena_printf(j->arena, "%.10s (%s…)", judge_time(j, leaf->not_before), digest)
		   : arena_printf(j->arena, "%s…", digest);
}

static const char *kind_of(const struct mx_host *host, const struct endpoint *endpoint)
{
	return has_other_entries(host, endpoint) ? key_type_name(endpoint->key_type) : NULL;
}

static const char *where(const struct judge *j, const struct mx_host *host,
    const struct endpoint *endpoint, const char *key)
{
	char buf[ADDRESS_TEXT_SIZE];
	const char *name = judge_escaped(j, host->name);
	const char *address = address_text(&endpoint->address, buf);
	if (!*address && !key)
		return name;
	return arena_printf(
	    j->arena, "%s [%s%s%s]", name, address, *address && key ? ", " : "", key ? key : "");
}

const char *judge_where(
    const struct judge *j, const struct mx_host *host, const struct endpoint *endpoint)
{
	const char *key = kind_of(host, endpoint);
	if (key && endpoint->probe.chain_count && has_several_leafs(host, endpoint))
		key = arena_printf(
		    j->arena, "%s of %s", key, judge_leaf_name(j, &endpoint->probe.chain[0]));
	return where(j, host, endpoint, key);
}

const char *judge_where_all(
    const struct judge *j, const struct mx_host *host, const struct endpoint *endpoint)
{
	return where(j, host, endpoint, kind_of(host, endpoint));
}

const char *judge_time(const struct judge *j, int64_t when)
{
	char text[TIME_TEXT_SIZE];
	return arena_strdup(j->arena, time_text(when, text));
}

const char *judge_date(const struct judge *j, int64_t when, int64_t now)
{
	return arena_printf(
	    j->arena, "%.10s (%s)", judge_time(j, when), time_apart(j->arena, when, now));
}

const char *judge_record_name(const struct judge *j, const struct tlsa_record *r)
{
	enum { SHOWN = 4 };
	bool cut = r->length > SHOWN;
	const char *hex = escape_hex(j->arena, r->data, cut ? SHOWN : r->length);
	return arena_printf(j->arena, "%u %u %u%s%s%s", r->usage, r->selector, r->mtype,
	    r->length ? " " : "", hex, cut ? "…" : "");
}

/* Nothing can stand beside a CNAME (RFC 1034 §3.6.2): the records belong where it leads. */
const char *judge_owner(const struct mx_host *host)
{
	return host->tlsa && host->tlsa->kind != ANSWER_FAILED ? host->tlsa->final
							       : host->tlsa_owner;
}
