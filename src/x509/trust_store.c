/*
 * trust_store.c owns the anchors that the system or the user trusts, and the search for a path to
 * one of them. Unlike usage 2 (ta_path.h), every issuer that fits is tried: senders differ in how
 * they build paths, and RFC 8461 asks only that one be there.
 */
#include "trust_store.h"

#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "fields.h"
#include "limit.h"
#include "path.h"

/* Where distributions keep the anchors in one file; the first that is there counts. */
static const char *const SYSTEM_FILES[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Arch, Alpine */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* newer Fedora */
    "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
    "/etc/ssl/cert.pem",                                 /* Alpine, OpenBSD */
    "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD */
    NULL,
};

struct anchor {
	struct certificate c; /* the DER alone until it is read */
	struct der_value subject;
	bool read;
	struct path_link link;
};

struct trust_store {
	struct arena *arena;
	struct anchor *anchors;
	size_t count;
};

const char *const *trust_store_usual_files(void)
{
	return SYSTEM_FILES;
}

static struct certificate *read_system(struct arena *arena, size_t *count, const char **error)
{
	const char *tried = "no trust store found; tried";
	for (size_t i = 0; SYSTEM_FILES[i]; i++) {
		struct certificate *list =
		    certificate_read_anchors(arena, SYSTEM_FILES[i], count, error);
		if (list)
			return list;
		tried = arena_printf(arena, "%s%s %s", tried, i ? "," : "", *error);
	}
	*error = tried;
	return NULL;
}

struct trust_store *trust_store_load(const char *file, struct arena *arena, const char **error)
{
	size_t count;
	struct arena *own = arena_create();
	const char *why;
	struct certificate *list = file ? certificate_read_anchors(own, file, &count, &why)
					: read_system(own, &count, &why);
	if (!list) {
		*error = arena_strdup(arena, why);
		arena_destroy(own);
		return NULL;
	}
	struct trust_store *store = arena_alloc(own, sizeof *store);
	store->arena = own;
	store->anchors = arena_array(own, count, sizeof *store->anchors);
	for (size_t i = 0; i < count; i++) {
		struct certificate_fields f;
		if (fields_read(&f, list[i].der, list[i].der_length))
			continue;
		store->anchors[store->count++] =
		    (struct anchor){.c = list[i], .subject = f.subject};
	}
	return store;
}

void trust_store_destroy(struct trust_store *store)
{
	if (store)
		arena_destroy(store->arena);
}

struct search {
	const struct trust_store *store;
	const char *name;
	int64_t at;
	struct path_link *sent;
	size_t count;
	struct path path;
	unsigned paths, steps;
	enum pkix_reason best; /* of the failures so far, the one that came furthest */
};

/* How far validation came: of several paths' failures the highest is reported. */
static int rank(enum pkix_reason reason)
{
	switch (reason) {
	case PKIX_REASON_NONE: return 6;
	case PKIX_REASON_WEAK: return 5;
	case PKIX_REASON_NAME_MISMATCH: return 4;
	case PKIX_REASON_NOT_YET_VALID: return 3;
	case PKIX_REASON_EXPIRED: return 2;
	case PKIX_REASON_BROKEN: return 1;
	default: return 0;
	}
}

static enum pkix_reason judge_dates(const struct path *path, int64_t at)
{
	for (size_t i = 0; i < path->length; i++) {
		if (path->links[i]->c->not_after < at)
			return PKIX_REASON_EXPIRED;
		if (path->links[i]->c->not_before > at)
			return PKIX_REASON_NOT_YET_VALID;
	}
	return PKIX_REASON_NONE;
}

static bool is_weak(const struct path *path)
{
	for (size_t i = 0; i < path->length; i++)
		if (path_key_too_small(path->links[i]->c) ||
		    (i + 1 < path->length && path->links[i]->c->weak_signature))
			return true;
	return false;
}

static enum pkix_reason judge_path(const struct search *s)
{
	enum pkix_reason dates = judge_dates(&s->path, s->at);
	struct path_fault fault;
	if (!path_holds(&s->path, &fault))
		return PKIX_REASON_BROKEN;
	if (dates != PKIX_REASON_NONE)
		return dates;
	if (!certificate_covers(s->path.links[0]->c, s->name, false))
		return PKIX_REASON_NAME_MISMATCH;
	return is_weak(&s->path) ? PKIX_REASON_WEAK : PKIX_REASON_NONE;
}

