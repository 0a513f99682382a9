/* judge_host.c owns the findings on an MX host: its name, its addresses and its TLSA records. */
#include <string.h>

#include "discovery.h"
#include "judge_cause.h"
#include "limit.h"
#include "name.h"
#include "senders.h"

enum {
	LONGEST_TTL = 2 * 86400, /* seconds; RFC 7671 §8 warns of long ones */
	MOST_RECORDS = 12,
};

static const char *shown_owner(const struct judge *j, const struct mx_host *host)
{
	return judge_escaped(j, host->tlsa_owner);
}

/* The wildcard whose CNAME answers at the owner name and leads out of the signed tree, or NULL. */
static const char *wildcard_alias(const struct mx_host *host)
{
	const struct lookup *l = host->tlsa;
	const struct expansion *e = l && l->alias ? lookup_find_expansion(l, l->asked) : NULL;
	return e && l->dnssec == DNSSEC_INSECURE ? e->wildcard : NULL;
}

static void blame_unsigned(struct judge *j, const struct mx_host *host, struct finding *f)
{
	const char *wildcard = wildcard_alias(host);
	if (wildcard)
		judge_blame(j, f,
		    (struct blame){CAUSE_WILDCARD_CNAME,
			arena_printf(j->arena, "The wildcard %s answers there, and leads to %s.",
			    judge_escaped(j, wildcard), judge_escaped(j, host->tlsa->final))});
	else
		judge_blame_lookup(j, f, host->tlsa);
}

static void judge_absent(struct judge *j, struct mx_host *host)
{
	bool insecure = host->tlsa && host->tlsa->dnssec == DNSSEC_INSECURE;
	const struct location *at;
	struct blame elsewhere = judge_cause_of_absence(j, host, &at);
	struct finding *f = judge_add(j, FINDING_TLSA_ABSENT,
	    (struct place){.host = host, .at = at}, NULL, "There is no TLSA record at %s%s.",
	    shown_owner(j, host), insecure ? "; the answer that says so is not signed" : "");
	if (elsewhere.cause)
		judge_blame(j, f, elsewhere);
	else
		blame_unsigned(j, host, f);
}

static void judge_insecure(struct judge *j, struct mx_host *host)
{
	struct finding *f = judge_add(j, FINDING_TLSA_INSECURE, at_host(host), NULL,
	    "The TLSA records at %s are not signed, so senders ignore them.", shown_owner(j, host));
	blame_unsigned(j, host, f);
}

static void judge_failed(struct judge *j, struct mx_host *host)
{
	if (host->tlsa && judge_excused(j, at_host(host), host->tlsa))
		return;
	judge_blame_lookup(j,
	    judge_add(j, FINDING_TLSA_LOOKUP_FAILED, at_host(host), NULL,
		"The TLSA lookup at %s failed: %s; DANE senders do not deliver to this host.",
		shown_owner(j, host), judge_lookup_error(j, host->tlsa)),
	    host->tlsa);
}

static void judge_all_unusable(struct judge *j, struct mx_host *host)
{
	struct blame blame = {0};
	for (size_t i = 0; i < host->tlsa_count && !blame.cause; i++)
		blame = judge_cause_of_record(j, host, &host->tlsa_records[i]);
	judge_blame(j,
	    judge_add(j, FINDING_TLSA_UNUSABLE, at_host(host), NULL,
		"None of the TLSA records at %s can be used: senders must encrypt, but cannot "
		"authenticate the server.",
		shown_owner(j, host)),
	    blame);
}

static void judge_state(struct judge *j, struct mx_host *host)
{
	switch (host->tlsa_state) {
	case TLSA_STATE_ABSENT: judge_absent(j, host); break;
	case TLSA_STATE_INSECURE: judge_insecure(j, host); break;
	case TLSA_STATE_BOGUS:
		judge_blame_lookup(j,
		    judge_add(j, FINDING_TLSA_BOGUS, at_host(host), NULL,
			"The TLSA answer at %s fails DNSSEC validation: %s; DANE senders do not "
			"deliver to this host.",
			shown_owner(j, host), judge_lookup_error(j, host->tlsa)),
		    host->tlsa);
		break;
	case TLSA_STATE_FAILED: judge_failed(j, host); break;
	case TLSA_STATE_UNUSABLE: judge_all_unusable(j, host); break;
	case TLSA_STATE_SKIPPED:
	case TLSA_STATE_USABLE: break;
	}
}

