/*
 * domain_source.h - the domains of a run, one after another: the command line's, then --file's,
 * which is streamed and never read whole.
 */
#ifndef MXDANE_DOMAIN_SOURCE_H
#define MXDANE_DOMAIN_SOURCE_H

#include "loop.h"
#include "params.h"

enum source_result {
	SOURCE_DOMAIN,
	SOURCE_WAIT, /* standard input has nothing yet: the callback tells when to ask again */
	SOURCE_END,
	SOURCE_ERROR, /* *text is a sentence naming file and line; reading may go on */
};

struct domain_source;

/* Opens --file; NULL and a sentence naming it on failure. `ready` is called from the loop after
 * SOURCE_WAIT. */
struct domain_source *domain_source_open(struct loop *loop, const struct params *params,
    loop_cb *ready, void *user, struct arena *arena, const char **error);
/* These in place of the command line's; they must outlive the source. */
void domain_source_list(struct domain_source *source, const char *const *domains, size_t count);
void domain_source_close(struct domain_source *source); /* NULL is allowed */

/* The next domain as it was written, less comment and white space; *text is valid until the next
 * call. */
enum source_result domain_source_next(struct domain_source *source, const char **text);

/* Counts the domains, up to `most`, and returns to the beginning of the source; 0 for a file that
 * can be read only once. */
size_t domain_source_count(struct domain_source *source, size_t most);

#endif
