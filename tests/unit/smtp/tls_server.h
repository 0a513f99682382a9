/* tls_server.h - a TLS server by GnuTLS for tests: credentials from tests/unit/fixtures/tls. */
#ifndef MXDANE_TLS_SERVER_H
#define MXDANE_TLS_SERVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GnuTLS has a union of that name, which the program's own struct would meet in a test. */
#define params gnutls_params
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#undef params

/* `names`: "ecdsa", "rsa", or several with a space between. NULL on failure. */
static inline gnutls_certificate_credentials_t tls_server_credentials(const char *names)
{
	gnutls_certificate_credentials_t credentials;
	const char *folder = getenv("FIXTURES");
	char list[64], file[512];
	if (gnutls_certificate_allocate_credentials(&credentials) < 0)
		return NULL;
	(void)snprintf(list, sizeof list, "%s", names);
	for (char *name = strtok(list, " "); name; name = strtok(NULL, " ")) {
		(void)snprintf(file, sizeof file, "%s/tls/%s.pem",
		    folder ? folder : "tests/unit/fixtures", name);
		if (gnutls_certificate_set_x509_key_file(
			credentials, file, file, GNUTLS_X509_FMT_PEM) < 0) {
			fprintf(stderr, "%s cannot be loaded\n", file);
			return NULL;
		}
	}
	return credentials;
}

static inline gnutls_session_t tls_server_session(
    int fd, const char *priority, gnutls_certificate_credentials_t credentials, unsigned flags)
{
	gnutls_session_t session;
	if (gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL | flags) < 0)
		return NULL;
	if (gnutls_priority_set_direct(session, priority, NULL) < 0 ||
	    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials) < 0)
		return NULL;
	gnutls_transport_set_int(session, fd);
	return session;
}

#endif
