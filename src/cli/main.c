/* main.c turns a command line into an exit status. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "check.h"
#include "explain.h"
#include "fd_limit.h"
#include "hostname.h"
#include "limit.h"
#include "option_proxy.h"
#include "options.h"
#include "output.h"
#include "sandbox.h"
#include "tls.h"

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

/* A check with what was asked for; its exit status. */
static int run_check(struct params *params, struct arena *arena)
{
	size_t left;
	if (!fd_limit_raise(&left)) {
		(void)fprintf(stderr, /* nobody is left to tell */
		    "mxdane: only %zu more files may be opened, and a check needs %d: "
		    "raise the limit (ulimit -n)\n",
		    left, LIMIT_LEAST_DESCRIPTORS);
		return EXIT_UNKNOWN;
	}
	const char *error = params->proxy ? option_proxy_look_up(params->proxy, arena) : NULL;
	if (error) {
		output_complain(error);
		return EXIT_UNKNOWN;
	}
	if (!params->ehlo)
		params->ehlo = hostname_own(arena);
	return check_run(params, fd_limit_connections(left));
}

int main(int argc, char **argv)
{
	fd_limit_hold_standard();
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
