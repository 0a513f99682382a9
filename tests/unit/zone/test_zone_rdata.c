/* The data of records in master files: each type's form, its bounds, and what each error says. */
#include "limit.h"
#include "zone_rows.h"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define STRING255 FIFTY FIFTY FIFTY FIFTY FIFTY "12345"

static void test_data(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"NS, CNAME, DNAME", "$ORIGIN x.\na NS ns1\nb CNAME c.\nd DNAME @\n",
		"2|a.x 3600 NS ns1.x\n3|b.x 3600 CNAME c\n4|d.x 3600 DNAME x"},
	    {"SOA", "x. SOA ns1.x. admin\\.x.x. ( 2026112301 1h 15m 4w 3600 )\n", "1|x 3600 SOA -"},
	    {"null MX", "x. MX 0 .", "1|x 3600 MX 0 ''"},
	    {"TLSA", "x. TLSA 3 1 1 00FF", "1|x 3600 TLSA 3 1 1 00ff"},
	    {"TLSA hex with spaces and either case", "x. TLSA 3 1 1 ( aB\n C\n DeF )",
		"1|x 3600 TLSA 3 1 1 abcdef"},
	    {"TLSA hex divided anywhere", "x. TLSA 3 1 1 abc d ef", "1|x 3600 TLSA 3 1 1 abcdef"},
	    {"TLSA fields up to 255", "x. TLSA 255 255 255 ab", "1|x 3600 TLSA 255 255 255 ab"},
	    {"TLSA acronyms (RFC 7218)", "x. TLSA dane-ee SPKI sha2-256 ab",
		"1|x 3600 TLSA 3 1 1 ab"},
	    {"TYPE52", "x. TYPE52 \\# 4 03 01 01 ab", "1|x 3600 TLSA 3 1 1 ab"},
	    {"generic data of a known type", "x. TLSA \\# 5 030101abcd",
		"1|x 3600 TLSA 3 1 1 abcd"},
	    {"a known type by number in its own form", "x. type52 3 1 1 ab",
		"1|x 3600 TLSA 3 1 1 ab"},
	    {"empty TLSA data in the generic form", "x. TLSA \\# 3 030101", "1|x 3600 TLSA 3 1 1 "},
	    {"generic A, AAAA, MX, CNAME",
		"x. A \\# 4 c0000201\ny. AAAA \\# 16 20010db8000000000000000000000001\n"
		"x. MX \\# 6 000A 024D5800\nz. CNAME \\# 1 00",
		"1|x 3600 A 192.0.2.1\n2|y 3600 AAAA 2001:db8::1\n3|x 3600 MX 10 'mx'\n4|z 3600 "
		"CNAME "},
	    {"generic TXT", "x. TXT \\# 5 0161 0262 63", "1|x 3600 TXT [abc]"},
	    {"generic SOA", "x. SOA \\# 22 00 00 00000001 00000002 00000003 00000004 00000005",
		"1|x 3600 SOA -"},
	    {"TXT", "x. TXT v=STSv1;", "1|x 3600 TXT [v=STSv1]"},
	    {"TXT in quotes", "x. TXT \"v=STSv1; id=1;\"", "1|x 3600 TXT [v=STSv1; id=1;]"},
	    {"TXT strings are joined", "x. TXT \"a \" b \"c\"\"d\"", "1|x 3600 TXT [a bcd]"},
	    {"TXT escapes", "x. TXT \"\\\"\\\\\\065\\010\"", "1|x 3600 TXT [\"\\A\\x0a]"},
	    {"TXT raw UTF-8", "x. TXT \"\xc3\xa9\"", "1|x 3600 TXT [\xc3\xa9]"},
	    {"TXT empty string", "x. TXT \"\"", "1|x 3600 TXT []"},
	    {"TXT of 255 octets", "x. TXT " STRING255, "1|x 3600 TXT [" STRING255 "]"},
	    {"a signed zone's records are passed over",
		"x. RRSIG SOA 13 1 3600 20261210000000 20261120000000 1 x. YWJj ZGVm\n"
		"x. DNSKEY 257 3 13 YWJj\nx. NSEC y.x. A RRSIG\nx. NSEC3PARAM 1 0 0 -\n"
		"abc.x. NSEC3 1 0 0 - DEF A\nx. DS 1 13 2 AB CD\nx. CDS 0 0 0 00\n",
		"1|x 3600 RRSIG -\n2|x 3600 DNSKEY -\n3|x 3600 NSEC -\n4|x 3600 NSEC3PARAM -\n"
		"5|abc.x 3600 NSEC3 -\n6|x 3600 DS -\n7|x 3600 CDS -"},
	    {"PowerDNS's types are passed over",
		"x. ALIAS y.\nx. lua A \"f()\"\nx. LUA TXT f \"g\"\nx. TYPE65402 \\# 0",
		"1|x 3600 ALIAS y\n2|x 3600 LUA -\n3|x 3600 LUA -\n4|x 3600 LUA -"},
	    {"comments of octoDNS and dnscontrol",
		"; octodns: {\"lenient\": true}\nx. 300 A 192.0.2.1 ; cf_proxy=on\n"
		";x. 300 IN CF_REDIRECT a,b\n",
		"2|x 300 A 192.0.2.1"},
	    {"other types are passed over",
		"x. CAA 0 issue \"ca.example; a=b\"\nx. HTTPS 1 . alpn=\"h2,h3;(\" port=1\n"
		"x. TYPE65280 \\# 2 abcd\nx. SPF \"v=spf1 -all\"",
		"1|x 3600 CAA -\n2|x 3600 HTTPS -\n3|x 3600 TYPE65280 -\n4|x 3600 SPF -"},
	};
	CHECK_ROWS(rows);
}

