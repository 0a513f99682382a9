/* finding_sts.c owns the catalogue's rows on MTA-STS and TLSRPT. */
#include "finding_table.h"

const struct finding_info finding_sts_rows[FINDING_STS_ROWS] = {
    {"sts-absent", FINDING_CRITICAL_IF_MTA_STS, "the domain has no MTA-STS record", "RFC 8461 §3.1",
	"There is no TXT record at _mta-sts and the domain's name, so senders look for no policy. "
	"With DANE in place MTA-STS adds protection for mail from the large providers that do not "
	"do DANE.",
	"Serve a policy at the URL in the fix, with mode testing first, and then publish the TXT "
	"record. When reports (TLSRPT) show no failures, change the mode to enforce and the id "
	"with it."},
    {"sts-txt-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"there is not exactly one valid v=STSv1 record", "RFC 8461 §3.1",
	"Senders need exactly one TXT record that begins \"v=STSv1;\", with an id of 1 to 32 "
	"letters and digits. Otherwise they act as if the domain had no MTA-STS at all.",
	"Publish one record as the fix shows; delete the others."},
    {"sts-policy-unreachable", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"the policy cannot be fetched", "RFC 8461 §3.3",
	"The TXT record promises a policy, but its HTTPS address does not give one: the host "
	"mta-sts in front of the domain's name does not resolve, does not answer, or answers with "
	"another status than 200. Redirects are not followed. Senders that have no policy in their "
	"cache act as if there were none.",
	"Serve the policy at the URL in the message, directly with status 200, and test it with a "
	"plain HTTPS client."},
    {"sts-policy-cert", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"the policy host's certificate is not valid for it", "RFC 8461 §3.3",
	"The policy counts only when it comes from a host whose certificate is for its very name, "
	"unexpired and from an authority that senders trust. Otherwise anybody could hand out a "
	"policy. Senders do not use this one.",
	"Install a certificate with the policy host's name, with its full chain, and renew it "
	"automatically. Behind a hosting service, have the name added to the service's "
	"certificate."},
    {"sts-policy-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"what the policy's URL gives is no valid policy", "RFC 8461 §3.2",
	"A policy is a text/plain file of at most 64 KiB with the lines version, mode, max_age "
	"and, unless the mode is none, at least one mx; nothing else may stand in it but lines of "
	"the same form. Senders do not use a policy that breaks this.",
	"Mend the line that the message names. Names are written as A-labels (xn--), one mx to a "
	"line, without empty lines."},
    {"sts-mx-unlisted", FINDING_CRITICAL_IF_ENFORCE,
	"an MX host matches no mx pattern of the policy", "RFC 8461 §4.1",
	"Senders that enforce the policy skip every MX host that it does not list. If no listed "
	"host is left, they do not deliver. A pattern is a whole name, or \"*.\" for exactly one "
	"label in front of one.",
	"Add the line in the fix to the policy and change the id in the TXT record. When MX hosts "
	"change, the policy comes first, the MX records after max_age has passed or senders have "
	"had a day to refresh."},
    {"sts-mx-stale", FINDING_INFO, "an mx pattern matches no MX host", "",
	"The policy lists a host that is not among the MX records. That does no harm during a "
	"move, but later it allows mail to be diverted to a host that is no longer yours.",
	"Delete the line when the host will not come back, and change the id in the TXT record."},
    {"sts-mx-cert", FINDING_CRITICAL_IF_ENFORCE, "an MX host's certificate is not valid for it",
	"RFC 8461 §4.2",
	"Senders that enforce the policy demand a certificate that has the MX host's name in its "
	"subjectAltName, is unexpired and comes from an authority that they trust. This host shows "
	"another one, so they do not deliver to it.",
	"Install a certificate from a public authority that has the MX host's name, with its "
	"intermediate certificates, and reload the server. Keep the key, or publish its TLSA "
	"record first."},
    {"sts-testing", FINDING_WARNING_IF_MTA_STS,
	"the policy's mode is testing, which protects nothing", "RFC 8461 §5",
	"In mode testing senders report failures (to the address in the TLSRPT record) but deliver "
	"all the same. It is the way to begin with, not to stay with.",
	"When reports show no failures, change the mode to enforce and the id in the TXT record."},
    {"sts-mode-none", FINDING_CRITICAL_IF_MTA_STS, "the policy's mode is none", "RFC 8461 §5",
	"The domain says that it has no MTA-STS (any more). That is the right way to take a policy "
	"back, but protects nothing.",
	"If MTA-STS is wanted, change the mode to testing or enforce and the id in the TXT record. "
	"If not, delete record and policy when the old policy's max_age has passed."},
    {"sts-max-age-short", FINDING_WARNING, "the policy may be kept for less than a day",
	"RFC 8461 §3.2",
	"MTA-STS protects by what senders remember: an attacker who can block the policy host has "
	"only to wait until they have forgotten. Weeks are usual.",
	"Set max_age to 604800 (a week) or more, and change the id in the TXT record."},
    {"sts-lookup-failed", FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING,
	"the lookup of the MTA-STS record fails", "",
	"Whether the domain has MTA-STS is not known: the DNS gave no answer, or one that fails "
	"DNSSEC validation. Senders go on with the policy in their cache, or with none.",
	"Try again. If it fails everywhere, mend the name servers or signatures of the _mta-sts "
	"name."},
    {"tlsrpt-absent", FINDING_INFO, "the domain asks for no TLS reports", "RFC 8460 §3",
	"With a TLSRPT record the large providers send a daily report on failures of DANE and "
	"MTA-STS. Without it one learns of them from people whose mail did not arrive.",
	"Publish the record in the fix with an address of your own."},
    {"tlsrpt-invalid", FINDING_WARNING, "the TLSRPT record is not valid", "RFC 8460 §3",
	"Senders need exactly one TXT record that begins \"v=TLSRPTv1;\" and has a rua with "
	"mailto: or https: URIs. Otherwise they send no reports.",
	"Publish one record as the fix shows; encode \",\", \";\" and \"!\" inside URIs with a "
	"percent sign."},
    {"tlsrpt-rua-unusable", FINDING_INFO,
	"the TLSRPT record has a URI that no reporter uses, beside one that they do", "RFC 8460 §3",
	"The rua has several URIs. Reports go to those that are mailto: or https: URIs; one that "
	"is "
	"neither, or is not written as a URI, gets none.",
	"Correct that URI or delete it; encode \",\", \";\" and \"!\" inside URIs with a percent "
	"sign."},
    {"tlsrpt-lookup-failed", FINDING_INFO, "the lookup of the TLSRPT record fails", "",
	"Whether the domain asks for TLS reports is not known. Delivery does not depend on it.",
	"Try again. If it fails everywhere, mend the name servers or signatures of the _smtp._tls "
	"name."},
};
