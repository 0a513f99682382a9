/* check.c owns the run: which domains are in flight, in what order they are printed, and the exit
 * status. */
#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <utlist.h>

#include "confine.h"
#include "connectivity.h"
#include "domain_source.h"
#include "gather.h"
#include "judge.h"
#include "limit.h"
#include "name.h"
#include "output.h"
#include "progress.h"
#include "resume.h"
#include "sandbox.h"
#include "table.h"
#include "zone_overlay.h"

struct outcome {
	void *owner;
	struct domain_report *report;
	struct gather_both *gather; /* NULL when done */
	bool done;
	bool refused;    /* its proposal cannot stand: a message says so in place of a report */
	size_t mentions; /* that still have to be printed */
	bool kept;
	struct outcome *prev, *next; /* in the list of those kept */
	UT_hash_handle hh;
};

/* Zeroed before the first is added. */
struct outcomes {
	struct outcome *table;
	struct outcome *kept; /* done and printed, the oldest first: for one that is given again */
	size_t kept_count;
};

/* What is known of a domain before anything is looked up, in an arena of its own. */
static struct domain_report *outcome_new_report(const struct params *params, const char *text)
{
	struct arena *arena = arena_create();
	struct domain_report *r = arena_alloc(arena, sizeof *r);
	const char *invalid = NULL;
	r->arena = arena;
	r->asked = arena_strdup(arena, text);
	r->domain = name_from_user(arena, text, &invalid);
	r->invalid = invalid;
	if (r->domain)
		r->domain_unicode = name_to_unicode(arena, r->domain);
	else
		r->domain = r->asked;
	r->mx_kind = MX_KIND_NONE;
	r->checked_at = time(NULL);
	r->judged_at = !params->at_given     ? r->checked_at
		       : params->at_relative ? r->checked_at + params->at_value
					     : params->at_value;
	return r;
}

/* NULL if the domain is not there. */
static struct outcome *outcomes_find(const struct outcomes *outcomes, const char *domain)
{
	struct outcome *o = NULL;
	HASH_FIND(hh, outcomes->table, domain, strlen(domain), o);
	return o;
}

/* The report, with its arena, is the outcome's from now on. */
static struct outcome *outcomes_add(
    struct outcomes *outcomes, struct domain_report *report, void *owner)
{
	struct outcome *o = memory_alloc(sizeof *o);
	o->owner = owner;
	o->report = report;
	HASH_ADD_KEYPTR(hh, outcomes->table, report->domain, strlen(report->domain), o);
	return o;
}

static void unkeep(struct outcomes *outcomes, struct outcome *o)
{
	if (!o->kept)
		return;
	o->kept = false;
	DL_DELETE(outcomes->kept, o);
	outcomes->kept_count--;
}

static void destroy(struct outcomes *outcomes, struct outcome *o)
{
	unkeep(outcomes, o);
	HASH_DEL(outcomes->table, o);
	gather_both_cancel(o->gather);
	arena_destroy(o->report->arena);
	free(o);
}

/* Keeps memory flat over a list of any length. */
static void outcomes_keep(struct outcomes *outcomes, struct outcome *o)
{
	o->kept = true;
	DL_APPEND(outcomes->kept, o);
	if (++outcomes->kept_count > LIMIT_REMEMBERED_DOMAINS)
		destroy(outcomes, outcomes->kept);
}

/* It is given once more, so it will be printed. */
static void outcomes_mention(struct outcomes *outcomes, struct outcome *o)
{
	unkeep(outcomes, o);
	o->mentions++;
}

/* Ends what is under way and frees all. */
static void outcomes_reset(struct outcomes *outcomes)
{
	for (struct outcome *o = outcomes->table, *next; o; o = next) {
		next = o->hh.next;
		destroy(outcomes, o);
	}
}

/* One place in the input: printed in that order. */
struct mention {
	struct outcome *outcome;
	struct mention *next;
};

