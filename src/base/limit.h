/*
 * limit.h - every bound on what comes from outside, with its reason. Reaching one is a finding or
 * an error with a name, never a silent cut.
 */
#ifndef MXDANE_LIMIT_H
#define MXDANE_LIMIT_H

enum {
	/* SMTP: RFC 5321 §4.5.3.1.5 asks for 512; real servers exceed it, none by so much. */
	LIMIT_SMTP_LINE = 4096,
	LIMIT_SMTP_REPLY_LINES = 100,
	/* Milliseconds from QUIT to closing the connection: Postfix does not wait for the reply at
	 * all (smtp_skip_quit_response), but a server that answers should not be cut off. */
	LIMIT_FAREWELL_MS = 1000,
	/* Milliseconds before a connection that a server refused, though it took another, is tried
	 * once more: its count of connections may lag behind. */
	LIMIT_RETRY_PAUSE_MS = 2000,
	/* Octets of an SMTP transcript kept for --verbose. */
	LIMIT_DIALOGUE = 64 * 1024,

	/* MX hosts checked of one domain; finding mx-too-many beyond. */
	LIMIT_MX_HOSTS = 50,
	/* Addresses probed of one host, finding mx-too-many beyond; and tried for a policy, where
	 * one that answers is enough. */
	LIMIT_HOST_ADDRESSES = 64,
	/* The largest DNS message over TCP: its length has 16 bits (RFC 1035 §4.2.2). */
	LIMIT_DNS_MESSAGE = 65535,
	/* Compression pointers followed in one name (RFC 1035 §4.1.4): it has 127 labels at most,
	 * and each pointer of use leads to a label. */
	LIMIT_NAME_POINTERS = 127,
	/* Alias links followed in one answer, as resolvers do. */
	LIMIT_ALIAS_LINKS = 16,
	/* Questions in flight at one resolver; how many it is given grows and shrinks with its
	 * answers (dns_pace.h). Each takes some 35 KiB. */
	LIMIT_QUESTIONS_IN_FLIGHT = 1000,
	/* Of these, on one connection: Unbound works on 32 at once, BIND on 23 (connection.h). */
	LIMIT_CONNECTION_QUESTIONS = 30,
	/* Connections to all resolvers together. */
	LIMIT_CONNECTIONS = 40,
	/* Of these, to a resolver of which it is not known that it takes more: Unbound's default is
	 * ten for all its clients. */
	LIMIT_FIRST_CONNECTIONS = 6,
	/* Tries for one question over all upstreams before it counts as failed. */
	LIMIT_QUESTION_TRIES = 3,
	/* Connections closed under a question after others were answered, which cost no try. */
	LIMIT_QUESTION_CUTS = 20,
	/* Domains of a run in which one more connection goes to a host whose certificate does not
	 * match, to see why. */
	LIMIT_DOMAINS_ASKED_ON = 16,
	/* --authoritative: addresses of name servers that are asked for one zone, and names of
	 * which the addresses are looked up; the root has 26 of 13. */
	LIMIT_ZONE_SERVERS = 32,
	/* Name servers that are asked at once, of all zones of a run. */
	LIMIT_SERVERS_ASKED = 32,
	/* Milliseconds that a lookup which has failed or is bogus waits for the resolver's reason.
	 */
	LIMIT_REASON_MS = 2000,
	/* Extended DNS errors (RFC 8914) read of one answer, and octets of the text of each: they
	 * are to be short. */
	LIMIT_EXTENDED_ERRORS = 8,
	LIMIT_EXTENDED_ERROR_TEXT = 255,
	/* Answers about one domain (MX, TXT) kept for the run, the last used ones, and as many of
	 * single name servers; some 1.5 KiB each. */
	LIMIT_LOOKUPS_KEPT = 2048,
	/* Answers about hosts (A, AAAA, TLSA), which domains share: three for each of 8,192. */
	LIMIT_SHARED_LOOKUPS_KEPT = 24 * 1024,
	/* Names whose place in the tree of signed zones is kept; some 8 to 12 KiB with a zone's
	 * keys. */
	LIMIT_ZONE_STATUSES_KEPT = 4096,
	/* Pairs of a signature and a key with the tag that it names, for one RRset, or of a DS
	 * record and a key; Unbound tries as many, and real zones have one or two. */
	LIMIT_SIGNATURE_TRIES = 8,
	/* The same of all denials in one answer together; a wildcard alias has one, and the end of
	 * sixteen of them some twenty. */
	LIMIT_DENIAL_TRIES = 64,
	/* Keys of a zone with the tag and algorithm of one DS record, and with those of one
	 * signature; Unbound looks at no more, and no signer makes a second one knowingly. */
	LIMIT_DS_KEYS = 5,
	LIMIT_SAME_TAG_KEYS = 9,
	/* Denials that are remembered as proven with a zone's keys, and how large each may be. */
	LIMIT_DENIALS_KEPT = 4,
	LIMIT_DENIAL_OCTETS = 1024,
	/* NSEC3 iterations over this make a denial insecure, as in resolvers (RFC 9276 §3.2). */
	LIMIT_NSEC3_ITERATIONS = 150,
	/* Seconds that a failed lookup is not tried again for other domains of the run. */
	LIMIT_FAILURE_KEPT = 60,
	/* Resolvers used of /etc/resolv.conf, the first ones; the C library uses three. */
	LIMIT_RESOLVERS = 8,
	/* Of a trust anchor file, and of /etc/resolv.conf: real ones have a page at most. */
	LIMIT_ANCHOR_FILE = 256 * 1024,
	LIMIT_RESOLV_CONF = 256 * 1024,

