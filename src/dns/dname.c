/* dname.c owns names between wire and text, and their labels. */
#include "dname.h"

#include <string.h>

#include "ascii.h"
#include "buffer.h"

enum { LONGEST_LABEL = 63 };

static bool is_plain(uint8_t octet)
{
	return octet > 0x20 && octet < 0x7f && !strchr(".\\\"();@$", octet);
}

static void add_octet(struct buffer *text, uint8_t octet)
{
	uint8_t lower = ascii_lower(octet);

	if (is_plain(octet))
		buffer_add(text, &lower, 1);
	else
		buffer_printf(text, "\\%03u", octet);
}

char *dname_from_wire(struct arena *arena, const uint8_t *data, size_t size)
{
	struct buffer text = {0};
	size_t at = 0;
	char *name = NULL;

	if (size == 0 || size > DNAME_SIZE)
		return NULL;
	while (at < size && data[at] != 0) {
		size_t length = data[at++];

		if (length > LONGEST_LABEL || length >= size - at)
			goto out;
		if (text.length)
			buffer_add_text(&text, ".");
		for (size_t end = at + length; at < end; at++)
			add_octet(&text, data[at]);
	}
	if (at == size - 1)
		name = arena_strdup(arena, buffer_text(&text));
out:
	buffer_reset(&text);
	return name;
}

/* One octet of the text, \DDD undone; the number of characters, or 0 if that is broken. */
static size_t read_octet(const char *text, uint8_t *octet)
{
	unsigned value = 0;

	if (*text != '\\') {
		*octet = (uint8_t)*text;
		return 1;
	}
	for (size_t i = 1; i <= 3; i++) {
		if (!ascii_is_digit((uint8_t)text[i]))
			return 0;
		value = 10 * value + (unsigned)(text[i] - '0');
	}
	*octet = (uint8_t)value;
	return value <= UINT8_MAX ? 4 : 0;
}

size_t dname_to_wire(const char *name, uint8_t wire[static DNAME_SIZE])
{
	size_t length = 1, label = 0; /* wire[label] counts the label's octets */

	wire[0] = 0;
	while (*name) {
		size_t step = 1;

		if (*name == '.') {
			if (wire[label] == 0 || length == DNAME_SIZE)
				return 0;
			label = length;
			wire[length++] = 0;
		} else {
			uint8_t octet;

			step = read_octet(name, &octet);
			if (step == 0 || wire[label] == LONGEST_LABEL || length == DNAME_SIZE)
				return 0;
			wire[label]++;
			wire[length++] = octet;
		}
		name += step;
	}
	if (length == 1)
		return length; /* the root */
	if (wire[label] == 0 || length == DNAME_SIZE)
		return 0;
	wire[length++] = 0;
	return length;
}

const char *dname_parent(const char *name)
{
	const char *dot = strchr(name, '.');

	if (!*name)
		return NULL;
	return dot ? dot + 1 : name + strlen(name);
}

bool dname_is_below(const char *name, const char *ancestor)
{
	size_t length = strlen(name), tail = strlen(ancestor);

	if (tail == 0)
		return true;
	if (length < tail || strcmp(name + length - tail, ancestor) != 0)
		return false;
	return length == tail || name[length - tail - 1] == '.';
}

bool dname_is_wildcard(const char *name)
{
	return name[0] == '*' && (name[1] == '.' || !name[1]);
}

size_t dname_labels(const char *name)
{
	size_t count = 0;

	for (const char *n = name; *n; n = dname_parent(n))
		count++;
	return count;
}

struct label_list {
	uint8_t wire[DNAME_SIZE];
	uint8_t at[DNAME_SIZE / 2];
	size_t count;
};

static void list_labels(const char *name, struct label_list *list)
{
	size_t length = dname_to_wire(name, list->wire);

	list->count = 0;
	for (size_t at = 0; at + 1 < length; at += list->wire[at] + 1U)
		list->at[list->count++] = (uint8_t)at;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
	int order = memcmp(a + 1, b + 1, *a < *b ? *a : *b);

	return order ? order : *a - *b;
}

int dname_compare(const char *a, const char *b)
{
	struct label_list first, second;
	int order = 0;

	list_labels(a, &first);
	list_labels(b, &second);
	for (size_t i = 1; order == 0; i++) {
		if (i > first.count || i > second.count)
			return (first.count > second.count) - (first.count < second.count);
		order = compare_labels(first.wire + first.at[first.count - i],
		    second.wire + second.at[second.count - i]);
	}
	return order;
}