struct run {
	const struct params *params;
	struct arena *arena;
	struct gather_context context;
	struct domain_source *source;
	struct resume *resume;
	bool source_ended;
	struct zone_overlay *overlay;
	struct proposed_chains chains;
	struct trust_store *store;
	bool store_tried;
	struct outcomes outcomes;
	struct quota *quota;
	size_t jobs; /* domains in flight at once */
	struct mention *first, *last;
	size_t in_flight;
	size_t unprinted;
	struct gather_parking parking;
	struct loop_timer *soon; /* brings a further domain in */
	struct output_stream output;
	struct progress *progress;
	struct connectivity connectivity;
	enum status worst;
	bool trouble; /* an error of our own or in the input: exit status 3 at the least */
	bool unmet;   /* a HOST of --chain that nobody has: exit status 3 whatever was found */
	bool interrupted;
};

static void complain(struct run *run, const char *message)
{
	progress_erase(run->progress);
	output_complain(message);
	run->trouble = true;
}

/* ---- Domains out ---- */

static bool in_order(const struct run *run)
{
	return !run->params->unordered;
}

/* One mention. */
static void print_outcome(struct run *run, struct outcome *o)
{
	progress_erase(run->progress);
	if (!o->refused) {
		output_domain(&run->output, o->report);
		if (o->report->status > run->worst)
			run->worst = o->report->status;
	}
	run->unprinted--;
	if (--o->mentions == 0)
		outcomes_keep(&run->outcomes, o);
	if (run->output.broken)
		loop_stop(run->context.loop);
}

/* What is due in the order given. */
static void print_due(struct run *run)
{
	struct mention *m;
	while ((m = run->first) && m->outcome->done) {
		run->first = m->next;
		print_outcome(run, m->outcome);
		free(m);
	}
	if (!run->first)
		run->last = NULL;
}

static void print_done(struct run *run, struct outcome *o)
{
	if (in_order(run))
		print_due(run);
	else
		for (size_t left = o->mentions; left > 0; left--)
			print_outcome(run, o);
}

/* All that is done, when the run was broken off. */
static void print_rest(struct run *run)
{
	for (struct mention *m = run->first; m; m = m->next)
		if (m->outcome->done)
			print_outcome(run, m->outcome);
}

/* ---- Judging ---- */

/* What single records of --zone cannot stand beside, live DNS shows. */
static const char *find_conflict(const struct run *run, const struct domain_report *r)
{
	const struct domain_report *live = r->change ? r->change->live : NULL;
	const char *found = live ? zone_overlay_conflict(run->overlay, r->arena, live->mx) : NULL;
	for (size_t i = 0; live && i < live->host_count && !found; i++) {
		const struct mx_host *h = &live->hosts[i];
		const struct lookup *lookups[] = {h->a, h->aaaa, h->tlsa_initial, h->tlsa_final};
		for (size_t k = 0; k < sizeof lookups / sizeof *lookups && !found; k++)
			found = zone_overlay_conflict(run->overlay, r->arena, lookups[k]);
	}
	if (!found && live && live->mta_sts)
		found = zone_overlay_conflict(run->overlay, r->arena, live->mta_sts->txt);
	if (!found && live && live->tls_rpt)
		found = zone_overlay_conflict(run->overlay, r->arena, live->tls_rpt->txt);
	return found;
}

/* The store is read when the first chain is to be judged by it: it costs more than a whole lookup.
 */
static const struct trust_store *trust_store(struct run *run)
{
	const char *error = NULL;
	if (run->store_tried)
		return run->store;
	run->store_tried = true;
	run->store = trust_store_load(run->params->ca_file, run->arena, &error);
	if (!run->store)
		complain(run, error);
	return run->store;
}

static void finish_domain(struct run *run, struct outcome *o)
{
	struct domain_report *r = o->report;
	judge_domain(r, run->params, judge_needs_trust_store(r) ? trust_store(run) : NULL);
	connectivity_note(&run->connectivity, r);
	o->done = true;
}

/* ---- Domains in ---- */

static void pump(struct run *run);

