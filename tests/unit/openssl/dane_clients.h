/*
 * dane_clients.h - the two clients that tests hold against one server: mxdane's session with its
 * verdict, and OpenSSL's as Postfix sets it up (no names for usage 3, security level 1).
 */
#ifndef DANE_CLIENTS_H
#define DANE_CLIENTS_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "certificate.h"
#include "judge_internal.h"
#include "tls_pair.h"
#include "tlsa_verify.h"

/* Of a sender that Debian 13's OpenSSL makes stricter. */
#define BEFORE_3_5(reason) (OPENSSL_VERSION_NUMBER < 0x30500000L ? (reason) : NULL)

enum { SECURITY_LEVEL = 1 /* as Postfix authenticates */, DIGEST_SIZE = 32 };

/* The TLSA record 3 x 1 of a leaf; the digest is held by the caller. */
static inline struct tlsa_record make_ee_record(
    const uint8_t *leaf, size_t length, unsigned selector, uint8_t *digest)
{
	struct arena *arena = arena_create();
	struct certificate c;
	certificate_parse(arena, &c, leaf, length);
	memcpy(digest, selector && c.spki ? c.spki_sha256 : c.cert_sha256, DIGEST_SIZE);
	arena_destroy(arena);
	return (struct tlsa_record){.usage = 3,
	    .selector = (uint8_t)selector,
	    .mtype = 1,
	    .data = digest,
	    .length = DIGEST_SIZE,
	    .active = true};
}

/* Whether mxdane would say verified of the session that the pair's client has, and why not. */
static inline bool pair_verifies(
    const struct pair *p, const struct tlsa_record *r, const char **why)
{
	static const struct reference_identifiers names = {{"mx.example"}, 1};
	enum cause cause;
	const struct probe *f = &p->facts;
	const struct endpoint e = {.probe = *f};
	*why = f->tls_error;
	if (p->result == TLS_FAILED)
		return false;
	struct dane_verdict v =
	    tlsa_judge_chain(p->arena, r, 1, f->chain, f->chain_count, &names, 1780272000);
	*why = v.result == DANE_RESULT_VERIFIED ? judge_sender_limits(&e, &cause) : v.remark;
	return v.result == DANE_RESULT_VERIFIED && !*why;
}

static inline SSL *make_openssl_client(int fd, const struct tlsa_record *r)
{
	static SSL_CTX *context;
	if (!context) {
		context = SSL_CTX_new(TLS_client_method());
		SSL_CTX_dane_enable(context);
		SSL_CTX_set_security_level(context, SECURITY_LEVEL);
		char groups[] = "X25519:X448:P-256:P-521:P-384"; /* of Postfix 3.7 */
		assert_true(SSL_CTX_set1_groups_list(context, groups) == 1);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	}
	char name[] = "mx.example"; /* the macro casts its const away */
	SSL *ssl = SSL_new(context);
	assert_true(SSL_set_fd(ssl, fd) && SSL_set_tlsext_host_name(ssl, name));
	assert_true(SSL_dane_enable(ssl, NULL) > 0);
	(void)SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	assert_true(
	    SSL_dane_tlsa_add(ssl, r->usage, r->selector, r->mtype, r->data, r->length) > 0);
	return ssl;
}

/* Whether an operation of OpenSSL only waits. */
static inline bool openssl_waits(SSL *ssl, int result)
{
	int error = SSL_get_error(ssl, result);
	return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

#endif
