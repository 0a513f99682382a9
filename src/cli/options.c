/* options.c - the table of options, and the command line as a whole: --help, splitting by
 * getopt_long, what may not stand together. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "escape.h"
#include "layout.h"
#include "limit.h"
#include "option_values.h"

/* The columns of --help: where the descriptions begin, and where lines end. */
enum { HELP_INDENT = 28, HELP_WIDTH = 79 };

#define FIELD(name) offsetof(struct params, name)

static const struct params_choice fail_statuses[] = {
    {"warning", STATUS_WARNING}, {"critical", STATUS_CRITICAL}, {NULL, 0}};
static const struct params_choice outputs[] = {{"text", OUTPUT_TEXT}, {"json", OUTPUT_JSON},
    {"nagios", OUTPUT_NAGIOS}, {"prometheus", OUTPUT_PROMETHEUS}, {"junit", OUTPUT_JUNIT},
    {"tlsa", OUTPUT_TLSA}, {"sarif", OUTPUT_SARIF}, {"github", OUTPUT_GITHUB},
    {"nsupdate", OUTPUT_NSUPDATE}, {NULL, 0}};
static const struct params_choice whens[] = {
    {"auto", WHEN_AUTO}, {"always", WHEN_ALWAYS}, {"never", WHEN_NEVER}, {NULL, 0}};

const struct params options_defaults = {
    .port = 25,
    .timeout_ms = 10 * 1000,
    .deadline_ms = 60 * 1000,
    .jobs = 64,
    .per_host = 4,
    .repeat = 1,
    .warn_days = 14,
    .fail_on = STATUS_WARNING,
};

