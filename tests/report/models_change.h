/* models_change.h - models of proposed states beside the live ones that they change. */
#ifndef TEST_MODELS_CHANGE_H
#define TEST_MODELS_CHANGE_H

#include "model.h"

/* A key at which the live records do not fit is mended; the other host's warning comes. */
struct domain_report *model_mended(struct arena *arena);
/* A rollover in one step, whose fix has the records between. */
struct domain_report *model_unsafe(struct arena *arena);
/* Steps of --plan. */
struct domain_report *model_planned(struct arena *arena);
/* The live state was not seen. */
struct domain_report *model_unseen(struct arena *arena);
/* Held against an earlier run: something new and something known, or nothing new; both have what is
 * gone. */
struct domain_report *model_with_news(struct arena *arena);
struct domain_report *model_without_news(struct arena *arena);

#endif
