/* models_odd.h - models of domains that give no clear answer, or a strange one. */
#ifndef TEST_MODELS_ODD_H
#define TEST_MODELS_ODD_H

#include "model.h"

struct domain_report *model_not_found(struct arena *arena);
struct domain_report *model_bogus(struct arena *arena);
/* Every lookup and every connection failed. */
struct domain_report *model_unknown(struct arena *arena);
/* The root key does not validate: nothing is judged. */
struct domain_report *model_root_failed(struct arena *arena);
/* What the user gave is no domain name, and tries to color the terminal. */
struct domain_report *model_invalid(struct arena *arena);
/* U-labels, no MX, another port. */
struct domain_report *model_international(struct arena *arena);
/* --mx, --zone, --chain and --at. */
struct domain_report *model_proposed(struct arena *arena);
/* The MX lookup failed, in words that are no good in performance data. */
struct domain_report *model_failed_mx(struct arena *arena);
/* Hosts whose TLSA records are unusable, unsigned, bogus; an MX target that cannot be asked. */
struct domain_report *model_mixture(struct arena *arena);
/* The same of three addresses, the like of two, and more remarks than are worth reading. */
struct domain_report *model_repetitive(struct arena *arena);
/* Every text that a zone or a server can choose attacks the reader. */
struct domain_report *model_hostile(struct arena *arena);
/* The same with the attack of one's choice. */
struct domain_report *model_attacked(struct arena *arena, const char *attack);

#endif
