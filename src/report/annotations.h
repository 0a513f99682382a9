/*
 * annotations.h - findings as remarks beside a line of a file: what the sarif and the github format
 * draw.
 */
#ifndef MXDANE_ANNOTATIONS_H
#define MXDANE_ANNOTATIONS_H

#include "report.h"

struct annotation {
	const struct finding *finding;
	/* Hexadecimal: of domain, code, host and record, not of the line that it stands in. */
	const char *fingerprint;
};

/* The findings that are not in --baseline, ignored ones too, from warning up, with --verbose all:
 * those of one record, which several addresses may have, are one annotation. */
struct annotation *annotation_list(struct arena *arena, const struct domain_report *report,
    const struct report_run *run, size_t *count);
/* The file of a finding that has one, as a path from where the run began. */
const char *annotation_path(const struct finding *f);

#endif
