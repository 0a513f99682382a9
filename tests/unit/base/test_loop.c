/* The event loop: what is told when, and that a callback may close anything. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"

struct world {
	struct loop *loop;
	struct loop_watch *watch, *other;
	struct loop_timer *timer, *other_timer;
	int ends[2];
	unsigned events;
	int calls, other_calls;
};

static void set_up(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->loop = loop_create();
	assert_non_null(w->loop);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, w->ends), 0);
}

static void tear_down(struct world *w)
{
	loop_destroy(w->loop);
	close(w->ends[0]);
	close(w->ends[1]);
}

static void note_and_stop(void *user, unsigned events)
{
	struct world *w = user;
	w->events = events;
	w->calls++;
	loop_stop(w->loop);
}

static void tell_write(struct world *w, char octet)
{
	assert_int_equal(write(w->ends[1], &octet, 1), 1);
}

static void test_watch_events(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		unsigned watched, want;
		int send, hang_up;
	} rows[] = {
	    {"readable", LOOP_READ, LOOP_READ, 1, 0},
	    {"writable", LOOP_WRITE, LOOP_WRITE, 0, 0},
	    {"both", LOOP_READ | LOOP_WRITE, LOOP_READ | LOOP_WRITE, 1, 0},
	    {"only what is watched", LOOP_WRITE, LOOP_WRITE, 1, 0},
	    {"the end is readable", LOOP_READ, LOOP_READ, 0, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world w;
		print_message("%s\n", rows[i].label);
		set_up(&w);
		w.watch = loop_watch_open(w.loop, w.ends[0], rows[i].watched, note_and_stop, &w);
		assert_non_null(w.watch);
		if (rows[i].send)
			tell_write(&w, 'x');
		if (rows[i].hang_up)
			assert_int_equal(shutdown(w.ends[1], SHUT_RDWR), 0);
		loop_run(w.loop);
		assert_int_equal(w.events, rows[i].want);
		loop_watch_close(w.watch);
		tear_down(&w);
	}
}

static void test_watch_refused(void **state)
{
	(void)state;
	struct world w;
	FILE *file = tmpfile();
	set_up(&w);
	assert_non_null(file);
	assert_null(loop_watch_open(w.loop, fileno(file), LOOP_READ, note_and_stop, &w));
	fclose(file);
	tear_down(&w);
}

static void stop_loop(void *user)
{
	struct world *w = user;
	w->other_calls++;
	loop_stop(w->loop);
}

static void test_watch_paused(void **state)
{
	(void)state;
	struct world w;
	set_up(&w);
	w.watch = loop_watch_open(w.loop, w.ends[0], LOOP_READ, note_and_stop, &w);
	w.timer = loop_timer_create(w.loop, stop_loop, &w);
	tell_write(&w, 'x');
	loop_watch_set(w.watch, 0);
	loop_timer_start(w.timer, 5);
	loop_run(w.loop);
	assert_int_equal(w.calls, 0);
	loop_watch_set(w.watch, LOOP_READ);
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);
	loop_watch_close(w.watch);
	loop_timer_destroy(w.timer);
	tear_down(&w);
}

static void close_everything(void *user, unsigned events)
{
	struct world *w = user;
	(void)events;
	w->calls++;
	loop_watch_close(w->watch);
	loop_watch_close(w->other);
	loop_timer_destroy(w->timer);
	close(w->ends[0]);
	w->ends[0] = dup(w->ends[1]); /* the number is free at once */
}

static void note_other(void *user, unsigned events)
{
	struct world *w = user;
	(void)events;
	w->other_calls++;
	loop_stop(w->loop);
}

/* One that rests is never told, is taken up again by the same file only, and holds no loop up. */
static void test_watch_resting(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		unsigned before, after; /* events; after 0: not opened again */
		int run_first;          /* what rests has been waited for already */
		int another_file;       /* the descriptor is closed, and another gets its number */
	} rows[] = {
	    {"the same file, the same events", LOOP_READ, LOOP_READ, 1, 0},
	    {"the same file, other events", LOOP_WRITE, LOOP_READ, 1, 0},
	    {"the same file, never waited for", LOOP_READ, LOOP_READ, 0, 0},
	    {"another file, the same events", LOOP_READ, LOOP_READ, 1, 1},
	    {"another file, other events", LOOP_WRITE, LOOP_READ, 1, 1},
	    {"another file, never waited for", LOOP_READ, LOOP_READ, 0, 1},
	    {"not again", LOOP_READ, 0, 1, 0},
	    {"not again, closed", LOOP_READ, 0, 0, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world w;
		int others[2];
		print_message("%s\n", rows[i].label);
		set_up(&w);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, others), 0);
		tell_write(&w, 'x');
		assert_int_equal(write(others[1], "x", 1), 1);
		w.watch = loop_watch_open(w.loop, w.ends[0], rows[i].before, note_and_stop, &w);
		if (rows[i].run_first)
			loop_run(w.loop);
		w.calls = 0;
		loop_watch_park(w.watch);
		if (rows[i].another_file) {
			close(w.ends[0]);
			assert_int_equal(dup2(others[0], w.ends[0]), w.ends[0]);
		}
		if (rows[i].after)
			w.watch = loop_watch_open(w.loop, w.ends[0], rows[i].after, note_other, &w);
		loop_run(w.loop);
		assert_int_equal(w.calls, 0);
		assert_int_equal(w.other_calls, rows[i].after != 0);
		if (rows[i].after)
			loop_watch_close(w.watch);
		close(others[0]);
		close(others[1]);
		tear_down(&w);
	}
}

