/* The command line: what each option puts into struct params, and how a wrong one is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "options.h"

enum { MOST_WORDS = 32 };

struct result {
	enum options_action action;
	struct params params;
	struct options_topic topic;
	const char *error;
};

/* Splits at blanks ("''" is an empty word) and parses. */
static struct result parse(struct arena *arena, const char *line)
{
	struct result r = {0};
	char *argv[MOST_WORDS + 1] = {arena_strdup(arena, "mxdane")};
	int argc = 1;
	char *save = NULL;

	for (char *word = strtok_r(arena_strdup(arena, line), " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		assert_in_range(argc, 1, MOST_WORDS - 1);
		argv[argc++] = strcmp(word, "''") == 0 ? arena_strdup(arena, "") : word;
	}
	r.action = options_parse(arena, argc, argv, &r.params, &r.topic, &r.error);
	return r;
}

static void show_number(struct buffer *out, const char *name, long long value, long long standard)
{
	if (value != standard)
		buffer_printf(out, "%s=%lld ", name, value);
}

static void show_text(struct buffer *out, const char *name, const char *value)
{
	if (value)
		buffer_printf(out, "%s=%s ", name, value);
}

static void show_lists(struct buffer *out, const struct params *p)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < p->domain_count; i++)
		buffer_printf(out, "domain=%s ", p->domains[i]);
	for (size_t i = 0; i < p->mx_host_count; i++)
		buffer_printf(out, "mx=%s ", p->mx_hosts[i]);
	for (size_t i = 0; i < p->upstream_count; i++) {
		const struct upstream *u = &p->upstreams[i];
		buffer_printf(out, "%s=%s@%u%s%s ", u->tls ? "tls" : "resolver",
		    address_text(&u->address, text), u->port, u->tls_name ? "#" : "",
		    u->tls_name ? u->tls_name : "");
	}
	if (p->proxy)
		buffer_printf(out, "proxy=%s/%s/%u%s%s%s%s ", p->proxy->name, p->proxy->host,
		    p->proxy->port, p->proxy->user ? " user=" : "",
		    p->proxy->user ? p->proxy->user : "", p->proxy->user ? " password=" : "",
		    p->proxy->user ? p->proxy->password : "");
	for (size_t i = 0; i < p->zone_count; i++)
		buffer_printf(out, "zone=%s%s%s ", p->zones[i].origin ? p->zones[i].origin : "",
		    p->zones[i].origin ? "=" : "", p->zones[i].file);
	for (size_t i = 0; i < p->chain_count; i++)
		buffer_printf(out, "chain=%s:%s ", p->chains[i].host ? p->chains[i].host : "*",
		    p->chains[i].file);
	for (int i = 0; i < FINDING_COUNT; i++)
		if (p->ignore[i])
			buffer_printf(out, "ignore=%s ", finding_info((enum finding_code)i)->code);
}

/* What differs from "no option given", in one line. */
static const char *show(struct arena *arena, const struct params *p)
{
	struct buffer out = {0};

	show_lists(&out, p);
	show_text(&out, "file", p->file);
	show_number(&out, "port", p->port, 25);
	show_number(&out, "family", p->family, FAMILY_BOTH);
	show_number(&out, "reserved", p->reserved, false);
	show_number(&out, "dnssec", p->dnssec, DNSSEC_MODE_VALIDATE);
	show_text(&out, "anchor", p->trust_anchor);
	show_text(&out, "ca", p->ca_file);
	show_text(&out, "ehlo", p->ehlo);
	show_number(&out, "timeout", p->timeout_ms, 10000);
	show_number(&out, "deadline", p->deadline_ms, 60000);
	show_number(&out, "jobs", p->jobs, 64);
	show_number(&out, "keys", p->key_types, KEY_TYPES_EACH);
	show_number(&out, "unordered", p->unordered, false);
	show_text(&out, "resume", p->resume);
	show_text(&out, "baseline", p->baseline);
	show_number(&out, "per-host", p->per_host, 4);
	show_number(&out, "authoritative", p->authoritative, false);
	show_number(&out, "repeat", p->repeat, 1);
	show_number(&out, "wait", p->wait_seconds, 0);
	show_number(&out, "plan", p->plan, false);
	show_number(&out, "warn", p->warn_days, 14);
	if (p->at_given)
		buffer_printf(
		    &out, "at=%s%lld ", p->at_relative ? "+" : "", (long long)p->at_value);
	show_number(&out, "require", p->require, REQUIRE_DANE);
	show_number(&out, "fail-on", p->fail_on, STATUS_WARNING);
	show_number(&out, "output", p->output, OUTPUT_TEXT);
	show_number(&out, "quiet", p->quiet, false);
	show_number(&out, "verbose", p->verbose, false);
	show_number(&out, "color", p->color, WHEN_AUTO);
	show_number(&out, "progress", p->progress, WHEN_AUTO);
	const char *text = arena_strndup(
	    arena, buffer_text(&out), out.length ? out.length - 1 : 0); /* no blank at the end */
	buffer_reset(&out);
	return text;
}