static void judge_defect(struct judge *j, struct mx_host *host, const struct tlsa_record *r)
{
	const char *name = judge_record_name(j, r);
	if (r->defect == TLSA_DEFECT_PKIX_USAGE)
		judge_add(j, FINDING_TLSA_PKIX_USAGE, at_record(host, r), NULL,
		    "The TLSA record %s at %s has usage %u, which has no meaning in SMTP.", name,
		    shown_owner(j, host), r->usage);
	else
		judge_blame(j,
		    judge_add(j, FINDING_TLSA_RECORD_UNUSABLE, at_record(host, r), NULL,
			"The TLSA record %s at %s cannot be used: %s%s.", name,
			shown_owner(j, host), tlsa_defect_text(r->defect),
			r->defect == TLSA_DEFECT_EMPTY
			    ? "; some senders then reject the whole RRset"
			    : ""),
		    judge_cause_of_record(j, host, r));
}

/* With nothing matched at all the other records are no "next keys": dane-mismatch says enough. */
static bool any_verified(const struct mx_host *host)
{
	for (size_t i = 0; i < host->endpoint_count; i++)
		if (host->endpoints[i].dane.result == DANE_RESULT_VERIFIED)
			return true;
	return false;
}

static bool kind_matches(const struct mx_host *host, const struct tlsa_record *r)
{
	for (size_t i = 0; i < host->tlsa_count; i++) {
		const struct tlsa_record *o = &host->tlsa_records[i];
		if (o->matched && o->usage == r->usage && o->selector == r->selector &&
		    o->mtype == r->mtype)
			return true;
	}
	return false;
}

static void judge_unmatched(struct judge *j, struct mx_host *host, const struct tlsa_record *r)
{
	/* RFC 7671 §8: each kind of record must match what is presented by itself. */
	const char *rest = kind_matches(host, r)
			       ? "; keep it if it belongs to the next key, otherwise delete it"
			       : arena_printf(j->arena,
				     ", nor does any other %u %u %u record: a sender that knows "
				     "only these cannot authenticate the server",
				     r->usage, r->selector, r->mtype);
	judge_blame(j,
	    judge_add(j, FINDING_TLSA_NO_MATCH_YET, at_record(host, r), NULL,
		"The TLSA record %s at %s matches no current certificate%s.",
		judge_record_name(j, r), shown_owner(j, host), rest),
	    judge_cause_of_record(j, host, r));
}

static void judge_record(struct judge *j, struct mx_host *host, const struct tlsa_record *r)
{
	if (r->defect != TLSA_DEFECT_NONE) {
		judge_defect(j, host, r);
		return;
	}
	if (r->usage == 2 && r->mtype == 0)
		judge_add(j, FINDING_TLSA_WEAK_TA, at_record(host, r), NULL,
		    "The TLSA record %s at %s holds a whole %s: it is large, and not every sender "
		    "can use a trust anchor that the server does not send.",
		    judge_record_name(j, r), shown_owner(j, host),
		    r->selector ? "key" : "certificate");
	if (!r->active)
		judge_add(j, FINDING_TLSA_SUPERSEDED, at_record(host, r), NULL,
		    "The TLSA record %s at %s is ignored, since a stronger digest is published "
		    "for the same usage and selector.",
		    judge_record_name(j, r), shown_owner(j, host));
	if (!r->matched && any_verified(host))
		judge_unmatched(j, host, r);
}

static void judge_records(struct judge *j, struct mx_host *host)
{
	const struct lookup *l = host->tlsa;
	for (size_t i = 0; i < host->tlsa_count; i++) {
		struct tlsa_record *r = &host->tlsa_records[i];
		if (!j->trial)
			r->cause = judge_cause_of_record(j, host, r).cause;
		judge_record(j, host, r);
	}
	if (l && l->duplicates)
		judge_add(j, FINDING_TLSA_DUPLICATE,
		    (struct place){.host = host, .at = l->duplicate}, NULL,
		    "The zone file has %zu TLSA record%s at %s twice.", l->duplicates,
		    l->duplicates == 1 ? "" : "s", shown_owner(j, host));
	if (host->tlsa_count > MOST_RECORDS)
		judge_add(j, FINDING_TLSA_MANY, at_host(host), NULL,
		    "There are %zu TLSA records at %s; some senders use no more than %d.",
		    host->tlsa_count, shown_owner(j, host), MOST_RECORDS);
	if (l && l->original_ttl > LONGEST_TTL)
		judge_add(j, FINDING_TLSA_TTL_LONG, at_host(host), NULL,
		    "The TLSA records at %s may be cached for %u seconds, more than two days: a "
		    "rollover takes as long.",
		    shown_owner(j, host), l->original_ttl);
}

