/* The sandbox from inside: each row is a process of its own that enters it and tries one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"
#include "sandbox.h"

/* What the rows work on; made before the sandbox. */
static struct {
	char folder[64]; /* may be read, with all below */
	char inside[96], outside[64];
	int writable; /* a file, not standard output */
	int pipe[2];
	int listener;
	uint16_t port, other_port; /* of listeners; only the first may be connected to */
	pid_t neighbor;
	int ring; /* -1: none in this kernel */
} w;

/* Each try below says whether it came off, and leaves errno when it did not. */

static bool works(long result)
{
	return result >= 0;
}

static bool opens(const char *path, int flags)
{
	return works(open(path, flags | O_CLOEXEC, 0600));
}

static int make_ring(void)
{
	struct io_uring_params params = {0};
	return (int)syscall(SYS_io_uring_setup, 1, &params);
}

static bool connects(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return fd >= 0 && works(connect(fd, (struct sockaddr *)&to, sizeof to));
}

/* ---- Refused ---- */

static bool write_a_file(void)
{
	return opens(w.inside, O_WRONLY);
}

static bool read_and_write_a_file(void)
{
	return opens(w.inside, O_RDWR);
}

static bool empty_a_file(void)
{
	return opens(w.inside, O_RDONLY | O_TRUNC);
}

static bool shorten_an_open_file(void)
{
	return works(ftruncate(w.writable, 0));
}

static bool make_a_file(void)
{
	return opens("new-file-of-test-sandbox", O_RDONLY | O_CREAT);
}

static bool open_by_openat2(void)
{
	uint64_t how[3] = {O_RDONLY};
	return works(syscall(SYS_openat2, AT_FDCWD, w.inside, how, sizeof how));
}

static bool remove_a_file(void)
{
	return works(unlink(w.inside));
}

static bool rename_a_file(void)
{
	return works(rename(w.inside, w.outside));
}

static bool make_a_folder(void)
{
	return works(mkdir("new-folder-of-test-sandbox", 0700));
}

static bool change_a_mode(void)
{
	return works(chmod(w.inside, 0644));
}

static bool open_udp(void)
{
	return works(socket(AF_INET, SOCK_DGRAM, 0));
}

