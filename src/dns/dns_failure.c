/* dns_failure.c owns the words for tries that brought no answer. */
#include "dns_failure.h"

#include <stdio.h>

static void say_rcode(char *what, size_t size, int rcode)
{
	const char *name = dns_rcode_name(rcode);

	if (name)
		(void)snprintf(what, size, "answered %s", name);
	else
		(void)snprintf(what, size, "answered rcode %d", rcode);
}

/* getdns does not say which of these it was. */
static void say_connection(char *what, size_t size, const char *tls_name)
{
	if (tls_name)
		(void)snprintf(what, size,
		    "cannot be reached over TLS, closed the connection, or has no valid "
		    "certificate for %s",
		    tls_name);
	else
		(void)snprintf(what, size, "cannot be reached over TCP, or closed the connection");
}

void dns_failure_describe(char *text, size_t size, const struct dns_upstream *upstream,
    enum lookup_failure failure, int rcode, unsigned waited_ms)
{
	char address[ADDRESS_TEXT_SIZE], what[DNS_FAILURE_TEXT - ADDRESS_TEXT_SIZE];

	switch (failure) {
	case LOOKUP_FAILURE_TIMEOUT:
		(void)snprintf(what, sizeof what, "did not answer within %g s", waited_ms / 1000.0);
		break;
	case LOOKUP_FAILURE_RCODE: say_rcode(what, sizeof what, rcode); break;
	case LOOKUP_FAILURE_MALFORMED:
		(void)snprintf(
		    what, sizeof what, "sent a damaged answer, or one to another question");
		break;
	default: say_connection(what, sizeof what, upstream->tls_name); break;
	}
	(void)snprintf(text, size, "%s %s", address_text(&upstream->address, address), what);
}