void judge_tlsa(struct judge *j, struct mx_host *host)
{
	judge_state(j, host);
	/* Records that do not count have no faults worth fixing one by one. */
	if (host->tlsa_state == TLSA_STATE_USABLE || host->tlsa_state == TLSA_STATE_UNUSABLE)
		judge_records(j, host);
	if (host->tlsa)
		judge_signature(j, at_host(host), host->tlsa);
}

static const struct lookup *other_family(const struct mx_host *host, const struct lookup *l)
{
	return l == host->a ? host->aaaa : host->a;
}

static bool has_good_addresses(const struct lookup *l)
{
	return l && l->kind == ANSWER_RECORDS && l->dnssec <= DNSSEC_INSECURE;
}

static bool is_alias(const struct lookup *l)
{
	return l && l->kind != ANSWER_FAILED && l->dnssec != DNSSEC_BOGUS && lookup_is_alias(l);
}

/* RFC 7672 §2.2.2 looks at the alias's target first, then at the name in the MX record; Exim looks
 * in one place alone. */
static const char *alias_words(const struct judge *j, const struct mx_host *host)
{
	const char *target = discovery_alias_target(host);
	uint16_t port = j->params->port;
	return target ? arena_printf(j->arena,
			    " Publish its TLSA records at %s and, if only by a CNAME to there, at "
			    "%s: Exim looks for them in one place alone.",
			    judge_escaped(j, discovery_tlsa_owner(j->arena, target, port)),
			    judge_escaped(j, discovery_tlsa_owner(j->arena, host->name, port)))
		      : "";
}

/* A domain that is its own host may be an alias (RFC 5321 §5.1); an MX target may not. */
static void judge_target(struct judge *j, struct mx_host *host)
{
	const struct lookup *alias = is_alias(host->a) ? host->a : host->aaaa;
	const char *name = judge_escaped(j, host->name);
	if (j->report->mx_kind == MX_KIND_IMPLICIT)
		return;
	if (is_alias(alias))
		judge_add(j, FINDING_MX_TARGET_ALIAS, at_host(host), NULL,
		    "The MX host %s is an alias of %s.%s", name, judge_escaped(j, alias->final),
		    alias_words(j, host));
	if (!host->target_valid || !name_is_strict_host(host->name)) {
		struct finding *f = judge_add(j, FINDING_MX_TARGET_INVALID, at_host(host), NULL,
		    "The MX target \"%s\" is not a host name.", name);
		f->cause = judge_cause_of_target(j, host).cause;
	}
}

/* The address lookup whose answer a record below the name has taken away, or NULL. */
static const struct lookup *shadow_of(const struct mx_host *host)
{
	return host->a && host->a->shadowed         ? host->a
	       : host->aaaa && host->aaaa->shadowed ? host->aaaa
						    : NULL;
}

static struct blame blame_shadow(const struct judge *j, const struct mx_host *host)
{
	const struct lookup *l = shadow_of(host);
	return (struct blame){CAUSE_WILDCARD_SHADOWED,
	    arena_printf(j->arena,
		"%s exists only because of %s, so the wildcard %s no longer applies.",
		judge_escaped(j, l->final), judge_escaped(j, l->shadowed_by),
		judge_escaped(j, l->shadowed))};
}

static void judge_no_address(struct judge *j, struct mx_host *host)
{
	const char *name = judge_escaped(j, host->name);
	struct finding *f = NULL;
	if (!host->target_valid)
		f = judge_add(j, FINDING_HOST_NO_ADDRESS, at_host(host), NULL,
		    "The MX target \"%s\" is not a host name, so it has no address.", name);
	else if (senders_host_lacks_address(host))
		f = judge_add(j, FINDING_HOST_NO_ADDRESS, at_host(host), NULL, "%s has no %s.",
		    name,
		    !host->aaaa ? "IPv4 address (IPv6 was not asked for)"
		    : !host->a  ? "IPv6 address (IPv4 was not asked for)"
				: "address, neither IPv4 nor IPv6");
	if (f && shadow_of(host))
		judge_blame(j, f, blame_shadow(j, host));
	else if (f)
		judge_blame(j, f, judge_cause_of_target(j, host));
}