static void try_path(struct search *s)
{
	s->paths++;
	enum pkix_reason reason = judge_path(s);
	if (rank(reason) > rank(s->best))
		s->best = reason;
}

static bool is_over(const struct search *s)
{
	return s->best == PKIX_REASON_NONE || s->paths >= LIMIT_PKIX_PATHS ||
	       s->steps >= LIMIT_PKIX_STEPS || s->path.length == PATH_LENGTH_MAX;
}

/* `c` is parsed, so an anchor with the same octets can be, too. */
static bool is_anchor(const struct trust_store *store, const struct certificate *c)
{
	for (size_t i = 0; i < store->count; i++) {
		const struct certificate *anchor = &store->anchors[i].c;
		if (anchor->der_length == c->der_length &&
		    memcmp(anchor->der, c->der, c->der_length) == 0)
			return true;
	}
	return false;
}

static void read_anchor(struct arena *arena, struct anchor *a)
{
	if (a->read)
		return;
	a->read = true;
	certificate_parse(arena, &a->c, a->c.der, a->c.der_length);
	a->link = (struct path_link){.c = &a->c, .place = -1};
}

/* The anchor as a link, or NULL where it did not issue `subject`: of most the name tells that. */
static struct path_link *take_anchor(
    const struct trust_store *store, size_t i, const struct certificate *subject)
{
	struct anchor *a = &store->anchors[i];
	if (!fields_name_equal(&a->subject, &extensions_of(subject)->fields.issuer))
		return NULL;
	read_anchor(store->arena, a);
	return a->c.parsed && path_link_fits(&a->link, &(struct path_link){.c = subject}) ? &a->link
											  : NULL;
}

static void try_anchors(struct search *s)
{
	struct path *path = &s->path;
	const struct path_link *top = path->links[path->length - 1];
	if (is_anchor(s->store, top->c))
		try_path(s);
	for (size_t i = 0; i < s->store->count && !is_over(s); i++) {
		struct path_link *anchor = take_anchor(s->store, i, top->c);
		if (!anchor)
			continue;
		path->links[path->length++] = anchor;
		try_path(s);
		path->length--;
	}
}

/* Extends the path by each certificate that fits; the depth is bounded by PATH_LENGTH_MAX. */
static void extend(struct search *s)
{
	struct path *path = &s->path;
	const struct path_link *top = path->links[path->length - 1];
	s->steps++;
	try_anchors(s);
	for (size_t i = 0; i < s->count && !is_over(s); i++) {
		struct path_link *link = &s->sent[i];
		if (link->used || !path_link_fits(link, top))
			continue;
		link->used = true;
		path->links[path->length++] = link;
		extend(s);
		path->length--;
		link->used = false;
	}
}

static struct pkix_verdict search_chain(
    struct search *s, const struct certificate *chain, size_t count)
{
	struct pkix_verdict v = {PKIX_RESULT_INVALID, PKIX_REASON_BROKEN};
	struct arena *arena = arena_create();

	s->sent = arena_array(arena, count, sizeof *s->sent);
	for (size_t i = 0; i < count && (i > 0 || chain[0].parsed); i++) {
		if (!chain[i].parsed)
			continue;
		s->sent[s->count++] = (struct path_link){.c = &chain[i], .place = (int)i};
	}
	if (s->count > 0) {
		s->sent[0].used = true;
		s->path.links[s->path.length++] = &s->sent[0];
		extend(s);
		v.reason = s->best;
		if (v.reason == PKIX_REASON_UNTRUSTED && chain[0].self_signed)
			v.reason = PKIX_REASON_SELF_SIGNED;
		if (v.reason == PKIX_REASON_NONE)
			v.result = PKIX_RESULT_VALID;
	}
	arena_destroy(arena);
	return v;
}

struct pkix_verdict trust_store_verify(const struct trust_store *store,
    const struct certificate *chain, size_t count, const char *name, int64_t at)
{
	struct search s = {.store = store, .name = name, .at = at, .best = PKIX_REASON_UNTRUSTED};
	return search_chain(&s, chain, count);
}

const struct certificate *trust_store_issuer(
    const struct trust_store *store, const struct certificate *subject, size_t *next)
{
	while (*next < store->count) {
		const struct path_link *anchor = take_anchor(store, (*next)++, subject);
		if (anchor && certificate_signed_by(subject, anchor->c))
			return anchor->c;
	}
	return NULL;
}
