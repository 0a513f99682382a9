/*
 * sandbox_seccomp.c owns the filter of system calls; alone knows libseccomp.
 *
 * The list is what strace saw of this program and its libraries in every mode, and what the C
 * library makes of the same functions on other machines.
 */
#include "sandbox_seccomp.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Allowed whatever the arguments. */
static const int plain_calls[] = {
    /* memory; where the protection counts: below */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    /* time and randomness */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_getres_time64),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_nanosleep_time64),
    SCMP_SYS(nanosleep),
    SCMP_SYS(getrandom),
    /* descriptors that are open */
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(close),
    SCMP_SYS(getdents64),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    /* what a file is, not what is in it */
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(stat),
    SCMP_SYS(stat64),
    SCMP_SYS(lstat),
    SCMP_SYS(lstat64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),
    SCMP_SYS(statx),
    /* sockets, once they are there */
    SCMP_SYS(connect),
    SCMP_SYS(recv),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(send),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    /* signals that come, and the end */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* who and where this is: OpenSSL asks its process, qsort() the size of the memory */
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
};

/* Nothing makes these here but what has taken the program over. */
static const int deadly_calls[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
};

/* What makes a ring of io_uring and tells it what to do. */
static const int ring_calls[] = {
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
};

/* Allowed where up to two arguments are right: those masked, equal the values. */
struct argument {
	unsigned number;
	scmp_datum_t mask, value;
};

enum { CONDITIONS = 2 };

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define ALL_BITS UINT32_MAX
#define UNUSED                                                                                     \
	{                                                                                          \
		0, 0, 0                                                                            \
	}
/* What open() would have to be told to change anything; O_TMPFILE cannot do without O_ACCMODE. */
#define CHANGES (O_ACCMODE | O_CREAT | O_TRUNC)
enum { OUTPUT = 1 }; /* the descriptor of the report */
/* The kind of a socket: the type, without the flags that come with it. */
#define KIND (ALL_BITS & ~(scmp_datum_t)(SOCK_CLOEXEC | SOCK_NONBLOCK))

static const struct {
	int call;
	struct argument conditions[CONDITIONS];
} conditional_calls[] = {
    /* no memory with code in it, as what is written there came from the network; none shared, as
     * the queues of an inherited ring are, which a thread of the kernel may read */
    {SCMP_SYS(mmap), {{2, PROT_EXEC, 0}, {3, MAP_SHARED, 0}}},
    {SCMP_SYS(mmap2), {{2, PROT_EXEC, 0}, {3, MAP_SHARED, 0}}},
    {SCMP_SYS(mprotect), {{2, PROT_EXEC, 0}, UNUSED}},
    /* for reading only */
    {SCMP_SYS(open), {{1, CHANGES, O_RDONLY}, UNUSED}},
    {SCMP_SYS(openat), {{2, CHANGES, O_RDONLY}, UNUSED}},
    /* half a line taken back from a file that is full (output.c) */
    {SCMP_SYS(ftruncate), {{0, ALL_BITS, OUTPUT}, UNUSED}},
    {SCMP_SYS(ftruncate64), {{0, ALL_BITS, OUTPUT}, UNUSED}},
    /* TCP */
    {SCMP_SYS(socket), {{0, ALL_BITS, AF_INET}, {1, KIND, SOCK_STREAM}}},
    {SCMP_SYS(socket), {{0, ALL_BITS, AF_INET6}, {1, KIND, SOCK_STREAM}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, IPPROTO_TCP}, {2, ALL_BITS, TCP_NODELAY}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, IPPROTO_TCP}, {2, ALL_BITS, TCP_QUICKACK}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, IPPROTO_TCP}, {2, ALL_BITS, TCP_FASTOPEN_CONNECT}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, SOL_SOCKET}, {2, ALL_BITS, SO_KEEPALIVE}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, SOL_SOCKET}, {2, ALL_BITS, SO_RCVLOWAT}}},
    {SCMP_SYS(setsockopt), {{1, ALL_BITS, SOL_SOCKET}, {2, ALL_BITS, SO_LINGER}}},
    /* to whom it is connected: this flag connects, past Landlock's limit on ports */
    {SCMP_SYS(sendto), {{3, MSG_FASTOPEN, 0}, UNUSED}},
    {SCMP_SYS(sendmsg), {{2, MSG_FASTOPEN, 0}, UNUSED}},
    /* flags of descriptors, without the signals that they can send */
    {SCMP_SYS(fcntl), {{1, ALL_BITS, F_GETFD}, UNUSED}},
    {SCMP_SYS(fcntl), {{1, ALL_BITS, F_SETFD}, UNUSED}},
    {SCMP_SYS(fcntl), {{1, ALL_BITS, F_GETFL}, UNUSED}},
    {SCMP_SYS(fcntl), {{1, ALL_BITS, F_SETFL}, UNUSED}},
    {SCMP_SYS(fcntl64), {{1, ALL_BITS, F_GETFD}, UNUSED}},
    {SCMP_SYS(fcntl64), {{1, ALL_BITS, F_SETFD}, UNUSED}},
    {SCMP_SYS(fcntl64), {{1, ALL_BITS, F_GETFL}, UNUSED}},
    {SCMP_SYS(fcntl64), {{1, ALL_BITS, F_SETFL}, UNUSED}},
    /* is this a terminal, how wide is it; never typing into it */
    {SCMP_SYS(ioctl), {{1, ALL_BITS, TCGETS}, UNUSED}},
    {SCMP_SYS(ioctl), {{1, ALL_BITS, TCGETS2}, UNUSED}},
    {SCMP_SYS(ioctl), {{1, ALL_BITS, TIOCGWINSZ}, UNUSED}},
    {SCMP_SYS(ioctl), {{1, ALL_BITS, FIONBIO}, UNUSED}},
    {SCMP_SYS(ioctl), {{1, ALL_BITS, FIONREAD}, UNUSED}},
    /* limits are read, not set: the third argument is the new one */
    {SCMP_SYS(prlimit64), {{0, ALL_BITS, 0}, {2, UINT64_MAX, 0}}},
};

