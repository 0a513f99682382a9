/* option_values.c - reads the value of each option into the parameters, and says what is wrong with
 * one. */
#include "option_values.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "buffer.h"
#include "escape.h"
#include "finding.h"
#include "name.h"
#include "time_text.h"

enum { LONGEST_WORD = 64, MOST_SUGGESTIONS = 4 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* How many letters must be put in, left out or changed to make one word the other (Levenshtein);
 * both shorter than LONGEST_WORD. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD];
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < columns; j++) {
			size_t above = row[j + 1];
			row[j + 1] = least(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[columns];
}

static bool is_near(const char *word, const char *candidate)
{
	size_t length = strlen(word);
	if (length < 3 || length >= LONGEST_WORD || strlen(candidate) >= LONGEST_WORD)
		return false;
	size_t most = length < 6 ? 1 : 2;
	return edit_distance(word, candidate) <= most;
}

const char *options_suggest(
    struct arena *arena, const char *word, const char *const *words, size_t count)
{
	const char *list = "";
	size_t found = 0;

	for (size_t i = 0; i < count && found < MOST_SUGGESTIONS; i++) {
		if (is_near(word, words[i]))
			list = arena_printf(arena, "%s%s%s", list, found++ ? ", " : "", words[i]);
	}
	return found ? arena_printf(arena, " (did you mean %s?)", list) : "";
}

enum { MOST_DAYS = 36500, DAY_SECONDS = 86400 };

/* Two digits of a date at *text, no more than `maximum`. */
static bool read_two(const char **text, unsigned maximum, int *number)
{
	unsigned n;
	if (strnlen(*text, 2) < 2 || !options_read_number(*text, 2, maximum, &n))
		return false;
	*number = (int)n;
	*text += 2;
	return true;
}

static bool read_char(const char **text, const char *accept)
{
	if (!**text || !strchr(accept, **text))
		return false;
	(*text)++;
	return true;
}

/* "2027-01-31" (RFC 3339 §5.6). */
static bool read_date(const char **text, struct tm *tm)
{
	unsigned year;
	const char *p = *text;

	if (strnlen(p, 4) < 4 || !options_read_number(p, 4, 9999, &year))
		return false;
	tm->tm_year = (int)year - 1900;
	p += 4;
	if (!read_char(&p, "-") || !read_two(&p, 12, &tm->tm_mon) || !read_char(&p, "-") ||
	    !read_two(&p, 31, &tm->tm_mday))
		return false;
	tm->tm_mon--;
	*text = p;
	return true;
}

/* "T12:00:00", a fraction of the second dropped. */
static bool read_time(const char **text, struct tm *tm)
{
	const char *p = *text;

	if (!read_char(&p, "Tt ") || !read_two(&p, 23, &tm->tm_hour) || !read_char(&p, ":") ||
	    !read_two(&p, 59, &tm->tm_min) || !read_char(&p, ":") || !read_two(&p, 60, &tm->tm_sec))
		return false;
	if (read_char(&p, ".")) {
		size_t digits = strspn(p, "0123456789");
		if (!digits)
			return false;
		p += digits;
	}
	*text = p;
	return true;
}

/* "Z", "+01:00", "-05:30": seconds east of UTC. */
static bool read_offset(const char **text, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if (read_char(text, "Zz"))
		return true;
	int64_t sign = **text == '-' ? -1 : 1;
	if (!read_char(text, "+-") || !read_two(text, 23, &hours) || !read_char(text, ":") ||
	    !read_two(text, 59, &minutes))
		return false;
	*offset = sign * (hours * 60 + minutes) * 60;
	return true;
}

/* A time of RFC 3339, or a date alone: its first second in UTC. */
static bool read_rfc3339(const char *text, int64_t *when)
{
	struct tm tm = {0};
	int64_t offset = 0;

	if (!read_date(&text, &tm))
		return false;
	if (*text && (!read_time(&text, &tm) || !read_offset(&text, &offset) || *text))
		return false;
	/* The leap second of :60, the one overflow that RFC 3339 §5.7 allows. */
	bool leap = tm.tm_sec == 60;
	tm.tm_sec -= leap;
	if (!time_from_utc(&tm, when))
		return false;
	*when += leap - offset;
	return true;
}

bool options_take_at(struct options_state *state, const struct option_spec *spec, const char *value)
{
	struct params *params = state->params;
	size_t length = strlen(value);
	unsigned days;

	if (value[0] == '+' && value[length - 1] == 'd' &&
	    options_read_number(value + 1, length - 2, MOST_DAYS, &days)) {
		params->at_relative = true;
		params->at_value = (int64_t)days * DAY_SECONDS;
	} else if (read_rfc3339(value, &params->at_value)) {
		params->at_relative = false;
	} else {
		return options_refuse_value(state, spec,
		    "a date such as 2027-01-31, a time such as 2027-01-31T12:00:00Z, or +Nd with N "
		    "up to 36500",
		    value, NULL);
	}
	params->at_given = true;
	return true;
}

bool options_take_duration(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	static const struct {
		char letter;
		unsigned seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY_SECONDS}};
	const unsigned most = 30 * DAY_SECONDS;
	size_t length = strlen(value);
	unsigned number;

	for (size_t i = 0; length > 1 && i < sizeof units / sizeof *units; i++)
		if (value[length - 1] == units[i].letter &&
		    options_read_number(value, length - 1, most / units[i].seconds, &number) &&
		    number > 0) {
			*(unsigned *)((char *)state->params + spec->offset) =
			    number * units[i].seconds;
			return true;
		}
	return options_refuse_value(state, spec,
	    "a number with s, m, h or d, such as 90s or 4h, from 1s to 30d", value, NULL);
}

