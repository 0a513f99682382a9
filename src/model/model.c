/* model.c owns the names of the model's enumerations, as every format writes them, and copies of
 * facts. */
#include "model.h"

#include <string.h>

const char *mx_kind_name(enum mx_kind k)
{
	static const char *const names[] = {
	    [MX_KIND_MX] = "mx",
	    [MX_KIND_IMPLICIT] = "implicit",
	    [MX_KIND_NULL] = "null",
	    [MX_KIND_NONE] = "none",
	    [MX_KIND_GIVEN] = "given",
	};
	return names[k];
}

const char *tlsa_state_name(enum tlsa_state s)
{
	static const char *const names[] = {
	    [TLSA_STATE_SKIPPED] = "skipped",
	    [TLSA_STATE_USABLE] = "usable",
	    [TLSA_STATE_UNUSABLE] = "unusable",
	    [TLSA_STATE_ABSENT] = "absent",
	    [TLSA_STATE_INSECURE] = "insecure",
	    [TLSA_STATE_BOGUS] = "bogus",
	    [TLSA_STATE_FAILED] = "failed",
	};
	return names[s];
}

const char *tlsa_defect_text(enum tlsa_defect d)
{
	static const char *const texts[] = {
	    [TLSA_DEFECT_NONE] = NULL,
	    [TLSA_DEFECT_PKIX_USAGE] = "certificate usages 0 and 1 have no meaning in SMTP",
	    [TLSA_DEFECT_USAGE] = "unknown certificate usage",
	    [TLSA_DEFECT_SELECTOR] = "unknown selector",
	    [TLSA_DEFECT_MTYPE] = "unknown matching type",
	    [TLSA_DEFECT_EMPTY] = "no certificate association data",
	    [TLSA_DEFECT_DIGEST_LENGTH] = "digest of the wrong length",
	    [TLSA_DEFECT_CERTIFICATE] = "the data is not a certificate",
	    [TLSA_DEFECT_KEY] = "the data is not a SubjectPublicKeyInfo",
	};
	return texts[d];
}

const char *dane_result_name(enum dane_result r)
{
	static const char *const names[] = {
	    [DANE_RESULT_NONE] = "none",
	    [DANE_RESULT_VERIFIED] = "verified",
	    [DANE_RESULT_MISMATCH] = "mismatch",
	    [DANE_RESULT_EXPIRED] = "expired",
	    [DANE_RESULT_NAME_MISMATCH] = "name-mismatch",
	    [DANE_RESULT_UNTRUSTED] = "untrusted",
	    [DANE_RESULT_UNUSABLE] = "unusable",
	    [DANE_RESULT_NOT_CHECKED] = "not-checked",
	};
	return names[r];
}

const char *other_sender_name(enum other_sender s)
{
	static const char *const names[] = {
	    [OTHER_SENDER_EXIM] = "exim",
	    [OTHER_SENDER_MOX] = "mox",
	};
	return names[s];
}

const char *pkix_result_name(enum pkix_result r)
{
	static const char *const names[] = {
	    [PKIX_RESULT_NOT_CHECKED] = "not-checked",
	    [PKIX_RESULT_VALID] = "valid",
	    [PKIX_RESULT_INVALID] = "invalid",
	};
	return names[r];
}

const char *pkix_reason_name(enum pkix_reason r)
{
	static const char *const names[] = {
	    [PKIX_REASON_NONE] = NULL,
	    [PKIX_REASON_EXPIRED] = "expired",
	    [PKIX_REASON_NOT_YET_VALID] = "not-yet-valid",
	    [PKIX_REASON_NAME_MISMATCH] = "name-mismatch",
	    [PKIX_REASON_UNTRUSTED] = "untrusted",
	    [PKIX_REASON_SELF_SIGNED] = "self-signed",
	    [PKIX_REASON_REVOKED] = "revoked",
	    [PKIX_REASON_WEAK] = "weak",
	    [PKIX_REASON_BROKEN] = "broken",
	};
	return names[r];
}

const char *smtp_stage_name(enum smtp_stage s)
{
	static const char *const names[] = {
	    [SMTP_STAGE_NONE] = "none",
	    [SMTP_STAGE_CONNECT] = "connect",
	    [SMTP_STAGE_GREETING] = "greeting",
	    [SMTP_STAGE_EHLO] = "ehlo",
	    [SMTP_STAGE_STARTTLS] = "starttls",
	    [SMTP_STAGE_HANDSHAKE] = "handshake",
	    [SMTP_STAGE_DONE] = "done",
	};
	return names[s];
}

const char *key_type_name(enum key_type k)
{
	static const char *const names[] = {
	    [KEY_TYPE_NONE] = NULL,
	    [KEY_TYPE_ECDSA] = "ecdsa",
	    [KEY_TYPE_EDDSA] = "eddsa",
	    [KEY_TYPE_RSA] = "rsa",
	    [KEY_TYPE_OTHER] = "other",
	};
	return names[k];
}

