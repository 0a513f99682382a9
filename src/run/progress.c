/* progress.c owns the progress line on standard error. */
#include "progress.h"

#include <stdlib.h>
#include <unistd.h>

#include "buffer.h"
#include "output.h"

enum {
	TERMINAL_INTERVAL_MS = 200,
	/* Elsewhere, a log file say, each line stays. */
	LOG_INTERVAL_MS = 1000,
	LEAST_FOR_A_RATE_MS = 500,
};

struct progress {
	struct loop *loop;
	struct loop_timer *timer;
	bool terminal;
	bool always;
	size_t total, taken, judged;
	size_t by_status[STATUS_CRITICAL + 1];
	uint64_t begin_ms;
	size_t drawn;      /* columns of the line that stands on the terminal */
	size_t last_count; /* judged as of the last line of a log */
};

/* A failure to write to standard error changes nothing. */
static void say(const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDERR_FILENO, text, length);
		if (n <= 0)
			return;
		text += n;
		length -= (size_t)n;
	}
}

/* Domains a second and the time that the rest will take, once there is something to go by. */
static void append_rate(const struct progress *p, struct buffer *b)
{
	uint64_t elapsed = loop_now_ms(p->loop) - p->begin_ms;
	if (p->judged == 0 || elapsed < LEAST_FOR_A_RATE_MS)
		return;
	buffer_printf(b, "; %.1f/s", (double)p->judged * 1000 / (double)elapsed);
	if (p->total <= p->judged)
		return;
	uint64_t left = elapsed * (p->total - p->judged) / p->judged / 1000;
	buffer_printf(b, ", %llu:%02llu left", (unsigned long long)(left / 60),
	    (unsigned long long)(left % 60));
}

static void describe(const struct progress *p, struct buffer *b)
{
	static const enum status shown[] = {
	    STATUS_OK, STATUS_WARNING, STATUS_CRITICAL, STATUS_UNKNOWN};
	buffer_printf(b, "%zu", p->judged);
	if (p->total)
		buffer_printf(b, "/%zu", p->total);
	buffer_printf(b, " domains: ");
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		buffer_printf(
		    b, "%s%zu %s", i ? ", " : "", p->by_status[shown[i]], status_name(shown[i]));
	append_rate(p, b);
}

static void draw_on_terminal(struct progress *p)
{
	struct buffer b = {0};
	size_t room = output_columns(STDERR_FILENO) - 1; /* a full line would wrap */
	describe(p, &b);
	progress_erase(p);
	p->drawn = b.length < room ? b.length : room;
	say(buffer_text(&b), p->drawn);
	buffer_reset(&b);
}

static void write_to_log(struct progress *p)
{
	struct buffer b = {0};
	describe(p, &b);
	buffer_printf(&b, "\n");
	say(buffer_text(&b), b.length);
	p->last_count = p->judged;
	buffer_reset(&b);
}

static void tick(void *user)
{
	struct progress *p = user;
	loop_timer_start(p->timer, p->terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
	if (!p->always && p->taken < 2)
		return;
	if (p->terminal)
		draw_on_terminal(p);
	else if (p->judged != p->last_count)
		write_to_log(p);
}

bool progress_is_wanted(const struct params *params)
{
	return params->progress == WHEN_ALWAYS ||
	       (params->progress == WHEN_AUTO && isatty(STDERR_FILENO));
}

struct progress *progress_create(struct loop *loop, const struct params *params, size_t total)
{
	if (!progress_is_wanted(params))
		return NULL;
	struct progress *p = memory_alloc(sizeof *p);
	p->loop = loop;
	p->terminal = isatty(STDERR_FILENO);
	p->always = params->progress == WHEN_ALWAYS;
	p->total = total;
	p->begin_ms = loop_now_ms(loop);
	p->timer = loop_timer_create(loop, tick, p);
	loop_timer_start(p->timer, p->terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
	return p;
}

void progress_destroy(struct progress *p)
{
	if (!p)
		return;
	progress_erase(p);
	if (!p->terminal && p->judged != p->last_count)
		write_to_log(p);
	loop_timer_destroy(p->timer);
	free(p);
}

void progress_taken(struct progress *p)
{
	if (p)
		p->taken++;
}

void progress_judged(struct progress *p, enum status status)
{
	if (!p)
		return;
	p->judged++;
	p->by_status[status]++;
}

void progress_skipped(struct progress *p)
{
	if (p && p->total)
		p->total--;
}

/* Blanks, not an escape sequence: every terminal knows them. */
void progress_erase(struct progress *p)
{
	struct buffer b = {0};
	if (!p || !p->drawn)
		return;
	buffer_printf(&b, "\r%*s\r", (int)p->drawn, "");
	say(buffer_text(&b), b.length);
	p->drawn = 0;
	buffer_reset(&b);
}
