/* zone_overlay.c owns the answers from proposed DNS data: which file speaks for a name, and what it
 * says. */
#include "zone_overlay.h"

#include <string.h>

#include "dname.h"
#include "escape.h"
#include "limit.h"
#include "zone_nodes.h"
#include "zone_rdata.h"
#include "zone_text.h"

enum { MAX_LABELS = 128 }; /* 255 octets hold 127 of one octet */

struct zone {
	const char *apex;
	const char *file;
	const uint32_t *default_ttl; /* as in struct zone_file */
	struct zone_nodes nodes;
};

struct zone_overlay {
	struct arena *arena;
	struct zone *zones; /* files with an SOA */
	size_t zone_count;
	struct zone_nodes single; /* the RRsets of files without one */
	struct zone_nodes exist;  /* the names of these and all above them, bare */
	const struct zone_file **files;
	size_t file_count;
};

/* ---- Reading ---- */

/* Signatures and proofs: the answers are secure without them, and the hashed owners of NSEC3
 * records are no names of the zone (RFC 5155 §7.1). */
static bool is_proof(uint16_t type)
{
	return type == DNS_TYPE_RRSIG || type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3;
}

static const struct zone_record *find_soa(const struct zone_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		if (file->records[i].type == DNS_TYPE_SOA)
			return &file->records[i];
	return NULL;
}

/* The names between a record's owner and the apex exist too (RFC 4592 §2.2.2). */
static void add_ancestors(struct zone_nodes *nodes, const char *owner, const char *apex)
{
	bool made = true;
	while (made && strcmp(owner, apex) != 0) {
		owner = dname_parent(owner);
		(void)zone_nodes_add(nodes, owner, &made);
	}
}

static const struct zone_error *add_to_zone(
    struct zone *zone, const struct zone_file *file, const struct zone_record *record)
{
	if (!dname_is_below(record->owner, zone->apex))
		return zone_error_at(zone->nodes.arena, &record->at,
		    "expected a name at or below %s, whose SOA this file has, not %s",
		    *zone->apex ? zone->apex : ".", *record->owner ? record->owner : ".");
	if (record->type == DNS_TYPE_SOA && strcmp(record->owner, zone->apex) != 0)
		return zone_error_at(zone->nodes.arena, &record->at,
		    "expected one zone in a file, but %s and %s have an SOA", zone->apex,
		    record->owner);
	if (is_proof(record->type))
		return NULL;
	add_ancestors(&zone->nodes, record->owner, zone->apex);
	return zone_nodes_add_record(&zone->nodes, file, record);
}

static const struct zone_error *add_zone(
    struct zone_overlay *overlay, const struct zone_file *file, const struct zone_record *soa)
{
	const struct zone_error *error = NULL;
	if (file->origin && strcmp(file->origin, soa->owner) != 0)
		return zone_error_at(overlay->arena, &soa->at,
		    "expected the SOA of %s, as --zone %s=... says, not that of %s", file->origin,
		    file->origin, *soa->owner ? soa->owner : ".");
	for (size_t i = 0; i < overlay->zone_count; i++)
		if (strcmp(overlay->zones[i].apex, soa->owner) == 0)
			return zone_error_at(overlay->arena, &soa->at,
			    "expected each zone in one --zone file, but %s has the SOA of %s too",
			    escape_text(overlay->arena, overlay->zones[i].file),
			    *soa->owner ? soa->owner : ".");
	struct zone *zone = arena_append(
	    overlay->arena, &overlay->zones, &overlay->zone_count, sizeof *overlay->zones);
	*zone = (struct zone){.apex = soa->owner,
	    .file = file->name,
	    .default_ttl = file->default_ttl,
	    .nodes = {.arena = overlay->arena}};
	for (size_t i = 0; i < file->count && !error; i++)
		error = add_to_zone(zone, file, &file->records[i]);
	return error ? error : zone_nodes_check(&zone->nodes);
}

