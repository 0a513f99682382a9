/* dns_witness.c owns what is known of the resolver's own validation. */
#include "dns_witness.h"

#include <stdlib.h>
#include <utlist.h>

#include "arena.h"

struct dns_witness {
	struct dns_transport *transport;
	struct dns_question *question; /* while it is asked */
	bool vouches;
	struct dns_witness_wait *waits;
};

struct dns_witness *dns_witness_create(struct dns_transport *transport)
{
	struct dns_witness *witness = memory_alloc(sizeof *witness);

	witness->transport = transport;
	return witness;
}

void dns_witness_destroy(struct dns_witness *witness)
{
	if (!witness)
		return;
	dns_transport_cancel(witness->question);
	free(witness);
}

bool dns_witness_vouches(const struct dns_witness *witness)
{
	return witness->vouches;
}

static void tell(struct dns_witness *witness, enum lookup_failure failure, const char *error)
{
	struct dns_witness_wait *wait;

	while ((wait = witness->waits)) {
		dns_witness_release(witness, wait);
		wait->cb(wait->user, failure, error); /* may free the wait, or begin others */
		if (witness->question)
			return;
	}
}

static void on_reply(void *user, const struct dns_reply *reply)
{
	struct dns_witness *witness = user;

	witness->question = NULL;
	if (!reply->answer) {
		tell(witness, reply->failure, reply->error);
		return;
	}
	witness->vouches = reply->answer->ad;
	dns_answer_destroy(reply->answer);
	if (witness->vouches)
		tell(witness, LOOKUP_FAILURE_NONE, NULL);
	else
		tell(witness, LOOKUP_FAILURE_ROOT,
		    "it does not vouch for the root's keys (no AD bit), as every resolver that "
		    "validates does: name one with --resolver, or use --dnssec validate");
}

void dns_witness_want(struct dns_witness *witness, struct dns_witness_wait *wait)
{
	wait->queued = true;
	DL_APPEND(witness->waits, wait);
	if (!witness->question)
		witness->question = dns_transport_ask(
		    witness->transport, "", DNS_TYPE_DNSKEY, DNS_MODE_AD, on_reply, witness);
}

void dns_witness_release(struct dns_witness *witness, struct dns_witness_wait *wait)
{
	if (!wait->queued)
		return;
	wait->queued = false;
	DL_DELETE(witness->waits, wait);
}
