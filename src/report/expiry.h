/*
 * expiry.h - the end of an endpoint's certificate, and whether a verdict rests on it: what the
 * nagios and the prometheus format tell.
 */
#ifndef MXDANE_EXPIRY_H
#define MXDANE_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"
#include "params.h"

struct expiry {
	bool known;         /* false: no certificate, or one that cannot be read */
	bool warns, fails;  /* its end is a warning, and in the end critical */
	int64_t left, life; /* seconds, from the moment that is judged */
};

/* Of the leaf. The findings that params ignores do not count. */
struct expiry expiry_of_endpoint(
    const struct domain_report *r, const struct endpoint *e, const struct params *params);
/* Whether a verdict rests on it. */
bool expiry_matters(const struct expiry *e);

#endif
