/* annotations.c owns what the formats for code review share: which findings they hold, and how one
 * is told from another when lines move. */
#include "annotations.h"

#include <string.h>

#include "digest.h"
#include "escape.h"

static bool is_wanted(const struct finding *f, const struct report_run *run)
{
	return !f->known && (f->severity != STATUS_OK || run->style->verbose);
}

static const char *make_fingerprint(
    struct arena *arena, const struct domain_report *r, const struct finding *f)
{
	uint8_t digest[DIGEST_SHA256_SIZE];
	const char *text = arena_printf(arena, "%s\n%s\n%s\n%s", r->domain,
	    finding_info(f->code)->code, f->host_name ? f->host_name : "",
	    f->about.owner ? action_line_text(arena, &f->about) : "");
	if (f->server) {
		char address[ADDRESS_TEXT_SIZE];
		text = arena_printf(arena, "%s\n%s %s %s", text, f->server->zone, f->server->name,
		    address_text(&f->server->address, address));
	}
	digest_sha2(sizeof digest, text, strlen(text), digest);
	return escape_hex(arena, digest, sizeof digest);
}

const char *annotation_path(const struct finding *f)
{
	const char *path = f->at->file;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	return path;
}

struct annotation *annotation_list(
    struct arena *arena, const struct domain_report *r, const struct report_run *run, size_t *count)
{
	struct annotation *list = arena_array(arena, r->finding_count, sizeof *list);
	*count = 0;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_wanted(f, run))
			continue;
		const char *fingerprint = make_fingerprint(arena, r, f);
		size_t k = 0;
		while (k < *count && (list[k].finding->at != f->at ||
					 strcmp(list[k].fingerprint, fingerprint) != 0))
			k++;
		if (k == *count)
			list[(*count)++] = (struct annotation){f, fingerprint};
	}
	return list;
}