static void judge_many_addresses(struct judge *j, struct mx_host *host)
{
	if (host->addresses_cut)
		judge_add(j, FINDING_MX_TOO_MANY, at_host(host), NULL,
		    "%s has more than %d addresses; only %d of them are checked.",
		    judge_escaped(j, host->name), LIMIT_HOST_ADDRESSES, LIMIT_HOST_ADDRESSES);
}

static void judge_bogus(struct judge *j, struct mx_host *host, const struct lookup *l)
{
	bool ipv4 = l == host->a;
	const char *rest =
	    has_good_addresses(other_family(host, l))
		? arena_printf(j->arena,
		      "; senders may skip the host because of it, Postfix delivers over %s",
		      ipv4 ? "IPv6" : "IPv4")
		: "";
	judge_blame_lookup(j,
	    judge_add(j, FINDING_ADDRESS_BOGUS, at_host(host), NULL,
		"The %s records of %s fail DNSSEC validation: %s%s.", lookup_type_name(l->type),
		judge_escaped(j, host->name), judge_lookup_error(j, l), rest),
	    l);
}

static void judge_family(struct judge *j, struct mx_host *host, const struct lookup *l)
{
	if (!l)
		return;
	if (l->dnssec == DNSSEC_BOGUS)
		judge_bogus(j, host, l);
	else if (judge_lookup_failed(l) && !judge_excused(j, at_host(host), l))
		judge_blame_lookup(j,
		    judge_add(j, FINDING_ADDRESS_LOOKUP_FAILED, at_host(host), NULL,
			"The %s lookup of %s failed: %s.", lookup_type_name(l->type),
			judge_escaped(j, host->name), judge_lookup_error(j, l)),
		    l);
	judge_signature(j, at_host(host), l);
}

static bool is_insecure(const struct lookup *l)
{
	return l && l->kind == ANSWER_RECORDS && l->dnssec == DNSSEC_INSECURE;
}

static void judge_unsigned_addresses(struct judge *j, struct mx_host *host)
{
	if (host->tlsa_state != TLSA_STATE_SKIPPED ||
	    !(is_insecure(host->a) || is_insecure(host->aaaa)))
		return;
	judge_blame_lookup(j,
	    judge_add(j, FINDING_ADDRESS_INSECURE, at_host(host), NULL,
		"The address records of %s are not signed, so senders ignore its TLSA records.",
		judge_escaped(j, host->name)),
	    is_insecure(host->a) ? host->a : host->aaaa);
}

/* "192.0.2.1 rsa (issued 2026-11-18), 192.0.2.2 rsa (issued 2026-11-18) and 3 more" */
static const char *list_failing(const struct judge *j, const struct mx_host *host)
{
	enum { SHOWN = 4 };
	const char *list = "";
	size_t count = 0;
	for (size_t i = 0; i < host->endpoint_count; i++) {
		const struct endpoint *e = &host->endpoints[i];
		char address[ADDRESS_TEXT_SIZE];
		if (!judge_dane_failed(e->dane.result) || ++count > SHOWN)
			continue;
		const struct certificate *leaf =
		    e->probe.chain_count && e->probe.chain[0].parsed ? &e->probe.chain[0] : NULL;
		const char *type = key_type_name(e->key_type);
		list = arena_printf(j->arena, "%s%s%s%s%s", list, *list ? ", " : "",
		    address_text(&e->address, address), type ? " " : "", type ? type : "");
		if (leaf)
			list = arena_printf(
			    j->arena, "%s (issued %.10s)", list, judge_time(j, leaf->not_before));
	}
	return count > SHOWN ? arena_printf(j->arena, "%s and %zu more", list, count - SHOWN)
			     : list;
}

