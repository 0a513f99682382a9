/* resolv_conf.c owns reading /etc/resolv.conf: which resolvers, and nothing else of it. */
#include "resolv_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "file.h"
#include "limit.h"

static const char white[] = " \t\r";

static bool parse_server(struct arena *arena, char *text, struct resolv_conf *server)
{
	char *percent = strchr(text, '%');

	if (inet_pton(AF_INET, text, server->address.bytes) == 1) {
		server->address.family = AF_INET;
		return true;
	}
	if (percent)
		*percent++ = '\0';
	if (inet_pton(AF_INET6, text, server->address.bytes) != 1)
		return false;
	server->address.family = AF_INET6;
	server->scope = percent && *percent ? arena_strdup(arena, percent) : NULL;
	return true;
}

static bool parse_line(struct arena *arena, char *line, struct resolv_conf *server)
{
	static const char keyword[] = "nameserver";
	size_t length = strlen(keyword);

	/* A comment begins in the first column, and so does a keyword. */
	if (strncmp(line, keyword, length) != 0 || !line[length] || !strchr(white, line[length]))
		return false;
	line += length + strspn(line + length, white);
	line[strcspn(line, white)] = '\0';
	return parse_server(arena, line, server);
}

size_t resolv_conf_parse(const char *text, struct arena *arena, struct resolv_conf **servers)
{
	size_t count = 0;

	*servers = NULL;
	for (char *line = arena_strdup(arena, text), *next; line; line = next) {
		struct resolv_conf server = {0};

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (count < LIMIT_RESOLVERS && parse_line(arena, line, &server)) {
			struct resolv_conf *place =
			    arena_append(arena, servers, &count, sizeof *place);
			*place = server;
		}
	}
	return count;
}

bool resolv_conf_read(const char *path, struct arena *arena, struct resolv_conf **servers,
    size_t *count, const char **error)
{
	struct buffer text = {0};

	*count = 0;
	if (!file_read(path, LIMIT_RESOLV_CONF, &text))
		*error = arena_printf(arena, "%s %s%s; name a resolver with --resolver", path,
		    errno == EFBIG ? "is too long" : "cannot be read: ",
		    errno == EFBIG ? "" : strerror(errno));
	else if (!(*count = resolv_conf_parse(buffer_text(&text), arena, servers)))
		*error =
		    arena_printf(arena, "%s names no resolver; name one with --resolver", path);
	buffer_reset(&text);
	return *count > 0;
}
