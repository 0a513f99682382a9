/*
 * finding_table.h - the catalogue's rows, in five parts that follow each other in the order of enum
 * finding_code. Only for finding.c, which makes one table of them.
 */
#ifndef MXDANE_FINDING_TABLE_H
#define MXDANE_FINDING_TABLE_H

#include "finding.h"

enum {
	FINDING_DOMAIN_ROWS = FINDING_HOST_NO_ADDRESS - FINDING_DOMAIN_INVALID,
	FINDING_HOST_ROWS = FINDING_CONNECT_FAILED - FINDING_HOST_NO_ADDRESS,
	FINDING_ENDPOINT_ROWS = FINDING_STS_ABSENT - FINDING_CONNECT_FAILED,
	FINDING_STS_ROWS = FINDING_ROLLOVER_SAFE - FINDING_STS_ABSENT,
	FINDING_ROLLOVER_ROWS = FINDING_COUNT - FINDING_ROLLOVER_SAFE,
};

extern const struct finding_info finding_domain_rows[FINDING_DOMAIN_ROWS];
extern const struct finding_info finding_host_rows[FINDING_HOST_ROWS];
extern const struct finding_info finding_endpoint_rows[FINDING_ENDPOINT_ROWS];
extern const struct finding_info finding_sts_rows[FINDING_STS_ROWS];
extern const struct finding_info finding_rollover_rows[FINDING_ROLLOVER_ROWS];

#endif