static const struct zone_error *add_single(
    struct zone_overlay *overlay, const struct zone_file *file, const struct zone_record *record)
{
	if (is_proof(record->type))
		return NULL;
	/* Whether it applies would depend on which names live DNS does not have. */
	if (dname_is_wildcard(record->owner))
		return zone_error_at(overlay->arena, &record->at,
		    "expected a whole zone with its SOA around the wildcard %s: laid over live "
		    "DNS, "
		    "write the names themselves",
		    record->owner);
	bool made;
	(void)zone_nodes_add(&overlay->exist, record->owner, &made);
	add_ancestors(&overlay->exist, record->owner, "");
	return zone_nodes_add_record(&overlay->single, file, record);
}

struct zone_overlay *zone_overlay_create_empty(void)
{
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = arena_alloc(arena, sizeof *overlay);
	overlay->arena = arena;
	overlay->single.arena = overlay->exist.arena = arena;
	return overlay;
}

static const struct zone_error *add_file(struct zone_overlay *overlay, const struct zone_file *file)
{
	const struct zone_error *error = NULL;
	const struct zone_record *soa = find_soa(file);
	if (soa)
		return add_zone(overlay, file, soa);
	for (size_t i = 0; i < file->count && !error; i++)
		error = add_single(overlay, file, &file->records[i]);
	return error ? error : zone_nodes_check(&overlay->single);
}

const struct zone_error *zone_overlay_add(
    struct zone_overlay *overlay, const struct zone_file *file)
{
	const struct zone_error *error = add_file(overlay, file);
	if (!error)
		*(const struct zone_file **)arena_append(overlay->arena, &overlay->files,
		    &overlay->file_count, sizeof *overlay->files) = file;
	return error;
}

static void forget_names(struct zone_overlay *overlay)
{
	for (size_t i = 0; i < overlay->zone_count; i++)
		zone_nodes_reset(&overlay->zones[i].nodes);
	zone_nodes_reset(&overlay->single);
	zone_nodes_reset(&overlay->exist);
	overlay->zone_count = 0;
}

/* What a refused file has left behind goes, by adding all others anew. */
static void add_anew(struct zone_overlay *overlay)
{
	forget_names(overlay);
	for (size_t i = 0; i < overlay->file_count; i++)
		(void)add_file(overlay, overlay->files[i]); /* as before: it held */
}

struct zone_overlay *zone_overlay_create(const struct zone_option *options, size_t count,
    struct arena *arena, struct zone_refusals *refused)
{
	struct zone_overlay *overlay = zone_overlay_create_empty();
	*refused = (struct zone_refusals){0};
	for (size_t i = 0; i < count; i++) {
		const struct zone_error *error = NULL;
		struct zone_file *file =
		    zone_file_read(overlay->arena, options[i].file, options[i].origin, &error);
		if (file && (error = zone_overlay_add(overlay, file)))
			add_anew(overlay);
		if (error)
			*(struct zone_refusal *)arena_append(arena, &refused->list, &refused->count,
			    sizeof *refused->list) = (struct zone_refusal){options[i].file, error};
	}
	return overlay;
}

void zone_overlay_destroy(struct zone_overlay *overlay)
{
	if (!overlay)
		return;
	forget_names(overlay);
	arena_destroy(overlay->arena);
}

/* ---- What ends a wildcard ---- */

/* A name with records at or below this one; NULL: none. */
static const char *find_record_below(const struct zone_nodes *nodes, const char *name)
{
	for (const struct zone_node *n = nodes->table; n; n = n->hh.next)
		if (n->rrsets && dname_is_below(n->name, name))
			return n->name;
	return NULL;
}

