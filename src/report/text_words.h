/* text_words.h - what the parts of the text report draw alike. */
#ifndef MXDANE_TEXT_WORDS_H
#define MXDANE_TEXT_WORDS_H

#include "layout.h"
#include "model.h"

enum mark text_words_mark(enum status status);
enum tone text_words_dnssec_tone(enum dnssec_status s);
/* "MX secure", with --verbose and its signature's end where it is signed. `what` may be "". */
void text_words_dnssec(struct layout *t, const char *what, const struct lookup *l);
/* "in 89 days", "3 days ago": a time as seen from `now`. */
const char *text_words_apart(struct arena *arena, int64_t when, int64_t now);

#endif
