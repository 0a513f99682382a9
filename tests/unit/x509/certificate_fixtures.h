/* certificate_fixtures.h - the fixed certificates of fixtures/certificates, by their labels. */
#ifndef CERTIFICATE_FIXTURES_H
#define CERTIFICATE_FIXTURES_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"

/* 2026-06-01T00:00:00Z: what is not named expired or future is within its dates. */
#define FIXTURE_AT INT64_C(1780272000)

enum { FIXTURE_MAX = 512 };

static struct {
	struct arena *arena;
	size_t count;
	char labels[FIXTURE_MAX][48];
	struct certificate list[FIXTURE_MAX];
} fixtures;

/* Base64 of one block; the file is ours, so nothing is checked. */
static size_t fixture_decode(const char *text, uint8_t *out)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned value = 0, bits = 0;
	size_t length = 0;
	for (; *text && *text != '-' && *text != '='; text++) {
		const char *digit = strchr(alphabet, *text);
		if (!digit)
			continue;
		value = value << 6 | (unsigned)(digit - alphabet);
		bits += 6;
		if (bits >= 8)
			out[length++] = (uint8_t)(value >> (bits -= 8));
	}
	return length;
}

static int fixtures_open(void **state)
{
	(void)state;
	char path[4096], line[256];
	static char block[64 * 1024];
	static uint8_t der[48 * 1024];
	const char *folder = getenv("FIXTURES");
	if (!folder) {
		fprintf(stderr, "FIXTURES names no folder: run this by meson test\n");
		return -1;
	}
	snprintf(path, sizeof path, "%s/certificates/certificates.pem", folder);
	FILE *in = fopen(path, "r");
	if (!in) {
		perror(path);
		return -1;
	}
	fixtures.arena = arena_create();
	while (fgets(line, sizeof line, in)) {
		if (strncmp(line, "# ", 2) == 0) {
			if (fixtures.count == FIXTURE_MAX)
				abort();
			snprintf(fixtures.labels[fixtures.count], sizeof fixtures.labels[0], "%.*s",
			    (int)strcspn(line + 2, ":\n"), line + 2);
			*block = '\0';
		} else if (strncmp(line, "-----END", 8) == 0) {
			certificate_parse(fixtures.arena, &fixtures.list[fixtures.count++], der,
			    fixture_decode(block, der));
		} else if (*line != '-') {
			strcat(block, line);
		}
	}
	fclose(in);
	return 0;
}

static int fixtures_close(void **state)
{
	(void)state;
	arena_destroy(fixtures.arena);
	return 0;
}

static const struct certificate *fixture(const char *label)
{
	for (size_t i = 0; i < fixtures.count; i++)
		if (strcmp(fixtures.labels[i], label) == 0)
			return &fixtures.list[i];
	fprintf(stderr, "no fixture is called %s\n", label);
	abort();
}

/* A blank-separated list of labels becomes an array of copies, at most `max`. */
__attribute__((unused)) static size_t fixture_chain(
    const char *labels, struct certificate *chain, size_t max)
{
	char label[48];
	size_t count = 0;
	int used;
	for (; sscanf(labels, "%47s%n", label, &used) == 1; labels += used) {
		if (count == max)
			abort();
		chain[count++] = *fixture(label);
	}
	return count;
}

#endif
