/*
 * probe_server.h - a mail server for tests, in processes of its own: one for the listener, one for
 * each connection. It listens on all of 127/8, so the address that was connected to can say how to
 * behave.
 */
#ifndef MXDANE_PROBE_SERVER_H
#define MXDANE_PROBE_SERVER_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tls_server.h"

/* Written by the server's processes, read by the test. */
struct probe_server_counts {
	atomic_int connections, open, most_open, quits;
	atomic_int taken[16]; /* a script's own, by address */
};

/* One connection as the server's script sees it. */
struct probe_server_io {
	int fd;
	unsigned address; /* the last two octets of what was connected to */
	gnutls_session_t tls;
	struct probe_server_counts *counts;
};

typedef void probe_server_script(struct probe_server_io *io);

struct probe_server {
	probe_server_script *script;
	bool one_by_one; /* no process for each connection: the script never waits */
	pid_t pid;
	uint16_t port;
	struct probe_server_counts *counts;
};

static inline void io_send(struct probe_server_io *io, const void *data, size_t length)
{
	if (io->tls) {
		if (gnutls_record_send(io->tls, data, length) < 0)
			_exit(0); /* the client has gone */
	} else if (send(io->fd, data, length, MSG_NOSIGNAL) < 0) {
		_exit(0);
	}
}

static inline void io_say(struct probe_server_io *io, const char *text)
{
	io_send(io, text, strlen(text));
}

/* Waits for one line; false when the client has gone. Counts QUITs. */
static inline bool io_line(struct probe_server_io *io)
{
	char line[512] = "";
	for (size_t n = 0; n < sizeof line - 1; n++) {
		ssize_t got = io->tls ? gnutls_record_recv(io->tls, line + n, 1)
				      : recv(io->fd, line + n, 1, 0);
		if (got <= 0)
			return false;
		if (line[n] == '\n')
			break;
	}
	if (strcmp(line, "QUIT\r\n") == 0)
		atomic_fetch_add(&io->counts->quits, 1);
	return true;
}

static inline bool io_start_tls(
    struct probe_server_io *io, const char *certificates, const char *priority)
{
	gnutls_certificate_credentials_t credentials = tls_server_credentials(certificates);
	io->tls = tls_server_session(io->fd, priority, credentials, 0);
	int rc;
	do
		rc = gnutls_handshake(io->tls);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc < 0)
		(void)gnutls_alert_send_appropriate(io->tls, rc);
	return rc == 0;
}

/* The whole of a session without fault. */
static inline void io_serve(
    struct probe_server_io *io, const char *certificates, const char *priority)
{
	io_say(io, "220 mx.example ESMTP\r\n");
	if (!io_line(io))
		return;
	io_say(io, "250-mx.example\r\n250 STARTTLS\r\n");
	if (!io_line(io))
		return;
	io_say(io, "220 go\r\n");
	if (!io_start_tls(io, certificates, priority) || !io_line(io))
		return;
	io_say(io, "250-inside.example\r\n250 REQUIRETLS\r\n");
	if (io_line(io))
		io_say(io, "221 bye\r\n");
}

static inline void server_connection(
    int fd, probe_server_script *script, struct probe_server_counts *counts)
{
	struct sockaddr_in self;
	socklen_t length = sizeof self;
	struct probe_server_io io = {.fd = fd, .counts = counts};
	if (getsockname(fd, (struct sockaddr *)&self, &length) == 0)
		io.address = ntohl(self.sin_addr.s_addr) & 0xffff;
	script(&io);
	/* Before the client can see the end, so that `open` is never too high. */
	atomic_fetch_sub(&counts->open, 1);
	if (io.tls)
		(void)gnutls_bye(io.tls, GNUTLS_SHUT_WR);
	(void)close(fd);
}

static inline void server_fork(
    int fd, probe_server_script *script, struct probe_server_counts *counts)
{
	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		server_connection(fd, script, counts);
		_exit(0);
	}
	(void)close(fd);
}

static inline void count_connection(struct probe_server_counts *counts)
{
	int open = atomic_fetch_add(&counts->open, 1) + 1;
	atomic_fetch_add(&counts->connections, 1);
	if (open > atomic_load(&counts->most_open))
		atomic_store(&counts->most_open, open);
}

static inline void server_loop(const struct probe_server *server, int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd < 0 && errno != EINTR)
			_exit(1);
		if (fd < 0)
			continue;
		count_connection(server->counts);
		if (server->one_by_one)
			server_connection(fd, server->script, server->counts);
		else
			server_fork(fd, server->script, server->counts);
	}
}

/* `script` and `one_by_one` are set. */
static inline bool probe_server_start(struct probe_server *server)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t length = sizeof any;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	server->counts = mmap(NULL, sizeof *server->counts, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (listener < 0 || server->counts == MAP_FAILED ||
	    bind(listener, (struct sockaddr *)&any, length) < 0 || listen(listener, 1024) < 0 ||
	    getsockname(listener, (struct sockaddr *)&any, &length) < 0)
		return false;
	server->port = ntohs(any.sin_port);
	server->pid = fork();
	if (server->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
		server_loop(server, listener);
	}
	(void)close(listener);
	return server->pid > 0;
}

static inline void probe_server_stop(struct probe_server *server)
{
	(void)kill(server->pid, SIGKILL);
	(void)waitpid(server->pid, NULL, 0);
	(void)munmap(server->counts, sizeof *server->counts);
}

#endif
