/*
 * authority.h - what the authoritative name servers of the zones concerned say, each asked by
 * itself (--authoritative).
 */
#ifndef MXDANE_AUTHORITY_H
#define MXDANE_AUTHORITY_H

#include "lookup.h"
#include "status.h"

/* One server's answer to one question. */
struct server_answer {
	/*
	 * Of the asked name alone: an alias there is `alias`, without records, and is not followed.
	 * ANSWER_FAILED without an answer that counts: also with one from no authority, or a
	 * referral. The status is by the keys that everything is proven with.
	 */
	struct lookup *fact;
	int rcode;          /* -1: there was no response */
	bool authoritative; /* it says that it has authority (AA, RFC 1035 §4.1.1) */
	bool referral;      /* it names other servers in place of an answer (RFC 1034 §4.3.2) */
	bool no_route;      /* this machine has no way to the address: nothing was sent */
	bool tcp;           /* it came over TCP, or would have */
};

/* A name and type that is asked at each server of a zone. */
struct server_question {
	const char *name;
	enum dns_type type;
};

/* One address of one name server of a zone. */
struct name_server {
	const char *zone, *name;
	struct address address; /* family 0: the name has none, or none that may be asked */
	bool asked;
	const char *error;               /* why it was not asked, or NULL: a sentence fragment */
	bool lacks_address;              /* its name is known to have no address at all */
	struct server_answer *udp, *tcp; /* to the question for the zone's SOA; NULL: not asked */
	/* To the zone's questions, in their order; NULL where it has no authority. */
	struct server_answer **answers;
	/* judged */
	enum status status;
};

struct authority_zone {
	const char *name;
	struct server_question *questions;
	size_t question_count;
	struct name_server *servers; /* by name, then address */
	size_t server_count;
};

struct authority {
	struct authority_zone *zones; /* by name */
	size_t zone_count;
};

/* Its SOA record of the zone; NULL without authority. */
const struct lookup *name_server_soa(const struct name_server *s);
/* A sentence fragment: why it has none; or NULL. */
const char *name_server_error(const struct name_server *s);
/* What it says to a question of its zone; NULL: nothing that could be compared. */
const struct lookup *name_server_answer(const struct name_server *s, size_t question);

#endif
