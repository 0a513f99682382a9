/* endpoints.c owns the step from probes to endpoints: which of them show the same, which merely
 * lack a kind of certificate, and in how many turns of --repeat each was met. */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

static int compare_probes(const void *a, const void *b)
{
	struct address_probes *const *x = a, *const *y = b;
	return address_compare(&(*x)->address, &(*y)->address);
}

void endpoints_sort(struct address_probes **set, size_t count)
{
	if (count)
		qsort(set, count, sizeof *set, compare_probes);
}

bool endpoints_has_leaf(const struct probe *p)
{
	return p->failure == PROBE_FAILURE_NONE && p->chain_count > 0;
}

static bool same_leaf(const struct probe *a, const struct probe *b)
{
	return certificate_equal(&a->chain[0], &b->chain[0]);
}

/* ---- All probes of an address ---- */

struct turns {
	const struct address_probes *probes;
	size_t offers;
	unsigned count;
	bool seen[OFFERS];   /* some turn has a certificate for this offer */
	bool seen_any;       /* or for another, or for any kind */
	bool denied[OFFERS]; /* some turn has what a server that lacks one does */
};

static bool is_denied(const struct probe *p)
{
	return p->failure == PROBE_FAILURE_TLS && !p->timed_out && !p->certificate_octets;
}

static struct turns look_at(const struct gather_tasks *tasks, const struct address_probes *p)
{
	const struct params *params = tasks->context->params;
	struct turns t = {.probes = p,
	    .offers = params->key_types == KEY_TYPES_ANY ? 1 : OFFERS,
	    .count = params->repeat};
	for (unsigned turn = 0; turn < t.count; turn++)
		for (size_t i = 0; i < t.offers; i++) {
			t.seen[i] |= endpoints_has_leaf(&p->turns[turn][i]);
			t.denied[i] |= is_denied(&p->turns[turn][i]);
		}
	t.seen_any = t.seen[0] || t.seen[1];
	for (unsigned turn = 0; p->any && turn < t.count; turn++)
		t.seen_any |= endpoints_has_leaf(&p->any[turn]);
	return t;
}

static bool is_leaf_seen(const struct turns *t, const struct probe *p)
{
	for (unsigned turn = 0; turn < t->count; turn++)
		for (size_t i = 0; i < t->offers; i++) {
			const struct probe *other = &t->probes->turns[turn][i];
			if (endpoints_has_leaf(other) && same_leaf(p, other))
				return true;
		}
	return false;
}

bool endpoints_are_unclear(const struct gather_tasks *tasks, const struct address_probes *probes)
{
	struct turns t = look_at(tasks, probes);
	bool differ = (t.seen[0] && t.denied[0]) || (t.seen[1] && t.denied[1]);
	return t.offers > 1 && (differ || (!t.seen_any && t.denied[0] && t.denied[1]));
}

/* A server with one kind of certificate ends the handshake for the other, or shows the one that it
 * has: no finding. But one that shows another, or too much, has a second one, which senders
 * meet. */
static bool merely_lacks_key_type(const struct turns *t, const struct probe *p)
{
	if (p->failure != PROBE_FAILURE_TLS || p->timed_out)
		return false;
	return p->chain_count ? is_leaf_seen(t, p) : is_denied(p);
}

/* A handshake for a kind of certificate that the server lacks fails, and that proves nothing while
 * the other kind was not seen. Of two other failures the one that tells more: the one that came
 * further, then the one not cut off by an alert. */
static size_t telling_failure(const struct probe *facts)
{
	for (size_t i = 0; i < OFFERS; i++)
		if (probe_says_nothing(&facts[i]) && facts[1 - i].failure == PROBE_FAILURE_TLS &&
		    !facts[1 - i].timed_out && !facts[1 - i].certificate_octets)
			return i;
	if (facts[0].stage != facts[1].stage)
		return facts[1].stage > facts[0].stage;
	if (facts[0].demands_certificate)
		return 0;
	return facts[0].tls_alert || facts[0].chain_count == 0;
}

/* True if senders meet what this probe shows, and no other one of its turn says the same. */
static bool tells(const struct turns *t, unsigned turn, size_t offer)
{
	const struct probe *f = t->probes->turns[turn];
	if (t->offers == 1)
		return true;
	if (!t->seen_any)
		return offer == telling_failure(f);
	if (offer == 1 && endpoints_has_leaf(&f[0]) && endpoints_has_leaf(&f[1]) &&
	    same_leaf(&f[0], &f[1]))
		return false;
	return !merely_lacks_key_type(t, &f[offer]);
}

