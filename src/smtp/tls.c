/*
 * tls.c owns the TLS session: what is offered, the handshake, and the chain as it came over the
 * wire.
 *
 * The chain is taken from the Certificate message itself, before GnuTLS parses it, so that it is
 * known even where GnuTLS cannot read a certificate and ends the handshake. The session verifies
 * nothing: no trust store is loaded, no verification is asked for.
 */
#include "tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "arena.h"
#include "buffer.h"
#include "certificate.h"
#include "limit.h"

struct cursor {
	const uint8_t *data;
	size_t length;
	bool failed; /* sticks */
};

/* A vector of TLS whose length has `octets` octets (RFC 8446 §3.4). */
static struct cursor take_vector(struct cursor *c, size_t octets)
{
	size_t length = 0;
	c->failed |= c->length < octets;
	for (size_t i = 0; !c->failed && i < octets; i++)
		length = length << 8 | c->data[i];
	c->failed |= !c->failed && c->length - octets < length;
	if (c->failed)
		return (struct cursor){0};
	struct cursor part = {c->data + octets, length, false};
	c->data += octets + length;
	c->length -= octets + length;
	return part;
}

const char *tls_chain_record(
    struct arena *arena, const uint8_t *body, size_t length, bool tls13, struct probe *facts)
{
	struct cursor all = {body, length, false};
	if (tls13)
		(void)take_vector(&all, 1); /* the request context */
	struct cursor list = take_vector(&all, 3);
	while (list.length > 0) {
		struct cursor der = take_vector(&list, 3);
		if (tls13)
			(void)take_vector(&list, 2); /* extensions */
		if (list.failed)
			break;
		if (facts->chain_count == LIMIT_CHAIN)
			return arena_printf(
			    arena, "the server sent more than %d certificates", LIMIT_CHAIN);
		struct certificate *c =
		    arena_append(arena, &facts->chain, &facts->chain_count, sizeof *c);
		certificate_parse(arena, c, der.data, der.length);
	}
	return all.failed || list.failed ? "the Certificate message is malformed" : NULL;
}

/* RFC 8446 §6, and what older versions have besides (RFC 5246 §7.2, RFC 6066 §9, RFC 7507 §2). */
static const char *const names[] = {
    [0] = "close_notify",
    [10] = "unexpected_message",
    [20] = "bad_record_mac",
    [21] = "decryption_failed",
    [22] = "record_overflow",
    [30] = "decompression_failure",
    [40] = "handshake_failure",
    [41] = "no_certificate",
    [42] = "bad_certificate",
    [43] = "unsupported_certificate",
    [44] = "certificate_revoked",
    [45] = "certificate_expired",
    [46] = "certificate_unknown",
    [47] = "illegal_parameter",
    [48] = "unknown_ca",
    [49] = "access_denied",
    [50] = "decode_error",
    [51] = "decrypt_error",
    [60] = "export_restriction",
    [70] = "protocol_version",
    [71] = "insufficient_security",
    [80] = "internal_error",
    [86] = "inappropriate_fallback",
    [90] = "user_canceled",
    [100] = "no_renegotiation",
    [109] = "missing_extension",
    [110] = "unsupported_extension",
    [111] = "certificate_unobtainable",
    [112] = "unrecognized_name",
    [113] = "bad_certificate_status_response",
    [114] = "bad_certificate_hash_value",
    [115] = "unknown_psk_identity",
    [116] = "certificate_required",
    [120] = "no_application_protocol",
    [121] = "ech_required",
};

/* "alert handshake_failure", by the RFCs' name, or "alert 222" for one without. */
static const char *tls_alert_text(struct arena *arena, unsigned alert)
{
	if (alert < sizeof names / sizeof *names && names[alert])
		return arena_printf(arena, "alert %s", names[alert]);
	return arena_printf(arena, "alert %u", alert);
}