	/* Records that Postfix takes from one answer (its dns_rr_list limit); it drops the others.
	 */
	LIMIT_SENDER_RECORDS = 100,

	/* Certificates of a chain that are kept. A chain that every sender takes has fewer: see
	 * LIMIT_CERTIFICATE_MESSAGE, and no certificate has less than 150 octets. */
	LIMIT_CHAIN = 1000,
	/* The body of a Certificate message: OpenSSL ends the handshake at a longer one
	 * (SSL_CTX_set_max_cert_list), so DANE senders built on it do not authenticate. */
	LIMIT_CERTIFICATE_MESSAGE = 100 * 1024,
	/* Checks of certificates' signatures that are remembered; 66 octets each. */
	LIMIT_SIGNATURES_KEPT = 512,
	/* All that a server sends during a handshake: what is too long for OpenSSL can still be
	 * seen. GnuTLS alone collects a message of 16 MiB before it finds it too large. */
	LIMIT_HANDSHAKE = 512 * 1024,
	/* The shortest Diffie-Hellman prime with which a handshake is completed: OpenSSL refuses
	 * shorter ones at security level 1, that of Postfix when it authenticates. */
	LIMIT_DH_BITS = 1024,

	/* Calls of GnuTLS that end in a warning or a message to be ignored, one after the other. */
	LIMIT_IGNORED_MESSAGES = 16,
	/* Of the search for a path to a trusted anchor, against chains made to be slow: whole
	 * paths, and steps. What was found by then is the verdict. */
	LIMIT_PKIX_PATHS = 16,
	LIMIT_PKIX_STEPS = 500,

	/* Probes whose facts are kept for other domains of the run, the last used ones: two for
	 * each of 8,192 hosts. A host with its lookups takes some 16 KiB. */
	LIMIT_PROBES_KEPT = 16 * 1024,
	/* Connections to one address for each key type (--repeat): enough to see one machine of
	 * twenty behind it in 99 of 100 runs. */
	LIMIT_REPEAT = 100,
	/* Addresses that timed out and are not tried again in the run; the oldest is forgotten. */
	LIMIT_SILENT_ADDRESSES = 16 * 1024,

	/* RFC 8461 §3.3: a policy body over 64 KiB is refused. */
	LIMIT_POLICY_BODY = 64 * 1024,
	/* RFC 8461 §3.2: one year. */
	LIMIT_POLICY_MAX_AGE = 31557600,

	/* A PEM file: a trust store, or a proposed chain. Debian's store has 220 KiB. */
	LIMIT_PEM_FILE = 16 * 1024 * 1024,

	/* A line of --file; a domain name has 253 octets, a comment may follow. */
	LIMIT_LIST_LINE = 4096,

	/* One report of --baseline: with 50 hosts of 64 addresses it has some 30 MiB. */
	LIMIT_BASELINE_REPORT = 64 * 1024 * 1024,

	/* Domains whose report is kept, so that one given twice is checked once. */
	LIMIT_REMEMBERED_DOMAINS = 256,
	/* Finished domains that may wait for a slower one before them, beyond --jobs; some 16 KiB
	 * each. With fewer a list with dead hosts here and there would wait for each in turn. */
	LIMIT_HELD_BACK = 1024,
	/* Where a run has several domains, what one of them may have under way, so that one whose
	 * servers do not answer slows the others by less than a tenth: lookups, of some 180
	 * questions in flight; and of the connections to servers one in so many. */
	LIMIT_DOMAIN_LOOKUPS = 16,
	LIMIT_DOMAIN_SHARE = 16,
	/* Domains in flight beyond --jobs, as many as wait for nothing but slots at addresses;
	 * some 12 KiB each. */
	LIMIT_PARKED = 12 * 1024,
	/* Files that a run may have open beside its connections to servers:
	 * LIMIT_FIRST_CONNECTIONS to each of LIMIT_RESOLVERS resolvers, as many that are given up
	 * and not closed yet (or LIMIT_CONNECTIONS of each kind to one), and the event loop's and
	 * the libraries' own. With --authoritative LIMIT_SERVERS_ASKED more. */
	LIMIT_OWN_DESCRIPTORS = 112,
	/* Files that may still be opened when a run begins, with --authoritative as many more: with
	 * fewer it would crawl. */
	LIMIT_LEAST_DESCRIPTORS = 128,
	/* Of /etc/hosts, where this host's full name is looked for: in its beginning. */
	LIMIT_HOSTS_FILE = 64 * 1024,

	/* --zone: text of one file and all that it includes. A zone of a million names fits; it is
	 * held in memory while it is read. */
	LIMIT_ZONE_BYTES = 64 * 1024 * 1024,
	/* Files of one --zone, so that files that include files twice come to an end. */
	LIMIT_ZONE_FILES = 1000,
	/* $INCLUDE inside $INCLUDE; real zones have one level. */
	LIMIT_ZONE_DEPTH = 8,
	/* Records that $GENERATE makes in one --zone: those of four networks of 65,536 addresses.
	 */
	LIMIT_ZONE_GENERATED = 262144,
	/* Words of one record: each stands for at least one of 65,535 octets of data. */
	LIMIT_ZONE_TOKENS = 65536 + 16,
	/* Records of one RRset: with 16 octets for each, an answer of 65,535 octets is full. */
	LIMIT_ZONE_RRSET = 4095,
};

#endif
