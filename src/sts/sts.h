/*
 * sts.h - the grammars of MTA-STS (RFC 8461 §3.1, §3.2) and TLSRPT (RFC 8460 §3). Pure.
 */
#ifndef MXDANE_STS_H
#define MXDANE_STS_H

#include "arena.h"
#include "model.h"

/*
 * Reads the TXT RRset at _mta-sts: STS_STATE_ABSENT (no record, or none that means to be one of
 * ours: a wildcard's v=spf1 is no MTA-STS record), STS_STATE_INVALID (*error says what) or
 * STS_STATE_NONE for "one valid record", with *id set.
 */
enum sts_state sts_read_txt(
    struct arena *arena, const struct lookup *txt, const char **id, const char **error);

/* The policy of a body, or NULL and a sentence fragment naming line and fault in *error. */
struct sts_policy *sts_read_policy(
    struct arena *arena, const uint8_t *body, size_t length, const char **error);

/* True if the media type is text/plain, parameters and case aside. NULL is not. */
bool sts_media_type_is_plain(const char *content_type);

/* True if a pattern of the policy covers the host (§4.1). */
bool sts_policy_lists(const struct sts_policy *policy, const char *host);

/*
 * From txt and fetch to id, txt_error, policy, policy_error and state. May be called again when
 * more is known: before the fetch is done the state of a valid TXT record is
 * STS_STATE_UNREACHABLE.
 */
void sts_conclude(struct arena *arena, struct mta_sts *sts);

/* True if senders apply a policy to the MX hosts (mode enforce) or report on them (testing). */
bool sts_applies(const struct mta_sts *sts);

/* Fills state, rua and error from the lookup at _smtp._tls. */
void sts_read_tls_rpt(struct arena *arena, struct tls_rpt *out);

#endif
