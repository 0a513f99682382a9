/* An SMTP server's bytes: the first byte says how large the pieces are in which they arrive. */
#include "fuzz.h"
#include "smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	size_t piece = data[0] % 64 + 1;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct smtp *smtp = smtp_create(arena, "client.example", true, &facts);
	enum smtp_step step = SMTP_STEP_READ;
	for (size_t at = 1; at < size && step == SMTP_STEP_READ;) {
		size_t length = size - at < piece ? size - at : piece;
		step = smtp_input(smtp, data + at, length);
		at += length;
		if (step == SMTP_STEP_HANDSHAKE)
			step = smtp_secured(smtp);
		buffer_consume(smtp_output(smtp), smtp_output(smtp)->length);
	}
	if (step == SMTP_STEP_READ)
		(void)smtp_ended(smtp, size % 2, NULL);
	smtp_destroy(smtp);
	arena_destroy(arena);
	return 0;
}
