/* resume.c owns what --resume knows: which domains an earlier run's output holds. */
#include "resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

struct held_domain {
	char *name;
	UT_hash_handle hh;
};

struct resume {
	struct held_domain *domains;
};

static void add_domain(struct resume *r, const char *name, size_t length)
{
	struct held_domain *d = NULL;
	HASH_FIND(hh, r->domains, name, length, d);
	if (d)
		return;
	d = memory_alloc(sizeof *d);
	d->name = memory_alloc(length + 1);
	memcpy(d->name, name, length);
	HASH_ADD_KEYPTR(hh, r->domains, d->name, length, d);
}

/* Our own lines only: the key stands near the front and its value needs no escapes. False if it is
 * none. */
static bool read_line(struct resume *r, const char *line, size_t length)
{
	static const char start[] = "{\"schema\":", key[] = ",\"domain\":\"";
	enum { START = sizeof start - 1 };
	/* Schema 1 and 2 do not differ in the key. */
	if (length < START + 2 || strncmp(line, start, START) != 0 ||
	    (line[START] != '1' && line[START] != '2') || line[START + 1] != ',' ||
	    line[length - 2] != '}' || line[length - 1] != '\n')
		return false;
	const char *name = strstr(line, key);
	if (!name)
		return false;
	name += sizeof key - 1;
	add_domain(r, name, strcspn(name, "\""));
	return true;
}

struct resume *resume_read(const char *file, struct arena *arena, const char **error)
{
	FILE *f = fopen(file, "re");
	char *line = NULL;
	size_t size = 0, number = 0;
	*error = NULL;
	if (!f) {
		*error = arena_printf(arena, "--resume: cannot open %s: %s", file, strerror(errno));
		return NULL;
	}
	struct resume *r = memory_alloc(sizeof *r);
	for (ssize_t n; !*error && (n = getline(&line, &size, f)) > 0;) {
		number++;
		if (line[n - 1] == '\n' && !read_line(r, line, (size_t)n))
			*error = arena_printf(arena,
			    "--resume: %s:%zu: expected a line of mxdane's JSON output", file,
			    number);
	}
	if (!*error && ferror(f))
		*error = arena_printf(arena, "--resume: cannot read %s: %s", file, strerror(errno));
	free(line);
	(void)fclose(f); /* it was only read */
	if (!*error)
		return r;
	resume_destroy(r);
	return NULL;
}

void resume_destroy(struct resume *r)
{
	if (!r)
		return;
	while (r->domains) {
		struct held_domain *d = r->domains;
		HASH_DEL(r->domains, d);
		free(d->name);
		free(d);
	}
	free(r);
}

bool resume_holds(const struct resume *r, const char *domain)
{
	struct held_domain *d = NULL;
	if (r)
		HASH_FIND(hh, r->domains, domain, strlen(domain), d);
	return d != NULL;
}
