/* tcp.c owns the sockets of connections to servers: how they are opened, and what goes wrong there,
 * in words. */
#include "tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t socket_address(
    const struct address *a, uint16_t port, struct sockaddr_storage *storage)
{
	*storage = (struct sockaddr_storage){.ss_family = (sa_family_t)a->family};
	if (a->family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)storage;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, a->bytes, sizeof in->sin_addr);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)storage;
	in6->sin6_port = htons(port);
	memcpy(&in6->sin6_addr, a->bytes, sizeof in6->sin6_addr);
	return sizeof *in6;
}

int tcp_open(const struct address *address, uint16_t port, int *error)
{
	static const int on = 1;
	struct sockaddr_storage to;
	socklen_t length = socket_address(address, port, &to);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	*error = 0;
	if (fd < 0) {
		*error = errno;
		return -1;
	}
	/* Without it EHLO waits for the acknowledgement of TLS' Finished. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* only slower without */
	if (connect(fd, (struct sockaddr *)&to, length) == 0 || errno == EINPROGRESS)
		return fd;
	*error = errno;
	(void)close(fd); /* nothing was sent */
	return -1;
}

int tcp_error(int fd)
{
	int code = 0;
	socklen_t length = sizeof code;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) < 0 ? errno : code;
}

void tcp_acknowledge(int fd)
{
	static const int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on); /* only slower without */
}

const char *tcp_error_text(int code)
{
	const char *text = strerrordesc_np(code);
	switch (code) {
	case ECONNREFUSED: return "connection refused";
	case ENETUNREACH: return "network unreachable";
	case EHOSTUNREACH: return "host unreachable";
	case ETIMEDOUT: return "connection timed out";
	case ECONNRESET: return "connection reset";
	case EMFILE:
	case ENFILE: return "too many files are open on this machine (see ulimit -n)";
	default: return text ? text : "unknown error";
	}
}

const char *tcp_open_error_text(int code, const struct address *address)
{
	bool v6 = address->family == AF_INET6;
	switch (code) {
	case ENETUNREACH:
	case EHOSTUNREACH:
		return v6 ? "this machine has no route to that IPv6 address; check from one that "
			    "has, or leave IPv6 out with -4"
			  : "this machine has no route to that IPv4 address; check from one that "
			    "has, or leave IPv4 out with -6";
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return v6 ? "this machine has no IPv6 address to connect from; check from one that "
			    "has, or leave IPv6 out with -4"
			  : "this machine has no IPv4 address to connect from; check from one that "
			    "has, or leave IPv4 out with -6";
	case EACCES:
	case EPERM: return "this machine's firewall or routing does not allow it";
	default: return tcp_error_text(code);
	}
}