enum {
	DNS_PORT = 53,      /* RFC 7766 */
	DNS_TLS_PORT = 853, /* RFC 7858 §3.1 */
};

bool options_refuse(struct options_state *state, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	state->error = arena_vprintf(state->arena, format, ap);
	va_end(ap);
	return false;
}

bool options_refuse_value(struct options_state *state, const struct option_spec *spec,
    const char *takes, const char *value, const char *why)
{
	return options_refuse(state, "%s takes %s, not '%s'%s%s", spec->name, takes,
	    escape_text(state->arena, value), why ? ": " : "", why ? why : "");
}

static void *field_of(struct options_state *state, const struct option_spec *spec)
{
	return (char *)state->params + spec->offset;
}

bool options_take_flag(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	(void)value; /* flags have none */
	*(bool *)field_of(state, spec) = true;
	return true;
}

bool options_take_constant(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	(void)value; /* flags have none */
	*(unsigned *)field_of(state, spec) = spec->value;
	return true;
}

bool options_read_number(const char *text, size_t length, unsigned maximum, unsigned *number)
{
	unsigned long n = 0;
	for (size_t i = 0; i < length; i++) {
		if (!ascii_is_digit((uint8_t)text[i]))
			return false;
		n = n * 10 + (unsigned long)(text[i] - '0');
		if (n > maximum)
			return false;
	}
	*number = (unsigned)n;
	return length > 0;
}

bool options_take_number(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	unsigned number;
	if (!options_read_number(value, strlen(value), spec->maximum, &number) ||
	    number < spec->minimum)
		return options_refuse_value(state, spec,
		    arena_printf(
			state->arena, "a number from %u to %u", spec->minimum, spec->maximum),
		    value, NULL);
	*(unsigned *)field_of(state, spec) = number * spec->scale;
	return true;
}

/* "text, json or tlsa" */
static const char *list_choices(struct arena *arena, const struct params_choice *choices)
{
	const char *list = choices[0].name;
	for (size_t i = 1; choices[i].name; i++)
		list = arena_printf(
		    arena, "%s%s%s", list, choices[i + 1].name ? ", " : " or ", choices[i].name);
	return list;
}

bool options_take_choice(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	for (const struct params_choice *c = spec->choices; c->name; c++) {
		if (strcmp(c->name, value) == 0) {
			*(unsigned *)field_of(state, spec) = c->value;
			return true;
		}
	}
	return options_refuse_value(
	    state, spec, list_choices(state->arena, spec->choices), value, NULL);
}

