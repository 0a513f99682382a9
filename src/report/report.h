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
	bool color;       /* ANSI colours may be used */
	bool utf8;        /* the locale's charset is UTF-8 */
	unsigned columns; /* of the terminal; 80 when unknown */
	const struct params *params;
	const char *getdns_version, *gnutls_version; /* for mxdane_build_info */
};

/* Metric families of the prometheus format, which wants all samples of one in one place. */
#define REPORT_FAMILIES 12

struct report_name;

/* One run of a writer over any number of domains. Zeroed by the caller but for the style. */
struct report_run {
	const struct report_style *style;
	size_t domains;                          /* drawn so far; counted by the writer */
	struct buffer families[REPORT_FAMILIES]; /* freed by the writer's end, */
	struct report_name *names;               /* and these, of the domains drawn */
};

struct report_writer {
	const char *name; /* as in --output */
	/* begin and end may be NULL. All append to `out`; the caller writes it in one go. */
	void (*begin)(struct buffer *out, struct report_run *run);
	void (*domain)(
	    struct buffer *out, const struct domain_report *report, struct report_run *run);
	void (*end)(struct buffer *out, struct report_run *run);
};

/* Never NULL. */
const struct report_writer *report_writer_for(enum output output);

extern const struct report_writer report_text, report_json, report_nagios, report_prometheus,
    report_junit, report_tlsa;

/* RFC 3339 UTC, such as "2026-11-23T19:43:00Z"; years outside 1000 to 9999 are cut to that. */
#define REPORT_TIME_SIZE 32
const char *report_time(int64_t when, char buf[static REPORT_TIME_SIZE]);

/* ---- What several formats draw the same way ----------------------------------------------------
 */

/*
 * The visible form of `text` for a medium that is UTF-8 or not. Where it is not, the few signs that
 * mxdane's own sentences use become ASCII and every other byte above 0x7f becomes \xNN: an 8-bit
 * terminal takes bytes of UTF-8 for control characters.
 */
void report_add_visible(struct buffer *out, const char *text, bool utf8);
/* The same in an arena. */
char *report_visible(struct arena *arena, const char *text, bool utf8);
/* escape_text for text of several lines: each is escaped, the newlines between them stay.
 * NULL gives NULL. */
char *report_escape_lines(struct arena *arena, const char *text);
/* The earlier signature end of two lookups; false if neither is signed. Either may be NULL. */
bool report_signature_end(const struct lookup *a, const struct lookup *b, int64_t *when);
/* The name at the end of the host's alias chain, or NULL when no address lookup was made. */
const char *report_canonical_name(const struct mx_host *host);
/* True if both servers sent the same certificates in the same order. */
bool report_chain_equal(const struct probe *a, const struct probe *b);

#endif
