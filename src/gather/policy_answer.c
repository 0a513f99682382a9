/* policy_answer.c owns what a policy host's answer comes to. */
#include "policy_answer.h"

#include "certificate.h"
#include "limit.h"

void policy_answer_reset(struct policy_answer *a)
{
	buffer_reset(&a->body);
	buffer_reset(&a->pem);
}

void policy_answer_fail(struct policy_answer *a, enum fetch_failure failure, const char *why)
{
	if (a->fetch.failure != FETCH_FAILURE_NONE)
		return;
	a->fetch.failure = failure;
	a->fetch.error = arena_strdup(a->arena, why);
}

bool policy_answer_add_body(struct policy_answer *a, const void *data, size_t length)
{
	if (length > LIMIT_POLICY_BODY - a->body.length) {
		policy_answer_fail(a, FETCH_FAILURE_TOO_LARGE, "the body is over 64 KiB");
		return false;
	}
	buffer_add(&a->body, data, length);
	return true;
}

void policy_answer_add_certificate(struct policy_answer *a, const char *pem)
{
	buffer_add_text(&a->pem, pem);
	buffer_add_text(&a->pem, "\n");
}

void policy_answer_end(
    struct policy_answer *a, long status, const char *content_type, const char *error)
{
	struct policy_fetch *f = &a->fetch;
	const char *unreadable = NULL;
	f->http_status = (int)status;
	f->content_type = arena_strdup(a->arena, content_type);
	if (a->pem.length)
		f->chain = certificate_parse_pem(
		    a->arena, a->pem.data, a->pem.length, &f->chain_count, &unreadable);
	if (!f->chain)
		f->chain_count = 0;
	if (status != 0 && status != 200)
		policy_answer_fail(
		    a, FETCH_FAILURE_STATUS, arena_printf(a->arena, "HTTP status %ld", status));
	else if (error)
		policy_answer_fail(a, FETCH_FAILURE_CONNECT, error);
	f->body = (const uint8_t *)buffer_text(&a->body);
	f->body_length = a->body.length;
}
