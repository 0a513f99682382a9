/* judge_cause.c owns the causes of findings that names, answers, connections and paths show; those
 * that TLSA records show are in judge_cause_tlsa.c. */
#include "judge_cause.h"

#include <string.h>

#include "certificate.h"
#include "judge_fix.h"
#include "name.h"

void judge_blame(const struct judge *j, struct finding *f, struct blame blame)
{
	f->cause = blame.cause;
	if (blame.words)
		f->message = arena_printf(j->arena, "%s %s", f->message, blame.words);
}

/* ---- The path that usage 2 takes ---- */

/* The place of the first certificate that may have issued `of`; `count` if there is none. */
static size_t find_issuer(
    const struct certificate *chain, size_t count, const struct certificate *of, const bool *taken)
{
	size_t i = 0;
	while (i < count && (taken[i] || !chain[i].parsed || !certificate_may_issue(&chain[i], of)))
		i++;
	return i;
}

const bool *judge_mark_path(const struct judge *j, const struct endpoint *e)
{
	const struct certificate *chain = e->probe.chain;
	size_t count = e->probe.chain_count, at = 0;
	bool *taken = arena_array(j->arena, count, sizeof *taken);
	if (!count || !chain[0].parsed)
		return taken;
	while (at < count) {
		taken[at] = true;
		if ((e->dane.depth >= 0 && at == (size_t)e->dane.depth) || chain[at].self_issued)
			break;
		at = find_issuer(chain, count, &chain[at], taken);
	}
	return taken;
}

const char *judge_certificate_name(const struct judge *j, const struct certificate *c)
{
	if (c->key_only)
		return "the certificate";
	return arena_printf(j->arena, "the certificate of %s",
	    c->subject && *c->subject ? judge_escaped(j, c->subject) : "an empty subject");
}

/* What the certificate is said to do, where one of a path's breaks a rule. */
static const struct {
	enum cause cause;
	const char *does;
} faults[] = {
    {CAUSE_NOT_A_CA, "is not a CA certificate"},
    {CAUSE_PATH_LENGTH, "allows fewer certificates below it"},
    {CAUSE_KEY_USAGE, "has a keyUsage that does not allow what it is used for"},
    {CAUSE_EXT_KEY_USAGE, "has an extendedKeyUsage without serverAuth"},
    {CAUSE_NAME_CONSTRAINTS, "has names that its issuer's name constraints do not allow"},
    {CAUSE_BAD_SIGNATURE, "has a signature that is not its issuer's"},
    {CAUSE_KEY_TOO_SMALL, "has too small a key"},
    {CAUSE_NONE, "has an extension that forbids this use or cannot be read"},
};

struct blame judge_cause_of_path(const struct judge *j, const struct dane_verdict *v)
{
	size_t i = 0;
	if (!v->blamed)
		return (struct blame){v->cause, NULL};
	const char *name = judge_certificate_name(j, v->blamed);
	if (v->cause == CAUSE_CHAIN_GAP)
		return (struct blame){v->cause,
		    arena_printf(j->arena,
			"The server does not send the certificate of %s, which issued %s.",
			judge_escaped(j, v->blamed->issuer), name)};
	if (v->cause == CAUSE_NOT_LINKED)
		return (struct blame){v->cause,
		    arena_printf(j->arena,
			"The path ends at %s, which the trust anchor did not issue.", name)};
	while (faults[i].cause != v->cause && faults[i].cause != CAUSE_NONE)
		i++;
	return (struct blame){
	    v->cause, arena_printf(j->arena, "On that path %s %s.", name, faults[i].does)};
}

/* ---- The name in an MX record ---- */

/* What stands in front of `zone`, which the name ends in; NULL if it does not. */
static const char *cut_zone(const struct judge *j, const char *name, const char *zone)
{
	size_t length = strlen(name), end = strlen(zone);
	if (length <= end + 1 || name[length - end - 1] != '.' ||
	    !name_equal(name + length - end, zone))
		return NULL;
	return arena_strndup(j->arena, name, length - end - 1);
}

