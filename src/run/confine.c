/* confine.c owns the files and ports that the sandbox leaves to a run. */
#include "confine.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anchor.h"
#include "sandbox.h"
#include "trust_store.h"
#include "upstream.h"

enum { HTTPS_PORT = 443 };

/* Where OpenSSL, by which getdns judges a tls:// resolver, looks for an issuer: a folder of links,
 * and where they lead to. */
static const char *const issuer_folders[] = {
    "/etc/ssl/certs",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/ca-certificates",
    "/etc/pki/tls",
    "/etc/pki/ca-trust",
};

static void add_path(struct sandbox_needs *needs, struct arena *arena, const char *path)
{
	const char **place = arena_append(arena, &needs->paths, &needs->path_count, sizeof *place);
	*place = path;
}

static void add_port(struct sandbox_needs *needs, struct arena *arena, unsigned port)
{
	uint16_t *place = arena_append(arena, &needs->ports, &needs->port_count, sizeof *place);
	*place = (uint16_t)port;
}

/* The variables by which OpenSSL is told of another store: a file, and folders between colons. */
static void add_issuers_of_environment(struct sandbox_needs *needs, struct arena *arena)
{
	const char *file = getenv("SSL_CERT_FILE"), *folders = getenv("SSL_CERT_DIR");
	if (file)
		add_path(needs, arena, file);
	while (folders && *folders) {
		size_t length = strcspn(folders, ":");
		add_path(needs, arena, arena_strndup(arena, folders, length));
		folders += length + (folders[length] == ':');
	}
}

/* The stores of anchors. Which of them will be read, and when, hangs on what servers say; getdns
 * reads its own, and --ca-file, again for each connection to a resolver. */
static void add_paths(struct sandbox_needs *needs, const struct params *p, struct arena *arena)
{
	for (const char *const *path = trust_store_usual_files(); *path; path++)
		add_path(needs, arena, *path);
	for (const char *const *path = anchor_usual_files(); *path; path++)
		add_path(needs, arena, *path);
	for (size_t i = 0; i < sizeof issuer_folders / sizeof *issuer_folders; i++)
		add_path(needs, arena, issuer_folders[i]);
	if (p->ca_file)
		add_path(needs, arena, p->ca_file);
	add_issuers_of_environment(needs, arena);
}

static void add_ports(struct sandbox_needs *needs, const struct params *p, struct arena *arena)
{
	if (p->proxy) {
		add_port(needs, arena, p->proxy->port);
	} else {
		add_port(needs, arena, p->port);
		add_port(needs, arena, HTTPS_PORT);
	}
	needs->datagrams = p->authoritative;
	if (p->upstream_count == 0 || p->authoritative)
		add_port(needs, arena, DNS_PORT);
	for (size_t i = 0; i < p->upstream_count; i++)
		add_port(needs, arena, p->upstreams[i].port);
}

const char *confine_run(const struct params *params, struct arena *arena)
{
	struct sandbox_needs needs = {0};
	/* The C library reads the time zone at the first date that it writes, even in UTC. */
	tzset();
	add_paths(&needs, params, arena);
	add_ports(&needs, params, arena);
	return sandbox_enter(&needs, arena);
}