bool options_take_text(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	if (!*value)
		return options_refuse_value(state, spec, spec->argument, value, NULL);
	*(const char **)field_of(state, spec) = value;
	return true;
}

/* A canonical name that can be looked up, or an error that says why not. */
static const char *take_host(struct options_state *state, const struct option_spec *spec,
    const char *takes, const char *value)
{
	const char *why;
	const char *name = name_from_user(state->arena, value, &why);
	if (name && name_is_host(name))
		return name;
	options_refuse_value(
	    state, spec, takes, value, name ? "no such host can be looked up" : why);
	return NULL;
}

bool options_take_mx(struct options_state *state, const struct option_spec *spec, const char *value)
{
	struct params *params = state->params;
	const char *host = take_host(state, spec, "a host name", value);
	if (!host)
		return false;
	for (size_t i = 0; i < params->mx_host_count; i++) {
		if (strcmp(params->mx_hosts[i], host) == 0)
			return true;
	}
	*(const char **)arena_append(
	    state->arena, &params->mx_hosts, &params->mx_host_count, sizeof(char *)) = host;
	return true;
}

/* "NAME=FILE", or "FILE": what stands before the =, or NULL, and in *file the rest. "./a=b.pem" is
 * a file: no name has a slash in it. */
static const char *split_file(struct arena *arena, const char *value, const char **file)
{
	const char *equals = strchr(value, '=');
	*file = value;
	if (!equals || memchr(value, '/', (size_t)(equals - value)))
		return NULL;
	*file = equals + 1;
	return arena_strndup(arena, value, (size_t)(equals - value));
}

bool options_take_zone(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	struct zone_option zone = {0};
	const char *why, *name = split_file(state->arena, value, &zone.file);
	if (name && !(zone.origin = name_from_user(state->arena, name, &why)))
		return options_refuse_value(state, spec, "a domain name before =", name, why);
	if (!*zone.file)
		return options_refuse_value(state, spec, spec->argument, value, NULL);
	*(struct zone_option *)arena_append(
	    state->arena, &state->params->zones, &state->params->zone_count, sizeof zone) = zone;
	return true;
}

/* "ADDR" or, as URLs and other tools write IPv6, "[ADDR]". */
static bool read_bracketed(struct arena *arena, const char *text, struct address *address)
{
	size_t length = strlen(text);
	if (length > 2 && text[0] == '[' && text[length - 1] == ']')
		return address_read(arena_strndup(arena, text + 1, length - 2), address) &&
		       address->family == AF_INET6;
	return address_read(text, address);
}

bool options_take_resolver(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	static const char tls_prefix[] = "tls://";
	const char *takes = "ADDR[@PORT] or tls://ADDR[@PORT]#NAME";
	struct upstream upstream = {0};
	unsigned port;

	upstream.tls = strncmp(value, tls_prefix, sizeof tls_prefix - 1) == 0;
	char *rest = arena_strdup(state->arena, value + (upstream.tls ? sizeof tls_prefix - 1 : 0));
	char *name = strchr(rest, '#');
	if (name && !upstream.tls)
		return options_refuse_value(state, spec, takes, value, "#NAME needs tls://");
	if (!name && upstream.tls)
		return options_refuse_value(state, spec, takes, value,
		    "without #NAME the resolver's certificate cannot be checked");
	if (name) {
		*name++ = '\0';
		upstream.tls_name = take_host(state, spec, "a host name after #", name);
		if (!upstream.tls_name)
			return false;
	}
	char *at = strchr(rest, '@');
	if (at)
		*at++ = '\0';
	port = upstream.tls ? DNS_TLS_PORT : DNS_PORT;
	if (at && (!options_read_number(at, strlen(at), UINT16_MAX, &port) || port == 0))
		return options_refuse_value(
		    state, spec, takes, value, "the port is a number from 1 to 65535");
	if (!read_bracketed(state->arena, rest, &upstream.address))
		return options_refuse_value(
		    state, spec, takes, value, "ADDR is an IPv4 or IPv6 address");
	upstream.port = (uint16_t)port;
	*(struct upstream *)arena_append(state->arena, &state->params->upstreams,
	    &state->params->upstream_count, sizeof upstream) = upstream;
	return true;
}

