/* What a SOCKS proxy answers. */
#include "fuzz.h"
#include "socks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct proxy proxy = {.user = size && data[0] & 1 ? "u" : NULL, .password = "p"};
	const struct address target = {.family = AF_INET};
	struct socks *s = socks_create(&proxy, &target, 25);
	enum socks_step step = SOCKS_STEP_READ;
	for (size_t i = 1; i < size && step == SOCKS_STEP_READ;) {
		size_t wanted = socks_wanted(s), part = wanted < size - i ? wanted : size - i;
		if (wanted == 0)
			__builtin_trap(); /* it would wait for nothing, for ever */
		buffer_reset(socks_output(s));
		step = socks_input(s, data + i, part);
		i += part;
	}
	if (step > SOCKS_STEP_DONE && !socks_error(s))
		__builtin_trap();
	socks_destroy(s);
	return 0;
}
