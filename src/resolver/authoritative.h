/*
 * authoritative.h - single name servers, asked for what they themselves have (--authoritative).
 *
 * A server is asked one question after another, never two at once, however many zones and domains
 * of a run it serves; each question once in a run. What it answers is validated with the keys of
 * trust_chain.h, which come from the resolvers: what one server says of its keys proves nothing.
 */
#ifndef MXDANE_AUTHORITATIVE_H
#define MXDANE_AUTHORITATIVE_H

#include "authority.h"
#include "dns_lookup.h"

struct authoritative;

/* `service`, where `transport` may be NULL, must outlive it. `timeout_ms`: for one question. */
struct authoritative *authoritative_create(const struct dns_service *service, unsigned timeout_ms);
/* Without callbacks. Never from inside one. NULL is allowed. */
void authoritative_destroy(struct authoritative *authoritative);

/* `answer` is valid during the call only: authoritative_copy what is to stay. */
typedef void authoritative_cb(void *user, const struct server_answer *answer);

struct authoritative_request;
/*
 * Asks the server at an address, over TCP, or over UDP and again over TCP where the answer is
 * truncated. `name` is canonical (name.h). The callback comes once, from the loop; the handle dies
 * with it.
 */
struct authoritative_request *authoritative_ask(struct authoritative *authoritative,
    const struct address *server, const char *name, enum dns_type type, bool tcp,
    authoritative_cb *cb, void *user);
/* The question waits for its turn. */
bool authoritative_is_waiting(const struct authoritative_request *request);
/* The callback will not come. NULL is allowed. */
void authoritative_cancel(struct authoritative_request *request);

struct server_answer *authoritative_copy(struct arena *arena, const struct server_answer *answer);

#endif
