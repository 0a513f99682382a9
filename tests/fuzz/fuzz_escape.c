/* Text from strangers: nothing that a terminal would obey is left of it. */
#include "escape.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer once = {0}, twice = {0};
	escape_add(&once, data, size);
	for (size_t i = 0; i < once.length; i++)
		if ((unsigned char)once.data[i] < 0x20 || once.data[i] == 0x7f)
			__builtin_trap();
	escape_add(&twice, buffer_text(&once), once.length);
	if (twice.length != once.length)
		__builtin_trap(); /* the visible form is valid and harmless, so it stays as it is */
	(void)escape_width(buffer_text(&once));
	buffer_reset(&once);
	buffer_reset(&twice);
	return 0;
}
