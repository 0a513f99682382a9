/* anchor.c owns finding and parsing the root's trust anchor file. */
#include "anchor.h"

#include <errno.h>
#include <getdns/getdns_extra.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "file.h"
#include "limit.h"

struct anchor {
	const char *path;
	getdns_list *records;
	size_t count;
};

/* Debian's dns-root-data, then what Unbound and older tools keep. */
static const char *const usual_paths[] = {
    "/usr/share/dns/root.key",
    "/etc/unbound/root.key",
    "/var/lib/unbound/root.key",
    "/etc/trusted-key.key",
    NULL,
};

const char *const *anchor_usual_files(void)
{
	return usual_paths;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

/* Strips a comment. DS and DNSKEY RDATA hold no quoted strings, so every semicolon begins one. */
static const char *cut_comment(char *line)
{
	char *semicolon = strchr(line, ';');

	if (!semicolon)
		return "";
	*semicolon = '\0';
	return semicolon + 1;
}

/* RFC 5011 §4.2: only a VALID (2) or MISSING (3) key is an anchor; without a state it is one. */
static bool state_is_trusted(const char *comment)
{
	const char *state = strstr(comment, ";state=");

	return !state || state[7] == '2' || state[7] == '3';
}

/* The parse error, or NULL. */
static const char *check_record(const getdns_dict *record)
{
	uint32_t type = 0, flags = 0, class = 0;
	getdns_bindata *name;

	if (getdns_dict_get_int(record, "type", &type) ||
	    (type != GETDNS_RRTYPE_DS && type != GETDNS_RRTYPE_DNSKEY))
		return "neither a DS nor a DNSKEY record";
	if (getdns_dict_get_int(record, "class", &class) || class != GETDNS_RRCLASS_IN)
		return "not of class IN";
	if (getdns_dict_get_bindata(record, "name", &name) || name->size != 1)
		return "not a record of the root zone, and only the root's trust anchors are used";
	if (type == GETDNS_RRTYPE_DNSKEY &&
	    (getdns_dict_get_int(record, "/rdata/flags", &flags) || !(flags & 0x100)))
		return "not a zone key (RFC 4034 §2.1.1)";
	if (flags & 0x80)
		return "a revoked key (RFC 5011 §2.1)";
	return NULL;
}

/* Appends the line's record to the anchors; the parse error, or NULL. */
static const char *add_line(struct anchor *anchor, const char *line)
{
	getdns_dict *record = NULL;
	const char *wrong = NULL;

	if (getdns_str2rr_dict(line, &record, ".", 0) != GETDNS_RETURN_GOOD || !record)
		return "not a record in zone-file form";
	wrong = check_record(record);
	if (!wrong && getdns_list_set_dict(anchor->records, anchor->count, record))
		wrong = "a record that the DNS library refuses";
	if (!wrong)
		anchor->count++;
	getdns_dict_destroy(record);
	return wrong;
}

static const char *parse_lines(struct anchor *anchor, char *text, struct arena *arena)
{
	size_t number = 0;

	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		const char *comment = cut_comment(line);
		if (is_blank(line) || !state_is_trusted(comment))
			continue;
		const char *wrong = add_line(anchor, line);
		if (wrong)
			return arena_printf(arena, "%s, line %zu: %s", anchor->path, number, wrong);
	}
	if (anchor->count == 0)
		return arena_printf(arena,
		    "%s contains no trust anchor (DS or DNSKEY record of the root)", anchor->path);
	return NULL;
}

struct anchor *anchor_parse(
    const char *text, const char *path, struct arena *arena, const char **error)
{
	struct anchor *anchor = memory_alloc(sizeof *anchor);

	anchor->path = arena_strdup(arena, path);
	anchor->records = getdns_list_create();
	if (!anchor->records)
		*error = "the DNS library has no memory left";
	else
		*error = parse_lines(anchor, arena_strdup(arena, text), arena);
	if (!*error)
		return anchor;
	anchor_destroy(anchor);
	return NULL;
}

static struct anchor *read_path(const char *path, struct arena *arena, const char **error)
{
	struct buffer text = {0};
	struct anchor *anchor = NULL;

	if (!file_read(path, LIMIT_ANCHOR_FILE, &text))
		*error = arena_printf(arena, "%s cannot be read: %s", path, strerror(errno));
	else if (text.length && memchr(text.data, '\0', text.length))
		*error = arena_printf(arena, "%s is not a text file", path);
	else
		anchor = anchor_parse(buffer_text(&text), path, arena, error);
	buffer_reset(&text);
	return anchor;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

struct anchor *anchor_read(const char *path, struct arena *arena, const char **error)
{
	struct buffer tried = {0};

	if (path)
		return read_path(path, arena, error);
	for (size_t i = 0; usual_paths[i]; i++) {
		if (exists(usual_paths[i]))
			return read_path(usual_paths[i], arena, error);
		buffer_printf(&tried, "%s%s", i ? ", " : "", usual_paths[i]);
	}
	*error = arena_printf(arena,
	    "no DNSSEC trust anchor: none of %s exists (install dns-root-data, or name a file with "
	    "--trust-anchor)",
	    buffer_text(&tried));
	buffer_reset(&tried);
	return NULL;
}

void anchor_destroy(struct anchor *anchor)
{
	if (!anchor)
		return;
	getdns_list_destroy(anchor->records);
	free(anchor);
}

const char *anchor_path(const struct anchor *anchor)
{
	return anchor->path;
}

size_t anchor_count(const struct anchor *anchor)
{
	return anchor->count;
}

const struct getdns_list *anchor_records(const struct anchor *anchor)
{
	return anchor->records;
}
