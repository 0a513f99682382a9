/* authority.c owns what the answers of one name server come to. */
#include "authority.h"

#include <stddef.h>

static const struct server_answer *answer_by(const struct name_server *s, size_t way)
{
	return way ? s->tcp : s->udp;
}

const struct lookup *name_server_soa(const struct name_server *s)
{
	for (size_t way = 0; way < 2; way++) {
		const struct server_answer *a = answer_by(s, way);
		if (a && a->authoritative && a->fact->kind == ANSWER_RECORDS)
			return a->fact;
	}
	return NULL;
}

const char *name_server_error(const struct name_server *s)
{
	for (size_t way = 0; way < 2 && !s->error && !name_server_soa(s); way++) {
		const struct server_answer *a = answer_by(s, way);
		if (!a || (way == 0 && a->rcode < 0 && s->tcp && s->tcp->rcode >= 0))
			continue;
		return a->fact->kind == ANSWER_FAILED && a->fact->error ? a->fact->error
		       : a->authoritative ? "has no SOA record of the zone"
					  : "answers without authority";
	}
	return s->error;
}

const struct lookup *name_server_answer(const struct name_server *s, size_t question)
{
	const struct server_answer *a = s->answers ? s->answers[question] : NULL;
	return a && a->authoritative && a->fact->kind != ANSWER_FAILED ? a->fact : NULL;
}