/* clang-format off */
static const struct {
	const char *line, *want;
} accepted[] = {
    {"a.example", "domain=a.example"},
    {"a.example B.example. a.example", "domain=a.example domain=B.example. domain=a.example"},
    {"-- -odd", "domain=-odd"},
    {"''", "domain="}, /* a broken name is a finding of that domain, no usage error */
    {"-f list", "file=list"},
    {"--file - a", "domain=a file=-"},
    {"--mx MX1.example. --mx mx1.example --mx mx2.example a",
	"domain=a mx=mx1.example mx=mx2.example"},
    {"--mx MX1.example", "domain=mx1.example mx=mx1.example"},
    {"--mx b\u00fccher.example a", "domain=a mx=xn--bcher-kva.example"},
    {"-p 1 a", "domain=a port=1"},
    {"--port 65535 a", "domain=a port=65535"},
    {"-p 2525 -p 025 a", "domain=a"}, /* the last one counts */
    {"-4 a", "domain=a family=1"},
    {"-6 a", "domain=a family=2"},
    {"--reserved a", "domain=a reserved=1"},
    {"-r 127.0.0.1 a", "domain=a resolver=127.0.0.1@53"},
    {"--resolver 192.0.2.1@5353 -r ::1 -r ::1@5353 a",
	"domain=a resolver=192.0.2.1@5353 resolver=::1@53 resolver=::1@5353"},
    {"-r [2001:db8::1]@54 a", "domain=a resolver=2001:db8::1@54"},
    {"-r tls://192.0.2.1#DNS.example a", "domain=a tls=192.0.2.1@853#dns.example"},
    {"-r tls://2001:db8::1@8853#dns.example a", "domain=a tls=2001:db8::1@8853#dns.example"},
    {"--dnssec validate a", "domain=a"},
    {"--dnssec trust-ad a", "domain=a dnssec=1"},
    {"--trust-anchor root.key a", "domain=a anchor=root.key"},
    {"--trust-anchor root.key --dnssec validate a", "domain=a anchor=root.key"},
    {"--ca-file ca.pem a", "domain=a ca=ca.pem"},
    {"--ehlo Probe.example a", "domain=a ehlo=probe.example"},
    {"--ehlo [192.0.2.1] a", "domain=a ehlo=[192.0.2.1]"},
    {"--ehlo [IPv6:2001:db8::1] a", "domain=a ehlo=[IPv6:2001:db8::1]"},
    {"-t 1 a", "domain=a timeout=1000"},
    {"--timeout 600 a", "domain=a timeout=600000"},
    {"--deadline 1 a", "domain=a deadline=1000"},
    {"--deadline 86400 a", "domain=a deadline=86400000"},
    {"-j 1 a", "domain=a jobs=1"},
    {"--jobs 10000 a", "domain=a jobs=10000"},
    {"-k each a", "domain=a"},
    {"--key-types any a", "domain=a keys=1"},
    {"--unordered -o json a", "domain=a unordered=1 output=1"},
    {"-o json --resume old.json a", "domain=a resume=old.json output=1"},
    {"--baseline old.json a", "domain=a baseline=old.json"},
    {"--proxy socks5://127.0.0.1 a",
	"domain=a proxy=socks5://127.0.0.1:1080/127.0.0.1/1080"},
    {"--proxy socks5://Proxy.Example:65535/ a",
	"domain=a proxy=socks5://proxy.example:65535/proxy.example/65535"},
    {"--proxy socks5://[2001:db8::1] a",
	"domain=a proxy=socks5://[2001:db8::1]:1080/2001:db8::1/1080"},
    {"--proxy socks5://[::1]:9050 a", "domain=a proxy=socks5://[::1]:9050/::1/9050"},
    {"--proxy socks5://u:p@localhost a",
	"domain=a proxy=socks5://localhost:1080/localhost/1080 user=u password=p"},
    {"--proxy socks5://a%40b:%3a@%2F@[::1]:1 a",
	"domain=a proxy=socks5://[::1]:1/::1/1 user=a@b password=:@/"},
    {"--per-host 100 a", "domain=a per-host=100"},
    {"--plan --chain new.pem a", "domain=a chain=*:new.pem plan=1"},
    {"--plan --chain new.pem -o nsupdate a", "domain=a chain=*:new.pem plan=1 output=8"},
    {"-a a", "domain=a authoritative=1"},
    {"--authoritative a", "domain=a authoritative=1"},
    {"--repeat 2 a", "domain=a repeat=2"},
    {"--repeat 100 a", "domain=a repeat=100"},
    {"--wait 1s a", "domain=a wait=1"},
    {"--wait 30m a", "domain=a wait=1800"},
    {"--wait 4h --zone f", "zone=f authoritative=1 wait=14400"},
    {"--wait 30d a", "domain=a wait=2592000"},
    {"--wait 1s --chain f a", "domain=a chain=*:f authoritative=1 wait=1"},
    {"--warn-days 0 a", "domain=a warn=0"},
    {"--warn-days 3650 a", "domain=a warn=3650"},
    {"--at +30d a", "domain=a at=+2592000"},
    {"--at +0d a", "domain=a at=+0"},
    {"--at +36500d a", "domain=a at=+3153600000"},
    {"--at 1970-01-01T00:00:00Z a", "domain=a at=0"},
    {"--at 1970-01-02 a", "domain=a at=86400"},
    {"--at 2027-01-31T12:00:00+01:00 a", "domain=a at=1801393200"},
    {"--at 2027-01-31t12:00:00.75-00:30 a", "domain=a at=1801398600"},
    {"--at 2024-02-29T00:00:00z a", "domain=a at=1709164800"},
    {"--at 2016-12-31T23:59:60Z a", "domain=a at=1483228800"},
    {"--at 2100-01-01T00:00:00Z a", "domain=a at=4102444800"},
    {"--at +1d --at 1970-01-01T00:00:01Z a", "domain=a at=1"},
    {"--zone a.zone --zone b.zone a", "domain=a zone=a.zone zone=b.zone"},
    {"--zone a.zone", "zone=a.zone"},
    {"--zone A.Example.=a.zone --zone b=c=d", "zone=a.example=a.zone zone=b=c=d"},
    {"--zone ./a=b.zone a", "domain=a zone=./a=b.zone"},
    {"--chain new.pem a", "domain=a chain=*:new.pem"},
    {"--chain MX1.example=ec.pem --chain mx1.example.=rsa.pem a",
	"domain=a chain=mx1.example:ec.pem chain=mx1.example:rsa.pem"},
    {"--chain ./x=y.pem --chain mx1.example=x=y.pem a",
	"domain=a chain=*:./x=y.pem chain=mx1.example:x=y.pem"},
    {"--chain 1 --chain 2 --chain h=1 --chain h=2 --chain i=3 a",
	"domain=a chain=*:1 chain=*:2 chain=h:1 chain=h:2 chain=i:3"},
    {"--require mta-sts a", "domain=a require=1"},
    {"--require any a", "domain=a require=2"},
    {"--require both a", "domain=a require=3"},
    {"--require none a", "domain=a require=4"},
    {"--require none --require dane a", "domain=a"},
    {"--ignore mx-insecure,tlsrpt-absent --ignore cert-weak a",
	"domain=a ignore=mx-insecure ignore=cert-weak ignore=tlsrpt-absent"},
    {"--fail-on critical a", "domain=a fail-on=3"},
    {"--fail-on warning a", "domain=a"},
    {"-o text a", "domain=a"},
    {"-o nagios a", "domain=a output=2"},
    {"--output prometheus a", "domain=a output=3"},
    {"--output=junit a", "domain=a output=4"},
    {"-o tlsa a", "domain=a output=5"},
    {"-o sarif a", "domain=a output=6"},
    {"-o github a", "domain=a output=7"},
    {"-q a", "domain=a quiet=1"},
    {"-v a", "domain=a verbose=1"},
    {"--color always a", "domain=a color=1"},
    {"--color always --color auto a", "domain=a"},
    {"--progress auto a", "domain=a"},
    {"--color never a", "domain=a color=2"},
    {"--progress always a", "domain=a progress=1"},
    {"--progress never a", "domain=a progress=2"},
    {"--verb a", "domain=a verbose=1"}, /* an unambiguous beginning, as getopt has it */
};
/* clang-format on */

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		struct arena *arena = arena_create();
		struct result r = parse(arena, accepted[i].line);
		const char *got = r.error ? r.error : show(arena, &r.params);
		if (strcmp(got, accepted[i].want) != 0)
			fail_msg(
			    "%s: got \"%s\", want \"%s\"", accepted[i].line, got, accepted[i].want);
		assert_int_equal(r.action, OPTIONS_CHECK);
		arena_destroy(arena);
	}
}

