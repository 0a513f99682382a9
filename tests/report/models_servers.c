/* models_servers.c - owns the models of domains of which each name server was asked. */
#include "models_servers.h"

#include <sys/socket.h>

#include "models.h"

enum { QUESTIONS = 2 };

static const char zone_name[] = "served.example";
static struct server_question questions[QUESTIONS] = {
    {"served.example", DNS_TYPE_MX}, {"_25._tcp.mx1.served.example", DNS_TYPE_TLSA}};

static struct server_answer *model_answer(
    struct domain_report *r, const struct server_question *q, enum dnssec_status dnssec)
{
	struct server_answer *a = arena_alloc(r->arena, sizeof *a);
	a->fact = model_lookup(r, q->name, q->type, dnssec);
	a->authoritative = true;
	return a;
}

static struct server_answer *model_failed_answer(
    struct domain_report *r, const struct server_question *q, int rcode, const char *error)
{
	struct server_answer *a = model_answer(r, q, DNSSEC_INDETERMINATE);
	a->fact->kind = ANSWER_FAILED;
	a->fact->error = error;
	a->rcode = rcode;
	a->authoritative = false;
	return a;
}

static struct server_answer *model_soa(struct domain_report *r, uint32_t serial)
{
	struct server_answer *a =
	    model_answer(r, &(struct server_question){zone_name, DNS_TYPE_SOA}, DNSSEC_SECURE);
	struct dns_record *record =
	    arena_append(r->arena, &a->fact->records, &a->fact->record_count, sizeof *record);
	record->soa.serial = serial;
	return a;
}

static struct name_server *model_server(struct domain_report *r, struct authority_zone *z,
    const char *name, const char *address, enum status status)
{
	struct name_server *s = arena_append(r->arena, &z->servers, &z->server_count, sizeof *s);
	s->zone = z->name;
	s->name = name;
	if (address)
		(void)address_read(address, &s->address); /* it is one */
	s->asked = address != NULL;
	s->status = status;
	return s;
}

static void add_tlsa(struct domain_report *r, struct lookup *l, uint8_t seed)
{
	struct dns_record *record =
	    arena_append(r->arena, &l->records, &l->record_count, sizeof *record);
	record->tlsa.usage = 3;
	record->tlsa.selector = record->tlsa.mtype = 1;
	record->tlsa.data = model_octets(r, seed, 32);
	record->tlsa.length = 32;
}

static void model_data(
    struct domain_report *r, struct name_server *s, uint32_t serial, uint8_t seed)
{
	s->udp = model_soa(r, serial);
	s->tcp = model_soa(r, serial);
	s->answers = arena_array(r->arena, QUESTIONS, sizeof *s->answers);
	for (size_t i = 0; i < QUESTIONS; i++)
		s->answers[i] = model_answer(r, &questions[i], DNSSEC_SECURE);
	add_tlsa(r, s->answers[1]->fact, seed);
}

static void model_failed(
    struct domain_report *r, struct name_server *s, int rcode, const char *udp, const char *tcp)
{
	const struct server_question soa = {zone_name, DNS_TYPE_SOA};
	s->udp = model_failed_answer(r, &soa, rcode, udp);
	s->tcp = model_failed_answer(r, &soa, rcode, tcp);
}

static void model_server_finding(struct domain_report *r, enum finding_code code,
    enum status severity, const struct name_server *server, const char *message)
{
	model_finding(r, code, severity, NULL, NULL, message, NULL)->server = server;
}

struct domain_report *model_servers(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, zone_name, NULL);
	struct authority *a = r->authority = arena_alloc(arena, sizeof *a);
	struct authority_zone *z = arena_append(arena, &a->zones, &a->zone_count, sizeof *z);
	*z = (struct authority_zone){
	    .name = zone_name, .questions = questions, .question_count = QUESTIONS};
	r->status = STATUS_CRITICAL;
	r->summary = "1 of 1 MX host DANE-verified";
	r->mx = model_lookup(r, zone_name, DNS_TYPE_MX, DNSSEC_SECURE);
	struct name_server *s = model_server(r, z, "ns1.served.example", "192.0.2.53", STATUS_OK);
	model_data(r, s, 2026112301, 0x31);
	s = model_server(r, z, "ns1.served.example", "2001:db8::53", STATUS_UNKNOWN);
	model_failed(
	    r, s, -1, "this machine has no route to it", "this machine has no route to it");
	s->udp->no_route = s->tcp->no_route = true;
	s = model_server(r, z, "ns2.served.example", "192.0.2.54", STATUS_CRITICAL);
	model_data(r, s, 2026112201, 0x55);
	s = model_server(r, z, "ns3.served.example", "192.0.2.55", STATUS_WARNING);
	model_failed(r, s, 5, "192.0.2.55 answered REFUSED", "192.0.2.55 answered REFUSED");
	s = model_server(r, z, "ns4.served.example", "192.0.2.56", STATUS_WARNING);
	model_failed(r, s, -1, "192.0.2.56 did not answer within 10 s",
	    "192.0.2.56 cannot be reached over TCP, or closed the connection");
	s = model_server(r, z, "ns5.served.example", "192.0.2.57", STATUS_OK);
	model_data(r, s, 2026112301, 0x31);
	s->answers[1] = model_failed_answer(r, &questions[1], 2, "192.0.2.57 answered SERVFAIL");
	s = model_server(r, z, "ns6.served.example", NULL, STATUS_WARNING);
	s->error = "has no address";
	s->lacks_address = true;
	model_server_finding(r, FINDING_NS_INCONSISTENT, STATUS_CRITICAL, &z->servers[2],
	    "ns2.served.example [192.0.2.54] still has TLSA 3 1 1 55667788….");
	model_server_finding(r, FINDING_NS_UNREACHABLE, STATUS_WARNING, &z->servers[4],
	    "ns4.served.example [192.0.2.56] does not answer.");
	model_server_finding(r, FINDING_NS_LAME, STATUS_WARNING, &z->servers[3],
	    "ns3.served.example [192.0.2.55] does not serve the zone.");
	model_server_finding(r, FINDING_NS_UNREACHABLE, STATUS_WARNING, &z->servers[6],
	    "ns6.served.example has no address.");
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i, OUTCOME_UNKNOWN, 0);
	return r;
}
