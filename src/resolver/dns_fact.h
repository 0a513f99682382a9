/* dns_fact.h - what a chain of answers says. For dns_lookup.c. */
#ifndef MXDANE_DNS_FACT_H
#define MXDANE_DNS_FACT_H

#include "dns_chain.h"
#include "lookup.h"

/*
 * Sets kind, final name, records and the times of the signatures, from the whole chain.
 * `to_proposed`: it ends where proposed data begins; `denies_name`: an absence at its end is of the
 * name, not of the type alone. Memory from the arena. False if a record cannot be read.
 */
bool dns_fact_describe(struct lookup *fact, const struct dns_chain *chain, bool to_proposed,
    bool denies_name, struct arena *arena);

#endif
