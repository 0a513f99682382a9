/* finding.c owns the access to the catalogue of findings: by code, by name, and its severity rules.
 */
#include "finding.h"

#include <string.h>

#include "ascii.h"
#include "finding_table.h"

const struct finding_info *finding_info(enum finding_code code)
{
	return code < FINDING_FIRST_POLICY ? &finding_table[code]
					   : &finding_table_policy[code - FINDING_FIRST_POLICY];
}

bool finding_find(const char *name, size_t length, enum finding_code *code)
{
	for (int i = 0; i < FINDING_COUNT; i++) {
		const char *candidate = finding_info((enum finding_code)i)->code;
		if (strlen(candidate) == length && ascii_equal(candidate, name, length)) {
			*code = (enum finding_code)i;
			return true;
		}
	}
	return false;
}

const char *finding_severity_text(enum finding_severity s)
{
	switch (s) {
	case FINDING_INFO: return "info";
	case FINDING_WARNING: return "warning";
	case FINDING_UNKNOWN: return "unknown";
	case FINDING_CRITICAL: return "critical";
	case FINDING_CRITICAL_IF_DANE: return "critical if DANE is required, otherwise info";
	case FINDING_CRITICAL_IF_MTA_STS: return "critical if MTA-STS is required, otherwise info";
	case FINDING_CRITICAL_IF_MTA_STS_OR_WARNING:
		return "critical if MTA-STS is required, otherwise warning";
	case FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING:
		return "unknown if MTA-STS is required, otherwise warning";
	case FINDING_WARNING_IF_MTA_STS:
		return "warning with --require mta-sts or both, otherwise info";
	case FINDING_UNKNOWN_OR_INFO: return "unknown; with --reserved info";
	case FINDING_CRITICAL_IF_TLS_MANDATORY:
		return "critical where TLSA records or an enforced MTA-STS policy make TLS "
		       "mandatory, otherwise warning";
	case FINDING_CRITICAL_IF_ENFORCE:
		return "critical where the policy is enforced, otherwise warning";
	case FINDING_UNKNOWN_IF_DECIDING:
		return "unknown where the verdict hangs on the certificate, otherwise info";
	case FINDING_CRITICAL_IF_VERDICTS_DIFFER:
		return "critical where the verdicts on the certificates differ, otherwise info";
	case FINDING_WARNING_OR_UNKNOWN:
		return "warning; unknown where no name server of the zone answers";
	case FINDING_CRITICAL_IF_DECIDING:
		return "critical where the delivery of mail hangs on it, otherwise warning";
	case FINDING_WARNING_IF_UNANSWERED:
		return "warning where EHLO inside TLS is not answered, otherwise info";
	case FINDING_WARNING_UNLESS_PLANNED: return "warning; with --plan info";
	case FINDING_UNKNOWN_IF_PLANNED: return "unknown with --plan, otherwise info";
	}
	return "";
}
