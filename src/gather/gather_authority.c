/* gather_authority.c owns the way to the name servers' own answers: the zones, their servers, the
 * addresses of these, whether one has authority at all, and then what it has. */
#include "gather_authority.h"

#include <stdlib.h>
#include <string.h>

#include "limit.h"

/* A question of which the zone is sought: the closest name at or above it that has NS records. */
struct zone_search {
	struct gather_authority *owner;
	struct server_question question;
	const char *at; /* the name that is tried */
	struct lookup *ns;
	bool found; /* that is the zone */
};

/* The addresses of one name server. */
struct server_lookups {
	const char *name;
	struct lookup *a, *aaaa; /* NULL: not asked for */
};

struct zone_state {
	const struct lookup *ns;
	struct server_lookups *lookups;
	size_t lookup_count;
};

/* What is started next begins when no task is left. */
static void nothing_follows(void *user)
{
	(void)user;
}

/* ---- The zones ---- */

static void try_name(struct zone_search *s);

/* A failure, or an alias, does not tell whether the zone begins here. */
static void on_ns(void *user)
{
	struct zone_search *s = user;
	const struct lookup *ns = s->ns;
	const char *dot = strchr(s->at, '.');
	if (lookup_is_alias(ns) || ns->kind == ANSWER_FAILED)
		return;
	s->found = ns->kind == ANSWER_RECORDS;
	if (s->found || !dot)
		return;
	s->at = dot + 1;
	try_name(s);
}

static void try_name(struct zone_search *s)
{
	gather_task_lookup(s->owner->tasks, s->at, DNS_TYPE_NS, &s->ns, on_ns, s);
}

static void add_search(struct gather_authority *g, const char *name, enum dns_type type)
{
	for (size_t i = 0; i < g->search_count; i++)
		if (g->searches[i].question.type == type &&
		    strcmp(g->searches[i].question.name, name) == 0)
			return;
	struct zone_search *s =
	    arena_append(g->tasks->arena, &g->searches, &g->search_count, sizeof *s);
	s->owner = g;
	s->question = (struct server_question){name, type};
	s->at = name;
	/* Zones are seldom cut there; where they are, the servers above refer to others. */
	while (*s->at == '_' && strchr(s->at, '.'))
		s->at = strchr(s->at, '.') + 1;
}

/* What stands at the name itself, and at the end of its aliases. */
static void add_searches(struct gather_authority *g, const struct lookup *l)
{
	if (!l)
		return;
	add_search(g, l->asked, l->type);
	if (lookup_is_alias(l))
		add_search(g, l->final, l->type);
}

static void find_zones(struct gather_authority *g)
{
	const struct domain_report *r = g->report;
	add_searches(g, r->mx);
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		add_searches(g, h->a);
		add_searches(g, h->aaaa);
		add_searches(g, h->tlsa_initial);
		add_searches(g, h->tlsa_final);
	}
	/* The list stays where it is from here on. */
	for (size_t i = 0; i < g->search_count; i++)
		try_name(&g->searches[i]);
}

/* ---- Their servers ---- */

static int compare_zones(const void *a, const void *b)
{
	return strcmp(
	    ((const struct authority_zone *)a)->name, ((const struct authority_zone *)b)->name);
}

static struct authority_zone *find_zone(struct authority *a, const char *name)
{
	for (size_t i = 0; i < a->zone_count; i++)
		if (strcmp(a->zones[i].name, name) == 0)
			return &a->zones[i];
	return NULL;
}

static void add_zone(struct gather_authority *g, const struct zone_search *s)
{
	struct authority *a = g->report->authority;
	if (!s->found || find_zone(a, s->at))
		return;
	struct authority_zone *z =
	    arena_append(g->tasks->arena, &a->zones, &a->zone_count, sizeof *z);
	z->name = s->at;
}

static void add_question(struct gather_authority *g, const struct zone_search *s)
{
	struct authority_zone *z = s->found ? find_zone(g->report->authority, s->at) : NULL;
	if (!z)
		return;
	struct server_question *q =
	    arena_append(g->tasks->arena, &z->questions, &z->question_count, sizeof *q);
	*q = s->question;
	g->zones[z - g->report->authority->zones].ns = s->ns;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(
	    ((const struct server_lookups *)a)->name, ((const struct server_lookups *)b)->name);
}

static void look_up_servers(struct gather_authority *g, struct zone_state *z)
{
	struct gather_tasks *tasks = g->tasks;
	enum family_choice family = tasks->context->params->family;
	z->lookup_count = z->ns->record_count;
	z->lookups = arena_array(tasks->arena, z->lookup_count, sizeof *z->lookups);
	for (size_t i = 0; i < z->lookup_count; i++)
		z->lookups[i].name = z->ns->records[i].cname;
	qsort(z->lookups, z->lookup_count, sizeof *z->lookups, compare_names);
	for (size_t i = 0; i < z->lookup_count && i < LIMIT_ZONE_SERVERS; i++) {
		struct server_lookups *l = &z->lookups[i];
		if (family != FAMILY_IPV6)
			gather_task_lookup(
			    tasks, l->name, DNS_TYPE_A, &l->a, nothing_follows, NULL);
		if (family != FAMILY_IPV4)
			gather_task_lookup(
			    tasks, l->name, DNS_TYPE_AAAA, &l->aaaa, nothing_follows, NULL);
	}
}

