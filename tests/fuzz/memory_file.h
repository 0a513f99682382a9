/* memory_file.h - foreign bytes as a file, for what reads one by its name. */
#ifndef MXDANE_FUZZ_MEMORY_FILE_H
#define MXDANE_FUZZ_MEMORY_FILE_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_PATH_SIZE = 64 };

/* The descriptor, for the caller to close; `path` gets the file's name. */
static inline int memory_file(const uint8_t *data, size_t size, char path[MEMORY_PATH_SIZE])
{
	int fd = memfd_create("fuzz", 0);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		__builtin_trap();
	snprintf(path, MEMORY_PATH_SIZE, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
