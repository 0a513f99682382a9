/* wire.c owns checking a message's structure with a cursor whose error sticks. */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "ascii.h"
#include "dname.h"
#include "limit.h"

/* Most messages are smaller; one look is not to copy all that may lie in the socket. */
enum { FIRST_LOOK = 2048 };

/* Everything that will ever come lies in the socket. */
static bool has_ended(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};

	return poll(&p, 1, 0) != 0;
}

/* How many of the first `wanted` octets are there; -1: none, and the socket has an error. */
static ssize_t peek(struct peek_buffer *peeked, int fd, size_t wanted)
{
	ssize_t got = recv(fd, peeked->octets, wanted, MSG_PEEK | MSG_DONTWAIT);

	return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : got;
}

/* What is there of the first message, and *wanted: how much of it there must be at least. */
static ssize_t look_at(struct peek_buffer *peeked, int fd, size_t *wanted)
{
	ssize_t got = peek(peeked, fd, FIRST_LOOK);

	*wanted = WIRE_LENGTH_SIZE;
	if (got < WIRE_LENGTH_SIZE)
		return got;
	peeked->size = (size_t)peeked->octets[0] << 8 | peeked->octets[1];
	*wanted += peeked->size;
	return got == FIRST_LOOK && *wanted > FIRST_LOOK ? peek(peeked, fd, *wanted) : got;
}

/* Without this the loop would wake for every octet. A kernel that refuses only costs that. */
static void tell_at(int fd, size_t octets)
{
	int least = (int)octets;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
}

enum peek_result wire_peek(struct peek_buffer *peeked, int fd)
{
	size_t wanted;
	ssize_t got = look_at(peeked, fd, &wanted);

	if (got < (ssize_t)wanted) {
		/* First: what comes after this question is not looked for. */
		bool ended = has_ended(fd);

		got = look_at(peeked, fd, &wanted);
		if (got < (ssize_t)wanted && (ended || got < 0))
			return PEEK_OVER;
	}
	if (got < (ssize_t)wanted) {
		peeked->waits = true;
		tell_at(fd, wanted);
		return PEEK_WAIT;
	}
	if (peeked->waits)
		tell_at(fd, 1);
	peeked->waits = false;
	if (wire_is_sound(peeked->octets + WIRE_LENGTH_SIZE, peeked->size))
		return PEEK_SOUND;
	return recv(fd, peeked->octets, wanted, MSG_DONTWAIT) == (ssize_t)wanted ? PEEK_UNSOUND
										 : PEEK_OVER;
}

enum {
	HEADER_SIZE = 12,
	LONGEST_LABEL = 63,
	LONGEST_NAME = 255,
	POINTER = 0xc0,
};

#define NO_POINTER SIZE_MAX

struct cursor {
	const uint8_t *message;
	size_t at, end;
	bool broken;
};

/*
 * RDATA by type: digits are so many octets, n a name, s a character-string, S one or more of them
 * to the end, O any number of options to the end (RFC 6891 §6.1.2), x anything to the end. What
 * getdns would follow names in is here, if it is used or not; types that it takes apart in ways of
 * their own, and that answer no question of ours, are sound only without data. Other types are not
 * looked at, nor used.
 */
static const struct {
	uint16_t type;
	const char *form;
} forms[] = {
    {1, "4"},      /* A */
    {2, "n"},      /* NS */
    {3, "n"},      /* MD */
    {4, "n"},      /* MF */
    {5, "n"},      /* CNAME */
    {6, "nn20"},   /* SOA */
    {7, "n"},      /* MB */
    {8, "n"},      /* MG */
    {9, "n"},      /* MR */
    {12, "n"},     /* PTR */
    {14, "nn"},    /* MINFO */
    {15, "2n"},    /* MX */
    {16, "S"},     /* TXT */
    {17, "nn"},    /* RP */
    {18, "2n"},    /* AFSDB */
    {21, "2n"},    /* RT */
    {26, "2nn"},   /* PX */
    {28, "16"},    /* AAAA */
    {33, "6n"},    /* SRV */
    {35, "4sssn"}, /* NAPTR */
    {36, "2n"},    /* KX */
    {39, "n"},     /* DNAME */
    {41, "O"},     /* OPT */
    {42, ""},      /* APL */
    {43, "4x"},    /* DS */
    {45, ""},      /* IPSECKEY */
    {46, "18nx"},  /* RRSIG */
    {47, "nx"},    /* NSEC */
    {48, "4x"},    /* DNSKEY */
    {50, "4ssx"},  /* NSEC3 */
    {52, "3x"},    /* TLSA */
    {55, ""},      /* HIP */
    {58, "nn"},    /* TALINK */
    {107, "2n"},   /* LP */
    {249, ""},     /* TKEY */
    {250, ""},     /* TSIG */
    {260, ""},     /* AMTRELAY */
};

