/*
 * wire.c owns reading messages and record data octet for octet, with a cursor whose error sticks,
 * and looking at a message in a socket without taking it out.
 */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "ascii.h"
#include "limit.h"

enum {
	HEADER_SIZE = 12,
	LONGEST_LABEL = 63,
	POINTER = 0xc0,
};

#define NO_POINTER SIZE_MAX

/*
 * RDATA by type, a field for each letter or number: b, h, w an integer of 8, 16, 32 bits, digits so
 * many octets, n a name, s a character-string, S one or more of them to the end, O any number of
 * options to the end (RFC 6891 §6.1.2), x anything to the end. What getdns would follow names in is
 * here, if it is used or not; types that it takes apart in ways of their own, and that answer no
 * question of ours, are sound only without data. Other types are not looked at, nor used.
 */
static const struct {
	uint16_t type;
	const char *form;
} forms[] = {
    {1, "4"},          /* A */
    {2, "n"},          /* NS */
    {3, "n"},          /* MD */
    {4, "n"},          /* MF */
    {5, "n"},          /* CNAME */
    {6, "nnwwwww"},    /* SOA */
    {7, "n"},          /* MB */
    {8, "n"},          /* MG */
    {9, "n"},          /* MR */
    {12, "n"},         /* PTR */
    {14, "nn"},        /* MINFO */
    {15, "hn"},        /* MX */
    {16, "S"},         /* TXT */
    {17, "nn"},        /* RP */
    {18, "hn"},        /* AFSDB */
    {21, "hn"},        /* RT */
    {26, "hnn"},       /* PX */
    {28, "16"},        /* AAAA */
    {33, "hhhn"},      /* SRV */
    {35, "hhsssn"},    /* NAPTR */
    {36, "hn"},        /* KX */
    {39, "n"},         /* DNAME */
    {41, "O"},         /* OPT */
    {42, ""},          /* APL */
    {43, "hbbx"},      /* DS */
    {45, ""},          /* IPSECKEY */
    {46, "hbbwwwhnx"}, /* RRSIG */
    {47, "nx"},        /* NSEC */
    {48, "hbbx"},      /* DNSKEY */
    {50, "bbhssx"},    /* NSEC3 */
    {52, "bbbx"},      /* TLSA */
    {55, ""},          /* HIP */
    {58, "nn"},        /* TALINK */
    {107, "hn"},       /* LP */
    {249, ""},         /* TKEY */
    {250, ""},         /* TSIG */
    {260, ""},         /* AMTRELAY */
};

static void skip(struct wire_cursor *c, size_t length)
{
	if (c->broken || length > c->end - c->at)
		c->broken = true;
	else
		c->at += length;
}

/* An integer of so many octets, 0 where the message is broken. */
static uint32_t read_number(struct wire_cursor *c, size_t octets)
{
	uint32_t number = 0;

	skip(c, octets);
	for (size_t i = c->at - octets; !c->broken && i < c->at; i++)
		number = number << 8 | c->message[i];
	return number;
}

/* Copies labels to the root's, or to a pointer: then its target. */
static size_t read_labels(struct wire_cursor *c, struct wire_name *name)
{
	while (!c->broken) {
		const uint8_t *label = c->message + c->at;
		size_t size = read_number(c, 1);

		if (size >= POINTER)
			return (size & ~(size_t)POINTER) << 8 | read_number(c, 1);
		if (size > LONGEST_LABEL || name->size + size + 1 > DNAME_SIZE)
			c->broken = true;
		skip(c, size);
		if (c->broken)
			break;
		memcpy(name->octets + name->size, label, size + 1);
		name->size += size + 1;
		if (size == 0)
			break;
	}
	return NO_POINTER;
}

/* True if there was a pointer in it. */
static bool read_name(struct wire_cursor *c, struct wire_name *name)
{
	size_t from = c->at, target;
	unsigned pointers = 0;

	name->size = 0;
	target = read_labels(c, name);
	while (!c->broken && target != NO_POINTER) {
		struct wire_cursor before = {.message = c->message, .at = target, .end = from};

		/* Each pointer leads further to the front, so there is an end (RFC 1035 §4.1.4). */
		if (target >= from || ++pointers > LIMIT_NAME_POINTERS) {
			c->broken = true;
			break;
		}
		from = target;
		target = read_labels(&before, name);
		c->broken |= before.broken;
	}
	return pointers > 0;
}

static void skip_strings(struct wire_cursor *c)
{
	do {
		skip(c, read_number(c, 1));
	} while (!c->broken && c->at < c->end);
}

static void skip_options(struct wire_cursor *c)
{
	while (!c->broken && c->at < c->end) {
		skip(c, 2); /* code */
		skip(c, read_number(c, 2));
	}
}

/* The field that a letter of a form stands for; of a number, the octets that it counts. */
static struct wire_field read_field(struct wire_cursor *c, char letter, size_t octets)
{
	struct wire_field field = {.data = c->message + c->at};
	size_t from = c->at;
	struct wire_name name;

