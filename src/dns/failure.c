/* failure.c owns what a question that brought no answer is called. */
#include "failure.h"

#include <stdio.h>

static void describe_rcode(char *what, size_t size, int rcode)
{
	const char *name = lookup_rcode_name(rcode);

	if (name)
		(void)snprintf(what, size, "answered %s", name);
	else
		(void)snprintf(what, size, "answered rcode %d", rcode);
}

/* getdns reports these as one. */
static void describe_connection(char *what, size_t size, const struct dns_upstream *upstream)
{
	if (upstream->udp)
		(void)snprintf(what, size, "cannot be reached over UDP");
	else if (upstream->tls_name)
		(void)snprintf(what, size,
		    "cannot be reached over TLS, closed the connection, or has no valid "
		    "certificate for %s",
		    upstream->tls_name);
	else
		(void)snprintf(what, size, "cannot be reached over TCP, or closed the connection");
}

void failure_describe(char *text, size_t size, const struct dns_upstream *upstream,
    enum lookup_failure failure, int rcode, unsigned waited_ms)
{
	char address[ADDRESS_TEXT_SIZE], what[FAILURE_TEXT - ADDRESS_TEXT_SIZE];

	switch (failure) {
	case LOOKUP_FAILURE_TIMEOUT:
		(void)snprintf(what, sizeof what, "did not answer within %g s", waited_ms / 1000.0);
		break;
	case LOOKUP_FAILURE_RCODE: describe_rcode(what, sizeof what, rcode); break;
	case LOOKUP_FAILURE_MALFORMED:
		(void)snprintf(
		    what, sizeof what, "sent a damaged answer, or one to another question");
		break;
	default: describe_connection(what, sizeof what, upstream); break;
	}
	(void)snprintf(text, size, "%s %s", address_text(&upstream->address, address), what);
}
