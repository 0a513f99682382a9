/* wait.c owns the course of --wait: when to look, when to stop, what is said meanwhile. */
#include "wait.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "check.h"
#include "look.h"
#include "output.h"
#include "time_text.h"

/* Seconds between the first looks; after that no server is asked more than once a minute. */
static const int64_t pauses[] = {2, 5, 10, 20, 30, 60};

struct waiting {
	const struct params *params;
	size_t connections;
	sigset_t signals; /* that are waited for, not delivered */
	int64_t end;
	struct look look;
	struct look told; /* when something was last said */
};

/* The process of the look that is under way, or the one that waits for it. */
enum side { SIDE_LOOK, SIDE_WAITING };

static int64_t now(void)
{
	return (int64_t)time(NULL);
}

/* ---- One look ---- */

/* The look's own process: its exit status, after what it found went to `fd`. */
static int look_once(struct waiting *w, int fd)
{
	struct look found = w->look;
	(void)sigprocmask(SIG_UNBLOCK, &w->signals, NULL);
	int status = check_run(w->params, w->connections, &found);
	if (write(fd, &found, sizeof found) != (ssize_t)sizeof found) /* less than a pipe holds */
		status = status_exit_code(STATUS_UNKNOWN);
	(void)close(fd);
	return status;
}

/* The exit status of the look; what asks this process to end goes to the look. False if it has to
 * end. */
static bool await_look(const struct waiting *w, pid_t pid, int *status)
{
	int ended = 0;
	bool go_on = true;
	while (waitpid(pid, &ended, WNOHANG) == 0) {
		int number = sigwaitinfo(&w->signals, NULL);
		if (number == SIGINT || number == SIGTERM) {
			go_on = false;
			(void)kill(pid, number);
		}
	}
	if (WIFSIGNALED(ended)) {
		struct arena *arena = arena_create();
		output_complain(arena_printf(
		    arena, "a look of --wait was ended by signal %d", WTERMSIG(ended)));
		arena_destroy(arena);
	}
	*status = WIFEXITED(ended) ? WEXITSTATUS(ended) : status_exit_code(STATUS_UNKNOWN);
	return go_on;
}

/* Takes what the look found; nothing if it did not come so far. */
static void take_look(struct waiting *w, int fd)
{
	struct look found;
	w->look.judged = false;
	if (read(fd, &found, sizeof found) == (ssize_t)sizeof found)
		w->look = found;
	w->look.summary[LOOK_SUMMARY - 1] = '\0';
}

/* Looks, in a process of its own. *more is false where no other look may follow. */
static enum side look(struct waiting *w, int *status, bool *more)
{
	int ends[2];
	pid_t pid = pipe(ends) == 0 ? fork() : -1;
	if (pid < 0) {
		output_complain("--wait: no process can be started for a look");
		*status = status_exit_code(STATUS_UNKNOWN);
		*more = false;
		return SIDE_WAITING;
	}
	if (pid == 0) {
		(void)close(ends[0]);
		*status = look_once(w, ends[1]);
		return SIDE_LOOK;
	}
	(void)close(ends[1]);
	*more = await_look(w, pid, status);
	take_look(w, ends[0]);
	(void)close(ends[0]);
	*more = *more && w->look.judged;
	return SIDE_WAITING;
}

/* ---- Between two looks ---- */

static int64_t next_look(const struct waiting *w)
{
	const struct look *l = &w->look;
	size_t most = sizeof pauses / sizeof *pauses - 1;
	int64_t next = now() + pauses[l->number < most ? l->number : most];
	if (l->there && l->until > next)
		next = l->until;
	return next < w->end ? next : w->end;
}

/* Says what is waited for when that has changed. */
static void tell(struct waiting *w)
{
	const struct look *l = &w->look;
	bool same = l->number > 0 && l->there == w->told.there && l->until == w->told.until &&
		    strcmp(l->summary, w->told.summary) == 0;
	bool change = w->params->chain_count || w->params->zone_count;
	if (w->params->quiet || same)
		return;
	w->told = *l;
	char end[TIME_TEXT_SIZE];
	struct arena *arena = arena_create();
	if (l->there)
		output_complain(arena_printf(arena,
		    "waiting until %s: caches may still hold the TLSA records before these",
		    time_text(l->until < w->end ? l->until : w->end, end)));
	else
		output_complain(
		    arena_printf(arena, "waiting until %s for %s; now %s", time_text(w->end, end),
			change ? "the change to be safe" : "status ok", l->summary));
	arena_destroy(arena);
}

/* False if a signal asks to end. */
static bool sleep_until(const struct waiting *w, int64_t moment)
{
	int64_t left;
	while ((left = moment - now()) > 0) {
		struct timespec pause = {.tv_sec = (time_t)left};
		int number = sigtimedwait(&w->signals, NULL, &pause);
		if (number == SIGINT || number == SIGTERM)
			return false;
	}
	return true;
}

/* ---- The course ---- */

/* A look's own status does not know of caches. */
static int last_status(const struct waiting *w, int status)
{
	if (status == 0 && w->look.judged && !look_holds(&w->look, now()))
		return status_exit_code(STATUS_WARNING);
	return status;
}

int wait_run(const struct params *params, size_t connections)
{
	struct waiting w = {.params = params, .connections = connections};
	int status;
	bool more;
	w.end = now() + (int64_t)params->wait_seconds;
	(void)sigemptyset(&w.signals);
	(void)sigaddset(&w.signals, SIGINT);
	(void)sigaddset(&w.signals, SIGTERM);
	(void)sigaddset(&w.signals, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &w.signals, NULL);
	for (;; w.look.number++) {
		w.look.last = now() >= w.end;
		if (look(&w, &status, &more) == SIDE_LOOK)
			return status;
		if (!more || w.look.last || look_holds(&w.look, now()))
			return last_status(&w, status);
		tell(&w);
		if (!sleep_until(&w, next_look(&w)))
			return status_exit_code(STATUS_UNKNOWN);
	}
}