/* The zone's apex is the domain's name or above it; a name that has it twice is a slip anyway. */
static const char *find_doubled_zone(const struct judge *j, const char *name)
{
	const char *zone = j->report->domain;
	for (const char *dot; (dot = strchr(zone, '.')); zone = dot + 1) {
		const char *front = cut_zone(j, name, zone);
		if (front && (name_equal(front, zone) || cut_zone(j, front, zone)))
			return zone;
	}
	return NULL;
}

struct blame judge_cause_of_target(const struct judge *j, const struct mx_host *host)
{
	const char *front = cut_zone(j, host->name, j->report->domain);
	const char *address = front && name_is_address(front) ? front : host->name;
	if (j->report->mx_kind == MX_KIND_IMPLICIT)
		return (struct blame){0};
	if (name_is_address(address))
		return (struct blame){CAUSE_MX_IS_ADDRESS,
		    arena_printf(j->arena, "%s is an IP address; an MX record must name a host.",
			judge_escaped(j, address))};
	const char *zone = find_doubled_zone(j, host->name);
	if (zone)
		return (struct blame){CAUSE_MISSING_DOT,
		    arena_printf(j->arena,
			"The name ends in %s twice: its final dot is missing in the zone file.",
			judge_escaped(j, zone))};
	return (struct blame){0};
}

/* ---- A connection that failed ---- */

static const char DEMANDS[] = "It asks for a client certificate, which senders do not show.";
static const char ANONYMOUS[] = "It accepts only cipher suites without a certificate.";
static const char INSPECTED[] = "A firewall that inspects SMTP rewrites what the server says.";

struct blame judge_cause_of_failure(const struct judge *j, const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (p->limited)
		return (struct blame){CAUSE_CONNECTION_LIMIT, NULL};
	if (p->demands_certificate)
		return (struct blame){CAUSE_CLIENT_CERTIFICATE, DEMANDS};
	if (p->anonymous)
		return (struct blame){CAUSE_ANONYMOUS_ONLY, ANONYMOUS};
	if (p->inspected && p->stage < SMTP_STAGE_HANDSHAKE)
		return (struct blame){CAUSE_SMTP_INSPECTION, INSPECTED};
	if (p->failure == PROBE_FAILURE_SMTP_PROTOCOL && p->timed_out &&
	    p->stage == SMTP_STAGE_GREETING && !p->greeting)
		return (struct blame){
		    CAUSE_GREETING_DELAY, arena_printf(j->arena,
					      "No greeting came within %u s: postscreen or a "
					      "tarpit may hold it back.",
					      j->params->timeout_ms / 1000)};
	return (struct blame){0};
}

/* ---- A lookup that failed ---- */

const char *judge_lookup_error(const struct judge *j, const struct lookup *l)
{
	const char *words = judge_escaped(j, l ? l->error : NULL);
	for (size_t i = 0; l && i < l->ede_count; i++) {
		const struct extended_error *e = &l->ede[i];
		const char *name = lookup_error_name(e->code);
		words = arena_printf(j->arena, "%s (extended DNS error %u%s%s%s%s%s)", words,
		    e->code, name ? ", " : "", name ? name : "", *e->text ? ": \"" : "",
		    judge_escaped(j, e->text), *e->text ? "\"" : "");
	}
	return words;
}

/* RFC 8914 §4.23, 4.24 */
static bool is_lame(const struct lookup *l)
{
	enum { NO_REACHABLE_AUTHORITY = 22, NETWORK_ERROR = 23 };
	for (size_t i = 0; i < l->ede_count; i++)
		if (l->ede[i].code == NO_REACHABLE_AUTHORITY || l->ede[i].code == NETWORK_ERROR)
			return true;
	return false;
}

static struct blame blame_resolver(const struct judge *j, const struct lookup *l)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *address = address_text(&l->resolver, text);
	if (l->doubt == RESOLVER_DOUBT_PROVEN)
		return (struct blame){CAUSE_RESOLVER_FAILS,
		    arena_printf(j->arena,
			"Another resolver, %s, finds the answer secure: the one asked first is at "
			"fault.",
			address)};
	if (l->kind == ANSWER_FAILED && is_lame(l))
		return (struct blame){CAUSE_LAME,
		    "The resolver reaches no name server of the zone that answers for it."};
	if (l->doubt == RESOLVER_DOUBT_ALONE)
		return (struct blame){CAUSE_NONE,
		    arena_printf(j->arena,
			"Only %s was asked: try another resolver with --resolver.", address)};
	return (struct blame){0};
}

