/* text_servers.h - draws what single name servers say (--authoritative). */
#ifndef MXDANE_TEXT_SERVERS_H
#define MXDANE_TEXT_SERVERS_H

#include "layout.h"
#include "model.h"

/* Nothing where they were not asked. */
void text_servers_draw(struct layout *t, const struct domain_report *r);

#endif
