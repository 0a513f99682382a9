/* finding_endpoint.c owns the catalogue's rows on SMTP, TLS, the DANE verdict and certificates. */
#include "finding_table.h"

const struct finding_info finding_endpoint_rows[FINDING_ENDPOINT_ROWS] = {
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
	"server should present another key (a failed reload, the wrong file), mend the server "
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
    {"dane-rollover-partial", FINDING_CRITICAL,
	"the host's addresses or key types disagree: some match the TLSA records, some do not",
	"RFC 7671 §8",
	"One host must look the same at every address and with every kind of key. Here a part of "
	"its endpoints matches and another part does not: a roll-over was done on one machine "
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
};
