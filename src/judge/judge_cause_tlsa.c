/* judge_cause_tlsa.c owns how TLSA records come to match nothing: the mistakes that data and chain
 * show, and what has changed since the records were right. */
#include "judge_cause.h"

#include <string.h>

#include "ascii.h"
#include "buffer.h"
#include "certificate.h"
#include "digest.h"
#include "escape.h"
#include "name.h"
#include "trust_store.h"

static const char *name_record(const struct judge *j, const struct tlsa_record *r)
{
	return arena_printf(j->arena, "TLSA %s", judge_record_name(j, r));
}

/* ---- The right data under a wrong parameter ---- */

/* As senders look: usage 3 speaks of the leaf, usage 2 of what stands above it. */
static bool fits(const struct tlsa_record *r, const struct endpoint *e)
{
	bool of_leaf = r->usage == USAGE_DANE_EE;
	for (size_t i = 0; i < e->probe.chain_count; i++)
		if ((i == 0) == of_leaf && tlsa_record_matches(r, &e->probe.chain[i]))
			return true;
	return false;
}

static const char *selected(unsigned selector)
{
	return selector == SELECTOR_SPKI ? "public key" : "certificate";
}

static struct blame find_usage(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r)
{
	struct tlsa_record other = *r;
	bool is_anchor = r->usage == USAGE_DANE_TA;
	other.usage = is_anchor ? USAGE_DANE_EE : USAGE_DANE_TA;
	if (!fits(&other, e))
		return (struct blame){0};
	return (struct blame){is_anchor ? CAUSE_USAGE_2_FOR_3 : CAUSE_USAGE_3_FOR_2,
	    arena_printf(j->arena, "%s matches %s: that takes usage %u in place of %u.",
		name_record(j, r),
		is_anchor ? "the server's own certificate" : "the certificate of an issuer",
		other.usage, r->usage)};
}

static struct blame find_selector(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r)
{
	struct tlsa_record other = *r;
	other.selector = r->selector == SELECTOR_SPKI ? SELECTOR_CERT : SELECTOR_SPKI;
	if (r->selector > SELECTOR_SPKI || !fits(&other, e))
		return (struct blame){0};
	return (struct blame){CAUSE_OTHER_SELECTOR,
	    arena_printf(j->arena, "%s holds what selector %u (%s) asks for, not selector %u (%s).",
		name_record(j, r), other.selector, selected(other.selector), r->selector,
		selected(r->selector))};
}

static struct blame find_mtype(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r)
{
	static const char *const names[] = {"full data", "SHA2-256", "SHA2-512"};
	struct tlsa_record other = *r;
	for (unsigned m = MTYPE_FULL; m <= MTYPE_SHA512; m++) {
		other.mtype = (uint8_t)m;
		if (m == r->mtype || !fits(&other, e))
			continue;
		return (struct blame){CAUSE_OTHER_MTYPE,
		    arena_printf(j->arena,
			"%s holds what matching type %u (%s) asks for, not matching type %u.",
			name_record(j, r), m, names[m], r->mtype)};
	}
	return (struct blame){0};
}

/* ---- A digest of something else ---- */

/* Something that a digest is made of by mistake. */
struct input {
	enum cause cause;
	const char *what;
	const char *bytes;
	size_t length;
};

struct inputs {
	struct arena *arena;
	struct input *list;
	size_t count;
};

static void add_input(
    struct inputs *to, enum cause cause, const char *what, const void *bytes, size_t length)
{
	struct input *i = arena_append(to->arena, &to->list, &to->count, sizeof *i);
	*i = (struct input){cause, what, bytes, length};
}

/* As it stands in a file, without the final newline, and with the line ends of Windows. */
static void add_text(struct inputs *to, enum cause cause, const char *what, const char *text)
{
	size_t length = strlen(text);
	struct buffer windows = {0};
	add_input(to, cause, what, text, length);
	if (length && text[length - 1] == '\n')
		add_input(to, cause, what, text, length - 1);
	for (const char *c = text; *c; c++)
		buffer_add(&windows, *c == '\n' ? "\r\n" : c, *c == '\n' ? 2 : 1);
	add_input(to, cause, what, arena_strndup(to->arena, buffer_text(&windows), windows.length),
	    windows.length);
	buffer_reset(&windows);
}

