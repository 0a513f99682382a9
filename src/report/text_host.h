/* text_host.h - draws a host of the text report. */
#ifndef MXDANE_TEXT_HOST_H
#define MXDANE_TEXT_HOST_H

#include "layout.h"
#include "model.h"

/* MX line, TLSA lines, endpoints, chains. */
void text_host_draw(struct layout *t, const struct domain_report *r, const struct mx_host *h);
#endif
