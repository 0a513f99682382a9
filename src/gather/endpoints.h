/*
 * endpoints.h - from the probes of a host's addresses to its endpoints.
 */
#ifndef MXDANE_ENDPOINTS_H
#define MXDANE_ENDPOINTS_H

#include "gather_task.h"

/* True if the session came about, with a certificate. */
bool endpoints_has_leaf(const struct probe *p);
/* True if a kind of certificate was shown in some turns and denied in others, or both were denied:
 * a machine may have another kind, which senders take, or fail for all. A turn for any kind
 * tells. */
bool endpoints_are_unclear(const struct gather_tasks *tasks, const struct address_probes *probes);
/* By address. */
void endpoints_sort(struct address_probes **set, size_t count);
/* Appends one that shows this. */
void endpoints_add(const struct gather_tasks *tasks, struct endpoint **list, size_t *count,
    const struct address *address, const struct probe *facts);
/* Sorts the probes and appends the endpoints that they show: of each address one for each kind of
 * certificate and, where its turns differ, for each of these; those for any kind count where they
 * show what no other does. */
void endpoints_make(const struct gather_tasks *tasks, struct address_probes **set, size_t set_count,
    struct endpoint **list, size_t *count);

#endif
