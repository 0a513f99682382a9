/*
 * report.h - draws formats from a judged model. One table of writers, all with one signature.
 */
#ifndef MXDANE_REPORT_H
#define MXDANE_REPORT_H

#include <stdio.h>

#include "buffer.h"
#include "model.h"
#include "params.h"

/* What a writer must know beside the model. */
struct report_style {
	bool verbose;
	bool color;       /* ANSI colours may be used */
	bool utf8;        /* the locale's charset is UTF-8 */
	unsigned columns; /* of the terminal; 80 when unknown */
	const struct params *params;
};

struct report_writer {
	const char *name; /* as in --output */
	/* Each may be NULL. All append to `out`; the caller writes it in one go. */
	void (*begin)(struct buffer *out, const struct report_style *style);
	void (*domain)(struct buffer *out, const struct domain_report *report,
	    const struct report_style *style);
	void (*end)(struct buffer *out, const struct report_style *style);
};

const struct report_writer *report_writer_for(enum output output);

/* The TLSA record "3 1 1 …" for a certificate as a zone-file line (without the final newline). */
char *report_tlsa_line(struct arena *arena, const char *owner, const struct certificate *leaf);
/* RFC 3339 UTC, such as "2026-11-23T19:43:00Z". */
#define REPORT_TIME_SIZE 32
const char *report_time(int64_t when, char buf[static REPORT_TIME_SIZE]);

extern const struct report_writer report_text, report_json;

#endif
