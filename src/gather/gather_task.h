/*
 * gather_task.h - the tasks of one domain: every question, probe and fetch under way, and the
 * --deadline over them.
 *
 * The deadline ends each task as its own failure, by the same handler that a real answer takes, so
 * there is one way through the code.
 */
#ifndef MXDANE_GATHER_TASK_H
#define MXDANE_GATHER_TASK_H

#include "gather.h"

enum { OFFERS = 2 }; /* connections to one address with one SNI: one for each kind of certificate */

/* The probes of one address: in each turn of --repeat one for each offer. */
struct address_probes {
	struct address address;
	const char *sni;
	struct probe (*turns)[OFFERS];
	struct probe *any; /* the same turns with any kind of certificate; NULL: not asked */
};

typedef void gather_task_cb(void *user);

/* Zeroed before gather_tasks_begin(). */
struct gather_tasks {
	const struct gather_context *context;
	struct arena *arena; /* of the answers */
	gather_task_cb *ended;
	void *user;
	struct loop_timer *clock; /* of --deadline */
	unsigned left_ms;         /* of it */
	struct loop_timer *soon;  /* brings the end of what never had to wait into the loop */
	bool parked;              /* counted in the context's parking */
	bool closing;             /* the deadline has passed: nothing new is started */
	struct gather_task *first;
	struct quota *lookups, *probes; /* of this domain; what is beyond them waits in order */
};

/* `ended` is called from the loop when no task is left; by the deadline at the latest. */
void gather_tasks_begin(struct gather_tasks *tasks, const struct gather_context *context,
    struct arena *arena, gather_task_cb *ended, void *user);
/* Ends all tasks; no handler is called, and nothing can be asked after it. */
void gather_tasks_drop(struct gather_tasks *tasks);
/* As gather_tasks_drop, and frees what they had. */
void gather_tasks_close(struct gather_tasks *tasks);

/* Asks (name, type); the copied answer is in *to when `done` is called. */
void gather_task_lookup(struct gather_tasks *tasks, const char *name, enum dns_type type,
    struct lookup **to, gather_task_cb *done, void *user);
/* Probes one address, which stays where it is, once in each turn; without SNI where that is NULL. A
 * copy is in *to when no task is left. */
void gather_task_probe(struct gather_tasks *tasks, const struct address *address, const char *sni,
    enum tls_offer offer, unsigned turn, struct probe *to);
/* The same for each kind of certificate, as often as --repeat says. */
void gather_task_probe_keys(
    struct gather_tasks *tasks, struct address_probes *probes, const char *sni);
/* Once more, for any kind of certificate: fills in probes->any. */
void gather_task_probe_any(struct gather_tasks *tasks, struct address_probes *probes);
/* Asks the name server at an address, which stays where it is (authoritative.h); the copied answer
 * is in *to when `done` is called. */
void gather_task_server(struct gather_tasks *tasks, const struct address *address, const char *name,
    enum dns_type type, bool tcp, struct server_answer **to, gather_task_cb *done, void *user);
/* Fetches the domain's policy; a copy is in *to when `done` is called. */
void gather_task_policy(struct gather_tasks *tasks, const char *domain, struct policy_fetch *to,
    gather_task_cb *done, void *user);

#endif
