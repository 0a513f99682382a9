/*
 * report_json.c - owns the JSON format: one object for each domain on one line, keys and order as
 * the schema has them (tests/report/mxdane.schema.json). What is absent is null, never missing.
 */
#include "report_json.h"

#include <jansson.h>
#include <stdlib.h>

/* Raised when a key goes or changes its type; a new key leaves it. */
enum { SCHEMA = 2 };

/* cli.md, --mx: the MX RRset then counts as secure. Without a root key nothing was validated. */
static json_t *draw_mx_dnssec(const struct domain_report *r)
{
	if (r->mx_kind == MX_KIND_GIVEN)
		return json_string(dnssec_status_name(DNSSEC_SECURE));
	return r->root_error ? json_null() : json_draw_dnssec(r->mx);
}

static json_t *draw_mx(const struct json_drawing *d)
{
	const struct domain_report *r = d->report;
	const struct lookup *mx = r->mx;
	const char *error = r->root_error ? r->root_error : mx ? mx->error : NULL;
	json_t *o = json_object();
	json_add_key(o, "kind", json_string(mx_kind_name(r->mx_kind)));
	json_add_key(o, "dnssec", draw_mx_dnssec(r));
	json_add_key(o, "signature_expires", json_draw_signature_end(mx, NULL));
	json_add_key(o, "proposed", json_boolean(mx && mx->proposed));
	json_add_key(o, "error", json_draw_text(d, error));
	return o;
}

static json_t *draw_policy(const struct json_drawing *d, const struct sts_policy *p)
{
	if (!p)
		return json_null();
	json_t *o = json_object();
	json_add_key(o, "version", json_draw_text(d, p->version));
	json_add_key(o, "mode", json_string(sts_mode_name(p->mode)));
	json_add_key(o, "max_age", json_integer(p->max_age));
	json_add_key(o, "mx", json_draw_texts(d, p->mx, p->mx_count));
	return o;
}

static json_t *draw_fetch(const struct json_drawing *d, const struct policy_fetch *f)
{
	if (!f->tried)
		return json_null();
	bool judged = f->tls != PKIX_RESULT_NOT_CHECKED;
	json_t *o = json_object();
	json_add_key(o, "http_status", f->http_status ? json_integer(f->http_status) : json_null());
	json_add_key(o, "content_type", json_draw_text(d, f->content_type));
	json_add_key(o, "tls", json_draw_name(judged ? pkix_result_name(f->tls) : NULL));
	json_add_key(o, "error", json_draw_text(d, f->error));
	return o;
}

static json_t *draw_sts_hosts(const struct json_drawing *d, const struct mta_sts *s)
{
	json_t *hosts = json_array();
	for (size_t i = 0; s->policy && s->hosts && i < d->report->host_count; i++) {
		json_t *o = json_object();
		json_add_key(o, "name", json_draw_text(d, d->report->hosts[i].name));
		json_add_key(o, "listed", json_boolean(s->hosts[i].listed));
		json_add_key(o, "pkix", json_string(pkix_result_name(s->hosts[i].pkix.result)));
		json_add_item(hosts, o);
	}
	return hosts;
}

static json_t *draw_mta_sts(const struct json_drawing *d)
{
	const struct mta_sts *s = d->report->mta_sts;
	if (!s)
		return json_null();
	json_t *o = json_object();
	json_add_key(o, "state", json_string(sts_state_name(s->state)));
	json_add_key(o, "dnssec", json_draw_dnssec(s->txt));
	json_add_key(o, "id", json_draw_text(d, s->id));
	json_add_key(o, "policy", draw_policy(d, s->policy));
	json_add_key(o, "url", json_draw_text(d, s->url));
	json_add_key(o, "fetch", draw_fetch(d, &s->fetch));
	json_add_key(o, "hosts", draw_sts_hosts(d, s));
	return o;
}

static json_t *draw_tls_rpt(const struct json_drawing *d)
{
	const struct tls_rpt *t = d->report->tls_rpt;
	if (!t)
		return json_null();
	json_t *o = json_object();
	json_add_key(o, "state", json_string(tls_rpt_state_name(t->state)));
	json_add_key(o, "rua", json_draw_texts(d, t->rua, t->rua_count));
	json_add_key(o, "error", json_draw_text(d, t->error));
	return o;
}

static json_t *draw_senders(const struct json_drawing *d)
{
	json_t *senders = json_object();
	for (int i = 0; i < SENDER_COUNT; i++) {
		const struct sender_verdict *v = &d->report->senders[i];
		json_t *o = json_object();
		json_add_key(o, "outcome", json_string(sender_outcome_name(v->outcome)));
		json_add_key(o, "hosts_ok", json_integer((json_int_t)v->hosts_ok));
		json_add_key(o, "hosts", json_integer((json_int_t)v->hosts));
		json_add_key(senders, sender_class_name((enum sender_class)i), o);
	}
	return senders;
}

static json_t *draw_line(const struct json_drawing *d, const struct zone_line *line)
{
	return json_draw_name(line->owner ? action_line_text(d->arena, line) : NULL);
}

