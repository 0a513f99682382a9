/* The judge on single name servers: whom it blames, and when it is silent. */
#include "judge_world.h"

enum { SERVERS = 3, REFRESH = 3600 };

/* The zone example.com on three servers, two with IPv4 addresses and one with IPv6, that agree on
 * its one MX host. */
static struct authority_zone *zone;
static struct authority authority;
static struct server_question questions[] = {
    {"example.com", DNS_TYPE_MX},
    {"mx1.example.com", DNS_TYPE_A},
    {"_25._tcp.mx1.example.com", DNS_TYPE_TLSA},
};
enum { MX, A, TLSA, QUESTIONS };

static struct server_answer *said(struct world *w, struct lookup *fact)
{
	struct server_answer *a = arena_alloc(w->arena, sizeof *a);
	*a = (struct server_answer){.fact = fact, .authoritative = true};
	return a;
}

static struct server_answer *soa(struct world *w, uint32_t serial)
{
	struct lookup *l = answer(w, "example.com", DNS_TYPE_SOA, ANSWER_RECORDS, DNSSEC_SECURE);
	struct dns_record *r = add_record(w, l);
	r->soa.serial = serial;
	r->soa.refresh = REFRESH;
	return said(w, l);
}

static struct server_answer *lost(struct world *w)
{
	struct server_answer *a = soa(w, 1);
	a->fact->kind = ANSWER_FAILED;
	a->fact->failure = LOOKUP_FAILURE_TIMEOUT;
	a->fact->error = "is silent";
	a->fact->record_count = 0;
	a->rcode = -1;
	a->authoritative = false;
	return a;
}

static struct lookup *tlsa(struct world *w, uint8_t fill)
{
	struct lookup *l =
	    answer(w, questions[TLSA].name, DNS_TYPE_TLSA, ANSWER_RECORDS, DNSSEC_SECURE);
	add_tlsa(w, l, 3, 1, 1, fill, 32);
	return l;
}

static struct lookup *mx(struct world *w, const char *exchange)
{
	struct lookup *l = answer(w, "example.com", DNS_TYPE_MX, ANSWER_RECORDS, DNSSEC_SECURE);
	struct dns_record *r = add_record(w, l);
	r->mx.preference = 10;
	r->mx.exchange = exchange;
	return l;
}

static void open_servers(struct world *w)
{
	static const char *const names[SERVERS] = {
	    "ns1.example.com", "ns2.example.com", "ns3.example.com"};
	zone = arena_alloc(w->arena, sizeof *zone);
	*zone = (struct authority_zone){"example.com", questions, QUESTIONS,
	    arena_array(w->arena, SERVERS, sizeof *zone->servers), SERVERS};
	authority = (struct authority){zone, 1};
	w->report.authority = &authority;
	for (size_t i = 0; i < SERVERS; i++) {
		struct name_server *s = &zone->servers[i];
		s->zone = zone->name;
		s->name = names[i];
		s->asked = true;
		s->address = i < 2 ? ipv4((uint8_t)(101 + i)) : ipv6(103);
		s->udp = soa(w, 7);
		s->tcp = soa(w, 7);
		s->answers = arena_array(w->arena, QUESTIONS, sizeof *s->answers);
		s->answers[MX] = said(w, mx(w, "mx1.example.com"));
		s->answers[A] =
		    said(w, addresses(w, "mx1.example.com", DNS_TYPE_A, 1, DNSSEC_SECURE));
		s->answers[TLSA] = said(w, tlsa(w, 0x11));
	}
}

static void agree(struct world *w, int value)
{
	(void)value;
	open_servers(w);
}

/* ---- Silence ---- */

static void silence(struct world *w, struct name_server *s)
{
	s->udp = lost(w);
	s->tcp = lost(w);
	s->answers = NULL;
}

static void silence_one(struct world *w, int which)
{
	open_servers(w);
	silence(w, &zone->servers[which]);
}

