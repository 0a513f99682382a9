/* finding_table_policy.c owns the catalogue of findings about policies and rollovers, in the order
 * of enum finding_code. */
#include "finding_table.h"

const struct finding_info finding_table_policy[FINDING_COUNT - FINDING_FIRST_POLICY] = {
    {"sts-absent", FINDING_CRITICAL_IF_MTA_STS, "the domain has no MTA-STS record", "RFC 8461 §3.1",
	"There is no TXT record at _mta-sts and the domain's name, so senders look for no policy. "
	"Beside DANE, MTA-STS protects mail from the large providers that do not support DANE.",
	"Serve a policy at the URL in the fix, with mode testing first, and then publish the TXT "
	"record. When TLS reports (TLSRPT) show no failures, change the mode to enforce, and the "
	"id with it."},
    {"sts-txt-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"there is not exactly one valid v=STSv1 record", "RFC 8461 §3.1",
	"Senders need exactly one TXT record that begins \"v=STSv1;\", with an id of 1 to 32 "
	"letters and digits. Otherwise they act as if the domain had no MTA-STS.",
	"Publish one record as the fix shows; delete the others."},
    {"sts-policy-unreachable", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"the policy cannot be fetched", "RFC 8461 §3.3",
	"The TXT record promises a policy, but its HTTPS address does not serve one: the host "
	"mta-sts. and the domain's name does not resolve, does not answer, or answers with another "
	"status than 200. Senders do not follow redirects. Senders that have no policy in their "
	"cache act as if there were none.",
	"Serve the policy at the URL in the message, directly with status 200, and test it with an "
	"ordinary HTTPS client."},
    {"sts-policy-cert", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"the policy host's certificate is not valid for it", "RFC 8461 §3.3",
	"The policy counts only if it comes from a host whose certificate is for exactly that "
	"name, has not expired and is from an authority that senders trust. Otherwise an attacker "
	"could serve a policy. Senders do not use this one.",
	"Install a certificate with the policy host's name and its full chain, and renew it "
	"automatically. With a hosting service, have the name added to the service's certificate."},
    {"sts-policy-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"what the policy's URL serves is not a valid policy", "RFC 8461 §3.2",
	"A policy is a text/plain file of at most 64 KiB with the lines version, mode, max_age "
	"and, unless the mode is none, at least one mx; every other line must have the same form. "
	"Senders do not use a policy that breaks this.",
	"Correct the line that the message names. Write names as A-labels (xn--), one mx to a "
	"line, without empty lines."},
    {"sts-mx-unlisted", FINDING_CRITICAL_IF_ENFORCE,
	"an MX host matches no mx pattern of the policy", "RFC 8461 §4.1",
	"Senders that enforce the policy skip every MX host that it does not list. If no listed "
	"host is left, they do not deliver. A pattern is a whole name, or \"*.\" and a name, where "
	"the star stands for exactly one label.",
	"Add the line in the fix to the policy, and change the id in the TXT record. When MX hosts "
	"change, change the policy first, and the MX records when max_age has passed or senders "
	"have had a day to refresh."},
    {"sts-mx-stale", FINDING_INFO, "an mx pattern matches no MX host", "",
	"The policy lists a host that is not among the MX records. That is harmless during a move, "
	"but later it allows mail to be redirected to a host that is no longer yours.",
	"Delete the line if the host will not return, and change the id in the TXT record."},
    {"sts-mx-cert", FINDING_CRITICAL_IF_ENFORCE, "an MX host's certificate is not valid for it",
	"RFC 8461 §4.2",
	"Senders that enforce the policy require a certificate that has the MX host's name in its "
	"subjectAltName, has not expired and is from an authority that they trust. This host "
	"presents another one, so they do not deliver to it.",
	"Install a certificate from a public authority that has the MX host's name, with its "
	"intermediate certificates, and reload the server. Keep the key, or publish its TLSA "
	"record first."},
    {"sts-testing", FINDING_WARNING_IF_MTA_STS,
	"the policy's mode is testing, which protects nothing", "RFC 8461 §5",
	"In mode testing senders report failures (to the address in the TLSRPT record) but deliver "
	"anyway. It is the mode to begin with, not the one to stay with.",
	"When TLS reports show no failures, change the mode to enforce, and the TXT record's id."},
    {"sts-mode-none", FINDING_CRITICAL_IF_MTA_STS, "the policy's mode is none", "RFC 8461 §5",
	"The domain says that it has no MTA-STS, or no longer. That is the right way to withdraw a "
	"policy, but protects nothing.",
	"If MTA-STS is wanted, change the mode to testing or enforce, and the id in the TXT "
	"record. If not, delete record and policy when the old policy's max_age has passed."},
    {"sts-max-age-short", FINDING_WARNING, "senders may cache the policy for less than a day",
	"RFC 8461 §3.2",
	"MTA-STS protects by what senders have cached: an attacker who can block the policy host "
	"has only to wait until the cached policy expires. Weeks are usual.",
	"Set max_age to 604800 (a week) or more, and change the id in the TXT record."},
    {"sts-lookup-failed", FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING,
	"the lookup of the MTA-STS record fails", "",
	"Whether the domain has MTA-STS is not known: the DNS gave no answer, or one that fails "
	"DNSSEC validation. Senders continue with the policy in their cache, or without one.",
	"Try again. If it fails everywhere, fix the name servers or signatures of that name."},
    {"tlsrpt-absent", FINDING_INFO, "the domain has no TLSRPT record", "RFC 8460 §3",
	"With a TLSRPT record the large providers send a daily report on failures of DANE and "
	"MTA-STS. Without one you learn of them from people whose mail did not arrive.",
	"Publish the record in the fix with an address of your own."},
    {"tlsrpt-invalid", FINDING_WARNING, "the TLSRPT record is not valid", "RFC 8460 §3",
	"Senders need exactly one TXT record that begins \"v=TLSRPTv1;\" and has a rua with "
	"mailto: or https: URIs. Otherwise they send no reports.",
	"Publish one record as the fix shows; percent-encode \",\", \";\" and \"!\" inside URIs."},
    {"tlsrpt-rua-unusable", FINDING_INFO,
	"the TLSRPT record has a URI that reporters cannot use, beside one that they can",
	"RFC 8460 §3",
	"The rua has several URIs. Reports go to those that are mailto: or https: URIs; one that "
	"is neither, or is not a valid URI, gets none.",
	"Correct that URI or delete it; percent-encode \",\", \";\" and \"!\" inside URIs."},
    {"tlsrpt-lookup-failed", FINDING_INFO, "the lookup of the TLSRPT record fails", "",
	"Whether the domain asks for TLS reports is not known. Delivery does not depend on it.",
	"Try again. If it fails everywhere, fix the name servers or the signatures of the "
	"_smtp._tls name."},
    {"rollover-safe", FINDING_INFO, "the proposed change can be made now, in any order",
	"RFC 7671 §8.1, 8.4",
	"As long as the live TLSA records may be cached, some senders have the old records and "
	"some the new ones, and they are presented the old chain or the new one. Each of these "
	"pairs was judged, and none fails that works today.",
	"Nothing needs to be done. Publish the records and deploy the certificate when you like."},
    {"rollover-order", FINDING_WARNING_UNLESS_PLANNED,
	"the proposed change is safe in one order only, with a wait between its steps",
	"RFC 7671 §8.1, 8.4",
	"The proposed state is good, but not every way to it: the live TLSA records do not match "
	"the new chain, or the new records do not match a chain that is presented now. Senders "
	"cache TLSA records for their TTL, so a change reaches them over that time; a sender with "
	"the wrong pair does not deliver.",
	"Keep to the order that the finding gives. Where the records come first, the chain must "
	"wait until the live records have expired from every cache. To judge one step alone, give "
	"--zone alone for the records, or --chain alone for the certificate."},
    {"rollover-unsafe", FINDING_CRITICAL,
	"the proposed change breaks mail in whatever order it is made", "RFC 7671 §8.1, 8.4",
	"The live TLSA records do not match the new chain, and the new records do not match a "
	"chain that is presented now. Whichever is changed first, DANE senders do not deliver "
	"until the other has followed and, if the records come last, until their caches have "
	"expired.",
	"Publish the records of the fix first: the live ones and those of the new chain together. "
	"When the live ones have expired from every cache, deploy the new chain; after one more "
	"TTL, delete the old records."},
    {"rollover-unknown", FINDING_UNKNOWN_IF_PLANNED,
	"the live state could not be seen, so the order of the change is not judged",
	"RFC 7671 §8.4",
	"Whether a change can be made now depends on the TLSA records that caches hold and on the "
	"certificates that the servers present. One of the two could not be seen from here: no "
	"resolver answers, or connections to the SMTP port are blocked, as in most CI services.",
	"Run the check where resolver and mail servers can be reached. Without it, publish the new "
	"records with the live ones, wait for their TTL, deploy the new chain, and delete the old "
	"records after one more TTL."},
};
