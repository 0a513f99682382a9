/* explain.h - what --explain and --version print. */
#ifndef MXDANE_EXPLAIN_H
#define MXDANE_EXPLAIN_H

#include "buffer.h"
#include "option_values.h"

/* What a finding means, its severity, its reference and how to fix it, or what a cause means;
 * wrapped at 78 columns. */
void explain_topic(struct buffer *out, struct options_topic topic);
/* mxdane's version and those of the libraries in use. */
void explain_version(struct buffer *out);

#endif
