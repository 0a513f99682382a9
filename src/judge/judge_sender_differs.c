/* judge_sender_differs.c owns what Exim and mox do not authenticate although RFC 7672 and Postfix
 * do. Exim is Debian's, with GnuTLS, which the lab runs; mox is what Go's TLS and X.509 make of it.
 */
#include <string.h>

#include "certificate.h"
#include "judge_internal.h"
#include "senders.h"

/* Exim knows a host by the name that its addresses have, and looks nowhere else. */
static const char *name_for_exim(const struct mx_host *host)
{
	const char *canonical = mx_host_canonical_name(host);
	return canonical ? canonical : host->name;
}

static bool is_by_usage_2(const struct endpoint *e)
{
	return e->dane.usage == 2;
}

static bool is_at_first_name(const struct mx_host *host, const struct endpoint *e)
{
	(void)e; /* every rule has the same arguments */
	return strcmp(host->tlsa_base, name_for_exim(host)) != 0;
}

static bool offers_in_small(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	return e->probe.starttls_small;
}

/* RSA key exchange, which is in TLS 1.2 alone, has no signature. */
static bool exchanges_by_rsa(const struct probe *p)
{
	return p->tls_version && strcmp(p->tls_version, "TLS1.3") != 0 && !p->tls_signature;
}

static bool may_not_sign(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	return !exchanges_by_rsa(&e->probe) && e->probe.chain[0].usage_bars_signing;
}

static bool may_not_encipher(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	return exchanges_by_rsa(&e->probe) && e->probe.chain[0].usage_bars_enciphering;
}

static bool lacks_host_name(const struct mx_host *host, const struct endpoint *e)
{
	return is_by_usage_2(e) &&
	       !certificate_covers_gnutls(&e->probe.chain[0], name_for_exim(host));
}

/* GnuTLS looks for the anchor among what the server sends above its own certificate. */
static bool has_no_anchor_above(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	return is_by_usage_2(e) && e->dane.depth <= 0;
}

static bool is_unsent_key(const struct mx_host *host, const struct endpoint *e)
{
	return is_by_usage_2(e) && e->dane.depth < 0 && e->dane.record >= 0 &&
	       host->tlsa_records[e->dane.record].selector == SELECTOR_SPKI;
}

static bool is_named_in_cn_alone(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	return is_by_usage_2(e) && !e->probe.chain[0].has_dns_name;
}

static bool sends_unreadable(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	for (size_t i = 0; i < e->probe.chain_count; i++)
		if (!e->probe.chain[i].parsed && !e->probe.chain[i].key_only)
			return true;
	return false;
}

static bool is_ed448(const struct mx_host *host, const struct endpoint *e)
{
	(void)host;
	const struct certificate *leaf = &e->probe.chain[0];
	return (leaf->key && strstr(leaf->key, "Ed448")) ||
	       (is_by_usage_2(e) && leaf->signature && strstr(leaf->signature, "Ed448"));
}

static const struct rule {
	enum other_sender sender;
	bool (*refuses)(const struct mx_host *host, const struct endpoint *e);
	const char *reason;
} rules[] = {
    {OTHER_SENDER_EXIM, is_at_first_name,
	"looks for TLSA records only at the name to which the MX host's alias leads"},
    {OTHER_SENDER_EXIM, offers_in_small, "recognizes STARTTLS only in capitals"},
    {OTHER_SENDER_EXIM, may_not_sign,
	"refuses a certificate whose keyUsage lacks digitalSignature"},
    {OTHER_SENDER_EXIM, may_not_encipher,
	"refuses RSA key exchange with a certificate whose keyUsage lacks keyEncipherment"},
    {OTHER_SENDER_EXIM, has_no_anchor_above,
	"needs the trust anchor to be sent above the server's certificate"},
    {OTHER_SENDER_EXIM, lacks_host_name,
	"compares the certificate with the MX host's name only, and ignores its CN beside an "
	"iPAddress"},
    {OTHER_SENDER_MOX, sends_unreadable,
	"ends the handshake at a certificate that it cannot read, even one that is not needed"},
    {OTHER_SENDER_MOX, is_ed448, "does not know Ed448"},
    {OTHER_SENDER_MOX, is_unsent_key,
	"cannot use a trust anchor of which the record holds only the key (2 1 0) and which the "
	"server does not send"},
    {OTHER_SENDER_MOX, is_named_in_cn_alone,
	"uses only dNSNames, and the certificate has only a CN"},
};

void judge_other_senders(
    const struct domain_report *r, const struct mx_host *host, struct endpoint *e)
{
	/* Over an MX RRset that is not proven nobody authenticates the way to the domain. */
	if (e->dane.result != DANE_RESULT_VERIFIED || !senders_mx_secure(r))
		return;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!e->dane.refused_by[rules[i].sender] && rules[i].refuses(host, e))
			e->dane.refused_by[rules[i].sender] = rules[i].reason;
}
