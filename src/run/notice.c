/* notice.c owns what is said about the place that a check is made from. */
#include "notice.h"

#include <stdio.h>

void notice_unconfined(const struct params *params, const char *missing)
{
	if (missing && !params->quiet)
		fprintf(stderr, "mxdane: %s\n", missing);
}

void notice_blocked(const struct params *params, const struct reach *reach)
{
	if (reach_looks_blocked(reach))
		fprintf(stderr,
		    "mxdane: none of %zu connections to port %u was answered in time: this network "
		    "may block them; check from a mail server's, or ask its provider\n",
		    reach->timed_out, params->port);
}
