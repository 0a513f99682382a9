/* dns_name.c owns the text form of names that came in DNS messages, and steps along their labels.
 */
#include "dns_name.h"

#include <string.h>

#include "buffer.h"

enum { LONGEST_LABEL = 63, LONGEST_NAME = 255 };

static bool is_plain(uint8_t octet)
{
	return octet > 0x20 && octet < 0x7f && !strchr(".\\\"();@$", octet);
}

static void add_octet(struct buffer *text, uint8_t octet)
{
	char lower = (char)(octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet);

	if (is_plain(octet))
		buffer_add(text, &lower, 1);
	else
		buffer_printf(text, "\\%03u", octet);
}

char *dns_name_from_wire(struct arena *arena, const uint8_t *data, size_t size)
{
	struct buffer text = {0};
	size_t at = 0;
	char *name = NULL;

	if (size == 0 || size > LONGEST_NAME)
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

const char *dns_name_parent(const char *name)
{
	const char *dot = strchr(name, '.');

	if (!*name)
		return NULL;
	return dot ? dot + 1 : name + strlen(name);
}

bool dns_name_is_below(const char *name, const char *ancestor)
{
	size_t length = strlen(name), tail = strlen(ancestor);

	if (tail == 0)
		return true;
	if (length < tail || strcmp(name + length - tail, ancestor) != 0)
		return false;
	return length == tail || name[length - tail - 1] == '.';
}

size_t dns_name_labels(const char *name)
{
	size_t count = 0;

	for (const char *n = name; *n; n = dns_name_parent(n))
		count++;
	return count;
}