/* The owner of a single RRset that ends it (RFC 4592 §2.2.2), or NULL. */
static const char *find_end(const struct zone_overlay *overlay, const struct expansion *e)
{
	const char *encloser = dname_parent(e->wildcard);
	for (const char *name = e->name; strcmp(name, encloser) != 0; name = dname_parent(name))
		if (zone_nodes_find(&overlay->exist, name))
			return find_record_below(&overlay->single, name);
	return NULL;
}

void zone_overlay_end_wildcards(const struct zone_overlay *overlay, struct lookup *l)
{
	for (size_t i = 0; overlay && i < l->expansion_count; i++) {
		const char *by = find_end(overlay, &l->expansions[i]);
		if (!by)
			continue;
		lookup_end_expansion(l, &l->expansions[i], by);
		l->proposed = true;
		return;
	}
}

/* ---- What live DNS does not let stand ---- */

static const struct zone_rrset *other_than_cname(const struct zone_node *node)
{
	const struct zone_rrset *set = node->rrsets;
	while (set && set->type == DNS_TYPE_CNAME)
		set = set->next;
	return set;
}

static const char *conflict(
    struct arena *arena, const struct zone_rrset *set, const struct lookup *live, const char *what)
{
	return zone_error_at(arena, &set->first->at, "expected no %s at %s, where live DNS has %s",
	    zone_type_name(arena, set->type), live->asked, what)
	    ->message;
}

const char *zone_overlay_conflict(
    const struct zone_overlay *overlay, struct arena *arena, const struct lookup *live)
{
	if (!overlay || !live || live->kind == ANSWER_FAILED || live->dnssec > DNSSEC_INSECURE)
		return NULL;
	const struct zone_node *node = zone_nodes_find(&overlay->single, live->asked);
	const struct zone_rrset *cname = zone_node_rrset(node, DNS_TYPE_CNAME);
	if (!node || lookup_find_expansion(live, live->asked))
		return NULL;
	const struct zone_rrset *other = other_than_cname(node);
	bool plain = !lookup_is_alias(live);
	if (!plain && !live->alias)
		return conflict(arena, node->rrsets, live, "a DNAME above it (RFC 6672 §2.4)");
	if (live->alias && other)
		return conflict(arena, other, live, "a CNAME (RFC 2181 §10.1)");
	if (cname && plain && live->kind == ANSWER_RECORDS && live->type != DNS_TYPE_CNAME)
		return conflict(arena, cname, live,
		    arena_printf(
			arena, "%s records (RFC 2181 §10.1)", lookup_type_name(live->type)));
	return NULL;
}

/* ---- One name ---- */

enum step_kind {
	STEP_LIVE, /* nothing is said about it, or `maker` decides */
	STEP_RRSET,
	STEP_NODATA,
	STEP_NXDOMAIN,
	STEP_CNAME,
	STEP_DNAME,
};

struct step {
	enum step_kind kind;
	const struct zone_rrset *rrset;  /* with RRSET, CNAME and DNAME */
	const struct zone_record *maker; /* with LIVE: only its software knows; NULL: none */
	const char *owner;               /* of the DNAME */
	const char *wildcard;            /* whose RRset it is; NULL: the name's own */
	const char *shadowed;            /* with NODATA: see struct lookup */
	const char *shadowed_by;
	const uint32_t *default_ttl; /* of the zone that the name is in */
};

/* What a node that stands for the asked name has (RFC 1034 §4.3.2, step 3a). */
static struct step ask_node(const struct zone_node *node, enum dns_type type)
{
	struct step s = {.kind = STEP_LIVE, .maker = zone_node_maker(node, (uint16_t)type)};
	if (s.maker)
		return s;
	s.kind = STEP_RRSET;
	s.rrset = zone_node_rrset(node, (uint16_t)type);
	if (s.rrset)
		return s;
	s.kind = STEP_CNAME;
	s.rrset = zone_node_rrset(node, DNS_TYPE_CNAME);
	if (s.rrset)
		return s;
	s.kind = STEP_NODATA;
	return s;
}

