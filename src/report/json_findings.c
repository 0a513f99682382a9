/* json_findings.c - draws findings with their fixes, and what a change makes of them. */
#include "digest.h"
#include "json_internal.h"

static json_t *draw_line(const struct json_drawing *d, const struct zone_line *line)
{
	return draw_name(line->owner ? action_line_text(d->arena, line) : NULL);
}

static json_t *draw_action(const struct json_drawing *d, const struct action *a)
{
	const char *owner = a->line.owner;
	bool in_zone = a->place == ACTION_IN_ZONE;
	bool has_ttl = in_zone && a->kind != ACTION_DELETE;
	json_t *o = json_object();
	add_key(o, "do", json_string(action_kind_name(a->kind)));
	add_key(o, "where", json_string(action_place_name(a->place)));
	add_key(o, "owner", draw_text(d, owner ? arena_printf(d->arena, "%s.", owner) : NULL));
	add_key(o, "ttl", has_ttl ? json_integer(a->line.data.ttl) : json_null());
	add_key(o, "record", in_zone ? draw_line(d, &a->line) : json_null());
	add_key(o, "replaces", draw_line(d, &a->old));
	add_key(o, "text", draw_name(escape_lines(d->arena, a->text)));
	return o;
}

static json_t *draw_actions(const struct json_drawing *d, const struct action_list *actions)
{
	json_t *array = json_array();
	for (size_t i = 0; i < actions->count; i++)
		add_item(array, draw_action(d, &actions->list[i]));
	return array;
}

static json_t *draw_alternatives(const struct json_drawing *d, const struct finding *f)
{
	json_t *array = json_array();
	for (size_t i = 0; i < f->alternative_count; i++)
		add_item(array, draw_actions(d, &f->alternatives[i]));
	return array;
}

static json_t *draw_location(const struct json_drawing *d, const struct location *at)
{
	if (!at)
		return json_null();
	json_t *o = json_object();
	add_key(o, "file", draw_text(d, at->file));
	add_key(o, "line", json_integer(at->line ? at->line : 1));
	add_key(o, "column", json_integer(at->column ? at->column : 1));
	return o;
}

static json_t *draw_finding(const struct json_drawing *d, const struct finding *f)
{
	const struct finding_info *info = finding_info(f->code);
	json_t *o = json_object();
	add_key(o, "code", json_string(info->code));
	add_key(o, "severity", json_string(severity_name(f->severity)));
	add_key(o, "ignored", json_boolean(f->ignored));
	add_key(o, "ignored_reason", draw_text(d, f->ignored_reason));
	add_key(o, "known", json_boolean(f->known));
	add_key(o, "host", draw_text(d, f->host_name));
	add_key(o, "address", draw_address(&f->address));
	add_key(o, "key_type", draw_name(key_type_name(f->key_type)));
	add_key(o, "cert_sha256",
	    f->cert_sha256 ? json_string(escape_hex(d->arena, f->cert_sha256, DIGEST_SHA256_SIZE))
			   : json_null());
	add_key(o, "server", f->server ? json_servers_draw_name(d, f->server) : json_null());
	add_key(o, "message", draw_text(d, f->message));
	add_key(o, "reference", draw_name(*info->reference ? info->reference : NULL));
	add_key(o, "cause", draw_name(cause_info(f->cause)->slug));
	add_key(o, "location", draw_location(d, f->at));
	add_key(o, "fix", draw_name(escape_lines(d->arena, model_fix(f))));
	add_key(o, "actions", draw_actions(d, &f->actions));
	add_key(o, "alternatives", draw_alternatives(d, f));
	return o;
}

json_t *json_findings_draw(const struct json_drawing *d, const struct finding *list, size_t count)
{
	json_t *findings = json_array();
	for (size_t i = 0; i < count; i++)
		add_item(findings, draw_finding(d, &list[i]));
	return findings;
}

static json_t *draw_steps(const struct json_drawing *d, const struct change *c)
{
	json_t *array = json_array();
	for (size_t i = 0; i < c->step_count; i++) {
		const struct change_step *s = &c->steps[i];
		const char *owner = arena_printf(d->arena, "%s.", s->line.owner);
		bool in_zone = s->kind != ACTION_DEPLOY;
		json_t *o = json_object();
		add_key(o, "at", s->at ? draw_time(s->at) : json_null());
		add_key(o, "after", draw_index(s->after));
		add_key(o, "do", json_string(action_kind_name(s->kind)));
		add_key(o, "owner", draw_text(d, owner));
		add_key(o, "record", in_zone ? draw_line(d, &s->line) : json_null());
		add_key(o, "reason", draw_text(d, s->reason));
		add_item(array, o);
	}
	return array;
}

json_t *json_findings_draw_change(const struct json_drawing *d)
{
	const struct change *c = d->report->change;
	if (!c)
		return json_null();
	json_t *o = json_object();
	add_key(o, "before", draw_name(c->seen ? status_name(c->live->status) : NULL));
	add_key(o, "after", json_string(status_name(d->report->status)));
	add_key(o, "before_summary", draw_text(d, c->seen ? c->live->summary : NULL));
	add_key(o, "effect", json_string(change_effect_name(c->effect)));
	add_key(o, "error", draw_text(d, c->error));
	add_key(o, "appear", json_findings_draw(d, c->appear, c->appear_count));
	add_key(o, "go", json_findings_draw(d, c->go, c->go_count));
	add_key(o, "steps", draw_steps(d, c));
	return o;
}