static void test_data_errors(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"A", "a. A 192.0.2", "z:1: expected an IPv4 address, not '192.0.2'"},
	    {"A with a zero in front", "a. A 192.0.2.01",
		"z:1: expected an IPv4 address, not '192.0.2.01'"},
	    {"a type by number in a form of its own", "a. TYPE65280 x",
		"z:1: expected \\# after a type by number, not 'x'"},
	    {"a type by number without data", "a. TYPE1234",
		"z:1: expected \\# after a type by number, not the end of the record"},
	    {"A missing", "a. A", "z:1: expected an IPv4 address, not the end of the record"},
	    {"A of two", "a. A 192.0.2.1 192.0.2.2",
		"z:1: expected the end of the record, not '192.0.2.2'"},
	    {"A is no AAAA", "a. A 2001:db8::1",
		"z:1: expected an IPv4 address, not '2001:db8::1'"},
	    {"AAAA", "a. AAAA 2001:db8::g", "z:1: expected an IPv6 address, not '2001:db8::g'"},
	    {"MX without preference", "a. MX mx.",
		"z:1: expected a preference from 0 to 65535, not 'mx.'"},
	    {"MX preference too large", "a. MX 65536 mx.",
		"z:1: expected a preference from 0 to 65535, not '65536'"},
	    {"MX without host", "a. MX (\n10\n)",
		"z:3: expected the name of a mail host, not the end of the record"},
	    {"MX with more", "a. MX 10 mx. x", "z:1: expected the end of the record, not 'x'"},
	    {"CNAME", "a. CNAME", "z:1: expected a domain name, not the end of the record"},
	    {"SOA serial", "a. SOA a. b. 4294967296 1 1 1 1",
		"z:1: expected a serial number from 0 to 4294967295, not '4294967296'"},
	    {"SOA short", "a. SOA a. b. 1 1 1 1",
		"z:1: expected the negative caching time, not the end of the record"},
	    {"SOA time", "a. SOA a. b. 1 1 1 x 1", "z:1: expected the expire time, not 'x'"},
	    {"TLSA usage", "a. TLSA 256 1 1 ab",
		"z:1: expected a certificate usage from 0 to 255, not '256'"},
	    {"TLSA usage negative", "a. TLSA -1 1 1 ab",
		"z:1: expected a certificate usage from 0 to 255, not '-1'"},
	    {"TLSA selector", "a. TLSA 3 256 1 ab",
		"z:1: expected a selector from 0 to 255, not '256'"},
	    {"TLSA selector is no usage", "a. TLSA 3 DANE-EE 1 ab",
		"z:1: expected a selector from 0 to 255, not 'DANE-EE'"},
	    {"TLSA matching type", "a. TLSA 3 1 0x1 ab",
		"z:1: expected a matching type from 0 to 255, not '0x1'"},
	    {"TLSA without data", "a. TLSA 3 1 1",
		"z:1: expected the certificate association data in hex, not the end of the record"},
	    {"TLSA no hex", "a. TLSA 3 1 1 (\n ab\n xy )", "z:3: expected hex digits, not 'xy'"},
	    {"TLSA hex in quotes", "a. TLSA 3 1 1 \"ab\"", "z:1: expected hex digits, not 'ab'"},
	    {"TLSA odd count", "a. TLSA 3 1 1 abc de",
		"z:1: expected an even count of hex digits, not 5"},
	    {"TXT without string", "a. TXT",
		"z:1: expected a character-string, not the end of the record"},
	    {"TXT of 256 octets", "a. TXT " STRING255 "6",
		"z:1: expected a character-string, but in "
		"'0123456789012345678901234567890123456789...' it is longer than 255 octets: split "
		"it into several strings"},
	    {"TXT with a quote in a word", "a. TXT a\"b\"",
		"z:1: expected a character-string, but in 'a\"b\"' a \" stands in it: write \\\" "
		"or "
		"put it all in quotes"},
	    {"TXT escape", "a. TXT \\999",
		"z:1: expected a character-string, but in '\\999' an escape goes over \\255"},
	    {"generic without length", "a. TLSA \\#",
		"z:1: expected a length from 0 to 65535, not the end of the record"},
	    {"generic too short", "a. TLSA \\# 5 030101",
		"z:1: expected 5 octets of hex after \\# 5, not 3"},
	    {"generic without data", "a. TLSA \\# 1",
		"z:1: expected 1 octets of hex after \\# 1, not 0"},
	    {"generic TLSA of two octets", "a. TLSA \\# 2 0301",
		"z:1: expected the data of type TLSA: a TLSA record has at least 3 octets"},
	    {"generic A", "a. A \\# 5 c000020100",
		"z:1: expected the data of type A: an IPv4 address has 4 octets"},
	    {"generic AAAA", "a. AAAA \\# 4 c0000201",
		"z:1: expected the data of type AAAA: an IPv6 address has 16 octets"},
	    {"generic MX", "a. MX \\# 1 00",
		"z:1: expected the data of type MX: an MX record begins with a preference of 2 "
		"octets"},
	    {"generic MX with a pointer", "a. MX \\# 4 0001 c00c",
		"z:1: expected the data of type MX: its domain name is broken, too long or "
		"compressed"},
	    {"generic CNAME with more", "a. CNAME \\# 2 0000",
		"z:1: expected the data of type CNAME: there are octets behind its name"},
	    {"generic TXT over its end", "a. TXT \\# 2 0261",
		"z:1: expected the data of type TXT: a character-string runs over its end"},
	    {"generic TXT of nothing", "a. TXT \\# 0",
		"z:1: expected the data of type TXT: there is no character-string"},
	    {"generic SOA short", "a. SOA \\# 3 000000",
		"z:1: expected the data of type SOA: an SOA has five numbers of 4 octets behind "
		"its "
		"names"},
	};
	CHECK_ROWS(rows);
}

static void test_word_limit(void **state)
{
	(void)state;
	struct buffer b = {0};
	buffer_add_text(&b, "a. 0 SPF");
	for (int i = 0; i < LIMIT_ZONE_TOKENS - 3; i++)
		buffer_add_text(&b, " x");
	check("as many words as may be", b.data, b.length, "1|a 0 SPF -");
	buffer_add_text(&b, " x");
	check("one more", b.data, b.length,
	    "z:1: the record has more words than any record can have");
	buffer_reset(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_data),
	    cmocka_unit_test(test_data_errors),
	    cmocka_unit_test(test_word_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
