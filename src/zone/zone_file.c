/* zone_file.c owns master files as a whole: what carries over from one entry to the next, and the
 * files that include each other. */
#include "zone_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ascii.h"
#include "buffer.h"
#include "escape.h"
#include "file.h"
#include "limit.h"
#include "zone_exception.h"
#include "zone_generate.h"
#include "zone_rdata.h"
#include "zone_text.h"

enum { DEFAULT_TTL = 3600 }; /* where the file states none */

/* A file that is being read, and those that led to it. */
struct source {
	const struct source *parent;
	const char *file;
	bool known; /* device and inode are set */
	dev_t device;
	ino_t inode;
	unsigned depth;
};

struct reader {
	struct arena *arena;
	struct zone_file *out;
	struct zone_fault fault;
	const char *fault_file;
	/* carried over */
	const char *origin; /* NULL: none yet */
	const char *owner;  /* NULL: none yet */
	bool has_ttl;       /* by $TTL, or stated last (RFC 1035 §5.1) */
	bool ttl_is_default;
	uint32_t ttl;
	/* against the limits */
	size_t bytes, files, generated;
};

static bool read_text(
    struct reader *r, const struct source *source, const char *text, size_t length);

static const char *take_name(struct reader *r, const struct zone_token *token, const char *what)
{
	const char *why = "it stands in quotes";
	const char *name = NULL;
	if (!token->quoted)
		name = zone_name_read(r->arena, token->text, token->length, r->origin, &why);
	if (!name)
		zone_fault_set(&r->fault, token->line, "expected %s, but in '%s' %s", what,
		    zone_token_visible(r->arena, token), why);
	return name;
}

/* ---- Files ---- */

static bool refuse_file(struct reader *r, const char *file, const char *why)
{
	r->fault_file = file;
	return zone_fault_set(&r->fault, 0, "%s", why);
}

static bool read_all(struct reader *r, int fd, const char *file, struct buffer *text)
{
	bool good = file_read_descriptor(fd, LIMIT_ZONE_BYTES - r->bytes, text);
	r->bytes += text->length;
	return good ||
	       refuse_file(r, file,
		   errno == EFBIG ? "over 64 MiB with all that it includes" : strerror(errno));
}

static bool is_being_read(const struct source *source, const struct stat *status)
{
	for (; source; source = source->parent)
		if (source->known && source->device == status->st_dev &&
		    source->inode == status->st_ino)
			return true;
	return false;
}

static bool read_open_file(struct reader *r, int fd, const struct source *parent, const char *file)
{
	struct stat status;
	struct buffer text = {0};
	if (fstat(fd, &status) < 0)
		return refuse_file(r, file, strerror(errno));
	if (S_ISDIR(status.st_mode) || (parent && !S_ISREG(status.st_mode)))
		return refuse_file(
		    r, file, "it is no regular file"); /* a pipe could be waited for for ever */
	if (is_being_read(parent, &status))
		return refuse_file(r, file, "it includes itself");
	struct source source = {.parent = parent,
	    .file = file,
	    .known = true,
	    .device = status.st_dev,
	    .inode = status.st_ino,
	    .depth = parent ? parent->depth + 1 : 0};
	bool good =
	    read_all(r, fd, file, &text) && read_text(r, &source, buffer_text(&text), text.length);
	buffer_reset(&text);
	return good;
}

/* `parent` NULL: the file that --zone names, which may be a pipe. */
static bool read_file(struct reader *r, const struct source *parent, const char *file)
{
	if (++r->files > LIMIT_ZONE_FILES)
		return refuse_file(r, file, "over 1000 files are included");
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | (parent ? O_NONBLOCK : 0));
	if (fd < 0)
		return refuse_file(r, file, strerror(errno));
	bool good = read_open_file(r, fd, parent, file);
	close(fd);
	return good;
}

/* ---- Directives ---- */

static bool take_origin(struct reader *r, const struct zone_entry *e)
{
	const char *origin;
	if (e->count != 2)
		return zone_fault_set(&r->fault, e->line, "expected one domain name after $ORIGIN");
	origin = take_name(r, &e->tokens[1], "a domain name after $ORIGIN");
	if (origin)
		r->origin = origin;
	return origin != NULL;
}

