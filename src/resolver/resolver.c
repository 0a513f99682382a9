/* resolver.c owns the answers of a run: cached ones, and one lookup for all who ask the same, in
 * either view or of live DNS alone. */
#include "resolver.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "authoritative.h"
#include "dns_lookup.h"
#include "limit.h"
#include "upstream.h"
#include "waiters.h"
#include "zone_overlay.h"

/* What an entry answers. */
enum scope {
	SCOPE_PROPOSED, /* the view with proposed data */
	SCOPE_LIVE,     /* the live view */
	SCOPE_PART,     /* live DNS up to proposed names, of which both views are made */
};

/* Cached apart, so that lookups of one domain do not evict those that many domains share, nor do
 * views, which are made again without a question. */
enum kind {
	KIND_SHARED, /* of MX hosts: addresses, TLSA */
	KIND_OWN,    /* of a domain */
	KIND_VIEW,   /* of live DNS and proposed data */
	KIND_COUNT,
};

struct entry {
	struct waiters_entry shared; /* ready: the fact is known */
	struct resolver *resolver;
	enum kind kind;
	struct arena *arena; /* of the key and the fact */
	struct lookup *fact;
	struct view_lookup *view;  /* while it is looked up: of a view */
	struct dns_lookup *lookup; /* or of a part */
};

struct resolver_request {
	struct waiter waiter;
	resolver_cb *cb;
	void *user;
};

struct resolver {
	struct dns_service service; /* with the overlay, if there is one */
	struct dns_service whole;   /* without it */
	const char *trouble;        /* why there is no transport, or NULL */
	struct anchor *anchor;
	struct authoritative *authoritative; /* NULL without --authoritative */
	struct waiters entries;
	struct waiters_lru kept[KIND_COUNT];
};

/*
 * The way of one lookup over proposed and live DNS, part by part. In the proposed view an alias in
 * a --zone file may lead to a name that live DNS answers, and an alias in live DNS to one that a
 * file answers. In the live view it is live DNS to the end.
 */
struct view_lookup {
	struct resolver *resolver;
	enum dns_view view;
	struct arena *arena;
	dns_lookup_cb *cb;
	void *user;
	enum dns_type type;
	struct lookup *fact;                /* what is known so far; NULL before the first part */
	const struct unknown_data *unknown; /* the first that decides, and is not known */
	struct resolver_request *part;      /* the live part under way */
	struct dns_lookup *whole;           /* the live view of what was left at a proposed name */
	struct loop_timer *soon; /* calls back from the loop where no resolver had to be asked */
	unsigned parts;
};

/* ---- One lookup in a view, over proposed and live DNS ---- */

static void ask_view(struct view_lookup *v, const char *name);
static struct resolver_request *request(struct resolver *resolver, enum scope scope,
    const char *name, enum dns_type type, resolver_cb *cb, void *user);

/* The callback will not come. NULL is allowed. */
static void cancel_view(struct view_lookup *v)
{
	if (!v)
		return;
	resolver_cancel(v->part);
	dns_lookup_cancel(v->whole);
	loop_timer_destroy(v->soon);
	free(v);
}

static void finish_view(void *user)
{
	struct view_lookup *v = user;
	dns_lookup_cb *cb = v->cb;
	void *cb_user = v->user;
	struct lookup *fact = v->fact;
	const struct unknown_data *u = fact->unknown = v->unknown;
	if (u && strcmp(u->name, u->owner) != 0 && !lookup_find_expansion(fact, u->name))
		lookup_add_expansion(v->arena, fact, u->name, u->owner);
	cancel_view(v); /* frees it: nothing is under way any more */
	cb(cb_user, fact);
}

static void finish_view_soon(struct view_lookup *v)
{
	v->soon = loop_timer_create(v->resolver->service.loop, finish_view, v);
	loop_timer_start(v->soon, 0);
}

static void join_expansions(struct arena *arena, struct lookup *whole, const struct lookup *part)
{
	for (size_t i = 0; i < part->expansion_count; i++)
		lookup_add_expansion(
		    arena, whole, part->expansions[i].name, part->expansions[i].wildcard);
}

/* The end is the last part's, the alias at the asked name the first part's, the status the worse.
 */
