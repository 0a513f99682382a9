/* dns_gate.c owns looking at a message in a socket without taking it out. */
#include "dns_gate.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "dns_wire.h"

/* Most messages are smaller; one look is not to copy all that may lie in the socket. */
enum { FIRST_LOOK = 2048 };

/* Everything that will ever come lies in the socket. */
static bool has_ended(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) != 0;
}

/* How many of the first `wanted` octets are there; -1: none, and the socket has an error. */
static ssize_t peek(struct dns_gate *gate, int fd, size_t wanted)
{
	ssize_t got = recv(fd, gate->octets, wanted, MSG_PEEK | MSG_DONTWAIT);

	return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : got;
}

/* What is there of the first message, and *wanted: how much of it there must be at least. */
static ssize_t look_at(struct dns_gate *gate, int fd, size_t *wanted)
{
	ssize_t got = peek(gate, fd, FIRST_LOOK);

	*wanted = DNS_GATE_LENGTH;
	if (got < DNS_GATE_LENGTH)
		return got;
	gate->size = (size_t)gate->octets[0] << 8 | gate->octets[1];
	*wanted += gate->size;
	return got == FIRST_LOOK && *wanted > FIRST_LOOK ? peek(gate, fd, *wanted) : got;
}

/* Without this the loop would wake for every octet. A kernel that refuses only costs that. */
static void tell_at(int fd, size_t octets)
{
	int least = (int)octets;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
}

enum dns_gate_view dns_gate_look(struct dns_gate *gate, int fd)
{
	size_t wanted;
	ssize_t got = look_at(gate, fd, &wanted);

	if (got < (ssize_t)wanted) {
		/* First: what comes after this question is not looked for. */
		bool ended = has_ended(fd);

		got = look_at(gate, fd, &wanted);
		if (got < (ssize_t)wanted && (ended || got < 0))
			return DNS_GATE_OVER;
	}
	if (got < (ssize_t)wanted) {
		gate->waits = true;
		tell_at(fd, wanted);
		return DNS_GATE_WAIT;
	}
	if (gate->waits)
		tell_at(fd, 1);
	gate->waits = false;
	if (dns_wire_is_sound(gate->octets + DNS_GATE_LENGTH, gate->size))
		return DNS_GATE_SOUND;
	return recv(fd, gate->octets, wanted, MSG_DONTWAIT) == (ssize_t)wanted ? DNS_GATE_UNSOUND
									       : DNS_GATE_OVER;
}
