/*
 * name_constraints.h - which names a CA certificate allows below it (RFC 5280 §4.2.1.10). Pure.
 */
#ifndef MXDANE_NAME_CONSTRAINTS_H
#define MXDANE_NAME_CONSTRAINTS_H

#include <stdbool.h>

#include "der.h"
#include "model.h"

/*
 * True if the name constraints `of` a CA certificate (its name_constraints) allow every name of
 * `subject` (RFC 5280 §4.2.1.10): its directory name, subjectAltName and, for a leaf without
 * dNSName, its CN. Names of a kind that cannot be judged here are not allowed where such a kind
 * is constrained.
 */
bool name_constraints_permit(
    const struct der_value *of, const struct certificate *subject, bool is_leaf);

#endif
