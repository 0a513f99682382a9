/* parts.h - foreign bytes in several parts, each behind its length in two octets. */
#ifndef MXDANE_FUZZ_PARTS_H
#define MXDANE_FUZZ_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct part {
	const uint8_t *data;
	size_t length;
};

/* Takes the next part off the rest; one that is cut off is what is left, at the end it is empty; an
 * octet too few for a length is no part. */
static inline struct part next_part(struct part *rest)
{
	if (rest->length < 2) {
		rest->length = 0;
		return (struct part){.data = rest->data};
	}
	struct part p = {rest->data + 2, (size_t)rest->data[0] << 8 | rest->data[1]};
	if (p.length > rest->length - 2)
		p.length = rest->length - 2;
	rest->data += 2 + p.length;
	rest->length -= 2 + p.length;
	return p;
}

#endif
