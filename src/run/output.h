/*
 * output.h - standard output: what a writer draws goes out whole or the run ends (mxdane(1),
 * EXIT STATUS).
 */
#ifndef MXDANE_OUTPUT_H
#define MXDANE_OUTPUT_H

#include "report.h"

struct output_stream {
	const struct report_writer *writer;
	struct report_style style;
	struct report_run run;
	bool broken;  /* nothing more can be written: EPIPE, silently, or an error that was reported
		       */
	bool hurried; /* the run is being ended: a reader that does not read is not waited for */
};

/* Finds out color, charset and width of standard output, and writes what opens the format. */
void output_begin(struct output_stream *out, const struct params *params);
void output_domain(struct output_stream *out, const struct domain_report *report);
void output_end(struct output_stream *out);
/* Writes all of `text` to standard output; false, with a message where it is no closed pipe, on
 * failure. */
bool output_write(const char *text, size_t length);
/* True if standard output is that file, which the shell has emptied: it is not appended to. */
bool output_overwrites(int fd);
/* Says a message on standard error, after "mxdane: ". It may quote file names and other text as
 * they are: what is unsafe on a terminal is escaped here. */
void output_complain(const char *message);
/* Columns of the terminal that `fd` is; of something else what COLUMNS says; 80 if it does not. */
unsigned output_columns(int fd);

#endif
