/*
 * params.h - what the user asked for: filled by options.c, const for all the rest.
 */
#ifndef MXDANE_PARAMS_H
#define MXDANE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "model.h"

/* A value of an enumeration as options and reports name it; a list ends with a NULL name. */
struct params_choice {
	const char *name;
	unsigned value;
};

enum family_choice { FAMILY_BOTH, FAMILY_IPV4, FAMILY_IPV6 };
enum dnssec_mode { DNSSEC_MODE_VALIDATE, DNSSEC_MODE_TRUST_AD };
enum key_types_mode { KEY_TYPES_EACH, KEY_TYPES_ANY };
enum require { REQUIRE_DANE, REQUIRE_MTA_STS, REQUIRE_ANY, REQUIRE_BOTH, REQUIRE_NONE };
enum output {
	OUTPUT_TEXT,
	OUTPUT_JSON,
	OUTPUT_NAGIOS,
	OUTPUT_PROMETHEUS,
	OUTPUT_JUNIT,
	OUTPUT_TLSA,
	OUTPUT_SARIF,
	OUTPUT_GITHUB,
	OUTPUT_NSUPDATE
};
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* One upstream resolver, in the order to be tried. */
struct upstream {
	struct address address;
	uint16_t port;
	bool tls;             /* DNS over TLS */
	const char *tls_name; /* authenticated name; NULL without TLS */
};

/* A proposed chain: PEM file for one host, or for all (host NULL). */
struct chain_option {
	const char *host;
	const char *file;
};

/* A zone file, and the origin that --zone gives it (canonical), or NULL. */
struct zone_option {
	const char *origin;
	const char *file;
};

/* A SOCKS 5 proxy (RFC 1928). */
struct proxy {
	const char *name; /* "socks5://HOST:PORT", without the password: for messages and libcurl */
	const char *host; /* a canonical name, or an address */
	uint16_t port;
	const char *user, *password; /* of 1 to 255 octets (RFC 1929); NULL: none */
	struct address *addresses;   /* of the host, in the order to be tried */
	size_t address_count;
};

struct params {
	const char **domains;
	size_t domain_count;
	const char *file;      /* NULL, a path, or "-" */
	const char **mx_hosts; /* canonical names */
	size_t mx_host_count;
	unsigned port; /* 1 to 65535 */
	enum family_choice family;
	bool reserved;
	struct upstream *upstreams; /* empty: /etc/resolv.conf */
	size_t upstream_count;
	enum dnssec_mode dnssec;
	const char *trust_anchor; /* NULL: the system's root key */
	const char *ca_file;      /* NULL: the system's trust store */
	struct proxy *proxy;      /* NULL: none */
	const char *ehlo;         /* NULL after options_parse unless given: hostname.h */
	unsigned timeout_ms;
	unsigned deadline_ms;
	unsigned jobs;
	enum key_types_mode key_types;
	bool unordered;
	const char *resume;
	const char *baseline;  /* file; NULL: none */
	unsigned wait_seconds; /* 0: one look */
	unsigned per_host;
	bool authoritative; /* also ask every name server of the zones concerned */
	unsigned repeat;    /* connections to each address for each key type */
	unsigned warn_days;
	bool at_given;
	bool at_relative; /* --at +Nd: at_value is seconds from now */
	int64_t at_value;
	struct zone_option *zones;
	size_t zone_count;
	struct chain_option *chains;
	size_t chain_count;
	bool plan; /* --chain is judged with the records that it needs, and the way there */
	enum require require;
	bool require_given;
	bool ignore[FINDING_COUNT];
	enum status fail_on; /* STATUS_WARNING or STATUS_CRITICAL */
	enum output output;
	bool quiet;
	bool verbose;
	enum when color;
	enum when progress;
};

extern const struct params_choice params_dnssec_modes[], params_key_types[], params_requirements[];

/* The name of a value that is in the list. */
const char *params_choice_name(const struct params_choice *choices, unsigned value);

#endif
