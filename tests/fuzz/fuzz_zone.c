/* A master file, and questions to what it proposes; no $INCLUDE: the disk must not matter. */
#include <string.h>

#include "fuzz.h"
#include "zone_overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum dns_type types[] = {DNS_TYPE_A, DNS_TYPE_CNAME, DNS_TYPE_TLSA};
	struct arena *arena = arena_create();
	const char *text = arena_strndup(arena, (const char *)data, size);
	const struct zone_error *error = NULL;
	struct zone_overlay *overlay = zone_overlay_create_empty();
	bool alone = !strcasestr(text, "$include");
	struct zone_file *file = alone ? zone_file_parse(arena, "fuzz", text, size, &error) : NULL;
	bool taken = file && !zone_overlay_add(overlay, file);
	for (size_t i = 0; taken && i < 6 * file->count && i < 300; i++) {
		const char *name = file->records[i / 6].owner;
		struct lookup l = {0};
		(void)zone_overlay_unknown(overlay, arena, name, types[i % 3]);
		if (zone_overlay_lookup(overlay, arena,
			i % 2 ? arena_printf(arena, "a.%s", name) : name, types[i % 3],
			&l) == OVERLAY_ANSWERED &&
		    (l.kind == ANSWER_RECORDS) != (l.record_count > 0))
			__builtin_trap();
	}
	zone_overlay_destroy(overlay);
	arena_destroy(arena);
	return 0;
}
