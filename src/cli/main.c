/* main.c turns a command line into an exit status. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arena.h"
#include "check.h"
#include "explain.h"
#include "hostname.h"
#include "limit.h"
#include "option_proxy.h"
#include "options.h"
#include "output.h"
#include "sandbox.h"
#include "tls.h"
#include "wait.h"

enum { EXIT_UNKNOWN = 3 };

/* Before the loop listens: nothing was sent or printed yet. */
static void end_at_once(int number)
{
	(void)number;
	_exit(EXIT_UNKNOWN);
}

static void set_signals(void)
{
	(void)signal(SIGINT, end_at_once);
	(void)signal(SIGTERM, end_at_once);
	/* A closed pipe, and a file over its limit of size, are errors of write(), not an end
	 * without cleaning up. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
}

/*
 * This machine's policy for GnuTLS is meant for its own mail and web clients; followed here it
 * would make servers look guilty, and libcurl crash. GnuTLS reads it before main, so that the
 * program begins anew without it. Where that fails, tls_global_init names what is forbidden.
 */
static void set_policy_aside(char **argv)
{
	if (tls_local_policy() && setenv(TLS_POLICY_VARIABLE, TLS_NO_POLICY, 1) == 0)
		(void)execv("/proc/self/exe", argv);
}

/* ---- The table of open files ---- */

/* Called first of all. A standard descriptor that was closed is taken up by /dev/null, so that no
 * connection gets its number; using it as what it was meant for fails as it should. */
static void hold_standard_descriptors(void)
{
	/* Standard input, output and error, the first two the wrong way round: reading the one or
	 * writing to the other is to be an error where it was closed. */
	static const int ways[] = {O_WRONLY, O_RDONLY, O_WRONLY};
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", ways[fd]); /* gets the lowest free number: fd */
}

/* Of a million nobody uses more than the first. */
enum { LOOKED_AT = 4096 };

/* A connection may be two for a moment: libcurl tries both families. */
enum { FILES_OF_CONNECTION = 2 };

/* By one system call: the kernel marks the numbers where nothing is open. */
static size_t count_open(size_t limit)
{
	struct pollfd files[LOOKED_AT];
	size_t asked = 0, count = 0;

	for (; asked < limit && asked < LOOKED_AT; asked++)
		files[asked] = (struct pollfd){.fd = (int)asked};
	if (poll(files, asked, 0) < 0)
		return 0;
	for (size_t i = 0; i < asked; i++)
		count += !(files[i].revents & POLLNVAL);
	return count;
}

/* Raises the limit of open files as far as is allowed; returns how many may still be opened, or
 * `least` where that is not known. */
static size_t raise_limit(size_t least)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return least;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	size_t allowed = (size_t)limit.rlim_cur, open = count_open(allowed);
	return allowed > open ? allowed - open : 0;
}

/* ---- What was asked for ---- */

/* A check with what was asked for; its exit status. */
static int run_check(struct params *params, struct arena *arena)
{
	size_t more = params->authoritative ? LIMIT_SERVERS_ASKED : 0;
	size_t least = LIMIT_LEAST_DESCRIPTORS + more, left = raise_limit(least);
	if (left < least) {
		(void)fprintf(stderr, /* nobody is left to tell */
		    "mxdane: only %zu more files may be opened, and a check needs %zu: "
		    "raise the limit (ulimit -n)\n",
		    left, least);
		return EXIT_UNKNOWN;
	}
	const char *error = params->proxy ? option_proxy_look_up(params->proxy, arena) : NULL;
	if (error) {
		output_complain(error);
		return EXIT_UNKNOWN;
	}
	if (!params->ehlo)
		params->ehlo = hostname_own(arena);
	size_t connections = (left - LIMIT_OWN_DESCRIPTORS - more) / FILES_OF_CONNECTION;
	return params->wait_seconds ? wait_run(params, connections)
				    : check_run(params, connections, NULL);
}

int main(int argc, char **argv)
{
	hold_standard_descriptors();
	set_policy_aside(argv);
	struct arena *arena = arena_create();
	struct params params = {0};
	struct buffer text = {0};
	struct options_topic topic = {0};
	const char *error = NULL;
	int status = 0;
	set_signals();
	sandbox_forbid_core_dumps();
	switch (options_parse(arena, argc, argv, &params, &topic, &error)) {
	case OPTIONS_CHECK: status = run_check(&params, arena); break;
	case OPTIONS_HELP: options_print_usage(&text); break;
	case OPTIONS_VERSION: explain_version(&text); break;
	case OPTIONS_EXPLAIN: explain_topic(&text, topic); break;
	case OPTIONS_ERROR:
		output_complain(error);
		status = EXIT_UNKNOWN;
		break;
	}
	if (!output_write(buffer_text(&text), text.length))
		status = EXIT_UNKNOWN;
	buffer_reset(&text);
	arena_destroy(arena);
	return status;
}