	switch (letter) {
	case 'b': field.number = read_number(c, 1); break;
	case 'h': field.number = read_number(c, 2); break;
	case 'w': field.number = read_number(c, 4); break;
	case 'n': field.compressed = read_name(c, &name); break;
	case 's':
		octets = read_number(c, 1);
		from = c->at;
		field.data = c->message + from;
		skip(c, octets);
		break;
	case 'S': skip_strings(c); break;
	case 'O': skip_options(c); break;
	case 'x': skip(c, c->end - c->at); break;
	default: skip(c, octets); break;
	}
	if (!c->broken)
		field.size = c->at - from;
	return field;
}

static void read_rdata(struct wire_cursor *c, const char *form, struct wire_record *record)
{
	while (*form && !c->broken) {
		size_t octets = 0;

		while (ascii_is_digit((uint8_t)*form))
			octets = 10 * octets + (size_t)(*form++ - '0');
		record->fields[record->field_count++] =
		    read_field(c, octets ? '\0' : *form, octets);
		form += octets == 0;
	}
	c->broken |= c->at != c->end;
}

/* ---- Messages ---- */

void wire_read_header(struct wire_cursor *c, struct wire_header *header)
{
	unsigned flags;

	skip(c, 2); /* id */
	flags = read_number(c, 2);
	*header = (struct wire_header){.is_response = flags & 0x8000,
	    .aa = flags & 0x0400,
	    .is_truncated = flags & 0x0200,
	    .ad = flags & 0x0020,
	    .rcode = flags & 0xf};
	header->questions = read_number(c, 2);
	for (enum wire_section s = 0; s < WIRE_SECTION_COUNT; s++)
		header->records[s] = read_number(c, 2);
}

void wire_read_question(struct wire_cursor *c, struct wire_record *question)
{
	*question = (struct wire_record){0};
	(void)read_name(c, &question->owner); /* may be compressed */
	question->type = (uint16_t)read_number(c, 2);
	question->class = (uint16_t)read_number(c, 2);
}

void wire_read_record(struct wire_cursor *c, struct wire_record *record)
{
	wire_read_question(c, record);
	record->ttl = read_number(c, 4);
	record->rdata_size = read_number(c, 2);
	record->rdata = c->message + c->at;
	struct wire_cursor rdata = *c;
	skip(c, record->rdata_size);
	if (c->broken)
		return;
	rdata.end = c->at;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (forms[i].type == record->type)
			read_rdata(&rdata, forms[i].form, record);
	c->broken |= rdata.broken;
}

void wire_read_field_name(
    const uint8_t *message, const struct wire_field *field, struct wire_name *name)
{
	size_t at = (size_t)(field->data - message);
	struct wire_cursor c = {.message = message, .at = at, .end = at + field->size};

	(void)read_name(&c, name); /* it was read before */
}

bool wire_is_sound(const uint8_t *message, size_t size)
{
	struct wire_cursor c = {.message = message, .end = size};
	struct wire_header header;
	struct wire_record record;

	wire_read_header(&c, &header);
	for (size_t i = 0; i < header.questions && !c.broken; i++)
		wire_read_question(&c, &record);
	for (enum wire_section s = 0; s < WIRE_SECTION_COUNT; s++)
		for (size_t i = 0; i < header.records[s] && !c.broken; i++)
			wire_read_record(&c, &record);
	return !c.broken;
}

bool wire_asks(const uint8_t *message, size_t size, const char *name, uint16_t type)
{
	struct wire_cursor c = {.message = message, .at = HEADER_SIZE, .end = size};
	uint8_t wanted[DNAME_SIZE];
	size_t length = dname_to_wire(name, wanted);

	c.broken = size < HEADER_SIZE;
	skip(&c, length);
	/* A label's length is no letter, so it survives. */
	if (!c.broken)
		c.broken = !ascii_equal(message + HEADER_SIZE, wanted, length);
	return read_number(&c, 2) == type && !c.broken;
}

/* ---- In a socket ---- */

/* Most messages are smaller: the first peek does not copy everything in the socket. */
enum { FIRST_LOOK = 2048 };

/* True if the peer has closed the connection: nothing will come beyond what is in the socket. */
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

/* Without SO_RCVLOWAT the loop would wake for every octet; where it is refused, it does. */
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

enum peek_result wire_peek_datagram(struct peek_buffer *peeked, int fd)
{
	uint8_t *message = peeked->octets + WIRE_LENGTH_SIZE;
	ssize_t got = recv(fd, message, LIMIT_DNS_MESSAGE, MSG_PEEK | MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? PEEK_WAIT : PEEK_OVER;
	peeked->size = (size_t)got;
	if (wire_is_sound(message, peeked->size))
		return PEEK_SOUND;
	return recv(fd, message, LIMIT_DNS_MESSAGE, MSG_DONTWAIT) == got ? PEEK_UNSOUND : PEEK_OVER;
}