/* clang-format off */
#define EXPLAIN_TAKES "--explain takes a code, a cause, a sender's phrase or 'list', not "
#define AT_TAKES                                                                                    \
	"--at takes a date such as 2027-01-31, a time such as 2027-01-31T12:00:00Z, or +Nd with N " \
	"up to 36500, not "
#define PROXY_TAKES "--proxy takes socks5://[USER:PASSWORD@]HOST[:PORT]: "
#define PROXY_USER                                                                                 \
	PROXY_TAKES                                                                                \
	"USER and PASSWORD have 1 to 255 octets each, those that a URL cannot hold as %XX"
#define RESOLVER_TAKES "--resolver takes ADDR[@PORT] or tls://ADDR[@PORT]#NAME, not "

static const struct {
	const char *line, *want;
} refused[] = {
    {"", "no domain is given: name one or more, or use --file or --zone; see mxdane --help"},
    {"-4", "no domain is given: name one or more, or use --file or --zone; see mxdane --help"},
    {"--mx mx.example --mx mx2.example", "--mx without a domain is for one host, but 2 are given"},
    /* together */
    {"-4 -6 a", "-4 and -6 cannot be used together: leave out both for both families"},
    {"-64 a", "-4 and -6 cannot be used together: leave out both for both families"},
    {"--mx m --file f", "--mx and --file cannot be used together: --mx is for one domain"},
    {"--mx m a b", "--mx is for one domain, but 2 are given"},
    {"-qv a", "--quiet and --verbose cannot be used together: one prints less, the other more"},
    {"--plan --wait 1h --chain c a", "--plan and --wait cannot be used together: a plan says from when each step is allowed"},
    {"--plan a", "--plan needs --chain: the certificate or key to be deployed"},
    {"--plan --zone z a", "--plan needs --chain: the certificate or key to be deployed"},
    {"-o nsupdate a", "--output nsupdate needs --plan"},
    {"-o nsupdate --plan --chain c a b", "--output nsupdate is for one domain"},
    {"-o nsupdate --plan --chain c --zone z", "--output nsupdate is for one domain"},
    {"-o nsupdate --plan --chain c -f list", "--output nsupdate is for one domain"},
    {"--unordered a", "--unordered needs --output json"},
    {"--unordered -o junit a", "--unordered needs --output json"},
    {"--resume f a", "--resume needs --output json"},
    {"-o json --baseline b --resume r a", "--baseline and --resume cannot be used together: one compares "
	"with an earlier run, the other continues it"},
    {"--explain null-mx a", "--explain and a domain cannot be used together: --explain checks nothing"},
    {"--explain null-mx -f l", "--explain and --file cannot be used together: --explain checks nothing"},
    {"--trust-anchor k --dnssec trust-ad a", "--trust-anchor and --dnssec trust-ad cannot be used "
	"together: an anchor is for validating"},
    /* numbers */
    {"-p 0 a", "--port takes a number from 1 to 65535, not '0'"},
    {"--port 65536 a", "--port takes a number from 1 to 65535, not '65536'"},
    {"--port 18446744073709551641 a",
	"--port takes a number from 1 to 65535, not '18446744073709551641'"},
    {"--port +25 a", "--port takes a number from 1 to 65535, not '+25'"},
    {"--port 25x a", "--port takes a number from 1 to 65535, not '25x'"},
    {"--port= a", "--port takes a number from 1 to 65535, not ''"},
    {"-t 0 a", "--timeout takes a number from 1 to 600, not '0'"},
    {"-t 601 a", "--timeout takes a number from 1 to 600, not '601'"},
    {"-t 1.5 a", "--timeout takes a number from 1 to 600, not '1.5'"},
    {"--deadline 0 a", "--deadline takes a number from 1 to 86400, not '0'"},
    {"--deadline 86401 a", "--deadline takes a number from 1 to 86400, not '86401'"},
    {"-j 0 a", "--jobs takes a number from 1 to 10000, not '0'"},
    {"-j 10001 a", "--jobs takes a number from 1 to 10000, not '10001'"},
    {"--per-host 0 a", "--per-host takes a number from 1 to 100, not '0'"},
    {"--per-host 101 a", "--per-host takes a number from 1 to 100, not '101'"},
    {"--repeat 0 a", "--repeat takes a number from 1 to 100, not '0'"},
    {"--wait 30 a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '30'"},
    {"--wait s a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not 's'"},
    {"--wait 0m a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '0m'"},
    {"--wait 31d a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '31d'"},
    {"--wait 2592001s a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '2592001s'"},
    {"--wait 1w a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '1w'"},
    {"--wait -1s a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '-1s'"},
    {"--wait 1.5h a",
	"--wait takes a number with s, m, h or d, such as 90s or 4h, from 1s to 30d, not '1.5h'"},
    {"--wait 5s a b", "--wait is for one domain, but 2 are given"},
    {"--wait 5s --file f",
	"--wait and --file cannot be used together: --wait is for one domain"},
    {"--wait 5s -o json --resume f a",
	"--wait and --resume cannot be used together: --wait is for one domain"},
    {"--repeat 101 a", "--repeat takes a number from 1 to 100, not '101'"},
    {"--warn-days -1 a", "--warn-days takes a number from 0 to 3650, not '-1'"},
    {"--warn-days 3651 a", "--warn-days takes a number from 0 to 3650, not '3651'"},
    /* enumerations */
    {"-o xml a", "--output takes text, json, nagios, prometheus, junit, tlsa, sarif, github or nsupdate, not 'xml'"},
    {"-o JSON a", "--output takes text, json, nagios, prometheus, junit, tlsa, sarif, github or nsupdate, not 'JSON'"},
    {"--dnssec no a", "--dnssec takes validate or trust-ad, not 'no'"},
    {"-k rsa a", "--key-types takes each or any, not 'rsa'"},
    {"--require all a", "--require takes dane, mta-sts, any, both or none, not 'all'"},
    {"--fail-on unknown a", "--fail-on takes warning or critical, not 'unknown'"},
    {"--color yes a", "--color takes auto, always or never, not 'yes'"},
    {"--progress 1 a", "--progress takes auto, always or never, not '1'"},
    /* names */
    {"--mx a..b a", "--mx takes a host name, not 'a..b': it has an empty label"},
    {"--mx 192.0.2.1 a",
	"--mx takes a host name, not '192.0.2.1': it is an IP address, not a domain name"},
    {"--ehlo a\r\nRSET a", NULL},
    {"--ehlo [192.0.2] a", NULL},
    {"--ehlo [2001:db8::1] a", NULL},
    {"--ehlo [IPv6:192.0.2.1] a", NULL},
    {"--ehlo '' a", NULL},
    /* resolvers */
    {"-r dns.example a", RESOLVER_TAKES "'dns.example': ADDR is an IPv4 or IPv6 address"},
    {"-r 127.0.0.1:53 a", RESOLVER_TAKES "'127.0.0.1:53': ADDR is an IPv4 or IPv6 address"},
    {"-r [127.0.0.1] a", RESOLVER_TAKES "'[127.0.0.1]': ADDR is an IPv4 or IPv6 address"},
    {"-r fe80::1%lo a", RESOLVER_TAKES "'fe80::1%lo': ADDR is an IPv4 or IPv6 address"},
    {"-r @53 a", RESOLVER_TAKES "'@53': ADDR is an IPv4 or IPv6 address"},
    {"-r 127.0.0.1@0 a", RESOLVER_TAKES "'127.0.0.1@0': the port is a number from 1 to 65535"},
    {"-r 127.0.0.1@ a", RESOLVER_TAKES "'127.0.0.1@': the port is a number from 1 to 65535"},
    {"-r 127.0.0.1@65536 a",
	RESOLVER_TAKES "'127.0.0.1@65536': the port is a number from 1 to 65535"},
    {"-r 127.0.0.1#53 a", RESOLVER_TAKES "'127.0.0.1#53': #NAME needs tls://"},
    {"-r tls://127.0.0.1 a", RESOLVER_TAKES "'tls://127.0.0.1': without #NAME the resolver's "
					    "certificate cannot be checked"},
    {"-r tls://127.0.0.1#1.2.3.4 a", "--resolver takes a host name after #, not '1.2.3.4': it is "
				     "an IP address, not a domain name"},
    {"-r tls://127.0.0.1# a", NULL},
    /* times */
    {"--at 2027-02-29 a", AT_TAKES "'2027-02-29'"},
    {"--at 2027-01-3 a", AT_TAKES "'2027-01-3'"},
    {"--at 2027-01-31Z a", AT_TAKES "'2027-01-31Z'"},
    {"--at 2027-01-31T a", AT_TAKES "'2027-01-31T'"},
    {"--at 2027-01-31T12:00:00 a", AT_TAKES "'2027-01-31T12:00:00'"},
    {"--at 2027-02-29T12:00:00Z a", AT_TAKES "'2027-02-29T12:00:00Z'"},
    {"--at 2027-13-01T12:00:00Z a", AT_TAKES "'2027-13-01T12:00:00Z'"},
    {"--at 2027-00-01T12:00:00Z a", AT_TAKES "'2027-00-01T12:00:00Z'"},
    {"--at 2027-01-00T12:00:00Z a", AT_TAKES "'2027-01-00T12:00:00Z'"},
    {"--at 2027-01-01T24:00:00Z a", AT_TAKES "'2027-01-01T24:00:00Z'"},
    {"--at 2027-01-01T12:60:00Z a", AT_TAKES "'2027-01-01T12:60:00Z'"},
    {"--at 2027-01-01T12:00:61Z a", AT_TAKES "'2027-01-01T12:00:61Z'"},
    {"--at 2027-01-01T12:00:00.Z a", AT_TAKES "'2027-01-01T12:00:00.Z'"},
    {"--at 2027-01-01T12:00:00+1:00 a", AT_TAKES "'2027-01-01T12:00:00+1:00'"},
    {"--at 2027-01-01T12:00:00Zx a", AT_TAKES "'2027-01-01T12:00:00Zx'"},
    {"--at 2 a", AT_TAKES "'2'"},
    {"--at + a", AT_TAKES "'+'"},
    {"--at +d a", AT_TAKES "'+d'"},
    {"--at -3d a", AT_TAKES "'-3d'"},
    {"--at +36501d a", AT_TAKES "'+36501d'"},
    {"--at '' a", AT_TAKES "''"},
    /* files and chains */
    {"--file ''", "--file takes FILE, not ''"},
    {"--zone '' a", "--zone takes [NAME=]FILE, not ''"},
    {"--zone a= a", "--zone takes [NAME=]FILE, not 'a='"},
    {"--zone a..b=c a", "--zone takes a domain name before =, not 'a..b': it has an empty label"},
    {"--ca-file= a", "--ca-file takes FILE, not ''"},
    {"--proxy http://h a", PROXY_TAKES "no other kind of proxy is used"},
    {"--proxy socks5h://h a", PROXY_TAKES "no other kind of proxy is used"},
    {"--proxy= a", PROXY_TAKES "no other kind of proxy is used"},
    {"--proxy socks5:// a", PROXY_TAKES "HOST: it is empty"},
    {"--proxy socks5://h:0 a", PROXY_TAKES "PORT is a number from 1 to 65535"},
    {"--proxy socks5://h: a", PROXY_TAKES "PORT is a number from 1 to 65535"},
    {"--proxy socks5://h:65536 a", PROXY_TAKES "PORT is a number from 1 to 65535"},
    {"--proxy socks5://::1 a", PROXY_TAKES "HOST: it is empty"},
    {"--proxy socks5://[::1 a", PROXY_TAKES "an IPv6 address stands in brackets"},
    {"--proxy socks5://[192.0.2.1] a", PROXY_TAKES "HOST is a host name or an IP address"},
    {"--proxy socks5://[::1]9 a", PROXY_TAKES "nothing follows PORT"},
    {"--proxy socks5://u@h a", PROXY_TAKES "USER comes with a PASSWORD"},
    {"--proxy socks5://:p@h a", PROXY_USER},
    {"--proxy socks5://u:@h a", PROXY_USER},
    {"--proxy socks5://u:%0@h a", PROXY_USER},
    {"--proxy socks5://u:%@h a", PROXY_USER},
    {"--proxy socks5://u:%00@h a", PROXY_USER},
    {"--trust-anchor= a", "--trust-anchor takes FILE, not ''"},
    {"-o json --resume= a", "--resume takes FILE, not ''"},
    {"--baseline= a", "--baseline takes FILE, not ''"},
    {"--chain '' a", "--chain takes [HOST=]FILE, not ''"},
    {"--chain mx.example= a", "--chain takes [HOST=]FILE, not 'mx.example='"},
    {"--chain =f a", NULL},
    {"--chain a..b=f a", "--chain takes a host name before =, not 'a..b': it has an empty label"},
    {"--chain h=1 --chain h=2 --chain H.=3 a",
	"--chain is given more than twice for h: a chain for each of two key types is all there "
	"can be"},
    {"--chain 1 --chain 2 --chain 3 a",
	"--chain is given more than twice for all hosts: a chain for each of two key types is all "
	"there can be"},
    /* codes */
    {"--ignore nonsense a", "--ignore takes the code of a finding, not 'nonsense'"},
    {"--ignore null-mx, a", "--ignore takes the code of a finding, not ''"},
    {"--ignore null-mx,mx-insecur a", "--ignore takes the code of a finding, not 'mx-insecur' "
				      "(did you mean mx-insecure?)"},
    {"--explain dane-mismach", EXPLAIN_TAKES "'dane-mismach' (did you mean dane-mismatch?)"},
    {"--explain other-selektor", EXPLAIN_TAKES "'other-selektor' (did you mean other-selector?)"},
    {"--explain rollover", EXPLAIN_TAKES "'rollover'"},
    {"--explain liste", EXPLAIN_TAKES "'liste'"},
    {"--explain 5.7.32", EXPLAIN_TAKES "'5.7.32'"},
    {"--explain ''", EXPLAIN_TAKES "''"},
    /* getopt's own */
    {"--port", "--port takes N, but nothing follows it"},
    {"a -p", "--port takes N, but nothing follows it"},
    {"--quiet=yes a", "--quiet takes no value"},
    {"-x a", "unknown option -x; see mxdane --help"},
    {"-\033 a", "unknown option -\\x1b; see mxdane --help"},
    {"--quite a", "unknown option --quite (did you mean --quiet?); see mxdane --help"},
    {"--\033[31m a", "unknown option --\\x1b[31m; see mxdane --help"},
    {"--resolv=::1 --re a",
	"option --re may be any of --reserved, --resolver, --repeat, --require, --resume"},
};
/* clang-format on */

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct arena *arena = arena_create();
		struct result r = parse(arena, refused[i].line);
		if (r.action != OPTIONS_ERROR || !r.error)
			fail_msg("%s: not refused", refused[i].line);
		if (refused[i].want && strcmp(r.error, refused[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", refused[i].line, r.error,
			    refused[i].want);
		for (const char *p = r.error; *p; p++) /* one line, nothing for a terminal in it */
			assert_false((unsigned char)*p < 0x20);
		arena_destroy(arena);
	}
}

