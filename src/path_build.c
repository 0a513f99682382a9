/*
 * path_build.c owns the choice of issuers. It takes, without looking back, the first certificate
 * that fits and is within its dates (else the one that ended last): 2 0 0 records' certificates
 * first, then those sent, in their order.
 */
#include <string.h>

#include "certificate.h"
#include "path_build.h"

struct pool {
	struct path_link *links;
	size_t count;
};

static void add_link(struct arena *arena, struct pool *pool, const struct certificate *c, int place)
{
	if (!c->parsed)
		return;
	struct path_link *link =
	    arena_append(arena, &pool->links, &pool->count, sizeof *pool->links);
	link->c = c;
	link->place = place;
	certificate_constraints(c, &link->constraints);
}

static bool is_active(const struct tlsa_record *r, uint8_t selector, uint8_t mtype)
{
	return r->active && r->usage == 2 && r->selector == selector && r->mtype == mtype;
}

static struct pool collect(struct arena *arena, const struct tlsa_record *records, size_t count,
    const struct certificate *chain, size_t chain_count)
{
	struct pool pool = {0};
	for (size_t i = 0; i < count; i++) {
		if (!is_active(&records[i], 0, 0))
			continue;
		struct certificate *c = arena_alloc(arena, sizeof *c);
		certificate_parse(arena, c, records[i].data, records[i].length);
		add_link(arena, &pool, c, -1);
	}
	for (size_t i = 1; i < chain_count; i++)
		add_link(arena, &pool, &chain[i], (int)i);
	return pool;
}

static bool same_certificate(const struct certificate *a, const struct certificate *b)
{
	return memcmp(a->cert_sha256, b->cert_sha256, sizeof a->cert_sha256) == 0;
}

static bool on_path(const struct path *path, const struct certificate *c)
{
	for (size_t i = 0; i < path->length; i++)
		if (same_certificate(path->links[i]->c, c))
			return true;
	return false;
}

bool path_link_fits(const struct path_link *issuer, const struct path_link *subject)
{
	return !issuer->constraints.invalid && !subject->constraints.invalid &&
	       certificate_fits_issuer(&issuer->constraints, &subject->constraints) &&
	       certificate_key_fits_signature(subject->c, issuer->c);
}

bool path_link_ends(const struct path_link *link)
{
	return path_link_fits(link, link);
}

static bool within_dates(const struct certificate *c, int64_t at)
{
	return c->not_before <= at && at <= c->not_after;
}

static bool is_foreign_issuer(const struct path_link *issuer, const struct path_link *subject)
{
	return issuer->c->key_bits == 0 &&
	       certificate_fits_issuer(&issuer->constraints, &subject->constraints);
}

static struct path_link *choose_issuer(struct path *path, struct pool *pool, int64_t at)
{
	const struct path_link *subject = path->links[path->length - 1];
	struct path_link *valid = NULL, *best = NULL;
	/* OpenSSL lets a self-issued leaf be followed by itself. */
	bool may_repeat = path->length == 1 && subject->c->self_issued;

	for (size_t i = 0; i < pool->count; i++) {
		struct path_link *link = &pool->links[i];
		if (link->used || (!may_repeat && on_path(path, link->c)))
			continue;
		if (!path_link_fits(link, subject)) {
			path->foreign |= is_foreign_issuer(link, subject);
			continue;
		}
		if (best && !same_certificate(best->c, link->c))
			path->ambiguous = true;
		if (!valid && within_dates(link->c, at))
			valid = link;
		if (!best || link->c->not_after > best->c->not_after)
			best = link;
	}
	return valid ? valid : best;
}

static bool find_certificate_record(
    struct path *path, const struct tlsa_record *records, size_t count)
{
	const struct certificate *top = path->links[path->length - 1]->c;
	for (size_t i = 0; i < count; i++) {
		if (!records[i].active || records[i].usage != 2 ||
		    !tlsa_record_matches(&records[i], top))
			continue;
		path->record = i;
		path->anchored = true;
		return true;
	}
	return false;
}

/* RFC 7671 §5.2.3: the topmost certificate may be signed by a key that only the DNS holds. */
static void find_key_record(struct path *path, const struct tlsa_record *records, size_t count)
{
	const struct certificate *top = path->links[path->length - 1]->c;
	for (size_t i = 0; i < count && !path->anchored; i++) {
		if (!is_active(&records[i], 1, 0) ||
		    !certificate_signed_by_key(top, records[i].data, records[i].length))
			continue;
		path->record = i;
		path->anchored = path->bare_key = true;
	}
}

void path_build(struct path *path, struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count, int64_t at)
{
	struct pool pool = collect(arena, records, count, chain, chain_count);
	struct pool leaf = {0};

	memset(path, 0, sizeof *path);
	add_link(arena, &leaf, &chain[0], 0);
	path->links[path->length++] = leaf.links;
	while (path->length < PATH_LENGTH_MAX && !path_link_ends(path->links[path->length - 1])) {
		struct path_link *issuer = choose_issuer(path, &pool, at);
		if (!issuer)
			break;
		issuer->used = true;
		path->links[path->length++] = issuer;
		if (find_certificate_record(path, records, count))
			return;
	}
	if (path->length < PATH_LENGTH_MAX)
		find_key_record(path, records, count);
}
