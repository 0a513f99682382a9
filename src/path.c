/* path.c owns the verdict on usage 2: whether the path holds, when, and for which name. */
#include "path.h"

#include <string.h>

#include "certificate.h"
#include "path_build.h"

static const char REMARK_OWN_ANCHOR[] =
    "The record names the server's own certificate as a trust anchor; senders built on OpenSSL "
    "look for one above it. Publish it with usage 3.";
static const char REMARK_AMBIGUOUS[] =
    "More than one certificate fits as issuer; senders built on OpenSSL take the first that fits "
    "and try no other, while some validators would find a path.";
static const char REMARK_FOREIGN[] =
    "An issuer's key is of a kind that cannot be used here; senders built on OpenSSL may accept "
    "it.";
static const char REMARK_ANCHOR_DATES[] =
    "Only the trust anchor is outside its dates; senders built on OpenSSL still accept it, "
    "because it is not self-signed.";
static const char REMARK_SIGNATURE[] =
    "A signature on the path is made with SHA-1 or MD5; Postfix refuses it, laxer senders accept "
    "it.";
static const char REMARK_KEY[] =
    "A key on the path is so small that Postfix refuses it; laxer senders accept it.";
static const char REMARK_DEPTH[] =
    "The path is longer than Postfix follows by default (smtp_tls_scert_verifydepth = 9); other "
    "senders accept it.";

bool path_key_too_small(const struct certificate *c)
{
	if (c->key_bits == 0) /* not known */
		return false;
	/* OpenSSL's estimate gives RSA keys 80 bits from 920 bits on, DSA keys from 1024. */
	switch (c->key_type) {
	case KEY_TYPE_RSA: return c->key_bits < 920;
	case KEY_TYPE_ECDSA: return c->key_bits < 160;
	case KEY_TYPE_OTHER: return c->key_bits < 1024;
	default: return false;
	}
}

static bool outside_dates(const struct certificate *c, int64_t at)
{
	return at < c->not_before || c->not_after < at;
}

/* Postfix authenticates at OpenSSL's security level 1 and limits the depth; RFC 5280 has neither.
 * Gives the sentence, or NULL. */
static const char *postfix_refusal(const struct path *path)
{
	const struct path_link *top = path->links[path->length - 1];
	size_t deepest = path->length - 1;
	for (size_t i = 0; i < path->length; i++)
		if (path_key_too_small(path->links[i]->c))
			return REMARK_KEY;
	for (size_t i = 0; i + 1 < path->length; i++)
		if (path->links[i]->c->weak_signature)
			return REMARK_SIGNATURE;
	/* An anchor that is not self-signed is not looked at itself. */
	if (!path->bare_key && !path_link_ends(top))
		deepest--;
	return deepest > PATH_DEPTH_MAX ? REMARK_DEPTH : NULL;
}

static void judge_dates(struct path_verdict *v, const struct path *path, int64_t at)
{
	size_t top = path->length - 1, outside = 0;
	for (size_t i = 0; i < path->length; i++)
		outside += outside_dates(path->links[i]->c, at);
	if (outside == 0)
		return;
	v->result = PATH_EXPIRED;
	if (outside == 1 && outside_dates(path->links[top]->c, at) && !path->bare_key &&
	    !path_link_ends(path->links[top]))
		v->remark = REMARK_ANCHOR_DATES;
}

static bool is_named(const struct certificate *leaf, const struct reference_identifiers *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (certificate_covers(leaf, names->names[i], true))
			return true;
	return false;
}

static void judge_anchored(struct path_verdict *v, const struct path *path,
    const struct reference_identifiers *names, int64_t at)
{
	v->result = PATH_OK;
	if (!path_holds(path)) {
		v->result = PATH_UNTRUSTED;
		v->remark = path->ambiguous ? REMARK_AMBIGUOUS : NULL;
		return;
	}
	judge_dates(v, path, at);
	if (v->result == PATH_OK && !is_named(path->links[0]->c, names))
		v->result = PATH_NAME;
	if (v->result == PATH_OK && (v->remark = postfix_refusal(path)))
		v->result = PATH_UNTRUSTED;
}

/* The anchor's place in the chain as sent, if it stands there. */
static int find_place(const struct path *path, const struct tlsa_record *r,
    const struct certificate *chain, size_t chain_count)
{
	if (path->bare_key) /* then only the leaf can hold the key: it signed itself */
		return tlsa_record_matches(r, &chain[0]) ? 0 : -1;
	const struct path_link *top = path->links[path->length - 1];
	for (size_t i = 1; i < chain_count; i++)
		if (memcmp(chain[i].cert_sha256, top->c->cert_sha256, sizeof top->c->cert_sha256) ==
		    0)
			return (int)i;
	return top->place;
}

/* No path: is a record's certificate there all the same? */
static void judge_unanchored(struct path_verdict *v, const struct path *path,
    const struct tlsa_record *records, size_t count, const struct certificate *chain,
    size_t chain_count)
{
	for (size_t i = 0; i < chain_count; i++) {
		bool is_leaf = memcmp(chain[i].cert_sha256, chain[0].cert_sha256,
				   sizeof chain[i].cert_sha256) == 0;
		for (size_t r = 0; r < count; r++) {
			if (!records[r].active || records[r].usage != 2 ||
			    !tlsa_record_matches(&records[r], &chain[i]))
				continue;
			if (is_leaf) {
				v->remark = REMARK_OWN_ANCHOR;
				continue;
			}
			*v = (struct path_verdict){PATH_UNTRUSTED, (int)r, (int)i,
			    path->ambiguous ? REMARK_AMBIGUOUS
			    : path->foreign ? REMARK_FOREIGN
					    : NULL};
			return;
		}
	}
}

struct path_verdict path_judge(struct arena *arena, const struct tlsa_record *records, size_t count,
    const struct certificate *chain, size_t chain_count, const struct reference_identifiers *names,
    int64_t at)
{
	struct path_verdict v = {.result = PATH_NO_MATCH, .record = -1, .depth = -1};
	struct path path = {0};

	if (chain[0].parsed)
		path_build(&path, arena, records, count, chain, chain_count, at);
	if (path.anchored) {
		v.record = (int)path.record;
		v.depth = find_place(&path, &records[path.record], chain, chain_count);
		judge_anchored(&v, &path, names, at);
	} else {
		judge_unanchored(&v, &path, records, count, chain, chain_count);
	}
	return v;
}