static void silence_ipv6_where_mail_goes(struct world *w, int stage)
{
	silence_one(w, 2);
	w->end->address = ipv6(1);
	w->end->probe.stage = (enum smtp_stage)stage;
}

static void silence_udp(struct world *w, int others_too)
{
	open_servers(w);
	for (int i = 0; i < (others_too ? SERVERS : 1); i++)
		zone->servers[i].udp = lost(w);
}

static void silence_all(struct world *w, int and_deadline)
{
	open_servers(w);
	for (size_t i = 0; i < SERVERS; i++) {
		silence(w, &zone->servers[i]);
		if (and_deadline)
			zone->servers[i].udp->fact->failure = LOOKUP_FAILURE_DEADLINE;
	}
}

static void cut_off(struct world *w, int which)
{
	silence_one(w, which);
	zone->servers[which].udp->no_route = zone->servers[which].tcp->no_route = true;
}

static void take_address(struct world *w, int known)
{
	open_servers(w);
	zone->servers[0] = (struct name_server){.zone = "example.com",
	    .name = "ns1.example.com",
	    .lacks_address = known,
	    .error = "has no address"};
}

/* ---- No authority ---- */

static void refuse(struct world *w, int rcode)
{
	silence_one(w, 1);
	zone->servers[1].udp->rcode = zone->servers[1].tcp->rcode = rcode;
}

static void recurse(struct world *w, int by_udp_too)
{
	open_servers(w);
	zone->servers[1].tcp->authoritative = false;
	zone->servers[1].udp->authoritative = !by_udp_too;
	if (by_udp_too)
		zone->servers[1].answers = NULL;
}

/* ---- An old zone ---- */

static void set_serial(struct world *w, struct name_server *s, uint32_t serial)
{
	s->udp = soa(w, serial);
	s->tcp = soa(w, serial);
}

static void lag(struct world *w, int serial)
{
	open_servers(w);
	set_serial(w, &zone->servers[1], (uint32_t)serial);
}

static void wrap(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	set_serial(w, &zone->servers[0], 0);
	set_serial(w, &zone->servers[1], UINT32_MAX);
	set_serial(w, &zone->servers[2], 0);
}

/* The newer SOA was signed so many seconds ago. */
static void lag_since(struct world *w, int age)
{
	lag(w, 6);
	for (size_t i = 0; i < SERVERS; i++)
		lookup_add_signature(w->arena, zone->servers[i].udp->fact,
		    &(struct signature_life){
			NOW - (i == 1 ? 5 * DAY : age), NOW + DAY, "example.com", 1});
}

/* ---- Other records ---- */

static void change_tlsa(struct world *w, int fill)
{
	open_servers(w);
	zone->servers[1].answers[TLSA] = said(w, tlsa(w, (uint8_t)fill));
}

static void lag_with_tlsa(struct world *w, int fill)
{
	change_tlsa(w, fill);
	set_serial(w, &zone->servers[1], 6);
}

static void add_tlsa_that_matches_nothing(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	add_tlsa(w, zone->servers[1].answers[TLSA]->fact, 3, 1, 1, 0x99, 32);
}

static void take_tlsa(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	zone->servers[1].answers[TLSA] =
	    said(w, answer(w, questions[TLSA].name, DNS_TYPE_TLSA, ANSWER_NODATA, DNSSEC_SECURE));
}

static void change_tlsa_of_an_unsigned_zone(struct world *w, int value)
{
	change_tlsa(w, value);
	w->host->tlsa_initial->dnssec = w->host->tlsa_initial->alias_dnssec = DNSSEC_INSECURE;
}

static void change_order(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	add_tlsa(w, zone->servers[0].answers[TLSA]->fact, 3, 1, 1, 0x22, 32);
	add_tlsa(w, zone->servers[2].answers[TLSA]->fact, 3, 1, 1, 0x22, 32);
	zone->servers[1].answers[TLSA] = said(w, tlsa(w, 0x22));
	add_tlsa(w, zone->servers[1].answers[TLSA]->fact, 3, 1, 1, 0x11, 32);
}

