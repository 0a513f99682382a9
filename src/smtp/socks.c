/* socks.c owns the dialogue with a SOCKS 5 proxy: method, user and password, the request to
 * connect.
 */
#include "socks.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* RFC 1928 §3 */
	VERSION = 5,
	METHOD_NONE = 0,
	METHOD_PASSWORD = 2,
	/* §4 */
	COMMAND_CONNECT = 1,
	TYPE_IPV4 = 1,
	TYPE_NAME = 3,
	TYPE_IPV6 = 4,
	/* RFC 1929 §2 */
	PASSWORD_VERSION = 1,
};

/* What is waited for, and how many octets it has: of the reply to the request up to the first octet
 * of the address, which may be a length. */
enum state { STATE_METHOD, STATE_PASSWORD, STATE_REPLY, STATE_BOUND, STATE_OVER };
enum { METHOD_OCTETS = 2, PASSWORD_OCTETS = 2, REPLY_OCTETS = 5, PORT_OCTETS = 2 };

struct socks {
	const struct proxy *proxy;
	struct address target;
	uint16_t port;
	struct buffer out;
	enum state state;
	uint8_t got[REPLY_OCTETS];
	size_t length; /* of got */
	size_t needed; /* octets of the present state that are still due */
	const char *error;
	bool timed_out;
};

static void add_octet(struct socks *s, unsigned octet)
{
	buffer_add(&s->out, &(uint8_t){(uint8_t)octet}, 1);
}

static void enter(struct socks *s, enum state state, size_t octets)
{
	s->state = state;
	s->needed = octets;
	s->length = 0;
}

static enum socks_step end(struct socks *s, enum socks_step step, const char *error)
{
	enter(s, STATE_OVER, 0);
	s->error = error;
	return step;
}

static enum socks_step refuse(struct socks *s, const char *error)
{
	return end(s, SOCKS_STEP_REFUSED, error);
}

/* ---- What is said ---- */

/* RFC 1928 §3. */
static void offer_methods(struct socks *s)
{
	add_octet(s, VERSION);
	add_octet(s, s->proxy->user ? 2 : 1);
	add_octet(s, METHOD_NONE);
	if (s->proxy->user)
		add_octet(s, METHOD_PASSWORD);
	enter(s, STATE_METHOD, METHOD_OCTETS);
}

/* A length of one octet, then so many (RFC 1929 §2). */
static void add_field(struct socks *s, const char *text)
{
	add_octet(s, (unsigned)strlen(text));
	buffer_add_text(&s->out, text);
}

static void say_password(struct socks *s)
{
	add_octet(s, PASSWORD_VERSION);
	add_field(s, s->proxy->user);
	add_field(s, s->proxy->password);
	enter(s, STATE_PASSWORD, PASSWORD_OCTETS);
}

/* RFC 1928 §4, with an address: no name leaves for the proxy. */
static void ask_to_connect(struct socks *s)
{
	bool v4 = s->target.family == AF_INET;
	add_octet(s, VERSION);
	add_octet(s, COMMAND_CONNECT);
	add_octet(s, 0);
	add_octet(s, v4 ? TYPE_IPV4 : TYPE_IPV6);
	buffer_add(&s->out, s->target.bytes, v4 ? 4 : 16);
	add_octet(s, s->port >> 8);
	add_octet(s, s->port & 0xff);
	enter(s, STATE_REPLY, REPLY_OCTETS);
}

/* ---- What it means ---- */

static enum socks_step read_method(struct socks *s)
{
	if (s->got[0] != VERSION)
		return refuse(s, "does not speak SOCKS 5");
	if (s->got[1] == METHOD_NONE)
		ask_to_connect(s);
	else if (s->got[1] == METHOD_PASSWORD && s->proxy->user)
		say_password(s);
	else
		return refuse(s, s->proxy->user
				     ? "takes neither a user name with a password nor none"
				     : "wants a user name and a password");
	return SOCKS_STEP_READ;
}

static enum socks_step read_password_status(struct socks *s)
{
	if (s->got[1] != 0)
		return refuse(s, "refuses the user name or the password");
	ask_to_connect(s);
	return SOCKS_STEP_READ;
}

/* RFC 1928 §6. A failure without a name may have any reason, so it is the proxy's. */
static enum socks_step read_failure(struct socks *s, unsigned reply)
{
	s->timed_out = reply == 6;
	switch (reply) {
	case 2: return refuse(s, "does not allow the connection");
	case 3: return end(s, SOCKS_STEP_FAILED, "network unreachable");
	case 4: return end(s, SOCKS_STEP_FAILED, "host unreachable");
	case 5: return end(s, SOCKS_STEP_FAILED, "connection refused");
	case 6: return end(s, SOCKS_STEP_FAILED, "connection timed out");
	case 7: return refuse(s, "does not know the command CONNECT");
	case 8:
		return refuse(s, s->target.family == AF_INET6
				     ? "does not connect to IPv6 addresses"
				     : "does not connect to IPv4 addresses");
	default: return refuse(s, "failed to connect and does not say why");
	}
}

/* Where the proxy connects from says nothing, but stands before the server's first octet. */
static enum socks_step read_reply(struct socks *s)
{
	switch (s->got[3]) {
	case TYPE_IPV4: enter(s, STATE_BOUND, 4 - 1 + PORT_OCTETS); break;
	case TYPE_IPV6: enter(s, STATE_BOUND, 16 - 1 + PORT_OCTETS); break;
	case TYPE_NAME: enter(s, STATE_BOUND, s->got[4] + (size_t)PORT_OCTETS); break;
	default: return refuse(s, "does not speak SOCKS 5");
	}
	return SOCKS_STEP_READ;
}

static enum socks_step take(struct socks *s, uint8_t octet)
{
	if (s->length < sizeof s->got)
		s->got[s->length++] = octet;
	s->needed--;
	if (s->state == STATE_REPLY && s->length == 2) {
		if (s->got[0] != VERSION)
			return refuse(s, "does not speak SOCKS 5");
		if (s->got[1] != 0)
			return read_failure(s, s->got[1]);
	}
	if (s->needed > 0)
		return SOCKS_STEP_READ;
	switch (s->state) {
	case STATE_METHOD: return read_method(s);
	case STATE_PASSWORD: return read_password_status(s);
	case STATE_REPLY: return read_reply(s);
	case STATE_BOUND:
	case STATE_OVER: break;
	}
	return end(s, SOCKS_STEP_DONE, NULL);
}

enum socks_step socks_input(struct socks *s, const void *data, size_t length)
{
	const uint8_t *octets = data;
	enum socks_step step = SOCKS_STEP_READ;
	for (size_t i = 0; i < length && step == SOCKS_STEP_READ; i++)
		step = take(s, octets[i]);
	return step;
}

/* ---- Interface ---- */

struct socks *socks_create(const struct proxy *proxy, const struct address *target, uint16_t port)
{
	struct socks *s = memory_alloc(sizeof *s);
	s->proxy = proxy;
	s->target = *target;
	s->port = port;
	offer_methods(s);
	return s;
}

void socks_destroy(struct socks *s)
{
	if (!s)
		return;
	buffer_reset(&s->out);
	free(s);
}

struct buffer *socks_output(struct socks *s)
{
	return &s->out;
}

size_t socks_wanted(const struct socks *s)
{
	return s->needed;
}

bool socks_is_connecting(const struct socks *s)
{
	return s->state == STATE_REPLY || s->state == STATE_BOUND;
}

const char *socks_error(const struct socks *s)
{
	return s->error;
}

bool socks_timed_out(const struct socks *s)
{
	return s->timed_out;
}
