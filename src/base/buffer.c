/* buffer.c owns growing byte strings. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { SMALLEST = 256 };

static void reserve(struct buffer *b, size_t more)
{
	size_t wanted = b->length + more + 1;
	if (wanted <= b->capacity)
		return;
	size_t capacity = b->capacity ? b->capacity : SMALLEST;
	while (capacity < wanted)
		capacity *= 2;
	b->data = memory_resize(b->data, capacity);
	b->capacity = capacity;
}

void buffer_add(struct buffer *b, const void *data, size_t length)
{
	reserve(b, length);
	if (length)
		memcpy(b->data + b->length, data, length);
	b->length += length;
	b->data[b->length] = '\0';
}

void buffer_add_text(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int length = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (length < 0)
		return; /* an encoding error: nothing can be added */
	reserve(b, (size_t)length);
	va_start(ap, format);
	(void)vsnprintf(b->data + b->length, (size_t)length + 1, format, ap); /* length is known */
	va_end(ap);
	b->length += (size_t)length;
}

void buffer_consume(struct buffer *b, size_t length)
{
	if (!length)
		return;
	b->length -= length;
	memmove(b->data, b->data + length, b->length + 1);
}

const char *buffer_text(const struct buffer *b)
{
	return b->data ? b->data : "";
}

void buffer_reset(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}