/* ---- An answer that is not proven ---- */

static struct blame blame_missing_ds(const struct judge *j, const struct broken_link *b)
{
	return (struct blame){
	    CAUSE_DS_MISSING, arena_printf(j->arena,
				  "%s is signed; only its DS record is missing in the parent zone.",
				  judge_escaped(j, b->name))};
}

static struct blame find_cause(const struct judge *j, const struct lookup *l)
{
	const struct broken_link *b = &l->broken;
	const char *name = judge_escaped(j, b->name);
	if (b->cause == CAUSE_ENT_NXDOMAIN)
		return (struct blame){b->cause,
		    arena_printf(j->arena,
			"The answer at %s is NXDOMAIN, yet its own denial shows a name there or "
			"below: resolvers that believe it deny all names below.",
			name)};
	if (b->cause == CAUSE_NONE || l->doubt == RESOLVER_DOUBT_PROVEN)
		return blame_resolver(j, l);
	if (l->dnssec == DNSSEC_BOGUS) /* the error says it */
		return (struct blame){b->cause, NULL};
	if (b->cause == CAUSE_ALIAS_LOOP)
		return (struct blame){b->cause,
		    arena_printf(j->arena, "%s is an alias that leads back to itself.", name)};
	if (b->behind_alias)
		return (struct blame){CAUSE_ALIAS_UNSIGNED,
		    arena_printf(j->arena, "%s is an alias of %s, and %s is not signed%s.",
			judge_escaped(j, l->asked), judge_escaped(j, l->final), name,
			b->cause == CAUSE_DS_MISSING ? " as far as its parent zone says" : "")};
	if (b->cause == CAUSE_DS_MISSING)
		return blame_missing_ds(j, b);
	if (lookup_insecure_cause(l) == CAUSE_ZONE_UNSIGNED)
		return (struct blame){CAUSE_ZONE_UNSIGNED,
		    arena_printf(j->arena, "The zone %s is not signed.", name)};
	return (struct blame){CAUSE_OPT_OUT,
	    arena_printf(j->arena,
		"%s is in an opt-out span of the NSEC3 records, which prove nothing about it.",
		name)};
}

/* NULL: what fixes the finding does. */
static const char *fix_cause(const struct judge *j, enum cause cause, const struct lookup *l)
{
	switch (cause) {
	case CAUSE_RESOLVER_FAILS:
		return "Name that resolver, or another one that validates, with --resolver.";
	case CAUSE_ALIAS_LOOP:
		return arena_printf(j->arena,
		    "Let the CNAME record at %s lead to a name that has the records, or delete it.",
		    judge_escaped(j, l->broken.name));
	case CAUSE_ENT_NXDOMAIN:
		return arena_printf(j->arena,
		    "Make the name servers answer NOERROR without records, not NXDOMAIN, at %s: "
		    "update them, with PowerDNS run \"pdnsutil rectify-zone\". Until then another "
		    "resolver may find the records.",
		    judge_escaped(j, l->broken.name));
	case CAUSE_LAME:
		return arena_printf(j->arena,
		    "Make the name servers to which the zone of %s is delegated answer for it, "
		    "over UDP "
		    "and TCP, or correct the delegation.",
		    judge_escaped(j, l->asked));
	default: return NULL;
	}
}

void judge_blame_lookup(struct judge *j, struct finding *f, const struct lookup *l)
{
	if (!l)
		return;
	judge_blame(j, f, find_cause(j, l));
	const char *fix = fix_cause(j, f->cause, l);
	if (!fix)
		return;
	f->actions = (struct action_list){0};
	judge_fix_step(j, &f->actions, ACTION_CONFIGURE,
	    f->cause == CAUSE_RESOLVER_FAILS ? ACTION_AT_RESOLVER : ACTION_AT_SERVER, NULL, fix);
	f->fix = judge_fix_text(j, f);
}
