/* certificate_pem.c owns certificates as PEM text (RFC 7468): reading files, writing one. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "certificate.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"

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

/* The next block from *text on, which is moved past it. NULL, or what is wrong with the block. */
static const char *read_block(struct arena *arena, struct certificate *out, const char **text)
{
	gnutls_datum_t der = {0};
	const char *begin = *text, *error = NULL;
	const char *end = strstr(begin, "-----END CERTIFICATE-----");
	if (!end)
		return "has no end line";
	*text = end + 1;
	gnutls_datum_t pem = {
	    (unsigned char *)(uintptr_t)begin, (unsigned)(end - begin + strlen(PEM_BEGIN) - 2)};
	int rc = gnutls_pem_base64_decode2("CERTIFICATE", &pem, &der);
	if (rc == GNUTLS_E_MEMORY_ERROR)
		memory_exhausted();
	if (rc < 0)
		return "is no proper base64";
	certificate_parse(arena, out, der.data, der.size);
	if (!out->parsed)
		error =
		    arena_printf(arena, "is no certificate that can be read: %s", out->parse_error);
	gnutls_free(der.data);
	return error;
}

struct certificate *certificate_read_pem(
    struct arena *arena, const char *file, size_t *count, const char **error)
{
	struct buffer text = {0};
	struct certificate *list = NULL;

	*count = 0;
	*error = NULL;
	if (!read_file(file, &text)) {
		*error = arena_printf(arena, "%s: %s", file, strerror(errno));
		goto out;
	}
	const char *next = buffer_text(&text);
	while ((next = strstr(next, PEM_BEGIN))) {
		struct certificate *c = arena_append(arena, &list, count, sizeof *list);
		const char *fault = read_block(arena, c, &next);
		if (fault) {
			*error = arena_printf(arena, "%s: certificate %zu %s", file, *count, fault);
			goto out;
		}
	}
	if (*count == 0)
		*error = arena_printf(arena, "%s: there is no PEM certificate in it", file);
out:
	buffer_reset(&text);
	if (*error) {
		*count = 0;
		return NULL;
	}
	return list;
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
