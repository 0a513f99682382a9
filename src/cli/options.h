/*
 * options.h - the command line: one table from which parsing, --help and the test of man page and
 * completions come.
 */
#ifndef MXDANE_OPTIONS_H
#define MXDANE_OPTIONS_H

#include "arena.h"
#include "buffer.h"
#include "option_values.h"
#include "params.h"

extern const struct option_spec options_table[OPTION_COUNT];
/* What holds for an option that is not given. */
extern const struct params options_defaults;

/*
 * Parses argv, which getopt reorders, into `params` (memory from the arena; file names and domains
 * point into argv). Touches no file and no network: params->ehlo stays NULL unless given, for the
 * caller to fill from hostname.h.
 */
enum options_action options_parse(struct arena *arena, int argc, char **argv, struct params *params,
    struct options_topic *topic, const char **error);
/* The text of --help. */
void options_print_usage(struct buffer *out);

#endif
