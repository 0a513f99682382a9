/* text_tlsa.h - draws the TLSA records of the text report. */
#ifndef MXDANE_TEXT_TLSA_H
#define MXDANE_TEXT_TLSA_H

#include "layout.h"
#include "model.h"

/* Owner and state, then each record with what it matched. */
void text_tlsa_draw(struct layout *t, const struct mx_host *h);
/* What the numbers of the domain's TLSA records stand for, each three once. */
void text_tlsa_draw_legend(struct layout *t, const struct domain_report *r);

#endif
