/*
 * report_text_alike.h - what the text need not say twice: a host with many addresses, or with many
 * records, has as many findings that differ in nothing else. --verbose says each.
 */
#ifndef MXDANE_REPORT_TEXT_ALIKE_H
#define MXDANE_REPORT_TEXT_ALIKE_H

#include "model.h"

/* How one finding is shown. */
struct text_group {
	bool said;                     /* not by itself: an earlier one stands for it */
	bool counted;                  /* a remark that an earlier one of its code counts */
	const struct finding **others; /* the same for other addresses of the host */
	size_t other_count;
	size_t more; /* remarks with this code on this host that are left out behind it */
};

/* One for each finding of the report, in the same order. */
struct text_group *text_group_findings(struct arena *arena, const struct domain_report *r);

#endif
