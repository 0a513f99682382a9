/* reach.c counts the addresses that answered, over all domains of a run. */
#include "reach.h"

/* One silent address is a host that is down. */
enum { LEAST_EVIDENCE = 2 };

static void note_probe(struct reach *reach, const struct probe *p)
{
	switch (p->failure) {
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_DEADLINE: break;
	case PROBE_FAILURE_CONNECT:
		if (p->timed_out)
			reach->timed_out++;
		else
			reach->other++;
		break;
	default: reach->other++;
	}
}

void reach_note(struct reach *reach, const struct domain_report *report)
{
	for (size_t i = 0; i < report->host_count; i++) {
		const struct mx_host *h = &report->hosts[i];
		for (size_t j = 0; j < h->endpoint_count; j++)
			if (!h->endpoints[j].proposed)
				note_probe(reach, &h->endpoints[j].probe);
	}
}

bool reach_looks_blocked(const struct reach *reach)
{
	return reach->other == 0 && reach->timed_out >= LEAST_EVIDENCE;
}
