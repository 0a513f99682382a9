/*
 * probe_server.h - the mail server of tests/servers/probe_acts.py, in a process of its own. It
 * listens on all of 127/8, so the address that was connected to can say how to behave.
 */
#ifndef MXDANE_PROBE_SERVER_H
#define MXDANE_PROBE_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the server has seen since the last probe_server_serve(). */
struct probe_server_counts {
	int connections, most_open, quits;
};

/* One for all tests of a program. */
static struct probe_server {
	pid_t pid;
	int fd; /* to ask */
	FILE *answers;
} probe_server;

static inline bool probe_server_start(void)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	probe_server.pid = fork();
	if (probe_server.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(ends[1], STDIN_FILENO);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)setenv("PYTHONPATH", "tests", 0); /* as from the top of the source tree */
		(void)execl("/usr/bin/python3", "python3", "-B", "-m", "servers.probe_acts", NULL);
		_exit(1);
	}
	(void)close(ends[1]);
	probe_server.fd = ends[0];
	probe_server.answers = fdopen(ends[0], "r");
	return probe_server.pid > 0 && probe_server.answers;
}

static inline void probe_server_stop(void)
{
	(void)fclose(probe_server.answers);
	(void)kill(probe_server.pid, SIGKILL);
	(void)waitpid(probe_server.pid, NULL, 0);
}

/* Serves this act of the server's from now on; the port. */
static inline uint16_t probe_server_serve(const char *act)
{
	unsigned port = 0;
	assert_true(dprintf(probe_server.fd, "%s\n", act) > 0);
	assert_int_equal(fscanf(probe_server.answers, "%u", &port), 1);
	return (uint16_t)port;
}

static inline struct probe_server_counts probe_server_seen(void)
{
	struct probe_server_counts seen;
	assert_true(dprintf(probe_server.fd, "\n") > 0);
	assert_int_equal(fscanf(probe_server.answers, "%d %d %d", &seen.connections,
			     &seen.most_open, &seen.quits),
	    3);
	return seen;
}

#endif
