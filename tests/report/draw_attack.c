/*
 * draw_attack.c - draws one report in which every text that a zone or a server can choose is what
 * standard input holds.
 *
 *	draw_attack FORMAT plain|verbose|color|ascii
 */
#include <stdio.h>
#include <string.h>

#include "models_odd.h"

#include "report.h"

static const struct report_writer *find_writer(const char *name)
{
	for (int i = 0; i <= OUTPUT_GITHUB; i++)
		if (strcmp(report_writer_for((enum output)i)->name, name) == 0)
			return report_writer_for((enum output)i);
	return NULL;
}

int main(int argc, char **argv)
{
	static char attack[64 * 1024];
	const struct report_writer *writer = argc == 3 ? find_writer(argv[1]) : NULL;
	if (!writer)
		return 1;
	attack[fread(attack, 1, sizeof attack - 1, stdin)] = '\0';
	struct params params = {
	    .port = 25, .repeat = 1, .warn_days = 14, .fail_on = STATUS_WARNING};
	params.verbose = strcmp(argv[2], "plain") != 0;
	const struct report_style style = {.params = &params,
	    .verbose = params.verbose,
	    .color = strcmp(argv[2], "color") == 0,
	    .utf8 = strcmp(argv[2], "ascii") != 0,
	    .columns = 80,
	    .getdns_version = "1.6.0",
	    .gnutls_version = "3.7.9"};
	struct report_run run = {.style = &style};
	struct buffer out = {0};
	struct arena *arena = arena_create();
	if (writer->begin)
		writer->begin(&out, &run);
	writer->domain(&out, model_attacked(arena, attack), &run);
	if (writer->end)
		writer->end(&out, &run);
	bool written = fwrite(out.data, 1, out.length, stdout) == out.length;
	arena_destroy(arena);
	buffer_reset(&out);
	return written ? 0 : 1;
}