struct tls_session {
	gnutls_session_t session;
	int fd;
	size_t received; /* during the handshake */
	bool secured;    /* the handshake is done */
	bool plain;      /* what came first is no record of TLS */
	char *sni;
	struct buffer certificate_message; /* body of the peer's Certificate */
	bool widest;                       /* no restricted offer, no second try */
	enum tls_hello next_hello;
	bool asked;  /* for a certificate */
	int alert;   /* the fatal one that came; -1 for none */
	bool closed; /* close_notify was sent */
};

/*
 * %COMPAT lets a leaf through whose keyUsage lacks digitalSignature, as home-made certificates do;
 * senders built on OpenSSL do not mind (RFC 7671 §5.1: only the match counts). SHA-1 signatures of
 * the server key exchange and CBC with the longer MACs are for old TLS 1.2 servers, triple DES for
 * older ones yet (RFC 2246 §9 makes it the one that all must have). AES-CCM is not offered,
 * because OpenSSL does not by default: it is senders that count.
 *
 * RFC 8446 §4.2.3: signature_algorithms restricts the kind of certificate in TLS 1.3; in TLS 1.2
 * the cipher suite's key exchange does.
 */
#define MODERN                                                                                     \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+SHA256:+SHA384:-AES-128-CCM:-AES-256-CCM"     \
	":-GROUP-SECP256R1:-GROUP-SECP384R1:-GROUP-SECP521R1:-GROUP-X448:-GROUP-DH-ALL"            \
	":+GROUP-SECP256R1:+GROUP-X448:+GROUP-SECP384R1:+GROUP-SECP521R1:+GROUP-DH-ALL:%COMPAT"
#define LEGACY "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:+3DES-CBC:%COMPAT"
#define CURVES MODERN ":-GROUP-DH-ALL"
#define ANONYMOUS                                                                                  \
	"NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:-KX-ALL:+ANON-ECDH:+ANON-DH"      \
	":+3DES-CBC:%COMPAT"
#define ECDSA_ONLY                                                                                 \
	":-KX-ALL:+ECDHE-ECDSA:-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256"                             \
	":+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-EDDSA-ED25519"           \
	":+SIGN-EDDSA-ED448:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SHA512"              \
	":+SIGN-ECDSA-SHA1"
#define RSA_ONLY                                                                                   \
	":-KX-ALL:+ECDHE-RSA:+DHE-RSA:+RSA:-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256"                    \
	":+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-PSS-SHA256"                \
	":+SIGN-RSA-PSS-SHA384:+SIGN-RSA-PSS-SHA512:+SIGN-RSA-SHA256:+SIGN-RSA-SHA384"             \
	":+SIGN-RSA-SHA512:+SIGN-RSA-SHA1"

enum { HELLO_COUNT = TLS_HELLO_ANONYMOUS + 1 };

static const char *const priority_texts[][HELLO_COUNT] = {
    [TLS_OFFER_ANY] = {MODERN, LEGACY, CURVES, ANONYMOUS},
    [TLS_OFFER_ECDSA] = {MODERN ECDSA_ONLY, LEGACY ECDSA_ONLY, CURVES ECDSA_ONLY, ANONYMOUS},
    [TLS_OFFER_RSA] = {MODERN RSA_ONLY, LEGACY RSA_ONLY, CURVES RSA_ONLY, ANONYMOUS},
};
enum { OFFER_COUNT = sizeof priority_texts / sizeof *priority_texts };

static gnutls_priority_t priorities[OFFER_COUNT][HELLO_COUNT];
static gnutls_certificate_credentials_t credentials;
static gnutls_anon_client_credentials_t anonymous;

const char *tls_local_policy(void)
{
	const char *path = gnutls_get_system_config_file();
	struct stat file;
	return path && stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > 0 ? path
											   : NULL;
}

static bool is_listed(
    gnutls_priority_t priority, int (*get)(gnutls_priority_t, const unsigned **), unsigned wanted)
{
	const unsigned *list;
	int count = get(priority, &list);
	for (int i = 0; i < count; i++)
		if (list[i] == wanted)
			return true;
	return false;
}