static void gathered(void *user, struct domain_report *report)
{
	struct outcome *o = user;
	struct run *run = o->owner;
	(void)report; /* the outcome's own */
	o->gather = NULL;
	run->in_flight--;
	const char *conflict = find_conflict(run, o->report);
	if (conflict)
		complain(run, arena_printf(o->report->arena, "--zone: %s", conflict));
	o->refused = conflict;
	finish_domain(run, o);
	for (size_t i = 0; i < o->mentions; i++)
		progress_judged(run->progress, o->report->status);
	print_done(run, o);
	pump(run);
}

static struct outcome *new_outcome(struct run *run, struct domain_report *report)
{
	struct outcome *o = outcomes_add(&run->outcomes, report, run);
	if (report->invalid) {
		finish_domain(run, o);
	} else {
		run->in_flight++;
		o->gather = gather_both_start(&run->context, report, gathered, o);
	}
	return o;
}

static void add_to_order(struct run *run, struct outcome *o)
{
	struct mention *m = memory_alloc(sizeof *m);
	m->outcome = o;
	if (run->last)
		run->last->next = m;
	else
		run->first = m;
	run->last = m;
}

static void add_mention(struct run *run, const char *text)
{
	struct domain_report *r = outcome_new_report(run->params, text);
	if (resume_holds(run->resume, r->domain)) {
		progress_skipped(run->progress);
		arena_destroy(r->arena);
		return;
	}
	struct outcome *o = outcomes_find(&run->outcomes, r->domain);
	if (o)
		arena_destroy(r->arena);
	else
		o = new_outcome(run, r);
	outcomes_mention(&run->outcomes, o);
	run->unprinted++;
	progress_taken(run->progress);
	if (in_order(run))
		add_to_order(run, o);
	if (o->done) {
		progress_judged(run->progress, o->report->status);
		print_done(run, o);
	}
}

/* Room for one more: not only in flight, but also held back behind a slow one, or memory would grow
 * with the list. What waits for crowded addresses gives its place to others. A domain is not begun
 * while the questions of others wait: so the older one's go first. */
static bool has_room(const struct run *run)
{
	size_t parked = run->parking.count < LIMIT_PARKED ? run->parking.count : LIMIT_PARKED;
	size_t most = run->jobs + parked;
	return run->in_flight < most && run->unprinted < most + LIMIT_HELD_BACK &&
	       (run->in_flight == 0 || resolver_has_room(run->context.resolver));
}

/* Starts domains while there is room; at the end of it all stops the loop. */
static void pump(struct run *run)
{
	const char *text;
	while (!run->source_ended && !run->interrupted && !run->output.broken && has_room(run)) {
		enum source_result result = domain_source_next(run->source, &text);
		if (result == SOURCE_WAIT)
			break;
		if (result == SOURCE_END)
			run->source_ended = true;
		else if (result == SOURCE_ERROR)
			complain(run, text);
		else
			add_mention(run, text);
	}
	if (run->source_ended && run->in_flight == 0)
		loop_stop(run->context.loop);
}

static void room_came(void *user)
{
	pump(user);
}

static void parked_one(void *user)
{
	struct run *run = user;
	loop_timer_start(run->soon, 0);
}

static void interrupt(void *user)
{
	struct run *run = user;
	run->interrupted = true;
	run->output.hurried = true;
	loop_stop(run->context.loop);
}

/* ---- The run ---- */

/* All of the proposed data, before anything is sent. */
static bool read_proposals(struct run *run, const char **error)
{
	const struct params *p = run->params;
	if (p->zone_count &&
	    !(run->overlay = zone_overlay_create(p->zones, p->zone_count, run->arena, error))) {
		*error = arena_printf(run->arena, "--zone: %s", *error);
		return false;
	}
	run->context.chains = &run->chains;
	return proposed_chains_read(run->arena, p, &run->chains, error);
}

