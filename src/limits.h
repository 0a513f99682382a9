/*
 * limits.h - every bound on what comes from outside, with its reason. Reaching one is a finding or
 * an error with a name, never a silent cut.
 */
#ifndef MXDANE_LIMITS_H
#define MXDANE_LIMITS_H

enum {
	/* SMTP: RFC 5321 §4.5.3.1.5 asks for 512; real servers exceed it, none by so much. */
	LIMIT_SMTP_LINE = 4096,
	LIMIT_SMTP_REPLY_LINES = 100,
	/* A transcript kept for --verbose. */
	LIMIT_DIALOGUE = 64 * 1024,

	/* MX hosts checked of one domain; finding mx-too-many beyond (findings.md). */
	LIMIT_MX_HOSTS = 50,
	/* Addresses probed of one host. */
	LIMIT_HOST_ADDRESSES = 64,
	/* Alias links followed in one answer, as resolvers do. */
	LIMIT_ALIAS_LINKS = 16,
	/* Questions in flight at once: more get lost in a resolver's receive buffer (getdns.md). */
	LIMIT_QUESTIONS_IN_FLIGHT = 200,
	/* Tries for one question over all upstreams before it counts as failed. */
	LIMIT_QUESTION_TRIES = 3,

	/* Certificates of a chain that are kept; OpenSSL refuses over 100. */
	LIMIT_CHAIN = 100,
	/* One handshake message: 100 certificates with room to spare; GnuTLS' default is 128 KiB.
	 */
	LIMIT_HANDSHAKE_MESSAGE = 512 * 1024,
	/* The shortest Diffie-Hellman prime with which a handshake is completed. */
	LIMIT_DH_BITS = 512,

	/* RFC 8461 §3.3: a policy body over 64 KiB is refused. */
	LIMIT_POLICY_BODY = 64 * 1024,
	/* RFC 8461 §3.2: one year. */
	LIMIT_POLICY_MAX_AGE = 31557600,

	/* A line of --file; a domain name has 253 octets, a comment may follow. */
	LIMIT_LIST_LINE = 4096,

	/* Domains whose report is kept, so that one given twice is checked once. */
	LIMIT_REMEMBERED_DOMAINS = 256,
	/* Finished domains that may wait for a slower one before them, beyond --jobs. */
	LIMIT_HELD_BACK = 64,
	/* Of /etc/hosts, where this host's full name is looked for. */
	LIMIT_HOSTS_FILE = 64 * 1024,
};

#endif
