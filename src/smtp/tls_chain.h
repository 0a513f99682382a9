/* tls_chain.h - the chain out of TLS' Certificate message, as it came over the wire. Pure. */
#ifndef MXDANE_TLS_CHAIN_H
#define MXDANE_TLS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/*
 * Records the certificates of the message's body into `facts`, memory from `arena`. Returns NULL,
 * or a sentence fragment if the message is broken or has too many; those before that are recorded.
 */
const char *tls_chain_record(
    struct arena *arena, const uint8_t *body, size_t length, bool tls13, struct probe *facts);

#endif
