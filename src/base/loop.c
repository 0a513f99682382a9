/*
 * loop.c - owns the event loop: libuv's polls, timers and signals behind plain callbacks.
 *
 * libuv gives a handle back only in a later iteration, so each object here outlives its close or
 * destroy by that much and is freed in libuv's close callback, never by the caller.
 */
#include "loop.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <utlist.h>
#include <uv.h>

#include "arena.h"

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare; /* runs while there are parked watches, before the loop waits */
	struct loop_watch *parked;
	struct signal_handle *signals;
};

struct loop_watch {
	uv_poll_t poll;
	struct loop *loop;
	int fd;
	ino_t inode; /* of the open file; 0: not known yet */
	unsigned events;
	loop_watch_cb *cb; /* NULL while parked */
	void *user;
	struct loop_watch *prev, *next; /* while parked */
};

struct loop_timer {
	uv_timer_t timer;
	loop_cb *cb;
	void *user;
};

struct signal_handle {
	uv_signal_t signal;
	loop_cb *cb;
	void *user;
	struct signal_handle *next;
};

struct loop *loop_create(void)
{
	struct loop *loop = memory_alloc(sizeof(*loop));

	/* No io_uring, where sandbox_forbid_rings() could not forbid it. */
	(void)setenv("UV_USE_IO_URING", "0", 1);
	if (uv_loop_init(&loop->uv) != 0) {
		free(loop);
		return NULL;
	}
	(void)uv_prepare_init(&loop->uv, &loop->prepare); /* cannot fail */
	loop->prepare.data = NULL;                        /* nothing to free */
	return loop;
}

static void free_handle(uv_handle_t *handle)
{
	free(handle->data);
}

/* Their descriptors may be closed already, so libuv must not poll them again. */
static void close_parked(struct loop *loop)
{
	struct loop_watch *watch, *after;

	DL_FOREACH_SAFE(loop->parked, watch, after)
	{
		loop_watch_close(watch);
	}
	loop->parked = NULL;
}

static void on_prepare(uv_prepare_t *prepare)
{
	struct loop *loop = (struct loop *)((char *)prepare - offsetof(struct loop, prepare));

	close_parked(loop);
	(void)uv_prepare_stop(prepare);
}

void loop_destroy(struct loop *loop)
{
	struct signal_handle *next;
	int rc;

	if (!loop)
		return;
	close_parked(loop);
	uv_close((uv_handle_t *)&loop->prepare, free_handle);
	for (struct signal_handle *s = loop->signals; s; s = next) {
		next = s->next;
		uv_close((uv_handle_t *)&s->signal, free_handle);
	}
	/* One pass calls the close callbacks that are still due; one more before it, for a
	 * loop_stop that nothing ran into would end that pass before it began. */
	(void)uv_run(&loop->uv, UV_RUN_NOWAIT);
	(void)uv_run(&loop->uv, UV_RUN_NOWAIT);
	rc = uv_loop_close(&loop->uv);
	assert(rc == 0); /* a caller kept a handle */
	(void)rc;
	free(loop);
}

void loop_run(struct loop *loop)
{
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT); /* says whether handles are left: of no use here */
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

uint64_t loop_now_ms(const struct loop *loop)
{
	return uv_now(&loop->uv);
}

static void on_poll(uv_poll_t *poll, int status, int ready);

/* Neither libuv call fails on a handle that is not closing. */
static void apply_events(struct loop_watch *watch)
{
	int wanted = 0;

	if (watch->events & LOOP_READ)
		wanted |= UV_READABLE;
	if (watch->events & LOOP_WRITE)
		wanted |= UV_WRITABLE;
	if (wanted)
		(void)uv_poll_start(&watch->poll, wanted, on_poll);
	else
		(void)uv_poll_stop(&watch->poll);
}

static void on_poll(uv_poll_t *poll, int status, int ready)
{
	struct loop_watch *watch = poll->data;
	unsigned events = 0;

	if (!watch->cb) {
		watch->inode = 0; /* closed for certain: after an error libuv has stopped it */
		return;
	}
	if (status < 0) {
		/* libuv has stopped the poll; the callback may want to go on all the same. */
		apply_events(watch);
		events = watch->events;
	}
	if (ready & UV_READABLE)
		events |= LOOP_READ;
	if (ready & UV_WRITABLE)
		events |= LOOP_WRITE;
	watch->cb(watch->user, events);
}