static bool take_default_ttl(struct reader *r, const struct zone_entry *e)
{
	if (e->count != 2 || !zone_token_ttl(&e->tokens[1], &r->ttl))
		return zone_fault_set(&r->fault, e->line,
		    "expected one TTL after $TTL, in seconds up to 2147483647 or as 1w2d3h4m5s");
	r->has_ttl = r->ttl_is_default = true;
	r->out->default_ttl = arena_memdup(r->arena, &r->ttl, sizeof r->ttl);
	return true;
}

/* A relative path begins where the including file is or, if there is no such file, in the working
 * directory, as name servers and named-checkzone have it. */
static const char *place_of(struct reader *r, const struct source *source, const char *path)
{
	const char *slash = strrchr(source->file, '/');
	if (!slash || *path == '/')
		return path;
	const char *beside =
	    arena_printf(r->arena, "%.*s/%s", (int)(slash - source->file), source->file, path);
	return access(beside, F_OK) != 0 && access(path, F_OK) == 0 ? path : beside;
}

/* The path as it is written, escapes resolved. */
static const char *include_path(
    struct reader *r, const struct source *source, const struct zone_token *token)
{
	struct buffer path = {0};
	const char *why = NULL;
	for (size_t i = 0; i < token->length && !why;) {
		uint8_t octet = 0;
		bool escaped;
		why = zone_token_octet(token->text, token->length, &i, &octet, &escaped);
		if (!why && octet == 0)
			why = "a file name cannot hold \\000";
		buffer_add(&path, &octet, 1);
	}
	const char *text = arena_strdup(r->arena, buffer_text(&path));
	buffer_reset(&path);
	if (why)
		zone_fault_set(&r->fault, token->line, "expected a file after $INCLUDE: %s", why);
	return why ? NULL : place_of(r, source, text);
}

/* RFC 1035 §5.1: the included file may have an origin of its own, and never changes the including
 * one's. */
static bool take_include(struct reader *r, const struct source *source, const struct zone_entry *e)
{
	const char *origin = r->origin, *owner = r->owner;
	if (e->count < 2 || e->count > 3)
		return zone_fault_set(
		    &r->fault, e->line, "expected a file and at most an origin after $INCLUDE");
	if (source->depth == LIMIT_ZONE_DEPTH)
		return zone_fault_set(
		    &r->fault, e->line, "files include each other more than 8 deep");
	const char *path = include_path(r, source, &e->tokens[1]);
	if (!path)
		return false;
	if (e->count == 3) {
		r->origin = take_name(r, &e->tokens[2], "a domain name as the origin of $INCLUDE");
		if (!r->origin)
			return false;
	}
	if (!read_file(r, source, path)) {
		if (r->fault.line == 0) { /* the file, not its text: say who wanted it */
			const char *why = r->fault.text;
			r->fault_file = source->file;
			return zone_fault_set(&r->fault, e->tokens[1].line,
			    "expected a file that can be included, not '%s': %s",
			    escape_text(r->arena, path), why);
		}
		return false;
	}
	r->origin = origin;
	r->owner = owner;
	return true;
}

/* ---- Records ---- */

