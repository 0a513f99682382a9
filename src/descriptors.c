/* descriptors.c owns the process's table of open files, as far as its size goes. */
#include "descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "limit.h"

void descriptors_hold_standard(void)
{
	/* Standard input, output and error, the first two the wrong way round: reading the one or
	 * writing to the other is to be an error where it was closed. */
	static const int ways[] = {O_WRONLY, O_RDONLY, O_WRONLY};
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", ways[fd]); /* gets the lowest free number: fd */
}

/* Only asked where it matters: there may be a million to look at. */
static size_t count_open(size_t limit)
{
	size_t count = 0;
	for (size_t fd = 0; fd < limit; fd++)
		count += fcntl((int)fd, F_GETFD) >= 0;
	return count;
}

bool descriptors_raise_limit(size_t *left)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return true;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur / 16 > LIMIT_LEAST_DESCRIPTORS)
		return true;
	size_t allowed = (size_t)limit.rlim_cur, open = count_open(allowed);
	*left = allowed > open ? allowed - open : 0;
	return *left >= LIMIT_LEAST_DESCRIPTORS;
}