/* Half a rollover: what a sender finds depends on which endpoint it meets. */
static void judge_disagreement(struct judge *j, struct mx_host *host)
{
	bool good = false, bad = false;
	for (size_t i = 0; i < host->endpoint_count; i++) {
		enum dane_result result = host->endpoints[i].dane.result;
		good |= result == DANE_RESULT_VERIFIED;
		bad |= judge_dane_failed(result);
	}
	if (!good || !bad)
		return;
	judge_add(j, FINDING_DANE_ROLLOVER_PARTIAL, at_host(host), NULL,
	    "The TLSA records of %s authenticate some of its certificates, but not those of %s.",
	    judge_escaped(j, host->name), list_failing(j, host));
}

/* ---- Machines behind one address ---- */

static bool shows_leaf(const struct endpoint *e)
{
	return e->turns && e->probe.chain_count;
}

static bool same_leaf(const struct endpoint *a, const struct endpoint *b)
{
	return certificate_equal(&a->probe.chain[0], &b->probe.chain[0]);
}

/* True if an entry before it has the same address and key type and, if that is asked, leaf. */
static bool is_met_before(const struct mx_host *host, size_t index, bool leaf_too)
{
	const struct endpoint *e = &host->endpoints[index];
	for (size_t i = 0; i < index; i++)
		if (model_is_same_kind(&host->endpoints[i], e) && shows_leaf(&host->endpoints[i]) &&
		    (!leaf_too || same_leaf(&host->endpoints[i], e)))
			return true;
	return false;
}

/* The turns that showed a leaf of the kind, or this leaf. */
static unsigned count_turns(const struct mx_host *host, const struct endpoint *e, bool leaf_too)
{
	unsigned turns = 0;
	for (size_t i = 0; i < host->endpoint_count; i++) {
		const struct endpoint *o = &host->endpoints[i];
		if (model_is_same_kind(o, e) && shows_leaf(o) && (!leaf_too || same_leaf(o, e)))
			turns += o->turns;
	}
	return turns;
}

/* "2 of 6 connections to mx1.example.com [192.0.2.1] show the certificate of 2026-08-11
 * (9a1c2b3d…), 4 of 6 that of 2026-11-18 (77ab0011…)"; NULL where all show one. */
static const char *list_leaves(const struct judge *j, const struct mx_host *host, size_t first)
{
	enum { SHOWN = 4 };
	const struct endpoint *e = &host->endpoints[first];
	unsigned all = count_turns(host, e, false);
	const char *list = NULL;
	size_t count = 0;
	for (size_t i = first; i < host->endpoint_count; i++) {
		const struct endpoint *o = &host->endpoints[i];
		if (!model_is_same_kind(o, e) || !shows_leaf(o) || is_met_before(host, i, true) ||
		    ++count > SHOWN)
			continue;
		unsigned turns = count_turns(host, o, true);
		const char *leaf = judge_leaf_name(j, &o->probe.chain[0]);
		list =
		    list ? arena_printf(j->arena, "%s, %u of %u that of %s", list, turns, all, leaf)
			 : arena_printf(j->arena,
			       "%u of %u connections to %s %s the certificate of %s", turns, all,
			       judge_where_all(j, host, e), turns == 1 ? "shows" : "show", leaf);
	}
	if (count > SHOWN)
		list = arena_printf(j->arena, "%s, and %zu more", list, count - SHOWN);
	return count > 1 ? list : NULL;
}

static void judge_inconsistent(struct judge *j, struct mx_host *host)
{
	for (size_t i = 0; i < host->endpoint_count; i++) {
		struct endpoint *e = &host->endpoints[i];
		const char *leaves = shows_leaf(e) && !is_met_before(host, i, false)
					 ? list_leaves(j, host, i)
					 : NULL;
		if (leaves)
			judge_add(j, FINDING_ENDPOINT_INCONSISTENT, at_key_type(host, e), NULL,
			    "%s.", leaves);
	}
}

void judge_host(struct judge *j, struct mx_host *host)
{
	judge_target(j, host);
	judge_no_address(j, host);
	judge_many_addresses(j, host);
	judge_family(j, host, host->a);
	judge_family(j, host, host->aaaa);
	judge_unsigned_addresses(j, host);
	judge_tlsa(j, host);
	for (size_t i = 0; i < host->endpoint_count; i++) {
		judge_endpoint(j, host, &host->endpoints[i]);
		judge_certificates(j, host, &host->endpoints[i]);
	}
	judge_disagreement(j, host);
	judge_inconsistent(j, host);
}
