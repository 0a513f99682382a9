/* params.c names the choices that options give and reports repeat. */
#include "params.h"

const struct params_choice params_dnssec_modes[] = {
    {"validate", DNSSEC_MODE_VALIDATE}, {"trust-ad", DNSSEC_MODE_TRUST_AD}, {NULL, 0}};
const struct params_choice params_key_types[] = {
    {"each", KEY_TYPES_EACH}, {"any", KEY_TYPES_ANY}, {NULL, 0}};
const struct params_choice params_requirements[] = {{"dane", REQUIRE_DANE},
    {"mta-sts", REQUIRE_MTA_STS}, {"any", REQUIRE_ANY}, {"both", REQUIRE_BOTH},
    {"none", REQUIRE_NONE}, {NULL, 0}};

const char *params_choice_name(const struct params_choice *choices, unsigned value)
{
	while (choices->name && choices->value != value)
		choices++;
	return choices->name;
}