const struct option_spec options_table[OPTION_COUNT] = {
    [OPTION_FILE] = {.heading = "What to check",
	.name = "--file",
	.letter = 'f',
	.argument = "FILE",
	.take = options_take_text,
	.offset = FIELD(file),
	.help =
	    "read domains from FILE, one per line; '#' starts a comment; '-' is standard input"},
    [OPTION_MX] = {.name = "--mx",
	.argument = "HOST",
	.take = options_take_mx,
	.help = "check HOST as if it were the domain's only MX; repeatable. Without a DOMAIN: HOST "
		"alone"},
    [OPTION_PORT] = {.name = "--port",
	.letter = 'p',
	.argument = "N",
	.take = options_take_number,
	.offset = FIELD(port),
	.minimum = 1,
	.maximum = UINT16_MAX,
	.scale = 1,
	.help = "SMTP port, also in the TLSA records' names"},
    [OPTION_IPV4] = {.name = "-4",
	.letter = '4',
	.take = options_take_constant,
	.offset = FIELD(family),
	.value = FAMILY_IPV4,
	.help = "IPv4 only"},
    [OPTION_IPV6] = {.name = "-6",
	.letter = '6',
	.take = options_take_constant,
	.offset = FIELD(family),
	.value = FAMILY_IPV6,
	.help = "IPv6 only"},
    [OPTION_RESERVED] = {.name = "--reserved",
	.take = options_take_flag,
	.offset = FIELD(reserved),
	.help = "also connect to special-purpose addresses (private, loopback, ...)"},
    [OPTION_AUTHORITATIVE] = {.name = "--authoritative",
	.letter = 'a',
	.take = options_take_flag,
	.offset = FIELD(authoritative),
	.help = "also ask every authoritative name server of the domain's zone and of the MX "
		"hosts' zones, each by itself"},
    [OPTION_ZONE] = {.name = "--zone",
	.argument = "[NAME=]FILE",
	.take = options_take_zone,
	.help = "use the proposed DNS data in FILE, a zone file (with NAME as its origin): the "
		"whole zone if it has an SOA record, otherwise single RRsets overlaid on live DNS; "
		"repeatable. Without a DOMAIN: check every mail domain in it"},
    [OPTION_CHAIN] = {.name = "--chain",
	.argument = "[HOST=]FILE",
	.take = options_take_chain,
	.help = "judge the proposed certificate chain in FILE (PEM, leaf first), or its public key "
		"or certificate request, in place of what HOST (without HOST=: every host) "
		"presents; repeatable, twice for one HOST for its two key types"},
    [OPTION_PLAN] = {.name = "--plan",
	.take = options_take_flag,
	.offset = FIELD(plan),
	.help = "with --chain: print how to get there without losing mail, as dated steps: which "
		"TLSA records to publish, when to deploy, which records to delete"},
    [OPTION_AT] = {.name = "--at",
	.argument = "TIME",
	.take = options_take_at,
	.help = "judge certificates as of TIME, such as 2027-01-31 (00:00 UTC), "
		"2027-01-31T12:00:00Z or +30d"},

    [OPTION_RESOLVER] = {.heading = "How to look up and connect",
	.name = "--resolver",
	.letter = 'r',
	.argument = "SERVER",
	.take = options_take_resolver,
	.help = "use the resolver ADDR[@PORT] over TCP, or tls://ADDR[@PORT]#NAME over TLS, in "
		"place of those in /etc/resolv.conf; repeatable, tried in order"},
    [OPTION_DNSSEC] = {.name = "--dnssec",
	.argument = "MODE",
	.take = options_take_choice,
	.offset = FIELD(dnssec),
	.choices = params_dnssec_modes,
	.help = "validate here, from the root down, or trust the resolver's AD bit"},
    [OPTION_TRUST_ANCHOR] = {.name = "--trust-anchor",
	.argument = "FILE",
	.take = options_take_text,
	.offset = FIELD(trust_anchor),
	.help = "DNSSEC trust anchor, DS or DNSKEY records, in place of the system's root key"},
    [OPTION_CA_FILE] = {.name = "--ca-file",
	.argument = "FILE",
	.take = options_take_text,
	.offset = FIELD(ca_file),
	.help = "PKIX trust anchors (PEM) in place of the system's trust store"},
    [OPTION_PROXY] = {.name = "--proxy",
	.argument = "URL",
	.take = options_take_proxy,
	.help =
	    "reach mail servers and policy hosts through the SOCKS proxy "
	    "socks5://[USER:PASSWORD@]HOST[:PORT] (default port 1080); DNS never goes through it"},
    [OPTION_EHLO] = {.name = "--ehlo",
	.argument = "NAME",
	.take = options_take_ehlo,
	.help = "name to give in EHLO in place of this host's"},
    [OPTION_KEY_TYPES] = {.name = "--key-types",
	.letter = 'k',
	.argument = "MODE",
	.take = options_take_choice,
	.offset = FIELD(key_types),
	.choices = params_key_types,
	.help = "one connection for each key type, or only one, with the key type that the server "
		"picks"},
    [OPTION_TIMEOUT] = {.name = "--timeout",
	.letter = 't',
	.argument = "SECONDS",
	.take = options_take_number,
	.offset = FIELD(timeout_ms),
	.minimum = 1,
	.maximum = 600,
	.scale = 1000,
	.help = "time limit of a network step"},
    [OPTION_DEADLINE] = {.name = "--deadline",
	.argument = "SECONDS",
	.take = options_take_number,
	.offset = FIELD(deadline_ms),
	.minimum = 1,
	.maximum = 86400,
	.scale = 1000,
	.help = "time limit of one domain"},
    [OPTION_JOBS] = {.name = "--jobs",
	.letter = 'j',
	.argument = "N",
	.take = options_take_number,
	.offset = FIELD(jobs),
	.minimum = 1,
	.maximum = 10000,
	.scale = 1,
	.help = "domains to check at once"},
    [OPTION_PER_HOST] = {.name = "--per-host",
	.argument = "N",
	.take = options_take_number,
	.offset = FIELD(per_host),
	.minimum = 1,
	.maximum = 100,
	.scale = 1,
	.help = "connections to one address at once"},
    [OPTION_REPEAT] = {.name = "--repeat",
	.argument = "N",
	.take = options_take_number,
	.offset = FIELD(repeat),
	.minimum = 1,
	.maximum = LIMIT_REPEAT,
	.scale = 1,
	.help = "connections to each address for each key type, to see machines behind it that "
		"differ"},

    [OPTION_REQUIRE] = {.heading = "How to judge",
	.name = "--require",
	.argument = "WHAT",
	.take = options_take_choice,
	.offset = FIELD(require),
	.choices = params_requirements,
	.help = "protection that the domain must have for status ok"},
    [OPTION_WARN_DAYS] = {.name = "--warn-days",
	.argument = "N",
	.take = options_take_number,
	.offset = FIELD(warn_days),
	.minimum = 0,
	.maximum = 3650,
	.scale = 1,
	.help = "warn when a certificate or signature expires within N days"},
    [OPTION_IGNORE] = {.name = "--ignore",
	.argument = "CODE[,CODE...]",
	.take = options_take_ignore,
	.help = "findings that do not count for the status; repeatable"},
    [OPTION_FAIL_ON] = {.name = "--fail-on",
	.argument = "STATUS",
	.take = options_take_choice,
	.offset = FIELD(fail_on),
	.choices = fail_statuses,
	.help = "lowest status that gives a non-zero exit status; unknown always does"},
    [OPTION_BASELINE] = {.name = "--baseline",
	.argument = "FILE",
	.take = options_take_text,
	.offset = FIELD(baseline),
	.help =
	    "only findings that FILE, an earlier run's JSON output, does not have count for the "
	    "exit status and --quiet"},
    [OPTION_WAIT] = {.name = "--wait",
	.argument = "DURATION",
	.take = options_take_duration,
	.offset = FIELD(wait_seconds),
	.help = "of one domain: look again until its status is ok, or until the change that --zone "
		"or --chain proposes can be made now, for DURATION at the longest, such as 90s, "
		"30m, 4h or 2d"},

    [OPTION_OUTPUT] = {.heading = "What to print",
	.name = "--output",
	.letter = 'o',
	.argument = "FORMAT",
	.take = options_take_choice,
	.offset = FIELD(output),
	.choices = outputs,
	.help = "format of the report"},
    [OPTION_UNORDERED] = {.name = "--unordered",
	.take = options_take_flag,
	.offset = FIELD(unordered),
	.help = "json only: print each domain as it finishes"},
    [OPTION_RESUME] = {.name = "--resume",
	.argument = "FILE",
	.take = options_take_text,
	.offset = FIELD(resume),
	.help = "json only: skip domains that FILE, an earlier run's output, holds already"},
    [OPTION_QUIET] = {.name = "--quiet",
	.letter = 'q',
	.take = options_take_flag,
	.offset = FIELD(quiet),
	.help = "print only domains whose status is not ok"},
    [OPTION_VERBOSE] = {.name = "--verbose",
	.letter = 'v',
	.take = options_take_flag,
	.offset = FIELD(verbose),
	.help = "print every record and certificate, and the SMTP dialogue"},
    [OPTION_COLOR] = {.name = "--color",
	.argument = "WHEN",
	.take = options_take_choice,
	.offset = FIELD(color),
	.choices = whens,
	.help = "colors in the text report"},
    [OPTION_PROGRESS] = {.name = "--progress",
	.argument = "WHEN",
	.take = options_take_choice,
	.offset = FIELD(progress),
	.choices = whens,
	.help = "a progress line on standard error"},

    [OPTION_EXPLAIN] = {.heading = "Help",
	.name = "--explain",
	.argument = "WORD",
	.take = options_take_explain,
	.help = "explain a finding, a cause or a sender's log or bounce text; list: all codes"},
    [OPTION_HELP] = {.name = "--help",
	.letter = 'h',
	.take = options_take_help,
	.help = "print this text"},
    [OPTION_VERSION] = {.name = "--version",
	.letter = 'V',
	.take = options_take_version,
	.help = "print the versions of the program and its libraries"},
};