const char *sts_state_name(enum sts_state s)
{
	static const char *const names[] = {
	    [STS_STATE_ABSENT] = "absent",
	    [STS_STATE_ENFORCE] = "enforce",
	    [STS_STATE_TESTING] = "testing",
	    [STS_STATE_NONE] = "none",
	    [STS_STATE_INVALID] = "invalid",
	    [STS_STATE_UNREACHABLE] = "unreachable",
	    [STS_STATE_FAILED] = "failed",
	};
	return names[s];
}

const char *sts_mode_name(enum sts_mode m)
{
	static const char *const names[] = {
	    [STS_MODE_NONE] = "none",
	    [STS_MODE_TESTING] = "testing",
	    [STS_MODE_ENFORCE] = "enforce",
	};
	return names[m];
}

const char *tls_rpt_state_name(enum tls_rpt_state s)
{
	static const char *const names[] = {
	    [TLS_RPT_ABSENT] = "absent",
	    [TLS_RPT_PRESENT] = "present",
	    [TLS_RPT_INVALID] = "invalid",
	    [TLS_RPT_FAILED] = "failed",
	};
	return names[s];
}

const char *sender_class_name(enum sender_class c)
{
	static const char *const names[] = {
	    [SENDER_DANE] = "dane",
	    [SENDER_MTA_STS] = "mta_sts",
	    [SENDER_OPPORTUNISTIC] = "opportunistic",
	};
	return names[c];
}

const char *sender_outcome_name(enum sender_outcome o)
{
	static const char *const names[] = {
	    [OUTCOME_AUTHENTICATED] = "authenticated",
	    [OUTCOME_ENCRYPTED] = "encrypted",
	    [OUTCOME_PLAINTEXT] = "plaintext",
	    [OUTCOME_DEFERRED] = "deferred",
	    [OUTCOME_REFUSED] = "refused",
	    [OUTCOME_UNKNOWN] = "unknown",
	};
	return names[o];
}

const char *change_effect_name(enum change_effect e)
{
	static const char *const names[] = {
	    [CHANGE_NEUTRAL] = "neutral",
	    [CHANGE_FIXES] = "fixes",
	    [CHANGE_BREAKS] = "breaks",
	    [CHANGE_IMPROVES] = "improves",
	    [CHANGE_WORSENS] = "worsens",
	    [CHANGE_UNKNOWN] = "unknown",
	};
	return names[e];
}

const char *status_name(enum status s)
{
	static const char *const names[] = {
	    [STATUS_OK] = "ok",
	    [STATUS_WARNING] = "warning",
	    [STATUS_UNKNOWN] = "unknown",
	    [STATUS_CRITICAL] = "critical",
	};
	return names[s];
}

const char *severity_name(enum status s)
{
	return s == STATUS_OK ? "info" : status_name(s);
}

int status_exit_code(enum status s)
{
	static const int codes[] = {
	    [STATUS_OK] = 0,
	    [STATUS_WARNING] = 1,
	    [STATUS_UNKNOWN] = 3,
	    [STATUS_CRITICAL] = 2,
	};
	return codes[s];
}

enum { LOOKUPS_OF_HOST = 4 };

size_t model_lookup_count(const struct domain_report *r)
{
	return 3 + LOOKUPS_OF_HOST * r->host_count;
}

const struct lookup *model_nth_lookup(const struct domain_report *r, size_t n)
{
	size_t hosts = LOOKUPS_OF_HOST * r->host_count;
	if (n == 0)
		return r->mx;
	if (n == hosts + 1)
		return r->mta_sts ? r->mta_sts->txt : NULL;
	if (n == hosts + 2)
		return r->tls_rpt ? r->tls_rpt->txt : NULL;
	const struct mx_host *h = &r->hosts[(n - 1) / LOOKUPS_OF_HOST];
	const struct lookup *const of_host[] = {h->a, h->aaaa, h->tlsa_initial, h->tlsa_final};
	return of_host[(n - 1) % LOOKUPS_OF_HOST];
}

static const struct signed_zone *zone_with_soa(const struct lookup *l, const char *zone)
{
	for (size_t i = 0; l && i < l->zone_count; i++)
		if (l->zones[i].soa_expire && strcmp(l->zones[i].name, zone) == 0)
			return &l->zones[i];
	return NULL;
}

