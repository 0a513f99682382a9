/*
 * session.h - one connection to one address: connect, SMTP, STARTTLS, handshake, EHLO again,
 * QUIT. A --timeout for each step, but LIMIT_FAREWELL_MS from QUIT to the end.
 */
#ifndef MXDANE_SESSION_H
#define MXDANE_SESSION_H

#include "loop.h"
#include "model.h"
#include "params.h"
#include "tls.h"

struct session;

struct session_target {
	struct address address;
	const char *sni;
	enum tls_offer offer;
	enum tls_hello hello;
};

/*
 * Starts at once. `facts` (zeroed) is filled as things become known, its memory from `arena`; both
 * and `target` must outlive the session. The callback comes once, from the loop, when the facts are
 * complete; the connection is closed by then.
 */
struct session *session_start(struct loop *loop, const struct params *params,
    const struct session_target *target, struct arena *arena, struct probe *facts, loop_cb *cb,
    void *user);
/* Closes the connection without a callback, the facts stand as they are. From inside the callback
 * too; NULL is allowed. */
void session_destroy(struct session *session);
/* Brings the facts up to date while the session is under way: transcript, elapsed time. */
void session_note(struct session *session);
/* After the callback: the hello with which a second session makes sense (tls_next_hello). */
enum tls_hello session_next_hello(const struct session *session);

#endif