static const char *to_pem(struct arena *arena, const char *label, const uint8_t *der, size_t length)
{
	return arena_printf(arena, "-----BEGIN %s-----\n%s-----END %s-----\n", label,
	    certificate_base64(arena, der, length, 64), label);
}

/* The lines of PEM, those of base64(1), and one line. */
static void add_encodings(struct inputs *to, const char *what, const uint8_t *der, size_t length)
{
	static const unsigned widths[] = {64, 76, 0};
	const char *hex = escape_hex(to->arena, der, length);
	const char *of_base64 = arena_printf(to->arena, "the base64 text of the %s", what);
	const char *of_hex = arena_printf(to->arena, "the hexadecimal text of the %s", what);
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
		add_text(to, CAUSE_BASE64_DIGEST, of_base64,
		    certificate_base64(to->arena, der, length, widths[i]));
	add_text(to, CAUSE_OTHER_ENCODING, of_hex, arena_printf(to->arena, "%s\n", hex));
}

static void add_certificate(struct inputs *to, const struct certificate *c)
{
	if (c->der_length) {
		add_text(to, CAUSE_PEM_DIGEST, "the PEM text of the certificate",
		    to_pem(to->arena, "CERTIFICATE", c->der, c->der_length));
		add_encodings(to, "certificate", c->der, c->der_length);
	}
	if (c->spki) {
		size_t length;
		const uint8_t *bare = certificate_bare_key(c, &length);
		add_text(to, CAUSE_PEM_DIGEST, "the PEM text of the public key",
		    to_pem(to->arena, "PUBLIC KEY", c->spki, c->spki_length));
		add_encodings(to, "public key", c->spki, c->spki_length);
		if (bare)
			add_input(to, CAUSE_OTHER_ENCODING,
			    "the bare public key without its algorithm", bare, length);
	}
}

/* A whole file of certificates, as servers are given it. */
static void add_chain(struct inputs *to, const struct probe *p)
{
	const char *text = "";
	for (size_t i = 0; p->chain_count > 1 && i < p->chain_count; i++)
		text = arena_printf(to->arena, "%s%s", text,
		    to_pem(to->arena, "CERTIFICATE", p->chain[i].der, p->chain[i].der_length));
	if (p->chain_count > 1)
		add_text(to, CAUSE_PEM_DIGEST, "the PEM text of the whole chain", text);
}

static bool is_digest_of(const struct tlsa_record *r, const void *bytes, size_t length)
{
	uint8_t digest[DIGEST_SHA512_SIZE];
	if (r->length != DIGEST_SHA256_SIZE && r->length != DIGEST_SHA512_SIZE)
		return false;
	digest_sha2(r->length, bytes, length, digest);
	return memcmp(digest, r->data, r->length) == 0;
}

static bool spells(
    const struct judge *j, const struct tlsa_record *r, const uint8_t *digest, size_t size)
{
	return r->length == 2 * size &&
	       ascii_equal(r->data, escape_hex(j->arena, digest, size), r->length);
}

/* Written in hexadecimal twice. */
static bool is_spelled_digest(
    const struct judge *j, const struct tlsa_record *r, const struct certificate *c)
{
	if (r->selector == SELECTOR_SPKI)
		return c->spki && (spells(j, r, c->spki_sha256, sizeof c->spki_sha256) ||
				      spells(j, r, c->spki_sha512, sizeof c->spki_sha512));
	return !c->key_only && (spells(j, r, c->cert_sha256, sizeof c->cert_sha256) ||
				   spells(j, r, c->cert_sha512, sizeof c->cert_sha512));
}

static struct blame find_input(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r)
{
	enum { LOOKED_AT = 4 }; /* certificates; longer chains are made of odd ones */
	struct inputs to = {.arena = j->arena};
	if (j->trial) /* nobody reads it */
		return (struct blame){0};
	for (size_t i = 0; i < e->probe.chain_count && i < LOOKED_AT; i++) {
		if (is_spelled_digest(j, r, &e->probe.chain[i]))
			return (struct blame){CAUSE_OTHER_ENCODING,
			    arena_printf(j->arena,
				"%s holds the digest's hexadecimal digits in place of its octets.",
				name_record(j, r))};
		add_certificate(&to, &e->probe.chain[i]);
	}
	add_chain(&to, &e->probe);
	for (size_t i = 0; i < to.count; i++)
		if (is_digest_of(r, to.list[i].bytes, to.list[i].length))
			return (struct blame){to.list[i].cause,
			    arena_printf(j->arena,
				"%s is the digest of %s; it must be of the DER data.",
				name_record(j, r), to.list[i].what)};
	return (struct blame){0};
}

