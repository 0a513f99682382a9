/* hostname.c - owns this host's own name. */
#include "hostname.h"

#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "file.h"
#include "limit.h"
#include "name.h"

#define HOSTS_FILE "/etc/hosts"

/* A canonical host name, or NULL if `text` is none. */
static const char *canonical(struct arena *arena, const char *text)
{
	const char *why;
	const char *name = name_from_user(arena, text, &why);
	return name && name_is_strict_host(name) ? name : NULL;
}

/* One line, "ADDRESS NAME...": its first name with a dot if `host` is among its names. */
static const char *read_line(struct arena *arena, char *line, const char *host)
{
	const char *full = NULL;
	bool ours = false;
	char *save = NULL;

	line[strcspn(line, "#\n")] = '\0';
	if (!strtok_r(line, " \t", &save))
		return NULL;
	for (char *word; (word = strtok_r(NULL, " \t", &save));) {
		const char *name = canonical(arena, word);
		ours |= name && name_equal(name, host);
		if (name && !full && strchr(name, '.'))
			full = name;
	}
	return ours ? full : NULL;
}

const char *hostname_from_hosts(struct arena *arena, const char *text, const char *host)
{
	const char *full = NULL;
	while (*text && !full) {
		size_t length = strcspn(text, "\n");
		full = read_line(arena, arena_strndup(arena, text, length), host);
		text += length + (text[length] == '\n');
	}
	return full;
}

/* The beginning of /etc/hosts; "" if it cannot be read. */
static const char *read_hosts(struct arena *arena)
{
	struct buffer text = {0};
	(void)file_read(HOSTS_FILE, LIMIT_HOSTS_FILE, &text); /* what was read of it is enough */
	char *copy = arena_strdup(arena, buffer_text(&text));
	buffer_reset(&text);
	return copy;
}

const char *hostname_own(struct arena *arena)
{
	char text[256] = "";

	if (gethostname(text, sizeof text - 1) < 0)
		return "[127.0.0.1]";
	const char *host = canonical(arena, text);
	if (!host)
		return "[127.0.0.1]";
	if (strchr(host, '.'))
		return host;
	const char *full = hostname_from_hosts(arena, read_hosts(arena), host);
	return full ? full : host;
}