/* Groups stay in the priorities whose curves are forbidden. */
static bool has_curve(gnutls_ecc_curve_t wanted)
{
	for (const gnutls_ecc_curve_t *c = gnutls_ecc_curve_list(); *c; c++)
		if (*c == wanted)
			return true;
	return false;
}

/* What a server may use by itself, or NULL if nothing of it is forbidden here. */
static const char *find_forbidden(void)
{
	gnutls_priority_t any = priorities[TLS_OFFER_ANY][TLS_HELLO_MODERN];
	static const struct {
		int (*get)(gnutls_priority_t, const unsigned **);
		unsigned wanted;
		const char *name;
	} parts[] = {
	    {gnutls_priority_protocol_list, GNUTLS_TLS1_2, "TLS 1.2"},
	    {gnutls_priority_protocol_list, GNUTLS_TLS1_3, "TLS 1.3"},
	    {gnutls_priority_kx_list, GNUTLS_KX_ECDHE_ECDSA, "ECDHE-ECDSA"},
	    {gnutls_priority_kx_list, GNUTLS_KX_ECDHE_RSA, "ECDHE-RSA"},
	    {gnutls_priority_cipher_list, GNUTLS_CIPHER_AES_128_GCM, "AES-128-GCM"},
	    {gnutls_priority_cipher_list, GNUTLS_CIPHER_AES_256_GCM, "AES-256-GCM"},
	    {gnutls_priority_group_list, GNUTLS_GROUP_SECP256R1, "P-256"},
	    {gnutls_priority_group_list, GNUTLS_GROUP_X25519, "X25519"},
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!is_listed(any, parts[i].get, parts[i].wanted))
			return parts[i].name;
	if (!has_curve(GNUTLS_ECC_CURVE_SECP256R1) || !has_curve(GNUTLS_ECC_CURVE_SECP384R1))
		return "P-256 or P-384";
	if (!gnutls_sign_is_secure(GNUTLS_SIGN_RSA_SHA256) ||
	    !gnutls_sign_is_secure(GNUTLS_SIGN_RSA_PSS_RSAE_SHA256) ||
	    !gnutls_sign_is_secure(GNUTLS_SIGN_ECDSA_SHA256) ||
	    !gnutls_sign_is_secure(GNUTLS_SIGN_ECDSA_SHA384))
		return "signatures with SHA-256 or SHA-384";
	return NULL;
}

/* A server is not to blame for what the local policy forbids. */
static const char *policy_fault(int rc)
{
	static char text[512];
	const char *path = tls_local_policy();
	const char *forbidden = rc == 0 ? find_forbidden() : gnutls_strerror(rc);
	if (!forbidden || !path)
		return rc == 0 ? NULL : gnutls_strerror(rc);
	(void)snprintf(text, sizeof text,
	    "the GnuTLS policy of this machine, %s, forbids what servers are judged by: %s", path,
	    forbidden); /* a long path is cut */
	return text;
}

bool tls_global_init(const char **error)
{
	int rc = gnutls_certificate_allocate_credentials(&credentials);
	if (rc == 0)
		rc = gnutls_anon_allocate_client_credentials(&anonymous);
	for (size_t i = 0; rc == 0 && i < OFFER_COUNT; i++)
		for (size_t hello = 0; rc == 0 && hello < HELLO_COUNT; hello++)
			rc = gnutls_priority_init(
			    &priorities[i][hello], priority_texts[i][hello], NULL);
	*error = policy_fault(rc);
	if (!*error)
		return true;
	tls_global_deinit();
	return false;
}

void tls_global_deinit(void)
{
	for (size_t i = 0; i < OFFER_COUNT; i++) {
		for (size_t hello = 0; hello < HELLO_COUNT; hello++) {
			if (priorities[i][hello])
				gnutls_priority_deinit(priorities[i][hello]);
			priorities[i][hello] = NULL;
		}
	}
	if (credentials)
		gnutls_certificate_free_credentials(credentials);
	credentials = NULL;
	if (anonymous)
		gnutls_anon_free_client_credentials(anonymous);
	anonymous = NULL;
}

