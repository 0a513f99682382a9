/* judge_location.c owns where the record stands that a finding is about: for what is absent, the
 * MX record that leads there. */
#include <string.h>

#include "judge_internal.h"

enum subject { ABOUT_MX, ABOUT_ADDRESS, ABOUT_TLSA, ABOUT_STS, ABOUT_TLSRPT };

/* The catalogue is in groups; each ends with this code. */
static const struct {
	enum finding_code last;
	enum subject subject;
} groups[] = {
    {FINDING_HOST_NO_ADDRESS, ABOUT_MX}, {FINDING_ADDRESS_RESERVED, ABOUT_ADDRESS},
    {FINDING_TLSA_MANY, ABOUT_TLSA}, {FINDING_HELO_MISMATCH, ABOUT_ADDRESS},
    {FINDING_CHAIN_KEY_ONLY, ABOUT_TLSA}, {FINDING_NS_NO_TCP, ABOUT_MX},
    {FINDING_STS_LOOKUP_FAILED, ABOUT_STS}, {FINDING_TLSRPT_LOOKUP_FAILED, ABOUT_TLSRPT},
    {FINDING_COUNT, ABOUT_TLSA}, /* rollovers */
};

static enum subject subject_of(const struct finding *f)
{
	size_t i = 0;
	while (f->code > groups[i].last)
		i++;
	if (groups[i].subject == ABOUT_STS && f->host)
		return ABOUT_MX;
	return f->code == FINDING_MX_TOO_MANY && f->host ? ABOUT_ADDRESS : groups[i].subject;
}

static struct zone_line line_of(const struct lookup *l, const struct dns_record *r)
{
	return r ? (struct zone_line){l->final, l->type, *r} : (struct zone_line){0};
}

static struct zone_line first_of(const struct lookup *l)
{
	return line_of(l, l && l->record_count ? &l->records[0] : NULL);
}

static struct zone_line first_address(const struct mx_host *host)
{
	struct zone_line first = first_of(host->a);
	return first.owner ? first : first_of(host->aaaa);
}

/* Where no MX record leads to the host: its address. */
static struct zone_line find_implicit_mx(const struct domain_report *r, const struct finding *f)
{
	const struct mx_host *only = r->host_count == 1 ? r->hosts : NULL;
	const struct mx_host *host = f->host ? f->host : only;
	return host ? first_address(host) : (struct zone_line){0};
}

/* The one that names the host, or the first. */
static struct zone_line find_mx(const struct domain_report *r, const struct finding *f)
{
	const struct lookup *mx = r->mx && r->mx->type == DNS_TYPE_MX ? r->mx : NULL;
	const char *name = f->code == FINDING_NULL_MX_MIXED ? "" : f->host_name;
	for (size_t i = 0; mx && name && i < mx->record_count; i++)
		if (strcmp(mx->records[i].mx.exchange, name) == 0)
			return line_of(mx, &mx->records[i]);
	return mx && mx->record_count ? first_of(mx) : find_implicit_mx(r, f);
}

/* The first that is meant to be such a record, or the first of all. */
static struct zone_line find_text(const struct lookup *l, const char *version)
{
	size_t length = strlen(version);
	for (size_t i = 0; l && i < l->record_count; i++) {
		const struct dns_record *r = &l->records[i];
		if (r->txt.length >= length && memcmp(r->txt.data, version, length) == 0)
			return line_of(l, r);
	}
	return first_of(l);
}

static struct zone_line find_address(const struct finding *f)
{
	const struct lookup *const families[] = {f->host->a, f->host->aaaa};
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; families[k] && i < families[k]->record_count; i++)
			if (address_compare(&families[k]->records[i].address, &f->address) == 0)
				return line_of(families[k], &families[k]->records[i]);
	return first_address(f->host);
}

/* The one that the verdict names, else the first that matches nothing, else the first. */
static const struct tlsa_record *choose_record(const struct mx_host *host, const struct finding *f)
{
	for (size_t i = 0; f->address.family && i < host->endpoint_count; i++) {
		const struct endpoint *e = &host->endpoints[i];
		if (e->dane.record >= 0 && e->key_type == f->key_type && model_is_about(f, e))
			return &host->tlsa_records[e->dane.record];
	}
	for (size_t i = 0; i < host->tlsa_count; i++)
		if (!host->tlsa_records[i].matched)
			return &host->tlsa_records[i];
	return host->tlsa_count ? host->tlsa_records : NULL;
}

static struct zone_line find_tlsa(const struct finding *f)
{
	const struct tlsa_record *t = f->record ? f->record : choose_record(f->host, f);
	if (!t)
		return (struct zone_line){0};
	struct zone_line line = {judge_owner(f->host), DNS_TYPE_TLSA, judge_record_data(t)};
	line.data.at = t->at;
	return line;
}

static struct zone_line find_subject(const struct domain_report *r, const struct finding *f)
{
	switch (subject_of(f)) {
	case ABOUT_ADDRESS: return f->host ? find_address(f) : (struct zone_line){0};
	case ABOUT_TLSA: return f->host ? find_tlsa(f) : (struct zone_line){0};
	case ABOUT_STS: return find_text(r->mta_sts ? r->mta_sts->txt : NULL, "v=STSv1");
	case ABOUT_TLSRPT: return find_text(r->tls_rpt ? r->tls_rpt->txt : NULL, "v=TLSRPTv1");
	case ABOUT_MX: break;
	}
	return (struct zone_line){0};
}

void judge_locate(const struct domain_report *r, struct finding *f, const struct location *at)
{
	f->about = find_subject(r, f);
	if (!f->about.owner)
		f->about = find_mx(r, f);
	f->about.data.ttl = 0;
	f->at = at ? at : f->about.data.at ? f->about.data.at : find_mx(r, f).data.at;
}
