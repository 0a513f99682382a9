/*
 * transport.h - questions to the upstream resolvers, over TCP or authenticated TLS, or to one name
 * server, over TCP or UDP.
 *
 * Questions are pipelined on a few connections to each upstream (connection.h). An answer is a
 * message with rcode 0 or 3 to the question asked; everything else is tried again, at the next
 * upstream, and then is a failure: never a statement about DNSSEC.
 */
#ifndef MXDANE_TRANSPORT_H
#define MXDANE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "loop.h"
#include "model.h"

struct dns_upstream {
	struct address address;
	const char *scope; /* of a link-local IPv6 address, or NULL */
	uint16_t port;
	const char *tls_name; /* DNS over TLS with this name authenticated; NULL: TCP */
	bool udp;             /* in place of TCP */
};

/* How to ask. */
enum dns_mode {
	DNS_MODE_PROOF,     /* signatures wanted, the resolver's own checking off (DO, CD) */
	DNS_MODE_AD,        /* the resolver's verdict wanted (AD) */
	DNS_MODE_UNCHECKED, /* the answer without signatures or checking (CD) */
	/* What a name server itself has, with signatures (DO, no recursion). It has answered
	 * whatever rcode it gives: only silence is asked again. */
	DNS_MODE_AUTHORITY,
	/* The reason of a resolver that checks wanted (EDNS without CD), of another than the
	 * preferred one if there is one, in one try: with its verdict (AD), or without, so that the
	 * question may share a connection. */
	DNS_MODE_FIRST_REASON,
	DNS_MODE_VERDICT_AND_REASON = DNS_MODE_FIRST_REASON,
	DNS_MODE_REASON,
	DNS_MODE_COUNT,
};

struct transport;

/* `upstreams` and what it points to must outlive the transport. NULL if getdns refuses; *error is
 * then a sentence. `ca_file`: for TLS; NULL is the system's trust store. */
struct transport *transport_create(struct loop *loop, const struct dns_upstream *upstreams,
    size_t count, unsigned timeout_ms, const char *ca_file, struct arena *arena,
    const char **error);
/* Nobody is called back. Never from inside a callback. NULL is allowed. */
void transport_destroy(struct transport *transport);

struct dns_reply {
	struct answer *answer; /* the receiver's to destroy; NULL: failed */
	enum lookup_failure failure;
	int rcode;                           /* of the last response, or -1 */
	bool truncated;                      /* it was, over UDP: no answer (RFC 2181 §9) */
	const struct dns_upstream *upstream; /* of the last try */
	struct extended_error *ede;          /* of a failure; valid during the call */
	size_t ede_count;
	const char *error; /* a sentence fragment, valid during the call; NULL with an answer */
};
typedef void dns_reply_cb(void *user, const struct dns_reply *reply);

struct dns_question;
/* The callback comes once, from the loop. The handle dies with it. */
struct dns_question *transport_ask(struct transport *transport, const char *name, uint16_t type,
    enum dns_mode mode, dns_reply_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void transport_cancel(struct dns_question *question);

/* True if questions wait in the queue: the preferred resolver takes no more now. */
bool transport_is_crowded(const struct transport *transport);
/* True if a further question would be sent at once. */
bool transport_has_room(const struct transport *transport);
/* `cb` is called from the loop whenever transport_has_room becomes true. */
void transport_on_room(struct transport *transport, void (*cb)(void *user), void *user);
/* It is the only one. */
bool transport_is_lone(const struct transport *transport);
/* The preferred resolver. */
const struct dns_upstream *transport_upstream(const struct transport *transport);

#endif
