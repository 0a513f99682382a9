/* certificate_pem.c owns certificates as PEM text (RFC 7468): reading files, writing one. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "certificate.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

static bool read_file(const char *file, struct buffer *text)
{
	char bytes[16 * 1024];
	size_t n;
	FILE *in = fopen(file, "re");
	if (!in)
		return false;
	errno = 0;
	while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
		buffer_add(text, bytes, n);
	int error = ferror(in) ? errno : 0;
	(void)fclose(in); /* read only: nothing can be lost */
	errno = error;
	return error == 0;
}

static const char *find(const char *from, const char *end, const char *what)
{
	return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* NULL, or what is wrong with the block from its begin line to before its end line. A certificate
 * that cannot be read is not: out->parsed tells. */
static const char *parse_block(
    struct arena *arena, struct certificate *out, const char *begin, const char *end)
{
	gnutls_datum_t pem = {
	    (unsigned char *)(uintptr_t)begin, (unsigned)(end - begin + strlen(PEM_END))};
	gnutls_datum_t der = {0};
	int rc = gnutls_pem_base64_decode2("CERTIFICATE", &pem, &der);
	if (rc == GNUTLS_E_MEMORY_ERROR)
		memory_exhausted();
	if (rc < 0)
		return "is no proper base64";
	certificate_parse(arena, out, der.data, der.size);
	gnutls_free(der.data);
	return NULL;
}

static struct certificate *parse_blocks(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error)
{
	struct certificate *list = NULL;
	const char *end_of_text = text + length;

	*count = 0;
	*error = NULL;
	for (const char *begin; (begin = find(text, end_of_text, PEM_BEGIN)); text++) {
		struct certificate *c = arena_append(arena, &list, count, sizeof *list);
		text = find(begin, end_of_text, PEM_END);
		const char *fault = text ? parse_block(arena, c, begin, text) : "has no end line";
		if (fault) {
			*error = arena_printf(arena, "certificate %zu %s", *count, fault);
			return NULL;
		}
	}
	if (*count == 0)
		*error = "there is no PEM certificate in it";
	return list;
}

static bool all_parsed(
    struct arena *arena, const struct certificate *list, size_t count, const char **error)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].parsed) {
			*error = arena_printf(arena, "certificate %zu cannot be read: %s", i + 1,
			    list[i].parse_error);
			return false;
		}
	return true;
}

struct certificate *certificate_parse_pem(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error)
{
	struct certificate *list = parse_blocks(arena, text, length, count, error);
	if (list && all_parsed(arena, list, *count, error))
		return list;
	*count = 0;
	return NULL;
}

static bool any_parsed(const struct certificate *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].parsed)
			return true;
	return false;
}

static struct certificate *read_pem(
    struct arena *arena, const char *file, bool strict, size_t *count, const char **error)
{
	struct buffer text = {0};
	struct certificate *list = NULL;

	*error = NULL;
	if (!read_file(file, &text))
		*error = strerror(errno);
	else
		list = parse_blocks(arena, buffer_text(&text), text.length, count, error);
	if (list && (strict || !any_parsed(list, *count)) &&
	    !all_parsed(arena, list, *count, error))
		list = NULL;
	if (!list) {
		*error = arena_printf(arena, "%s: %s", file, *error);
		*count = 0;
	}
	buffer_reset(&text);
	return list;
}

struct certificate *certificate_read_pem(
    struct arena *arena, const char *file, size_t *count, const char **error)
{
	return read_pem(arena, file, true, count, error);
}

struct certificate *certificate_read_anchors(
    struct arena *arena, const char *file, size_t *count, const char **error)
{
	return read_pem(arena, file, false, count, error);
}

char *certificate_to_pem(struct arena *arena, const struct certificate *c)
{
	gnutls_datum_t der = {(unsigned char *)(uintptr_t)c->der, (unsigned)c->der_length}, pem;
	if (gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem) < 0)
		memory_exhausted();
	char *text = arena_strndup(arena, (const char *)pem.data, pem.size);
	gnutls_free(pem.data);
	return text;
}
