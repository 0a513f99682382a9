/*
 * models.h - whole judged models, made by hand: what the report writers are held against. No judge
 * has seen them, so that a golden file changes with its writer only.
 */
#ifndef TEST_MODELS_H
#define TEST_MODELS_H

#include "model.h"

/* 2026-11-23T19:43:00Z: when every model was checked. */
enum { MODEL_NOW = 1795462980 };

/* Every model, in one order; NULL after the last. Memory from the arena. */
const struct domain_report *const *models_all(struct arena *arena);

/* ---- Building blocks ----------------------------------------------------------------------------
 */

struct domain_report *model_domain(struct arena *arena, const char *name, const char *unicode);
struct lookup *model_lookup(
    struct domain_report *r, const char *name, enum dns_type type, enum dnssec_status dnssec);
struct lookup *model_failed_lookup(struct domain_report *r, const char *name, enum dns_type type,
    enum dnssec_status dnssec, const char *error);
struct mx_host *model_host(
    struct domain_report *r, unsigned preference, const char *name, enum dnssec_status addresses);
/* The host's TLSA RRset of so many records, to be filled by model_record. */
struct lookup *model_tlsa(
    struct domain_report *r, struct mx_host *h, enum tlsa_state state, enum dnssec_status dnssec);
/* A digest or other data of `length` octets counted up from `seed`. */
const uint8_t *model_octets(struct domain_report *r, uint8_t seed, size_t length);
struct tlsa_record *model_record(struct domain_report *r, struct mx_host *h, unsigned usage,
    unsigned selector, unsigned mtype, const uint8_t *data, size_t length);
/* An endpoint that went through the whole dialogue, with no certificate yet. */
struct endpoint *model_endpoint(struct domain_report *r, struct mx_host *h, const char *address);
/* An endpoint whose dialogue failed. */
struct endpoint *model_failed_endpoint(struct domain_report *r, struct mx_host *h,
    const char *address, enum smtp_stage stage, enum probe_failure failure, const char *error);
/* A certificate whose digests count up from `seed`, for `days` from now. */
struct certificate *model_certificate(struct domain_report *r, struct endpoint *e,
    const char *subject, enum key_type type, uint8_t seed, int days);
void model_certificate_name(struct domain_report *r, struct certificate *c, const char *name);
/* Says that the certificate at `depth` fits the record, which makes the endpoint `result`. */
void model_match(struct domain_report *r, struct mx_host *h, struct endpoint *e, int depth,
    int record, enum dane_result result);
void model_mta_sts(struct domain_report *r, enum sts_state state, const char *pattern);
void model_tls_rpt(struct domain_report *r, enum tls_rpt_state state, const char *rua);
void model_sender(
    struct domain_report *r, enum sender_class class, enum sender_outcome outcome, size_t hosts_ok);
/* The report is of a proposed state; `before` NULL: the live one was not seen. */
struct change *model_change(struct domain_report *r, enum change_effect effect, const char *error,
    const struct domain_report *before);
/* The report's findings have appeared, those of `before` go. */
void model_all_changed(struct domain_report *r);
/* `host` and `endpoint` may be NULL. */
/* 3 1 1 of each leaf, as it should stand. */
void model_want_records(struct domain_report *r);
struct finding *model_finding(struct domain_report *r, enum finding_code code, enum status severity,
    const struct mx_host *host, const struct endpoint *endpoint, const char *message,
    const char *fix);

#endif
