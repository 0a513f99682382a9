/* zone_nodes.c owns the table of names and RRsets that zone files give. */
#include "zone_nodes.h"

#include <string.h>

#include "escape.h"
#include "limit.h"
#include "zone_rdata.h"

enum { TYPE_KEY = 25 }; /* RFC 2535 §2.3.5 allows it beside a CNAME */

const struct zone_node *zone_nodes_find(const struct zone_nodes *nodes, const char *name)
{
	struct zone_node *node;
	HASH_FIND_STR(nodes->table, name, node);
	return node;
}

static struct zone_rrset *find_rrset(const struct zone_node *node, uint16_t type)
{
	struct zone_rrset *set = node ? node->rrsets : NULL;
	while (set && set->type != type)
		set = set->next;
	return set;
}

const struct zone_rrset *zone_node_rrset(const struct zone_node *node, uint16_t type)
{
	return find_rrset(node, type);
}

static bool has(const struct zone_node *node, uint16_t type)
{
	if (type != DNS_TYPE_A && type != DNS_TYPE_AAAA)
		return find_rrset(node, type);
	return find_rrset(node, DNS_TYPE_A) || find_rrset(node, DNS_TYPE_AAAA);
}

static bool makes(const struct zone_made *made, const struct zone_node *node, uint16_t type)
{
	switch (made->kind) {
	case ZONE_MADE_NOTHING: return false;
	case ZONE_MADE_ADDRESSES: return type == DNS_TYPE_A || type == DNS_TYPE_AAAA;
	case ZONE_MADE_TYPE: return made->type == type;
	case ZONE_MADE_ANY: return true;
	case ZONE_MADE_ABSENT: return !has(node, type);
	}
	return false;
}

const struct zone_record *zone_node_maker(const struct zone_node *node, uint16_t type)
{
	for (size_t i = 0; node && i < node->maker_count; i++)
		if (makes(&node->makers[i]->made, node, type))
			return node->makers[i];
	return NULL;
}

struct zone_node *zone_nodes_add(struct zone_nodes *nodes, const char *name, bool *made)
{
	struct zone_node *node;
	HASH_FIND_STR(nodes->table, name, node);
	*made = !node;
	if (!node) {
		node = arena_alloc(nodes->arena, sizeof *node);
		node->name = name;
		HASH_ADD_KEYPTR(hh, nodes->table, name, strlen(name), node);
	}
	return node;
}

/* Types whose data answers are made of. */
static bool is_needed(uint16_t type)
{
	switch (type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA:
	case DNS_TYPE_MX:
	case DNS_TYPE_TLSA:
	case DNS_TYPE_TXT:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME: return true;
	default: return false;
	}
}

static bool is_duplicate(const struct zone_rrset *set, const struct dns_record *data)
{
	for (size_t i = 0; i < set->count; i++)
		if (lookup_same_data(set->type, &set->records[i], data))
			return true;
	return false;
}

static struct zone_rrset *add_rrset(struct zone_nodes *nodes, struct zone_node *node,
    const struct zone_file *file, const struct zone_record *record)
{
	struct zone_rrset *set = arena_alloc(nodes->arena, sizeof *set);
	set->type = record->type;
	set->first = record;
	set->source = file->name;
	set->next = node->rrsets;
	node->rrsets = set;
	return set;
}

const struct zone_error *zone_nodes_add_record(
    struct zone_nodes *nodes, const struct zone_file *file, const struct zone_record *record)
{
	bool made;
	struct zone_node *node = zone_nodes_add(nodes, record->owner, &made);
	struct zone_rrset *set = find_rrset(node, record->type);
	if (!set)
		set = add_rrset(nodes, node, file, record);
	if (set->source != file->name)
		return zone_error_at(nodes->arena, &record->at,
		    "expected each RRset in one --zone file, but %s %s stands in %s too",
		    record->owner, zone_type_name(nodes->arena, record->type),
		    escape_text(nodes->arena, set->source));
	if (record->data.ttl > set->ttl)
		set->ttl = record->data.ttl;
	if (record->made.kind != ZONE_MADE_NOTHING)
		*(const struct zone_record **)arena_append(
		    nodes->arena, &node->makers, &node->maker_count, sizeof *node->makers) = record;
	if (!is_needed(record->type))
		return NULL;
	if (is_duplicate(set, &record->data)) {
		set->duplicates++;
		set->duplicate = &record->at;
		return NULL;
	}
	if (set->count == LIMIT_ZONE_RRSET)
		return zone_error_at(nodes->arena, &record->at,
		    "expected at most %d records of one name and type: no answer holds more",
		    LIMIT_ZONE_RRSET);
	struct dns_record *data =
	    arena_append(nodes->arena, &set->records, &set->count, sizeof *set->records);
	*data = record->data;
	data->at = &record->at;
	return NULL;
}

/* A type that may have one record only. */
static const struct zone_error *check_single(
    const struct zone_nodes *nodes, const struct zone_node *node, uint16_t type)
{
	const struct zone_rrset *set = zone_node_rrset(node, type);
	if (!set || set->count == 1)
		return NULL;
	return zone_error_at(nodes->arena, &set->first->at, "expected one %s at %s, not %zu",
	    zone_type_name(nodes->arena, type), node->name, set->count);
}

static const struct zone_error *check_cname(
    const struct zone_nodes *nodes, const struct zone_node *node)
{
	const struct zone_rrset *cname = zone_node_rrset(node, DNS_TYPE_CNAME);
	if (!cname)
		return NULL;
	for (const struct zone_rrset *set = node->rrsets; set; set = set->next)
		if (set != cname && set->type != TYPE_KEY)
			return zone_error_at(nodes->arena, &cname->first->at,
			    "expected a CNAME alone at %s, but line %u of %s has its %s",
			    node->name, set->first->at.line,
			    escape_text(nodes->arena, set->first->at.file),
			    zone_type_name(nodes->arena, set->type));
	return NULL;
}

const struct zone_error *zone_nodes_check(const struct zone_nodes *nodes)
{
	for (const struct zone_node *node = nodes->table; node; node = node->hh.next) {
		const struct zone_error *error = check_cname(nodes, node);
		if (!error)
			error = check_single(nodes, node, DNS_TYPE_CNAME);
		if (!error)
			error = check_single(nodes, node, DNS_TYPE_DNAME);
		if (error)
			return error;
	}
	return NULL;
}

void zone_nodes_reset(struct zone_nodes *nodes)
{
	HASH_CLEAR(hh, nodes->table);
}
