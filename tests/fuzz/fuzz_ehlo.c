/* The replies to EHLO, in the clear and inside TLS: what came in the clear is forgotten after the
 * handshake (RFC 3207 §4.2), so the facts are those that a harmless reply before it would give. */
#include <string.h>

#include "fuzz.h"
#include "parts.h"
#include "smtp.h"

static bool run(struct arena *arena, struct part clear, struct part secured, struct probe *facts)
{
	static const char greeting[] = "220 mx.example ready\r\n", go[] = "220 go\r\n";
	struct smtp *smtp = smtp_create(arena, "client.example", false, facts);
	bool shaken = smtp_input(smtp, greeting, sizeof greeting - 1) == SMTP_STEP_READ &&
		      smtp_input(smtp, clear.data, clear.length) == SMTP_STEP_READ &&
		      smtp_input(smtp, go, sizeof go - 1) == SMTP_STEP_HANDSHAKE;
	if (shaken && smtp_secured(smtp) == SMTP_STEP_READ &&
	    smtp_input(smtp, secured.data, secured.length) == SMTP_STEP_READ)
		(void)smtp_ended(smtp, false, NULL);
	smtp_destroy(smtp);
	return shaken;
}

static bool equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char plain[] = "250-mx.example\r\n250 STARTTLS\r\n";
	struct part rest = {data, size}, clear = next_part(&rest), secured = next_part(&rest);
	struct part harmless = {(const uint8_t *)plain, sizeof plain - 1};
	struct arena *arena = arena_create();
	struct probe facts = {0}, want = {0};
	if (run(arena, clear, secured, &facts) && run(arena, harmless, secured, &want) &&
	    (facts.stage != want.stage || facts.failure != want.failure ||
		facts.requiretls != want.requiretls ||
		facts.ehlo_unanswered != want.ehlo_unanswered ||
		(want.stage == SMTP_STAGE_DONE && !equal(facts.ehlo_name, want.ehlo_name))))
		__builtin_trap();
	arena_destroy(arena);
	return 0;
}