static void add_part(struct view_lookup *v, const struct lookup *part)
{
	struct lookup *whole = arena_memdup(v->arena, part, sizeof *part);
	const struct lookup *first = v->fact;
	v->fact = whole;
	if (!first)
		return;
	whole->asked = first->asked;
	whole->alias = first->alias;
	whole->alias_ttl = first->alias_ttl;
	whole->alias_ttl_left = first->alias_ttl_left;
	whole->asked_default_ttl = first->asked_default_ttl;
	whole->proposed = first->proposed || part->proposed;
	for (size_t i = 0; i < first->signature_count; i++)
		lookup_add_signature(v->arena, whole, &first->signatures[i]);
	whole->expansions = NULL;
	whole->expansion_count = 0;
	join_expansions(v->arena, whole, first);
	join_expansions(v->arena, whole, part);
	if (part->kind == ANSWER_FAILED)
		return;
	whole->alias_dnssec = first->alias_dnssec;
	if (first->dnssec > part->dnssec)
		whole->dnssec = first->dnssec;
}

static void fail_as_loop(struct view_lookup *v)
{
	v->fact->kind = ANSWER_FAILED;
	v->fact->dnssec = v->fact->alias_dnssec = DNSSEC_INDETERMINATE;
	v->fact->failure = LOOKUP_FAILURE_MALFORMED;
	v->fact->error = "the aliases form a loop between proposed and live DNS";
	v->fact->broken = (struct broken_link){.cause = CAUSE_ALIAS_LOOP, .name = v->fact->final};
	finish_view_soon(v);
}

/* An alias that cannot be believed is not followed. */
static bool leads_on(const struct lookup *part)
{
	return part->kind != ANSWER_FAILED && part->dnssec <= DNSSEC_INSECURE;
}

static bool is_proposed(const struct view_lookup *v, const char *name)
{
	return zone_overlay_covers(v->resolver->service.overlay, name, v->type);
}

static void note_unknown(struct view_lookup *v, const char *name)
{
	if (!v->unknown)
		v->unknown =
		    zone_overlay_unknown(v->resolver->service.overlay, v->arena, name, v->type);
}

static void on_whole(void *user, struct lookup *fact)
{
	struct view_lookup *v = user;
	v->whole = NULL;
	v->fact = fact;
	finish_view(v);
}

static void on_part(void *user, const struct lookup *answer)
{
	struct view_lookup *v = user;
	struct lookup *part = lookup_copy(v->arena, answer);
	if (v->view == DNS_VIEW_PROPOSED) {
		zone_overlay_end_wildcards(v->resolver->service.overlay, part);
		note_unknown(v, part->final);
	}
	bool left = strcmp(part->final, part->asked) != 0 && is_proposed(v, part->final);
	v->part = NULL;
	add_part(v, part);
	if (left && v->view == DNS_VIEW_LIVE)
		v->whole = dns_lookup_start(
		    &v->resolver->whole, part->asked, v->type, v->arena, on_whole, v);
	else if (left && leads_on(part))
		ask_view(v, part->final);
	else
		finish_view(v);
}

static void ask_live(struct view_lookup *v, const char *name)
{
	if (v->view == DNS_VIEW_PROPOSED)
		note_unknown(v, name);
	v->part = request(v->resolver, SCOPE_PART, name, v->type, on_part, v);
}

static void ask_view(struct view_lookup *v, const char *name)
{
	struct lookup part;
	enum overlay_result result;
	if (v->parts++ == LIMIT_ALIAS_LINKS) {
		fail_as_loop(v);
		return;
	}
	result = zone_overlay_lookup(v->resolver->service.overlay, v->arena, name, v->type, &part);
	if (result != OVERLAY_NOT_COVERED)
		add_part(v, &part);
	if (result == OVERLAY_ANSWERED)
		finish_view_soon(v);
	else
		ask_live(v, result == OVERLAY_ALIAS ? part.final : name);
}

/* The callback comes once, from the loop; `fact` lives in `arena` and in the overlay. */
static struct view_lookup *start_view(struct resolver *resolver, enum dns_view view,
    const char *name, enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user)
{
	struct view_lookup *v = memory_alloc(sizeof *v);
	v->resolver = resolver;
	v->view = view;
	v->arena = arena;
	v->type = type;
	v->cb = cb;
	v->user = user;
	if (view == DNS_VIEW_LIVE)
		ask_live(v, name);
	else
		ask_view(v, name);
	return v;
}

/* ---- Entries ---- */

static enum kind kind_of(enum scope scope, enum dns_type type)
{
	if (scope != SCOPE_PART)
		return KIND_VIEW;
	return type == DNS_TYPE_A || type == DNS_TYPE_AAAA || type == DNS_TYPE_TLSA ? KIND_SHARED
										    : KIND_OWN;
}