/* The single RRsets: the name itself, or a DNAME above it. */
static struct step ask_single(const struct zone_nodes *nodes, const char *name, enum dns_type type)
{
	struct step s = ask_node(zone_nodes_find(nodes, name), type);
	if (s.kind != STEP_NODATA)
		return s;
	while ((name = dname_parent(name))) {
		s.rrset = zone_node_rrset(zone_nodes_find(nodes, name), DNS_TYPE_DNAME);
		s.kind = STEP_DNAME;
		s.owner = name;
		if (s.rrset)
			return s;
	}
	s.kind = STEP_LIVE;
	return s;
}

/* The name's ancestors from itself up to the apex; returns how many. */
static size_t list_path(const char *name, const char *apex, const char *path[static MAX_LABELS])
{
	size_t count = 0;
	for (; strcmp(name, apex) != 0; name = dname_parent(name))
		path[count++] = name;
	path[count++] = apex;
	return count;
}

static const struct zone_node *find_wildcard(
    const struct zone *zone, const char *encloser, struct arena *arena)
{
	return zone_nodes_find(
	    &zone->nodes, arena_printf(arena, *encloser ? "*.%s" : "*%s", encloser));
}

/* An empty non-terminal that a wildcard would answer for, were it not there (RFC 4592 §2.2.2). */
static struct step ask_empty(
    const struct zone *zone, const struct zone_node *node, enum dns_type type, struct arena *arena)
{
	struct step s = {.kind = STEP_NODATA};
	const struct zone_node *above = node;
	while (above && !above->rrsets && !s.shadowed) {
		const char *encloser = dname_parent(above->name);
		const struct zone_node *wildcard = find_wildcard(zone, encloser, arena);
		if (wildcard && (zone_node_rrset(wildcard, (uint16_t)type) ||
				    zone_node_rrset(wildcard, DNS_TYPE_CNAME)))
			s.shadowed = wildcard->name;
		above = zone_nodes_find(&zone->nodes, encloser);
	}
	if (s.shadowed)
		s.shadowed_by = find_record_below(&zone->nodes, node->name);
	return s;
}

/* RFC 4592 §3.3.1: the wildcard is the one right below the closest encloser, or there is none. */
static struct step ask_wildcard(
    const struct zone *zone, const char *encloser, enum dns_type type, struct arena *arena)
{
	const struct zone_node *wildcard = find_wildcard(zone, encloser, arena);
	if (!wildcard)
		return (struct step){.kind = STEP_NXDOMAIN};
	struct step s = ask_node(wildcard, type);
	s.wildcard = wildcard->name;
	return s;
}

/* Down from the apex, as a server goes (RFC 1034 §4.3.2): the first delegation or DNAME decides. */
static struct step ask_zone(
    const struct zone *zone, const char *name, enum dns_type type, struct arena *arena)
{
	const char *path[MAX_LABELS];
	const char *encloser = zone->apex; /* the lowest name so far that exists */
	const struct zone_node *node = NULL;
	for (size_t i = list_path(name, zone->apex, path); i-- > 0;) {
		node = zone_nodes_find(&zone->nodes, path[i]);
		if (!node)
			return ask_wildcard(zone, encloser, type, arena);
		encloser = path[i];
		bool at_apex = strcmp(path[i], zone->apex) == 0;
		if (!at_apex && zone_node_rrset(node, DNS_TYPE_NS))
			return (struct step){.kind = STEP_LIVE};
		const struct zone_rrset *dname = zone_node_rrset(node, DNS_TYPE_DNAME);
		if (dname && i > 0)
			return (struct step){.kind = STEP_DNAME, .rrset = dname, .owner = path[i]};
	}
	return !node || node->rrsets ? ask_node(node, type) : ask_empty(zone, node, type, arena);
}

