/* Exceptions: which records a comment is for, and what it may say. */
#include "zone_rows.h"

#define A "a. A 192.0.2.1"
#define IGNORE "; mxdane: ignore="
#define READ "a 3600 A 192.0.2.1"

static void test_places(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"on its line", A " " IGNORE "tlsa-absent not yet",
		"1|" READ " {tlsa-absent: not yet}"},
	    {"for that record alone", A " " IGNORE "tlsa-absent x\n A 192.0.2.2\n",
		"1|" READ " {tlsa-absent: x}\n2|a 3600 A 192.0.2.2"},
	    {"one at each of a name's records",
		A IGNORE "tlsa-absent x\n A 192.0.2.2" IGNORE "mx-bogus y",
		"1|" READ " {tlsa-absent: x}\n2|a 3600 A 192.0.2.2 {mx-bogus: y}"},
	    {"several codes", A " " IGNORE "tlsa-absent,MX-Bogus a, b; c",
		"1|" READ " {tlsa-absent: a, b; c} {mx-bogus: a, b; c}"},
	    {"spaced closely", A ";mxdane:ignore=tlsa-absent x", "1|" READ " {tlsa-absent: x}"},
	    {"spaced widely", A " ;\t MXDANE: \t Ignore=tlsa-absent \t x y \t\r\n",
		"1|" READ " {tlsa-absent: x y}"},
	    {"on the first line of parentheses", "a. A ( " IGNORE "tlsa-absent x\n192.0.2.1 )",
		"1|" READ " {tlsa-absent: x}"},
	    {"on a line inside them", "a. A (\n " IGNORE "tlsa-absent x\n 192.0.2.1\n)",
		"1|" READ " {tlsa-absent: x}"},
	    {"behind them", "a. A (\n192.0.2.1\n) " IGNORE "tlsa-absent x",
		"1|" READ " {tlsa-absent: x}"},
	    {"of all that $GENERATE makes",
		"$GENERATE 1-2 h$. A 192.0.2.$ " IGNORE "tlsa-absent x\n" A,
		"1|h1 3600 A 192.0.2.1 {tlsa-absent: x}\n1|h2 3600 A 192.0.2.2 {tlsa-absent: x}\n"
		"2|" READ},
	    {"a comment about it", A " ; see mxdane: ignore=tlsa-absent x", "1|" READ},
	    {"a record that is commented out", "; b. A 192.0.2.1 " IGNORE "none x\n" A, "2|" READ},
	    {"a word that begins alike", A " ; mxdane-test: x", "1|" READ},
	    {"a comment cut short", A " ; mxdane", "1|" READ},
	    {"in quotes", "a. TXT \"" IGNORE "none\"", "1|a 3600 TXT [; mxdane: ignore=none]"},
	};
	CHECK_ROWS(rows);
}

#define NO_RECORD "expected a record on the line of a comment that begins with mxdane:"
#define FORM "expected ignore=CODE[,CODE...] and a reason after mxdane:, not "
#define CODE "expected the code of a finding (mxdane --explain list) to be ignored, not "

static void test_errors(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"unknown code", "\n" A IGNORE "tlsa-absnet x", "z:2: " CODE "'tlsa-absnet'"},
	    {"unknown code behind a known one", A IGNORE "mx-bogus,none x", "z:1: " CODE "'none'"},
	    {"a comma too many", A IGNORE "mx-bogus, x", "z:1: " CODE "''"},
	    {"no code", A IGNORE " x", "z:1: " CODE "''"},
	    {"no reason", A IGNORE "mx-bogus\n", "z:1: expected a reason after ignore=mx-bogus"},
	    {"a blank reason", A IGNORE "mx-bogus \t\r\n",
		"z:1: expected a reason after ignore=mx-bogus"},
	    {"another word", A " ; mxdane: ingore=mx-bogus x", "z:1: " FORM "'ingore=mx-bogus'"},
	    {"blanks around =", A " ; mxdane: ignore = mx-bogus x", "z:1: " FORM "'ignore'"},
	    {"nothing", A " ; mxdane:", "z:1: " FORM "''"},
	    {"line inside parentheses", "a. A (\n" IGNORE "none x\n192.0.2.1 )",
		"z:2: " CODE "'none'"},
	    {"two for a record", "a. A (" IGNORE "mx-bogus x\n192.0.2.1 )" IGNORE "mx-bogus x",
		"z:2: expected one comment that begins with mxdane: on the lines of a record"},
	    {"a line of its own", A "\n" IGNORE "mx-bogus x\n", "z:2: " NO_RECORD},
	    {"before a record", "\n" IGNORE "mx-bogus x\n" A, "z:2: " NO_RECORD},
	    {"$ORIGIN", "$ORIGIN x. " IGNORE "mx-bogus x\n" A, "z:1: " NO_RECORD},
	    {"$TTL", "$TTL 1 " IGNORE "mx-bogus x\n" A, "z:1: " NO_RECORD},
	    {"$INCLUDE", "$INCLUDE f " IGNORE "mx-bogus x\n", "z:1: " NO_RECORD},
	    {"of $GENERATE", "$GENERATE 1-2 h$. A 192.0.2.$ " IGNORE "none x",
		"z:1: " CODE "'none'"},
	};
	CHECK_ROWS(rows);
	static const char nul[] = A IGNORE "mx-bogus \0x";
	check("NUL in the reason", nul, sizeof nul - 1,
	    "z:1: expected a reason after ignore=mx-bogus");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
