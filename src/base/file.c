/* file.c - reads a file into memory, up to a limit. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool file_read_descriptor(int fd, size_t limit, struct buffer *text)
{
	char block[16 * 1024];
	ssize_t got;

	while ((got = read(fd, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if ((size_t)got > limit) {
			buffer_add(text, block, limit);
			errno = EFBIG;
			return false;
		}
		buffer_add(text, block, (size_t)got);
		limit -= (size_t)got;
	}
	return true;
}

bool file_read(const char *path, size_t limit, struct buffer *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	bool good = file_read_descriptor(fd, limit, text);
	int error = errno;
	(void)close(fd); /* read only: nothing can be lost */
	errno = error;
	return good;
}
