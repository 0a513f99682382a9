/*
 * resolver.c owns the answers of a run: what is kept, else one lookup for all who ask the same, in
 * either view or of live DNS alone.
 */
#include "resolver.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

#include "anchor.h"
#include "limit.h"
#include "resolver_route.h"
#include "resolver_upstream.h"
#include "table.h"

/* What an entry answers. */
enum scope {
	SCOPE_PROPOSED, /* the view with proposed data */
	SCOPE_LIVE,     /* the live view */
	SCOPE_PART,     /* live DNS up to proposed names, of which both views are made */
};

struct entry {
	UT_hash_handle hh;
	const char *key; /* scope, type and name */
	struct resolver *resolver;
	struct arena *arena; /* of the key and the fact */
	struct lookup *fact; /* NULL until it is known */
	bool ready;
	int64_t ready_at;             /* seconds since the epoch */
	struct resolver_route *route; /* of a view */
	struct dns_lookup *lookup;    /* of a part */
	struct resolver_request *requests;
	size_t untold; /* requests of this entry, in its list or due */
	bool idle;     /* known, and nobody waits: in the list of its kind */
	struct entry *prev, *next;
};

/* What many domains ask for, and what is asked for one only must not push out. */
enum kind {
	KIND_SHARED, /* of hosts */
	KIND_OWN,
	KIND_COUNT,
};

struct resolver_request {
	struct entry *entry;
	resolver_cb *cb;
	void *user;
	struct resolver_request *prev, *next;
};

struct resolver {
	struct dns_service service; /* with the overlay, if there is one */
	struct dns_service whole;   /* without it */
	struct resolver_ways ways;  /* for the routes: the two above */
	const char *trouble;        /* why there is no transport, or NULL */
	struct anchor *anchor;
	struct entry *table;
	struct entry *idle[KIND_COUNT]; /* the one used longest ago first */
	size_t idle_count[KIND_COUNT];
	struct resolver_request *due;
	struct loop_timer *timer;
};

/* ---- Entries ---- */

static enum kind kind_of(const struct entry *e)
{
	enum dns_type type = e->fact->type;

	return type == DNS_TYPE_A || type == DNS_TYPE_AAAA || type == DNS_TYPE_TLSA ? KIND_SHARED
										    : KIND_OWN;
}

static void leave_idle(struct entry *e)
{
	struct resolver *resolver = e->resolver;

	if (!e->idle)
		return;
	e->idle = false;
	DL_DELETE(resolver->idle[kind_of(e)], e);
	resolver->idle_count[kind_of(e)]--;
}

static void enter_idle(struct entry *e)
{
	struct resolver *resolver = e->resolver;

	if (e->idle || !e->ready || e->untold > 0)
		return;
	e->idle = true;
	DL_APPEND(resolver->idle[kind_of(e)], e);
	resolver->idle_count[kind_of(e)]++;
}

static void free_entry(struct entry *e)
{
	struct resolver_request *r, *after;

	leave_idle(e);
	HASH_DELETE(hh, e->resolver->table, e);
	dns_lookup_cancel(e->lookup);
	DL_FOREACH_SAFE(e->requests, r, after)
	{
		free(r);
	}
	arena_destroy(e->arena);
	free(e);
}

static void evict(struct resolver *resolver)
{
	static const size_t most[KIND_COUNT] = {
	    [KIND_SHARED] = LIMIT_SHARED_LOOKUPS_KEPT, [KIND_OWN] = LIMIT_LOOKUPS_KEPT};

	for (enum kind k = 0; k < KIND_COUNT; k++)
		while (resolver->idle_count[k] > most[k])
			free_entry(resolver->idle[k]);
}

static void tell(struct entry *e)
{
	struct resolver *resolver = e->resolver;
	struct resolver_request *r;

	e->ready = true;
	e->ready_at = time(NULL);
	while ((r = e->requests)) {
		DL_DELETE(e->requests, r);
		DL_APPEND(resolver->due, r);
	}
	enter_idle(e);
	loop_timer_start(resolver->timer, 0);
}

static void on_fact(void *user, struct lookup *fact)
{
	struct entry *e = user;

	e->route = NULL;
	e->lookup = NULL;
	e->fact = fact;
	tell(e);
}

/* Of live DNS where nobody can be asked. */
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
	e->arena = arena_create();
	e->key = arena_strdup(e->arena, key);
	HASH_ADD_KEYPTR(hh, resolver->table, e->key, strlen(e->key), e);
	if (scope != SCOPE_PART)
		e->route = resolver_route_start(&resolver->ways,
		    scope == SCOPE_LIVE ? DNS_VIEW_LIVE : DNS_VIEW_PROPOSED, name, type, e->arena,
		    on_fact, e);
	else if (resolver->trouble)
		on_fact(e, fail(e, name, type));
	else
		e->lookup = dns_lookup_start(&resolver->service, name, type, e->arena, on_fact, e);
	return e;
}

/* What failed may succeed for a later domain; what is known stays known for the run. */
static bool is_stale(const struct entry *e)
{
	return e->ready && e->untold == 0 && e->fact->kind == ANSWER_FAILED &&
	       time(NULL) - e->ready_at > LIMIT_FAILURE_KEPT;
}

static struct entry *obtain(
    struct resolver *resolver, enum scope scope, const char *name, enum dns_type type)
{
	struct entry *e = NULL;
	size_t size = strlen(name) + 32;
	char *key = memory_alloc(size);

