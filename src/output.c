/* output.c owns standard output, and how messages look on standard error. */
#include "output.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "escape.h"

enum { DEFAULT_COLUMNS = 80, LEAST_COLUMNS = 40 };

static unsigned terminal_columns(void)
{
	struct winsize w;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col < LEAST_COLUMNS ? LEAST_COLUMNS : w.ws_col;
	const char *text = getenv("COLUMNS");
	long columns = text ? strtol(text, NULL, 10) : 0;
	return columns >= LEAST_COLUMNS && columns <= 1000 ? (unsigned)columns : DEFAULT_COLUMNS;
}

static bool wants_color(enum when when)
{
	if (when != WHEN_AUTO)
		return when == WHEN_ALWAYS;
	const char *no_color = getenv("NO_COLOR"); /* no-color.org: any value that is not empty */
	const char *term = getenv("TERM");
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

void output_complain(const char *message)
{
	struct buffer visible = {0};
	escape_add(&visible, message, strlen(message));
	(void)fprintf(stderr, "mxdane: %s\n", buffer_text(&visible)); /* nobody else can be told */
	buffer_reset(&visible);
}

bool output_write(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (errno != EPIPE)
				fprintf(stderr, "mxdane: cannot write to standard output: %s\n",
				    strerror(errno));
			return false;
		}
		text += n;
		length -= (size_t)n;
	}
	return true;
}

static void flush(struct output_stream *out, struct buffer *b)
{
	if (!out->broken && !output_write(buffer_text(b), b->length))
		out->broken = true;
	buffer_reset(b);
}

void output_begin(struct output_stream *out, const struct params *params)
{
	struct buffer b = {0};
	out->writer = report_writer_for(params->output);
	out->style.params = params;
	out->style.verbose = params->verbose;
	out->style.color = params->output == OUTPUT_TEXT && wants_color(params->color);
	out->style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	out->style.columns = terminal_columns();
	out->run.style = &out->style;
	if (out->writer->begin)
		out->writer->begin(&b, &out->run);
	flush(out, &b);
}

void output_domain(struct output_stream *out, const struct domain_report *report)
{
	struct buffer b = {0};
	if (out->broken || (out->style.params->quiet && report->status == STATUS_OK))
		return;
	out->writer->domain(&b, report, &out->run);
	flush(out, &b);
}

void output_end(struct output_stream *out)
{
	struct buffer b = {0};
	if (out->writer->end)
		out->writer->end(&b, &out->run);
	flush(out, &b);
}