/* RFC 5321 §4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
static bool is_address_literal(struct arena *arena, const char *text)
{
	static const char tag[] = "IPv6:";
	size_t length = strlen(text);
	struct address address;

	if (length < 3 || text[0] != '[' || text[length - 1] != ']')
		return false;
	const char *inner = arena_strndup(arena, text + 1, length - 2);
	bool six = ascii_equal(inner, tag, sizeof tag - 1);
	return address_read(inner + (six ? sizeof tag - 1 : 0), &address) &&
	       (address.family == AF_INET6) == six;
}

bool options_take_ehlo(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	state->params->ehlo =
	    is_address_literal(state->arena, value)
		? value
		: take_host(state, spec, "a host name or an address literal", value);
	return state->params->ehlo != NULL;
}

/* A host's third chain: there are two key types. */
static bool chain_is_one_too_many(const struct params *params, const char *host)
{
	size_t same = 0;
	for (size_t i = 0; i < params->chain_count; i++) {
		const char *other = params->chains[i].host;
		same += host && other ? strcmp(host, other) == 0 : host == other;
	}
	return same >= 2;
}

bool options_take_chain(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	struct chain_option chain = {0};
	const char *host = split_file(state->arena, value, &chain.file);
	if (host && !(chain.host = take_host(state, spec, "a host name before =", host)))
		return false;
	if (!*chain.file)
		return options_refuse_value(state, spec, spec->argument, value, NULL);
	if (chain_is_one_too_many(state->params, chain.host))
		return options_refuse(state,
		    "--chain is given more than twice for %s: a chain for each of two key types is "
		    "all there can be",
		    chain.host ? chain.host : "all hosts");
	*(struct chain_option *)arena_append(state->arena, &state->params->chains,
	    &state->params->chain_count, sizeof chain) = chain;
	return true;
}

static bool refuse_word(struct options_state *state, const struct option_spec *spec,
    const char *what, const char *word, const char *const *words, size_t count)
{
	return options_refuse(state, "%s takes %s, not '%s'%s", spec->name, what,
	    escape_text(state->arena, word), options_suggest(state->arena, word, words, count));
}

static size_t list_codes(const char **words)
{
	for (int i = 0; i < FINDING_COUNT; i++)
		words[i] = finding_info((enum finding_code)i)->code;
	return FINDING_COUNT;
}

static bool take_code(struct options_state *state, const struct option_spec *spec, const char *name,
    size_t length, enum finding_code *code)
{
	const char *codes[FINDING_COUNT];

	return finding_find(name, length, code) ||
	       refuse_word(state, spec, "the code of a finding",
		   arena_strndup(state->arena, name, length), codes, list_codes(codes));
}

bool options_take_ignore(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	enum finding_code code;
	for (;;) {
		size_t length = strcspn(value, ",");
		if (!take_code(state, spec, value, length, &code))
			return false;
		state->params->ignore[code] = true;
		if (!value[length])
			return true;
		value += length + 1;
	}
}

/* A code or a cause comes first: a type of RFC 8460 may be spelled as a code is. */
bool options_take_explain(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	const char *words[FINDING_COUNT + CAUSE_COUNT];
	struct options_topic *topic = &state->topic;

	state->action = OPTIONS_EXPLAIN;
	topic->list = ascii_equal(value, "list", sizeof "list");
	if (topic->list || finding_find(value, strlen(value), &topic->code) ||
	    cause_find(value, &topic->cause) || (topic->phrase = sender_phrases_find(value)))
		return true;
	size_t count = list_codes(words);
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++)
		words[count++] = cause_info((enum cause)i)->slug;
	return refuse_word(
	    state, spec, "a code, a cause, a sender's phrase or 'list'", value, words, count);
}

bool options_take_help(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	(void)spec, (void)value; /* flags have none */
	state->action = OPTIONS_HELP;
	return true;
}

bool options_take_version(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	(void)spec, (void)value; /* flags have none */
	state->action = OPTIONS_VERSION;
	return true;
}