const char *tls_library_version(void)
{
	return gnutls_check_version(NULL);
}

/* ---- A session ---- */

static int on_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
    const gnutls_datum_t *message)
{
	struct tls_session *tls = gnutls_session_get_ptr(session);
	(void)when;
	tls->asked |= incoming && type == GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST;
	if (incoming && type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT) {
		buffer_reset(&tls->certificate_message);
		buffer_add(&tls->certificate_message, message->data, message->size);
	}
	return 0;
}

/* RFC 8446 §5.1: change_cipher_spec, alert, handshake, application_data. */
static bool is_record(uint8_t type)
{
	return type >= 20 && type <= 23;
}

static ssize_t pull(gnutls_transport_ptr_t user, void *data, size_t size)
{
	struct tls_session *tls = user;
	ssize_t n;
	if (!tls->secured && tls->received > LIMIT_HANDSHAKE) {
		errno = EMSGSIZE;
		return -1;
	}
	n = recv(tls->fd, data, size, 0);
	if (n > 0 && !tls->received)
		tls->plain = !is_record(*(const uint8_t *)data);
	if (n > 0 && !tls->secured)
		tls->received += (size_t)n;
	return n;
}

struct tls_session *tls_create(int fd, const char *sni, enum tls_offer offer, enum tls_hello hello)
{
	struct tls_session *tls = memory_alloc(sizeof *tls);
	tls->fd = fd;
	tls->widest = offer == TLS_OFFER_ANY && hello == TLS_HELLO_MODERN;
	tls->alert = -1;
	/*
	 * No tickets: this program resumes nothing. GNUTLS_NO_SIGNAL: no SIGPIPE.
	 * GNUTLS_KEY_SHARE_TOP: the key share of one group, as OpenSSL sends; a second one is made
	 * for nothing.
	 */
	int rc = gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
						GNUTLS_NO_TICKETS | GNUTLS_KEY_SHARE_TOP);
	if (rc == 0)
		rc = gnutls_priority_set(tls->session, priorities[offer][hello]);
	if (rc == 0)
		rc = gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, credentials);
	if (rc == 0)
		rc = gnutls_credentials_set(tls->session, GNUTLS_CRD_ANON, anonymous);
	if (rc != 0) {
		tls_destroy(tls);
		return NULL;
	}
	gnutls_session_set_ptr(tls->session, tls);
	gnutls_transport_set_ptr2(tls->session, tls,
	    (gnutls_transport_ptr_t)(intptr_t)fd /* as GnuTLS' own push wants */);
	gnutls_transport_set_pull_function(tls->session, pull);
	gnutls_handshake_set_max_packet_length(tls->session, LIMIT_HANDSHAKE);
	/* Nothing is encrypted to the server but SMTP's small talk, so a short prime does no harm,
	 * and the certificate behind it is seen. */
	gnutls_dh_set_prime_bits(tls->session, LIMIT_DH_BITS);
	gnutls_handshake_set_hook_function(
	    tls->session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE, on_message);
	if (sni && gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, sni, strlen(sni)) == 0)
		tls->sni = memory_strdup(sni);
	return tls;
}

void tls_destroy(struct tls_session *tls)
{
	if (!tls)
		return;
	if (tls->session)
		gnutls_deinit(tls->session);
	buffer_reset(&tls->certificate_message);
	free(tls->sni);
	free(tls);
}

/* ---- The handshake ---- */

/* An empty message was none: an alert came first. */
static const char *record_chain(
    const struct tls_session *tls, struct arena *arena, struct probe *facts)
{
	const struct buffer *body = &tls->certificate_message;
	bool tls13 = gnutls_protocol_get_version(tls->session) >= GNUTLS_TLS1_3;
	if (!body->length)
		return NULL;
	facts->certificate_octets = body->length;
	return tls_chain_record(arena, (const uint8_t *)body->data, body->length, tls13, facts);
}

/* GnuTLS' sentence as a fragment. */
static const char *library_reason(struct arena *arena, int rc)
{
	const char *text = gnutls_strerror(rc);
	size_t length = strlen(text);
	return arena_strndup(arena, text, length - (length > 0 && text[length - 1] == '.'));
}

