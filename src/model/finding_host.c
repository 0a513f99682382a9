/* finding_host.c owns the catalogue's rows on a host's addresses and TLSA records. */
#include "finding_table.h"

const struct finding_info finding_host_rows[FINDING_HOST_ROWS] = {
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
	"Ask each name server of the zone for the owner name and type TLSA, and mend or update "
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
	"Delete one of the two lines, or mend the one that was to be different."},
    {"tlsa-ttl-long", FINDING_WARNING, "the TLSA records may be cached for more than two days",
	"RFC 7671 §8",
	"A new key must not be used before the last cached copy of the RRset without its record "
	"has gone. With a long TTL that takes as long in an emergency too: after a mistake or the "
	"loss of a key, mail waits until caches have forgotten.",
	"Set the TTL to a few hours or less; 3600 is usual."},
};
