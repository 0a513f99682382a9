/* ad_check.c owns the question whether the resolver validates, and who waits for its answer. */
#include "ad_check.h"

#include <stdlib.h>
#include <utlist.h>

#include "arena.h"

struct ad_check {
	struct transport *transport;
	struct dns_question *question; /* while it is asked */
	bool passed;
	struct ad_check_wait *waits;
};

struct ad_check *ad_check_create(struct transport *transport)
{
	struct ad_check *ad_check = memory_alloc(sizeof *ad_check);

	ad_check->transport = transport;
	return ad_check;
}

void ad_check_destroy(struct ad_check *ad_check)
{
	if (!ad_check)
		return;
	transport_cancel(ad_check->question);
	free(ad_check);
}

bool ad_check_passed(const struct ad_check *ad_check)
{
	return ad_check->passed;
}

static void notify(struct ad_check *ad_check, enum lookup_failure failure, const char *error)
{
	struct ad_check_wait *wait;

	while ((wait = ad_check->waits)) {
		ad_check_release(ad_check, wait);
		wait->cb(wait->user, failure, error); /* may free the wait, or begin others */
		if (ad_check->question)
			return;
	}
}

static void on_reply(void *user, const struct dns_reply *reply)
{
	struct ad_check *ad_check = user;

	ad_check->question = NULL;
	if (!reply->answer) {
		notify(ad_check, reply->failure, reply->error);
		return;
	}
	ad_check->passed = reply->answer->ad;
	answer_destroy(reply->answer);
	if (ad_check->passed)
		notify(ad_check, LOOKUP_FAILURE_NONE, NULL);
	else
		notify(ad_check, LOOKUP_FAILURE_ROOT,
		    "it sets no AD bit on the root's DNSKEY, as every validating resolver does: "
		    "name "
		    "such a one with --resolver, or use --dnssec validate");
}

void ad_check_await(struct ad_check *ad_check, struct ad_check_wait *wait)
{
	wait->queued = true;
	DL_APPEND(ad_check->waits, wait);
	if (!ad_check->question)
		ad_check->question = transport_ask(
		    ad_check->transport, "", DNS_TYPE_DNSKEY, DNS_MODE_AD, on_reply, ad_check);
}

void ad_check_release(struct ad_check *ad_check, struct ad_check_wait *wait)
{
	if (!wait->queued)
		return;
	wait->queued = false;
	DL_DELETE(ad_check->waits, wait);
}
