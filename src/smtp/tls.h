/*
 * tls.h - one TLS client session over a connected socket (GnuTLS, non-blocking).
 *
 * The peer's certificate is recorded, never verified here: whether it is good
 * is for the judge to say.
 */
#ifndef MXDANE_TLS_H
#define MXDANE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "model.h"

enum tls_result {
	TLS_DONE,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_CLOSED, /* close_notify came */
	TLS_FAILED, /* after the handshake: the connection ended without close_notify */
};

/* Which certificates the client accepts, hence which one a server with several shows. */
enum tls_offer {
	TLS_OFFER_ANY,
	TLS_OFFER_ECDSA, /* ECDSA and EdDSA signatures only */
	TLS_OFFER_RSA,
};

/* Versions and groups that the client offers. The others are for a second try. */
enum tls_hello {
	TLS_HELLO_MODERN,    /* TLS 1.3 and 1.2, every group */
	TLS_HELLO_LEGACY,    /* TLS 1.1 and 1.0 */
	TLS_HELLO_CURVES,    /* TLS 1.3 and 1.2 without finite-field groups (RFC 7919) */
	TLS_HELLO_ANONYMOUS, /* cipher suites without a certificate alone */
};

struct tls_session;

/*
 * The file with this machine's policy for GnuTLS, or NULL where there is none. GnuTLS has read it
 * before main: a process begun with TLS_POLICY_VARIABLE set to TLS_NO_POLICY follows none.
 */
const char *tls_local_policy(void);
#define TLS_POLICY_VARIABLE "GNUTLS_SYSTEM_PRIORITY_FILE"
#define TLS_NO_POLICY "/dev/null"

/* Set-up shared by all sessions of a run; false with a sentence on failure, such as a local policy
 * that forbids what servers are judged by. */
bool tls_global_init(const char **error);
void tls_global_deinit(void);
/* "3.7.9" */
const char *tls_library_version(void);

/* `sni` is copied. */
struct tls_session *tls_create(int fd, const char *sni, enum tls_offer offer, enum tls_hello hello);
/* Frees the session without sending anything; the descriptor stays open. NULL is allowed. */
void tls_destroy(struct tls_session *tls);

/* On TLS_DONE the version, cipher, group, signature, SNI and chain are in `facts` (memory from
 * `arena`); on TLS_FAILED tls_error and tls_alert. */
enum tls_result tls_handshake(struct tls_session *tls, struct arena *arena, struct probe *facts);
/*
 * After tls_handshake: the hello with which a second try makes sense, TLS_HELLO_MODERN for none.
 * LEGACY after TLS_FAILED if the server could not do TLS 1.2 or later; CURVES after TLS_DONE if it
 * chose a finite-field group in TLS 1.3, where not every sender offers one; ANONYMOUS after
 * TLS_FAILED if it agreed to nothing that was offered.
 */
enum tls_hello tls_next_hello(const struct tls_session *tls);
/* True if the server asked for a certificate, was shown none, and ended the session by an alert
 * that says so: in TLS 1.3 that comes when the handshake is done. */
bool tls_demands_certificate(const struct tls_session *tls);
/* Octets that the server has sent in the handshake. */
size_t tls_received(const struct tls_session *tls);
enum tls_result tls_read(struct tls_session *tls, void *data, size_t size, size_t *got);
enum tls_result tls_write(
    struct tls_session *tls, const void *data, size_t length, size_t *written);
/* Sends close_notify once, waits for nothing. */
void tls_close(struct tls_session *tls);

/*
 * Records the certificates of the message's body into `facts`, memory from `arena`. Returns NULL,
 * or a sentence fragment if the message is broken or has too many; those before that are recorded.
 */
const char *tls_chain_record(
    struct arena *arena, const uint8_t *body, size_t length, bool tls13, struct probe *facts);

#endif
