/* option_values.h - what an option is, and what takes its value: used by the table of options. */
#ifndef MXDANE_OPTION_VALUES_H
#define MXDANE_OPTION_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "cause.h"
#include "params.h"
#include "sender_phrases.h"

enum options_action {
	OPTIONS_CHECK,   /* go on with the check */
	OPTIONS_HELP,    /* print usage on standard output, exit 0 */
	OPTIONS_VERSION, /* print versions, exit 0 */
	OPTIONS_EXPLAIN, /* print what *topic names, exit 0 */
	OPTIONS_ERROR,   /* *error is one line for standard error, exit 3 */
};

/* What --explain is to tell of: the first of these that is set, else the finding of `code`. */
struct options_topic {
	bool list; /* all codes */
	const struct sender_phrase *phrase;
	enum cause cause;
	enum finding_code code;
};

enum option_id {
	OPTION_FILE,
	OPTION_MX,
	OPTION_PORT,
	OPTION_IPV4,
	OPTION_IPV6,
	OPTION_RESERVED,
	OPTION_AUTHORITATIVE,
	OPTION_ZONE,
	OPTION_CHAIN,
	OPTION_PLAN,
	OPTION_AT,
	OPTION_RESOLVER,
	OPTION_DNSSEC,
	OPTION_TRUST_ANCHOR,
	OPTION_CA_FILE,
	OPTION_PROXY,
	OPTION_EHLO,
	OPTION_KEY_TYPES,
	OPTION_TIMEOUT,
	OPTION_DEADLINE,
	OPTION_JOBS,
	OPTION_PER_HOST,
	OPTION_REPEAT,
	OPTION_REQUIRE,
	OPTION_WARN_DAYS,
	OPTION_IGNORE,
	OPTION_FAIL_ON,
	OPTION_BASELINE,
	OPTION_WAIT,
	OPTION_OUTPUT,
	OPTION_UNORDERED,
	OPTION_RESUME,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_COLOR,
	OPTION_PROGRESS,
	OPTION_EXPLAIN,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT,
};

/* What is known in the middle of a command line. */
struct options_state {
	struct arena *arena;
	struct params *params;
	enum options_action action;
	struct options_topic topic;
	bool seen[OPTION_COUNT];
	const char *error; /* one line, safe to print; NULL so far */
};

struct option_spec;
/* Puts a value into state->params, or an error into the state and returns false. */
typedef bool option_take(
    struct options_state *state, const struct option_spec *spec, const char *value);

struct option_spec {
	const char *heading;  /* of the group in --help that begins here, or NULL */
	const char *name;     /* as written: "--port", or "-4" for one without a long name */
	char letter;          /* of the short form, or 0 */
	const char *argument; /* what --help calls its value; NULL: it takes none */
	option_take *take;
	size_t offset;    /* of its field in struct params */
	unsigned minimum; /* of a number */
	unsigned maximum;
	unsigned scale; /* a number is stored times this: 1000 for seconds as milliseconds */
	unsigned value; /* what options_take_constant stores */
	const struct params_choice *choices; /* of an enumeration; ended by a NULL name */
	const char *help;
};

/* Sets the error, printf-like; returns false for the caller to return. */
bool options_refuse(struct options_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The option wants something else: "--port takes a number from 1 to 65535, not 'x'". `takes` may
 * be followed by more detail in `why`, or that is NULL. */
bool options_refuse_value(struct options_state *state, const struct option_spec *spec,
    const char *takes, const char *value, const char *why);

/* Decimal digits alone, at most `maximum`. */
bool options_read_number(const char *text, size_t length, unsigned maximum, unsigned *number);

option_take options_take_flag, options_take_constant, options_take_number, options_take_choice,
    options_take_text, options_take_mx, options_take_resolver, options_take_ehlo, options_take_at,
    options_take_duration, options_take_zone, options_take_chain, options_take_proxy,
    options_take_ignore, options_take_explain, options_take_help, options_take_version;

/* Those of `words` that `word` may have been meant for, as " (did you mean …?)"; "" if none. */
const char *options_suggest(
    struct arena *arena, const char *word, const char *const *words, size_t count);

#endif
