/* tls_pair.h - both ends of a TLS connection in one process, for tests. */
#ifndef MXDANE_TLS_PAIR_H
#define MXDANE_TLS_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tls.h"
#include "tls_server.h"

#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS10 "NORMAL:-VERS-ALL:+VERS-TLS1.0"

enum { MANY_STEPS = 5000 };

/* The two ends of a connection, and what the client has seen. */
struct pair {
	int fds[2]; /* client, server */
	struct arena *arena;
	struct probe facts;
	struct tls_session *client;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t server;
	enum tls_result result;
};

static inline void open_pair(struct pair *p, enum tls_offer offer, enum tls_hello hello)
{
	memset(p, 0, sizeof *p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p->fds), 0);
	p->arena = arena_create();
	p->client = tls_create(p->fds[0], "mx.example", offer, hello);
	assert_non_null(p->client);
}

static inline void add_server(struct pair *p, const char *certificates, const char *priority)
{
	p->credentials = tls_server_credentials(certificates);
	assert_non_null(p->credentials);
	p->server = tls_server_session(p->fds[1], priority, p->credentials, GNUTLS_NONBLOCK);
	assert_non_null(p->server);
}

static inline void hang_up(struct pair *p)
{
	if (p->fds[1] >= 0)
		(void)close(p->fds[1]);
	p->fds[1] = -1;
}

static inline void close_pair(struct pair *p)
{
	tls_destroy(p->client);
	if (p->server)
		gnutls_deinit(p->server);
	if (p->credentials)
		gnutls_certificate_free_credentials(p->credentials);
	(void)close(p->fds[0]);
	hang_up(p);
	arena_destroy(p->arena);
}

/* Client and server in turn, until both are done or one has failed. */
static inline void shake_hands(struct pair *p)
{
	int server = GNUTLS_E_AGAIN;
	p->result = TLS_WANT_READ;
	for (int i = 0; i < MANY_STEPS; i++) {
		if (p->result == TLS_WANT_READ || p->result == TLS_WANT_WRITE)
			p->result = tls_handshake(p->client, p->arena, &p->facts);
		if (p->result == TLS_FAILED)
			return;
		if (server < 0)
			server = gnutls_handshake(p->server);
		if (server < 0 && gnutls_error_is_fatal(server)) {
			(void)gnutls_alert_send_appropriate(p->server, server);
			hang_up(p);
		}
		if (p->result == TLS_DONE && server == 0)
			return;
	}
	fail_msg("the handshake does not end");
}

/* As the loop does: once more as long as there is something to read. */
static inline enum tls_result handshake_on(struct pair *p)
{
	char byte;
	do
		p->result = tls_handshake(p->client, p->arena, &p->facts);
	while (p->result == TLS_WANT_READ && recv(p->fds[0], &byte, 1, MSG_PEEK) >= 0);
	return p->result;
}

static inline enum tls_result read_on(struct pair *p, char data[static 64], size_t *n)
{
	char byte;
	do
		p->result = tls_read(p->client, data, 64, n);
	while (p->result == TLS_WANT_READ && recv(p->fds[0], &byte, 1, MSG_PEEK) >= 0);
	return p->result;
}

static inline void connected(struct pair *p, const char *priority)
{
	open_pair(p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	add_server(p, "ecdsa", priority);
	shake_hands(p);
	assert_int_equal(p->result, TLS_DONE);
}

static inline bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static inline int set_up(void **state)
{
	const char *error = NULL;
	(void)state;
	return tls_global_init(&error) ? 0 : -1;
}

static inline int tear_down(void **state)
{
	(void)state;
	tls_global_deinit();
	tls_global_deinit(); /* twice does no harm */
	return 0;
}

#endif
