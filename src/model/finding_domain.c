/* finding_domain.c owns the catalogue's rows on the domain and its MX records. */
#include "finding_table.h"

const struct finding_info finding_domain_rows[FINDING_DOMAIN_ROWS] = {
    {"domain-invalid", FINDING_UNKNOWN, "the argument is no domain name, so nothing is looked up",
	"RFC 5890, 1035",
	"What was given cannot be the name of a mail domain: a label is empty or longer than 63 "
	"octets, the name is longer than 253, it is an IP address, or it breaks the rules for "
	"internationalized names. No query was sent.",
	"Give the part of a mail address behind the @, as A-labels or in its own script. To check "
	"a single server in place of a domain's MX records, add --mx HOST."},
    {"domain-not-found", FINDING_CRITICAL, "the domain does not exist (NXDOMAIN)", "RFC 5321 §5.1",
	"The DNS says that no such name exists. Senders return mail for it to its author at once; "
	"they do not try again later.",
	"Check the spelling. If the domain is yours, look whether its registration has ended and "
	"whether the parent zone still delegates it to your name servers."},
    {"no-mail-host", FINDING_CRITICAL, "the domain has neither MX nor address records",
	"RFC 5321 §5.1",
	"Without MX records a sender takes the domain itself as its mail host, but it has no "
	"address either. Mail for it is returned.",
	"Publish an MX record that names a server with addresses. If the domain is to take no "
	"mail, say so with a null MX (\"MX 0 .\"), so that senders know at once."},
    {"null-mx", FINDING_INFO, "the domain takes no mail and says so", "RFC 7505",
	"The only MX record is \"0 .\". Senders return mail for this domain at once without trying "
	"to connect, which is what its owner asks for. There is no mail server to protect, so "
	"nothing more is checked.",
	"Nothing is to be done. If the domain should take mail, replace the record with one that "
	"names a server."},
    {"null-mx-mixed", FINDING_WARNING, "a null MX stands beside real MX hosts", "RFC 7505 §3",
	"\"MX 0 .\" means that the domain takes no mail and must be the only MX record. Beside "
	"real hosts it contradicts them: some senders return the mail, others go on to the real "
	"hosts, which are the ones checked here.",
	"Delete the record \"MX 0 .\", or delete the others if the domain is to take no mail."},
    {"mx-insecure", FINDING_CRITICAL_IF_DANE,
	"the MX RRset, or the proof that there is none, is not signed", "RFC 7672 §2.2.1",
	"DANE begins with a signed answer to the question which hosts take the domain's mail. "
	"Where that answer is not signed, somebody who can forge it sends mail to a host of his "
	"own, and TLSA records at the real hosts are never asked for. Senders may still use those "
	"records, but their success says nothing about the domain.",
	"Sign the domain's zone with DNSSEC and have its DS record published by the parent zone "
	"(most registrars have a switch or a form for it)."},
    {"mx-bogus", FINDING_CRITICAL, "the MX RRset fails DNSSEC validation", "RFC 7672 §2.1.1",
	"The parent zone says that the domain is signed, but the signatures do not prove this "
	"answer: they have expired, were made with another key, or are missing. Every validating "
	"resolver refuses the answer, so that senders behind one, DANE or not, keep the mail in "
	"their queue and in the end return it.",
	"Sign the zone anew and look at the signing job (expired signatures are the usual cause). "
	"After a change of keys or of DNS provider, compare the DS record in the parent zone with "
	"the zone's DNSKEY records, and replace or remove a DS record that fits none of them."},
    {"mx-lookup-failed", FINDING_UNKNOWN,
	"the MX lookup gave no answer (timeout, SERVFAIL, REFUSED)", "",
	"No answer came that could be used, so nothing about the domain's mail hosts is known. "
	"That is not the same as \"no MX records\": a sender keeps the mail and tries again. The "
	"fault may lie with the domain's name servers, with the resolver in between, or here.",
	"Try again, and try another resolver with --resolver. If all fail, ask each of the "
	"domain's name servers directly and mend those that do not answer."},
    {"dnssec-root-failed", FINDING_UNKNOWN,
	"the root's key does not validate through this resolver, so nothing can be judged",
	"RFC 4035 §4.9",
	"Every proof starts at the DNS root's key, and that could not be validated with the trust "
	"anchor in use. The cause is on this side and would make every signed domain look bogus: "
	"the trust anchor is not the one of this root, the clock is wrong, or the resolver drops "
	"DNSSEC records or cannot be asked over TCP. One finding stands for the whole run; nothing "
	"else was judged.",
	"Check the date and time of this machine, then try a resolver that passes DNSSEC records "
	"on, such as --resolver 9.9.9.9. In a private network with a root of its own give its key "
	"with --trust-anchor. With a validating resolver on this machine --dnssec trust-ad is "
	"another way."},
    {"mx-target-alias", FINDING_WARNING, "an MX record points to a name that is a CNAME",
	"RFC 5321 §5.1, RFC 2181 §10.3",
	"The name in an MX record must have addresses of its own. Most senders follow an alias all "
	"the same, some do not, and with DANE an alias makes it harder to see which name's TLSA "
	"records and certificate count.",
	"Let the MX record name the alias's target, and publish the TLSA records there."},
    {"mx-target-invalid", FINDING_WARNING, "an MX record's target is no host name",
	"RFC 5321 §2.3.5",
	"An MX record must name a host: letters, digits and hyphens, no IP address. Senders that "
	"check this ignore the record. A name with an underscore is looked up by most, so it is "
	"checked here like any other; an IP address or a name with odd bytes has no addresses to "
	"connect to.",
	"Let the MX record name a proper host name that has A or AAAA records."},
    {"mx-too-many", FINDING_WARNING,
	"there are more than 50 MX hosts, or more than 64 addresses of one; the first are checked",
	"",
	"No sender tries so many hosts or addresses, and this program checks only the first 50 "
	"hosts by preference and 64 addresses of each. What stands behind them was not looked at, "
	"and the answer may be too large for some resolvers.",
	"Reduce the RRset; a few addresses behind each of a few names spread the load as well."},
    {"signature-unjudgeable", FINDING_UNKNOWN,
	"a DNSSEC signature cannot be judged by this program", "",
	"The answer is signed, but the signature has a property that the DNSSEC library used here "
	"cannot judge, such as an end after 2038-01-19. It may be perfectly good, so it is not "
	"called bogus; but neither can it be relied on here.",
	"Let the zone's signatures end earlier: days or weeks ahead is usual. With a validating "
	"resolver that you trust, --dnssec trust-ad leaves the judgement to it."},
    {"signature-expiring", FINDING_WARNING,
	"a DNSSEC signature that the verdict rests on ends within --warn-days", "RFC 4034 §3.1.5",
	"After the end of this signature the answer is bogus and mail stays in the senders' "
	"queues. Zones that are signed on the fly or on a regular schedule always have ends close "
	"ahead; this is said only where less than a quarter of the signature's own life is left, "
	"which means that a renewal is overdue, or less than a tenth where other signatures by the "
	"same key show that the zone renews so late, as Knot DNS and OpenDNSSEC do. The signatures "
	"over the DNSKEY and DS records of "
	"the zones that the records are in count as well: with one of these the whole zone ends.",
	"See that the job which signs the zone runs, and sign it anew now. The signature over the "
	"DNSKEY records may need a key that is kept offline; the one over the DS records is the "
	"parent zone's to renew."},
    {"nsec3-iterations", FINDING_WARNING,
	"a denial takes more NSEC3 iterations than some validators accept", "RFC 9276 §3.1",
	"Each iteration costs resolvers time and protects nothing, so they set limits: BIND 9.20, "
	"Knot Resolver from 5.7.1 and PowerDNS Recursor from 5.0 take a denial with more than 50 "
	"as insecure, systemd-resolved from 256 one with more than 100, Unbound and older ones one "
	"with more than 150. Between 50 and 150 it is secure for some senders, which is what "
	"counts here, and insecure for others, which then do without DANE.",
	"Sign the zone with 0 iterations and no salt: NSEC3PARAM 1 0 0 -. Most signers have this "
	"as "
	"their default now."},
    {"dnssec-algorithm-old", FINDING_WARNING,
	"a zone is signed only with an algorithm that some validators do not check",
	"RFC 9905, 9906",
	"For a validator that does not check an algorithm, a zone with no other is unsigned: "
	"senders behind it do without DANE, and what they are told can be forged. RSASHA1 (5, 7) "
	"is no longer checked by resolvers that heed RFC 9905, nor by those of Red Hat Enterprise "
	"Linux 9, ECC-GOST (12) by none of today, and Ed448 (16) not by systemd-resolved or the "
	"libunbound of Debian 12. The status said here is that of the validators that do check "
	"it, because their senders enforce what they find.",
	"Roll the zone's keys over to ECDSAP256SHA256 (13), and give the parent zone the new DS "
	"record before the old one is taken out."},
};
