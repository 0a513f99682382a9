/* dns_pace.c owns the numbers by which a resolver is neither overrun nor left idle. */
#include "dns_pace.h"

#include "limit.h"

enum {
	LEAST_WINDOW = 10,
	/* SERVFAILs of the last 32 answers that are no single names' any more. */
	BURST = 24,
	/* Answers until a connection more is tried again; twice as many after each refusal. */
	FIRST_PATIENCE = 256,
	MOST_PATIENCE = 256 * 256,
	/* Connections for which a learnt number of answers holds: it may have been the one bad
	 * minute of a resolver. */
	KEPT_CONNECTIONS = 64,
	/* Answers that were lost in a reset make the count differ by so much. */
	TOLERANCE = 8,
};

void dns_pace_init(struct dns_pace *pace, size_t most_connections)
{
	*pace = (struct dns_pace){
	    .window = LIMIT_FIRST_CONNECTIONS * LIMIT_CONNECTION_QUESTIONS,
	    .slow_from = LIMIT_QUESTIONS_IN_FLIGHT,
	    .connections = most_connections,
	    .most_connections = most_connections,
	    .patience = FIRST_PATIENCE,
	};
}

static void reduce(struct dns_pace *p, uint64_t number, uint64_t sent)
{
	/* What was sent before the last reduction says nothing about the smaller window. */
	if (number <= p->reduced)
		return;
	p->reduced = sent;
	p->window /= 2;
	if (p->window < LEAST_WINDOW)
		p->window = LEAST_WINDOW;
	p->slow_from = p->window;
}

static void try_one_more(struct dns_pace *p)
{
	if (p->connections == p->most_connections || ++p->credit < p->patience)
		return;
	p->credit = 0;
	p->connections++;
}

void dns_pace_answered(struct dns_pace *p, bool crowded, bool full)
{
	p->failures <<= 1;
	if (crowded)
		try_one_more(p);
	if (!full)
		return; /* a larger one would not be used */
	p->window += p->window < p->slow_from ? 1 : LIMIT_CONNECTION_QUESTIONS / p->window;
	if (p->window > LIMIT_QUESTIONS_IN_FLIGHT)
		p->window = LIMIT_QUESTIONS_IN_FLIGHT;
}

void dns_pace_failed(struct dns_pace *p, uint64_t number, uint64_t sent)
{
	p->failures |= 1;
	if (__builtin_popcount(p->failures) >= BURST)
		reduce(p, number, sent);
}

void dns_pace_lost(struct dns_pace *p, uint64_t number, uint64_t sent)
{
	reduce(p, number, sent);
}

/* Once may be anything; twice the same is how the resolver is made. */
void dns_pace_closed(struct dns_pace *p, size_t answers)
{
	size_t less = answers < p->closed_after ? answers : p->closed_after;
	size_t more = answers + p->closed_after - less;

	p->closed_after = answers;
	if (less == 0 || more - less > less / TOLERANCE)
		return;
	p->answers = less;
	p->kept = 0;
}

void dns_pace_kept(struct dns_pace *p)
{
	if (++p->kept == KEPT_CONNECTIONS)
		p->answers = p->closed_after = 0;
}

void dns_pace_refused(struct dns_pace *p, size_t open)
{
	if (open == 0 || open >= p->connections)
		return;
	p->connections = open;
	if (p->credit > 0 && p->patience < MOST_PATIENCE)
		p->patience *= 2;
	p->credit = 0;
}