static bool set_up(struct run *run)
{
	const struct params *p = run->params;
	struct gather_context *c = &run->context;
	const char *error = NULL;
	c->params = p;
	sandbox_forbid_rings();
	c->loop = loop_create();
	if (!c->loop)
		error = "the event loop cannot be set up: too many files are open";
	else
		run->source = domain_source_open(c->loop, p, room_came, run, run->arena, &error);
	if (!error && p->resume)
		run->resume = resume_read(p->resume, run->arena, &error);
	if (!error && !tls_global_init(&error) && !error)
		error = "GnuTLS cannot be used";
	if (!error && read_proposals(run, &error))
		c->resolver = resolver_create(c->loop, p, run->overlay, run->arena, &error);
	if (error) {
		complain(run, error);
		return false;
	}
	if (p->ca_file && !trust_store(run)) /* refused before anything is sent */
		return false;
	c->prober = prober_create(c->loop, p, run->quota);
	c->fetcher = sts_fetch_create(c->loop, p, c->resolver, run->quota);
	resolver_on_room(c->resolver, room_came, run);
	run->soon = loop_timer_create(c->loop, room_came, run);
	run->parking = (struct gather_parking){.grown = parked_one, .user = run};
	c->parking = &run->parking;
	loop_on_signal(c->loop, SIGINT, interrupt, run);
	loop_on_signal(c->loop, SIGTERM, interrupt, run);
	return true;
}

static void tear_down(struct run *run)
{
	struct gather_context *c = &run->context;
	quota_close(run->quota); /* what ends makes room for nobody */
	outcomes_reset(&run->outcomes);
	for (struct mention *m = run->first, *next; m; m = next) {
		next = m->next;
		free(m);
	}
	loop_timer_destroy(run->soon);
	sts_fetch_destroy(c->fetcher);
	prober_destroy(c->prober);
	quota_destroy(run->quota);
	resolver_destroy(c->resolver);
	zone_overlay_destroy(run->overlay);
	domain_source_close(run->source);
	resume_destroy(run->resume);
	trust_store_destroy(run->store);
	tls_global_deinit();
	loop_destroy(c->loop);
	arena_destroy(run->arena);
}

static int exit_status(const struct run *run)
{
	enum status worst = run->worst;
	if (run->interrupted || run->output.broken || run->unmet)
		return status_exit_code(STATUS_UNKNOWN);
	if (run->trouble && worst < STATUS_UNKNOWN)
		worst = STATUS_UNKNOWN;
	if (worst == STATUS_WARNING && run->params->fail_on == STATUS_CRITICAL)
		worst = STATUS_OK;
	return status_exit_code(worst);
}

/* A misspelt HOST of --chain must not pass for a change that was judged. */
static void complain_of_unmet_chains(struct run *run)
{
	const char *text;
	size_t next = 0;
	if (run->interrupted || run->output.broken)
		return;
	while ((text = proposed_chains_unmet(&run->chains, run->arena, &next))) {
		complain(run, text);
		run->unmet = true;
	}
}

/* What of the sandbox is missing is the same for every run on a kernel, and --version tells it too:
 * not with --quiet. */
static void confine(const struct run *run)
{
	const char *missing = confine_run(run->params, run->arena);
	if (missing && !run->params->quiet)
		fprintf(stderr, "mxdane: %s\n", missing);
}

int check_run(const struct params *params, size_t connections)
{
	struct run run = {.params = params,
	    .arena = arena_create(),
	    .quota = quota_create(connections),
	    .jobs = connections < params->jobs ? connections : params->jobs};
	if (set_up(&run)) {
		output_begin(&run.output, params);
		confine(&run);
		run.progress = progress_create(
		    run.context.loop, params, params->file ? 0 : params->domain_count);
		pump(&run);
		if (!run.source_ended || run.in_flight > 0)
			loop_run(run.context.loop);
		print_rest(&run);
		progress_destroy(run.progress);
		run.progress = NULL;
		output_end(&run.output);
		connectivity_report(&run.connectivity, params);
		complain_of_unmet_chains(&run);
	}
	int status = exit_status(&run);
	tear_down(&run);
	return status;
}
