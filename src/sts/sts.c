/* sts.c owns what an MTA-STS TXT record and the facts about a policy add up to (RFC 8461 §3). */
#include "sts.h"

#include <string.h>

#include "ascii.h"
#include "name.h"
#include "record.h"

/* "id": 1*32(ALPHA / DIGIT). */
static const char *id_fault(struct sts_text id)
{
	if (id.length == 0)
		return "its id is empty";
	if (id.length > 32)
		return "its id has more than 32 characters";
	for (size_t i = 0; i < id.length; i++)
		if (!ascii_is_alphanumeric(id.data[i]))
			return "its id has characters other than letters and digits";
	return NULL;
}

static const char *read_id(struct arena *arena, struct sts_text fields, const char **id)
{
	struct sts_text name, value;
	const char *fault;
	bool seen = false;
	*id = NULL;
	while (record_next_field(&fields, &name, &value, &fault)) {
		/* Of a repeated field the first entry counts (RFC 8461 §3.2). */
		if (record_text_equal(name, "id")) {
			const char *wrong = seen ? NULL : id_fault(value);
			if (wrong)
				return wrong;
			if (!seen)
				*id = arena_strndup(arena, (const char *)value.data, value.length);
			seen = true;
		} else if (!record_is_extension_value(value)) {
			return "a field has a value with characters that are not allowed";
		}
	}
	if (fault)
		return fault;
	return seen ? NULL : "it has no id";
}

enum sts_state sts_read_txt(
    struct arena *arena, const struct lookup *txt, const char **id, const char **error)
{
	struct sts_text fields;
	*id = *error = NULL;
	switch (record_find(txt, "v=STSv1", &fields)) {
	case STS_FOUND_NONE: return STS_STATE_ABSENT;
	case STS_FOUND_NEAR_MISS:
		*error = "no record begins with \"v=STSv1;\"";
		return STS_STATE_INVALID;
	case STS_FOUND_SEVERAL:
		*error = "more than one record begins with \"v=STSv1;\"";
		return STS_STATE_INVALID;
	case STS_FOUND_ONE: break;
	}
	*error = read_id(arena, fields, id);
	if (*error)
		*id = NULL;
	return *error ? STS_STATE_INVALID : STS_STATE_NONE;
}

bool sts_media_type_is_plain(const char *content_type)
{
	static const char plain[] = "text/plain";
	size_t n = sizeof plain - 1;
	if (!content_type || !ascii_equal(content_type, plain, n))
		return false;
	n += strspn(content_type + n, " \t");
	return content_type[n] == '\0' || content_type[n] == ';';
}

bool sts_policy_lists(const struct sts_policy *policy, const char *host)
{
	for (size_t i = 0; i < policy->mx_count; i++)
		if (name_matches(policy->mx[i], host))
			return true;
	return false;
}

static enum sts_state state_of_mode(enum sts_mode mode)
{
	switch (mode) {
	case STS_MODE_ENFORCE: return STS_STATE_ENFORCE;
	case STS_MODE_TESTING: return STS_STATE_TESTING;
	case STS_MODE_NONE: break;
	}
	return STS_STATE_NONE;
}

static const char *media_fault(struct arena *arena, const char *content_type)
{
	return content_type
		   ? arena_printf(arena, "its media type is %s, not text/plain", content_type)
		   : "it has no media type, so not text/plain";
}

static enum sts_state conclude_fetch(struct arena *arena, struct mta_sts *sts)
{
	const struct policy_fetch *f = &sts->fetch;
	sts->policy = NULL;
	sts->policy_error = NULL;
	if (!f->tried)
		return STS_STATE_UNREACHABLE;
	switch (f->failure) {
	case FETCH_FAILURE_NONE: break;
	case FETCH_FAILURE_MEDIA_TYPE:
	case FETCH_FAILURE_TOO_LARGE:
		/* The host answered; it is what it said that is no policy. */
		sts->policy_error = f->error;
		return STS_STATE_INVALID;
	case FETCH_FAILURE_ADDRESS:
	case FETCH_FAILURE_CONNECT:
	case FETCH_FAILURE_PROXY:
	case FETCH_FAILURE_CERTIFICATE:
	case FETCH_FAILURE_STATUS:
	case FETCH_FAILURE_DEADLINE: return STS_STATE_UNREACHABLE;
	}
	if (!sts_media_type_is_plain(f->content_type)) {
		sts->policy_error = media_fault(arena, f->content_type);
		return STS_STATE_INVALID;
	}
	sts->policy = sts_read_policy(arena, f->body, f->body_length, &sts->policy_error);
	return sts->policy ? state_of_mode(sts->policy->mode) : STS_STATE_INVALID;
}

void sts_conclude(struct arena *arena, struct mta_sts *sts)
{
	const struct lookup *txt = sts->txt;
	sts->id = sts->txt_error = NULL;
	/* Secure is not asked for, but a forgery is none the less one. */
	if (!txt || txt->kind == ANSWER_FAILED || txt->dnssec == DNSSEC_BOGUS) {
		sts->state = STS_STATE_FAILED;
		return;
	}
	sts->state = sts_read_txt(arena, txt, &sts->id, &sts->txt_error);
	if (sts->id)
		sts->state = conclude_fetch(arena, sts);
}

bool sts_applies(const struct mta_sts *sts)
{
	return sts && (sts->state == STS_STATE_ENFORCE || sts->state == STS_STATE_TESTING);
}
