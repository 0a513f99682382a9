/* arena.c owns memory that is freed all at once, and the program's end when there is none left. */
#include "arena.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ALIGNMENT = 16,
	FIRST_BLOCK = 1024,
	LARGEST_BLOCK =
	    64 * 1024, /* blocks double up to this; a larger request has its own block */
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char data[];
};

struct arena {
	struct block *blocks; /* the one being filled first */
	size_t next_size;
};

_Noreturn void memory_exhausted(void)
{
	static const char text[] = "mxdane: out of memory\n";
	/* stdio may allocate, so the plain call; nothing is left to do if it fails. */
	ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
	(void)ignored;
	_exit(3);
}

void *memory_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);
	if (!p)
		memory_exhausted();
	return p;
}

void *memory_resize(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);
	if (!p)
		memory_exhausted();
	return p;
}

char *memory_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	return memcpy(memory_alloc(size), text, size);
}

struct arena *arena_create(void)
{
	struct arena *arena = memory_alloc(sizeof *arena);
	arena->next_size = FIRST_BLOCK;
	return arena;
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *b = arena->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(arena);
}

static struct block *add_block(struct arena *arena, size_t least)
{
	size_t size = arena->next_size;
	if (least > size)
		size = least;
	else if (arena->next_size < LARGEST_BLOCK)
		arena->next_size *= 2;
	struct block *b = memory_alloc(sizeof *b + size);
	b->size = size;
	b->next = arena->blocks;
	arena->blocks = b;
	return b;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		memory_exhausted();
	size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	struct block *b = arena->blocks;
	if (!b || b->size - b->used < rounded)
		b = add_block(arena, rounded);
	void *p = b->data + b->used;
	b->used += rounded;
	return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		memory_exhausted();
	return arena_alloc(arena, total);
}

/* Arrays grow at the powers of two, so the count alone tells when one is full. */
void *arena_append(struct arena *arena, void *array, size_t *count, size_t size)
{
	unsigned char *old;
	memcpy(&old, array, sizeof old);
	size_t n = *count;
	if ((n & (n - 1)) == 0) {
		unsigned char *grown = arena_array(arena, n ? 2 * n : 1, size);
		if (n)
			memcpy(grown, old, n * size);
		memcpy(array, &grown, sizeof grown);
		old = grown;
	}
	*count = n + 1;
	return old + n * size;
}

void *arena_memdup(struct arena *arena, const void *data, size_t length)
{
	void *p = arena_alloc(arena, length);
	if (length)
		memcpy(p, data, length);
	return p;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *p = arena_alloc(arena, length + 1);
	memcpy(p, text, length);
	return p;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int length = vsnprintf(NULL, 0, format, ap);
	if (length < 0)
		memory_exhausted();
	char *p = arena_alloc(arena, (size_t)length + 1);
	(void)vsnprintf(p, (size_t)length + 1, format, again); /* its length is known */
	va_end(again);
	return p;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *p = arena_vprintf(arena, format, ap);
	va_end(ap);
	return p;
}

/* ---- The allocator of the whole program ---- */

/*
 * Stands in front of the C library's, for the libraries too: what they make of a failed allocation
 * looks like a fault of the peer ("a line of the header is too long", a certificate that cannot be
 * read), and some end by abort(). So no allocation fails: the program stops.
 *
 * The C library lets a program bring its own malloc() (glibc's manual, "Replacing malloc"); these
 * hand everything on to glibc's, so free() and all else stay as they are. The sanitizers bring one
 * of their own, which ends the program too.
 */
#ifdef ARENA_REPLACES_MALLOC

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

#endif
