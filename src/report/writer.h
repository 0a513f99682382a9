/* writer.h - the writers, one for each format. */
#ifndef MXDANE_WRITER_H
#define MXDANE_WRITER_H

#include "report.h"

extern const struct report_writer text_writer, json_writer, nagios_writer, prometheus_writer,
    junit_writer, tlsa_records_writer, sarif_writer, github_writer, nsupdate_writer;

/* A comment line of a zone file, and of nsupdate(1): "; TEXT". */
void zone_comment_add(
    struct buffer *out, const struct report_run *run, struct arena *arena, const char *text);

#endif
