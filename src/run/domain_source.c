/* domain_source.c owns the list of domains of a run and the reading of --file. */
#include "domain_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "limit.h"

struct domain_source {
	const struct params *params;
	const char *const *domains; /* before those of the file */
	size_t domain_count;
	size_t next_argument;
	int fd; /* -1: no file, or at its end */
	bool at_end;
	bool skipping;            /* inside a line that is too long */
	struct loop_watch *watch; /* NULL for a regular file, whose reads never wait */
	loop_cb *ready;
	void *user;
	struct buffer buffer;
	size_t taken; /* bytes of the buffer that the last line used up */
	size_t line;
	char *message;
};

static void input_ready(void *user, unsigned events)
{
	struct domain_source *s = user;
	(void)events;
	loop_watch_set(s->watch, 0);
	s->ready(s->user);
}

struct domain_source *domain_source_open(struct loop *loop, const struct params *params,
    loop_cb *ready, void *user, struct arena *arena, const char **error)
{
	int fd = -1;
	if (params->file) {
		bool standard = strcmp(params->file, "-") == 0;
		fd = standard ? dup(STDIN_FILENO)
			      : open(params->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0) {
			*error = arena_printf(arena, "--file: cannot open %s: %s",
			    standard ? "standard input" : params->file, strerror(errno));
			return NULL;
		}
	}
	struct domain_source *s = memory_alloc(sizeof *s);
	s->params = params;
	domain_source_list(s, params->domains, params->domain_count);
	s->fd = fd;
	s->ready = ready;
	s->user = user;
	if (fd >= 0)
		s->watch = loop_watch_open(loop, fd, 0, input_ready, s);
	return s;
}

void domain_source_list(struct domain_source *s, const char *const *domains, size_t count)
{
	s->domains = domains;
	s->domain_count = count;
}

void domain_source_close(struct domain_source *s)
{
	if (!s)
		return;
	loop_watch_close(s->watch);
	if (s->fd >= 0)
		close(s->fd);
	buffer_reset(&s->buffer);
	free(s->message);
	free(s);
}

static enum source_result complain(struct domain_source *s, const char **text, const char *what)
{
	struct buffer b = {0};
	buffer_printf(&b, "--file: %s:%zu: %s",
	    strcmp(s->params->file, "-") == 0 ? "standard input" : s->params->file, s->line, what);
	free(s->message);
	s->message = memory_strdup(buffer_text(&b));
	buffer_reset(&b);
	*text = s->message;
	return SOURCE_ERROR;
}

/* Strips comment and white space in place; true if a domain is left. */
static bool clean_line(char *line, const char **text)
{
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t\r\f\v");
	size_t n = strlen(line);
	while (n && strchr(" \t\r\f\v", line[n - 1]))
		line[--n] = '\0';
	*text = line;
	return n > 0;
}

/* One line out of the buffer, if it holds a whole one. */
static bool take_line(struct domain_source *s, const char **text, enum source_result *result)
{
	char *end = s->buffer.length ? memchr(s->buffer.data, '\n', s->buffer.length) : NULL;
	size_t length = end ? (size_t)(end - s->buffer.data) : s->buffer.length;
	bool too_long = length > LIMIT_LIST_LINE;
	if (!end && too_long) {
		s->skipping = true;
		buffer_consume(&s->buffer, s->buffer.length);
		return false;
	}
	if (!end && (!s->at_end || (length == 0 && !s->skipping)))
		return false;
	s->line++;
	s->taken = end ? length + 1 : length;
	bool skipped = s->skipping || too_long;
	s->skipping = false;
	if (skipped) {
		*result = complain(s, text, "the line is longer than a domain name can be");
		return true;
	}
	if (memchr(s->buffer.data, '\0', length)) {
		*result = complain(s, text, "the line holds a NUL byte");
		return true;
	}
	s->buffer.data[length] = '\0';
	*result = SOURCE_DOMAIN;
	if (!clean_line(s->buffer.data, text))
		*text = NULL;
	return true;
}

/* Reads more; SOURCE_DOMAIN stands for "look again". */
static enum source_result read_more(struct domain_source *s, const char **text)
{
	char chunk[16 * 1024];
	ssize_t n;
	do
		n = read(s->fd, chunk, sizeof chunk);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		s->at_end = true;
		s->line++;
		return complain(s, text, strerror(errno));
	}
	if (n == 0)
		s->at_end = true;
	buffer_add(&s->buffer, chunk, (size_t)n);
	return SOURCE_DOMAIN;
}

static bool has_input(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) != 0; /* an error too: read() will meet it */
}

enum source_result domain_source_next(struct domain_source *s, const char **text)
{
	enum source_result result;
	if (s->next_argument < s->domain_count) {
		*text = s->domains[s->next_argument++];
		return SOURCE_DOMAIN;
	}
	for (;;) {
		buffer_consume(&s->buffer, s->taken);
		s->taken = 0;
		while (take_line(s, text, &result)) {
			if (result != SOURCE_DOMAIN || *text)
				return result;
			buffer_consume(&s->buffer, s->taken);
			s->taken = 0;
		}
		if (s->fd < 0 || s->at_end)
			return SOURCE_END;
		if (s->watch && !has_input(s->fd)) {
			loop_watch_set(s->watch, LOOP_READ);
			return SOURCE_WAIT;
		}
		if (read_more(s, text) == SOURCE_ERROR)
			return SOURCE_ERROR;
	}
}

size_t domain_source_count(struct domain_source *s, size_t most)
{
	off_t begin = s->fd < 0 ? 0 : lseek(s->fd, 0, SEEK_CUR);
	struct stat file;
	if (s->fd >= 0 && (begin < 0 || fstat(s->fd, &file) < 0 || !S_ISREG(file.st_mode)))
		return 0;
	size_t count = 0;
	const char *text;
	for (enum source_result r;
	     count < most && (r = domain_source_next(s, &text)) != SOURCE_END;)
		count += r == SOURCE_DOMAIN;
	s->next_argument = 0;
	s->at_end = s->skipping = false;
	s->line = 0;
	s->taken = 0;
	buffer_consume(&s->buffer, s->buffer.length);
	if (s->fd >= 0)
		(void)lseek(s->fd, begin, SEEK_SET); /* it could before */
	return count;
}