static unsigned default_of(const struct option_spec *spec)
{
	return *(const unsigned *)((const char *)&options_defaults + spec->offset);
}

static void describe_choices(struct buffer *out, const struct option_spec *spec)
{
	for (const struct params_choice *c = spec->choices; c->name; c++)
		buffer_printf(out, "%s%s%s", c == spec->choices ? ": " : ", ", c->name,
		    c->value == default_of(spec) ? " (default)" : "");
}

/* The help sentence with what the table knows of the value: range, choices, default. */
static void describe(struct buffer *out, const struct option_spec *spec)
{
	buffer_add_text(out, spec->help);
	if (spec->take == options_take_number)
		buffer_printf(out, " (%u to %u; default %u)", spec->minimum, spec->maximum,
		    default_of(spec) / spec->scale);
	if (spec->choices)
		describe_choices(out, spec);
}

static void add_option(struct buffer *out, const struct option_spec *spec)
{
	char left[HELP_INDENT * 2];
	struct buffer text = {0};
	int length;

	if (strncmp(spec->name, "--", 2) != 0)
		length = snprintf(left, sizeof left, "  %s", spec->name);
	else
		length = snprintf(left, sizeof left, "  %c%c%c %s%s%s", spec->letter ? '-' : ' ',
		    spec->letter ? spec->letter : ' ', spec->letter ? ',' : ' ', spec->name,
		    spec->argument ? " " : "", spec->argument ? spec->argument : "");
	buffer_add_text(out, left);
	if (length >= HELP_INDENT) {
		buffer_add(out, "\n", 1);
		length = 0;
	}
	describe(&text, spec);
	layout_paragraph(out, HELP_WIDTH, (size_t)length, HELP_INDENT, buffer_text(&text));
	buffer_reset(&text);
}