static void change_mx(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	zone->servers[1].answers[MX] = said(w, mx(w, "old.example.com"));
}

static void change_address(struct world *w, int serial)
{
	lag(w, serial);
	zone->servers[1].answers[A] =
	    said(w, addresses(w, "mx1.example.com", DNS_TYPE_A, 77, DNSSEC_SECURE));
}

static void fail_tlsa(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	zone->servers[1].answers[TLSA]->fact->kind = ANSWER_FAILED;
}

/* ---- Answers that fail ---- */

static void distrust(struct world *w, int servers)
{
	open_servers(w);
	for (int i = 0; i < servers; i++) {
		zone->servers[i].answers[TLSA] = said(w, tlsa(w, 0x33));
		zone->servers[i].answers[TLSA]->fact->dnssec = DNSSEC_BOGUS;
		zone->servers[i].answers[TLSA]->fact->error = "expired";
	}
}

static void distrust_soa(struct world *w, int value)
{
	(void)value;
	lag(w, 6);
	zone->servers[1].udp->fact->dnssec = DNSSEC_BOGUS;
	zone->servers[1].tcp->fact->dnssec = DNSSEC_BOGUS;
	zone->servers[1].answers[TLSA] = said(w, tlsa(w, 0x33));
}

static void fail_tlsa_where_addresses_are_unsigned(struct world *w, int value)
{
	fail_tlsa(w, value);
	w->host->a->dnssec = w->host->a->alias_dnssec = DNSSEC_INSECURE;
	w->host->aaaa->dnssec = w->host->aaaa->alias_dnssec = DNSSEC_INSECURE;
}

static void refer_tlsa(struct world *w, int value)
{
	fail_tlsa(w, value);
	zone->servers[1].answers[TLSA]->referral = true;
}

static void cut_tlsa(struct world *w, int value)
{
	fail_tlsa(w, value);
	zone->servers[1].answers[TLSA]->fact->failure = LOOKUP_FAILURE_DEADLINE;
}

static void fail_mx(struct world *w, int value)
{
	(void)value;
	open_servers(w);
	zone->servers[1].answers[MX]->fact->kind = ANSWER_FAILED;
}

static void silence_tcp(struct world *w, int servers)
{
	open_servers(w);
	for (int i = 0; i < servers; i++)
		zone->servers[i].tcp = lost(w);
}

#define SAID_OF(code) DANE, FINDING_NS_##code
#define UNSAID SILENT, NULL, NULL, NULL

