/*
 * arena.h - memory that lives and dies together: one arena for each domain, one for each cached
 * fact.
 *
 * Nothing here returns NULL: out of memory ends the program with a message and exit status 3.
 */
#ifndef MXDANE_ARENA_H
#define MXDANE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
/* Frees the arena and all that was taken from it; NULL is allowed. */
void arena_destroy(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* `count` zeroed elements; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/*
 * An array grown by one element: returns the place of the new, zeroed element. *array and *count
 * are updated; the capacity doubles, so appending is linear over all.
 */
void *arena_append(struct arena *arena, void *array, size_t *count, size_t size);
void *arena_memdup(struct arena *arena, const void *data, size_t length);
/* A copy of `text`; NULL gives NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* malloc family for what lives outside arenas, with the same promise. */
void *memory_alloc(size_t size); /* zeroed */
void *memory_resize(void *old, size_t size);
char *memory_strdup(const char *text);
/* The end of the program, for a library that says it has no memory left. */
_Noreturn void memory_exhausted(void);

#endif
