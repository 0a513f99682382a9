/*
 * rollover_world.h - a live state and a proposed one, in words. Records: "311:11" is a 3 1 1 of the
 * key 0x11, "211:ca" one of the authority 0xca, "+" a TTL of three days; or "absent", "insecure",
 * "unusable", "bogus", "failed". Chains, one address each: "11" is a leaf of the key 0x11 under the
 * authority 0xca, "11^cb" under 0xcb,
 * "~11" the key alone, "=22" a second one at the same address, of another kind, "!" one that cannot
 * be connected to, "-" one without STARTTLS.
 */
#ifndef MXDANE_ROLLOVER_WORLD_H
#define MXDANE_ROLLOVER_WORLD_H

#include <stdio.h>

#include "judge_world.h"

struct state {
	const char *records, *chains;
};

static void set_records(struct world *w, const char *words)
{
	struct lookup *l = w->host->tlsa_initial;
	unsigned usage, selector, mtype, fill;
	l->record_count = 0;
	l->has_signature = true;
	l->signature_expires = NOW + 30 * DAY;
	if (strcmp(words, "absent") == 0)
		l->kind = ANSWER_NXDOMAIN;
	else if (strcmp(words, "failed") == 0)
		*l = *answer(w, l->asked, DNS_TYPE_TLSA, ANSWER_FAILED, DNSSEC_SECURE);
	else if (strcmp(words, "unusable") == 0)
		add_tlsa(w, l, 1, 1, 1, 0x11, 32);
	else if (strcmp(words, "insecure") == 0 || strcmp(words, "bogus") == 0)
		add_tlsa(w, l, 3, 1, 1, 0x11, 32);
	if (strcmp(words, "insecure") == 0)
		l->dnssec = DNSSEC_INSECURE;
	if (strcmp(words, "bogus") == 0)
		l->dnssec = DNSSEC_BOGUS;
	for (; words; words = strchr(words, ' ')) {
		words += *words == ' ';
		if (*words == '+')
			l->original_ttl = 3 * DAY;
		if (sscanf(words, "%1u%1u%1u:%2x", &usage, &selector, &mtype, &fill) == 4)
			add_tlsa(w, l, (uint8_t)usage, (uint8_t)selector, (uint8_t)mtype,
			    (uint8_t)fill, mtype == 1 ? 32 : 64);
	}
}

static void leave_key(struct endpoint *e)
{
	struct certificate *leaf = &e->probe.chain[0];
	leaf->key_only = true;
	leaf->parsed = false;
	memset(leaf->cert_sha256, 0, sizeof leaf->cert_sha256);
	e->probe.chain_count = 1;
}

static void set_chains(struct world *w, const char *words)
{
	uint8_t last = 0;
	w->host->endpoint_count = 0;
	w->host->a->record_count = 0;
	for (; words && *words; words = strchr(words, ' ')) {
		unsigned key = 0, authority = 0xca;
		words += *words == ' ';
		bool same = *words == '=', alone = *words == '~';
		(void)sscanf(words + (same || alone), "%2x^%2x", &key, &authority);
		last = (uint8_t)(last + !same);
		struct endpoint *e = add_endpoint(w, w->host, ipv4(last), (uint8_t)key);
		if (!same)
			add_record(w, w->host->a)->address = ipv4(last);
		memset(e->probe.chain[1].spki_sha256, (int)authority, 32);
		memset(e->probe.chain[1].cert_sha256, (int)authority + 1, 32);
		e->key_type = same ? KEY_TYPE_RSA : KEY_TYPE_ECDSA;
		if (alone)
			leave_key(e);
		if (*words != '!' && *words != '-')
			continue;
		e->probe = (struct probe){.stage = SMTP_STAGE_CONNECT,
		    .failure =
			*words == '!' ? PROBE_FAILURE_CONNECT : PROBE_FAILURE_STARTTLS_MISSING};
		e->key_type = KEY_TYPE_NONE;
	}
}

/* What is proposed is judged beside what is live, as judge_domain does for the program. */
static void judge_found_states(struct world *live, struct world *proposed)
{
	struct change *c = arena_alloc(proposed->arena, sizeof *c);
	c->live = &live->report;
	proposed->report.change = c;
	script.anchors = true;
	world_judge(proposed);
}

static void judge_states(struct world *live, struct world *proposed)
{
	for (size_t i = 0; i < live->report.host_count; i++)
		discovery_decide(live->arena, &live->report.hosts[i], 25);
	judge_found_states(live, proposed);
}

#endif