static int add_all(scmp_filter_ctx filter, uint32_t answer, const int calls[], size_t count)
{
	int rc = 0;
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = seccomp_rule_add(filter, answer, calls[i], 0);
	return rc;
}

static int allow_conditional(scmp_filter_ctx filter)
{
	int rc = 0;
	for (size_t i = 0; i < LENGTH(conditional_calls) && rc == 0; i++) {
		struct scmp_arg_cmp compare[CONDITIONS];
		unsigned count = 0;
		for (size_t k = 0; k < CONDITIONS; k++) {
			const struct argument *a = &conditional_calls[i].conditions[k];
			if (a->mask)
				compare[count++] =
				    SCMP_CMP64(a->number, SCMP_CMP_MASKED_EQ, a->mask, a->value);
		}
		rc = seccomp_rule_add_array(
		    filter, SCMP_ACT_ALLOW, conditional_calls[i].call, count, compare);
	}
	return rc;
}

/* abort() and raise() send a signal; only to ourselves. */
static int allow_own_signal(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	    SCMP_A0_64(SCMP_CMP_MASKED_EQ, ALL_BITS, (scmp_datum_t)getpid()));
}

/* How it is compiled and loaded. Calls of a foreign architecture would pass by these numbers. */
static int set_up(scmp_filter_ctx filter)
{
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0)
		rc = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	return rc;
}

bool sandbox_seccomp_is_there(void)
{
	/* Where there is such a call it minds the missing filter first. */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL) < 0 &&
	       errno == EFAULT;
}

static int add_ring_rules(scmp_filter_ctx filter)
{
	return add_all(filter, SCMP_ACT_ERRNO(ENOSYS), ring_calls, LENGTH(ring_calls));
}

static int add_rules(scmp_filter_ctx filter)
{
	int rc = add_all(filter, SCMP_ACT_ALLOW, plain_calls, LENGTH(plain_calls));
	if (rc == 0)
		rc = allow_conditional(filter);
	if (rc == 0)
		rc = allow_own_signal(filter);
	if (rc == 0)
		rc = add_all(filter, SCMP_ACT_KILL_PROCESS, deadly_calls, LENGTH(deadly_calls));
	return rc;
}

/* Loads a filter of these rules, and this answer to all that they do not name. */
static int load(int add(scmp_filter_ctx), uint32_t other_calls)
{
	if (!sandbox_seccomp_is_there())
		return ENOSYS;
	scmp_filter_ctx filter = seccomp_init(other_calls);
	if (!filter)
		return ENOMEM;
	int rc = set_up(filter);
	if (rc == 0)
		rc = add(filter);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return -rc;
}

int sandbox_seccomp_forbid_rings(void)
{
	return load(add_ring_rules, SCMP_ACT_ALLOW);
}

static int add_rules_and_datagrams(scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6};
	int rc = add_rules(filter);
	for (size_t i = 0; i < LENGTH(families) && rc == 0; i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
		    SCMP_A0_64(SCMP_CMP_MASKED_EQ, ALL_BITS, (scmp_datum_t)families[i]),
		    SCMP_A1_64(SCMP_CMP_MASKED_EQ, KIND, SOCK_DGRAM));
	return rc;
}

int sandbox_seccomp_enter(bool datagrams)
{
	return load(datagrams ? add_rules_and_datagrams : add_rules, SCMP_ACT_ERRNO(ENOSYS));
}
