/* check.c owns the run: which domains are in flight, in what order they are printed, and the exit
 * status. */
#include "check.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "baseline.h"
#include "confine.h"
#include "connectivity.h"
#include "domain_job.h"
#include "domain_source.h"
#include "escape.h"
#include "exceptions.h"
#include "gather.h"
#include "judge.h"
#include "limit.h"
#include "output.h"
#include "progress.h"
#include "resume.h"
#include "sandbox.h"
#include "zone_overlay.h"

/* One place in the input: printed in that order. */
struct listed {
	struct domain_job *job;
	struct listed *next;
};

struct run {
	const struct params *params;
	struct arena *arena;
	struct gather_context context;
	struct domain_source *source;
	bool from_zones;              /* the domains are those of the zone files */
	struct zone_refusals refused; /* files that stand for domains: zone-invalid */
	struct resume *resume;
	struct baseline *baseline;
	bool source_ended;
	struct zone_overlay *overlay;
	struct proposed_chains chains;
	struct trust_store *store;
	bool store_tried;
	struct domain_jobs known;
	struct quota *quota;
	size_t connections; /* of it */
	size_t jobs;        /* domains in flight at once */
	struct listed *first, *last;
	size_t in_flight;
	size_t unprinted;
	struct gather_parking parking;
	struct loop_timer *soon; /* brings a further domain in */
	struct output_stream output;
	struct progress *progress;
	struct connectivity connectivity;
	struct exceptions exceptions;
	enum status worst;
	bool trouble; /* an error of our own or in the input: exit status 3 at the least */
	bool unmet;   /* a HOST of --chain that nobody has: exit status 3 whatever was found */
	bool interrupted;
	struct look *look; /* NULL without --wait */
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

static void count_status(struct run *run, const struct domain_report *report)
{
	enum status counted = model_counted_status(report);
	if (counted > run->worst)
		run->worst = counted;
}

/* Prints the report for one of the domain's places in the input. */
static void print_job(struct run *run, struct domain_job *job)
{
	progress_erase(run->progress);
	if (!job->refused) {
		output_domain(&run->output, job->report);
		count_status(run, job->report);
	}
	run->unprinted--;
	if (--job->unprinted == 0)
		domain_jobs_keep(&run->known, job);
	if (run->output.broken)
		loop_stop(run->context.loop);
}

/* Prints the reports that are due, in the order of the input. */
static void print_due(struct run *run)
{
	struct listed *m;
	while ((m = run->first) && m->job->done) {
		run->first = m->next;
		print_job(run, m->job);
		free(m);
	}
	if (!run->first)
		run->last = NULL;
}

static void print_done(struct run *run, struct domain_job *job)
{
	if (run->look)
		return; /* printed at the end, if at all */
	if (in_order(run))
		print_due(run);
	else
		for (size_t left = job->unprinted; left > 0; left--)
			print_job(run, job);
}

/* Prints all that is done when the run was broken off. */
static void print_rest(struct run *run)
{
	for (struct listed *m = run->first; m; m = m->next)
		if (m->job->done)
			print_job(run, m->job);
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
static const struct trust_store *load_trust_store(struct run *run)
{
	const char *error = NULL;
	if (run->store_tried)
		return run->store;
	run->store_tried = true;
	run->store = trust_store_load(run->params->ca_file, run->arena, &error);
	if (!run->store)
		complain(run, run->params->ca_file
				  ? arena_printf(run->arena, "--ca-file: %s", error)
				  : error);
	return run->store;
}

static void compare_with_baseline(const struct run *run, struct domain_report *r)
{
	size_t count;
	if (!run->baseline)
		return;
	const struct finding *earlier = baseline_findings(run->baseline, r->domain, &count);
	judge_baseline(r, earlier, count);
}

static void finish_domain(struct run *run, struct domain_job *job)
{
	struct domain_report *r = job->report;
	judge_domain(r, run->params, judge_needs_trust_store(r) ? load_trust_store(run) : NULL);
	compare_with_baseline(run, r);
	connectivity_note(&run->connectivity, r);
	exceptions_note(&run->exceptions, r);
	job->done = true;
}

/* ---- Domains in ---- */

static void start_more(struct run *run);

static void gathered(void *user, struct domain_report *report)
{
	struct domain_job *job = user;
	struct run *run = job->owner;
	(void)report; /* the outcome's own */
	job->gather = NULL;
	run->in_flight--;
	const char *conflict = find_conflict(run, job->report);
	if (conflict)
		complain(run, arena_printf(job->report->arena, "--zone: %s", conflict));
	job->refused = conflict;
	finish_domain(run, job);
	for (size_t i = 0; i < job->unprinted; i++)
		progress_judged(run->progress, job->report->status);
	print_done(run, job);
	start_more(run);
}

static struct domain_job *start_job(struct run *run, struct domain_report *report)
{
	struct domain_job *job = domain_jobs_add(&run->known, report, run);
	if (report->invalid) {
		finish_domain(run, job);
	} else {
		run->in_flight++;
		job->gather = gather_both_start(&run->context, report, gathered, job);
	}
	return job;
}

static void add_to_order(struct run *run, struct domain_job *job)
{
	struct listed *m = memory_alloc(sizeof *m);
	m->job = job;
	if (run->last)
		run->last->next = m;
	else
		run->first = m;
	run->last = m;
}

/* The file stands for the domains that it may have. */
static void name_zone(struct domain_report *r, const char *invalid)
{
	r->domain = r->asked;
	r->domain_unicode = NULL;
	r->invalid = invalid;
}

static void refuse_zone(struct domain_report *r, const struct zone_error *error)
{
	name_zone(r, error->message);
	r->zone_invalid = &error->at;
}

static void add_listed(struct run *run, const char *text)
{
	struct domain_report *r = domain_report_new(run->params, text, run->from_zones);
	for (size_t i = 0; i < run->refused.count; i++)
		if (text == run->refused.list[i].file)
			refuse_zone(r, run->refused.list[i].error);
	if (resume_holds(run->resume, r->domain)) {
		progress_skipped(run->progress);
		arena_destroy(r->arena);
		return;
	}
	struct domain_job *job = domain_jobs_find(&run->known, r->domain);
	if (job)
		arena_destroy(r->arena);
	else
		job = start_job(run, r);
	domain_jobs_list(&run->known, job);
	run->unprinted++;
	progress_taken(run->progress);
	if (in_order(run))
		add_to_order(run, job);
	if (job->done) {
		progress_judged(run->progress, job->report->status);
		print_done(run, job);
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
static void start_more(struct run *run)
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
			add_listed(run, text);
	}
	if (run->source_ended && run->in_flight == 0)
		loop_stop(run->context.loop);
}

static void on_room(void *user)
{
	start_more(user);
}

static void on_parked(void *user)
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

/* Without a domain: the files that cannot be read, then the mail domains of the others. */
static void list_zone_domains(struct run *run)
{
	const struct params *p = run->params;
	bool implicit = p->require_given && p->require != REQUIRE_NONE;
	size_t count, total = 0;
	const char **list = NULL;
	const char **found = zone_overlay_mail_domains(run->overlay, run->arena, implicit, &count);
	for (size_t i = 0; i < run->refused.count + count; i++)
		*(const char **)arena_append(run->arena, &list, &total, sizeof *list) =
		    i < run->refused.count ? run->refused.list[i].file
					   : found[i - run->refused.count];
	domain_source_list(run->source, list, total);
	run->from_zones = true;
	if (total == 0)
		output_complain("no mail domain is in the zone files: nothing is checked");
}

/* All of the proposed data, before anything is sent. */
static bool read_proposals(struct run *run, const char **error)
{
	const struct params *p = run->params;
	if (p->zone_count)
		run->overlay =
		    zone_overlay_create(p->zones, p->zone_count, run->arena, &run->refused);
	bool listed = p->domain_count || p->file;
	if (p->zone_count && !listed) {
		list_zone_domains(run);
	} else if (run->refused.count) {
		*error =
		    arena_printf(run->arena, "--zone: %s", run->refused.list[0].error->message);
		return false;
	}
	run->context.chains = &run->chains;
	return proposed_chains_read(run->arena, p, &run->chains, error);
}

/* A domain alone may have all; among several, both connections to one address at the least. */
static void share_out(struct run *run)
{
	struct gather_context *c = &run->context;
	size_t counted = domain_source_count(run->source, LIMIT_DOMAINS_ASKED_ON + 1);
	bool several = counted != 1;
	size_t share = run->connections / LIMIT_DOMAIN_SHARE;
	enum { LEAST_PROBES = 2 };
	c->asks_on = (counted > 0 && counted <= LIMIT_DOMAINS_ASKED_ON) || run->params->repeat > 1;
	c->most_lookups = several ? LIMIT_DOMAIN_LOOKUPS : SIZE_MAX;
	c->most_probes = !several ? SIZE_MAX : share > LEAST_PROBES ? share : LEAST_PROBES;
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
		run->source = domain_source_open(c->loop, p, on_room, run, run->arena, &error);
	if (!error && p->resume)
		run->resume = resume_read(p->resume, run->arena, &error);
	if (!error && p->baseline)
		run->baseline = baseline_read(p->baseline, run->arena, &error);
	if (!error && !tls_global_init(&error) && !error)
		error = "GnuTLS cannot be used";
	if (!error && read_proposals(run, &error))
		c->resolver = resolver_create(c->loop, p, run->overlay, run->arena, &error);
	if (error) {
		complain(run, error);
		return false;
	}
	if (p->ca_file && !load_trust_store(run)) /* refused before anything is sent */
		return false;
	c->prober = prober_create(c->loop, p, run->quota);
	c->fetcher = sts_fetch_create(c->loop, p, c->resolver, run->quota);
	resolver_on_room(c->resolver, on_room, run);
	run->soon = loop_timer_create(c->loop, on_room, run);
	run->parking = (struct gather_parking){.grown = on_parked, .user = run};
	c->parking = &run->parking;
	share_out(run);
	if (run->look && domain_source_count(run->source, 2) != 1) {
		complain(run, "--wait is for one domain, but the zone files hold several or none");
		return false;
	}
	loop_on_signal(c->loop, SIGINT, interrupt, run);
	loop_on_signal(c->loop, SIGTERM, interrupt, run);
	return true;
}

static void tear_down(struct run *run)
{
	struct gather_context *c = &run->context;
	quota_close(run->quota); /* grant no permits during teardown */
	domain_jobs_destroy(&run->known);
	for (struct listed *m = run->first, *next; m; m = next) {
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
	baseline_destroy(run->baseline);
	exceptions_reset(&run->exceptions);
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

/* Those of the records that no domain of the files has to do with, once all domains are judged in
 * full. */
static void report_exceptions(struct run *run)
{
	const struct params *p = run->params;
	bool all = run->from_zones && !run->refused.count && !run->resume && !p->mx_host_count &&
		   p->family == FAMILY_BOTH;
	size_t count = 0;
	const struct zone_file **files = all ? zone_overlay_files(run->overlay, &count) : NULL;
	for (size_t i = 0; i < count && !run->interrupted; i++) {
		struct domain_report *r = domain_report_new(p, files[i]->name, true);
		r->unmet = exceptions_unmet(&run->exceptions, files[i], r->arena, &r->unmet_count);
		if (r->unmet_count) {
			name_zone(r, "it is a zone file");
			judge_domain(r, p, NULL);
			compare_with_baseline(run, r);
			output_domain(&run->output, r);
		}
		arena_destroy(r->arena);
	}
}

/* A misspelt HOST of --chain must not pass for a change that was judged. A zone file that could not
 * be read may name it. */
static void complain_of_unmet_chains(struct run *run)
{
	const char *text;
	size_t next = 0;
	if (run->interrupted || run->output.broken || run->refused.count)
		return;
	while ((text = proposed_chains_unmet(&run->chains, run->arena, &next))) {
		complain(run, text);
		run->unmet = true;
	}
}

/* Who types a file's name has left out an option; in a script a file may be named as a domain is.
 */
static void note_files(const struct params *params)
{
	if (params->zone_count || params->quiet || !isatty(STDERR_FILENO))
		return;
	for (size_t i = 0; i < params->domain_count; i++) {
		struct stat file;
		const char *name = params->domains[i];
		struct arena *arena = arena_create();
		const char *shown = escape_text(arena, name);
		if (stat(name, &file) == 0 && S_ISREG(file.st_mode))
			fprintf(stderr,
			    "mxdane: %s is taken as a domain, but there is a file of that name: "
			    "did you mean "
			    "--zone %s, or --file %s for a list?\n",
			    shown, shown, shown);
		arena_destroy(arena);
	}
}

/* What of the sandbox is missing is the same for every run on a kernel, and --version tells it too:
 * not with --quiet. */
static void confine(const struct run *run, bool tell)
{
	const char *missing = confine_run(run->params, run->arena);
	if (missing && tell && !run->params->quiet)
		fprintf(stderr, "mxdane: %s\n", missing);
}

/* Takes in what a look of --wait found; false if another look follows, so that nothing is printed.
 */
static bool ends_wait(struct run *run)
{
	struct look *look = run->look;
	const struct domain_job *job = run->first ? run->first->job : NULL;
	bool judged = job && job->done && !job->refused && !job->report->invalid;
	if (!judged || run->interrupted || run->trouble)
		return !run->interrupted;
	count_status(run, job->report);
	look_judge(look, run->params, job->report, exit_status(run), (int64_t)time(NULL));
	return look->last || look_holds(look, (int64_t)time(NULL));
}

/* What was not printed as it came. */
static void print_end(struct run *run)
{
	if (run->look)
		output_begin(&run->output, run->params);
	print_rest(run);
	progress_erase(run->progress);
	report_exceptions(run);
	output_end(&run->output);
	connectivity_report(&run->connectivity, run->params);
}

int check_run(const struct params *params, size_t connections, struct look *look)
{
	struct run run = {.params = params,
	    .arena = arena_create(),
	    .quota = quota_create(connections),
	    .connections = connections,
	    .jobs = connections < params->jobs ? connections : params->jobs,
	    .look = look};
	if (set_up(&run)) {
		bool first = !look || look->number == 0;
		if (!look)
			output_begin(&run.output, params);
		if (first)
			note_files(params);
		size_t total =
		    progress_is_wanted(params) ? domain_source_count(run.source, SIZE_MAX) : 0;
		confine(&run, first);
		run.progress = progress_create(run.context.loop, params, total);
		start_more(&run);
		if (!run.source_ended || run.in_flight > 0)
			loop_run(run.context.loop);
		complain_of_unmet_chains(&run);
		if (!look || ends_wait(&run))
			print_end(&run);
		progress_destroy(run.progress);
	}
	int status = exit_status(&run);
	tear_down(&run);
	return status;
}