static bool open_raw(void)
{
	return works(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
}

static bool open_unix(void)
{
	return works(socket(AF_UNIX, SOCK_STREAM, 0));
}

static bool open_netlink(void)
{
	return works(socket(AF_NETLINK, SOCK_RAW, 0));
}

static bool open_packet(void)
{
	return works(socket(AF_PACKET, SOCK_RAW, 0));
}

static bool bind_a_port(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && works(bind(fd, (struct sockaddr *)&any, sizeof any));
}

static bool listen_for_others(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return fd >= 0 && works(listen(fd, 1)); /* unbound: the kernel would find a port */
}

static bool accept_others(void)
{
	return works(accept4(w.listener, NULL, NULL, SOCK_NONBLOCK));
}

static bool connect_by_the_flag_of_sending(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(w.other_port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return works(sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&to, sizeof to));
}

static bool have_a_child(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return works(child);
}

static bool kill_a_neighbor(void)
{
	return works(kill(w.neighbor, SIGTERM));
}

static bool kill_a_neighbors_thread(void)
{
	return works(syscall(SYS_tgkill, w.neighbor, w.neighbor, SIGTERM));
}

static bool get_memory_for_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool make_memory_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page != MAP_FAILED && works(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static bool raise_a_limit(void)
{
	return works(setrlimit(RLIMIT_CORE, &(struct rlimit){0}));
}

static bool become_dumpable(void)
{
	return works(prctl(PR_SET_DUMPABLE, 1));
}

static bool type_into_a_terminal(void)
{
	return works(ioctl(w.pipe[0], TIOCSTI, "x"));
}

static bool set_up_a_ring(void)
{
	return works(make_ring());
}

static bool make_an_inherited_ring_work(void)
{
	return works(syscall(SYS_io_uring_enter, w.ring, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0));
}

/* In these queues a thread of the kernel would find what it is to do, whoever may call it. */
static bool share_memory_with_an_inherited_ring(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, w.ring, IORING_OFF_SQ_RING) !=
	       MAP_FAILED;
}

/* ---- Deadly ---- */

static bool execute(void)
{
	return works(execl("/bin/true", "true", NULL));
}

static bool trace(void)
{
	return works(ptrace(PTRACE_ATTACH, w.neighbor, NULL, NULL));
}

static bool read_a_neighbor(void)
{
	char byte;
	struct iovec ours = {&byte, 1}, theirs = {&w, 1};
	return works(process_vm_readv(w.neighbor, &ours, 1, &theirs, 1, 0));
}

/* ---- Landlock's ---- */

static bool read_another_file(void)
{
	return opens(w.outside, O_RDONLY);
}

static bool list_another_folder(void)
{
	return opens("/", O_RDONLY | O_DIRECTORY);
}

static bool look_at_its_own_memory(void)
{
	return opens("/proc/self/maps", O_RDONLY);
}

static bool connect_to_another_port(void)
{
	return connects(w.other_port);
}

/* ---- Allowed ---- */

static bool read_the_store(void)
{
	char byte;
	int fd = open(w.inside, O_RDONLY | O_CLOEXEC);
	struct stat status;
	return fd >= 0 && fstat(fd, &status) == 0 && read(fd, &byte, 1) == 1 && byte == 'x' &&
	       close(fd) == 0 && opens(w.folder, O_RDONLY | O_DIRECTORY);
}

static bool look_whether_a_file_is_there(void)
{
	struct stat status;
	return stat(w.outside, &status) == 0;
}

static bool connect_to_the_port(void)
{
	return connects(w.port);
}

static bool talk(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(w.port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, error = -1;
	socklen_t size = sizeof error;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS) &&
	       getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 &&
	       send(fd, "x", 1, MSG_NOSIGNAL) == 1 && shutdown(fd, SHUT_WR) == 0 && close(fd) == 0;
}

static bool ipv6_too(void)
{
	return works(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

static bool write_to_what_is_open(void)
{
	char byte = 0;
	return write(w.pipe[1], "y", 1) == 1 && read(w.pipe[0], &byte, 1) == 1 && byte == 'y';
}

static bool use_much_memory(void)
{
	char *block = NULL;
	for (size_t size = 1 << 10; size <= 1 << 26; size *= 4) {
		char *more = realloc(block, size);
		if (!more)
			break;
		block = more;
		memset(block, 1, size);
	}
	bool good = block && block[(1 << 24) - 1] == 1;
	free(block);
	return good;
}

static void note(void *user)
{
	++*(int *)user;
}

/* A loop made inside would be refused; a run's is there before (below: set up first). */
static struct loop *loop;

static bool wait_for_a_timer_and_a_signal(void)
{
	int fired = 0, caught = 0;
	struct loop_timer *timer = loop_timer_create(loop, note, &fired);
	loop_timer_start(timer, 5);
	loop_on_signal(loop, SIGINT, note, &caught);
	(void)raise(SIGINT);
	for (int i = 0; i < 100 && !(fired && caught); i++) {
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
		loop_timer_start(timer, 0);
		loop_run(loop);
	}
	return fired && caught;
}

static bool ask_clocks_and_chance(void)
{
	struct timespec now;
	char bytes[8];
	return works(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now)) && time(NULL) > 0 &&
	       getrandom(bytes, sizeof bytes, 0) == sizeof bytes && sysconf(_SC_PHYS_PAGES) > 0;
}

static bool abort_as_ever(void)
{
	abort();
}

/* By seccomp, which answers ENOSYS or kills; by Landlock, which answers EACCES. */
enum verdict { REFUSED, KILLED, UNREADABLE, UNREACHABLE, ALLOWED, ABORTED };

#define ROW(verdict, function)                                                                     \
	{                                                                                          \
#function, function, verdict                                                       \
	}

static const struct {
	const char *label;
	bool (*try)(void);
	enum verdict want;
} rows[] = {
    ROW(REFUSED, write_a_file),
    ROW(REFUSED, read_and_write_a_file),
    ROW(REFUSED, empty_a_file),
    ROW(REFUSED, shorten_an_open_file),
    ROW(REFUSED, make_a_file),
    ROW(REFUSED, open_by_openat2),
    ROW(REFUSED, remove_a_file),
    ROW(REFUSED, rename_a_file),
    ROW(REFUSED, make_a_folder),
    ROW(REFUSED, change_a_mode),
    ROW(REFUSED, open_udp),
    ROW(REFUSED, open_raw),
    ROW(REFUSED, open_unix),
    ROW(REFUSED, open_netlink),
    ROW(REFUSED, open_packet),
    ROW(REFUSED, bind_a_port),
    ROW(REFUSED, listen_for_others),
    ROW(REFUSED, accept_others),
    ROW(REFUSED, connect_by_the_flag_of_sending),
    ROW(REFUSED, have_a_child),
    ROW(REFUSED, kill_a_neighbor),
    ROW(REFUSED, kill_a_neighbors_thread),
    ROW(REFUSED, get_memory_for_code),
    ROW(REFUSED, make_memory_code),
    ROW(REFUSED, raise_a_limit),
    ROW(REFUSED, become_dumpable),
    ROW(REFUSED, type_into_a_terminal),
    ROW(REFUSED, set_up_a_ring),
    ROW(REFUSED, make_an_inherited_ring_work),
    ROW(REFUSED, share_memory_with_an_inherited_ring),
    ROW(KILLED, execute),
    ROW(KILLED, trace),
    ROW(KILLED, read_a_neighbor),
    ROW(UNREADABLE, read_another_file),
    ROW(UNREADABLE, list_another_folder),
    ROW(UNREADABLE, look_at_its_own_memory),
    ROW(UNREACHABLE, connect_to_another_port),
    ROW(ALLOWED, read_the_store),
    ROW(ALLOWED, look_whether_a_file_is_there),
    ROW(ALLOWED, connect_to_the_port),
    ROW(ALLOWED, talk),
    ROW(ALLOWED, ipv6_too),
    ROW(ALLOWED, write_to_what_is_open),
    ROW(ALLOWED, use_much_memory),
    ROW(ALLOWED, wait_for_a_timer_and_a_signal),
    ROW(ALLOWED, ask_clocks_and_chance),
    ROW(ABORTED, abort_as_ever),
};

/* Exit statuses: 0, the errno of the try, or this. */
enum { NOT_INSIDE = 255 };

/* The wait status of a process that enters the sandbox, or not, and makes the try. */
static int outcome_with(bool (*try)(void), bool sandboxed, bool datagrams)
{
	const char *paths[] = {w.folder, "/nonexistent"};
	struct sandbox_needs needs = {paths, 2, &w.port, 1, datagrams};
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct arena *arena = arena_create();
		(void)alarm(20);
		(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
		if (sandboxed)
			sandbox_forbid_rings();
		loop = loop_create();
		if (sandboxed && sandbox_enter(&needs, arena))
			_exit(NOT_INSIDE);
		arena_destroy(arena);
		errno = 0;
		_exit(try() ? 0 : errno);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int outcome(bool (*try)(void), bool sandboxed)
{
	return outcome_with(try, sandboxed, false);
}

static bool fits(int status, enum verdict want)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	switch (want) {
	case KILLED: return signal == SIGSYS;
	case ABORTED: return signal == SIGABRT;
	case REFUSED: return !signal && WEXITSTATUS(status) == ENOSYS;
	case UNREADABLE:
	case UNREACHABLE: return !signal && WEXITSTATUS(status) == EACCES;
	default: return !signal && WEXITSTATUS(status) == 0;
	}
}

static int landlock_version(void)
{
	struct arena *arena = arena_create();
	const char *text = strstr(sandbox_describe(arena), "Landlock ");
	int version = text ? atoi(text + strlen("Landlock ")) : 0;
	arena_destroy(arena);
	return version;
}

/* Skips where the sandbox cannot be whole: an old kernel, an instrumented build, valgrind. */
static void need_a_sandbox(void)
{
	struct arena *arena = arena_create();
	bool whole = strncmp(sandbox_describe(arena), "seccomp, ", 9) == 0;
	arena_destroy(arena);
	if (!whole || landlock_version() == 0)
		skip();
}

static void test_what_may_be_done(void **state)
{
	(void)state;
	need_a_sandbox();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].want == UNREACHABLE && landlock_version() < 4)
			continue;
		int status = outcome(rows[i].try, true);
		if (!fits(status, rows[i].want))
			fail_msg("%s: wait status 0x%x", rows[i].label, status);
	}
}

