/* tls_alert.h - the names of TLS alerts. */
#ifndef MXDANE_TLS_ALERT_H
#define MXDANE_TLS_ALERT_H

#include "arena.h"

/* "alert handshake_failure", by the name that the RFCs use, or "alert 222" for one that has none.
 */
const char *tls_alert_text(struct arena *arena, unsigned alert);

#endif
