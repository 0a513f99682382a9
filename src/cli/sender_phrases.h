/*
 * sender_phrases.h - what senders write into logs, bounces and TLS reports when DANE or MTA-STS
 * stops them, and the findings that cause it.
 */
#ifndef MXDANE_SENDER_PHRASES_H
#define MXDANE_SENDER_PHRASES_H

#include <stddef.h>

#include "finding.h"

enum { SENDER_PHRASE_FINDINGS = 5 };

struct sender_phrase {
	/* As the sender writes it, found anywhere in what the user gives; ".7.321" stands
	 * for 4.7.321 and 5.7.321. */
	const char *text;
	const char *sender;                                 /* who writes it */
	const char *meaning;                                /* one sentence */
	enum finding_code findings[SENDER_PHRASE_FINDINGS]; /* the likeliest first, */
	size_t count;                                       /* so many */
};

/* The phrase that `text`, such as a line of a log, contains, whatever the case of its letters; NULL
 * if there is none. */
const struct sender_phrase *sender_phrases_find(const char *text);
/* All of them, for the tests and the man page. */
const struct sender_phrase *sender_phrases_all(size_t *count);

#endif
