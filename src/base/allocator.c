/*
 * allocator.c - puts the program's answer to having no memory left in front of the C library's
 * allocator, for the libraries too: what they make of a failed allocation looks like a fault of the
 * peer ("a line of the header is too long", a certificate that cannot be read), and some end by
 * abort(). So no allocation fails: the program stops (arena.h).
 *
 * The C library lets a program bring its own malloc() (glibc's manual, "Replacing malloc"); these
 * hand everything on to glibc's, so free() and all else stay as they are.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "arena.h"

/* glibc's own, under the names that it keeps for programs which replace malloc(). */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void *stop_without(void *memory)
{
	if (!memory)
		memory_exhausted();
	return memory;
}

void *malloc(size_t size)
{
	return stop_without(__libc_malloc(size));
}

void *calloc(size_t nmemb, size_t size)
{
	return stop_without(__libc_calloc(nmemb, size));
}

void *realloc(void *ptr, size_t size)
{
	void *memory = __libc_realloc(ptr, size);
	return ptr && size == 0 ? memory : stop_without(memory); /* size 0 frees and gives NULL */
}

void *memalign(size_t alignment, size_t size)
{
	return stop_without(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return stop_without(__libc_memalign(alignment, size));
}

int posix_memalign(void **memptr, size_t alignment, size_t size)
{
	if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || !alignment)
		return EINVAL;
	*memptr = stop_without(__libc_memalign(alignment, size));
	return 0;
}
