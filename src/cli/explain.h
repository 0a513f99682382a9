/* explain.h - what --explain and --version print. */
#ifndef MXDANE_EXPLAIN_H
#define MXDANE_EXPLAIN_H

#include "buffer.h"
#include "finding.h"

/* What a finding means, its severity, its reference and how to mend it, wrapped at 78 columns. */
void explain_finding(struct buffer *out, enum finding_code code);
/* mxdane's version and those of the libraries in use. */
void explain_version(struct buffer *out);

#endif
