/* options_value.c - owns the values that options take: what each must look like, and how it is
 * refused. */
#include "options_table.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "buffer.h"
#include "escape.h"
#include "finding.h"
#include "name.h"

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
static const char *list_choices(struct arena *arena, const struct option_choice *choices)
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
	for (const struct option_choice *c = spec->choices; c->name; c++) {
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

bool options_take_zone(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	if (!*value)
		return options_refuse_value(state, spec, spec->argument, value, NULL);
	*(const char **)arena_append(state->arena, &state->params->zones,
	    &state->params->zone_count, sizeof(char *)) = value;
	return true;
}

static bool read_address(const char *text, struct address *address)
{
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(address->family, text, address->bytes) == 1;
}

/* "ADDR" or, as URLs and other tools write IPv6, "[ADDR]". */
static bool read_bracketed(struct arena *arena, const char *text, struct address *address)
{
	size_t length = strlen(text);
	if (length > 2 && text[0] == '[' && text[length - 1] == ']')
		return read_address(arena_strndup(arena, text + 1, length - 2), address) &&
		       address->family == AF_INET6;
	return read_address(text, address);
}

bool options_take_resolver(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	static const char tls_prefix[] = "tls://";
	const char *takes = "ADDR[@PORT] or tls://ADDR[@PORT]#NAME";
	struct upstream upstream = {.named = true};
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
	return read_address(inner + (six ? sizeof tag - 1 : 0), &address) &&
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
	struct chain_option chain = {.file = value};
	const char *equals = strchr(value, '=');

	/* "./a=b.pem" is a file: no host has a slash in its name */
	if (equals && !memchr(value, '/', (size_t)(equals - value))) {
		char *host = arena_strndup(state->arena, value, (size_t)(equals - value));
		chain.host = take_host(state, spec, "a host name before =", host);
		if (!chain.host)
			return false;
		chain.file = equals + 1;
	}
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

static bool take_code(struct options_state *state, const struct option_spec *spec, const char *name,
    size_t length, enum finding_code *code)
{
	const char *codes[FINDING_COUNT];

	if (finding_find(name, length, code))
		return true;
	for (int i = 0; i < FINDING_COUNT; i++)
		codes[i] = finding_info((enum finding_code)i)->code;
	const char *text = arena_strndup(state->arena, name, length);
	return options_refuse(state, "%s takes the code of a finding, not '%s'%s", spec->name,
	    escape_text(state->arena, text),
	    options_suggest(state->arena, text, codes, FINDING_COUNT));
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

bool options_take_explain(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	state->action = OPTIONS_EXPLAIN;
	return take_code(state, spec, value, strlen(value), &state->explain);
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
