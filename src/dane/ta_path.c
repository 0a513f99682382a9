/*
 * ta_path.c - usage 2: the choice of issuers, and the verdict on the path.
 *
 * It takes, without looking back, the first certificate that fits and is within its dates (else the
 * one that ended last): 2 0 0 records' certificates first, then those sent, in their order.
 */
#include "ta_path.h"

#include <string.h>

#include "certificate.h"
#include "fields.h"

static const char REMARK_OWN_ANCHOR[] =
    "The record names the server's own certificate as a trust anchor; senders built on OpenSSL "
    "look for one above it. Publish it with usage 3.";
static const char REMARK_AMBIGUOUS[] =
    "More than one certificate may be the issuer; senders built on OpenSSL take the first and try "
    "no other, while some validators would find a path.";
static const char REMARK_UNREAD[] =
    "A certificate that mxdane cannot read may be the issuer; senders built on OpenSSL take the "
    "first that may be.";
static const char REMARK_FOREIGN[] =
    "An issuer's key is of a kind that mxdane cannot use; senders built on OpenSSL may accept "
    "it.";
static const char REMARK_ANCHOR_DATES[] =
    "Only the trust anchor is outside its dates; senders built on OpenSSL still accept it, "
    "because it is not self-signed.";
static const char REMARK_SIGNATURE[] =
    "A signature on the path is made with SHA-1 or MD5; Postfix refuses it, less strict senders "
    "accept it.";
static const char REMARK_KEY[] =
    "A key on the path is so small that Postfix refuses it; less strict senders accept it.";
static const char REMARK_DEPTH[] =
    "The path is longer than Postfix follows by default (smtp_tls_scert_verifydepth = 9); other "
    "senders accept it.";

struct ta_path {
	struct path path;
	bool anchored; /* it ends at what record `record` names: */
	bool bare_key; /* a key that signed the last link, or else the last link itself */
	size_t record;
	bool ambiguous; /* somewhere more than one certificate fitted as issuer */
	bool unread;    /* somewhere OpenSSL may take an issuer that was passed over here */
	bool foreign;   /* somewhere an issuer was passed over for a key that cannot be used here */
};

struct pool {
	struct path_link *links;
	size_t count;
};

static void add_link(struct arena *arena, struct pool *pool, const struct certificate *c, int place)
{
	struct path_link *link =
	    arena_append(arena, &pool->links, &pool->count, sizeof *pool->links);
	link->c = c;
	link->place = place;
}

