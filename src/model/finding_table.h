/* finding_table.h - the catalogue's rows. Only for finding.c, whose functions read it. */
#ifndef MXDANE_FINDING_TABLE_H
#define MXDANE_FINDING_TABLE_H

#include "finding.h"

extern const struct finding_info finding_table[FINDING_COUNT];

#endif