static const struct row rows[] = {
    {"all answer", agree, 0, SAID_OF(UNREACHABLE), UNSAID},
    {"one is silent", silence_one, 0, SAID_OF(UNREACHABLE), W, "",
	"ns1.example.com [81.2.69.101], a name server of example.com, answers neither over UDP "
	"(is silent) nor over TCP (is silent)",
	NULL},
    {"the only one by IPv6 is silent", silence_one, 2, SAID_OF(UNREACHABLE), UNSAID},
    {"the same, though mail goes by IPv6", silence_ipv6_where_mail_goes, SMTP_STAGE_DONE,
	SAID_OF(UNREACHABLE), W, "", "ns3.example.com", NULL},
    {"the same, and no mail either", silence_ipv6_where_mail_goes, SMTP_STAGE_CONNECT,
	SAID_OF(UNREACHABLE), UNSAID},
    {"no way to it from here", cut_off, 0, SAID_OF(UNREACHABLE), UNSAID},
    {"one is silent over UDP", silence_udp, 0, SAID_OF(UNREACHABLE), W, "", "over TCP only", NULL},
    {"all are silent over UDP", silence_udp, 1, SAID_OF(UNREACHABLE), UNSAID},
    {"all are silent", silence_all, 0, SAID_OF(UNREACHABLE), U, "",
	"None of the 3 addresses of name servers of example.com", NULL},
    {"the deadline came first", silence_all, 1, SAID_OF(UNREACHABLE), UNSAID},
    {"one has no address", take_address, 1, SAID_OF(UNREACHABLE), W, "", "has no address", NULL},
    {"one has none that is known", take_address, 0, SAID_OF(UNREACHABLE), UNSAID},

    {"all have authority", agree, 0, SAID_OF(LAME), UNSAID},
    {"one refuses", refuse, 5, SAID_OF(LAME), W, "", "does not serve the zone: is silent", NULL},
    {"one is silent", silence_one, 1, SAID_OF(LAME), UNSAID},
    {"one is a resolver", recurse, 1, SAID_OF(LAME), W, "", "answers without authority", NULL},
    {"one has authority over UDP alone", recurse, 0, SAID_OF(LAME), UNSAID},

    {"one serial", agree, 0, SAID_OF(STALE), UNSAID},
    {"a lower serial", lag, 6, SAID_OF(STALE), W, "",
	"ns2.example.com [81.2.69.102] has serial 6 of example.com, and other name servers have 7",
	NULL},
    {"a higher serial: the others are stale", lag, 8, SAID_OF(STALE), W, "", "ns1.example.com",
	NULL},
    {"serials wrap", wrap, 0, SAID_OF(STALE), W, "", "ns2.example.com", NULL},
    {"the new zone was just signed", lag_since, REFRESH, SAID_OF(STALE), UNSAID},
    {"the new zone is old", lag_since, REFRESH + 90 * 60 + 1, SAID_OF(STALE), W, "", "serial 6",
	NULL},

    {"one TLSA RRset", agree, 0, SAID_OF(INCONSISTENT), UNSAID},
    {"a record that does not match", change_tlsa, 0x33, SAID_OF(INCONSISTENT), C, "",
	"ns2.example.com [81.2.69.102] has TLSA 3 1 1 33333333… at "
	"_25._tcp.mx1.example.com, where ns1.example.com [81.2.69.101] has TLSA 3 1 1 "
	"11111111…: about 1 in 3 lookups",
	NULL},
    {"in an old zone", lag_with_tlsa, 0x33, SAID_OF(INCONSISTENT), C, "", "still has TLSA", NULL},
    {"no record", take_tlsa, 0, SAID_OF(INCONSISTENT), C, "", "has no TLSA records", NULL},
    {"one record more, and one matches", add_tlsa_that_matches_nothing, 0, SAID_OF(INCONSISTENT), W,
	"", "3 1 1 9999", NULL},
    {"where DANE does not apply", change_tlsa_of_an_unsigned_zone, 0x33, SAID_OF(INCONSISTENT), W,
	"", NULL, NULL},
    {"in another order", change_order, 0, SAID_OF(INCONSISTENT), UNSAID},
    {"another MX", change_mx, 0, SAID_OF(INCONSISTENT), W, "",
	"has MX 10 old.example.com at example.com", NULL},
    {"another address in an old zone", change_address, 6, SAID_OF(INCONSISTENT), W, "",
	"has A 81.2.69.77", NULL},
    {"another address in the same zone", change_address, 7, SAID_OF(INCONSISTENT), UNSAID},
    {"an answer that failed", fail_tlsa, 0, SAID_OF(INCONSISTENT), UNSAID},
    {"an answer that is bogus", distrust, 1, SAID_OF(INCONSISTENT), UNSAID},
    {"of a zone that is bogus", distrust_soa, 0, SAID_OF(INCONSISTENT), UNSAID},

    {"all give TLSA records", agree, 0, SAID_OF(TLSA_FAILS), UNSAID},
    {"one fails", fail_tlsa, 0, SAID_OF(TLSA_FAILS), C, "",
	"asked for the TLSA records at _25._tcp.mx1.example.com", NULL},
    {"one fails, and addresses are unsigned", fail_tlsa_where_addresses_are_unsigned, 0,
	SAID_OF(TLSA_FAILS), W, "", NULL, NULL},
    {"one refers to a zone below", refer_tlsa, 0, SAID_OF(TLSA_FAILS), UNSAID},
    {"the deadline came first", cut_tlsa, 0, SAID_OF(TLSA_FAILS), UNSAID},
    {"one fails for MX", fail_mx, 0, SAID_OF(TLSA_FAILS), UNSAID},

    {"all is proven", agree, 0, SAID_OF(BOGUS), UNSAID},
    {"one answer of one is bogus", distrust, 1, SAID_OF(BOGUS), C, "",
	"What ns1.example.com [81.2.69.101] says of _25._tcp.mx1.example.com (TLSA) fails DNSSEC "
	"validation (expired)",
	NULL},
    {"that of all is", distrust, SERVERS, SAID_OF(BOGUS), UNSAID},
    {"the SOA record of one is", distrust_soa, 0, SAID_OF(BOGUS), C, "", "example.com (SOA)", NULL},
    {"and its serial is not compared", distrust_soa, 0, SAID_OF(STALE), UNSAID},

    {"all answer over TCP", agree, 0, SAID_OF(NO_TCP), UNSAID},
    {"one does not", silence_tcp, 1, SAID_OF(NO_TCP), W, "", "answers over UDP only", NULL},
    {"none does", silence_tcp, SERVERS, SAID_OF(NO_TCP), UNSAID},
    {"one answers neither way", silence_one, 0, SAID_OF(NO_TCP), UNSAID},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows, FINDING_NS_UNREACHABLE, FINDING_NS_NO_TCP + 1);
}

