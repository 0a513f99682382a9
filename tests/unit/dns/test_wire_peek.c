/* Messages in a socket: which getdns may read, and how far what it may not is taken away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire.h"

#define SOUND "\0\x18\0\1\x81\x80\0\1\0\0\0\0\0\0\1a\4test\0\0\1\0\1"
#define UNSOUND "\0\x18\0\1\x81\x80\0\1\0\1\0\0\0\0\1a\4test\0\0\1\0\1"

static void test_look(void **state)
{
	(void)state;
#define ROW(text) text, sizeof(text) - 1
	static const struct {
		const char *label, *octets;
		size_t size;
		bool end; /* the peer ends the connection behind it */
		enum peek_result want;
		size_t left; /* octets in the socket after the look */
	} rows[] = {
	    {"nothing", ROW(""), false, PEEK_WAIT, 0},
	    {"half a length", ROW("\0"), false, PEEK_WAIT, 1},
	    {"a length", ROW("\0\x18"), false, PEEK_WAIT, 2},
	    {"all but an octet", SOUND, sizeof SOUND - 2, false, PEEK_WAIT, sizeof SOUND - 2},
	    {"whole", ROW(SOUND), false, PEEK_SOUND, sizeof SOUND - 1},
	    {"two", ROW(SOUND SOUND), false, PEEK_SOUND, 2 * (sizeof SOUND - 1)},
	    {"whole, and the end", ROW(SOUND), true, PEEK_SOUND, sizeof SOUND - 1},
	    {"the end", ROW(""), true, PEEK_OVER, 0},
	    {"half a length, and the end", ROW("\0"), true, PEEK_OVER, 1},
	    {"half, and the end", SOUND, sizeof SOUND - 2, true, PEEK_OVER, sizeof SOUND - 2},
	    {"unsound", ROW(UNSOUND), false, PEEK_UNSOUND, 0},
	    {"unsound, then another", ROW(UNSOUND SOUND), false, PEEK_UNSOUND, sizeof SOUND - 1},
	    {"of no octets", ROW("\0\0"), false, PEEK_UNSOUND, 0},
	    {"too short for a header", ROW("\0\2ab" SOUND), false, PEEK_UNSOUND, sizeof SOUND - 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct peek_buffer peeked;
		char rest[256];
		int pair[2];
		print_message("%s\n", rows[i].label);
		memset(&peeked, 0, sizeof peeked);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(write(pair[1], rows[i].octets, rows[i].size), rows[i].size);
		if (rows[i].end)
			close(pair[1]);
		assert_int_equal(wire_peek(&peeked, pair[0]), rows[i].want);
		if (rows[i].want == PEEK_UNSOUND)
			assert_memory_equal(
			    peeked.octets + WIRE_LENGTH_SIZE, rows[i].octets + 2, peeked.size);
		ssize_t left = recv(pair[0], rest, sizeof rest, MSG_DONTWAIT);
		assert_int_equal(left < 0 ? 0 : left, rows[i].left);
		close(pair[0]);
		if (!rows[i].end)
			close(pair[1]);
	}
}

/* The longest message, over TCP: it must fit into the socket's buffer in whole. */
static void test_longest(void **state)
{
	(void)state;
	static struct peek_buffer peeked;
	static uint8_t octets[WIRE_LENGTH_SIZE + LIMIT_DNS_MESSAGE] =
	    "\xff\xff\0\1\x81\x80\0\1\0\1\0\0\0\0\1a\4test\0\0\1\0\1"
	    "\xc0\x0c\xff\0\0\1\0\0\0\x9\xff\xdb"; /* TYPE65280 */
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
	int server = accept(listener, NULL, NULL);
	size_t sent = 0;
	enum peek_result view = PEEK_WAIT;
	for (int turns = 0; view == PEEK_WAIT && turns < 10000; turns++) {
		ssize_t n = send(server, octets + sent, sizeof octets - sent, MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else if (sent < sizeof octets)
			usleep(1000);
		view = wire_peek(&peeked, client);
	}
	assert_int_equal(view, PEEK_SOUND);
	assert_int_equal(peeked.size, LIMIT_DNS_MESSAGE);
	close(server);
	close(client);
	close(listener);
}

static void test_datagrams(void **state)
{
	(void)state;
	static const struct {
		const char *label, *octets;
		size_t size;
		enum peek_result want;
		size_t left; /* octets of the next datagram after the look */
	} rows[] = {
	    {"nothing", NULL, 0, PEEK_WAIT, 0},
	    {"whole", &SOUND[2], sizeof SOUND - 3, PEEK_SOUND, sizeof SOUND - 3},
	    {"unsound", &UNSOUND[2], sizeof UNSOUND - 3, PEEK_UNSOUND, 0},
	    {"cut off", &SOUND[2], sizeof SOUND - 4, PEEK_UNSOUND, 0},
	    {"an octet more", &SOUND[2], sizeof SOUND - 2, PEEK_SOUND, sizeof SOUND - 2},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct peek_buffer peeked;
		char rest[256];
		int pair[2];
		print_message("%s\n", rows[i].label);
		assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
		if (rows[i].octets)
			assert_int_equal(
			    send(pair[1], rows[i].octets, rows[i].size, 0), rows[i].size);
		assert_int_equal(wire_peek_datagram(&peeked, pair[0]), rows[i].want);
		if (rows[i].octets)
			assert_memory_equal(
			    peeked.octets + WIRE_LENGTH_SIZE, rows[i].octets, rows[i].size);
		ssize_t left = recv(pair[0], rest, sizeof rest, MSG_DONTWAIT);
		assert_int_equal(left < 0 ? 0 : left, rows[i].left);
		close(pair[0]);
		close(pair[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_look),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_datagrams),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
