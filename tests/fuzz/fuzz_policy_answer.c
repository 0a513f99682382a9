/* A policy host's answer as it comes from HTTP: status, media type, chain in PEM, and the body in
 * pieces; then what it comes to. A policy is read from nothing but a 200 of text/plain. */
#include "fuzz.h"
#include "parts.h"
#include "sts.h"
#include "sts_fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t id[] = "v=STSv1; id=1;";
	struct dns_record record = {.txt = {id, sizeof id - 1}};
	struct lookup txt = {.type = DNS_TYPE_TXT, .records = &record, .record_count = 1};
	struct part rest = {data, size}, status = next_part(&rest), type = next_part(&rest),
		    pem = next_part(&rest);
	struct sts_fetch_answer a = {.arena = arena_create()};
	struct mta_sts sts = {.txt = &txt};
	long code = status.length > 1 ? status.data[0] << 8 | status.data[1] : 200;
	const char *media = arena_strndup(a.arena, (const char *)type.data, type.length);
	bool whole = true;
	sts_fetch_answer_add_certificate(
	    &a, arena_strndup(a.arena, (const char *)pem.data, pem.length));
	while (rest.length && whole) {
		struct part p = next_part(&rest);
		whole = sts_fetch_answer_add_body(&a, p.data, p.length);
	}
	sts_fetch_answer_end(&a, code, type.length ? media : NULL, whole ? NULL : "it broke off");
	a.fetch.tried = true;
	sts.fetch = a.fetch;
	sts_conclude(a.arena, &sts);
	if (sts.policy && (!whole || (code && code != 200) || !sts_media_type_is_plain(media)))
		__builtin_trap();
	if (!sts.policy && sts.state != STS_STATE_INVALID && sts.state != STS_STATE_UNREACHABLE)
		__builtin_trap();
	sts_fetch_answer_reset(&a);
	arena_destroy(a.arena);
	return 0;
}