void options_print_usage(struct buffer *out)
{
	buffer_add_text(out,
	    "Usage: mxdane [OPTION]... DOMAIN...\n"
	    "       mxdane [OPTION]... --file FILE\n"
	    "       mxdane [OPTION]... --mx HOST\n"
	    "       mxdane [OPTION]... --zone FILE\n"
	    "       mxdane --explain WORD\n"
	    "\n"
	    "Says what happens to mail for a domain when the sender enforces DANE, when it\n"
	    "enforces MTA-STS and when it enforces neither, and why.\n");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (options_table[i].heading)
			buffer_printf(out, "\n%s:\n", options_table[i].heading);
		add_option(out, &options_table[i]);
	}
	buffer_add_text(out,
	    "\n"
	    "Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or usage error; with\n"
	    "several domains the worst, in the order ok, warning, unknown, critical.\n"
	    "mxdane(1) lists the codes of the findings.\n");
}

/* What getopt_long returns for a long option: beyond every letter, so that both forms tell apart.
 */
enum { LONG_OPTION = 256 };

/* Options that cannot be used together whatever their values. */
static const struct {
	enum option_id one, other;
	const char *why;
} exclusions[] = {
    {OPTION_IPV4, OPTION_IPV6, "leave out both for both families"},
    {OPTION_MX, OPTION_FILE, "--mx is for one domain"},
    {OPTION_QUIET, OPTION_VERBOSE, "one prints less, the other more"},
    {OPTION_BASELINE, OPTION_RESUME, "one compares with an earlier run, the other continues it"},
    {OPTION_WAIT, OPTION_FILE, "--wait is for one domain"},
    {OPTION_WAIT, OPTION_RESUME, "--wait is for one domain"},
    {OPTION_PLAN, OPTION_WAIT, "a plan says from when each step is allowed"},
    {OPTION_EXPLAIN, OPTION_FILE, "--explain checks nothing"},
};

static bool is_long(const struct option_spec *spec)
{
	return strncmp(spec->name, "--", 2) == 0;
}

/* getopt_long's two descriptions of the table. */
static void describe_to_getopt(char *letters, struct option *longs)
{
	*letters++ = ':'; /* tells a missing argument from an unknown option */
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_spec *spec = &options_table[i];
		if (spec->letter) {
			*letters++ = spec->letter;
			if (spec->argument)
				*letters++ = ':';
		}
		if (is_long(spec))
			*longs++ = (struct option){.name = spec->name + 2,
			    .has_arg = spec->argument ? required_argument : no_argument,
			    .val = LONG_OPTION + (int)i};
	}
	*letters = '\0';
	*longs = (struct option){0};
}

/* The option that getopt_long's result stands for; NULL if none. */
static const struct option_spec *find_spec(int result)
{
	if (result >= LONG_OPTION)
		return &options_table[result - LONG_OPTION];
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (options_table[i].letter && options_table[i].letter == result)
			return &options_table[i];
	}
	return NULL;
}

/* A word that begins with "--" and names no option, or more than one. */
static void refuse_unknown_long(struct options_state *state, const char *word)
{
	const char *names[OPTION_COUNT];
	const char *several = "";
	size_t count = 0;
	const char *name = arena_strndup(state->arena, word, strcspn(word, "="));

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_spec *spec = &options_table[i];
		if (is_long(spec))
			names[count++] = spec->name;
		if (strncmp(spec->name, name, strlen(name)) == 0)
			several = arena_printf(
			    state->arena, "%s%s%s", several, *several ? ", " : "", spec->name);
	}
	if (*several)
		options_refuse(
		    state, "option %s may be any of %s", escape_text(state->arena, name), several);
	else
		options_refuse(state, "unknown option %s%s; see mxdane --help",
		    escape_text(state->arena, name),
		    options_suggest(state->arena, name, names, count));
}

/* getopt_long returned '?' or ':': `optopt` is the option concerned, 0 for an unknown long one. */
static void refuse_getopt(struct options_state *state, int result, const char *word)
{
	const struct option_spec *spec = find_spec(optopt);
	if (optopt == 0)
		refuse_unknown_long(state, word);
	else if (!spec)
		options_refuse(state, "unknown option -%s; see mxdane --help",
		    escape_bytes(state->arena, &(char){(char)optopt}, 1));
	else if (result == ':')
		options_refuse(
		    state, "%s takes %s, but nothing follows it", spec->name, spec->argument);
	else
		options_refuse(state, "%s takes no value", spec->name);
}

