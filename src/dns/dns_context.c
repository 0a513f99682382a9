/*
 * dns_context.c owns how getdns is set up: a stub without any configuration of the system's, TCP or
 * TLS only, no DNSSEC of its own, nothing written and nothing fetched beside the questions.
 */
#include "dns_context.h"

#include <getdns/getdns_extra.h>
#include <string.h>
#include <sys/socket.h>

#include "dns_loop.h"

static bool set_data(getdns_dict *dict, const char *name, const void *data, size_t size)
{
	/* getdns copies; its type only lacks the const. */
	getdns_bindata value = {.size = size, .data = (uint8_t *)(uintptr_t)data};

	return getdns_dict_set_bindata(dict, name, &value) == GETDNS_RETURN_GOOD;
}

static bool set_text(getdns_dict *dict, const char *name, const char *text)
{
	return set_data(dict, name, text, strlen(text));
}

static getdns_dict *describe_upstream(const struct dns_upstream *u)
{
	getdns_dict *dict = getdns_dict_create();
	bool v4 = u->address.family == AF_INET;
	bool good = dict && set_text(dict, "address_type", v4 ? "IPv4" : "IPv6") &&
		    set_data(dict, "address_data", u->address.bytes, v4 ? 4 : 16) &&
		    (!u->scope || set_text(dict, "scope_id", u->scope));

	if (good && u->tls_name)
		good = !getdns_dict_set_int(dict, "tls_port", u->port) &&
		       set_text(dict, "tls_auth_name", u->tls_name);
	else if (good)
		good = !getdns_dict_set_int(dict, "port", u->port);
	if (good)
		return dict;
	getdns_dict_destroy(dict);
	return NULL;
}

static getdns_return_t set_upstream(getdns_context *context, const struct dns_upstream *upstream)
{
	getdns_list *list = getdns_list_create();
	getdns_dict *dict = describe_upstream(upstream);
	getdns_return_t r = GETDNS_RETURN_MEMORY_ERROR;

	if (list && dict)
		r = getdns_list_set_dict(list, 0, dict);
	if (r == GETDNS_RETURN_GOOD)
		r = getdns_context_set_upstream_recursive_servers(context, list);
	getdns_dict_destroy(dict);
	getdns_list_destroy(list);
	return r;
}

static getdns_return_t set_transport(
    getdns_context *context, const struct dns_upstream *upstream, const char *ca_file)
{
	getdns_transport_list_t list =
	    upstream->tls_name ? GETDNS_TRANSPORT_TLS : GETDNS_TRANSPORT_TCP;
	getdns_return_t r = getdns_context_set_dns_transport_list(context, 1, &list);

	if (r == GETDNS_RETURN_GOOD && upstream->tls_name)
		r = getdns_context_set_tls_authentication(context, GETDNS_AUTHENTICATION_REQUIRED);
	if (r == GETDNS_RETURN_GOOD && upstream->tls_name && ca_file)
		r = getdns_context_set_tls_ca_file(context, ca_file);
	return r;
}

static getdns_return_t set_up(getdns_context *context, const struct dns_lanes *lanes)
{
	getdns_namespace_t dns = GETDNS_NAMESPACE_DNS; /* not /etc/hosts */
	/* An empty authority is what keeps getdns from fetching root-anchors.xml over HTTP and
	 * from writing below ~/.getdns. */
	getdns_return_t r = getdns_context_set_trust_anchors_verify_CA(context, "");

	if (r == GETDNS_RETURN_GOOD)
		r = getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB);
	if (r == GETDNS_RETURN_GOOD)
		r = getdns_context_set_namespaces(context, 1, &dns);
	if (r == GETDNS_RETURN_GOOD)
		r = getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER);
	if (r == GETDNS_RETURN_GOOD)
		r = getdns_context_set_timeout(context, lanes->timeout_ms);
	if (r == GETDNS_RETURN_GOOD)
		r = set_transport(context, lanes->upstream, lanes->ca_file);
	if (r == GETDNS_RETURN_GOOD)
		r = set_upstream(context, lanes->upstream);
	return r;
}

static void on_refused(void *user, const uint8_t *message, size_t size)
{
	struct dns_lane *lane = user;

	lane->lanes->refuse(lane->lanes->user, lane, message, size);
}

struct getdns_context *dns_context_create(
    struct dns_lane *lane, struct arena *arena, const char **error)
{
	const struct dns_lanes *lanes = lane->lanes;
	getdns_context *context = NULL;
	getdns_return_t r = getdns_context_create(&context, 0);

	if (r == GETDNS_RETURN_GOOD)
		r = set_up(context, lanes);
	if (r == GETDNS_RETURN_GOOD &&
	    !dns_loop_attach(context, lanes->loop, lanes->upstream->tls_name ? NULL : on_refused,
		lane, &lane->retired))
		r = GETDNS_RETURN_GENERIC_ERROR;
	if (r == GETDNS_RETURN_GOOD)
		return context;
	*error = arena_printf(
	    arena, "the DNS library cannot be set up: %s", getdns_get_errorstr_by_id((uint16_t)r));
	getdns_context_destroy(context);
	return NULL;
}

struct getdns_dict *dns_context_extensions(enum dns_mode mode)
{
	static const char *const text[DNS_MODE_COUNT] = {
	    [DNS_MODE_PROOF] = ("{header:{rd:1,cd:1},"
				"add_opt_parameters:{do_bit:1,maximum_udp_payload_size:1232}}"),
	    [DNS_MODE_AD] = "{header:{rd:1,ad:1}}",
	    [DNS_MODE_UNCHECKED] = "{header:{rd:1,cd:1}}",
	};
	getdns_dict *dict = NULL;

	return getdns_str2dict(text[mode], &dict) == GETDNS_RETURN_GOOD ? dict : NULL;
}