/* The finding names the server, and its status is the worst of them. */
static void test_status(void **state)
{
	static const struct {
		void (*change)(struct world *w, int value);
		int value;
		enum status want[SERVERS];
	} cases[] = {
	    {agree, 0, {STATUS_OK, STATUS_OK, STATUS_OK}},
	    {silence_one, 0, {STATUS_WARNING, STATUS_OK, STATUS_OK}},
	    {silence_one, 2, {STATUS_OK, STATUS_OK, STATUS_UNKNOWN}},
	    {cut_off, 1, {STATUS_OK, STATUS_UNKNOWN, STATUS_OK}},
	    {silence_all, 0, {STATUS_UNKNOWN, STATUS_UNKNOWN, STATUS_UNKNOWN}},
	    {lag_with_tlsa, 0x33, {STATUS_OK, STATUS_CRITICAL, STATUS_OK}},
	    {take_address, 0, {STATUS_UNKNOWN, STATUS_OK, STATUS_OK}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;
		world_open(&w);
		cases[i].change(&w, cases[i].value);
		world_judge(&w);
		for (size_t k = 0; k < SERVERS; k++)
			assert_int_equal(zone->servers[k].status, cases[i].want[k]);
		for (size_t k = 0; k < w.report.finding_count; k++) {
			const struct finding *f = &w.report.findings[k];
			if (f->code >= FINDING_NS_LAME && f->code <= FINDING_NS_INCONSISTENT)
				assert_ptr_equal(f->server, &zone->servers[1]);
		}
		world_close(&w);
	}
}

/* Said once, however many zones no server of which answers. */
static void test_blocked_once(void **state)
{
	struct world w;
	size_t count = 0;
	(void)state;
	world_open(&w);
	silence_all(&w, 0);
	struct authority_zone two[] = {*zone, *zone};
	authority = (struct authority){two, 2};
	world_judge(&w);
	for (size_t i = 0; i < w.report.finding_count; i++)
		count += w.report.findings[i].code == FINDING_NS_UNREACHABLE;
	assert_int_equal(count, 1);
	assert_null(find(&w, FINDING_NS_UNREACHABLE)->server);
	assert_non_null(strstr(find(&w, FINDING_NS_UNREACHABLE)->message, "and other zones"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_blocked_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
