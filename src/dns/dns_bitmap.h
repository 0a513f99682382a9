/* dns_bitmap.h - the types that an NSEC or NSEC3 record says to exist (RFC 4034 §4.1.2). */
#ifndef MXDANE_DNS_BITMAP_H
#define MXDANE_DNS_BITMAP_H

#include "dns_answer.h"

bool dns_bitmap_has(const struct dns_rr *rr, uint16_t type);

#endif