/* GnuTLS ends a handshake at the first certificate that it cannot read, OpenSSL reads some more. */
static void name_unreadable(struct arena *arena, struct probe *facts)
{
	for (size_t i = 0; i < facts->chain_count && !facts->tls_alert; i++) {
		const struct certificate *c = &facts->chain[i];
		if (c->parsed)
			continue;
		facts->tls_error = arena_printf(arena,
		    "%s (the server's certificate at depth %zu: %s; senders built on GnuTLS fail "
		    "here, others may read it)",
		    facts->tls_error, i, c->parse_error);
		return;
	}
}

/* RFC 8446 §4.2.3 splits servers by kind of certificate: with one kind offered, agreeing to nothing
 * is no sign of having none. */
static enum tls_hello hello_after_alert(
    const struct tls_session *tls, gnutls_alert_description_t alert)
{
	bool may_have_none = tls->widest && !tls->certificate_message.length;
	switch (alert) {
	case GNUTLS_A_PROTOCOL_VERSION: return TLS_HELLO_LEGACY;
	case GNUTLS_A_HANDSHAKE_FAILURE:
	case GNUTLS_A_INSUFFICIENT_SECURITY:
		return may_have_none ? TLS_HELLO_ANONYMOUS : TLS_HELLO_MODERN;
	default: return TLS_HELLO_MODERN;
	}
}

static enum tls_result handshake_failed(
    struct tls_session *tls, struct arena *arena, struct probe *facts, int rc)
{
	int connection_error = errno;
	gnutls_alert_description_t alert = gnutls_alert_get(tls->session);
	switch (rc) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
		facts->tls_alert = true;
		facts->tls_error = tls_alert_text(arena, (unsigned)alert);
		tls->alert = (int)alert;
		tls->next_hello = hello_after_alert(tls, alert);
		break;
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_SESSION_EOF:
		facts->tls_alert = true;
		facts->tls_error = "the server closed the connection during the handshake";
		break;
	case GNUTLS_E_PULL_ERROR:
		if (tls->received > LIMIT_HANDSHAKE) {
			facts->tls_error = "the server sent too much during the handshake";
			facts->certificate_octets = tls->received;
			break;
		}
		__attribute__((fallthrough));
	case GNUTLS_E_PUSH_ERROR:
		facts->tls_alert = true;
		facts->tls_error =
		    arena_printf(arena, "the connection was lost during the handshake (%s)",
			strerrordesc_np(connection_error));
		break;
	default:
		/* Injected when the handshake was under way already (see starttls-injection), or
		 * from a server that has no TLS behind its 220. */
		facts->tls_error = tls->plain ? "the server sent bytes in the clear in place of it"
					      : library_reason(arena, rc);
		if (rc == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
			tls->next_hello = TLS_HELLO_LEGACY;
		/* The peer learns why; if it cannot be told, the connection ends all the same. */
		(void)gnutls_alert_send_appropriate(tls->session, rc);
	}
	/* Of a chain that is broken as well, GnuTLS' reason says enough. */
	(void)record_chain(tls, arena, facts);
	name_unreadable(arena, facts);
	return TLS_FAILED;
}

static const char *group_name(gnutls_session_t session, struct arena *arena)
{
	const char *name = gnutls_group_get_name(gnutls_group_get(session));
	int bits = gnutls_dh_get_prime_bits(session);
	if (name || bits <= 0)
		return arena_strdup(arena, name);
	return arena_printf(arena, "DH-%d", bits);
}

/* In TLS 1.3, which knows no others than those of RFC 7919. */
static bool chose_finite_field(gnutls_session_t session)
{
	const char *name = gnutls_group_get_name(gnutls_group_get(session));
	return gnutls_protocol_get_version(session) >= GNUTLS_TLS1_3 && name &&
	       strncmp(name, "FFDHE", 5) == 0;
}