static void test_actions(void **state)
{
	static const struct {
		const char *line;
		enum options_action want;
	} rows[] = {
	    {"--help", OPTIONS_HELP},
	    {"-h", OPTIONS_HELP},
	    {"-q -v --help --bogus", OPTIONS_HELP}, /* help is given whatever else is wrong later */
	    {"--bogus --help", OPTIONS_ERROR},
	    {"-V", OPTIONS_VERSION},
	    {"a --version", OPTIONS_VERSION},
	    {"--explain dane-mismatch", OPTIONS_EXPLAIN},
	    {"--explain=dane-mismatch -q", OPTIONS_EXPLAIN},
	    {"--explain other-selector", OPTIONS_EXPLAIN},
	    {"--explain DANE-Mismatch", OPTIONS_EXPLAIN},
	    {"--explain list", OPTIONS_EXPLAIN},
	    {"--explain 4.7.323", OPTIONS_EXPLAIN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct result r = parse(arena, rows[i].line);
		assert_int_equal(r.action, rows[i].want);
		if (r.action == OPTIONS_EXPLAIN && !r.topic.list && !r.topic.phrase)
			assert_true(r.topic.cause == CAUSE_OTHER_SELECTOR ||
				    r.topic.code == FINDING_DANE_MISMATCH);
		arena_destroy(arena);
	}
}

/* Something that the option takes. */
static const char *sample_value(size_t id)
{
	static const char *const samples[OPTION_COUNT] = {[OPTION_MX] = "m.example",
	    [OPTION_RESOLVER] = "tls://::1#r.example",
	    [OPTION_PROXY] = "socks5://p.example",
	    [OPTION_EHLO] = "e.example",
	    [OPTION_AT] = "+7d",
	    [OPTION_IGNORE] = "null-mx",
	    [OPTION_WAIT] = "7m",
	    [OPTION_EXPLAIN] = "null-mx"};
	const struct option_spec *spec = &options_table[id];
	if (samples[id])
		return samples[id];
	if (spec->choices) /* JSON stays what --unordered and --resume need */
		return spec->choices[1].name;
	return spec->take == options_take_number ? "7" : "some.file";
}

/* "--opt=value", "--opt value", "-o value" and "-ovalue" are the same, for every option. */
static void test_spellings(void **state)
{
	static const struct {
		bool letter;
		const char *between;
	} forms[] = {{false, "="}, {false, " "}, {true, " "}, {true, ""}};

	(void)state;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_spec *spec = &options_table[i];
		const char *first = NULL;
		struct arena *arena = arena_create();
		for (size_t f = 0; spec->argument && f < sizeof forms / sizeof *forms; f++) {
			char letter[] = {'-', spec->letter, '\0'};
			if (forms[f].letter && !spec->letter)
				continue;
			const char *line = arena_printf(arena, "%s %s%s%s",
			    i == OPTION_EXPLAIN ? "-o json" : "-o json a",
			    forms[f].letter ? letter : spec->name, forms[f].between,
			    sample_value(i));
			struct result r = parse(arena, line);
			if (r.error)
				fail_msg("%s: %s", line, r.error);
			const char *got = show(arena, &r.params);
			first = first ? first : got;
			assert_string_equal(got, first);
		}
		arena_destroy(arena);
	}
}

