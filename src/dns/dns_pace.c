/* dns_pace.c owns how many questions and connections a resolver is given at once. */
#include "dns_pace.h"

#include "limit.h"

enum {
	LEAST_WINDOW = 10,
	/* So many SERVFAILs among 32 answers mean an overloaded resolver, not faults of names. */
	BURST = 24,
	/* Answers until a further connection is tried again; doubled by each refusal. */
	FIRST_PATIENCE = 256,
	MOST_PATIENCE = 256 * 256,
	/* Answers between two refusals that are not one. */
	SAME_REFUSAL = LIMIT_CONNECTION_QUESTIONS,
	/* Connections until one is asked for more than the learnt number of answers: the resolver
	 * may have closed those for a passing reason. */
	KEPT_CONNECTIONS = 64,
	/* Two counts are the same up to an eighth: a reset loses answers that were under way. */
	TOLERANCE = 8,
};

void dns_pace_init(struct dns_pace *pace, size_t most_connections)
{
	*pace = (struct dns_pace){
	    .window = LIMIT_FIRST_CONNECTIONS * LIMIT_CONNECTION_QUESTIONS,
	    .slow_from = LIMIT_QUESTIONS_IN_FLIGHT,
	    .connections = most_connections,
	    .most_connections = most_connections,
	    .known = LIMIT_FIRST_CONNECTIONS,
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

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Twice as many where the resolver has taken more before. */
static void try_more(struct dns_pace *p)
{
	bool recovers = p->connections < p->once;

	if (p->connections == p->most_connections ||
	    ++p->credit < (recovers ? FIRST_PATIENCE : p->patience))
		return;
	p->credit = 0;
	p->connections = recovers ? least(2 * p->connections, p->once) : p->connections + 1;
}

void dns_pace_answered(struct dns_pace *p, bool crowded, bool full)
{
	p->failures <<= 1;
	p->since_refusal++;
	if (crowded)
		try_more(p);
	if (!full)
		return; /* the window is not what limits */
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

/* A single close may have any reason; two after the same number of answers are a limit. */
void dns_pace_closed(struct dns_pace *p, size_t answers)
{
	size_t less = least(answers, p->closed_after);
	size_t more = answers + p->closed_after - less;

	p->closed_after = answers;
	if (less == 0 || more - less > less / TOLERANCE)
		return;
	p->answers = less;
	p->kept = 0;
}

void dns_pace_kept(struct dns_pace *p)
{
	p->kept++;
}

bool dns_pace_doubts(struct dns_pace *p)
{
	if (p->answers == 0 || p->kept < KEPT_CONNECTIONS)
		return false;
	p->kept = 0;
	return true;
}

void dns_pace_brought(struct dns_pace *p, size_t answers)
{
	if (p->answers && answers > p->answers + p->answers / TOLERANCE)
		p->answers = p->closed_after = 0;
}

void dns_pace_accepted(struct dns_pace *p, size_t open)
{
	if (open <= p->known)
		return;
	p->known = open;
	if (p->once < open)
		p->once = open;
	p->patience = FIRST_PATIENCE;
}

/* Several with few answers between them are one refusal. A pause of the network or of this machine
 * looks the same, so what was accepted once is forgotten by halves. */
void dns_pace_refused(struct dns_pace *p, size_t open)
{
	if (open == 0 || open >= p->connections)
		return;
	bool same = p->since_refusal < SAME_REFUSAL;

	p->connections = open;
	p->known = least(p->known, open);
	p->credit = p->since_refusal = 0;
	if (same)
		return;
	if (p->once > open)
		p->once = (p->once + open) / 2;
	if (p->patience < MOST_PATIENCE)
		p->patience *= 2;
}