/* The zone that the name is in: the lowest apex. */
static const struct zone *find_zone(const struct zone_overlay *overlay, const char *name)
{
	const struct zone *best = NULL;
	for (size_t i = 0; i < overlay->zone_count; i++) {
		const struct zone *zone = &overlay->zones[i];
		if (dname_is_below(name, zone->apex) &&
		    (!best || strlen(zone->apex) > strlen(best->apex)))
			best = zone;
	}
	return best;
}

static struct step ask(
    const struct zone_overlay *overlay, const char *name, enum dns_type type, struct arena *arena)
{
	struct step s = ask_single(&overlay->single, name, type);
	const struct zone *zone = find_zone(overlay, name);
	if (s.kind == STEP_LIVE && !s.maker && zone)
		s = ask_zone(zone, name, type, arena);
	if (s.kind != STEP_LIVE && zone)
		s.default_ttl = zone->default_ttl;
	return s;
}

/* ---- The chain of aliases ---- */

static enum overlay_result fail(struct lookup *out, enum lookup_failure failure, const char *error)
{
	out->kind = ANSWER_FAILED;
	out->dnssec = out->alias_dnssec = DNSSEC_INDETERMINATE;
	out->failure = failure;
	out->error = error;
	return OVERLAY_ANSWERED;
}

static enum overlay_result answer(struct lookup *out, const struct step *s)
{
	out->kind = s->kind == STEP_NXDOMAIN ? ANSWER_NXDOMAIN : ANSWER_NODATA;
	out->shadowed = s->shadowed;
	out->shadowed_by = s->shadowed_by;
	if (s->kind == STEP_RRSET) {
		out->kind = ANSWER_RECORDS;
		out->records = s->rrset->records;
		out->record_count = s->rrset->count;
		out->duplicates = s->rrset->duplicates;
		out->duplicate = s->rrset->duplicate;
		out->original_ttl = s->rrset->ttl;
	}
	return OVERLAY_ANSWERED;
}

/* A DNAME's CNAME (RFC 6672 §2.2), for whom it was asked for itself. */
static enum overlay_result answer_synthesized(
    struct arena *arena, struct lookup *out, const struct step *s, const char *target)
{
	out->kind = ANSWER_RECORDS;
	out->records = arena_array(arena, 1, sizeof *out->records);
	out->record_count = 1;
	out->records[0].cname = target;
	out->records[0].ttl = out->original_ttl = s->rrset->ttl;
	return OVERLAY_ANSWERED;
}

/* NULL where no file can have it. */
static const char *read_name(
    const struct zone_overlay *overlay, struct arena *arena, const char *name)
{
	const char *why;
	return overlay && *name ? zone_name_read(arena, name, strlen(name), "", &why)
	       : overlay        ? name
				: NULL;
}

const struct unknown_data *zone_overlay_unknown(
    const struct zone_overlay *overlay, struct arena *arena, const char *name, enum dns_type type)
{
	name = read_name(overlay, arena, name);
	const struct zone_record *maker = name ? ask(overlay, name, type, arena).maker : NULL;
	if (!maker)
		return NULL;
	struct unknown_data *u = arena_alloc(arena, sizeof *u);
	u->name = name;
	u->owner = maker->owner;
	u->type = zone_type_name(arena, maker->type);
	u->at = &maker->at;
	return u;
}

