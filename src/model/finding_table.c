/* finding_table.c owns the catalogue of findings: a row for each, in the order of enum
 * finding_code.
 */
#include "finding_table.h"

const struct finding_info finding_table[FINDING_COUNT] = {
    {"domain-invalid", FINDING_UNKNOWN, "the argument is no domain name, so nothing is looked up",
	"RFC 5890, 1035",
	"What was given cannot be the name of a mail domain: a label is empty or longer than 63 "
	"octets, the name is longer than 253, it is an IP address, or it breaks the rules for "
	"internationalized names. No query was sent.",
	"Give the part of a mail address behind the @, as A-labels or in its own script. To check "
	"a single server in place of a domain's MX records, add --mx HOST."},
    {"zone-invalid", FINDING_CRITICAL, "a zone file cannot be read, so its domains are not judged",
	"RFC 1035 §5",
	"A name server would refuse the file or, worse, serve something else than was meant. The "
	"other files are judged all the same. With a domain on the command line such a file ends "
	"the run.",
	"Correct the line that the finding names. A file whose names are relative needs an "
	"$ORIGIN, "
	"or its name: --zone NAME=FILE."},
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
	"domain's name servers directly and fix those that do not answer."},
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
	"a DNSSEC signature that the verdict rests on expires within --warn-days",
	"RFC 4034 §3.1.5",
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
    {"signature-before-expire", FINDING_WARNING,
	"a DNSSEC signature expires before the SOA expire of its zone is over", "RFC 6781 §4.4.2",
	"A secondary name server that cannot reach its primary goes on serving the zone for as "
	"long as the expire field of its SOA record says. Where that is longer than the signatures "
	"have left, it serves them after their end: validating resolvers take its answers as "
	"bogus, "
	"and mail stays in the senders' queues or fails, while the other servers are well. It is "
	"not "
	"said of zones signed on the fly, whose signatures live for less than four days.",
	"Renew signatures while they have more left than the SOA expire, make them live longer, or "
	"lower the expire field, to a third or a quarter of the signatures' life."},
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
    {"host-no-address", FINDING_CRITICAL, "the MX host has neither A nor AAAA records", "",
	"A mail server without an address cannot be reached. Senders go on to the next MX host if "
	"there is one; otherwise the mail waits and is returned.",
	"Publish the host's address records, or take the host out of the MX records."},
    {"address-insecure", FINDING_CRITICAL_IF_DANE,
	"the host's address records are not signed, so its TLSA records do not count",
	"RFC 7672 §2.2.2",
	"A DANE sender looks for TLSA records only where the addresses of the host are signed; in "
	"an unsigned zone no TLSA record could be proven anyway. The host is treated as one "
	"without DANE.",
	"Sign the zone in which the mail host's name lies and have its DS record published by the "
	"parent zone. With a host of a mail provider, ask the provider, or choose an MX name of "
	"theirs that lies in a signed zone."},
    {"address-bogus", FINDING_CRITICAL, "the host's A or AAAA records fail DNSSEC validation",
	"RFC 7672 §2.1.1, 2.2.2",
	"The signatures do not prove this answer, although the zone is said to be signed. RFC 7672 "
	"lets a sender give the host up when either of its address lookups fails. Postfix goes on "
	"with the other family, where that is good; it is shown here too, but no sender can be "
	"relied on to do so.",
	"Sign the zone anew. If only one family fails, look whether an address record was added or "
	"a server changed without signing, or whether one name server serves old data."},
    {"address-lookup-failed", FINDING_UNKNOWN,
	"an address lookup gave no answer (timeout, SERVFAIL, REFUSED)", "",
	"It is not known whether the host has addresses of this family, so it could not be checked "
	"there. A DANE sender treats the host as not reachable for now and tries the next one, or "
	"waits.",
	"Try again, and try another resolver with --resolver. If it fails everywhere, ask the name "
	"servers of the host's zone one by one; load balancers that do not answer AAAA questions "
	"are a known cause."},
    {"address-reserved", FINDING_UNKNOWN_OR_INFO,
	"a special-purpose address (private, loopback, documentation …)", "RFC 6890",
	"The address is from a range that is not routed on the public Internet, so no sender out "
	"there can reach it, and this program does not connect to it unless it is told to: the "
	"answer may come from a stranger who would like to see a connection inside your network.",
	"Take the address out of the public DNS. To check servers of your own in such a network, "
	"use --reserved."},
    {"tlsa-absent", FINDING_CRITICAL_IF_DANE, "the host has no TLSA records", "RFC 7672 §2.2.3",
	"No TLSA RRset exists at the host's owner name, _25._tcp. and the host's name. DANE does "
	"not apply: senders use whatever TLS they get, and fall back to plain text when somebody "
	"on the path removes the offer of STARTTLS.",
	"Publish the record that the fix shows: usage 3, selector 1, matching type 1 is the "
	"SHA-256 digest of the server's public key, and needs no change when the certificate is "
	"renewed with the same key. Do so for every MX host. Keep the key on renewal, or publish "
	"the next key's record some days before."},
    {"tlsa-insecure", FINDING_CRITICAL_IF_DANE, "there are TLSA records, but they are not signed",
	"RFC 7672 §2.2.3",
	"TLSA records count only with a DNSSEC proof; anybody who can forge the DNS could forge "
	"these. Senders ignore them. The usual cause is an owner name that is an alias into an "
	"unsigned zone, or a zone below that is not signed.",
	"Sign the zone that holds the records, or move them into a signed one."},
    {"tlsa-bogus", FINDING_CRITICAL,
	"the TLSA records, or the proof that there are none, fail DNSSEC validation",
	"RFC 7672 §2.1.1",
	"A DANE sender cannot tell an attack from a mistake here, so it does not deliver to this "
	"host; if no other host is left, the mail waits and is returned in the end. This is so "
	"even when there are no TLSA records: the proof of their absence must hold too.",
	"Sign the zone anew and look at expired signatures, at DS records that fit no key, and at "
	"name servers with old or unsigned copies. Broken denial (NSEC or NSEC3) of _25._tcp names "
	"is often a fault of the name server's software: update it."},
    {"tlsa-lookup-failed", FINDING_CRITICAL,
	"the addresses are signed, but the TLSA lookup fails (SERVFAIL, timeout, malformed)",
	"RFC 7672 §2.1.1",
	"Whether there are TLSA records is not known, and an attacker who suppresses them would "
	"look the same, so a DANE sender does not deliver to this host. Some name servers and load "
	"balancers answer questions for TLSA, a type they do not know, with an error in place of "
	"\"no such record\".",
	"Ask each name server of the zone for the owner name and type TLSA, and fix or update "
	"those that answer with an error or not at all. A firewall that lets only well-known types "
	"through has the same effect."},
    {"tlsa-unusable", FINDING_CRITICAL, "there are TLSA records, but not one that can be used",
	"RFC 7672 §2.2.3, 3.1.3",
	"A signed TLSA RRset commits the host to TLS even when no record in it is of use for "
	"authentication. Senders encrypt, or do not deliver, but they cannot tell this server from "
	"an impostor: the records cost their price and protect nothing.",
	"Publish a usage 3 or usage 2 record. The fix shows the one that fits what the server "
	"presents; delete the others."},
    {"tlsa-record-unusable", FINDING_WARNING, "one TLSA record cannot be used", "RFC 7671 §4",
	"The record has a parameter that is not defined or data that do not fit its parameters: a "
	"digest of the wrong length, a certificate or key that does not parse, nothing at all. "
	"Senders skip it. For one without data Postfix and BIND reject the whole RRset: where "
	"others stand beside it, Postfix does not deliver.",
	"Delete the record, or publish it again with data made by a tool; --output tlsa prints "
	"records that fit."},
    {"tlsa-pkix-usage", FINDING_WARNING,
	"a TLSA record has usage 0 or 1, which have no meaning for SMTP", "RFC 7672 §3.1.3",
	"Usages 0 (PKIX-TA) and 1 (PKIX-EE) demand a certificate authority that both sides trust. "
	"Between mail servers there is no such list, so senders treat these records as unusable. "
	"Where they stand alone, the host is encrypted to but not authenticated.",
	"Publish the same data with usage 3 in place of 1, or with usage 2 in place of 0, and "
	"delete the old record."},
    {"tlsa-weak-ta", FINDING_WARNING,
	"a usage 2 record holds a whole certificate or key (2 0 0, 2 1 0)",
	"RFC 7671 §5.2, RFC 7672 §3.1.2",
	"The record holds the trust anchor itself in place of a digest. It is bulky, which makes "
	"DNS answers large, and it tempts one to leave the anchor out of the server's chain: not "
	"every sender can build the path to an anchor that the server does not send.",
	"Publish a digest of the trust anchor (2 0 1 or 2 1 1), and let the server send the "
	"anchor's certificate in its chain."},
    {"tlsa-superseded", FINDING_INFO,
	"a digest is ignored because a stronger one is published beside it", "RFC 7671 §9",
	"For each usage and selector a sender uses only the strongest digest published. A SHA-256 "
	"record beside a SHA-512 record of the same usage and selector is there only for senders "
	"that do not know SHA-512. That is allowed as long as both always stand for the same keys.",
	"Nothing needs to be done. SHA-256 alone is understood by all and simplest; whatever you "
	"publish, change the records of both digests together."},
    {"tlsa-no-match-yet", FINDING_INFO, "a TLSA record matches nothing that is presented now",
	"RFC 7671 §8.1",
	"That is as it should be for the record of a key or certificate that will be taken into "
	"use soon, or of one that was replaced within the last days. A record that stays without a "
	"match for longer is a left-over: whoever has its key could still pass for this server.",
	"Delete the record if it belongs to a key that is no longer used; otherwise leave it."},
    {"tlsa-duplicate", FINDING_WARNING, "the same TLSA record stands twice in the zone file", "",
	"A name server serves a record once, however often it is written, so nothing is wrong on "
	"the wire. But two lines mean that one of them was to be changed or deleted, and the next "
	"change may miss one.",
	"Delete one of the two lines, or correct the one that was to be different."},
    {"tlsa-ttl-long", FINDING_WARNING, "the TLSA records may be cached for more than two days",
	"RFC 7671 §8",
	"A new key must not be used before the last cached copy of the RRset without its record "
	"has gone. With a long TTL that takes as long in an emergency too: after a mistake or the "
	"loss of a key, mail waits until caches have forgotten.",
	"Set the TTL to a few hours or less; 3600 is usual."},
    {"tlsa-many", FINDING_WARNING, "there are more than 12 TLSA records at one name", "",
	"Some senders look at a limited number of TLSA records, in whatever order they come, or "
	"give "
	"up on an answer that does not fit into one UDP packet. Those that match may be among the "
	"ones that they do not see.",
	"Keep the records of the keys in use and of the next ones, two for each kind of key, and "
	"delete the rest."},
    {"connect-failed", FINDING_UNKNOWN, "the connection was refused, unreachable or timed out", "",
	"The server could not be reached at this address from here, so nothing is known about it. "
	"Senders try the host's other addresses and the other hosts. Many access networks and "
	"hosting providers block outgoing connections to port 25, which makes every server look "
	"like this.",
	"Try from another network. If the server is yours, look whether it listens on this address "
	"and port and what the firewall in front says. If an address is no longer in use, delete "
	"its record."},
    {"smtp-refused", FINDING_UNKNOWN,
	"the greeting or EHLO was answered 4xx or 5xx, or the connection was lost before the reply "
	"to STARTTLS",
	"RFC 5321 §3.1",
	"There is a server, but it did not talk with this client: it may block the client's "
	"address by reputation, limit its connections, be down for maintenance, or refuse the name "
	"in EHLO. What it would show to other senders is not known.",
	"Read the server's reply in the report (-v shows the dialogue), give a good name with "
	"--ehlo, and check from a machine that the server accepts mail from."},
    {"smtp-protocol", FINDING_UNKNOWN,
	"what answers is not SMTP: garbage, an over-long line, silence", "RFC 5321 §4.2",
	"The connection came about, but what came over it was no SMTP, or nothing at all within "
	"--timeout. Another service may listen on the port, a TLS-wrapped one (port 465) waits for "
	"the client to speak first, and some servers delay the greeting for long.",
	"Check what listens on the port. For a slow server raise --timeout."},
    {"deadline-exceeded", FINDING_UNKNOWN,
	"--deadline ended the check of the domain before all was known", "",
	"The time for one domain was over. What was known by then is reported, and what was not is "
	"left open; it is neither good nor bad.",
	"Raise --deadline, or look which lookups or servers are slow: the report names them. The "
	"time spent waiting for a turn (--per-host, --jobs) is not counted."},
    {"starttls-missing", FINDING_CRITICAL_IF_TLS_MANDATORY, "the server does not offer STARTTLS",
	"RFC 7672 §2.2, RFC 3207",
	"Mail to this server goes in plain text. Where TLSA records or an enforced MTA-STS policy "
	"promise TLS, senders that honour them do not deliver at all. If you know that the server "
	"offers STARTTLS, then something between it and this client removes the offer: a firewall "
	"with \"SMTP inspection\" or an attacker.",
	"Switch STARTTLS on in the server for port 25, and switch off SMTP inspection (\"fixup\") "
	"in the firewall in front. Do not publish TLSA records for a server without STARTTLS."},
    {"starttls-refused", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"STARTTLS was offered but answered 4xx or 5xx", "RFC 3207 §4",
	"The server says in EHLO that it does STARTTLS, but refuses the command. Usually its "
	"certificate or key cannot be loaded. Senders that need TLS do not deliver; the others go "
	"on in plain text.",
	"Look in the server's log for the reason: file names, permissions, a key that does not fit "
	"its certificate."},
    {"starttls-injection", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"the server sent bytes in the clear after its 220 to STARTTLS", "RFC 3207 §4.2",
	"Everything after the reply to STARTTLS must come inside TLS. Bytes before the handshake "
	"may come from somebody on the path, and a client that believes them can be fooled "
	"(CVE-2011-0411 and its kin). The handshake was not begun. A server that does this itself "
	"has a fault in its handling of pipelined input.",
	"Update the server's software, and switch off proxies or content filters that rewrite SMTP "
	"in front of it. If only some networks see it, suspect an attack on the path."},
    {"tls-failed", FINDING_CRITICAL_IF_TLS_MANDATORY, "the TLS handshake fails", "",
	"Server and client did not agree on a TLS session; the message says what ended it. Causes "
	"are a certificate that cannot be used, a server that knows only outdated protocol "
	"versions or ciphers, one that insists on a client certificate or on a name in SNI that it "
	"knows, or one that talks no TLS at all.",
	"Look in the server's log for the same moment, and test with other clients. The server "
	"must do TLS 1.2 or 1.3 with a common cipher, must ask no certificate of the client, and "
	"must answer an unknown name in SNI with its default certificate (RFC 7672 §8.1)."},
    {"tls-legacy", FINDING_WARNING, "the best that the server does is below TLS 1.2", "RFC 8996",
	"TLS 1.0 and 1.1 must no longer be used. Postfix built with OpenSSL 3 does not "
	"authenticate "
	"a server by them, so that DANE fails (dane-untrusted), and many senders have them "
	"switched off: they deliver in plain text or, where TLS is mandatory, not at all. MTA-STS "
	"demands TLS 1.2.",
	"Update the server's TLS library, and allow TLS 1.2 and 1.3 in its configuration."},
    {"tls-closed-early", FINDING_WARNING_IF_UNANSWERED,
	"the connection ended without close_notify, or before EHLO inside TLS was answered",
	"RFC 5246 §7.2.1, RFC 8446 §6.1",
	"The certificate was seen and is judged, but the session did not end as it should. A "
	"server "
	"that drops the connection right after the handshake, or does not answer EHLO there, takes "
	"no mail. One that merely leaves out close_notify takes it, as some servers' software "
	"always "
	"does.",
	"Where EHLO is not answered, look in the server's log what ended the connection. Missing "
	"close_notify alone is a fault of the server's software or of a TLS proxy in front of it; "
	"nothing needs to be done."},
    {"helo-mismatch", FINDING_INFO, "the name in the server's EHLO reply is not the MX host's", "",
	"The server calls itself by another name than the MX record. Senders do not mind. It helps "
	"to see that the address belongs to another machine than one thought.",
	"Nothing needs to be done, unless the name shows that the address is wrong."},
    {"dane-verified", FINDING_INFO, "a TLSA record matches what the server presents", "RFC 7671 §5",
	"Every sender that honours DANE authenticates this server: the message says which record "
	"matched, and which certificate. Nobody on the path can read or divert the mail without "
	"breaking DNSSEC.",
	"Nothing is to be done. When the key changes, publish the new key's record first, wait for "
	"the TTL, and only then change the key."},
    {"dane-mismatch", FINDING_CRITICAL,
	"no TLSA record matches the certificates that the server presents", "RFC 7672 §2.2",
	"A DANE sender that sees this does not deliver: it cannot tell your renewed certificate "
	"from an attacker's. Mail waits in the queue and is returned after some days. The usual "
	"cause is a certificate that was renewed with a new key without a change in the DNS.",
	"Publish the record in the fix beside the old ones; it fits what is presented now. If the "
	"server should present another key (a failed reload, the wrong file), fix the server "
	"instead. So that it does not happen again: renew with the same key, or publish the next "
	"key's record first and wait for the TTL before the change."},
    {"dane-digest-agility", FINDING_CRITICAL,
	"only a weaker digest matches, while a stronger one published beside it does not",
	"RFC 7671 §9",
	"For one usage and selector, records with SHA-256 and SHA-512 are published, and only the "
	"weaker matches. Senders that follow the RFC, Postfix and Exim among them, look at the "
	"stronger one alone and do not deliver. Many checkers do not notice.",
	"Replace the record of the stronger digest with one for the present key, or delete it: "
	"SHA-256 alone is good."},
    {"dane-name-mismatch", FINDING_CRITICAL,
	"the trust anchor is right, but the certificate has none of the names", "RFC 7672 §3.2.3",
	"With usage 2 a certificate authority vouches for the server, so the certificate must also "
	"be for this server: its subjectAltName must have the host's name (the TLSA base domain) "
	"or the mail domain. A wildcard stands for exactly one label.",
	"Have a certificate issued that has the MX host's name, or publish a usage 3 record, for "
	"which names do not matter."},
    {"dane-expired", FINDING_CRITICAL,
	"the trust anchor is right, but a certificate is outside its validity", "RFC 7671 §5.2",
	"With usage 2 every certificate from the server's up to the trust anchor must be valid at "
	"the time. One is not, so senders do not deliver.",
	"Renew the certificate that the message names and reload the server. If it is the trust "
	"anchor, publish the record of its successor as well."},
    {"dane-untrusted", FINDING_CRITICAL,
	"a record matches, but the chain does not hold or some senders refuse it", "RFC 7671 §5.2",
	"A usage 2 record matches a certificate that the server sends, but the server's own "
	"certificate was not issued by it, directly or through the others: a signature, a CA flag "
	"or the order of issuers does not hold. Merely sending a trust anchor along proves "
	"nothing, so senders do not deliver. Or the chain holds, but something about it or "
	"about the session makes widespread senders end the connection, such as a key too "
	"small, TLS below 1.2, or a TLSA record without data beside the one that matches: then the "
	"message says what it is.",
	"Send the chain that belongs to the server's certificate, the trust anchor included, or "
	"publish the record of the authority that did issue it. A usage 3 record avoids the "
	"question. Where the message names what senders refuse, change that: another record does "
	"not help."},
    {"dane-sender-differs", FINDING_WARNING,
	"the verdict is verified by RFC 7672 and Postfix, but a widespread sender does not "
	"authenticate the server",
	"",
	"Exim built with GnuTLS (Debian's), and mox, which uses Go's TLS, ask for more than RFC "
	"7672 does in a few places; the finding says which of them and why. Mail from such a "
	"sender waits and is returned in the end, or goes out without authentication.",
	"Let the server's certificate have a key that may sign (keyUsage digitalSignature) and the "
	"MX host's own name as dNSName, publish 3 1 1 records at the name that the MX host's "
	"addresses have, and let the server say STARTTLS in capitals. That suits every sender."},
    {"dane-rollover-partial", FINDING_CRITICAL,
	"the host's addresses or key types disagree: some match the TLSA records, some do not",
	"RFC 7671 §8",
	"One host must look the same at every address and with every kind of key. Here a part of "
	"its endpoints matches and another part does not: a rollover was done on one machine "
	"only, IPv6 leads to an old server, or the second (RSA or ECDSA) certificate was "
	"forgotten. Whether mail arrives depends on which one a sender meets.",
	"Bring all machines and both key types to the same state, or publish the records of all "
	"the keys that are in use; the fix has the missing ones."},
    {"cert-expiring", FINDING_WARNING,
	"a certificate on which a verdict rests expires within --warn-days, and has less than a "
	"third "
	"of its life left",
	"",
	"With usage 2 and with MTA-STS an expired certificate stops the mail. With usage 3 the "
	"date does not matter, so nothing is said there. A certificate that is issued for few days "
	"is judged by its own life, for its end is always near.",
	"Renew the certificate and reload the server; look why the automatic renewal has not done "
	"so yet."},
    {"cert-expired-ignored", FINDING_INFO,
	"a usage 3 record matches a certificate that has expired or is not valid yet",
	"RFC 7671 §5.1",
	"With usage 3 the record alone vouches for the server, whatever dates the certificate has, "
	"so DANE senders accept it. MTA-STS senders, and any other that looks at certificates in "
	"the usual way, do not.",
	"Nothing needs to be done for DANE. For MTA-STS renew the certificate."},
    {"cert-pkix-ignored", FINDING_INFO,
	"a usage 3 record matches a certificate with another name or of no known issuer",
	"RFC 7671 §5.1",
	"With usage 3 the record alone vouches for the server, whatever names the certificate has "
	"and whoever issued it, so DANE senders accept it. MTA-STS senders, and any other that "
	"looks at certificates in the usual way, do not.",
	"Nothing needs to be done for DANE. For MTA-STS have a certificate issued by a public "
	"authority, with the MX host's name in its subjectAltName."},
    {"cert-weak", FINDING_WARNING,
	"a key under 2048-bit RSA or 224-bit EC, or a signature by MD5 or SHA-1",
	"RFC 8996, RFC 9325",
	"Keys and digests of this strength can be broken, or soon will be, by those who have the "
	"means. Some senders refuse them already.",
	"Make a new key, 2048-bit RSA or ECDSA with P-256, have a certificate issued for it with "
	"SHA-256, and publish its TLSA record before the change."},
    {"chain-key-only", FINDING_UNKNOWN_IF_DECIDING, "--chain gave only the key of a certificate",
	"RFC 7671 §5.1",
	"The file holds a public key or a certificate request. That is all that a TLSA record "
	"3 1 x names, so such records are judged as with the certificate itself. Dates, names and "
	"issuers are not judged, so nothing is said of MTA-STS; records 3 0 x and 2 x x, which "
	"name a certificate, cannot be judged either, and where no 3 1 x record matches they leave "
	"the verdict open.",
	"Give the certificate chain (PEM, the server's own first) to --chain in place of its key, "
	"or publish TLSA records 3 1 1 of the key."},
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
	"Correct the line that the message names. Names are written as A-labels (xn--), one mx to "
	"a "
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
	"Try again. If it fails everywhere, fix the name servers or signatures of the _mta-sts "
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
	"Try again. If it fails everywhere, fix the name servers or signatures of the _smtp._tls "
	"name."},
    {"rollover-safe", FINDING_INFO, "the proposed change can be made now, in any order",
	"RFC 7671 §8.1, 8.4",
	"For the time that the live TLSA records may be cached, some senders have the old records "
	"and some the new ones, and they meet the old chain or the new one. Each of these pairs "
	"was judged, and none fails that works today.",
	"Nothing needs to be done. Publish the records and take the chain into use as it suits "
	"you."},
    {"rollover-order", FINDING_WARNING,
	"the proposed change is safe in one order only, with a wait between its steps",
	"RFC 7671 §8.1, 8.4",
	"The state that is proposed is good, but not the way to it: the live TLSA records do not "
	"fit the new chain, or the new records do not fit a chain that is presented now. Senders "
	"cache TLSA records for their TTL, so what is changed at one moment here changes over that "
	"time out there; who meets the wrong pair does not deliver.",
	"Keep to the order that the finding gives. Where the records come first, the chain must "
	"wait until the live records have left every cache. Judge each step by itself: --zone "
	"alone for the records, --chain alone for the certificate."},
    {"rollover-unsafe", FINDING_CRITICAL,
	"the proposed change breaks mail in whatever order it is made", "RFC 7671 §8.1, 8.4",
	"The live TLSA records do not fit the new chain, and the new records do not fit a chain "
	"that is presented now. Whichever is changed first, DANE senders do not deliver until "
	"the other has followed and, with the records last, until their caches have run out.",
	"Publish the records of the fix first: the live ones and those of the new chain together. "
	"When the live ones have left every cache, take the new chain into use; after one TTL "
	"more, "
	"take the old records out."},
    {"rollover-unknown", FINDING_INFO,
	"the live state could not be seen, so the way to the proposed one is not judged",
	"RFC 7671 §8.4",
	"Whether a change can be made now depends on the TLSA records that caches hold and on the "
	"certificates that the servers present. One of the two could not be seen from here: no "
	"resolver answers, or connections to the SMTP port are blocked, as they are for most CI "
	"services.",
	"Run the check where resolver and mail servers can be reached. Without it, publish new "
	"records beside the live ones, wait for their TTL, change the chain, and take the old "
	"records out after one TTL more."},
};
