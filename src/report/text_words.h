/* text_words.h - what the parts of the text report draw alike. */
#ifndef MXDANE_TEXT_WORDS_H
#define MXDANE_TEXT_WORDS_H

#include "layout.h"
#include "model.h"

enum mark text_words_mark(enum status status);
enum tone text_words_dnssec_tone(enum dnssec_status s);
/* "MX secure", with --verbose and its signature's end where it is signed. `what` may be "". */
void text_words_dnssec(struct layout *t, const char *what, const struct lookup *l);

/* "192.0.2.1", "192.0.2.1:2525", "[2001:db8::1]:2525" or "no address". */
const char *text_words_endpoint(struct arena *arena, const struct endpoint *e);
/* How many entries of a list are shown before "and N more": all of them with --verbose, and where
 * to leave out a single one would save nothing. */
size_t text_words_list_length(const struct layout *t, size_t count);
/* A record's data in hex: whole, or as much as tells it from the others. */
const char *text_words_record_data(const struct layout *t, const struct tlsa_record *r, bool whole);

#endif
