/* text_policy.h - draws what a domain's text report says of policies and senders. */
#ifndef MXDANE_TEXT_POLICY_H
#define MXDANE_TEXT_POLICY_H

#include "layout.h"
#include "model.h"

/* MTA-STS and TLSRPT; nothing where they were not looked up. */
void text_policy_draw(struct layout *t, const struct domain_report *r);
/* What each class of sender does. */
void text_policy_draw_senders(struct layout *t, const struct domain_report *r);

#endif