static json_t *draw_action(const struct json_drawing *d, const struct action *a)
{
	const char *owner = a->line.owner;
	bool in_zone = a->place == ACTION_IN_ZONE;
	bool has_ttl = in_zone && a->kind != ACTION_DELETE;
	json_t *o = json_object();
	json_add_key(o, "do", json_string(action_kind_name(a->kind)));
	json_add_key(o, "where", json_string(action_place_name(a->place)));
	json_add_key(
	    o, "owner", json_draw_text(d, owner ? arena_printf(d->arena, "%s.", owner) : NULL));
	json_add_key(o, "ttl", has_ttl ? json_integer(a->line.data.ttl) : json_null());
	json_add_key(o, "record", in_zone ? draw_line(d, &a->line) : json_null());
	json_add_key(o, "replaces", draw_line(d, &a->old));
	json_add_key(o, "text", json_draw_name(report_escape_lines(d->arena, a->text)));
	return o;
}

static json_t *draw_actions(const struct json_drawing *d, const struct action_list *actions)
{
	json_t *array = json_array();
	for (size_t i = 0; i < actions->count; i++)
		json_add_item(array, draw_action(d, &actions->list[i]));
	return array;
}

static json_t *draw_alternatives(const struct json_drawing *d, const struct finding *f)
{
	json_t *array = json_array();
	for (size_t i = 0; i < f->alternative_count; i++)
		json_add_item(array, draw_actions(d, &f->alternatives[i]));
	return array;
}

static json_t *draw_finding(const struct json_drawing *d, const struct finding *f)
{
	const struct finding_info *info = finding_info(f->code);
	json_t *o = json_object();
	json_add_key(o, "code", json_string(info->code));
	json_add_key(o, "severity", json_string(severity_name(f->severity)));
	json_add_key(o, "ignored", json_boolean(f->ignored));
	json_add_key(o, "host", json_draw_text(d, f->host_name));
	json_add_key(o, "address", json_draw_address(&f->address));
	json_add_key(o, "key_type", json_draw_name(key_type_name(f->key_type)));
	json_add_key(o, "message", json_draw_text(d, f->message));
	json_add_key(o, "reference", json_draw_name(*info->reference ? info->reference : NULL));
	json_add_key(o, "cause", json_draw_name(cause_info(f->cause)->slug));
	json_add_key(o, "fix", json_draw_name(report_escape_lines(d->arena, f->fix)));
	json_add_key(o, "actions", draw_actions(d, &f->actions));
	json_add_key(o, "alternatives", draw_alternatives(d, f));
	return o;
}

static json_t *draw_findings(const struct json_drawing *d, const struct finding *list, size_t count)
{
	json_t *findings = json_array();
	for (size_t i = 0; i < count; i++)
		json_add_item(findings, draw_finding(d, &list[i]));
	return findings;
}

static json_t *draw_change(const struct json_drawing *d)
{
	const struct change *c = d->report->change;
	if (!c)
		return json_null();
	json_t *o = json_object();
	json_add_key(o, "before", json_draw_name(c->seen ? status_name(c->live->status) : NULL));
	json_add_key(o, "after", json_string(status_name(d->report->status)));
	json_add_key(o, "before_summary", json_draw_text(d, c->seen ? c->live->summary : NULL));
	json_add_key(o, "effect", json_string(change_effect_name(c->effect)));
	json_add_key(o, "error", json_draw_text(d, c->error));
	json_add_key(o, "appear", draw_findings(d, c->appear, c->appear_count));
	json_add_key(o, "go", draw_findings(d, c->go, c->go_count));
	return o;
}

static json_t *draw_report(const struct json_drawing *d)
{
	const struct domain_report *r = d->report;
	json_t *o = json_object();
	json_add_key(o, "schema", json_integer(SCHEMA));
	json_add_key(o, "tool", json_string("mxdane " MXDANE_VERSION));
	json_add_key(o, "domain", json_draw_text(d, r->domain));
	json_add_key(o, "domain_unicode", json_draw_text(d, r->domain_unicode));
	json_add_key(o, "checked_at", json_draw_time(r->checked_at));
	json_add_key(o, "judged_at", json_draw_time(r->judged_at));
	json_add_key(o, "elapsed_ms", json_integer(r->elapsed_ms));
	json_add_key(o, "status", json_string(status_name(r->status)));
	json_add_key(o, "summary", json_draw_text(d, r->summary));
	json_add_key(o, "change", draw_change(d));
	json_add_key(o, "mx", draw_mx(d));
	json_add_key(o, "hosts", json_draw_hosts(d));
	json_add_key(o, "mta_sts", draw_mta_sts(d));
	json_add_key(o, "tls_rpt", draw_tls_rpt(d));
	json_add_key(o, "senders", draw_senders(d));
	json_add_key(o, "findings", draw_findings(d, r->findings, r->finding_count));
	return o;
}

static void draw_begin(struct buffer *out, struct report_run *run)
{
	(void)out;
	(void)run;
	json_set_alloc_funcs(memory_alloc, free);
	json_object_seed(0); /* from a file, which cannot be opened any more later */
}

static int add_piece(const char *piece, size_t size, void *out)
{
	buffer_add(out, piece, size);
	return 0;
}

static void draw_domain(
    struct buffer *out, const struct domain_report *report, struct report_run *run)
{
	struct json_drawing d = {
	    .arena = arena_create(), .report = report, .verbose = run->style->verbose};
	json_t *o = draw_report(&d);
	if (json_dump_callback(o, add_piece, out, JSON_COMPACT) != 0)
		abort();
	buffer_add_text(out, "\n");
	json_decref(o);
	arena_destroy(d.arena);
	run->domains++;
}

const struct report_writer report_json = {
    .name = "json", .begin = draw_begin, .domain = draw_domain};
