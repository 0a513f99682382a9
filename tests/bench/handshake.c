/*
 * handshake.c - the least that a check of one address can do: connect, EHLO, STARTTLS, a TLS
 * handshake with GnuTLS, QUIT. Judges nothing, looks nothing up. A measuring stick.
 *
 *   handshake ADDRESS NAME [COUNT]
 */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(const char *address)
{
	static const int on = 1;
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(25)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(25)};
	int fd;
	if (inet_pton(AF_INET, address, &in.sin_addr) == 1) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&in, sizeof in) != 0)
			return -1;
	} else {
		(void)inet_pton(AF_INET6, address, &in6.sin6_addr); /* else connect fails */
		fd = socket(AF_INET6, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&in6, sizeof in6) != 0)
			return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

/* Reads up to the last line of a reply; 0 unless it is positive. */
static int reply(int fd)
{
	char text[8192];
	size_t length = 0;
	for (;;) {
		ssize_t n = recv(fd, text + length, sizeof text - 1 - length, 0);
		if (n <= 0)
			return 0;
		length += (size_t)n;
		text[length] = '\0';
		char *line = text;
		for (char *end; (end = strchr(line, '\n')) && end[1]; line = end + 1)
			;
		if (text[length - 1] == '\n' && strlen(line) > 3 && line[3] == ' ')
			return *text == '2';
	}
}

static int ask(int fd, const char *command)
{
	return send(fd, command, strlen(command), MSG_NOSIGNAL) > 0 && reply(fd);
}

static int check(const char *address, const char *name)
{
	static gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	int fd = dial(address);
	if (fd < 0 || !reply(fd) || !ask(fd, "EHLO bench.example\r\n") || !ask(fd, "STARTTLS\r\n"))
		return -1;
	if (!credentials)
		gnutls_certificate_allocate_credentials(&credentials);
	gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_TICKETS | GNUTLS_KEY_SHARE_TOP);
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_server_name_set(session, GNUTLS_NAME_DNS, name, strlen(name));
	gnutls_transport_set_int(session, fd);
	int rc = gnutls_handshake(session);
	if (rc == 0) {
		gnutls_record_send(session, "QUIT\r\n", 6);
		gnutls_bye(session, GNUTLS_SHUT_WR);
	}
	gnutls_deinit(session);
	close(fd);
	return rc;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: handshake ADDRESS NAME [COUNT]\n");
		return 2;
	}
	for (int left = argc > 3 ? atoi(argv[3]) : 1; left > 0; left--)
		if (check(argv[1], argv[2]) != 0)
			return 1;
	return 0;
}
