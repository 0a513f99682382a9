/*
 * fail_allocation.c - a library to be preloaded, in which an allocation of the program or of its
 * libraries fails: the one with the number $FAIL_ALLOCATION, counted from 1, or with $FAIL_FROM
 * that one and all after it. At the program's end the number of all is in $COUNT_ALLOCATIONS.
 *
 * It stands below malloc(), and below glibc's __libc_malloc() that a program with a malloc() of its
 * own calls, so that it fails both alike.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);

static unsigned long count, one, from;
static int counted = -1;

static unsigned long number_in(const char *variable)
{
	const char *text = getenv(variable);
	return text ? strtoul(text, NULL, 10) : 0;
}

/* What the dynamic linker took to load the program is not counted. The file is opened while the
 * program may still open one to write to. */
__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("COUNT_ALLOCATIONS");
	if (path)
		counted = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	one = number_in("FAIL_ALLOCATION");
	from = number_in("FAIL_FROM");
	count = 0;
}

__attribute__((destructor)) static void write_count(void)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%lu\n", count);
	if (counted >= 0 && write(counted, text, (size_t)length) != length)
		abort();
}

static int fails(void)
{
	count++;
	if (count != one && (from == 0 || count < from))
		return 0;
	errno = ENOMEM;
	return 1;
}

/* The C library's own; dlsym() allocates only where it finds nothing. */
#define REAL(function) ((__typeof__(&(function)))dlsym(RTLD_NEXT, #function))

void *__libc_malloc(size_t size)
{
	return fails() ? NULL : REAL(__libc_malloc)(size);
}

void *__libc_calloc(size_t n, size_t size)
{
	return fails() ? NULL : REAL(__libc_calloc)(n, size);
}

void *__libc_realloc(void *old, size_t size)
{
	return fails() ? NULL : REAL(__libc_realloc)(old, size);
}

void *__libc_memalign(size_t alignment, size_t size)
{
	return fails() ? NULL : REAL(__libc_memalign)(alignment, size);
}

void *malloc(size_t size)
{
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
	return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = __libc_memalign(alignment, size);
	return *memory ? 0 : ENOMEM;
}
