/* judge_tlsa.c owns the findings on a host's TLSA lookup and records. */
#include "judge_internal.h"

enum { LONGEST_TTL = 2 * 86400 }; /* seconds; RFC 7671 §8 warns of long ones */

static const char *shown_owner(const struct judge *j, const struct mx_host *host)
{
	return judge_shown(j, host->tlsa_owner);
}

/* The wildcard whose CNAME answers at the owner name and leads out of the signed tree, or NULL. */
static const char *wildcard_alias(const struct mx_host *host)
{
	const struct lookup *l = host->tlsa;
	const struct expansion *e = l && l->alias ? lookup_find_expansion(l, l->asked) : NULL;
	return e && l->dnssec == DNSSEC_INSECURE ? e->wildcard : NULL;
}

static void blame_wildcard(struct judge *j, const struct mx_host *host, struct finding *f)
{
	const char *wildcard = wildcard_alias(host);
	if (!wildcard)
		return;
	f->cause = CAUSE_WILDCARD_CNAME;
	f->message = arena_printf(j->arena, "%s The wildcard %s answers there, and leads to %s.",
	    f->message, judge_shown(j, wildcard), judge_shown(j, host->tlsa->final));
}

static void judge_absent(struct judge *j, struct mx_host *host)
{
	bool insecure = host->tlsa && host->tlsa->dnssec == DNSSEC_INSECURE;
	struct finding *f = judge_add(j, FINDING_TLSA_ABSENT, at_host(host), NULL,
	    "There is no TLSA record at %s%s.", shown_owner(j, host),
	    insecure ? "; the answer that says so is not signed" : "");
	blame_wildcard(j, host, f);
}

static void judge_insecure(struct judge *j, struct mx_host *host)
{
	struct finding *f = judge_add(j, FINDING_TLSA_INSECURE, at_host(host), NULL,
	    "The TLSA records at %s are not signed, so senders ignore them.", shown_owner(j, host));
	blame_wildcard(j, host, f);
}

static void judge_failed(struct judge *j, struct mx_host *host)
{
	if (host->tlsa && judge_excused(j, at_host(host), host->tlsa))
		return;
	judge_add(j, FINDING_TLSA_LOOKUP_FAILED, at_host(host), NULL,
	    "The TLSA lookup at %s failed: %s; DANE senders do not deliver to this host.",
	    shown_owner(j, host), judge_shown(j, host->tlsa ? host->tlsa->error : NULL));
}

static void judge_state(struct judge *j, struct mx_host *host)
{
	switch (host->tlsa_state) {
	case TLSA_STATE_ABSENT: judge_absent(j, host); break;
	case TLSA_STATE_INSECURE: judge_insecure(j, host); break;
	case TLSA_STATE_BOGUS:
		judge_add(j, FINDING_TLSA_BOGUS, at_host(host), NULL,
		    "The TLSA answer at %s fails DNSSEC validation: %s; DANE senders do not "
		    "deliver to this host.",
		    shown_owner(j, host), judge_shown(j, host->tlsa->error));
		break;
	case TLSA_STATE_FAILED: judge_failed(j, host); break;
	case TLSA_STATE_UNUSABLE:
		judge_add(j, FINDING_TLSA_UNUSABLE, at_host(host), NULL,
		    "None of the TLSA records at %s can be used: senders must encrypt, but cannot "
		    "authenticate the server.",
		    shown_owner(j, host));
		break;
	case TLSA_STATE_SKIPPED:
	case TLSA_STATE_USABLE: break;
	}
}

static void judge_defect(struct judge *j, struct mx_host *host, const struct tlsa_record *r)
{
	const char *name = judge_record_name(j, r);
	if (r->defect == TLSA_DEFECT_PKIX_USAGE)
		judge_add(j, FINDING_TLSA_PKIX_USAGE, at_host(host), NULL,
		    "The TLSA record %s at %s has usage %u, which has no meaning in SMTP.", name,
		    shown_owner(j, host), r->usage);
	else
		judge_add(j, FINDING_TLSA_RECORD_UNUSABLE, at_host(host), NULL,
		    "The TLSA record %s at %s cannot be used: %s%s.", name, shown_owner(j, host),
		    tlsa_defect_text(r->defect),
		    r->defect == TLSA_DEFECT_EMPTY ? "; some senders then reject the whole RRset"
						   : "");
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
	/* RFC 7671 §8: each kind of record must fit what is presented by itself. */
	const char *rest = kind_matches(host, r)
			       ? ", which is right for a key that is to come"
			       : arena_printf(j->arena,
				     ", nor does any other with the parameters %u %u %u: a sender "
				     "that knows only these could not authenticate the server",
				     r->usage, r->selector, r->mtype);
	judge_add(j, FINDING_TLSA_NO_MATCH_YET, at_host(host), NULL,
	    "The TLSA record %s at %s matches nothing that is presented now%s.",
	    judge_record_name(j, r), shown_owner(j, host), rest);
}

static void judge_record(struct judge *j, struct mx_host *host, const struct tlsa_record *r)
{
	if (r->defect != TLSA_DEFECT_NONE) {
		judge_defect(j, host, r);
		return;
	}
	if (r->usage == 2 && r->mtype == 0)
		judge_add(j, FINDING_TLSA_WEAK_TA, at_host(host), NULL,
		    "The TLSA record %s at %s holds a whole %s: it is bulky, and not every sender "
		    "can use a trust anchor that the server does not send.",
		    judge_record_name(j, r), shown_owner(j, host),
		    r->selector ? "key" : "certificate");
	if (!r->active)
		judge_add(j, FINDING_TLSA_SUPERSEDED, at_host(host), NULL,
		    "The TLSA record %s at %s is ignored, since a stronger digest is published "
		    "for the same usage and selector.",
		    judge_record_name(j, r), shown_owner(j, host));
	if (!r->matched && any_verified(host))
		judge_unmatched(j, host, r);
}

static void judge_records(struct judge *j, struct mx_host *host)
{
	const struct lookup *l = host->tlsa;
	for (size_t i = 0; i < host->tlsa_count; i++)
		judge_record(j, host, &host->tlsa_records[i]);
	if (l && l->duplicates)
		judge_add(j, FINDING_TLSA_DUPLICATE, at_host(host), NULL,
		    "The zone file has %zu TLSA record%s at %s twice.", l->duplicates,
		    l->duplicates == 1 ? "" : "s", shown_owner(j, host));
	if (l && l->original_ttl > LONGEST_TTL)
		judge_add(j, FINDING_TLSA_TTL_LONG, at_host(host), NULL,
		    "The TLSA records at %s may be cached for %u seconds, more than two days: a "
		    "roll-over takes as long.",
		    shown_owner(j, host), l->original_ttl);
}

void judge_tlsa(struct judge *j, struct mx_host *host)
{
	judge_state(j, host);
	/* Records that do not count have no faults worth mending one by one. */
	if (host->tlsa_state == TLSA_STATE_USABLE || host->tlsa_state == TLSA_STATE_UNUSABLE)
		judge_records(j, host);
	if (host->tlsa)
		judge_signature(j, at_host(host), host->tlsa);
}