/* ---- One record ---- */

static bool shows_chain(const struct endpoint *e)
{
	return judge_has_tls(e) && e->probe.chain_count;
}

static struct blame find_empty(const struct judge *j, const struct tlsa_record *r)
{
	if (r->defect == TLSA_DEFECT_EMPTY)
		return (struct blame){CAUSE_EMPTY_RECORD, NULL}; /* tlsa-record-unusable says it */
	if (is_digest_of(r, "", 0))
		return (struct blame){CAUSE_EMPTY_DIGEST,
		    arena_printf(j->arena,
			"%s is the digest of no data: the command that made it read nothing.",
			name_record(j, r))};
	return (struct blame){0};
}

/* Another MX host's, unless both have their records in one place. */
static struct blame find_other_host(
    const struct judge *j, const struct mx_host *host, const struct tlsa_record *r)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		const struct mx_host *other = &j->report->hosts[i];
		if (other == host ||
		    (other->tlsa && name_equal(judge_owner(other), judge_owner(host))))
			continue;
		for (size_t k = 0; k < other->endpoint_count; k++)
			if (shows_chain(&other->endpoints[k]) && fits(r, &other->endpoints[k]))
				return (struct blame){CAUSE_OTHER_HOST,
				    arena_printf(j->arena, "%s matches what %s presents.",
					name_record(j, r), judge_escaped(j, other->name))};
	}
	return (struct blame){0};
}

static struct blame blame_sni(const struct judge *j, const struct tlsa_record *r, const char *words)
{
	return (struct blame){CAUSE_SHOWN_WITHOUT_SNI,
	    arena_printf(
		j->arena, "%s matches what the server presents %s.", name_record(j, r), words)};
}

/* What the server shows to those who name no host, or another one than senders do. */
static struct blame find_other_name(
    const struct judge *j, const struct mx_host *host, const struct tlsa_record *r)
{
	if (host->without_sni) {
		const struct endpoint e = {.probe = *host->without_sni};
		if (e.probe.failure == PROBE_FAILURE_NONE && fits(r, &e))
			return blame_sni(j, r,
			    arena_printf(j->arena, "without SNI; senders give the name %s",
				judge_escaped(j, host->sni)));
	}
	for (size_t i = 0; i < host->sts_endpoint_count; i++)
		if (shows_chain(&host->sts_endpoints[i]) && fits(r, &host->sts_endpoints[i]))
			return blame_sni(j, r,
			    arena_printf(j->arena, "for %s; DANE senders give the name %s",
				judge_escaped(j, host->name), judge_escaped(j, host->sni)));
	return (struct blame){0};
}

/* A mistake in the record itself, by the chain of one endpoint. */
static struct blame find_mistake(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r)
{
	bool usable = r->defect == TLSA_DEFECT_NONE;
	struct blame blame = usable ? find_usage(j, e, r) : find_mtype(j, e, r);
	if (!blame.cause && usable)
		blame = find_selector(j, e, r);
	return blame.cause ? blame : find_input(j, e, r);
}

static bool has_dane_usage(const struct tlsa_record *r)
{
	return r->usage == USAGE_DANE_TA || r->usage == USAGE_DANE_EE;
}

/* By what `count` endpoints of the host present. */
static struct blame blame_record(const struct judge *j, const struct mx_host *host,
    const struct tlsa_record *r, const struct endpoint *list, size_t count)
{
	struct blame blame = find_empty(j, r);
	if (r->matched)
		return blame;
	for (size_t i = 0; i < count && !blame.cause && has_dane_usage(r); i++)
		if (shows_chain(&list[i]))
			blame = find_mistake(j, &list[i], r);
	if (!blame.cause && r->defect == TLSA_DEFECT_NONE)
		blame = find_other_name(j, host, r);
	if (!blame.cause && r->defect == TLSA_DEFECT_NONE)
		blame = find_other_host(j, host, r);
	return blame;
}