static void drop_view(struct entry *e)
{
	cancel_view(e->view);
	e->view = NULL;
}

static void destroy_entry(struct waiters_entry *shared)
{
	struct entry *e = (struct entry *)shared;

	drop_view(e);
	dns_lookup_cancel(e->lookup);
	arena_destroy(e->arena);
	free(e);
}

static void on_fact(void *user, struct lookup *fact)
{
	struct entry *e = user;

	e->view = NULL;
	e->lookup = NULL;
	e->fact = fact;
	waiters_make_ready(&e->shared, &e->resolver->kept[e->kind]);
}

/* The failure of a lookup in live DNS without a resolver. */
static struct lookup *fail(const struct entry *e, const char *name, enum dns_type type)
{
	struct lookup *fact = arena_alloc(e->arena, sizeof *fact);

	fact->asked = fact->final = arena_strdup(e->arena, name);
	fact->type = type;
	fact->kind = ANSWER_FAILED;
	fact->dnssec = fact->alias_dnssec = DNSSEC_INDETERMINATE;
	fact->failure = LOOKUP_FAILURE_NETWORK;
	fact->error = e->resolver->trouble;
	return fact;
}

static struct entry *create_entry(struct resolver *resolver, enum scope scope, const char *key,
    const char *name, enum dns_type type)
{
	struct entry *e = memory_alloc(sizeof *e);

	e->resolver = resolver;
	e->kind = kind_of(scope, type);
	e->arena = arena_create();
	waiters_add(&resolver->entries, &e->shared, arena_strdup(e->arena, key), strlen(key));
	if (scope != SCOPE_PART)
		e->view =
		    start_view(resolver, scope == SCOPE_LIVE ? DNS_VIEW_LIVE : DNS_VIEW_PROPOSED,
			name, type, e->arena, on_fact, e);
	else if (resolver->trouble)
		on_fact(e, fail(e, name, type));
	else
		e->lookup = dns_lookup_start(&resolver->service, name, type, e->arena, on_fact, e);
	return e;
}

/* A failed lookup is repeated for a later domain; an answer holds for the run. */
static bool is_stale(const struct entry *e)
{
	return e->shared.users == 0 && waiters_is_old(&e->shared) && e->fact->kind == ANSWER_FAILED;
}

static struct entry *obtain(
    struct resolver *resolver, enum scope scope, const char *name, enum dns_type type)
{
	struct entry *e;
	size_t size = strlen(name) + 32;
	char *key = memory_alloc(size);

	(void)snprintf(key, size, "%d %d %s", (int)scope, (int)type, name);
	e = (struct entry *)waiters_find(&resolver->entries, key, strlen(key));
	if (e && is_stale(e)) {
		waiters_forget(&e->shared);
		e = NULL;
	}
	if (!e)
		e = create_entry(resolver, scope, key, name, type);
	free(key);
	return e;
}

/* ---- For the users ---- */

static void notify(struct waiter *waiter)
{
	struct resolver_request *r = (struct resolver_request *)waiter;
	const struct entry *e = (const struct entry *)waiter->entry;
	resolver_cb *cb = r->cb;
	void *user = r->user;

	waiters_leave(waiter);
	free(r);
	cb(user, e->fact);
}

/* The upstream resolvers, and the trust anchor. */
static bool find_upstreams(struct resolver *resolver, const struct params *params,
    struct dns_upstream **upstreams, size_t *count, struct arena *arena, const char **error)
{
	*count = upstream_choose(params, arena, upstreams, error);
	if (*count && params->dnssec == DNSSEC_MODE_VALIDATE)
		resolver->anchor = anchor_read(params->trust_anchor, arena, error);
	if (!resolver->anchor && params->trust_anchor)
		*error = arena_printf(arena, "--trust-anchor: %s", *error);
	return *count && (resolver->anchor || params->dnssec == DNSSEC_MODE_TRUST_AD);
}

/* With proposed data neither resolv.conf nor a trust anchor is needed unless an option names it. */
static bool can_do_without(const struct params *params, const struct zone_overlay *overlay)
{
	return overlay && !params->upstream_count && !params->trust_anchor &&
	       params->dnssec == DNSSEC_MODE_VALIDATE;
}

