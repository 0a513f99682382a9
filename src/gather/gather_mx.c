/* gather_mx.c owns the step from an MX RRset to the list of hosts (RFC 5321 §5.1, RFC 7505). */
#include <stdlib.h>
#include <string.h>

#include "gather_internal.h"
#include "limit.h"
#include "name.h"

static int compare_names(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->preference > y->preference) - (x->preference < y->preference);
}

static int compare_preferences(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = (x->preference > y->preference) - (x->preference < y->preference);
	return order ? order : strcmp(x->name, y->name);
}

/* The same host under two preferences is one host with the lower. */
static void drop_duplicates(struct domain_report *r)
{
	size_t kept = 0;
	qsort(r->hosts, r->host_count, sizeof *r->hosts, compare_names);
	for (size_t i = 0; i < r->host_count; i++)
		if (kept == 0 || strcmp(r->hosts[kept - 1].name, r->hosts[i].name) != 0)
			r->hosts[kept++] = r->hosts[i];
	r->host_count = kept;
}

static void add_host(struct domain_report *r, const char *name, uint16_t preference)
{
	struct mx_host *h = arena_append(r->arena, &r->hosts, &r->host_count, sizeof *h);
	h->name = name;
	h->name_unicode = name_to_unicode(r->arena, name);
	h->preference = preference;
	h->target_valid = name_is_host(name);
	h->sni = name;
}

void gather_mx_hosts(struct domain_report *r)
{
	const struct lookup *mx = r->mx;
	size_t nulls = 0;
	if (mx->kind != ANSWER_RECORDS) {
		r->mx_kind = MX_KIND_IMPLICIT;
		add_host(r, r->domain, 0);
		r->mx_total = 1;
		return;
	}
	for (size_t i = 0; i < mx->record_count; i++) {
		if (*mx->records[i].mx.exchange)
			add_host(r, mx->records[i].mx.exchange, mx->records[i].mx.preference);
		else
			nulls++;
	}
	r->mx_kind = r->host_count ? MX_KIND_MX : MX_KIND_NULL;
	r->mx_null_mixed = nulls && r->host_count;
	if (!r->host_count)
		return;
	drop_duplicates(r);
	qsort(r->hosts, r->host_count, sizeof *r->hosts, compare_preferences);
	r->mx_total = r->host_count;
	if (r->host_count > LIMIT_MX_HOSTS)
		r->host_count = LIMIT_MX_HOSTS;
}