/* ---- What is the same ---- */

/* In all that the verdicts rest on. */
static bool shows_same(const struct probe *a, const struct probe *b)
{
	return a->failure == b->failure && a->tls_legacy == b->tls_legacy &&
	       a->anonymous == b->anonymous && a->unsafe_renegotiation == b->unsafe_renegotiation &&
	       a->finite_field == b->finite_field && a->ehlo_unanswered == b->ehlo_unanswered &&
	       a->demands_certificate == b->demands_certificate &&
	       model_same_text(a->tls_version, b->tls_version) &&
	       model_same_text(a->tls_signature, b->tls_signature) && probe_chain_equal(a, b);
}

static unsigned count_turns(const struct turns *t, const struct endpoint *e)
{
	unsigned count = 0;
	for (unsigned turn = 0; turn < t->count; turn++) {
		bool shown = false;
		for (size_t i = 0; i < t->offers; i++)
			shown |= shows_same(&e->probe, &t->probes->turns[turn][i]);
		count += shown;
	}
	return count;
}

/* Which machine answers in which turn is chance. */
static int compare_shown(const void *a, const void *b)
{
	const struct probe *x = &((const struct endpoint *)a)->probe;
	const struct probe *y = &((const struct endpoint *)b)->probe;
	int order = (int)x->failure - (int)y->failure;
	for (size_t i = 0; !order && i < x->chain_count && i < y->chain_count; i++)
		order = memcmp(x->chain[i].cert_sha256, y->chain[i].cert_sha256,
		    sizeof x->chain[i].cert_sha256);
	if (!order)
		order = (x->chain_count > y->chain_count) - (x->chain_count < y->chain_count);
	return order || !x->tls_version || !y->tls_version ? order
							   : strcmp(x->tls_version, y->tls_version);
}

/* ---- Endpoints ---- */

void endpoints_add(const struct gather_tasks *tasks, struct endpoint **list, size_t *count,
    const struct address *address, const struct probe *facts)
{
	struct endpoint *e = arena_append(tasks->arena, list, count, sizeof *e);
	e->address = *address;
	e->port = tasks->context->params->port;
	e->probe = *facts;
	e->key_type = facts->chain_count ? facts->chain[0].key_type : KEY_TYPE_NONE;
}

static bool is_added(const struct endpoint *list, size_t from, size_t count, const struct probe *f)
{
	for (size_t i = from; i < count; i++)
		if (shows_same(&list[i].probe, f))
			return true;
	return false;
}

/* What the turns for any kind of certificate show alone. */
static void add_for_any(const struct gather_tasks *tasks, const struct turns *t,
    struct endpoint **list, size_t first_of_address, size_t *count)
{
	const struct probe *any = t->probes->any;
	size_t first = *count;
	for (unsigned turn = 0; turn < t->count; turn++)
		if (!(endpoints_has_leaf(&any[turn]) && is_leaf_seen(t, &any[turn])) &&
		    !is_added(*list, first_of_address, *count, &any[turn]))
			endpoints_add(tasks, list, count, &t->probes->address, &any[turn]);
	for (size_t i = first; i < *count; i++)
		for (unsigned turn = 0; turn < t->count; turn++)
			(*list)[i].turns += shows_same(&(*list)[i].probe, &any[turn]);
	if (*count > first)
		qsort(*list + first, *count - first, sizeof **list, compare_shown);
}

static void add_address(const struct gather_tasks *tasks, struct endpoint **list, size_t *count,
    const struct address_probes *p)
{
	struct turns t = look_at(tasks, p);
	size_t first = *count;
	for (size_t i = 0; i < t.offers; i++) {
		size_t from = *count;
		for (unsigned turn = 0; turn < t.count; turn++)
			if (tells(&t, turn, i) &&
			    !is_added(*list, first, *count, &p->turns[turn][i]))
				endpoints_add(tasks, list, count, &p->address, &p->turns[turn][i]);
		if (*count > from)
			qsort(*list + from, *count - from, sizeof **list, compare_shown);
	}
	for (size_t i = first; i < *count; i++)
		(*list)[i].turns = count_turns(&t, &(*list)[i]);
	if (p->any && t.seen_any)
		add_for_any(tasks, &t, list, first, count);
}

void endpoints_make(const struct gather_tasks *tasks, struct address_probes **set, size_t set_count,
    struct endpoint **list, size_t *count)
{
	endpoints_sort(set, set_count);
	for (size_t i = 0; i < set_count; i++)
		add_address(tasks, list, count, set[i]);
}