struct resolver *resolver_create(struct loop *loop, const struct params *params,
    const struct zone_overlay *overlay, struct arena *arena, const char **error)
{
	struct resolver *resolver = memory_alloc(sizeof *resolver);
	struct dns_service *service = &resolver->service;
	struct dns_upstream *upstreams;
	const char *why = NULL;
	size_t count;

	resolver->entries = (struct waiters){.notify = notify, .destroy = destroy_entry};
	resolver->kept[KIND_SHARED].most = LIMIT_SHARED_LOOKUPS_KEPT;
	resolver->kept[KIND_OWN].most = resolver->kept[KIND_VIEW].most = LIMIT_LOOKUPS_KEPT;
	waiters_open(&resolver->entries, loop);
	service->loop = loop;
	service->overlay = overlay;
	if (find_upstreams(resolver, params, &upstreams, &count, arena, &why))
		service->transport = transport_create(
		    loop, upstreams, count, params->timeout_ms, params->ca_file, arena, &why);
	if (!service->transport && !can_do_without(params, overlay)) {
		*error = why;
		resolver_destroy(resolver);
		return NULL;
	}
	if (!service->transport)
		resolver->trouble = why;
	else if (!resolver->anchor)
		service->ad_check = ad_check_create(service->transport);
	else
		service->trust_chain =
		    trust_chain_create(loop, service->transport, resolver->anchor);
	resolver->whole = *service;
	resolver->whole.overlay = NULL;
	if (params->authoritative)
		resolver->authoritative =
		    authoritative_create(&resolver->whole, params->timeout_ms);
	return resolver;
}

void resolver_destroy(struct resolver *resolver)
{
	if (!resolver)
		return;
	/* They have requests of other entries. */
	for (struct waiters_entry *e = resolver->entries.entries; e; e = e->hh.next)
		drop_view((struct entry *)e);
	for (struct waiter *w; (w = waiters_first(&resolver->entries)); free(w))
		waiters_leave(w);
	waiters_close(&resolver->entries);
	authoritative_destroy(resolver->authoritative);
	trust_chain_destroy(resolver->service.trust_chain);
	ad_check_destroy(resolver->service.ad_check);
	transport_destroy(resolver->service.transport);
	anchor_destroy(resolver->anchor);
	free(resolver);
}

static struct resolver_request *request(struct resolver *resolver, enum scope scope,
    const char *name, enum dns_type type, resolver_cb *cb, void *user)
{
	struct resolver_request *r = memory_alloc(sizeof *r);

	r->cb = cb;
	r->user = user;
	waiters_join(&obtain(resolver, scope, name, type)->shared, &r->waiter);
	return r;
}

/* Where nothing is proposed both views are live DNS. */
static enum scope scope_of(const struct resolver *resolver, enum dns_view view)
{
	if (!resolver->service.overlay)
		return SCOPE_PART;
	return view == DNS_VIEW_LIVE ? SCOPE_LIVE : SCOPE_PROPOSED;
}

struct resolver_request *resolver_lookup(struct resolver *resolver, enum dns_view view,
    const char *name, enum dns_type type, resolver_cb *cb, void *user)
{
	return request(resolver, scope_of(resolver, view), name, type, cb, user);
}

void resolver_prepare(
    struct resolver *resolver, enum dns_view view, const char *name, enum dns_type type)
{
	(void)obtain(resolver, scope_of(resolver, view), name, type);
}

/* What has failed or is bogus ends a view: no part follows. */
const struct lookup *resolver_known(const struct resolver_request *request)
{
	const struct entry *e = (const struct entry *)request->waiter.entry;
	const struct view_lookup *v = e->view;

	if (e->lookup)
		return dns_lookup_known(e->lookup);
	if (v && v->whole)
		return dns_lookup_known(v->whole);
	return v && v->part && !v->fact ? resolver_known(v->part) : e->fact;
}

void resolver_cancel(struct resolver_request *request)
{
	if (!request)
		return;
	waiters_leave(&request->waiter);
	free(request);
}

bool resolver_is_crowded(const struct resolver *resolver)
{
	return !resolver->trouble && transport_is_crowded(resolver->service.transport);
}

bool resolver_has_room(const struct resolver *resolver)
{
	return resolver->trouble || transport_has_room(resolver->service.transport);
}

void resolver_on_room(struct resolver *resolver, void (*cb)(void *user), void *user)
{
	if (!resolver->trouble)
		transport_on_room(resolver->service.transport, cb, user);
}

struct authoritative *resolver_authoritative(const struct resolver *resolver)
{
	return resolver->authoritative;
}

const struct address *resolver_address(const struct resolver *resolver)
{
	return resolver->trouble ? NULL : &transport_upstream(resolver->service.transport)->address;
}

const char *resolver_library_version(void)
{
	return getdns_get_version();
}