	(void)snprintf(key, size, "%d %d %s", (int)scope, (int)type, name);
	HASH_FIND_STR(resolver->table, key, e);
	if (e && is_stale(e)) {
		free_entry(e);
		e = NULL;
	}
	if (e)
		leave_idle(e);
	else
		e = create_entry(resolver, scope, key, name, type);
	free(key);
	return e;
}

/* ---- For the users ---- */

static void on_timer(void *user)
{
	struct resolver *resolver = user;
	struct resolver_request *r;

	while ((r = resolver->due)) {
		resolver_cb *cb = r->cb;
		void *receiver = r->user;
		struct entry *e = r->entry;

		DL_DELETE(resolver->due, r);
		free(r);
		cb(receiver, e->fact); /* still counted as untold: the entry stays */
		e->untold--;
		enter_idle(e);
	}
	evict(resolver);
}

/* Who is asked, and by which key of the root it is judged. */
static bool find_upstreams(struct resolver *resolver, const struct params *params,
    struct dns_upstream **upstreams, size_t *count, struct arena *arena, const char **error)
{
	*count = resolver_upstreams(params, arena, upstreams, error);
	if (*count && params->dnssec == DNSSEC_MODE_VALIDATE)
		resolver->anchor = anchor_read(params->trust_anchor, arena, error);
	return *count && (resolver->anchor || params->dnssec == DNSSEC_MODE_TRUST_AD);
}

/* What was asked for by name must be there; what the machine should have need not, where proposed
 * data may be all that is needed. */
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

	service->loop = loop;
	service->overlay = overlay;
	if (find_upstreams(resolver, params, &upstreams, &count, arena, &why))
		service->transport = dns_transport_create(
		    loop, upstreams, count, params->timeout_ms, params->ca_file, arena, &why);
	if (!service->transport && !can_do_without(params, overlay)) {
		*error = why;
		resolver_destroy(resolver);
		return NULL;
	}
	if (!service->transport)
		resolver->trouble = why;
	else if (!resolver->anchor)
		service->witness = dns_witness_create(service->transport);
	else
		service->walk = dnssec_walk_create(loop, service->transport, resolver->anchor);
	resolver->whole = *service;
	resolver->whole.overlay = NULL;
	resolver->ways = (struct resolver_ways){resolver, service, &resolver->whole};
	resolver->timer = loop_timer_create(loop, on_timer, resolver);
	return resolver;
}

void resolver_destroy(struct resolver *resolver)
{
	struct resolver_request *r, *next_request;
	struct entry *e, *next_entry;

	if (!resolver)
		return;
	/* They have requests of other entries. */
	HASH_ITER(hh, resolver->table, e, next_entry)
	{
		resolver_route_cancel(e->route);
	}
	DL_FOREACH_SAFE(resolver->due, r, next_request)
	{
		free(r);
	}
	HASH_ITER(hh, resolver->table, e, next_entry)
	{
		free_entry(e);
	}
	dnssec_walk_destroy(resolver->service.walk);
	dns_witness_destroy(resolver->service.witness);
	dns_transport_destroy(resolver->service.transport);
	loop_timer_destroy(resolver->timer);
	anchor_destroy(resolver->anchor);
	free(resolver);
}

static struct resolver_request *request(struct resolver *resolver, enum scope scope,
    const char *name, enum dns_type type, resolver_cb *cb, void *user)
{
	struct resolver_request *r = memory_alloc(sizeof *r);

	r->cb = cb;
	r->user = user;
	r->entry = obtain(resolver, scope, name, type);
	r->entry->untold++;
	if (r->entry->ready) {
		DL_APPEND(resolver->due, r);
		loop_timer_start(resolver->timer, 0);
	} else {
		DL_APPEND(r->entry->requests, r);
	}
	return r;
}

struct resolver_request *resolver_lookup_part(
    struct resolver *resolver, const char *name, enum dns_type type, resolver_cb *cb, void *user)
{
	return request(resolver, SCOPE_PART, name, type, cb, user);
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
	enter_idle(obtain(resolver, scope_of(resolver, view), name, type));
}

void resolver_cancel(struct resolver_request *request)
{
	struct entry *e;

	if (!request)
		return;
	e = request->entry;
	if (e->ready)
		DL_DELETE(e->resolver->due, request);
	else
		DL_DELETE(e->requests, request);
	e->untold--;
	enter_idle(e);
	free(request);
}

bool resolver_is_crowded(const struct resolver *resolver)
{
	return !resolver->trouble && dns_transport_is_crowded(resolver->service.transport);
}

bool resolver_has_room(const struct resolver *resolver)
{
	return resolver->trouble || dns_transport_has_room(resolver->service.transport);
}

void resolver_on_room(struct resolver *resolver, void (*cb)(void *user), void *user)
{
	if (!resolver->trouble)
		dns_transport_on_room(resolver->service.transport, cb, user);
}

const struct address *resolver_address(const struct resolver *resolver)
{
	return resolver->trouble ? NULL
				 : &dns_transport_upstream(resolver->service.transport)->address;
}

uint64_t resolver_question_count(const struct resolver *resolver)
{
	return resolver->trouble ? 0 : dns_transport_count(resolver->service.transport);
}

const char *resolver_library_version(void)
{
	return getdns_get_version();
}
