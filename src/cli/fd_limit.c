/* fd_limit.c owns the process's table of open files, as far as its size goes. */
#include "fd_limit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

#include "limit.h"

void fd_limit_hold_standard(void)
{
	/* Standard input, output and error, the first two the wrong way round: reading the one or
	 * writing to the other is to be an error where it was closed. */
	static const int ways[] = {O_WRONLY, O_RDONLY, O_WRONLY};
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", ways[fd]); /* gets the lowest free number: fd */
}

/* Of a million nobody uses more than the first. */
enum { LOOKED_AT = 4096 };

/* A connection may be two for a moment: libcurl tries both families. */
enum { FILES_OF_CONNECTION = 2 };

/* By one system call: the kernel marks the numbers where nothing is open. */
static size_t count_open(size_t limit)
{
	struct pollfd files[LOOKED_AT];
	size_t asked = 0, count = 0;

	for (; asked < limit && asked < LOOKED_AT; asked++)
		files[asked] = (struct pollfd){.fd = (int)asked};
	if (poll(files, asked, 0) < 0)
		return 0;
	for (size_t i = 0; i < asked; i++)
		count += !(files[i].revents & POLLNVAL);
	return count;
}

bool fd_limit_raise(size_t *left)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
		*left = LIMIT_LEAST_DESCRIPTORS;
		return true;
	}
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	size_t allowed = (size_t)limit.rlim_cur, open = count_open(allowed);
	*left = allowed > open ? allowed - open : 0;
	return *left >= LIMIT_LEAST_DESCRIPTORS;
}

size_t fd_limit_connections(size_t left)
{
	return (left - LIMIT_OWN_DESCRIPTORS) / FILES_OF_CONNECTION;
}