struct blame judge_cause_of_record(
    const struct judge *j, const struct mx_host *host, const struct tlsa_record *r)
{
	return blame_record(j, host, r, host->endpoints, host->endpoint_count);
}

/* ---- All records of a host ---- */

static bool is_anchor_digest(const struct tlsa_record *r)
{
	return r->active && r->usage == USAGE_DANE_TA && r->mtype != MTYPE_FULL;
}

/* The first usage 2 record that names an anchor of the trust store which issued `c`. */
static const struct tlsa_record *find_anchor_record(const struct judge *j,
    const struct tlsa_record *records, size_t count, const struct certificate *c,
    const struct certificate **anchor)
{
	size_t next = 0;
	while (j->store && (*anchor = trust_store_issuer(j->store, c, &next)))
		for (size_t i = 0; i < count; i++)
			if (is_anchor_digest(&records[i]) &&
			    tlsa_record_matches(&records[i], *anchor))
				return &records[i];
	return NULL;
}

static const struct tlsa_record *first_anchor_digest(const struct mx_host *host)
{
	for (size_t i = 0; i < host->tlsa_count; i++)
		if (is_anchor_digest(&host->tlsa_records[i]))
			return &host->tlsa_records[i];
	return NULL;
}

/* A record names an issuer from the trust store of one on the path. */
static struct blame find_unsent_anchor(const struct judge *j, const struct tlsa_record *records,
    size_t count, const struct endpoint *e)
{
	const struct certificate *anchor;
	const bool *on_path = judge_mark_path(j, e);
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const struct tlsa_record *r =
		    on_path[i] ? find_anchor_record(j, records, count, &e->probe.chain[i], &anchor)
			       : NULL;
		if (r)
			return (struct blame){CAUSE_ANCHOR_NOT_SENT,
			    arena_printf(j->arena,
				"The server does not send the certificate of %s, which %s matches.",
				judge_escaped(j, anchor->subject), name_record(j, r))};
	}
	return (struct blame){0};
}

/* True if the path leads to a root, sent or in the trust store: nothing above it is unknown. */
static bool is_complete(const struct judge *j, const struct endpoint *e)
{
	const bool *on_path = judge_mark_path(j, e);
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const struct certificate *c = &e->probe.chain[i];
		size_t next = 0;
		if (on_path[i] &&
		    (c->self_issued || (j->store && trust_store_issuer(j->store, c, &next))))
			return true;
	}
	return false;
}

/* Of usage 2 records: the anchor is not sent, or it is none of the path's any more. */
static struct blame find_anchor_cause(
    const struct judge *j, const struct mx_host *host, const struct endpoint *e)
{
	const struct tlsa_record *first = first_anchor_digest(host);
	const struct certificate *leaf = &e->probe.chain[0];
	if (!first || !leaf->parsed || leaf->self_issued)
		return (struct blame){0};
	struct blame blame = find_unsent_anchor(j, host->tlsa_records, host->tlsa_count, e);
	if (blame.cause)
		return blame;
	if (e->probe.chain_count == 1)
		return (struct blame){CAUSE_ANCHOR_NOT_SENT,
		    arena_printf(j->arena,
			"The server sends its own certificate alone; with %s it must also send "
			"that of the issuer, %s.",
			name_record(j, first), judge_escaped(j, leaf->issuer))};
	if (!is_complete(j, e))
		return (struct blame){0};
	return (struct blame){CAUSE_ISSUER_CHANGED,
	    arena_printf(j->arena, "%s is of another issuer: the certificate is now issued by %s.",
		name_record(j, first), judge_escaped(j, leaf->issuer))};
}

static bool names_leaf(const struct mx_host *host)
{
	for (size_t i = 0; i < host->tlsa_count; i++)
		if (host->tlsa_records[i].active && host->tlsa_records[i].usage == USAGE_DANE_EE)
			return true;
	return false;
}

/* Every signature over the answer began before the certificate was issued: the records are older.
 */
