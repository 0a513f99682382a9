/* output.c owns standard output, and how messages look on standard error. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "resolver.h"
#include "tls.h"

enum {
	/* Milliseconds that a run being ended waits for a reader that does not read. */
	HURRIED_WAIT_MS = 2000,
};

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
	(void)fprintf(
	    stderr, "mxdane: %s\n", buffer_text(&visible)); /* its own failure cannot be reported */
	buffer_reset(&visible);
}

/*
 * Waits until standard output takes PIPE_BUF octets (pipe(7)). A write() that waits would go on
 * doing so after a signal, as the handlers are set with SA_RESTART; poll() never does (signal(7)).
 * False: the run is to end, by the first signal or a second one, and nobody reads.
 */
static bool await_reader(bool *hurried)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
	int n;
	while ((n = poll(&p, 1, *hurried ? HURRIED_WAIT_MS : -1)) < 0 && errno == EINTR) {
		if (*hurried)
			return false;
		*hurried = true;
	}
	return n != 0; /* an error too: write() will meet it */
}

/* No half line stays in a file that nobody else has added to since: one that a later run were
 * appended to would join two. */
static void take_back(size_t written)
{
	struct stat file;
	off_t end = lseek(STDOUT_FILENO, 0, SEEK_CUR), begin = end - (off_t)written;
	if (written == 0 || end < 0 || begin < 0 || fstat(STDOUT_FILENO, &file) < 0 ||
	    !S_ISREG(file.st_mode) || file.st_size != end)
		return;
	/* The run ends with an error either way. */
	if (ftruncate(STDOUT_FILENO, begin) == 0)
		(void)lseek(STDOUT_FILENO, begin, SEEK_SET);
}

static bool write_whole(const char *text, size_t length, bool *hurried)
{
	size_t written = 0;
	while (written < length) {
		size_t part = length - written < PIPE_BUF ? length - written : PIPE_BUF;
		if (!await_reader(hurried))
			return false;
		ssize_t n = write(STDOUT_FILENO, text + written, part);
		if (n >= 0) {
			written += (size_t)n;
		} else if (errno != EINTR) {
			if (errno != EPIPE)
				fprintf(stderr, "mxdane: cannot write to standard output: %s\n",
				    strerror(errno));
			take_back(written);
			return false;
		}
	}
	return true;
}

bool output_write(const char *text, size_t length)
{
	bool hurried = false;
	return write_whole(text, length, &hurried);
}

bool output_overwrites(int fd)
{
	struct stat file, out;
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && flags >= 0 &&
	       !(flags & O_APPEND) && fstat(STDOUT_FILENO, &out) == 0 &&
	       file.st_dev == out.st_dev && file.st_ino == out.st_ino;
}

static void flush(struct output_stream *out, struct buffer *b)
{
	if (!out->broken && !write_whole(buffer_text(b), b->length, &out->hurried))
		out->broken = true;
	buffer_reset(b);
}

/* The one thing that the user's locale decides. It is never the program's own: under some, the C
 * library no longer takes "i" and "I" for one letter. */
static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (!locale)
		return false;
	bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return utf8;
}

unsigned output_columns(int fd)
{
	enum { DEFAULT = 80, MOST = 1000 };
	struct winsize w;
	if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	const char *text = getenv("COLUMNS");
	long columns = text ? strtol(text, NULL, 10) : 0;
	return columns > 0 && columns <= MOST ? (unsigned)columns : DEFAULT;
}

void output_begin(struct output_stream *out, const struct params *params)
{
	struct buffer b = {0};
	out->writer = report_writer_for(params->output);
	out->style.params = params;
	out->style.verbose = params->verbose;
	out->style.color = params->output == OUTPUT_TEXT && wants_color(params->color);
	out->style.utf8 = locale_is_utf8();
	out->style.columns = output_columns(STDOUT_FILENO);
	out->style.getdns_version = resolver_library_version();
	out->style.gnutls_version = tls_library_version();
	out->run.style = &out->style;
	if (out->writer->begin)
		out->writer->begin(&b, &out->run);
	flush(out, &b);
}

void output_domain(struct output_stream *out, const struct domain_report *report)
{
	struct buffer b = {0};
	bool silent = out->style.params->quiet && model_counted_status(report) == STATUS_OK;
	if (out->broken || (silent && !out->writer->counts_all))
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
