/* certificate_pem.c owns certificates as PEM text (RFC 7468): reading files, writing one. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "buffer.h"
#include "certificate.h"
#include "file.h"
#include "limit.h"

static const char *find(const char *from, const char *end, const char *what)
{
	return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* Makes a list entry of one certificate's DER. */
typedef void take_der(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length);

/* A kind of PEM block (RFC 7468): its label, and what is made of it. */
struct block {
	const char *label, *begin, *end, *what;
	take_der *take;
};

#define BLOCK(label, what, take)                                                                   \
	{                                                                                          \
		label, "-----BEGIN " label "-----", "-----END " label "-----", what, take          \
	}

/* Keeps the DER alone, unparsed. */
static void keep_der(
    struct arena *arena, struct certificate *out, const uint8_t *der, size_t length)
{
	*out = (struct certificate){.der = arena_memdup(arena, der, length), .der_length = length};
}

static const struct block certificates = BLOCK("CERTIFICATE", "certificate", certificate_parse),
			  anchors = BLOCK("CERTIFICATE", "certificate", keep_der);
/* RFC 7468 §7 has both labels for a request. */
static const struct block keys[] = {BLOCK("PUBLIC KEY", "public key", certificate_parse_key),
    BLOCK("CERTIFICATE REQUEST", "certificate request", certificate_parse_request),
    BLOCK("NEW CERTIFICATE REQUEST", "certificate request", certificate_parse_request)};

/* NULL, or what is wrong with the block from its begin line to before its end line. A certificate
 * that cannot be read is not: out->parsed tells. */
static const char *take_block(struct arena *arena, struct certificate *out, const char *begin,
    const char *end, const struct block *block)
{
	gnutls_datum_t pem = {
	    (unsigned char *)(uintptr_t)begin, (unsigned)(end - begin + strlen(block->end))};
	gnutls_datum_t der = {0};
	int rc = gnutls_pem_base64_decode2(block->label, &pem, &der);
	if (rc == GNUTLS_E_MEMORY_ERROR)
		memory_exhausted();
	if (rc < 0)
		return "is not valid base64";
	block->take(arena, out, der.data, der.size);
	gnutls_free(der.data);
	return NULL;
}

static struct certificate *take_blocks(struct arena *arena, const char *text, size_t length,
    const struct block *block, size_t *count, const char **error)
{
	struct certificate *list = NULL;
	const char *end_of_text = text + length;

	*count = 0;
	*error = NULL;
	for (const char *begin; (begin = find(text, end_of_text, block->begin)); text++) {
		struct certificate *c = arena_append(arena, &list, count, sizeof *list);
		text = find(begin, end_of_text, block->end);
		const char *fault =
		    text ? take_block(arena, c, begin, text, block) : "has no end line";
		if (fault) {
			*error = arena_printf(arena, "%s %zu %s", block->what, *count, fault);
			return NULL;
		}
	}
	if (*count == 0)
		*error = "it contains no PEM certificate";
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
	struct certificate *list = take_blocks(arena, text, length, &certificates, count, error);
	if (list && all_parsed(arena, list, *count, error))
		return list;
	*count = 0;
	return NULL;
}

/* The key that stands for a chain in a file without certificates; NULL and *error if there is not
 * exactly one that can be read. */
static struct certificate *take_key(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error)
{
	struct certificate *found = NULL;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *why;
		struct certificate *list = take_blocks(arena, text, length, &keys[i], count, &why);
		if (*count == 0)
			continue;
		if (found || *count > 1)
			why = "there is more than one key in it";
		else if (list && list->parse_error)
			why = arena_printf(
			    arena, "the %s cannot be read: %s", keys[i].what, list->parse_error);
		if (why) {
			*error = why;
			return NULL;
		}
		found = list;
	}
	*count = found != NULL;
	*error = NULL;
	if (!found)
		*error = "it contains no PEM certificate, public key or certificate request";
	return found;
}

static struct certificate *take_proposed(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error)
{
	struct certificate *list = take_blocks(arena, text, length, &certificates, count, error);
	if (list)
		(void)all_parsed(arena, list, *count, error); /* *error tells */
	return *count ? list : take_key(arena, text, length, count, error);
}

/* True if one can be read; else *error says what is wrong with the first. */
static bool any_readable(
    struct arena *arena, const struct certificate *list, size_t count, const char **error)
{
	struct arena *own = arena_create();
	struct certificate c = {0};
	for (size_t i = count; i > 0 && !c.parsed; i--)
		certificate_parse(own, &c, list[i - 1].der, list[i - 1].der_length);
	if (!c.parsed)
		(void)all_parsed(arena, &c, 1, error);
	arena_destroy(own);
	return c.parsed;
}

static struct certificate *take_anchors(
    struct arena *arena, const char *text, size_t length, size_t *count, const char **error)
{
	struct certificate *list = take_blocks(arena, text, length, &anchors, count, error);
	if (list)
		(void)any_readable(arena, list, *count, error); /* *error tells */
	return list;
}

/* The list, or NULL if there is an error, which gets the file's name. */
static struct certificate *read_pem(struct arena *arena, const char *file,
    struct certificate *take(struct arena *, const char *, size_t, size_t *, const char **),
    size_t *count, const char **error)
{
	struct buffer text = {0};
	struct certificate *list = NULL;

	*error = NULL;
	if (!file_read(file, LIMIT_PEM_FILE, &text))
		*error = strerror(errno);
	else
		list = take(arena, buffer_text(&text), text.length, count, error);
	buffer_reset(&text);
	if (!*error)
		return list;
	*error = arena_printf(arena, "%s: %s", file, *error);
	*count = 0;
	return NULL;
}

struct certificate *certificate_read_proposed(
    struct arena *arena, const char *file, size_t *count, const char **error)
{
	return read_pem(arena, file, take_proposed, count, error);
}

struct certificate *certificate_read_anchors(
    struct arena *arena, const char *file, size_t *count, const char **error)
{
	return read_pem(arena, file, take_anchors, count, error);
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

char *certificate_base64(struct arena *arena, const uint8_t *bytes, size_t length, size_t width)
{
	gnutls_datum_t data = {(unsigned char *)(uintptr_t)bytes, (unsigned)length}, text;
	struct buffer lines = {0};
	if (gnutls_base64_encode2(&data, &text) < 0)
		memory_exhausted();
	for (size_t at = 0, part; at < text.size; at += part) {
		size_t left = text.size - at;
		part = width && width < left ? width : left;
		buffer_add(&lines, text.data + at, part);
		buffer_add(&lines, "\n", 1);
	}
	char *copy = arena_strndup(arena, buffer_text(&lines), lines.length);
	buffer_reset(&lines);
	gnutls_free(text.data);
	return copy;
}
