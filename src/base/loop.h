/*
 * loop.h - the one event loop (libuv): descriptors, timers, signals. Single thread.
 *
 * The only file that knows libuv. A callback may close, stop or destroy any handle, its own
 * included; after loop_watch_close or loop_timer_destroy the callback is never called again and the
 * descriptor may be closed at once.
 */
#ifndef MXDANE_LOOP_H
#define MXDANE_LOOP_H

#include <stdint.h>

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop;
struct loop_watch;
struct loop_timer;

/* `events`: which of LOOP_READ and LOOP_WRITE are ready; an error on the descriptor sets both that
 * are watched, so that the next read or write meets it. */
typedef void loop_watch_cb(void *user, unsigned events);
typedef void loop_cb(void *user);

struct loop *loop_create(void);
/* All handles must have been closed. NULL is allowed. */
void loop_destroy(struct loop *loop);
/* Runs until loop_stop, or until no handle is left. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Milliseconds of the monotonic clock, as of the present loop iteration. */
uint64_t loop_now_ms(const struct loop *loop);

/* NULL if the descriptor cannot be watched (a file, say). */
struct loop_watch *loop_watch_open(
    struct loop *loop, int fd, unsigned events, loop_watch_cb *cb, void *user);
/* Does nothing if `events` is what is watched already; 0 pauses. */
void loop_watch_set(struct loop_watch *watch, unsigned events);
/* Does not close the descriptor. NULL is allowed. */
void loop_watch_close(struct loop_watch *watch);
/*
 * Closes the watch just before the loop waits again, unless loop_watch_open is called for the same
 * open file before that and takes it up again without a system call: for a caller that closes and
 * opens a watch at each step. NULL is allowed. The descriptor may be closed at once.
 */
void loop_watch_park(struct loop_watch *watch);

/* A timer that is not running; it does not fire by itself. */
struct loop_timer *loop_timer_create(struct loop *loop, loop_cb *cb, void *user);
void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms); /* restarts a running one */
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_destroy(struct loop_timer *timer); /* NULL is allowed */

/* Calls `cb` in the loop when the signal arrives; lasts until loop_destroy. */
void loop_on_signal(struct loop *loop, int signum, loop_cb *cb, void *user);

#endif
