/* The body of an MTA-STS policy. */
#include "fuzz.h"
#include "sts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	const char *error = NULL;
	struct sts_policy *policy = sts_read_policy(arena, data, size, &error);
	if (!policy == !error)
		__builtin_trap(); /* a policy or a reason, never both, never neither */
	if (policy)
		(void)sts_policy_lists(policy, "mx.example.com");
	arena_destroy(arena);
	return 0;
}