static void skip(struct cursor *c, size_t length)
{
	if (c->broken || length > c->end - c->at)
		c->broken = true;
	else
		c->at += length;
}

static unsigned read_octet(struct cursor *c)
{
	skip(c, 1);
	return c->broken ? 0 : c->message[c->at - 1];
}

static unsigned read_two(struct cursor *c)
{
	unsigned high = read_octet(c);

	return high << 8 | read_octet(c);
}

/* Labels to the root's, or to a pointer: then its target. */
static size_t read_labels(struct cursor *c, size_t *length)
{
	while (!c->broken) {
		unsigned octet = read_octet(c);

		if (octet >= POINTER)
			return (octet & ~(unsigned)POINTER) << 8 | read_octet(c);
		*length += octet + 1;
		if (octet > LONGEST_LABEL || *length > LONGEST_NAME)
			c->broken = true;
		else if (octet == 0)
			return NO_POINTER;
		else
			skip(c, octet);
	}
	return NO_POINTER;
}

static void read_name(struct cursor *c)
{
	size_t length = 0, from = c->at;
	size_t target = read_labels(c, &length);
	unsigned pointers = 0;

	while (!c->broken && target != NO_POINTER) {
		struct cursor before = {.message = c->message, .at = target, .end = from};

		/* Each pointer leads further to the front, so there is an end (RFC 1035 §4.1.4). */
		if (target >= from || ++pointers > LIMIT_NAME_POINTERS) {
			c->broken = true;
			return;
		}
		from = target;
		target = read_labels(&before, &length);
		c->broken |= before.broken;
	}
}

static void read_strings(struct cursor *c)
{
	do {
		skip(c, read_octet(c));
	} while (!c->broken && c->at < c->end);
}

static void read_options(struct cursor *c)
{
	while (!c->broken && c->at < c->end) {
		skip(c, 2); /* code */
		skip(c, read_two(c));
	}
}

static void read_form(struct cursor *c, const char *form)
{
	while (*form) {
		size_t count = 0;

		while (ascii_is_digit((uint8_t)*form))
			count = 10 * count + (size_t)(*form++ - '0');
		skip(c, count);
		switch (*form) {
		case 'n': read_name(c); break;
		case 's': skip(c, read_octet(c)); break;
		case 'S': read_strings(c); break;
		case 'O': read_options(c); break;
		case 'x': c->at = c->end; break;
		default: continue;
		}
		form++;
	}
	c->broken |= c->at != c->end;
}

static void read_record(struct cursor *c)
{
	unsigned type;
	size_t length;

	read_name(c);
	type = read_two(c);
	skip(c, 6); /* class, TTL */
	length = read_two(c);
	struct cursor rdata = *c;
	skip(c, length);
	if (c->broken)
		return;
	rdata.end = c->at;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (forms[i].type == type)
			read_form(&rdata, forms[i].form);
	c->broken |= rdata.broken;
}

bool wire_is_sound(const uint8_t *message, size_t size)
{
	struct cursor c = {.message = message, .at = 4, .end = size};
	size_t questions, records;

	if (size < HEADER_SIZE)
		return false;
	questions = read_two(&c);
	records = read_two(&c) + (size_t)read_two(&c);
	records += read_two(&c);
	for (; questions > 0 && !c.broken; questions--) {
		read_name(&c);
		skip(&c, 4); /* type, class */
	}
	for (; records > 0 && !c.broken; records--)
		read_record(&c);
	return !c.broken;
}

bool wire_asks(const uint8_t *message, size_t size, const char *name, uint16_t type)
{
	struct cursor c = {.message = message, .at = HEADER_SIZE, .end = size};
	uint8_t wanted[DNAME_SIZE];
	size_t length = dname_to_wire(name, wanted);

	c.broken = size < HEADER_SIZE;
	skip(&c, length);
	/* A label's length is no letter, so it survives. */
	if (!c.broken)
		c.broken = !ascii_equal(message + HEADER_SIZE, wanted, length);
	return read_two(&c) == type && !c.broken;
}