static bool is_active(const struct tlsa_record *r, uint8_t selector, uint8_t mtype)
{
	return r->active && r->usage == USAGE_DANE_TA && r->selector == selector &&
	       r->mtype == mtype;
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

static bool on_path(const struct ta_path *ta, const struct certificate *c)
{
	for (size_t i = 0; i < ta->path.length; i++)
		if (certificate_equal(ta->path.links[i]->c, c))
			return true;
	return false;
}

static bool within_dates(const struct path_link *link, int64_t at)
{
	const struct certificate_fields *f = &extensions_of(link->c)->fields;
	return f->has_dates && f->not_before <= at && at <= f->not_after;
}

static bool is_foreign_issuer(const struct path_link *issuer, const struct path_link *subject)
{
	return issuer->c->parsed && issuer->c->key_bits == 0 &&
	       extensions_fit_issuer(issuer->c, subject->c);
}

/* OpenSSL also reads certificates that GnuTLS does not, extensions that break RFC 5280, and keys of
 * more kinds; whether it really reads this one is not known. */
static bool may_fit_elsewhere(const struct path_link *issuer, const struct path_link *subject)
{
	bool key_fits = issuer->c->key_type == KEY_TYPE_NONE ||
			issuer->c->key_type == KEY_TYPE_OTHER ||
			certificate_key_fits_signature(subject->c, issuer->c);
	return key_fits && !extensions_of(issuer->c)->surely_invalid &&
	       extensions_fit_issuer(issuer->c, subject->c);
}

static struct path_link *choose_issuer(struct ta_path *ta, struct pool *pool, int64_t at)
{
	const struct path_link *subject = ta->path.links[ta->path.length - 1];
	struct path_link *valid = NULL, *best = NULL;
	/* OpenSSL lets a self-issued leaf be followed by itself. */
	bool may_repeat = ta->path.length == 1 && subject->c->self_issued;
	bool elsewhere = false; /* of what may fit there alone, one outside its dates */

	for (size_t i = 0; i < pool->count; i++) {
		struct path_link *link = &pool->links[i];
		if (link->used || (!may_repeat && on_path(ta, link->c)))
			continue;
		if (!link->c->parsed || !path_link_fits(link, subject)) {
			ta->foreign |= is_foreign_issuer(link, subject);
			if (valid || !may_fit_elsewhere(link, subject))
				continue;
			ta->unread |= within_dates(link, at);
			elsewhere = true;
			continue;
		}
		if (best && !certificate_equal(best->c, link->c))
			ta->ambiguous = true;
		if (!valid && within_dates(link, at))
			valid = link;
		if (!best || link->c->not_after > best->c->not_after)
			best = link;
	}
	ta->unread |= elsewhere && !valid;
	return valid ? valid : best;
}

static bool find_certificate_record(
    struct ta_path *ta, const struct tlsa_record *records, size_t count)
{
	const struct certificate *top = ta->path.links[ta->path.length - 1]->c;
	for (size_t i = 0; i < count; i++) {
		if (!records[i].active || records[i].usage != 2 ||
		    !tlsa_record_matches(&records[i], top))
			continue;
		ta->record = i;
		ta->anchored = true;
		return true;
	}
	return false;
}

/* RFC 7671 §5.2.3: the topmost certificate may be signed by a key that only the DNS holds. */
static void find_key_record(struct ta_path *ta, const struct tlsa_record *records, size_t count)
{
	const struct certificate *top = ta->path.links[ta->path.length - 1]->c;
	for (size_t i = 0; i < count && !ta->anchored; i++) {
		if (!is_active(&records[i], 1, 0) ||
		    !certificate_signed_by_key(top, records[i].data, records[i].length))
			continue;
		ta->record = i;
		ta->anchored = ta->bare_key = true;
	}
}

static void build(struct ta_path *ta, struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count, int64_t at)
{
	struct pool pool = collect(arena, records, count, chain, chain_count);
	struct pool leaf = {0};

	memset(ta, 0, sizeof *ta);
	add_link(arena, &leaf, &chain[0], 0);
	ta->path.links[ta->path.length++] = leaf.links;
	while (ta->path.length < PATH_LENGTH_MAX &&
	       !path_link_ends(ta->path.links[ta->path.length - 1])) {
		struct path_link *issuer = choose_issuer(ta, &pool, at);
		if (!issuer)
			break;
		issuer->used = true;
		ta->path.links[ta->path.length++] = issuer;
		if (find_certificate_record(ta, records, count))
			return;
	}
	if (ta->path.length < PATH_LENGTH_MAX)
		find_key_record(ta, records, count);
}

/* Postfix authenticates at OpenSSL's security level 1 and limits the depth; RFC 5280 has neither.
 * Gives the sentence, or NULL. */
static const char *postfix_refusal(const struct ta_path *ta, struct path_fault *fault)
{
	const struct path_link *top = ta->path.links[ta->path.length - 1];
	size_t deepest = ta->path.length - 1;
	for (size_t i = 0; i < ta->path.length; i++) {
		if (!path_key_too_small(ta->path.links[i]->c))
			continue;
		*fault = (struct path_fault){CAUSE_KEY_TOO_SMALL, ta->path.links[i]->c};
		return REMARK_KEY;
	}
	for (size_t i = 0; i + 1 < ta->path.length; i++)
		if (ta->path.links[i]->c->weak_signature)
			return REMARK_SIGNATURE;
	/* An anchor that is not self-signed is not looked at itself. */
	if (!ta->bare_key && !path_link_ends(top))
		deepest--;
	return deepest > PATH_DEPTH_MAX ? REMARK_DEPTH : NULL;
}

static void judge_dates(struct ta_path_verdict *v, const struct ta_path *ta, int64_t at)
{
	size_t top = ta->path.length - 1, outside = 0;
	for (size_t i = 0; i < ta->path.length; i++)
		outside += !within_dates(ta->path.links[i], at);
	if (outside == 0)
		return;
	v->result = TA_PATH_EXPIRED;
	if (outside == 1 && !within_dates(ta->path.links[top], at) && !ta->bare_key &&
	    !path_link_ends(ta->path.links[top]))
		v->remark = REMARK_ANCHOR_DATES;
}

static bool is_named(const struct certificate *leaf, const struct reference_identifiers *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (certificate_covers(leaf, names->names[i], true))
			return true;
	return false;
}

static void judge_anchored(struct ta_path_verdict *v, const struct ta_path *ta,
    const struct reference_identifiers *names, int64_t at)
{
	v->result = TA_PATH_OK;
	if (!path_holds(&ta->path, &v->fault)) {
		v->result = TA_PATH_UNTRUSTED;
		v->remark = ta->ambiguous ? REMARK_AMBIGUOUS : NULL;
		return;
	}
	judge_dates(v, ta, at);
	if (v->result == TA_PATH_OK && !is_named(ta->path.links[0]->c, names))
		v->result = TA_PATH_NAME;
	if (v->result == TA_PATH_OK && ta->unread)
		v->remark = REMARK_UNREAD;
	else if (v->result == TA_PATH_OK)
		v->remark = postfix_refusal(ta, &v->fault);
	if (v->result == TA_PATH_OK && v->remark)
		v->result = TA_PATH_UNTRUSTED;
}

/* The anchor's place in the chain as sent, if it stands there. */
static int find_place(const struct ta_path *ta, const struct tlsa_record *r,
    const struct certificate *chain, size_t chain_count)
{
	if (ta->bare_key) /* then only the leaf can hold the key: it signed itself */
		return tlsa_record_matches(r, &chain[0]) ? 0 : -1;
	const struct path_link *top = ta->path.links[ta->path.length - 1];
	for (size_t i = 1; i < chain_count; i++)
		if (certificate_equal(&chain[i], top->c))
			return (int)i;
	return top->place;
}

/* Why the path as it was sent does not come to the anchor that was sent, too. */
static struct path_fault find_gap(
    const struct ta_path *ta, const struct certificate *chain, size_t count)
{
	if (!ta->path.length || ta->path.length == PATH_LENGTH_MAX || ta->foreign || ta->unread)
		return (struct path_fault){0};
	const struct path_link *top = ta->path.links[ta->path.length - 1];
	bool issuer_sent = path_link_ends(top);
	for (size_t i = 1; i < count && !issuer_sent; i++)
		issuer_sent =
		    chain[i].parsed && fields_name_equal(&extensions_of(&chain[i])->fields.subject,
					   &extensions_of(top->c)->fields.issuer);
	return (struct path_fault){issuer_sent ? CAUSE_NOT_LINKED : CAUSE_CHAIN_GAP, top->c};
}

/* No path: is a record's certificate there all the same? */
static void judge_unanchored(struct ta_path_verdict *v, const struct ta_path *ta,
    const struct tlsa_record *records, size_t count, const struct certificate *chain,
    size_t chain_count)
{
	for (size_t i = 0; i < chain_count; i++) {
		bool is_leaf = certificate_equal(&chain[i], &chain[0]);
		for (size_t r = 0; r < count; r++) {
			if (!records[r].active || records[r].usage != 2 ||
			    !tlsa_record_matches(&records[r], &chain[i]))
				continue;
			if (is_leaf) {
				v->remark = REMARK_OWN_ANCHOR;
				continue;
			}
			*v = (struct ta_path_verdict){TA_PATH_UNTRUSTED, (int)r, (int)i,
			    ta->ambiguous ? REMARK_AMBIGUOUS
			    : ta->foreign ? REMARK_FOREIGN
			    : ta->unread  ? REMARK_UNREAD
					  : NULL,
			    find_gap(ta, chain, chain_count)};
			return;
		}
	}
}

struct ta_path_verdict ta_path_judge(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct ta_path_verdict v = {.result = TA_PATH_NO_MATCH, .record = -1, .depth = -1};
	struct ta_path ta = {0};

	if (chain[0].parsed)
		build(&ta, arena, records, count, chain, chain_count, at);
	if (ta.anchored) {
		v.record = (int)ta.record;
		v.depth = find_place(&ta, &records[ta.record], chain, chain_count);
		judge_anchored(&v, &ta, names, at);
	} else {
		judge_unanchored(&v, &ta, records, count, chain, chain_count);
	}
	return v;
}