/* No option is left out of the two tables above, and no value of an enumeration. */
static bool is_mentioned(const char *name, const char *value)
{
	struct arena *arena = arena_create();
	bool found = false;
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted && !found; i++) {
		/* blanks around, so that "--re" is not found in "--require" */
		const char *line = arena_printf(arena, " %s ", accepted[i].line);
		found = strstr(line, arena_printf(arena, " %s %s", name, value)) ||
			strstr(line, arena_printf(arena, " %s=%s", name, value));
	}
	arena_destroy(arena);
	return found;
}

static void test_whole_table_is_tested(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_spec *spec = &options_table[i];
		const char letter[] = {'-', spec->letter, '\0'};
		if (i == OPTION_HELP || i == OPTION_VERSION || i == OPTION_EXPLAIN)
			continue; /* test_actions has these */
		if (!is_mentioned(spec->name, "") && !is_mentioned(letter, ""))
			fail_msg("%s has no row", spec->name);
		for (const struct params_choice *c = spec->choices; c && c->name; c++)
			if (!is_mentioned(spec->name, c->name) && !is_mentioned(letter, c->name))
				fail_msg("%s %s has no row", spec->name, c->name);
	}
}

static void test_usage(void **state)
{
	struct buffer out = {0};

	(void)state;
	options_print_usage(&out);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		assert_non_null(strstr(out.data, options_table[i].name));
		for (const struct params_choice *c = options_table[i].choices; c && c->name; c++)
			assert_non_null(strstr(out.data, c->name));
	}
	for (const char *line = out.data; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
	assert_non_null(strstr(out.data, "default 25)"));
	assert_non_null(strstr(out.data, "default 10)")); /* seconds, though stored as ms */
	assert_non_null(strstr(out.data, "validate (default), trust-ad"));
	buffer_reset(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_actions),
	    cmocka_unit_test(test_spellings),
	    cmocka_unit_test(test_whole_table_is_tested),
	    cmocka_unit_test(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