static struct blame find_renewal(
    const struct judge *j, const struct mx_host *host, const struct endpoint *e)
{
	const struct certificate *leaf = &e->probe.chain[0];
	const struct lookup *l = host->tlsa;
	int64_t begun = 0;
	for (size_t i = 0; i < l->signature_count; i++)
		if (l->signatures[i].inception > begun)
			begun = l->signatures[i].inception;
	if (!begun || !leaf->parsed || leaf->not_before <= begun || !names_leaf(host))
		return (struct blame){0};
	return (struct blame){CAUSE_RENEWED,
	    arena_printf(j->arena,
		"The certificate was renewed on %.10s; the signature of the TLSA records began on "
		"%.10s.",
		judge_time(j, leaf->not_before), judge_time(j, begun))};
}

struct blame judge_cause_of_mismatch(
    const struct judge *j, const struct mx_host *host, const struct endpoint *e)
{
	if (!shows_chain(e))
		return (struct blame){0};
	struct blame blame = {0};
	for (size_t i = 0; i < host->tlsa_count && !blame.cause; i++)
		blame = blame_record(j, host, &host->tlsa_records[i], e, 1);
	/* The remark says it already. */
	if (blame.cause == CAUSE_USAGE_2_FOR_3 && e->dane.remark)
		blame.words = NULL;
	if (!blame.cause)
		blame = find_anchor_cause(j, host, e);
	return blame.cause ? blame : find_renewal(j, host, e);
}

static bool has_cause(
    const struct judge *j, const struct endpoint *e, const struct tlsa_record *r, enum cause cause)
{
	switch (cause) {
	case CAUSE_RENEWED: return r->active && r->usage == USAGE_DANE_EE;
	case CAUSE_ISSUER_CHANGED: return is_anchor_digest(r);
	case CAUSE_ANCHOR_NOT_SENT:
		return is_anchor_digest(r) &&
		       (e->probe.chain_count == 1 || find_unsent_anchor(j, r, 1, e).cause == cause);
	default: return false;
	}
}

void judge_cause_mark_records(
    const struct judge *j, struct mx_host *host, const struct endpoint *e, enum cause cause)
{
	for (size_t i = 0; i < host->tlsa_count; i++) {
		struct tlsa_record *r = &host->tlsa_records[i];
		if (!r->matched && !r->cause && has_cause(j, e, r, cause))
			r->cause = cause;
	}
}

/* ---- Records that stand elsewhere ---- */

/* "3 1 1 9a1c…", as in a zone file; the digits may come in groups. */
static bool is_tlsa_text(const struct dns_record *r)
{
	enum { PARAMETERS = 6, SHORTEST_DATA = 64 };
	const char *text = (const char *)r->txt.data;
	size_t digits = 0;
	if (r->txt.length < PARAMETERS + SHORTEST_DATA)
		return false;
	for (size_t i = 0; i < PARAMETERS; i += 2)
		if (text[i] < '0' || text[i] > '3' || text[i + 1] != ' ')
			return false;
	for (size_t i = PARAMETERS; i < r->txt.length; i++) {
		if (!ascii_is_hex((uint8_t)text[i]) && text[i] != ' ')
			return false;
		digits += text[i] != ' ';
	}
	return digits >= SHORTEST_DATA;
}

/* What a wildcard or an alias gives every name is no mistake. */
static const struct dns_record *find_misplaced(const struct lookup *l)
{
	if (!l || l->kind != ANSWER_RECORDS || l->dnssec > DNSSEC_INSECURE || lookup_is_alias(l) ||
	    l->expansion_count)
		return NULL;
	for (size_t i = 0; i < l->record_count; i++)
		if (l->type == DNS_TYPE_TLSA || is_tlsa_text(&l->records[i]))
			return &l->records[i];
	return NULL;
}

const struct misplaced *judge_misplaced(
    const struct mx_host *host, const struct dns_record **record)
{
	for (size_t i = 0; i < MX_HOST_ELSEWHERE; i++)
		if ((*record = find_misplaced(host->elsewhere[i].found)))
			return &host->elsewhere[i];
	return NULL;
}

struct blame judge_cause_of_absence(const struct judge *j, const struct mx_host *host)
{
	const struct dns_record *record;
	const struct misplaced *m = judge_misplaced(host, &record);
	if (!m)
		return (struct blame){0};
	return (struct blame){m->cause, arena_printf(j->arena, "One is published %sat %s.",
					    m->cause == CAUSE_AS_TXT ? "as a TXT record " : "",
					    judge_escaped(j, m->found->asked))};
}