static enum tls_result handshake_done(
    struct tls_session *tls, struct arena *arena, struct probe *facts)
{
	gnutls_session_t session = tls->session;
	tls->secured = true;
	int signature = gnutls_sign_algorithm_get(session);
	facts->tls_error = record_chain(tls, arena, facts);
	if (facts->tls_error)
		return TLS_FAILED;
	facts->tls_version = gnutls_protocol_get_name(gnutls_protocol_get_version(session));
	facts->cipher = gnutls_cipher_get_name(gnutls_cipher_get(session));
	facts->group = group_name(session, arena);
	facts->tls_signature =
	    signature ? gnutls_sign_get_name((gnutls_sign_algorithm_t)signature) : NULL;
	facts->sni = arena_strdup(arena, tls->sni);
	facts->unsafe_renegotiation = !gnutls_safe_renegotiation_status(session);
	facts->finite_field = chose_finite_field(session);
	if (facts->finite_field)
		tls->next_hello = TLS_HELLO_CURVES;
	return TLS_DONE;
}

static enum tls_result wanted(const struct tls_session *tls)
{
	return gnutls_record_get_direction(tls->session) ? TLS_WANT_WRITE : TLS_WANT_READ;
}

enum tls_result tls_handshake(struct tls_session *tls, struct arena *arena, struct probe *facts)
{
	int rc = GNUTLS_E_AGAIN;
	for (int i = 0; i < LIMIT_IGNORED_MESSAGES; i++) {
		errno = 0;
		rc = gnutls_handshake(tls->session);
		if (rc == GNUTLS_E_AGAIN)
			return wanted(tls);
		if (rc == 0)
			return handshake_done(tls, arena, facts);
		if (gnutls_error_is_fatal(rc))
			break;
	}
	return handshake_failed(tls, arena, facts, rc);
}

enum tls_hello tls_next_hello(const struct tls_session *tls)
{
	return tls->next_hello;
}

bool tls_demands_certificate(const struct tls_session *tls)
{
	switch (tls->alert) {
	case GNUTLS_A_SSL3_NO_CERTIFICATE:
	case GNUTLS_A_BAD_CERTIFICATE:
	case GNUTLS_A_HANDSHAKE_FAILURE:
	case GNUTLS_A_CERTIFICATE_REQUIRED: return tls->asked;
	default: return false;
	}
}

size_t tls_received(const struct tls_session *tls)
{
	return tls->received;
}

/* ---- After the handshake ---- */

enum tls_result tls_read(struct tls_session *tls, void *data, size_t size, size_t *got)
{
	*got = 0;
	for (int i = 0; i < LIMIT_IGNORED_MESSAGES; i++) {
		ssize_t n = gnutls_record_recv(tls->session, data, size);
		if (n == GNUTLS_E_AGAIN)
			return wanted(tls);
		if (n == 0)
			return TLS_CLOSED;
		if (n > 0) {
			*got = (size_t)n;
			return TLS_DONE;
		}
		if (n == GNUTLS_E_FATAL_ALERT_RECEIVED)
			tls->alert = (int)gnutls_alert_get(tls->session);
		/* What is not fatal is a warning or a wish to renegotiate, which is not granted. */
		if (gnutls_error_is_fatal((int)n))
			break;
	}
	return TLS_FAILED;
}

enum tls_result tls_write(struct tls_session *tls, const void *data, size_t length, size_t *written)
{
	*written = 0;
	for (int i = 0; i < LIMIT_IGNORED_MESSAGES; i++) {
		ssize_t n = gnutls_record_send(tls->session, data, length);
		if (n == GNUTLS_E_AGAIN)
			return TLS_WANT_WRITE;
		if (n >= 0) {
			*written = (size_t)n;
			return TLS_DONE;
		}
		if (gnutls_error_is_fatal((int)n))
			break;
	}
	return TLS_FAILED;
}

void tls_close(struct tls_session *tls)
{
	if (tls->closed)
		return;
	tls->closed = true;
	/* The connection is given up whether or not the peer can still be told. */
	(void)gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}
