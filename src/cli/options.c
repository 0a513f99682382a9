/* options.c - owns the command line as a whole: splitting it by getopt_long, and what may not stand
 * together. */
#include "options.h"

#include <getopt.h>
#include <string.h>

#include "escape.h"
#include "options_table.h"

/* What getopt_long returns for a long option: beyond every letter, so that both forms tell apart.
 */
enum { LONG_OPTION = 256 };

/* Options that exclude each other whatever their values. */
static const struct {
	enum option_id one, other;
	const char *why;
} exclusions[] = {
    {OPTION_IPV4, OPTION_IPV6, "leave out both for both families"},
    {OPTION_MX, OPTION_FILE, "--mx is for one domain"},
    {OPTION_QUIET, OPTION_VERBOSE, "one prints less, the other more"},
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

/* What an option needs of the others' values (cli.md's refusals that are not plain pairs). */
static bool values_fit(struct options_state *state)
{
	const struct params *params = state->params;
	const bool *seen = state->seen;

	if (seen[OPTION_EXPLAIN])
		return params->domain_count == 0 ||
		       options_refuse(state, "--explain and a domain exclude each other: --explain "
					     "checks nothing");
	if (seen[OPTION_MX] && params->domain_count > 1)
		return options_refuse(
		    state, "--mx is for one domain, but %zu are given", params->domain_count);
	if (seen[OPTION_UNORDERED] && params->output != OUTPUT_JSON)
		return options_refuse(state, "--unordered needs --output json");
	if (seen[OPTION_RESUME] && params->output != OUTPUT_JSON)
		return options_refuse(state, "--resume needs --output json");
	if (seen[OPTION_TRUST_ANCHOR] && params->dnssec == DNSSEC_MODE_TRUST_AD)
		return options_refuse(state,
		    "--trust-anchor and --dnssec trust-ad exclude each other: an anchor is for "
		    "validating");
	if (params->domain_count == 0 && !params->file)
		return options_refuse(state,
		    "no domain is given: name one or more, or use --file; see mxdane --help");
	return true;
}

static bool fits_together(struct options_state *state)
{
	for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++) {
		if (state->seen[exclusions[i].one] && state->seen[exclusions[i].other])
			return options_refuse(state, "%s and %s exclude each other: %s",
			    options_table[exclusions[i].one].name,
			    options_table[exclusions[i].other].name, exclusions[i].why);
	}
	return values_fit(state);
}

enum options_action options_parse(struct arena *arena, int argc, char **argv, struct params *params,
    enum finding_code *explain, const char **error)
{
	struct options_state state = {.arena = arena, .params = params, .action = OPTIONS_CHECK};

	*params = options_defaults;
	bool good = read_options(&state, argc, argv);
	if (good && (state.action == OPTIONS_CHECK || state.action == OPTIONS_EXPLAIN))
		good = fits_together(&state);
	*explain = state.explain;
	*error = state.error;
	return good ? state.action : OPTIONS_ERROR;
}