/* Reads the options; what is left are the domains. */
static bool read_options(struct options_state *state, int argc, char **argv)
{
	char letters[2 * OPTION_COUNT + 2];
	struct option longs[OPTION_COUNT + 1];
	int result;

	describe_to_getopt(letters, longs);
	optind = 0; /* glibc: begin anew */
	opterr = 0; /* the message is ours */
	while ((result = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_spec *spec =
		    result == '?' || result == ':' ? NULL : find_spec(result);
		if (!spec) {
			refuse_getopt(state, result, argv[optind - 1]);
			return false;
		}
		if (!spec->take(state, spec, optarg))
			return false;
		state->seen[spec - options_table] = true;
		if (state->action == OPTIONS_HELP || state->action == OPTIONS_VERSION)
			return true;
	}
	state->params->domain_count = (size_t)(argc - optind);
	state->params->domains =
	    arena_memdup(state->arena, argv + optind, state->params->domain_count * sizeof *argv);
	return true;
}

/* --mx without a domain: the host stands for it. */
static bool take_host_as_domain(struct options_state *state)
{
	struct params *params = state->params;
	if (params->mx_host_count > 1)
		return options_refuse(state,
		    "--mx without a domain is for one host, but %zu are given",
		    params->mx_host_count);
	params->domains = arena_memdup(state->arena, params->mx_hosts, sizeof *params->domains);
	params->domain_count = 1;
	return true;
}

/* What an option needs of the others' values: refusals that are not plain pairs. */
static bool values_fit(struct options_state *state)
{
	const struct params *params = state->params;
	const bool *seen = state->seen;

	if (seen[OPTION_EXPLAIN])
		return params->domain_count == 0 ||
		       options_refuse(state,
			   "--explain and a domain cannot be used together: --explain "
			   "checks nothing");
	if (seen[OPTION_MX] && params->domain_count > 1)
		return options_refuse(
		    state, "--mx is for one domain, but %zu are given", params->domain_count);
	if (seen[OPTION_WAIT] && params->domain_count > 1)
		return options_refuse(
		    state, "--wait is for one domain, but %zu are given", params->domain_count);
	if (seen[OPTION_UNORDERED] && params->output != OUTPUT_JSON)
		return options_refuse(state, "--unordered needs --output json");
	if (seen[OPTION_RESUME] && params->output != OUTPUT_JSON)
		return options_refuse(state, "--resume needs --output json");
	if (seen[OPTION_PLAN] && !seen[OPTION_CHAIN])
		return options_refuse(
		    state, "--plan needs --chain: the certificate or key to be deployed");
	if (params->output == OUTPUT_NSUPDATE && !seen[OPTION_PLAN])
		return options_refuse(state, "--output nsupdate needs --plan");
	if (params->output == OUTPUT_NSUPDATE &&
	    (seen[OPTION_FILE] || params->domain_count > 1 ||
		(params->zone_count && params->domain_count + params->mx_host_count == 0)))
		return options_refuse(state, "--output nsupdate is for one domain");
	if (seen[OPTION_TRUST_ANCHOR] && params->dnssec == DNSSEC_MODE_TRUST_AD)
		return options_refuse(state, "--trust-anchor and --dnssec trust-ad cannot be used "
					     "together: an anchor is for "
					     "validating");
	/* Whether a change is safe hangs on what every name server hands out. */
	state->params->authoritative |=
	    seen[OPTION_WAIT] && (params->zone_count || params->chain_count);
	if (params->domain_count == 0 && params->mx_host_count)
		return take_host_as_domain(state);
	if (params->domain_count == 0 && !params->file && !params->zone_count)
		return options_refuse(state,
		    "no domain is given: name one or more, or use --file or --zone; see mxdane "
		    "--help");
	return true;
}

static bool fits_together(struct options_state *state)
{
	for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++) {
		if (state->seen[exclusions[i].one] && state->seen[exclusions[i].other])
			return options_refuse(state, "%s and %s cannot be used together: %s",
			    options_table[exclusions[i].one].name,
			    options_table[exclusions[i].other].name, exclusions[i].why);
	}
	return values_fit(state);
}

enum options_action options_parse(struct arena *arena, int argc, char **argv, struct params *params,
    struct options_topic *topic, const char **error)
{
	struct options_state state = {.arena = arena, .params = params, .action = OPTIONS_CHECK};

	*params = options_defaults;
	bool good = read_options(&state, argc, argv);
	if (good && (state.action == OPTIONS_CHECK || state.action == OPTIONS_EXPLAIN))
		good = fits_together(&state);
	params->require_given = state.seen[OPTION_REQUIRE];
	*topic = state.topic;
	*error = state.error;
	return good ? state.action : OPTIONS_ERROR;
}
