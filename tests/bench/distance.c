/*
 * distance.c - puts a command a known time away from the network that it is started in, and counts
 * what passes: a namespace of its own, joined by two TUN devices between which each packet waits.
 *
 *   distance CLIENT4 CLIENT6 RESOLVER4
 *
 * The near device appears in the namespace at hand, the far one in the new namespace, which others
 * enter by this process's id. It prints one line when both are there. Then it reads commands:
 *   delay MS RESOLVER_MS   one-way times, to and from the resolver and to all else; prints "ok"
 *   count                  prints the counters since the last `count`, which begin at 0 again
 * and ends at the end of its input. Bytes and queries are those that the client sends and gets.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 1500, PACKETS = 16384, LINE = 256, TCP = 6, UDP = 17, SYN = 2, ACK = 16 };

struct packet {
	uint64_t due_us;
	uint16_t length;
	uint8_t data[MTU + 64];
};

/* Packets of one direction and one distance: all wait equally long, so they leave as they came. */
struct queue {
	struct packet *ring;
	size_t first, count;
	int to;
};

enum { TO_RESOLVER, FROM_RESOLVER, TO_OTHERS, FROM_OTHERS, QUEUES };

static struct queue queues[QUEUES];
static uint64_t delay_us[QUEUES];
static struct {
	unsigned long queries, dns, smtp, https, bytes, dropped;
} count;
static uint8_t resolver[4];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int open_tun(const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0)
		die("/dev/net/tun");
	return fd;
}

static void configure(const char *format, const char *a, const char *b)
{
	char command[LINE * 4];
	snprintf(command, sizeof command, format, a, b);
	if (system(command) != 0)
		die(command);
}

static unsigned port_at(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* A question fits into a segment, and several may share one. */
static void count_questions(const uint8_t *p, size_t length)
{
	while (length > 2 && length >= 2 + (size_t)port_at(p)) {
		count.queries++;
		length -= 2 + (size_t)port_at(p);
		p += 2 + port_at(p);
	}
}

static void count_outgoing(const uint8_t *p, size_t length, unsigned protocol)
{
	if (length < 8)
		return;
	unsigned port = port_at(p + 2);
	if (protocol == UDP)
		count.queries += port == 53;
	if (protocol != TCP || length < 20)
		return;
	size_t header = (size_t)(p[12] >> 4) * 4;
	if ((p[13] & (SYN | ACK)) == SYN) {
		count.dns += port == 53;
		count.smtp += port == 25;
		count.https += port == 443;
	} else if (port == 53 && length > header) {
		count_questions(p + header, length - header);
	}
}

/* Which queue a packet takes; counts it. */
static int sort(const uint8_t *p, size_t length, bool outgoing)
{
	bool v6 = p[0] >> 4 == 6;
	size_t header = v6 ? 40 : (size_t)(p[0] & 15) * 4;
	bool near = !v6 && length >= 20 && memcmp(p + (outgoing ? 16 : 12), resolver, 4) == 0;
	if (outgoing && length > header)
		count_outgoing(p + header, length - header, p[v6 ? 6 : 9]);
	count.bytes += length;
	return (near ? TO_RESOLVER : TO_OTHERS) + !outgoing;
}

static void take(int from, bool outgoing)
{
	struct packet p;
	for (;;) {
		ssize_t n = read(from, p.data, sizeof p.data);
		if (n <= 0)
			return;
		int way = sort(p.data, (size_t)n, outgoing);
		struct queue *q = &queues[way];
		if (q->count == PACKETS) {
			count.dropped++;
			continue;
		}
		p.length = (uint16_t)n;
		p.due_us = now_us() + delay_us[way];
		q->ring[(q->first + q->count++) % PACKETS] = p;
	}
}

/* Sends what is due; microseconds until the next is, at most a second. */
static uint64_t give(struct queue *q)
{
	while (q->count > 0) {
		const struct packet *p = &q->ring[q->first];
		uint64_t now = now_us();
		if (p->due_us > now)
			return p->due_us - now;
		if (write(q->to, p->data, p->length) < 0)
			count.dropped++;
		q->first = (q->first + 1) % PACKETS;
		q->count--;
	}
	return 1000000;
}

static void obey(const char *line)
{
	double all, to_resolver;
	if (sscanf(line, "delay %lf %lf", &all, &to_resolver) == 2) {
		delay_us[TO_RESOLVER] = delay_us[FROM_RESOLVER] = (uint64_t)(to_resolver * 1000);
		delay_us[TO_OTHERS] = delay_us[FROM_OTHERS] = (uint64_t)(all * 1000);
		printf("ok\n");
	} else {
		printf("queries=%lu dns=%lu smtp=%lu https=%lu bytes=%lu dropped=%lu\n",
		    count.queries, count.dns, count.smtp, count.https, count.bytes, count.dropped);
		memset(&count, 0, sizeof count);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 4 || inet_pton(AF_INET, argv[3], resolver) != 1) {
		fprintf(stderr, "usage: distance CLIENT4 CLIENT6 RESOLVER4\n");
		return 2;
	}
	int near = open_tun("near0");
	configure("ip link set near0 up txqueuelen 20000 && ip route add %s/32 dev near0 && "
		  "ip -6 route add %s/128 dev near0",
	    argv[1], argv[2]);
	if (unshare(CLONE_NEWNET) != 0)
		die("unshare");
	int far = open_tun("far0");
	configure("ip link set lo up && ip link set far0 up txqueuelen 20000 && "
		  "ip address add %s/32 dev far0 && ip address add %s/128 dev far0 nodad && "
		  "ip route add default dev far0 && ip -6 route add default dev far0",
	    argv[1], argv[2]);
	for (int i = 0; i < QUEUES; i++) {
		queues[i].ring = calloc(PACKETS, sizeof *queues[i].ring);
		queues[i].to = i == TO_RESOLVER || i == TO_OTHERS ? near : far;
		if (!queues[i].ring)
			die("calloc");
	}
	printf("%d\n", (int)getpid());
	fflush(stdout);
	for (;;) {
		struct pollfd fds[] = {{far, POLLIN, 0}, {near, POLLIN, 0}, {0, POLLIN, 0}};
		uint64_t wait = 1000000;
		for (int i = 0; i < QUEUES; i++) {
			uint64_t left = give(&queues[i]);
			wait = left < wait ? left : wait;
		}
		struct timespec t = {
		    .tv_sec = (time_t)(wait / 1000000), .tv_nsec = (long)(wait % 1000000) * 1000};
		if (ppoll(fds, 3, &t, NULL) < 0 && errno != EINTR)
			die("poll");
		if (fds[0].revents)
			take(far, true);
		if (fds[1].revents)
			take(near, false);
		if (fds[2].revents) {
			char line[LINE];
			ssize_t n = read(0, line, sizeof line - 1);
			if (n <= 0)
				return 0;
			line[n] = '\0';
			obey(line);
		}
	}
}