/* With --authoritative UDP sockets are left, and no others. */
static void test_datagrams(void **state)
{
	(void)state;
	need_a_sandbox();
	assert_true(fits(outcome_with(open_udp, true, true), ALLOWED));
	assert_true(fits(outcome_with(open_raw, true, true), REFUSED));
	assert_true(fits(outcome_with(open_netlink, true, true), REFUSED));
}

/* Outside, all of what Landlock forbids can be done: it is not something else that stops it. */
static void test_what_may_be_done_outside(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].want != UNREADABLE && rows[i].want != UNREACHABLE)
			continue;
		int status = outcome(rows[i].try, false);
		if (!fits(status, ALLOWED))
			fail_msg("%s: wait status 0x%x", rows[i].label, status);
	}
}

/* All that stands between the two steps is the ring. */
static void test_rings_go_first(void **state)
{
	int status;
	(void)state;
	need_a_sandbox();
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		sandbox_forbid_rings();
		bool ring = set_up_a_ring() || errno != ENOSYS;
		_exit(!ring && write_a_file() && open_udp() && have_a_child() ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int listen_on(uint16_t *port)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t size = sizeof any;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&any, &size) != 0)
		return -1;
	*port = ntohs(any.sin_port);
	return fd;
}

static bool write_file(const char *path)
{
	FILE *file = fopen(path, "we");
	return file && fputs("x", file) >= 0 && fclose(file) == 0;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(w.folder, "/tmp/test-sandbox-XXXXXX");
	if (!mkdtemp(w.folder) || pipe(w.pipe) != 0)
		return -1;
	(void)snprintf(w.inside, sizeof w.inside, "%s/store", w.folder);
	(void)snprintf(w.outside, sizeof w.outside, "%s.other", w.folder);
	w.ring = make_ring();
	w.listener = listen_on(&w.port);
	w.neighbor = fork();
	if (w.neighbor == 0) {
		(void)alarm(60);
		pause();
		_exit(0);
	}
	bool written = write_file(w.inside) && write_file(w.outside);
	w.writable = open(w.outside, O_WRONLY | O_CLOEXEC);
	return written && w.writable >= 0 && w.listener >= 0 && listen_on(&w.other_port) >= 0 &&
		       w.neighbor > 0
		   ? 0
		   : -1;
}

static int tear_down(void **state)
{
	int status;
	(void)state;
	/* Whoever tried to end it, it is still there. */
	bool alive = waitpid(w.neighbor, &status, WNOHANG) == 0;
	if (alive) {
		(void)kill(w.neighbor, SIGKILL);
		(void)waitpid(w.neighbor, &status, 0);
	}
	bool kept = unlink(w.inside) == 0 && unlink(w.outside) == 0 && rmdir(w.folder) == 0;
	return alive && kept ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_may_be_done),
	    cmocka_unit_test(test_datagrams),
	    cmocka_unit_test(test_what_may_be_done_outside),
	    cmocka_unit_test(test_rings_go_first),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
