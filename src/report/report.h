/*
 * report.h - draws formats from a judged model. One table of writers, all with one signature.
 *
 * Pure: const model in, bytes appended to a buffer. Whatever came from a zone or a server goes
 * through escape.h on its way (the model holds it raw).
 */
#ifndef MXDANE_REPORT_H
#define MXDANE_REPORT_H

#include "buffer.h"
#include "model.h"
#include "params.h"

/* What a writer must know beside the model. */
struct report_style {
	bool verbose;
	bool color;       /* ANSI colors may be used */
	bool utf8;        /* the locale's charset is UTF-8 */
	unsigned columns; /* of the terminal; 80 when unknown */
	const struct params *params;
	const char *getdns_version, *gnutls_version; /* for mxdane_build_info */
};

/* Metric families of the prometheus format, which wants all samples of one in one place. */
#define REPORT_FAMILIES 14

struct report_name;
struct report_totals;

/* One run of a writer over any number of domains. Zeroed by the caller but for the style. */
struct report_run {
	const struct report_style *style;
	size_t domains;                          /* drawn so far; counted by the writer */
	struct buffer families[REPORT_FAMILIES]; /* freed by the writer's end, */
	struct report_name *names;               /* and these, of the domains drawn, */
	struct report_totals *totals;            /* and this, of the nagios format */
};

struct report_writer {
	const char *name; /* as in --output */
	bool counts_all;  /* --quiet keeps no domain from it: what it writes first is a total */
	/* begin and end may be NULL. All append to `out`; the caller writes it in one go. */
	void (*begin)(struct buffer *out, struct report_run *run);
	void (*domain)(
	    struct buffer *out, const struct domain_report *report, struct report_run *run);
	void (*end)(struct buffer *out, struct report_run *run);
};

/* Never NULL. */
const struct report_writer *report_writer_for(enum output output);

#endif
