/*
 * report_text.h - what the files of the text format share; nobody else includes it. Each call
 * draws one noun of the report.
 */
#ifndef MXDANE_REPORT_TEXT_H
#define MXDANE_REPORT_TEXT_H

#include "text_style.h"

/* Mark, DNSSEC's words and so on for one host: MX line, TLSA lines, endpoints, chains. */
void text_draw_host(struct text *t, const struct domain_report *r, const struct mx_host *h);
/* The TLSA lines of a host: owner and state, then each record with what it matched. */
void text_draw_tlsa(struct text *t, const struct mx_host *h);
/* A chain as sent: the leaf in short or, with --verbose, every certificate. */
void text_draw_chain(struct text *t, const struct domain_report *r, const struct mx_host *h,
    const struct endpoint *e);
/* MTA-STS and TLSRPT; nothing where they were not looked up. */
void text_draw_policies(struct text *t, const struct domain_report *r);
void text_draw_senders(struct text *t, const struct domain_report *r);
void text_draw_findings(struct text *t, const struct domain_report *r);

/* What a proposed change does, below the summary; nothing without one. */
void text_draw_change(struct text *t, const struct domain_report *r);
/* Where a finding is: host, address, key type, as far as they are known. */
void text_add_place(struct text *t, const struct finding *f);

/* "192.0.2.1", "192.0.2.1:2525", "[2001:db8::1]:2525" or "no address". */
const char *text_endpoint_name(struct arena *arena, const struct endpoint *e);
/* "MX secure", with --verbose and its signature's end where it is signed. `what` may be "". */
void text_add_dnssec(struct text *t, const char *what, const struct lookup *l);
/* How many entries of a list are shown before "and N more": all of them with --verbose, and where
 * to leave out a single one would save nothing. */
size_t text_list_length(const struct text *t, size_t count);
/* A record's data in hex: whole, or as much as tells it from the others. */
const char *text_record_data(const struct text *t, const struct tlsa_record *r, bool whole);
enum text_tone text_dnssec_tone(enum dnssec_status s);
/* "in 89 days", "3 days ago": a time as seen from `now`. */
const char *text_apart(struct arena *arena, int64_t when, int64_t now);

#endif
