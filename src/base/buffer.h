/* buffer.h - a growing byte string: input read from a connection, report text being written. */
#ifndef MXDANE_BUFFER_H
#define MXDANE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* Empty when zero-initialized. `data` is NUL-terminated once something was added. */
struct buffer {
	char *data;
	size_t length;
	size_t capacity;
};

/* Lengths are in octets. */
void buffer_add(struct buffer *b, const void *data, size_t length);
void buffer_add_text(struct buffer *b, const char *text);
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drops `length` bytes from the front. */
void buffer_consume(struct buffer *b, size_t length);
/* The text, "" when empty. */
const char *buffer_text(const struct buffer *b);
void buffer_reset(struct buffer *b); /* empties and frees */

#endif
