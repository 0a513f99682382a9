/* resolver_route.c owns the way of a lookup between proposed and live DNS, and what its parts make
 * together. */
#include "resolver_route.h"

#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "zone_overlay.h"

struct resolver_route {
	const struct resolver_ways *ways;
	enum dns_view view;
	struct arena *arena;
	dns_lookup_cb *cb;
	void *user;
	enum dns_type type;
	struct lookup *fact;           /* what is known so far; NULL before the first part */
	struct resolver_request *part; /* the live part under way */
	struct dns_lookup *whole;      /* the live view of what was left at a proposed name */
	struct loop_timer *soon;       /* brings an answer without any network into the loop */
	unsigned parts;
};

static void ask(struct resolver_route *route, const char *name);

void resolver_route_cancel(struct resolver_route *route)
{
	if (!route)
		return;
	resolver_cancel(route->part);
	dns_lookup_cancel(route->whole);
	loop_timer_destroy(route->soon);
	free(route);
}

static void finish(void *user)
{
	struct resolver_route *route = user;
	dns_lookup_cb *cb = route->cb;
	void *cb_user = route->user;
	struct lookup *fact = route->fact;
	resolver_route_cancel(route); /* frees it: nothing is under way any more */
	cb(cb_user, fact);
}

static void finish_soon(struct resolver_route *route)
{
	route->soon = loop_timer_create(route->ways->whole->loop, finish, route);
	loop_timer_start(route->soon, 0);
}

/* ---- Putting parts together ---- */

static void join_expansions(struct arena *arena, struct lookup *whole, const struct lookup *part)
{
	for (size_t i = 0; i < part->expansion_count; i++)
		lookup_add_expansion(
		    arena, whole, part->expansions[i].name, part->expansions[i].wildcard);
}

/* The end is the last part's, the alias at the asked name the first part's, the status the worse.
 */
static void add_part(struct resolver_route *route, const struct lookup *part)
{
	struct lookup *whole = arena_memdup(route->arena, part, sizeof *part);
	const struct lookup *first = route->fact;
	route->fact = whole;
	if (!first)
		return;
	whole->asked = first->asked;
	whole->alias = first->alias;
	whole->alias_ttl = first->alias_ttl;
	whole->proposed = first->proposed || part->proposed;
	for (size_t i = 0; i < first->signature_count; i++)
		lookup_add_signature(route->arena, whole, &first->signatures[i]);
	whole->expansions = NULL;
	whole->expansion_count = 0;
	join_expansions(route->arena, whole, first);
	join_expansions(route->arena, whole, part);
	if (part->kind == ANSWER_FAILED)
		return;
	whole->alias_dnssec = first->alias_dnssec;
	if (first->dnssec > part->dnssec)
		whole->dnssec = first->dnssec;
}

static void fail_as_loop(struct resolver_route *route)
{
	route->fact->kind = ANSWER_FAILED;
	route->fact->dnssec = route->fact->alias_dnssec = DNSSEC_INDETERMINATE;
	route->fact->failure = LOOKUP_FAILURE_MALFORMED;
	route->fact->error = "the aliases form a loop between proposed and live DNS";
	finish_soon(route);
}

/* ---- One part after another ---- */

/* An alias that cannot be believed is not followed. */
static bool leads_on(const struct lookup *part)
{
	return part->kind != ANSWER_FAILED && part->dnssec <= DNSSEC_INSECURE;
}

static bool is_proposed(const struct resolver_route *route, const char *name)
{
	return zone_overlay_covers(route->ways->broken_off->overlay, name, route->type);
}

static void on_whole(void *user, struct lookup *fact)
{
	struct resolver_route *route = user;
	route->whole = NULL;
	route->fact = fact;
	finish(route);
}

static void on_part(void *user, const struct lookup *answer)
{
	struct resolver_route *route = user;
	struct lookup *part = lookup_copy(route->arena, answer);
	if (route->view == DNS_VIEW_PROPOSED)
		zone_overlay_end_wildcards(route->ways->broken_off->overlay, part);
	bool left = strcmp(part->final, part->asked) != 0 && is_proposed(route, part->final);
	route->part = NULL;
	add_part(route, part);
	if (left && route->view == DNS_VIEW_LIVE)
		route->whole = dns_lookup_start(
		    route->ways->whole, part->asked, route->type, route->arena, on_whole, route);
	else if (left && leads_on(part))
		ask(route, part->final);
	else
		finish(route);
}

static void ask_live(struct resolver_route *route, const char *name)
{
	route->part =
	    resolver_lookup_part(route->ways->resolver, name, route->type, on_part, route);
}

static void ask(struct resolver_route *route, const char *name)
{
	struct lookup part;
	enum overlay_result result;
	if (route->parts++ == LIMIT_ALIAS_LINKS) {
		fail_as_loop(route);
		return;
	}
	result = zone_overlay_lookup(
	    route->ways->broken_off->overlay, route->arena, name, route->type, &part);
	if (result != OVERLAY_NOT_COVERED)
		add_part(route, &part);
	if (result == OVERLAY_ANSWERED)
		finish_soon(route);
	else
		ask_live(route, result == OVERLAY_ALIAS ? part.final : name);
}

struct resolver_route *resolver_route_start(const struct resolver_ways *ways, enum dns_view view,
    const char *name, enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user)
{
	struct resolver_route *route = memory_alloc(sizeof *route);
	route->ways = ways;
	route->view = view;
	route->arena = arena;
	route->type = type;
	route->cb = cb;
	route->user = user;
	if (view == DNS_VIEW_LIVE)
		ask_live(route, name);
	else
		ask(route, name);
	return route;
}
