/* judge_host.c owns the findings on an MX host's name and addresses. */
#include <string.h>

#include "judge_internal.h"
#include "limit.h"
#include "name.h"
#include "senders.h"

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
	return l && l->kind != ANSWER_FAILED && l->dnssec != DNSSEC_BOGUS &&
	       strcmp(l->asked, l->final) != 0;
}

/* A domain that is its own host may be an alias (RFC 5321 §5.1); an MX target may not. */
static void judge_target(struct judge *j, struct mx_host *host)
{
	const struct lookup *alias = is_alias(host->a) ? host->a : host->aaaa;
	if (j->report->mx_kind == MX_KIND_IMPLICIT)
		return;
	if (is_alias(alias))
		judge_add(j, FINDING_MX_TARGET_ALIAS, at_host(host), NULL,
		    "The MX host %s is an alias of %s.", judge_shown(j, host->name),
		    judge_shown(j, alias->final));
	if (!host->target_valid || !name_is_strict_host(host->name))
		judge_add(j, FINDING_MX_TARGET_INVALID, at_host(host), NULL,
		    "The MX target \"%s\" is no host name.", judge_shown(j, host->name));
}

/* The address lookup whose answer a record below the name has taken away, or NULL. */
static const struct lookup *shadow_of(const struct mx_host *host)
{
	return host->a && host->a->shadowed         ? host->a
	       : host->aaaa && host->aaaa->shadowed ? host->aaaa
						    : NULL;
}

static const char *shadow_words(const struct judge *j, const struct mx_host *host)
{
	const struct lookup *l = shadow_of(host);
	return l ? arena_printf(j->arena,
		       " %s exists only because of %s, so the wildcard %s no longer applies.",
		       judge_shown(j, l->final), judge_shown(j, l->shadowed_by),
		       judge_shown(j, l->shadowed))
		 : "";
}

static void judge_no_address(struct judge *j, struct mx_host *host)
{
	const char *name = judge_shown(j, host->name);
	if (!host->target_valid)
		judge_add(j, FINDING_HOST_NO_ADDRESS, at_host(host), NULL,
		    "The MX target \"%s\" cannot have addresses.", name);
	else if (senders_host_lacks_address(host))
		judge_add(j, FINDING_HOST_NO_ADDRESS, at_host(host), NULL, "%s has no %s.%s", name,
		    !host->aaaa ? "IPv4 address (IPv6 was not asked for)"
		    : !host->a  ? "IPv6 address (IPv4 was not asked for)"
				: "address, neither IPv4 nor IPv6",
		    shadow_words(j, host))
		    ->cause = shadow_of(host) ? CAUSE_WILDCARD_SHADOWED : CAUSE_NONE;
}

static void judge_many_addresses(struct judge *j, struct mx_host *host)
{
	if (host->addresses_cut)
		judge_add(j, FINDING_MX_TOO_MANY, at_host(host), NULL,
		    "%s has more than %d addresses; only %d of them are checked.",
		    judge_shown(j, host->name), LIMIT_HOST_ADDRESSES, LIMIT_HOST_ADDRESSES);
}

static void judge_bogus(struct judge *j, struct mx_host *host, const struct lookup *l)
{
	bool ipv4 = l == host->a;
	const char *rest =
	    has_good_addresses(other_family(host, l))
		? arena_printf(j->arena,
		      "; senders may give the host up for it, Postfix delivers by %s",
		      ipv4 ? "IPv6" : "IPv4")
		: "";
	judge_add(j, FINDING_ADDRESS_BOGUS, at_host(host), NULL,
	    "The %s records of %s fail DNSSEC validation: %s%s.", lookup_type_name(l->type),
	    judge_shown(j, host->name), judge_shown(j, l->error), rest);
}

static void judge_family(struct judge *j, struct mx_host *host, const struct lookup *l)
{
	if (!l)
		return;
	if (l->dnssec == DNSSEC_BOGUS)
		judge_bogus(j, host, l);
	else if (judge_lookup_failed(l) && !judge_excused(j, at_host(host), l))
		judge_add(j, FINDING_ADDRESS_LOOKUP_FAILED, at_host(host), NULL,
		    "The %s lookup of %s failed: %s.", lookup_type_name(l->type),
		    judge_shown(j, host->name), judge_shown(j, l->error));
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
	judge_add(j, FINDING_ADDRESS_INSECURE, at_host(host),
	    arena_printf(j->arena,
		"Sign the zone of %s with DNSSEC and have its DS record published by the parent "
		"zone.",
		judge_shown(j, host->name)),
	    "The address records of %s are not signed, so its TLSA records would not count.",
	    judge_shown(j, host->name));
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

/* Half a roll-over: what a sender finds depends on which endpoint it meets. */
static void judge_disagreement(struct judge *j, struct mx_host *host)
{
	size_t good = 0, bad = 0;
	for (size_t i = 0; i < host->endpoint_count; i++) {
		enum dane_result result = host->endpoints[i].dane.result;
		good += result == DANE_RESULT_VERIFIED;
		bad += judge_dane_failed(result);
	}
	if (!good || !bad)
		return;
	const char *records = judge_records_for(j, host, true);
	const char *fix =
	    records
		? arena_printf(j->arena,
		      "%s\n; beside the records that are there, until all present one key", records)
		: NULL;
	judge_add(j, FINDING_DANE_ROLLOVER_PARTIAL, at_host(host), fix,
	    "%zu of %zu endpoints of %s present%s a certificate that its TLSA records do not "
	    "authenticate: %s.",
	    bad, good + bad, judge_shown(j, host->name), bad == 1 ? "s" : "",
	    list_failing(j, host));
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
}
