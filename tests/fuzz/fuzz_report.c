/* All parts of a domain at once, judged, and drawn in every format. */
#include "drawn.h"
#include "fuzz.h"
#include "judge.h"
#include "whole_domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct params params = {.port = 25, .warn_days = 14, .fail_on = STATUS_WARNING};
	struct arena *arena = arena_create();
	struct whole_domain w = {0};
	if (whole_domain_read(&w, arena, (struct part){data, size})) {
		params.require = twist(&w) % 5;
		judge_domain(w.report, &params, NULL);
		bool verbose = !(twist(&w) & 1);
		for (enum output output = OUTPUT_TEXT; output <= OUTPUT_GITHUB; output++) {
			struct buffer out = draw_report(w.report, output, verbose);
			check_report(&out, output, verbose);
			buffer_reset(&out);
		}
	}
	whole_domain_reset(&w);
	arena_destroy(arena);
	return 0;
}