static void find_servers(struct gather_authority *g)
{
	struct authority *a = g->report->authority =
	    arena_alloc(g->tasks->arena, sizeof *g->report->authority);
	for (size_t i = 0; i < g->search_count; i++)
		add_zone(g, &g->searches[i]);
	if (a->zone_count)
		qsort(a->zones, a->zone_count, sizeof *a->zones, compare_zones);
	g->zones = arena_array(g->tasks->arena, a->zone_count, sizeof *g->zones);
	for (size_t i = 0; i < g->search_count; i++)
		add_question(g, &g->searches[i]);
	for (size_t i = 0; i < a->zone_count; i++)
		look_up_servers(g, &g->zones[i]);
}

/* ---- Whether they have authority ---- */

static struct name_server *add_server(
    struct gather_authority *g, struct authority_zone *z, const struct server_lookups *l)
{
	struct name_server *s =
	    arena_append(g->tasks->arena, &z->servers, &z->server_count, sizeof *s);
	s->zone = z->name;
	s->name = l->name;
	return s;
}

static void add_address(struct gather_authority *g, struct authority_zone *z,
    const struct server_lookups *l, const struct address *address, size_t *asked)
{
	bool reserved = address_is_reserved(address) && !g->tasks->context->params->reserved;
	struct name_server *s = add_server(g, z, l);
	s->address = *address;
	if (reserved)
		s->error = "is at a special-purpose address: --reserved asks there too";
	else if (*asked == LIMIT_ZONE_SERVERS)
		s->error = "was not asked: the zone has too many name servers";
	else
		++*asked;
	s->asked = !s->error;
}

static int compare_records(const void *a, const void *b)
{
	return address_compare(
	    &((const struct dns_record *)a)->address, &((const struct dns_record *)b)->address);
}

/* How many there are; each is asked as long as there is room. */
static size_t add_addresses(struct gather_authority *g, struct authority_zone *z,
    const struct server_lookups *l, struct lookup *addresses, size_t *asked)
{
	size_t count = addresses && addresses->kind == ANSWER_RECORDS ? addresses->record_count : 0;
	if (count)
		qsort(addresses->records, count, sizeof *addresses->records, compare_records);
	for (size_t i = 0; i < count; i++)
		add_address(g, z, l, &addresses->records[i].address, asked);
	return count;
}

static bool is_denied(const struct lookup *l)
{
	return l && l->kind != ANSWER_FAILED && l->kind != ANSWER_RECORDS;
}

/* One whose addresses are not known, or that has none. */
static void add_unknown(
    struct gather_authority *g, struct authority_zone *z, const struct server_lookups *l)
{
	struct name_server *s = add_server(g, z, l);
	s->lacks_address = is_denied(l->a) && is_denied(l->aaaa);
	s->error = s->lacks_address ? "has no address"
		   : l->a || l->aaaa
		       ? "has no address that is known, or none of the family that is asked"
		       : "was not asked: the zone has too many name servers";
}

static void add_servers(
    struct gather_authority *g, struct authority_zone *z, const struct zone_state *state)
{
	size_t asked = 0;
	for (size_t i = 0; i < state->lookup_count; i++) {
		const struct server_lookups *l = &state->lookups[i];
		size_t count = add_addresses(g, z, l, l->a, &asked);
		count += add_addresses(g, z, l, l->aaaa, &asked);
		if (!count)
			add_unknown(g, z, l);
	}
}

static void ask_authority(struct gather_authority *g)
{
	struct authority *a = g->report->authority;
	for (size_t i = 0; i < a->zone_count; i++) {
		struct authority_zone *z = &a->zones[i];
		add_servers(g, z, &g->zones[i]);
		for (size_t k = 0; k < z->server_count; k++) {
			struct name_server *s = &z->servers[k];
			if (!s->asked)
				continue;
			gather_task_server(g->tasks, &s->address, z->name, DNS_TYPE_SOA, false,
			    &s->udp, nothing_follows, NULL);
			gather_task_server(g->tasks, &s->address, z->name, DNS_TYPE_SOA, true,
			    &s->tcp, nothing_follows, NULL);
		}
	}
}

/* ---- What they have ---- */

static bool has_authority(const struct server_answer *a)
{
	return a && a->authoritative && a->fact->kind == ANSWER_RECORDS;
}

/* Over UDP, as resolvers ask, unless only TCP works. */
static void ask_server(
    struct gather_authority *g, const struct authority_zone *z, struct name_server *s)
{
	bool udp = has_authority(s->udp);
	if (!udp && !has_authority(s->tcp))
		return;
	s->answers = arena_array(g->tasks->arena, z->question_count, sizeof *s->answers);
	for (size_t i = 0; i < z->question_count; i++)
		gather_task_server(g->tasks, &s->address, z->questions[i].name,
		    z->questions[i].type, !udp, &s->answers[i], nothing_follows, NULL);
}

static void ask_all(struct gather_authority *g)
{
	const struct authority *a = g->report->authority;
	for (size_t i = 0; i < a->zone_count; i++)
		for (size_t k = 0; k < a->zones[i].server_count; k++)
			ask_server(g, &a->zones[i], &a->zones[i].servers[k]);
}

bool gather_authority_go_on(
    struct gather_authority *g, struct gather_tasks *tasks, struct domain_report *report)
{
	static void (*const steps[])(struct gather_authority *) = {
	    find_zones, find_servers, ask_authority, ask_all};
	g->tasks = tasks;
	g->report = report;
	while (!tasks->first && g->steps < sizeof steps / sizeof *steps)
		steps[g->steps++](g);
	return tasks->first != NULL;
}
