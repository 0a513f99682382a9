/* connectivity.c notes which addresses answered, over all domains of a run. */
#include "connectivity.h"

#include <stdio.h>

static void note_silent(struct connectivity *c, const struct address *address)
{
	c->timed_out++;
	if (c->silent.family == 0)
		c->silent = *address;
	else if (address_compare(&c->silent, address) != 0)
		c->several_silent = true;
}

static void note_endpoint(struct connectivity *c, const struct endpoint *e)
{
	switch (e->probe.failure) {
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_PROXY:
	case PROBE_FAILURE_DEADLINE: break;
	case PROBE_FAILURE_CONNECT:
		if (e->probe.timed_out) {
			note_silent(c, &e->address);
			break;
		}
		__attribute__((fallthrough));
	default: c->answered = true;
	}
}

void connectivity_note(struct connectivity *c, const struct domain_report *report)
{
	for (size_t i = 0; i < report->host_count; i++) {
		const struct mx_host *h = &report->hosts[i];
		for (size_t j = 0; j < h->endpoint_count; j++)
			if (!h->endpoints[j].proposed)
				note_endpoint(c, &h->endpoints[j]);
	}
}

bool connectivity_is_blocked(const struct connectivity *c)
{
	return c->several_silent && !c->answered;
}

void connectivity_report(const struct connectivity *c, const struct params *params)
{
	if (connectivity_is_blocked(c) && !params->proxy)
		fprintf(stderr,
		    "mxdane: none of %zu connections to port %u was answered in time. Your network "
		    "probably blocks outgoing port %u. Run this on a mail server, or by way of "
		    "one with --proxy, or ask your provider to open it.\n",
		    c->timed_out, params->port, params->port);
}
