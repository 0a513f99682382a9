/* Prints, as JSON, all that the program promises by name: options, values, codes and statuses. The
 * catalogue test holds man page, completions and tests against it. */
#include <stdio.h>

#include "model.h"
#include "options.h"

static const char *comma(size_t i)
{
	return i ? "," : "";
}

static void print_options(void)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_spec *spec = &options_table[i];
		printf("%s\n{\"name\":\"%s\",\"letter\":\"%.1s\",\"argument\":\"%s\"", comma(i),
		    spec->name, &spec->letter, spec->argument ? spec->argument : "");
		printf(
		    ",\"minimum\":%u,\"maximum\":%u,\"choices\":[", spec->minimum, spec->maximum);
		for (size_t c = 0; spec->choices && spec->choices[c].name; c++)
			printf("%s\"%s\"", comma(c), spec->choices[c].name);
		printf("]}");
	}
}

static void print_findings(void)
{
	for (size_t i = 0; i < FINDING_COUNT; i++) {
		const struct finding_info *info = finding_info((enum finding_code)i);
		printf("%s\n{\"code\":\"%s\",\"severity\":\"%s\"}", comma(i), info->code,
		    finding_severity_text(info->severity));
	}
}

static void print_causes(void)
{
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
		const struct cause_info *info = cause_info((enum cause)i);
		printf("%s\n\"%s\":\"%s\"", comma((size_t)i - 1), info->slug, info->meaning);
	}
}

static void print_phrases(void)
{
	size_t count;
	const struct sender_phrase *phrases = sender_phrases_all(&count);
	for (size_t i = 0; i < count; i++) {
		printf("%s\n{\"text\":\"%s\",\"sender\":\"%s\",\"findings\":[", comma(i),
		    phrases[i].text, phrases[i].sender);
		for (size_t f = 0; f < phrases[i].count; f++)
			printf("%s\"%s\"", comma(f), finding_info(phrases[i].findings[f])->code);
		printf("]}");
	}
}

static void print_statuses(void)
{
	for (size_t s = STATUS_OK; s <= STATUS_CRITICAL; s++)
		printf("%s\n\"%s\":%d", comma(s), status_name((enum status)s),
		    status_exit_code((enum status)s));
}

int main(void)
{
	printf("{\"options\":[");
	print_options();
	printf("],\n\"findings\":[");
	print_findings();
	printf("],\n\"causes\":{");
	print_causes();
	printf("},\n\"phrases\":[");
	print_phrases();
	printf("],\n\"statuses\":{");
	print_statuses();
	printf("}}\n");
	return 0;
}
