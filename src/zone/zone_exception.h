/*
 * zone_exception.h - the comment by which a zone file excuses findings about one of its records:
 * "; mxdane: ignore=CODE[,CODE...] REASON" (mxdane(1), --zone). Pure.
 */
#ifndef MXDANE_ZONE_EXCEPTION_H
#define MXDANE_ZONE_EXCEPTION_H

#include "location.h"
#include "zone_text.h"

/* `comment` is what follows "mxdane:". NULL with a fault noted. */
const struct exception *zone_exception_read(
    const struct zone_token *comment, struct zone_fault *fault);

#endif