/* 0 for what has none. Two files that are open at once never have the same. */
static ino_t inode_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static struct loop_watch *create_watch(struct loop *loop, int fd)
{
	struct loop_watch *watch = memory_alloc(sizeof(*watch));

	if (uv_poll_init(&loop->uv, &watch->poll, fd) != 0) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->loop = loop;
	watch->fd = fd;
	return watch;
}

/* The parked watch of what is open at `fd`. One of what was open there before is closed. */
static struct loop_watch *unpark(struct loop *loop, int fd)
{
	struct loop_watch *watch;

	DL_FOREACH(loop->parked, watch)
	{
		if (watch->fd == fd)
			break;
	}
	if (!watch)
		return NULL;
	DL_DELETE(loop->parked, watch);
	if (watch->inode != 0 && watch->inode == inode_of(fd))
		return watch;
	loop_watch_close(watch);
	return NULL;
}

struct loop_watch *loop_watch_open(
    struct loop *loop, int fd, unsigned events, loop_watch_cb *cb, void *user)
{
	struct loop_watch *watch = unpark(loop, fd);

	if (!watch)
		watch = create_watch(loop, fd);
	if (!watch)
		return NULL;
	watch->cb = cb;
	watch->user = user;
	loop_watch_set(watch, events);
	return watch;
}

void loop_watch_set(struct loop_watch *watch, unsigned events)
{
	if (events == watch->events)
		return;
	watch->events = events;
	apply_events(watch);
}

void loop_watch_park(struct loop_watch *watch)
{
	if (!watch)
		return;
	watch->cb = NULL;
	if (watch->inode == 0)
		watch->inode = inode_of(watch->fd);
	DL_APPEND(watch->loop->parked, watch);
	(void)uv_prepare_start(&watch->loop->prepare, on_prepare);
}

void loop_watch_close(struct loop_watch *watch)
{
	if (watch)
		uv_close((uv_handle_t *)&watch->poll, free_handle);
}

static void on_timer(uv_timer_t *timer)
{
	struct loop_timer *t = timer->data;

	t->cb(t->user);
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_cb *cb, void *user)
{
	struct loop_timer *timer = memory_alloc(sizeof(*timer));

	(void)uv_timer_init(&loop->uv, &timer->timer); /* cannot fail */
	timer->timer.data = timer;
	timer->cb = cb;
	timer->user = user;
	return timer;
}

void loop_timer_start(struct loop_timer *timer, uint64_t delay_ms)
{
	/* The loop's idea of now is from the start of the iteration: after long work (signature
	 * checks) a deadline counted from it would come early. */
	uv_update_time(timer->timer.loop);
	(void)uv_timer_start(&timer->timer, on_timer, delay_ms, 0);
}

void loop_timer_stop(struct loop_timer *timer)
{
	(void)uv_timer_stop(&timer->timer);
}

void loop_timer_destroy(struct loop_timer *timer)
{
	if (timer)
		uv_close((uv_handle_t *)&timer->timer, free_handle);
}

static void on_signal(uv_signal_t *signal, int signum)
{
	struct signal_handle *s = signal->data;

	(void)signum;
	s->cb(s->user);
}

void loop_on_signal(struct loop *loop, int signum, loop_cb *cb, void *user)
{
	struct signal_handle *s = memory_alloc(sizeof(*s));

	s->cb = cb;
	s->user = user;
	if (uv_signal_init(&loop->uv, &s->signal) != 0) {
		free(s); /* no descriptors for libuv's pipe: the signal keeps its default effect */
		return;
	}
	s->signal.data = s;
	s->next = loop->signals;
	loop->signals = s;
	(void)uv_signal_start(&s->signal, on_signal, signum);
	/* Waiting for a signal alone is no reason to go on running. */
	uv_unref((uv_handle_t *)&s->signal);
}
