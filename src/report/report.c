/* report.c - the table of writers. */
#include "report.h"

#include "writer.h"

const struct report_writer *report_writer_for(enum output output)
{
	static const struct report_writer *const writers[] = {
	    [OUTPUT_TEXT] = &text_writer,
	    [OUTPUT_JSON] = &json_writer,
	    [OUTPUT_NAGIOS] = &nagios_writer,
	    [OUTPUT_PROMETHEUS] = &prometheus_writer,
	    [OUTPUT_JUNIT] = &junit_writer,
	    [OUTPUT_TLSA] = &tlsa_records_writer,
	    [OUTPUT_SARIF] = &sarif_writer,
	    [OUTPUT_GITHUB] = &github_writer,
	    [OUTPUT_NSUPDATE] = &nsupdate_writer,
	};
	return writers[output];
}