static bool is_class(const struct zone_token *token)
{
	static const char *const names[] = {"IN", "CH", "HS", "CS", "NONE", "ANY"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (zone_token_is(token, names[i]))
			return true;
	return !token->quoted && token->length > 5 && ascii_equal(token->text, "CLASS", 5);
}

/* TTL and class, either or both, in either order (RFC 1035 §5.1). *ttl stays as it is where none
 * was ever stated. */
static bool take_ttl_and_class(
    struct reader *r, const struct zone_entry *e, size_t *next, uint32_t *ttl)
{
	bool has_ttl = false, has_class = false;
	for (; *next < e->count; ++*next) {
		const struct zone_token *token = &e->tokens[*next];
		bool starts_with_digit = ascii_is_digit((uint8_t)token->text[0]);
		if (!has_class && is_class(token)) {
			if (!zone_token_is(token, "IN") && !zone_token_is(token, "CLASS1"))
				return zone_fault_set(&r->fault, token->line,
				    "expected class IN, not '%s'",
				    zone_token_visible(r->arena, token));
			has_class = true;
		} else if (!has_ttl && !token->quoted && token->length && starts_with_digit) {
			if (!zone_token_ttl(token, ttl))
				return zone_fault_set(&r->fault, token->line,
				    "expected a TTL in seconds up to 2147483647 or as 1w2d3h4m5s, "
				    "not '%s'",
				    zone_token_visible(r->arena, token));
			has_ttl = true;
		} else {
			break;
		}
	}
	if (has_ttl && !r->ttl_is_default) {
		r->has_ttl = true;
		r->ttl = *ttl;
	} else if (!has_ttl && r->has_ttl) {
		*ttl = r->ttl;
	}
	return true;
}

static bool take_owner(struct reader *r, const struct zone_entry *e, size_t *next)
{
	*next = e->begins_blank ? 0 : 1;
	if (!e->begins_blank)
		r->owner = take_name(r, &e->tokens[0], "the owner of a record");
	else if (!r->owner)
		return zone_fault_set(&r->fault, e->tokens[0].line,
		    "expected an owner at the start of the line: no record before has one");
	return r->owner != NULL;
}

/* *list stays as it is where there is no comment for it. */
static bool take_exceptions(
    struct reader *r, const struct zone_entry *e, const struct exception **list)
{
	if (!e->exception.text)
		return true;
	*list = zone_exception_read(&e->exception, &r->fault);
	return *list != NULL;
}

static bool take_record(struct reader *r, const struct source *source, const struct zone_entry *e)
{
	size_t next;
	uint32_t ttl = DEFAULT_TTL;
	struct zone_record record = {.at.file = source->file};
	if (!take_exceptions(r, e, &record.at.exceptions) || !take_owner(r, e, &next) ||
	    !take_ttl_and_class(r, e, &next, &ttl))
		return false;
	if (next == e->count)
		return zone_fault_set(
		    &r->fault, e->line, "expected a record type, not the end of the record");
	if (!zone_type_read(&e->tokens[next], &record.type))
		return zone_fault_set(&r->fault, e->tokens[next].line,
		    "expected a record type (such as TLSA or TYPE52), not '%s'",
		    zone_token_visible(r->arena, &e->tokens[next]));
	const struct zone_token *first = &e->tokens[e->begins_blank ? next : 0];
	record.at.line = first->line;
	record.at.column = first->column;
	next++;
	struct zone_rdata rdata = {.type = record.type,
	    .tokens = e->tokens + next,
	    .count = e->count - next,
	    .line = e->line,
	    .origin = r->origin};
	if (!zone_rdata_read(&rdata, &record.data, &r->fault))
		return false;
	record.made = zone_rdata_made(&rdata);
	record.owner = r->owner;
	record.data.ttl = ttl;
	*(struct zone_record *)arena_append(
	    r->arena, &r->out->records, &r->out->count, sizeof record) = record;
	return true;
}

/* ---- $GENERATE ---- */

/* One of its records; they all stand where `at` says. */
static bool take_generated(struct reader *r, const struct source *source, const struct location *at,
    const struct buffer *line)
{
	struct zone_text t;
	struct zone_entry e;
	zone_text_begin(&t, buffer_text(line), line->length);
	t.line = at->line;
	bool good = zone_text_next(&t, &e, &r->fault) && take_record(r, source, &e);
	zone_text_end(&t);
	if (good)
		r->out->records[r->out->count - 1].at = *at;
	return good;
}

static bool count_generated(struct reader *r, const struct zone_generate *g, unsigned line)
{
	if (g->count > LIMIT_ZONE_GENERATED - r->generated)
		return zone_fault_set(&r->fault, line,
		    "expected at most %d records from all $GENERATE of a file",
		    LIMIT_ZONE_GENERATED);
	r->generated += g->count;
	return true;
}

static bool count_octets(struct reader *r, unsigned line, size_t length)
{
	r->bytes += length;
	return r->bytes <= LIMIT_ZONE_BYTES ||
	       zone_fault_set(
		   &r->fault, line, "over 64 MiB with all that it includes and generates");
}

/* An owner that is left out after it is the one before it. */
static bool take_generate(struct reader *r, const struct source *source, const struct zone_entry *e)
{
	struct zone_generate g;
	struct buffer line = {0};
	const char *before = r->owner;
	struct location at = {.file = source->file};
	bool good = zone_generate_begin(&g, e, &r->fault) && count_generated(r, &g, e->line) &&
		    take_exceptions(r, e, &at.exceptions);
	if (good) {
		at.line = zone_generate_owner(&g)->line;
		at.column = zone_generate_owner(&g)->column;
	}
	for (uint32_t i = 0; good && i < g.count; i++) {
		line.length = 0;
		good = zone_generate_line(&g, i, &line, &r->fault) &&
		       count_octets(r, e->line, line.length) &&
		       take_generated(r, source, &at, &line);
	}
	buffer_reset(&line);
	r->owner = before;
	return good;
}

/* ---- The text ---- */

static bool take_directive(
    struct reader *r, const struct source *source, const struct zone_entry *e)
{
	const struct zone_token *word = &e->tokens[0];
	if (e->exception.text && !zone_token_is(word, "$GENERATE"))
		return zone_fault_set(&r->fault, e->exception.line,
		    "expected a record on the line of a comment that begins with mxdane:");
	if (zone_token_is(word, "$ORIGIN"))
		return take_origin(r, e);
	if (zone_token_is(word, "$TTL"))
		return take_default_ttl(r, e);
	if (zone_token_is(word, "$INCLUDE"))
		return take_include(r, source, e);
	if (zone_token_is(word, "$GENERATE"))
		return take_generate(r, source, e);
	return zone_fault_set(&r->fault, word->line,
	    "expected $ORIGIN, $TTL, $INCLUDE or $GENERATE, not '%s'",
	    zone_token_visible(r->arena, word));
}

static bool read_text(
    struct reader *r, const struct source *source, const char *text, size_t length)
{
	struct zone_text t;
	struct zone_entry e;
	bool good = length < 3 || memcmp(text, "\xef\xbb\xbf", 3) != 0 ||
		    zone_fault_set(&r->fault, 1,
			"the file begins with a byte order mark, which name servers do not read");
	zone_text_begin(&t, text, length);
	while (good && zone_text_next(&t, &e, &r->fault)) {
		const struct zone_token *first = &e.tokens[0];
		bool directive = !first->quoted && first->length && first->text[0] == '$';
		good = directive && !e.begins_blank ? take_directive(r, source, &e)
						    : take_record(r, source, &e);
	}
	zone_text_end(&t);
	if (r->fault.text && !r->fault_file)
		r->fault_file = source->file;
	return !r->fault.text;
}

/* ---- The whole ---- */

static void begin(struct reader *r, struct arena *arena, const char *file)
{
	*r = (struct reader){.arena = arena, .fault = {.arena = arena}};
	r->out = arena_alloc(arena, sizeof *r->out);
	r->out->name = arena_strdup(arena, file);
}

static const struct zone_error *make_error(
    struct arena *arena, const char *file, unsigned line, const char *text)
{
	struct zone_error *error = arena_alloc(arena, sizeof *error);
	const char *shown = escape_text(arena, file);
	error->at = (struct location){file, line, line ? 1 : 0, NULL};
	error->message = line ? arena_printf(arena, "%s:%u: %s", shown, line, text)
			      : arena_printf(arena, "%s: %s", shown, text);
	return error;
}

const struct zone_error *zone_error_at(
    struct arena *arena, const struct location *at, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	const char *text = arena_vprintf(arena, format, ap);
	va_end(ap);
	return make_error(arena, at->file, at->line, text);
}

static struct zone_file *end(struct reader *r, bool good, const struct zone_error **error)
{
	const struct zone_fault *f = &r->fault;
	if (good && r->out->count)
		return r->out;
	*error = good
		     ? make_error(r->arena, r->out->name, 0, "expected a record, not an empty file")
		     : make_error(r->arena, r->fault_file, f->line, f->text);
	return NULL;
}

struct zone_file *zone_file_read(
    struct arena *arena, const char *file, const char *origin, const struct zone_error **error)
{
	struct reader r;
	begin(&r, arena, file);
	r.origin = r.out->origin = arena_strdup(arena, origin);
	return end(&r, read_file(&r, NULL, r.out->name), error);
}

struct zone_file *zone_file_parse(struct arena *arena, const char *file, const char *text,
    size_t length, const struct zone_error **error)
{
	struct reader r;
	begin(&r, arena, file);
	struct source source = {.file = r.out->name};
	return end(&r, read_text(&r, &source, text, length), error);
}
