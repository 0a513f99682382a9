/* finding_table.c owns the catalogue of findings about hosts and their records, in the order of
 * enum finding_code. */
#include "finding_table.h"

const struct finding_info finding_table[FINDING_FIRST_POLICY] = {
    {"domain-invalid", FINDING_UNKNOWN,
	"the argument is not a domain name, so nothing is looked up", "RFC 5890, 1035",
	"The argument cannot be the name of a mail domain: a label is empty or longer than 63 "
	"octets, the name is longer than 253, it is an IP address, or it breaks the rules for "
	"internationalized names. No query was sent.",
	"Give the part of a mail address after the @, as A-labels or in its own script. To check a "
	"single server in place of a domain's MX records, use --mx HOST."},
    {"zone-invalid", FINDING_CRITICAL, "a zone file cannot be read, so its domains are not judged",
	"RFC 1035 §5",
	"A name server would reject the file or, worse, serve something else than was meant. The "
	"other files are judged anyway. With a domain on the command line the run ends.",
	"Correct the line that the finding names. A file with relative names needs an $ORIGIN, "
	"or its origin on the command line: --zone NAME=FILE."},
    {"zone-unknown-data", FINDING_WARNING,
	"the proposed zone decides a name that matters by a type that only its software knows", "",
	"Types such as PowerDNS's ALIAS and LUA, and those for private use (TYPE65280), stand for "
	"what the zone's own server makes of them. The live answer is used, so what the zone file "
	"changes there is not judged.",
	"Nothing, if the live answer is what is meant. Else publish the change and check it live, "
	"or write plain records: A, AAAA, MX, TLSA, TXT or CNAME."},
    {"ignore-stale", FINDING_INFO, "an exception in a zone file hides nothing", "",
	"A comment \"; mxdane: ignore=CODE reason\" on the line of a record hides findings with "
	"that "
	"code whose location is the record. There is none now, so if one comes back some day, "
	"nobody will see it.",
	"Delete the comment, or the code from it. If the finding comes and goes, add ignore-stale "
	"to the codes."},
    {"domain-not-found", FINDING_CRITICAL, "the domain does not exist (NXDOMAIN)", "RFC 5321 §5.1",
	"The DNS says that no such name exists. Senders bounce mail for it at once, without retry.",
	"Check the spelling. If the domain is yours, check whether its registration has expired "
	"and whether the parent zone still delegates it to your name servers."},
    {"no-mail-host", FINDING_CRITICAL, "the domain has neither MX nor address records",
	"RFC 5321 §5.1",
	"Without MX records a sender takes the domain itself as its mail host, but the domain has "
	"no address either. Mail for it bounces.",
	"Publish an MX record that names a server with addresses. If the domain is to accept no "
	"mail, publish a null MX (\"MX 0 .\"), so that senders know at once."},
    {"null-mx", FINDING_INFO, "the domain accepts no mail: its only MX record is a null MX",
	"RFC 7505",
	"The only MX record is \"0 .\". Senders bounce mail for this domain at once, without "
	"trying to connect, which is what its owner asks for. There is no mail server to protect, "
	"so nothing more is checked.",
	"Nothing needs to be done. If the domain is to accept mail, replace the record with one "
	"that names a server."},
    {"null-mx-mixed", FINDING_WARNING, "a null MX is published beside real MX hosts", "RFC 7505 §3",
	"\"MX 0 .\" means that the domain accepts no mail, and it must be the only MX record. "
	"Beside real hosts it contradicts them: some senders bounce the mail, others use the real "
	"hosts, which are the ones checked here.",
	"Delete the record \"MX 0 .\", or delete the others if the domain is to accept no mail."},
    {"mx-insecure", FINDING_CRITICAL_IF_DANE,
	"the MX RRset, or the proof that there is none, is not signed", "RFC 7672 §2.2.1",
	"DANE begins with a signed answer to the question which hosts take the domain's mail. "
	"Where that answer is not signed, an attacker who can forge it sends the mail to another "
	"host, and the TLSA records of the real hosts are never looked up. Senders may still use "
	"those records, but that does not protect the domain.",
	"Sign the domain's zone with DNSSEC and have its DS record published by the parent zone; "
	"most registrars have a switch or a form for it."},
    {"mx-bogus", FINDING_CRITICAL, "the MX RRset fails DNSSEC validation", "RFC 7672 §2.1.1",
	"The parent zone says that the domain is signed, but the signatures do not prove this "
	"answer: they have expired, were made with another key, or are missing. Every validating "
	"resolver rejects the answer, so senders behind one, with DANE or without, keep the mail "
	"in their queue and bounce it in the end.",
	"Sign the zone again and check the signing job: expired signatures are the usual cause. "
	"After a change of keys or of DNS provider, compare the DS record in the parent zone with "
	"the zone's DNSKEY records, and replace or remove a DS record that matches none of them."},
    {"mx-lookup-failed", FINDING_UNKNOWN,
	"the MX lookup gave no answer (timeout, SERVFAIL, REFUSED)", "",
	"There was no usable answer, so nothing is known about the domain's mail hosts. That is "
	"not the same as \"no MX records\": a sender keeps the mail and tries again. The fault may "
	"be in the domain's name servers, in the resolver, or in this network.",
	"Try again, and try another resolver with --resolver. If all fail, ask each of the "
	"domain's name servers directly and fix those that do not answer."},
    {"dnssec-root-failed", FINDING_UNKNOWN,
	"the root's key does not validate through this resolver, so nothing can be judged",
	"RFC 4035 §4.9",
	"Every DNSSEC proof starts at the key of the root zone, and that key could not be "
	"validated with the trust anchor in use. The cause is on this side and would make every "
	"signed domain look bogus: the trust anchor is not that of this root, the clock is wrong, "
	"or the resolver drops DNSSEC records or does not answer over TCP. This one finding stands "
	"for the whole run; nothing else was judged.",
	"Check the date and time of this machine, then try a resolver that passes DNSSEC records "
	"on, such as --resolver 9.9.9.9. In a private network with its own root, give the root's "
	"key with --trust-anchor. With a validating resolver here, --dnssec trust-ad also works."},
    {"mx-target-alias", FINDING_WARNING, "an MX record points to a name that is a CNAME",
	"RFC 5321 §5.1, RFC 2181 §10.3",
	"The name in an MX record must have addresses of its own. Most senders follow an alias "
	"anyway, some do not, and with DANE an alias makes it harder to tell which name's TLSA "
	"records and certificate apply.",
	"Let the MX record name the target of the alias, and publish the TLSA records there."},
    {"mx-target-invalid", FINDING_WARNING, "an MX record's target is not a host name",
	"RFC 5321 §2.3.5",
	"An MX record must name a host, in letters, digits and hyphens, not an IP address. Senders "
	"that check this ignore the record. A name with an underscore is looked up by most, so it "
	"is checked here like any other; an IP address, or a name with other bytes, has no "
	"addresses to connect to.",
	"Let the MX record name a host that has A or AAAA records."},
    {"mx-too-many", FINDING_WARNING,
	"there are more than 50 MX hosts, or more than 64 addresses of one; only the first are "
	"checked",
	"",
	"No sender tries so many hosts or addresses. mxdane checks the first 50 hosts by "
	"preference and 64 addresses of each; the others were not checked, and the answer may be "
	"too large for some resolvers.",
	"Publish fewer records: a few addresses for each of a few names spread the load as well."},
    {"signature-unjudgeable", FINDING_UNKNOWN, "mxdane cannot judge a DNSSEC signature", "",
	"The answer is signed, but the signature has a property that the DNSSEC library cannot "
	"judge, such as an expiry after 2038-01-19. It may be perfectly good, so it is not called "
	"bogus, but it cannot be relied on here.",
	"Let the zone's signatures expire earlier: days or weeks ahead is usual. With a validating "
	"resolver that you trust, --dnssec trust-ad leaves the judgment to it."},
    {"signature-expiring", FINDING_WARNING,
	"a DNSSEC signature that the verdict rests on expires within --warn-days",
	"RFC 4034 §3.1.5",
	"When this signature has expired the answer is bogus, and mail stays in the senders' "
	"queues. In zones that are signed on the fly or on a schedule, signatures always expire "
	"soon. So this is reported only where less than a quarter of the signature's own life is "
	"left, which means that a renewal is overdue, or less than a tenth where other signatures "
	"by the same key show that the zone renews so late, as Knot DNS and OpenDNSSEC do. The "
	"signatures over the DNSKEY and DS records of the zones count as well: when one of these "
	"expires the whole zone is bogus.",
	"Check that the job that signs the zone runs, and sign the zone again now. A new signature "
	"over DNSKEY records may need a key that is kept offline; one over DS records must come "
	"from the parent zone."},
    {"signature-before-expire", FINDING_WARNING,
	"a signature expires before the SOA expire time of its zone is over", "RFC 6781 §4.4.2",
	"A secondary name server that cannot reach its primary serves the zone until the SOA "
	"expire time is over. If the signatures expire sooner, validating resolvers treat its "
	"answers as bogus, and mail stays in the senders' queues or fails. This is not reported "
	"for zones signed on the fly, whose signatures live for less than four days.",
	"Renew signatures earlier, make them live longer, or lower the SOA expire time to a third "
	"or a quarter of the signatures' life."},
    {"nsec3-iterations", FINDING_WARNING,
	"a denial uses more NSEC3 iterations than some validators accept", "RFC 9276 §3.1",
	"Each iteration costs resolvers time and protects nothing, so they set limits. BIND 9.20, "
	"Knot Resolver from 5.7.1 and PowerDNS Recursor from 5.0 treat a denial with more than 50 "
	"iterations as insecure, systemd-resolved from 256 one with more than 100, and Unbound and "
	"older resolvers one with more than 150. Between 50 and 150 it is secure for some senders, "
	"which is the status given here, and insecure for others, which then send without DANE.",
	"Sign the zone with 0 iterations and no salt: NSEC3PARAM 1 0 0 -. Most signers have this "
	"as their default now."},
    {"dnssec-algorithm-old", FINDING_WARNING,
	"a zone is signed only with an algorithm that some validators do not check",
	"RFC 9905, 9906",
	"To a validator that does not support an algorithm, a zone signed with no other is "
	"unsigned: senders behind it send without DANE, and the answers that they get can be "
	"forged. RSASHA1 (5, 7) is no longer supported by resolvers that follow RFC 9905 or by "
	"those of Red Hat Enterprise Linux 9, ECC-GOST (12) by no current one, and Ed448 (16) "
	"neither by systemd-resolved nor by the libunbound of Debian 12. The status given here is "
	"that of the validators that support it, because their senders enforce DANE.",
	"Roll the zone's keys over to ECDSAP256SHA256 (13). Have the parent zone publish the new "
	"DS record before the old one is removed."},
    {"host-no-address", FINDING_CRITICAL, "the MX host has neither A nor AAAA records", "",
	"A mail server without an address cannot be reached. Senders try the next MX host if there "
	"is one; otherwise the mail bounces, at once or after waiting in the queue.",
	"Publish the host's address records, or remove the host from the MX records."},
    {"address-insecure", FINDING_CRITICAL_IF_DANE,
	"the host's address records are not signed, so senders ignore its TLSA records",
	"RFC 7672 §2.2.2",
	"A DANE sender looks up TLSA records only where the addresses of the host are signed; in "
	"an unsigned zone no TLSA record could be proven anyway. The host is treated as one "
	"without DANE.",
	"Sign the zone that the mail host's name is in, and have its DS record published by the "
	"parent zone. If the host belongs to a mail provider, ask the provider, or choose one of "
	"its MX names that is in a signed zone."},
    {"address-bogus", FINDING_CRITICAL, "the host's A or AAAA records fail DNSSEC validation",
	"RFC 7672 §2.1.1, 2.2.2",
	"The signatures do not prove this answer, although the parent zone says that the zone is "
	"signed. RFC 7672 lets a sender skip the host when either of its address lookups fails. "
	"Postfix uses the other address family where that is good; others may not.",
	"Sign the zone again. If only one address family fails, check whether an address record "
	"was added or a server changed without signing, or one name server serves old data."},
    {"address-lookup-failed", FINDING_UNKNOWN,
	"an address lookup gave no answer (timeout, SERVFAIL, REFUSED)", "",
	"Whether the host has addresses of this family is not known, so it could not be checked "
	"there. A DANE sender treats the host as unreachable for now and tries the next one.",
	"Try again, and try another resolver with --resolver. If it fails everywhere, ask each "
	"name server of the host's zone; load balancers that do not answer AAAA queries are a "
	"known cause."},
    {"address-reserved", FINDING_UNKNOWN_OR_INFO,
	"a special-purpose address (private, loopback, documentation …)", "RFC 6890",
	"The address is in a range that is not routed on the public Internet, so senders cannot "
	"reach it. mxdane does not connect to it unless told to: the record may come from an "
	"attacker who wants you to connect to a host inside your network.",
	"Remove the address from the public DNS. To check servers of your own in such a network, "
	"use --reserved."},
    {"tlsa-absent", FINDING_CRITICAL_IF_DANE, "the host has no TLSA records", "RFC 7672 §2.2.3",
	"There is no TLSA RRset at _25._tcp. and the host's name. DANE does not apply: senders use "
	"whatever TLS the server offers, and send in plain text when an attacker on the path "
	"removes the offer of STARTTLS.",
	"Publish the record that the fix shows. Its parameters 3 1 1 (DANE-EE SPKI SHA2-256) mean "
	"the SHA-256 digest of the server's public key, so it stays right when the certificate is "
	"renewed with the same key. Do so for every MX host. Keep the key on renewal, or publish "
	"the next key's record some days before."},
    {"tlsa-insecure", FINDING_CRITICAL_IF_DANE, "there are TLSA records, but they are not signed",
	"RFC 7672 §2.2.3",
	"TLSA records count only with a DNSSEC proof, because whoever can forge the DNS could "
	"forge them too. Senders ignore these. The usual cause is an owner name that is an alias "
	"into an unsigned zone, or an unsigned zone below the host's.",
	"Sign the zone that holds the records, or move them into a signed one."},
    {"tlsa-bogus", FINDING_CRITICAL,
	"the TLSA records, or the proof that there are none, fail DNSSEC validation",
	"RFC 7672 §2.1.1",
	"A DANE sender cannot tell an attack from a mistake here, so it does not deliver to this "
	"host; if there is no other, the mail waits and bounces in the end. This is so even when "
	"there are no TLSA records: the proof of their absence must hold too.",
	"Sign the zone again. Look for expired signatures, DS records that match no key, and name "
	"servers with old or unsigned copies of the zone. A broken denial (NSEC or NSEC3) of "
	"_25._tcp names is often a fault of the name server's software: update it."},
    {"tlsa-lookup-failed", FINDING_CRITICAL,
	"the addresses are signed, but the TLSA lookup fails (SERVFAIL, timeout, malformed)",
	"RFC 7672 §2.1.1",
	"Whether there are TLSA records is not known, and an attacker who suppresses them would "
	"look the same, so a DANE sender does not deliver to this host. Some name servers and load "
	"balancers answer a query for TLSA, a type they do not know, with an error in place of "
	"\"no such record\".",
	"Ask each name server of the zone for the owner name and type TLSA, and fix or update "
	"those that answer with an error or not at all. A firewall that passes only well-known "
	"types has the same effect."},
    {"tlsa-unusable", FINDING_CRITICAL, "there are TLSA records, but none of them can be used",
	"RFC 7672 §2.2.3, 3.1.3",
	"A signed TLSA RRset obliges senders to use TLS even when none of its records can be used "
	"to authenticate the server. Senders encrypt, or do not deliver, but they cannot tell this "
	"server from an impostor: the records cost effort and protect nothing.",
	"Publish a usage 3 or usage 2 record. The fix shows the one that matches what the server "
	"presents; delete the others."},
    {"tlsa-record-unusable", FINDING_WARNING, "a TLSA record cannot be used", "RFC 7671 §4",
	"The record has a parameter that is not defined, or data that do not suit its parameters: "
	"a digest of the wrong length, a certificate or key that does not parse, or no data. "
	"Senders skip it. If it has no data, Postfix and BIND reject the whole RRset, so Postfix "
	"does not deliver even where other records match.",
	"Delete the record, or replace it with one made by a tool; --output tlsa prints records "
	"that match."},
    {"tlsa-pkix-usage", FINDING_WARNING,
	"a TLSA record has usage 0 or 1, which have no meaning for SMTP", "RFC 7672 §3.1.3",
	"Usages 0 (PKIX-TA) and 1 (PKIX-EE) require a certificate authority that both sides trust. "
	"Mail servers share no such list, so senders treat these records as unusable. If there are "
	"no others, senders encrypt but do not authenticate the host.",
	"Publish the same data with usage 3 in place of 1, or with usage 2 in place of 0, and "
	"delete the old record."},
    {"tlsa-weak-ta", FINDING_WARNING,
	"a usage 2 record holds a whole certificate or key (2 0 0, 2 1 0)",
	"RFC 7671 §5.2, RFC 7672 §3.1.2",
	"The record holds the trust anchor itself in place of a digest. That makes DNS answers "
	"large, and it invites leaving the anchor out of the server's chain: not every sender can "
	"build the path to an anchor that the server does not send.",
	"Publish a digest of the trust anchor (2 0 1 or 2 1 1), and let the server send the "
	"anchor's certificate in its chain."},
    {"tlsa-superseded", FINDING_INFO,
	"a digest is ignored because a stronger one is published with it", "RFC 7671 §9",
	"For each usage and selector a sender uses only the strongest digest published. A SHA-256 "
	"record beside a SHA-512 record of the same usage and selector serves only senders that do "
	"not know SHA-512. That is fine as long as both always stand for the same keys.",
	"Nothing needs to be done. SHA-256 alone is simplest, and every sender knows it; "
	"whatever you publish, change the records of both digests together."},
    {"tlsa-no-match-yet", FINDING_INFO,
	"a TLSA record matches no certificate that is presented now", "RFC 7671 §8.1",
	"That is right for the record of a key or certificate that will be deployed soon, or of "
	"one that was replaced within the last days. A record that stays without a match for "
	"longer should go: whoever has its key could still pass for this server.",
	"Delete the record if it belongs to a key that is no longer used; otherwise leave it."},
    {"tlsa-duplicate", FINDING_WARNING, "the zone file has the same TLSA record twice", "",
	"A name server serves a record once, however often it is written, so no sender sees this. "
	"But perhaps one of the two was to be changed or deleted; the next change may miss one.",
	"Delete one of the two lines, or correct the one that was to be different."},
    {"tlsa-ttl-long", FINDING_WARNING, "the TLSA records may be cached for more than two days",
	"RFC 7671 §8",
	"A new key must not be deployed before the last cached copy of the RRset without its "
	"record has expired. With a long TTL this takes as long in an emergency too: after a "
	"mistake or the loss of a key, mail waits until the caches have dropped the old records.",
	"Set the TTL to a few hours or less; 3600 is usual."},
    {"tlsa-many", FINDING_WARNING, "there are more than 12 TLSA records at one name", "",
	"Some senders use a limited number of TLSA records, in whatever order they come, or fail "
	"on an answer that does not fit into one UDP packet. The records that match may be among "
	"those that they do not see.",
	"Keep the records of the keys in use and of the next ones, two for each key type, and "
	"delete the rest."},
    {"connect-failed", FINDING_UNKNOWN, "the connection was refused, unreachable or timed out", "",
	"The server could not be reached at this address from here, so nothing is known about it. "
	"Senders try the host's other addresses and the other hosts. Many access networks and "
	"hosting providers block outgoing connections to port 25: every server looks like this.",
	"Try from another network. If the server is yours, check whether it listens on this "
	"address and port and whether a firewall blocks it. If the address is no longer in use, "
	"delete its record."},
    {"proxy-failed", FINDING_UNKNOWN, "the proxy cannot be reached or refuses the connection",
	"RFC 1928",
	"The proxy of --proxy did not connect, for a reason of its own: it cannot be reached, does "
	"not speak SOCKS 5, wants another user name or password, or does not allow the connection. "
	"So nothing is known about the server behind it. If the proxy itself cannot reach a "
	"server, that is reported as connect-failed, as without a proxy.",
	"Check host, port, user name and password of --proxy, and that the proxy allows "
	"connections to ports 25 and 443. With ssh -D, check that the SSH session is still up."},
    {"smtp-refused", FINDING_UNKNOWN,
	"the greeting or EHLO was answered 4xx or 5xx, or the connection was lost before the reply "
	"to STARTTLS",
	"RFC 5321 §3.1",
	"There is a server, but it did not let this client begin: it may block the client's "
	"address by reputation, limit its connections, be down for maintenance, or refuse the name "
	"given in EHLO. What it would present to other senders is not known.",
	"Read the server's reply in the report (-v shows the dialogue), give a proper name with "
	"--ehlo, and check from a machine that the server accepts mail from."},
    {"smtp-protocol", FINDING_UNKNOWN,
	"the server does not speak SMTP: garbage, an over-long line, silence", "RFC 5321 §4.2",
	"The connection was made, but what came over it was not SMTP, or nothing came within "
	"--timeout. Another service may listen on the port; one with TLS from the start (port 465) "
	"waits for the client to begin; and some servers delay the greeting for long.",
	"Check what listens on the port. For a slow server raise --timeout."},
    {"deadline-exceeded", FINDING_UNKNOWN,
	"--deadline ended the check of the domain before it was complete", "",
	"The time for one domain was used up. What was known by then is reported; the rest is left "
	"open, neither good nor bad.",
	"Raise --deadline, or find out which lookups or servers are slow: the report names them. "
	"The time spent waiting for a turn (--per-host, --jobs) is not counted."},
    {"starttls-missing", FINDING_CRITICAL_IF_TLS_MANDATORY, "the server does not offer STARTTLS",
	"RFC 7672 §2.2, RFC 3207",
	"Mail to this server goes in plain text. Where TLSA records or an enforced MTA-STS policy "
	"promise TLS, senders that honor them do not deliver at all. If the server is known to "
	"offer STARTTLS, something between it and this client removes the offer: a firewall with "
	"\"SMTP inspection\", or an attacker.",
	"Enable STARTTLS in the server for port 25, and disable SMTP inspection (\"fixup\") in the "
	"firewall in front of it. Publish no TLSA records for a server without STARTTLS: DANE "
	"senders do not deliver to it."},
    {"starttls-refused", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"STARTTLS was offered but answered 4xx or 5xx", "RFC 3207 §4",
	"The server offers STARTTLS in its EHLO reply but refuses the command. Usually it cannot "
	"load its certificate or key. Senders that need TLS do not deliver; the others send in "
	"plain text.",
	"Check the server's log for the reason: file names, permissions, a key that does not match "
	"its certificate."},
    {"starttls-injection", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"the server sent bytes in the clear after its 220 to STARTTLS", "RFC 3207 §4.2",
	"Everything after the reply to STARTTLS must come inside TLS. Bytes before the handshake "
	"may come from an attacker on the path, and a client that uses them can be deceived "
	"(CVE-2011-0411 and similar). mxdane did not begin the handshake. A server that does this "
	"itself handles pipelined input wrongly.",
	"Update the server's software, and disable proxies or content filters in front of it that "
	"rewrite SMTP. If it happens only from some networks, suspect an attack on the path."},
    {"tls-failed", FINDING_CRITICAL_IF_TLS_MANDATORY, "the TLS handshake fails", "",
	"Server and client could not set up a TLS session; the message says what ended it. "
	"Possible causes are a certificate that cannot be used, a server that has only outdated "
	"protocol versions or ciphers, one that demands a client certificate or a name in SNI that "
	"it knows, or one that does not speak TLS at all.",
	"Check the server's log for the same moment, and test with other clients. The server must "
	"support TLS 1.2 or 1.3 with a common cipher, must demand no client certificate, and must "
	"answer an unknown name in SNI with its default certificate (RFC 7672 §8.1)."},
    {"tls-legacy", FINDING_WARNING, "the server offers nothing newer than TLS 1.1", "RFC 8996",
	"TLS 1.0 and 1.1 must no longer be used. Postfix built with OpenSSL 3 cannot authenticate "
	"a server with them, so DANE fails (dane-untrusted), and many senders have them disabled: "
	"they deliver in plain text or, where TLS is mandatory, not at all; MTA-STS wants 1.2.",
	"Update the server's TLS library, and allow TLS 1.2 and 1.3 in its configuration."},
    {"tls-closed-early", FINDING_WARNING_IF_UNANSWERED,
	"the connection ended without close_notify, or before EHLO inside TLS was answered",
	"RFC 5246 §7.2.1, RFC 8446 §6.1",
	"The certificate was seen and is judged, but the session did not end properly. A server "
	"that drops the connection right after the handshake, or does not answer EHLO there, "
	"accepts no mail. One that only leaves out close_notify does accept mail; some servers' "
	"software always leaves it out.",
	"If EHLO is not answered, check the server's log for what ended the connection. A missing "
	"close_notify alone is a fault of the server's software or of a TLS proxy in front of it; "
	"nothing needs to be done."},
    {"helo-mismatch", FINDING_INFO, "the name in the server's EHLO reply is not the MX host's", "",
	"The server calls itself by another name than that in the MX record. Senders accept that. "
	"It may show that the address belongs to another machine than expected.",
	"Nothing needs to be done, unless the name shows that the address is wrong."},
    {"dane-verified", FINDING_INFO, "a TLSA record matches what the server presents", "RFC 7671 §5",
	"Every sender that enforces DANE authenticates this server: the message says which record "
	"matched, and which certificate. An attacker on the path cannot read or redirect the mail "
	"without breaking DNSSEC.",
	"Nothing needs to be done. When the key is to change, publish the new key's record first, "
	"wait for the TTL, and only then deploy the new key."},
    {"dane-mismatch", FINDING_CRITICAL,
	"no TLSA record matches the certificates that the server presents", "RFC 7672 §2.2",
	"A DANE sender does not deliver in this case: it cannot tell your renewed certificate from "
	"an attacker's. Mail waits in the queue and bounces after some days. The usual cause is a "
	"certificate that was renewed with a new key while the DNS was not changed.",
	"Publish the record in the fix with the existing ones; it matches what is presented now. "
	"If the server should present another key (a failed reload, the wrong file), fix the "
	"server instead. To prevent it: renew with the same key, or publish the next key's record "
	"first and wait for the TTL before the change."},
    {"dane-digest-agility", FINDING_CRITICAL,
	"only a weaker digest matches, but a stronger one is published with it", "RFC 7671 §9",
	"For one usage and selector, records with SHA-256 and SHA-512 are published, and only the "
	"weaker one matches. Senders that follow RFC 7671, Postfix and Exim among them, use only "
	"the stronger one and do not deliver. Many checkers do not notice.",
	"Replace the record of the stronger digest with one for the current key, or delete it: "
	"SHA-256 alone is enough."},
    {"dane-name-mismatch", FINDING_CRITICAL,
	"the certificate leads to the trust anchor but has none of the expected names",
	"RFC 7672 §3.2.3",
	"With usage 2 a certificate authority vouches for the server, so the certificate must also "
	"be for this server: its subjectAltName must have the host's name (the TLSA base domain) "
	"or the mail domain. A wildcard stands for exactly one label.",
	"Deploy a certificate that has the MX host's name, or publish a usage 3 record, for which "
	"names do not matter."},
    {"dane-expired", FINDING_CRITICAL,
	"the certificate leads to the trust anchor, but one on the path is outside its validity",
	"RFC 7671 §5.2",
	"With usage 2 every certificate from the server's up to the trust anchor must be valid at "
	"the time of delivery. One is not, so senders do not deliver.",
	"Renew the certificate that the message names and reload the server. If it is the trust "
	"anchor, also publish the record of its successor."},
    {"dane-untrusted", FINDING_CRITICAL,
	"a record matches, but the path to it does not hold or some senders refuse it",
	"RFC 7671 §5.2",
	"A usage 2 record matches a certificate that the server sends, but that one did not issue "
	"the server's own certificate, directly or through the others: a signature, a CA flag or "
	"an issuer is wrong. Merely sending a trust anchor along proves nothing, so senders do not "
	"deliver. Or the path is good, but because of something else widespread senders end the "
	"connection, such as a key that is too small, TLS below 1.2, or another TLSA record that "
	"has no data; then the message says what.",
	"Where the message says what senders refuse, change that: another TLSA record does not "
	"help. Otherwise let the server send the chain that belongs to its certificate, up to the "
	"trust anchor, or publish the record of the authority that issued it. A usage 3 record "
	"needs no path."},
    {"dane-sender-differs", FINDING_WARNING,
	"RFC 7672 and Postfix accept the server, but a widespread sender does not authenticate it",
	"",
	"Exim built with GnuTLS (as in Debian) and mox, which uses Go's TLS, ask for more than "
	"RFC 7672 does in a few cases; the finding says which of them and why. Mail from such a "
	"sender waits and bounces in the end, or is sent without authentication.",
	"To suit every sender, deploy a certificate whose key may sign (keyUsage digitalSignature) "
	"and whose subjectAltName has the MX host's own name, publish 3 1 1 records at the name "
	"that has the MX host's addresses, and let the server write STARTTLS in capitals."},
    {"dane-rollover-partial", FINDING_CRITICAL,
	"some of the host's addresses or key types match its TLSA records, others do not",
	"RFC 7671 §8",
	"A host must present the same at every address, and a key with a TLSA record for every key "
	"type. Here some do and some do not: a rollover was done on one machine only, IPv6 leads "
	"to an old server, or the second certificate (RSA or ECDSA) was forgotten. Whether mail "
	"arrives depends on which one a sender reaches.",
	"Bring all machines and both key types to the same state, or publish the records of all "
	"keys in use; the fix has the missing ones."},
    {"endpoint-inconsistent", FINDING_CRITICAL_IF_VERDICTS_DIFFER,
	"connections to one address show different certificates of one key type", "RFC 7671 §8",
	"Several machines answer at the address, or one changes its certificate at this moment. "
	"Each certificate is judged by itself. Where one fails, mail is delayed now and then.",
	"Deploy the same certificate on every machine behind the address and reload them, or "
	"publish TLSA records of all keys in use. --repeat shows how often each one is met."},
    {"cert-expiring", FINDING_WARNING,
	"a certificate on which a verdict rests expires within --warn-days, and has less than a "
	"third of its life left",
	"",
	"With usage 2 and with MTA-STS an expired certificate stops the mail. With usage 3 the "
	"date does not matter, so nothing is reported. A certificate that is issued for a few days "
	"is judged by its own life, because it always expires soon.",
	"Renew the certificate and reload the server; find out why the automatic renewal has not "
	"done so yet."},
    {"cert-expired-ignored", FINDING_INFO,
	"a usage 3 record matches a certificate that has expired or is not valid yet",
	"RFC 7671 §5.1",
	"With usage 3 the record alone vouches for the server, whatever dates the certificate has, "
	"so DANE senders accept it. MTA-STS senders, and others that verify certificates in the "
	"usual way, do not.",
	"Nothing needs to be done for DANE. For MTA-STS, renew the certificate."},
    {"cert-pkix-ignored", FINDING_INFO,
	"a usage 3 record matches a certificate with another name or with no known issuer",
	"RFC 7671 §5.1",
	"With usage 3 the record alone vouches for the server, whatever names the certificate has "
	"and whoever issued it, so DANE senders accept it. MTA-STS senders, and others that verify "
	"certificates in the usual way, do not.",
	"Nothing needs to be done for DANE. For MTA-STS, deploy a certificate from a public "
	"authority that has the MX host's name in its subjectAltName."},
    {"cert-weak", FINDING_WARNING,
	"a key under 2048-bit RSA or 224-bit EC, or a signature by MD5 or SHA-1",
	"RFC 8996, RFC 9325",
	"Keys and digests of this strength can be broken, or soon will be, by an attacker with "
	"enough computing power. Some senders refuse them already.",
	"Create a new key, 2048-bit RSA or ECDSA P-256, have a certificate issued for it with "
	"SHA-256, and publish its TLSA record before you deploy it."},
    {"chain-key-only", FINDING_UNKNOWN_IF_DECIDING, "--chain gave only the key of a certificate",
	"RFC 7671 §5.1",
	"The file has a public key or a certificate request. A TLSA record 3 1 x names nothing "
	"else, so such records are judged as with the certificate itself. Dates, names and issuers "
	"are not judged, so nothing is known about MTA-STS; records 3 0 x and 2 x x, which name a "
	"certificate, cannot be judged either, and if no 3 1 x record matches they leave the "
	"verdict open.",
	"Give --chain the certificate chain (PEM, the server's own first) in place of its key, or "
	"publish TLSA records 3 1 1 of the key."},
    {"ns-unreachable", FINDING_WARNING_OR_UNKNOWN,
	"a name server of a zone concerned does not answer", "RFC 1034 §4.2",
	"With --authoritative each name server is asked by itself. This one has no address or does "
	"not answer, over UDP, over TCP or both. Resolvers try another one after some seconds, so "
	"lookups are slow now and then, and fail when the others are in trouble too. Where none "
	"of a zone's servers answers this machine, the way to them may be blocked here, and "
	"nothing is known of them.",
	"Start the server, open port 53 for UDP and TCP, or take its NS record out of the zone and "
	"the delegation in the parent zone. If none answers, run the check elsewhere."},
    {"ns-lame", FINDING_WARNING, "a server is named for a zone that it does not serve",
	"RFC 1912 §2.8",
	"The server answers, but not with authority for the zone: it refuses, fails, or refers to "
	"other servers. Resolvers must try another one, so lookups are slow now and then, and "
	"fail when the others are in trouble too.",
	"Configure the zone on that server, or take its NS record out of the zone and the "
	"delegation in the parent zone. If the zone is there, look in the server's log: it may be "
	"broken, or expired because the primary server cannot be reached."},
    {"ns-stale", FINDING_WARNING, "a name server has an older version of the zone than others",
	"RFC 1035 §3.3.13",
	"The serial number of the zone is lower than at another server, although each secondary "
	"server should have fetched the new version by now, as far as the signature of the SOA "
	"record shows its age. Changes, new TLSA records too, do not reach those who ask this "
	"server; in the end its signatures expire.",
	"Look in the server's log why the zone transfer fails: the primary server's address, its "
	"access list, the TSIG key, or blocked TCP. Wait until all servers have one serial number "
	"before a certificate is changed."},
    {"ns-inconsistent", FINDING_CRITICAL_IF_DECIDING,
	"name servers of one zone give different MX, address or TLSA records", "RFC 1034 §4.3.5",
	"Which records a sender gets hangs on the server that its resolver happens to ask. Mail is "
	"delivered or not, protected or not, now and then and for no reason that can be seen from "
	"one place.",
	"Bring all name servers to the same version of the zone. With several primary servers, or "
	"several DNS providers, make the change at each of them."},
    {"ns-tlsa-fails", FINDING_CRITICAL_IF_DECIDING,
	"a name server fails when it is asked for TLSA records", "RFC 7672 §2.1.1",
	"The server has authority for the zone, but answers a question for TLSA records with an "
	"error, or not at all: it, or a firewall before it, does not know the type. Where the "
	"host's addresses are signed, DANE senders whose resolver asks this server delay the "
	"mail, whether there are TLSA records or not.",
	"Update the name server, or have the firewall pass DNS messages that it does not know."},
    {"ns-bogus", FINDING_CRITICAL,
	"one name server's signatures or denials fail where those of others hold", "RFC 4035 §5",
	"The answers of this server have no signatures, expired ones, or ones by keys that the "
	"zone does not have; those of another server are valid. Validating resolvers reject the "
	"answers, and mail waits when they ask no other server in time.",
	"Find out why the zone on that server is old or not signed: look in its log for failed "
	"zone transfers, and compare the DNSSEC settings with those of the other servers."},
    {"ns-no-tcp", FINDING_WARNING, "a name server answers over UDP, but not over TCP",
	"RFC 7766 §5",
	"Answers that are too long for UDP are asked for again over TCP, and answers with "
	"signatures often are. Such an answer cannot be had from this server.",
	"Open TCP port 53 of the server and have it listen there."},
};
