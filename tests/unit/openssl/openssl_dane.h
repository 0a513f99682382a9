/*
 * openssl_dane.h - what OpenSSL's DANE verifier says of a chain, set up as Postfix sets it up for
 * the levels "dane" and "dane-only": no names for usage 3, no partial wildcards, security level 1,
 * depth 9.
 */
#ifndef OPENSSL_DANE_H
#define OPENSSL_DANE_H

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "certificate_fixtures.h"
#include "tlsa_verify.h"

enum { ORACLE_DEPTH = 9 };

static int oracle_callback(int ok, X509_STORE_CTX *ctx)
{
	if (X509_STORE_CTX_get_error_depth(ctx) <= ORACLE_DEPTH)
		return ok;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_CERT_CHAIN_TOO_LONG);
	return 0;
}

/* Fixtures are parsed once, because OpenSSL 3 takes its time over keys. */
static X509 *oracle_parse(const struct certificate *c)
{
	static X509 *known[FIXTURE_MAX];
	const unsigned char *p = c->der;
	size_t i = 0;
	while (i < fixtures.count && fixtures.list[i].der != c->der)
		i++;
	if (i < fixtures.count && known[i])
		return X509_up_ref(known[i]) ? known[i] : NULL;
	X509 *x = d2i_X509(NULL, &p, (long)c->der_length);
	if (x && p != c->der + c->der_length) {
		X509_free(x);
		x = NULL;
	}
	if (x && i < fixtures.count && X509_up_ref(x))
		known[i] = x;
	return x;
}

static int oracle_run(SSL *ssl, STACK_OF(X509) * chain, X509_STORE *store,
    const struct reference_identifiers *names, int64_t at)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_STORE_CTX_init(ctx, store, sk_X509_value(chain, 0), chain);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_auth_level(param, 1);
	X509_STORE_CTX_set0_dane(ctx, SSL_get0_dane(ssl));
	X509_STORE_CTX_set_default(ctx, "ssl_server");
	X509_VERIFY_PARAM_set_depth(param, ORACLE_DEPTH + 1);
	X509_VERIFY_PARAM_set_time(param, at);
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	for (size_t i = 0; i < names->count; i++)
		X509_VERIFY_PARAM_add1_host(param, names->names[i], 0);
	X509_STORE_CTX_set_verify_cb(ctx, oracle_callback);
	int good = X509_verify_cert(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	return good == 1 ? X509_V_OK : error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

/*
 * X509_V_OK or why the chain is refused. Tells of each record whether OpenSSL finds it usable;
 * usages 0 and 1 are not given to it, as Postfix does not.
 */
static int oracle_judge(const struct tlsa_record *records, size_t count, bool *usable,
    const struct certificate *chain, size_t chain_count, const struct reference_identifiers *names,
    int64_t at)
{
	static SSL_CTX *ssl_ctx;
	static X509_STORE *store;
	int error = X509_V_ERR_UNSPECIFIED;
	if (!ssl_ctx) {
		ssl_ctx = SSL_CTX_new(TLS_client_method());
		SSL_CTX_dane_enable(ssl_ctx);
		store = X509_STORE_new();
	}
	SSL *ssl = SSL_new(ssl_ctx);
	SSL_dane_enable(ssl, NULL);
	SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	for (size_t i = 0; i < count; i++)
		usable[i] = records[i].usage >= 2 &&
			    SSL_dane_tlsa_add(ssl, records[i].usage, records[i].selector,
				records[i].mtype, records[i].data, records[i].length) > 0;
	STACK_OF(X509) *stack = sk_X509_new_null();
	for (size_t i = 0; i < chain_count; i++) {
		X509 *x = oracle_parse(&chain[i]);
		if (x)
			sk_X509_push(stack, x);
	}
	/* A chain with an unreadable certificate ends the handshake. */
	if (sk_X509_num(stack) == (int)chain_count)
		error = oracle_run(ssl, stack, store, names, at);
	sk_X509_pop_free(stack, X509_free);
	SSL_free(ssl);
	return error;
}

static struct tlsa_record make_record(
    uint8_t usage, uint8_t selector, uint8_t mtype, const struct certificate *c)
{
	struct tlsa_record r = {.usage = usage, .selector = selector, .mtype = mtype};
	r.data = mtype == 0   ? (selector ? c->spki : c->der)
		 : mtype == 1 ? (selector ? c->spki_sha256 : c->cert_sha256)
			      : (selector ? c->spki_sha512 : c->cert_sha512);
	r.length = mtype == 0 ? (selector ? c->spki_length : c->der_length) : mtype == 1 ? 32 : 64;
	return r;
}

/* The records as a lookup gives them: sorted, with their defects. */
static struct tlsa_record *read_records(
    struct arena *arena, const struct tlsa_record *made, size_t count)
{
	struct lookup l = {.type = DNS_TYPE_TLSA, .kind = ANSWER_RECORDS};
	size_t read;
	for (size_t i = 0; i < count; i++) {
		struct dns_record *r =
		    arena_append(arena, &l.records, &l.record_count, sizeof *l.records);
		r->tlsa.usage = made[i].usage;
		r->tlsa.selector = made[i].selector;
		r->tlsa.mtype = made[i].mtype;
		r->tlsa.data = made[i].data;
		r->tlsa.length = made[i].length;
	}
	return tlsa_records_from_lookup(arena, &l, &read);
}

#endif
