/* reach.c notes which addresses answered, over all domains of a run. */
#include "reach.h"

static void note_silent(struct reach *reach, const struct address *address)
{
	reach->timed_out++;
	if (reach->silent.family == 0)
		reach->silent = *address;
	else if (address_compare(&reach->silent, address) != 0)
		reach->several_silent = true;
}

static void note_endpoint(struct reach *reach, const struct endpoint *e)
{
	switch (e->probe.failure) {
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_DEADLINE: break;
	case PROBE_FAILURE_CONNECT:
		if (e->probe.timed_out) {
			note_silent(reach, &e->address);
			break;
		}
		__attribute__((fallthrough));
	default: reach->answered = true;
	}
}

void reach_note(struct reach *reach, const struct domain_report *report)
{
	for (size_t i = 0; i < report->host_count; i++) {
		const struct mx_host *h = &report->hosts[i];
		for (size_t j = 0; j < h->endpoint_count; j++)
			if (!h->endpoints[j].proposed)
				note_endpoint(reach, &h->endpoints[j]);
	}
}

bool reach_looks_blocked(const struct reach *reach)
{
	return reach->several_silent && !reach->answered;
}
