/* finding_table.h - the catalogue's rows. Only for finding.c, whose functions read it. */
#ifndef MXDANE_FINDING_TABLE_H
#define MXDANE_FINDING_TABLE_H

#include "finding.h"

/* The catalogue is kept in two: what is about policies and rollovers comes last. */
#define FINDING_FIRST_POLICY FINDING_STS_ABSENT

extern const struct finding_info finding_table[FINDING_FIRST_POLICY];
extern const struct finding_info finding_table_policy[FINDING_COUNT - FINDING_FIRST_POLICY];

#endif
