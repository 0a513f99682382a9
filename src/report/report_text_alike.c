/* report_text_alike.c owns which findings say again what one before them said. */
#include "report_text_alike.h"

#include <string.h>

/* Remarks with one code on one host that are shown. */
enum { REMARKS_SHOWN = 3 };

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Where the finding's address stands in its message; NULL if it does not. */
static const char *find_address(const struct finding *f, size_t *length)
{
	char address[ADDRESS_TEXT_SIZE];
	if (!f->address.family)
		return NULL;
	*length = strlen(address_text(&f->address, address));
	return strstr(f->message, address);
}

static bool is_same_but_for_address(const struct finding *a, const struct finding *b)
{
	size_t length_a, length_b;
	const char *in_a = find_address(a, &length_a), *in_b = find_address(b, &length_b);
	return in_a && in_b && in_a - a->message == in_b - b->message &&
	       memcmp(a->message, b->message, (size_t)(in_a - a->message)) == 0 &&
	       strcmp(in_a + length_a, in_b + length_b) == 0;
}

/* One after the other in the list's order, worst first and then by host: no other lies between. */
static bool is_same_place(const struct finding *a, const struct finding *b)
{
	return a->severity == b->severity && a->host == b->host;
}

static bool is_same_kind(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->ignored == b->ignored;
}

/* The same sentence and fix for another address of the same host. */
static bool is_alike(const struct finding *a, const struct finding *b)
{
	return is_same_kind(a, b) && a->key_type == b->key_type && is_same_text(a->fix, b->fix) &&
	       is_same_but_for_address(a, b);
}

static void take_in(
    struct arena *arena, const struct domain_report *r, struct text_group *groups, size_t first)
{
	for (size_t i = first + 1; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_same_place(&r->findings[first], f))
			break;
		if (groups[i].said || !is_alike(&r->findings[first], f))
			continue;
		groups[i].said = true;
		const struct finding **place = arena_append(
		    arena, &groups[first].others, &groups[first].other_count, sizeof *place);
		*place = f;
	}
}

/* Of the remarks from `first` on with its code, those that are too many. */
static void cut_remarks(const struct domain_report *r, struct text_group *groups, size_t first)
{
	size_t shown = 1, last = first, cut = 0;
	for (size_t i = first + 1; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_same_place(&r->findings[first], f))
			break;
		if (groups[i].said || !is_same_kind(&r->findings[first], f))
			continue;
		if (shown < REMARKS_SHOWN) {
			shown++;
			last = i;
		} else {
			groups[i].said = true;
			cut++;
		}
		groups[i].counted = true;
	}
	groups[last].more = cut;
}

struct text_group *text_group_findings(struct arena *arena, const struct domain_report *r)
{
	struct text_group *groups = arena_array(arena, r->finding_count, sizeof *groups);
	for (size_t i = 0; i < r->finding_count; i++)
		if (!groups[i].said)
			take_in(arena, r, groups, i);
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].severity == STATUS_OK && !groups[i].said && !groups[i].counted)
			cut_remarks(r, groups, i);
	return groups;
}
