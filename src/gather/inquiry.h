/*
 * inquiry.h - all that is to be gathered about one domain: the facts of its report and, where
 * something is proposed (--zone, --chain), side by side with them those of the live state.
 */
#ifndef MXDANE_INQUIRY_H
#define MXDANE_INQUIRY_H

#include "gather.h"

struct inquiry;

/*
 * As gather_start, with the `context` of the proposed state. Where something is proposed,
 * report->change->live is a report of the live state, gathered within the same --deadline; whatever
 * becomes of it is no fact of `report`.
 */
struct inquiry *inquiry_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void inquiry_cancel(struct inquiry *inquiry);

#endif