static void rest_other(void *user, unsigned events)
{
	struct world *w = user;
	(void)events;
	w->calls++;
	loop_watch_park(w->other);
	w->other = NULL;
	loop_watch_park(w->watch);
	loop_timer_start(w->timer, 5);
}

/* Two are ready at once, and the first lets both rest. */
static void test_resting_in_a_callback(void **state)
{
	(void)state;
	struct world w;
	set_up(&w);
	tell_write(&w, 'x');
	w.watch = loop_watch_open(w.loop, w.ends[0], LOOP_READ, rest_other, &w);
	w.other = loop_watch_open(w.loop, w.ends[1], LOOP_WRITE, rest_other, &w);
	w.timer = loop_timer_create(w.loop, stop_loop, &w);
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);
	assert_int_equal(w.other_calls, 1);
	loop_timer_destroy(w.timer);
	tear_down(&w);
}

static void test_closing_in_a_callback(void **state)
{
	(void)state;
	struct world w;
	set_up(&w);
	/* Both are ready: whichever comes first closes both and the timer, and nothing is left. */
	w.watch = loop_watch_open(w.loop, w.ends[0], LOOP_READ | LOOP_WRITE, close_everything, &w);
	w.other = loop_watch_open(w.loop, w.ends[1], LOOP_WRITE, close_everything, &w);
	w.timer = loop_timer_create(w.loop, stop_loop, &w);
	loop_timer_start(w.timer, 1000);
	tell_write(&w, 'x');
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);
	assert_int_equal(w.other_calls, 0);
	tear_down(&w);
}

static void count(void *user)
{
	((struct world *)user)->calls++;
}

static void destroy_both(void *user)
{
	struct world *w = user;
	w->calls++;
	loop_timer_destroy(w->timer);
	loop_timer_destroy(w->other_timer);
}

static void restart_twice(void *user)
{
	struct world *w = user;
	if (++w->calls < 3)
		loop_timer_start(w->timer, 1);
}

static void test_timers(void **state)
{
	(void)state;
	struct world w;
	set_up(&w);

	w.timer = loop_timer_create(w.loop, count, &w);
	loop_run(w.loop); /* one that was not started does not fire, nor keep the loop */
	assert_int_equal(w.calls, 0);

	uint64_t before = loop_now_ms(w.loop);
	loop_timer_start(w.timer, 1000);
	loop_timer_start(w.timer, 20); /* instead */
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);
	assert_in_range(loop_now_ms(w.loop) - before, 20, 900);

	loop_timer_start(w.timer, 5);
	loop_timer_stop(w.timer);
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);
	loop_timer_destroy(w.timer);

	w.calls = 0;
	w.timer = loop_timer_create(w.loop, restart_twice, &w);
	loop_timer_start(w.timer, 0);
	loop_run(w.loop);
	assert_int_equal(w.calls, 3);
	loop_timer_destroy(w.timer);

	w.calls = 0;
	w.timer = loop_timer_create(w.loop, destroy_both, &w);
	w.other_timer = loop_timer_create(w.loop, count, &w);
	loop_timer_start(w.timer, 1);
	loop_timer_start(w.other_timer, 5);
	loop_run(w.loop);
	assert_int_equal(w.calls, 1);

	tear_down(&w);
}

static void send_signal(void *user)
{
	(void)user;
	raise(SIGUSR1);
}

static void test_signal(void **state)
{
	(void)state;
	struct world w;
	set_up(&w);
	loop_on_signal(w.loop, SIGUSR1, stop_loop, &w);
	loop_run(w.loop); /* a signal alone is no reason to wait */
	assert_int_equal(w.other_calls, 0);
	w.timer = loop_timer_create(w.loop, send_signal, &w);
	w.other_timer = loop_timer_create(w.loop, count, &w);
	loop_timer_start(w.timer, 1);
	loop_timer_start(w.other_timer, 5000);
	loop_run(w.loop);
	assert_int_equal(w.other_calls, 1);
	assert_int_equal(w.calls, 0);
	loop_timer_destroy(w.timer);
	loop_timer_destroy(w.other_timer);
	tear_down(&w);
}

static void test_nothing(void **state)
{
	(void)state;
	loop_watch_close(NULL);
	loop_timer_destroy(NULL);
	loop_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_watch_events),
	    cmocka_unit_test(test_watch_refused),
	    cmocka_unit_test(test_watch_paused),
	    cmocka_unit_test(test_watch_resting),
	    cmocka_unit_test(test_resting_in_a_callback),
	    cmocka_unit_test(test_closing_in_a_callback),
	    cmocka_unit_test(test_timers),
	    cmocka_unit_test(test_signal),
	    cmocka_unit_test(test_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
