/* file.h - reads a file into memory, up to a limit. */
#ifndef MXDANE_FILE_H
#define MXDANE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* Appends the file's octets to `text`, which the caller resets. False with errno if that fails:
 * EFBIG where it has more than `limit`, whose first `limit` octets are then in `text`. */
bool file_read(const char *path, size_t limit, struct buffer *text);
/* The same for a descriptor, which stays open. */
bool file_read_descriptor(int fd, size_t limit, struct buffer *text);

#endif
