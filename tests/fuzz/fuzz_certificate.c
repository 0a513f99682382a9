/* A certificate's DER, and the questions that judging asks of it. */
#include "certificate.h"
#include "extensions.h"
#include "fuzz.h"
#include "path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	struct certificate c = {0};
	certificate_parse(arena, &c, data, size);
	if (c.parsed) {
		(void)path_names_permit(&extensions_of(&c)->name_constraints, &c, true);
		(void)extensions_fit_issuer(&c, &c);
		(void)certificate_may_issue(&c, &c);
		(void)certificate_signed_by(&c, &c);
		(void)certificate_signed_by_key(&c, data, size);
		(void)certificate_to_pem(arena, &c);
	}
	(void)certificate_is_spki(data, size);
	arena_destroy(arena);
	return 0;
}
