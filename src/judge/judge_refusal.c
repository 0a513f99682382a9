/* judge_refusal.c owns what senders built on OpenSSL refuse in a session that GnuTLS completes: the
 * promise of `verified` is that every DANE sender accepts it. */
#include <string.h>

#include "judge_internal.h"
#include "limit.h"

static const char REFUSAL_SIZE[] = "The certificates that the server sends take over 102,400 "
				   "octets; senders built on OpenSSL give "
				   "up there, others accept them.";
static const char REFUSAL_RENEGOTIATION[] = "The server does not know secure renegotiation (RFC "
					    "5746); senders built on OpenSSL 3 refuse the "
					    "session, older ones and others accept it.";
static const char REFUSAL_SHA1[] =
    "The server signs the key exchange with SHA-1; Postfix with OpenSSL 3 does not take that when "
    "it authenticates, others do.";
static const char REFUSAL_VERSION[] =
    "The server offers nothing newer than TLS 1.1; Postfix built with OpenSSL 3 does not "
    "authenticate there, other senders do.";
static const char REFUSAL_GROUP[] = "In TLS 1.3 the server agrees to finite-field groups alone "
				    "(RFC 7919); Postfix of Debian 12 offers "
				    "none of them, senders with OpenSSL 3.5 none above 3,072 bits.";
static const char REFUSAL_KEY_USAGE[] =
    "The certificate's extensions do not let its key sign (keyUsage without digitalSignature, or "
    "unreadable ones); below TLS 1.3 senders built on OpenSSL refuse that, others do not mind.";
static const char REFUSAL_EMPTY[] =
    "A TLSA record without data stands beside it; Postfix and BIND reject the whole RRset for it, "
    "others accept the rest.";
static const char REFUSAL_RECORDS[] =
    "Postfix looks at 100 of the TLSA records, in whatever order they come, and may miss those "
    "that match; others accept them.";

/* What TLS 1.2 makes of a chain that was not seen on the wire (RFC 5246 §7.4.2). */
static size_t count_octets(const struct probe *p)
{
	size_t octets = 3;
	for (size_t i = 0; i < p->chain_count; i++)
		octets += 3 + p->chain[i].der_length;
	return p->certificate_octets ? p->certificate_octets : octets;
}

static bool signs_by_curve(const struct certificate *c)
{
	return c->parsed && (c->key_type == KEY_TYPE_ECDSA || c->key_type == KEY_TYPE_EDDSA);
}

static bool is_old(const struct probe *p)
{
	return p->tls_version && strcmp(p->tls_version, "TLS1.3") != 0;
}

static const char *refusal_of_session(const struct probe *p, enum cause *cause)
{
	if (p->tls_legacy) {
		*cause = CAUSE_TLS_TOO_OLD;
		return REFUSAL_VERSION;
	}
	if (is_old(p) && p->unsafe_renegotiation)
		return REFUSAL_RENEGOTIATION;
	if (p->tls_signature && strstr(p->tls_signature, "SHA1"))
		return REFUSAL_SHA1;
	return p->finite_field ? REFUSAL_GROUP : NULL;
}

bool judge_refuses_session(const struct endpoint *e)
{
	enum cause cause;
	return refusal_of_session(&e->probe, &cause);
}

const char *judge_refusal(const struct endpoint *e, enum cause *cause)
{
	const struct probe *p = &e->probe;
	const char *refusal = refusal_of_session(p, cause);
	if (refusal)
		return refusal;
	if (count_octets(p) > LIMIT_CERTIFICATE_MESSAGE)
		return REFUSAL_SIZE;
	if (is_old(p) && signs_by_curve(&p->chain[0]) && p->chain[0].unfit_to_sign)
		return REFUSAL_KEY_USAGE;
	return NULL;
}

/* Usage 3 speaks of the leaf, usage 2 of what stands above it. */
static bool is_matched(const struct mx_host *host, const struct endpoint *e, size_t record)
{
	bool leaf_only = host->tlsa_records[record].usage == 3;
	size_t end = leaf_only ? 1 : e->probe.chain_count;
	for (size_t c = leaf_only ? 0 : 1; c < end; c++)
		if (e->tlsa_matches[c * host->tlsa_count + record])
			return true;
	return false;
}

const char *judge_refusal_of_records(
    const struct mx_host *host, const struct endpoint *e, enum cause *cause)
{
	size_t others = 0;
	for (size_t i = 0; i < host->tlsa_count; i++) {
		others += !is_matched(host, e, i);
		if (host->tlsa_records[i].defect == TLSA_DEFECT_EMPTY) {
			*cause = CAUSE_EMPTY_RECORD;
			return REFUSAL_EMPTY;
		}
	}
	return others >= LIMIT_SENDER_RECORDS ? REFUSAL_RECORDS : NULL;
}
