/* discovery.c owns the choice of the TLSA base domain and RRset of a host (RFC 7672 §2.2.2, 2.2.3).
 */
#include "discovery.h"

#include <string.h>

#include "tlsa.h"

/* What both families together say about the host's addresses. */
struct addresses {
	bool found;
	enum dnssec_status dnssec;       /* of the RRsets that hold addresses, the worse */
	enum dnssec_status alias_dnssec; /* of the alias at the host's own name, the worse */
	const char *final;               /* where the addresses are */
};

static enum dnssec_status worse(enum dnssec_status a, enum dnssec_status b)
{
	return a > b ? a : b;
}

/* "Errors, bogus or indeterminate results" (RFC 7672 §2.2.2) are no ground to go on upon. */
static bool is_error(const struct lookup *l)
{
	return l->kind == ANSWER_FAILED || l->dnssec > DNSSEC_INSECURE;
}

/*
 * A family without records says nothing on where to look. Where two families differ the worse
 * counts: only what is secure for every address of the host makes it securely known.
 */
static struct addresses read_addresses(const struct mx_host *host)
{
	const struct lookup *families[] = {host->a, host->aaaa};
	struct addresses all = {0};
	for (size_t i = 0; i < 2; i++) {
		const struct lookup *l = families[i];
		if (!l || is_error(l) || l->kind != ANSWER_RECORDS)
			continue;
		all.dnssec = worse(all.dnssec, l->dnssec);
		all.alias_dnssec = worse(all.alias_dnssec, l->alias_dnssec);
		if (!all.found)
			all.final = l->final;
		all.found = true;
	}
	return all;
}

static bool is_alias(const struct mx_host *host, const struct addresses *addresses)
{
	return addresses->found && strcmp(addresses->final, host->name) != 0;
}

const char *discovery_alias_target(const struct mx_host *host)
{
	struct addresses all = read_addresses(host);
	return is_alias(host, &all) && all.dnssec == DNSSEC_SECURE ? all.final : NULL;
}

char *discovery_tlsa_owner(struct arena *arena, const char *name, uint16_t port)
{
	return arena_printf(arena, "_%u._tcp.%s", (unsigned)port, name);
}

struct candidate {
	const char *base;
	const struct lookup *lookup; /* NULL: its answer never came */
};

/* In the order to be tried; none where TLSA records cannot count. */
static size_t list_candidates(const struct mx_host *host, struct candidate out[static 2])
{
	struct addresses all = read_addresses(host);
	bool alias = is_alias(host, &all);
	size_t count = 0;
	if (!all.found)
		return 0;
	if (all.dnssec == DNSSEC_SECURE && alias)
		out[count++] = (struct candidate){all.final, host->tlsa_final};
	/* Out of a signed zone into an unsigned one: the owner of the alias may still vouch for it.
	 */
	if (all.dnssec == DNSSEC_SECURE || (alias && all.alias_dnssec == DNSSEC_SECURE))
		out[count++] = (struct candidate){host->name, host->tlsa_initial};
	return count;
}

static enum tlsa_state read_state(const struct lookup *l)
{
	if (!l || l->kind == ANSWER_FAILED || l->dnssec == DNSSEC_INDETERMINATE)
		return TLSA_STATE_FAILED;
	if (l->dnssec == DNSSEC_BOGUS)
		return TLSA_STATE_BOGUS;
	if (l->kind != ANSWER_RECORDS)
		return TLSA_STATE_ABSENT;
	return l->dnssec == DNSSEC_SECURE ? TLSA_STATE_USABLE : TLSA_STATE_INSECURE;
}

/*
 * The first candidate with a secure RRset, or the first whose lookup fails: an error must not lead
 * to the next name, or an attacker could pick. Else the first with unsigned records, or the first.
 */
static struct candidate choose(
    const struct candidate *candidates, size_t count, enum tlsa_state *state)
{
	struct candidate chosen = candidates[0];
	*state = TLSA_STATE_ABSENT;
	for (size_t i = 0; i < count; i++) {
		enum tlsa_state s = read_state(candidates[i].lookup);
		if (s == TLSA_STATE_ABSENT || (s == *state && s == TLSA_STATE_INSECURE))
			continue;
		chosen = candidates[i];
		*state = s;
		if (s != TLSA_STATE_INSECURE)
			break;
	}
	return chosen;
}

static bool any_usable(const struct mx_host *host)
{
	for (size_t i = 0; i < host->tlsa_count; i++)
		if (host->tlsa_records[i].defect == TLSA_DEFECT_NONE)
			return true;
	return false;
}

static void apply(struct arena *arena, struct mx_host *host, struct candidate chosen, uint16_t port)
{
	host->tlsa = chosen.lookup;
	host->tlsa_owner = discovery_tlsa_owner(arena, chosen.base, port);
	if (host->tlsa_state == TLSA_STATE_USABLE || host->tlsa_state == TLSA_STATE_INSECURE)
		host->tlsa_records =
		    tlsa_records_from_lookup(arena, chosen.lookup, &host->tlsa_count);
	if (host->tlsa_state != TLSA_STATE_USABLE)
		return;
	if (!any_usable(host))
		host->tlsa_state = TLSA_STATE_UNUSABLE;
	host->tlsa_base = host->sni = chosen.base;
}

static void read_families(struct mx_host *host)
{
	const struct lookup *families[] = {host->a, host->aaaa};
	bool asked = false;
	host->address_dnssec = DNSSEC_SECURE;
	host->deferred = false;
	for (size_t i = 0; i < 2; i++) {
		if (!families[i])
			continue;
		asked = true;
		host->address_dnssec = worse(host->address_dnssec, families[i]->dnssec);
		host->deferred |= is_error(families[i]);
	}
	if (!asked)
		host->address_dnssec = DNSSEC_INDETERMINATE;
}

void discovery_decide(struct arena *arena, struct mx_host *host, uint16_t port)
{
	struct candidate candidates[2];
	read_families(host);
	host->tlsa_state = TLSA_STATE_SKIPPED;
	host->tlsa_base = NULL;
	host->tlsa = NULL;
	host->tlsa_records = NULL;
	host->tlsa_count = 0;
	host->sni = host->name;
	host->tlsa_owner = discovery_tlsa_owner(arena, host->name, port);
	size_t count = list_candidates(host, candidates);
	if (count == 0)
		return;
	apply(arena, host, choose(candidates, count, &host->tlsa_state), port);
}