/* Both 0 where none is known. */
static void find_soa(
    const struct domain_report *r, const char *zone, uint32_t *refresh, uint32_t *expire)
{
	*refresh = *expire = 0;
	for (size_t i = 0; i < model_lookup_count(r) && !*expire; i++) {
		const struct signed_zone *z = zone_with_soa(model_nth_lookup(r, i), zone);
		*refresh = z ? z->soa_refresh : 0;
		*expire = z ? z->soa_expire : 0;
	}
	for (size_t i = 0; i < r->soa_count && !*expire; i++) {
		const struct lookup *soa = r->soas[i];
		if (!soa || soa->kind != ANSWER_RECORDS || soa->dnssec != DNSSEC_SECURE ||
		    soa->proposed || strcmp(soa->final, zone) != 0)
			continue;
		*refresh = soa->records[0].soa.refresh;
		*expire = soa->records[0].soa.expire;
	}
}

uint32_t model_soa_expire(const struct domain_report *r, const char *zone)
{
	uint32_t refresh, expire;
	find_soa(r, zone, &refresh, &expire);
	return expire;
}

uint32_t model_soa_refresh(const struct domain_report *r, const char *zone)
{
	uint32_t refresh, expire;
	find_soa(r, zone, &refresh, &expire);
	return refresh;
}

const char *mx_host_canonical_name(const struct mx_host *host)
{
	/* The two agree but where one family's lookup failed half-way along the aliases. */
	if (host->a && (host->a->kind == ANSWER_RECORDS || !host->aaaa))
		return host->a->final;
	return host->aaaa ? host->aaaa->final : NULL;
}

bool certificate_equal(const struct certificate *a, const struct certificate *b)
{
	if (a->key_only || b->key_only)
		return memcmp(a->spki_sha256, b->spki_sha256, sizeof a->spki_sha256) == 0;
	return memcmp(a->cert_sha256, b->cert_sha256, sizeof a->cert_sha256) == 0;
}

bool probe_is_key_only(const struct probe *p)
{
	return p->chain_count && p->chain[0].key_only;
}

bool probe_chain_equal(const struct probe *a, const struct probe *b)
{
	if (a->chain_count && b->chain_count && (probe_is_key_only(a) || probe_is_key_only(b)))
		return certificate_equal(&a->chain[0], &b->chain[0]);
	if (a->chain_count != b->chain_count)
		return false;
	for (size_t i = 0; i < a->chain_count; i++)
		if (!certificate_equal(&a->chain[i], &b->chain[i]))
			return false;
	return true;
}

bool model_is_same_kind(const struct endpoint *a, const struct endpoint *b)
{
	return a->key_type == b->key_type && address_compare(&a->address, &b->address) == 0;
}

bool model_is_about(const struct finding *f, const struct endpoint *e)
{
	if (address_compare(&f->address, &e->address) != 0 ||
	    (f->key_type != KEY_TYPE_NONE && f->key_type != e->key_type))
		return false;
	return !f->cert_sha256 ||
	       (e->probe.chain_count && memcmp(f->cert_sha256, e->probe.chain[0].cert_sha256,
					    sizeof e->probe.chain[0].cert_sha256) == 0);
}

const struct finding *model_worst_finding(const struct domain_report *r)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (!r->findings[i].ignored && r->findings[i].code != FINDING_DANE_VERIFIED)
			return &r->findings[i];
	return NULL;
}

enum status model_counted_status(const struct domain_report *r)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!f->ignored && !f->known && f->severity > status)
			status = f->severity;
	}
	return status;
}

const char *model_fix(const struct finding *f)
{
	const char *of_cause = cause_info(f->cause)->remedy;
	if (f->fix || f->severity == STATUS_OK)
		return f->fix;
	return of_cause ? of_cause : finding_info(f->code)->remedy;
}

bool probe_says_nothing(const struct probe *p)
{
	switch (p->failure) {
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_CONNECT:
	case PROBE_FAILURE_PROXY:
	case PROBE_FAILURE_SMTP_REFUSED:
	case PROBE_FAILURE_SMTP_PROTOCOL:
	case PROBE_FAILURE_DEADLINE: return true;
	case PROBE_FAILURE_NONE:
	case PROBE_FAILURE_STARTTLS_MISSING:
	case PROBE_FAILURE_STARTTLS_REFUSED:
	case PROBE_FAILURE_INJECTION:
	case PROBE_FAILURE_TLS: break;
	}
	return false;
}

bool model_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_one_step(const struct change_step *a, const struct change_step *b)
{
	return a->kind == b->kind && a->at == b->at && (a->after < 0) == (b->after < 0) &&
	       strcmp(a->reason, b->reason) == 0;
}

size_t change_step_number(const struct change *c, size_t step)
{
	size_t number = 1;
	for (size_t i = 1; i <= step; i++)
		number += !is_one_step(&c->steps[i - 1], &c->steps[i]);
	return number;
}

bool model_same_server(const struct name_server *a, const struct name_server *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a->zone, b->zone) == 0 && strcmp(a->name, b->name) == 0 &&
	       address_compare(&a->address, &b->address) == 0;
}