enum overlay_result zone_overlay_lookup(const struct zone_overlay *overlay, struct arena *arena,
    const char *name, enum dns_type type, struct lookup *out)
{
	name = read_name(overlay, arena, name);
	if (!name)
		return OVERLAY_NOT_COVERED;
	*out = (struct lookup){
	    .asked = name, .final = name, .type = type, .dnssec = DNSSEC_SECURE, .proposed = true};
	for (size_t links = 0; links <= LIMIT_ALIAS_LINKS; links++) {
		struct step s = ask(overlay, out->final, type, arena);
		out->default_ttl = s.default_ttl;
		if (s.kind == STEP_LIVE)
			return links > 0 ? OVERLAY_ALIAS : OVERLAY_NOT_COVERED;
		if (links == 0)
			out->asked_default_ttl = s.default_ttl;
		if (s.wildcard && s.rrset)
			lookup_add_expansion(arena, out, out->final, s.wildcard);
		zone_overlay_end_wildcards(overlay, out);
		if (out->shadowed)
			return OVERLAY_ANSWERED;
		if (s.kind != STEP_CNAME && s.kind != STEP_DNAME)
			return answer(out, &s);
		const char *target = s.rrset->records[0].cname;
		if (s.kind == STEP_DNAME)
			target = zone_name_redirect(arena, out->final, s.owner, target);
		if (!target) /* RFC 6672 §2.2: YXDOMAIN */
			return fail(
			    out, LOOKUP_FAILURE_RCODE, "a DNAME makes a name that is too long");
		if (type == DNS_TYPE_CNAME)
			return answer_synthesized(arena, out, &s, target);
		if (s.kind == STEP_CNAME && links == 0) {
			out->alias = target;
			out->alias_ttl = s.rrset->ttl;
		}
		out->final = target;
	}
	return fail(out, LOOKUP_FAILURE_MALFORMED, "an alias loop, or over 16 aliases in a row");
}

/* ---- The mail domains ---- */

/* What the name itself has; what stands at or below a delegation is the child's. */
static bool owns(
    const struct zone_overlay *overlay, const char *name, enum dns_type type, struct arena *scratch)
{
	struct lookup l;
	if (zone_overlay_unknown(overlay, scratch, name, type))
		return true;
	return zone_overlay_lookup(overlay, scratch, name, type, &l) == OVERLAY_ANSWERED &&
	       l.kind == ANSWER_RECORDS && !lookup_is_alias(&l);
}

static bool is_mail_domain(const struct zone_overlay *overlay, const struct zone_record *record,
    bool implicit, struct arena *scratch)
{
	const char *name = record->owner;
	bool made = record->made.kind == ZONE_MADE_TYPE && record->made.type == DNS_TYPE_MX;
	if (record->type == DNS_TYPE_MX || made)
		return *name && owns(overlay, name, DNS_TYPE_MX, scratch);
	return implicit && *name && record->type == DNS_TYPE_SOA &&
	       (owns(overlay, name, DNS_TYPE_A, scratch) ||
		   owns(overlay, name, DNS_TYPE_AAAA, scratch));
}

const char **zone_overlay_mail_domains(
    const struct zone_overlay *overlay, struct arena *arena, bool implicit, size_t *count)
{
	const char **list = NULL;
	struct arena *scratch = arena_create();
	struct zone_nodes seen = {.arena = scratch};
	*count = 0;
	for (size_t i = 0; i < overlay->file_count; i++) {
		const struct zone_file *file = overlay->files[i];
		for (size_t k = 0; k < file->count; k++) {
			const struct zone_record *record = &file->records[k];
			if (zone_nodes_find(&seen, record->owner) ||
			    !is_mail_domain(overlay, record, implicit, scratch))
				continue;
			bool made;
			(void)zone_nodes_add(&seen, record->owner, &made);
			*(const char **)arena_append(arena, &list, count, sizeof *list) =
			    arena_strdup(arena, record->owner);
		}
	}
	zone_nodes_reset(&seen);
	arena_destroy(scratch);
	return list;
}

const struct zone_file **zone_overlay_files(const struct zone_overlay *overlay, size_t *count)
{
	*count = overlay->file_count;
	return overlay->files;
}

bool zone_overlay_covers(const struct zone_overlay *overlay, const char *name, enum dns_type type)
{
	struct lookup out;
	if (!overlay)
		return false;
	struct arena *arena = arena_create();
	bool covers = zone_overlay_lookup(overlay, arena, name, type, &out) != OVERLAY_NOT_COVERED;
	arena_destroy(arena);
	return covers;
}
