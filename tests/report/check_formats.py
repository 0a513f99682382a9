"""Holds the golden files, which test_report holds the writers to, against what reads them: the JSON Schema, jq's
needs, an XSD, the JSON Schema of SARIF 2.1.0 (OASIS, as Microsoft's jest-sarif has it), a parser of plugins' performance data, and a zone-file parser. (promtool reads them in the lab.)

    check_formats.py FOLDER-OF-THIS-FILE
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import dns.rdatatype
import dns.zone
import jsonschema
import pytest

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "golden"
SCHEMA = json.loads((HERE / "mxdane.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def lines(name):
    return (GOLDEN / name).read_text().splitlines()


def reports(name="report-verbose.json"):
    return [json.loads(line) for line in lines(name)]


def walk(value, path=()):
    """Every (path, value) below and including value."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, (*path, key))


# ---- JSON ------------------------------------------------------------------------------------------------------------


def test_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["report.json", "report-verbose.json"])
def test_json_fits_the_schema(name):
    for report in reports(name):
        errors = [f"{list(e.path)}: {e.message}" for e in VALIDATOR.iter_errors(report)]
        assert errors == [], report["domain"]


def test_keys_stand_in_the_order_of_the_schema():
    def check(value, schema):
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        if "oneOf" in schema and value is not None:
            return check(value, schema["oneOf"][0])
        if isinstance(value, dict):
            assert list(value) == schema["required"] == list(schema["properties"])
            for key, child in value.items():
                check(child, schema["properties"][key])
        if isinstance(value, list):
            for child in value:
                check(child, schema["items"])
        return None

    for report in reports():
        check(report, SCHEMA)


def place(report, path):
    for key in path:
        report = report[key]
    return report


def test_schema_notices_any_key_missing_or_added():
    seen = set()  # one object of each kind will do
    for report in reports():
        for path, value in walk(report):
            kind = tuple(key for key in path if isinstance(key, str))
            if not isinstance(value, dict) or kind in seen:
                continue
            seen.add(kind)
            for key in value:
                broken = copy.deepcopy(report)
                del place(broken, path)[key]
                assert not VALIDATOR.is_valid(broken), (path, key)
            broken = copy.deepcopy(report)
            place(broken, path)["surprise"] = None
            assert not VALIDATOR.is_valid(broken), path


@pytest.mark.parametrize("path, wrong", [
    (("schema",), 1),
    (("checked_at",), "2026-11-23T19:43:00+00:00"),
    (("checked_at",), "2026-13-23T19:43:00Z"),
    (("status",), "info"),
    (("summary",), "color \x1b[31m"),
    (("summary",), "override \u202e"),
    (("mx", "dnssec"), "Secure"),
    (("hosts", 0, "name"), "MX1.example.com"),
    (("hosts", 0, "tlsa", "records", 0, "data"), "9A"),
    (("hosts", 0, "tlsa", "records", 0, "data"), "9a1"),
    (("hosts", 0, "endpoints", 0, "address"), "192.0.2.256"),
    (("hosts", 0, "endpoints", 0, "address"), "mx1.example.com"),
    (("hosts", 0, "endpoints", 0, "dane", "usage"), 1),
    (("hosts", 0, "endpoints", 0, "chain", 0, "cert_sha256"), "00"),
    (("mta_sts", "policy", "max_age"), 31557601),
    (("findings", 0, "code"), "dane-fine"),
    (("findings", 0, "severity"), "ok"),
    (("findings", 0, "cause"), "because"),
])
def test_schema_notices_a_wrong_value(path, wrong):
    report = reports()[0]
    place(report, path[:-1])[path[-1]] = wrong
    assert not VALIDATOR.is_valid(report)


def test_every_string_is_safe_for_a_terminal():
    for report in reports():
        for path, value in walk(report):
            if not isinstance(value, str):
                continue
            allowed = "\n" if path[-1] in ("fix", "pem") else ""
            bad = [c for c in value if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c not in allowed]
            assert bad == [], path


def test_schema_lists_the_codes_of_the_catalogue():
    table = (HERE.parent.parent / "src" / "model" / "finding.h").read_text()
    codes = [c.lower().replace("_", "-") for c in re.findall(r"^\tFINDING_(\w+),$", table, re.M)]
    assert SCHEMA["$defs"]["finding_code"]["enum"] == codes[:codes.index("count")]


def test_schema_lists_the_causes_of_the_table():
    table = (HERE.parent.parent / "src" / "model" / "cause.c").read_text()
    assert SCHEMA["$defs"]["cause"]["enum"] == re.findall(r'\{"([a-z0-9-]+)",', table)


# ---- JUnit, Prometheus, Nagios, zone file ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["junit.xml", "junit-critical.xml"])
def test_junit_fits_the_xsd(name):
    command = ["xmllint", "--noout", "--nonet", "--schema", str(HERE / "junit.xsd"), str(GOLDEN / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_junit_counts_what_it_holds():
    for name in ("junit.xml", "junit-critical.xml"):
        text = (GOLDEN / name).read_text()
        for suite in text.split("<testsuite ")[1:]:
            for count, tag in (("tests", "<testcase "), ("failures", "<failure "), ("errors", "<error ")):
                assert int(re.search(rf' {count}="(\d+)"', suite)[1]) == suite.count(tag), (name, count)
    failures = [(GOLDEN / n).read_text().count("<failure ") for n in ("junit.xml", "junit-critical.xml")]
    assert failures[0] > failures[1] > 0, "--fail-on critical lets warnings pass"


def test_prometheus_is_grouped_and_unique():
    families, seen = [], set()
    for line in lines("prometheus.txt"):
        if line.startswith("# HELP "):
            families.append(line.split()[2])
        elif not line.startswith("#"):
            series, value = line.rsplit(" ", 1)
            assert series.startswith(families[-1] + "{"), line
            assert series not in seen, line
            seen.add(series)
            float(value)
    assert len(families) == len(set(families)) == 14


# The parser of Debian's libmonitoring-plugin-perl: label, value, unit, and the status that the thresholds give it.
PARSE = r"""
use strict;
while (my $line = <>) {
	my ($performance) = $line =~ /\|(.*)$/ or next;
	for my $p (Monitoring::Plugin::Performance->parse_perfstring($performance)) {
		print join(" ", $p->label, $p->value, $p->uom || "-", $p->threshold->get_status($p->value)), "\n";
	}
	print "\n";
}
"""


def plugin_lines():
    """What the plugin prints first in runs of one domain."""
    return [line for line in lines("nagios-each.txt") if line.startswith("MXDANE ")]


def test_nagios_lines_are_plugin_output():
    for line in plugin_lines():
        assert re.match(r"^MXDANE (OK|WARNING|CRITICAL|UNKNOWN) - \S+: [^|]*\| [^|]+$", line), line


def test_a_total_comes_first_and_then_the_worst():
    order = ["CRITICAL", "UNKNOWN", "WARNING", "OK"]
    for name, shown in (("nagios.txt", order), ("nagios-quiet.txt", order[:3])):
        total, *rest = lines(name)
        statuses = [line.split(" - ")[0] for line in rest]
        assert statuses == sorted(statuses, key=order.index) and set(statuses) == set(shown)
        counts = {word.upper(): int(n) for n, word in re.findall(r"(\d+) (critical|unknown|warning|ok)\b", total.split("|")[0])}
        assert total.startswith(f"MXDANE CRITICAL - {sum(counts.values())} domains: ")
        assert {s: statuses.count(s) for s in shown} == {s: counts[s] for s in shown}
        assert rest[0].removeprefix("CRITICAL - ") in total
        for s, n in counts.items():
            assert f" {s.lower()}={n};;;0" in total


def test_performance_data_is_read_by_a_plugin_parser():
    """Every value comes through; no number of hosts or seconds is a problem by itself."""
    done = subprocess.run(["perl", "-MMonitoring::Plugin::Performance", "-e", PARSE],
                          input="\n".join(plugin_lines()), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    parsed = [[value.split() for value in block.splitlines()] for block in done.stdout.split("\n\n")[:-1]]
    assert len(parsed) == len(plugin_lines())
    seen = set()
    for line, values in zip(plugin_lines(), parsed):
        # The parser passes over a value of U, which the guidelines have for one that could not be had.
        last = [] if "cert_days=U;" in line else ["cert_days"]
        assert [label for label, *_ in values] == ["time", "hosts", "endpoints", "verified", *last], line
        assert values[0][2] == "s" and all(status == "0" for *_, status in values[:4]), line
        if last:
            _, days, _, status = values[4]
            threshold = re.search(r"cert_days=[^;]*;([\d.]*):?;(0:)?$", line)
            warn, fails = threshold[1], threshold[2]
            soon = warn and float(days) < float(warn)
            assert int(status) == (2 if fails and float(days) < 0 else 1 if soon else 0), line
            assert not warn or float(warn) <= 14
            seen.add((int(status), bool(warn), bool(fails)))
    assert {(0, False, False), (0, True, True)} <= seen


def test_nagios_long_output_has_no_second_bar():
    for name in ("nagios-each.txt", "nagios-verbose.txt"):
        for line in lines(name):
            assert line.count("|") == line.startswith("MXDANE "), line
    assert lines("nagios-verbose.txt")[0] == lines("nagios.txt")[0]


def test_tlsa_lines_are_zone_file_lines():
    zone = dns.zone.from_text((GOLDEN / "tlsa.txt").read_text(), origin=".", relativize=False, check_origin=False)
    records = list(zone.iterate_rdatas(dns.rdatatype.TLSA))
    assert len(records) == sum(not line.startswith(";") for line in lines("tlsa.txt"))
    assert {(r.usage, r.selector, r.mtype, len(r.cert)) for _, _, r in records} == {(3, 1, 1, 32), (3, 0, 1, 32)}


def test_every_text_fix_can_be_pasted():
    fixes = [f["fix"] for r in reports() for f in r["findings"] if f["fix"]]
    records = [line for fix in fixes for line in fix.splitlines() if " IN " in line]
    assert records
    for line in records:
        assert line in lines("text-80-verbose.txt"), "unbroken, from the first column"


# ---- SARIF and GitHub ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.sarif", "report-verbose.sarif"])
def test_sarif_fits_its_schema(name):
    validator = jsonschema.Draft4Validator(json.loads((HERE / "sarif-2.1.0.schema.json").read_text()))
    log = json.loads((GOLDEN / name).read_text())
    assert [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(log)] == []
    run, = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == SCHEMA["$defs"]["finding_code"]["enum"]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{64}", result["partialFingerprints"]["mxdane/v1"])


def counted(report):
    return {(report["domain"], f["code"]) for f in report["findings"]
            if f["severity"] != "info" and not f["ignored"] and not f["known"]}


def test_sarif_holds_what_counts():
    want = set().union(*map(counted, reports("report.json")))
    results = json.loads((GOLDEN / "report.sarif").read_text())["runs"][0]["results"]
    assert {(r["properties"]["domain"], r["ruleId"]) for r in results if not r["suppressions"]} == want
    assert {r["level"] for r in results} == {"warning", "error"}
    verbose = json.loads((GOLDEN / "report-verbose.sarif").read_text())["runs"][0]["results"]
    assert {r["level"] for r in verbose} == {"note", "warning", "error"}


def test_sarif_marks_what_is_ignored():
    want = {(report["domain"], f["code"], f["ignored_reason"]) for report in reports("report.json")
            for f in report["findings"] if f["ignored"] and f["severity"] != "info"}
    results = json.loads((GOLDEN / "report.sarif").read_text())["runs"][0]["results"]
    found = {(r["properties"]["domain"], r["ruleId"], s["justification"] if s["kind"] == "inSource" else None)
             for r in results for s in r["suppressions"]}
    assert found == want and len({bool(reason) for _, _, reason in found}) == 2


def test_github_has_a_line_for_each():
    commands = [re.fullmatch(r"::(error|warning) title=(\S+) ([a-z0-9-]+)::(.+)", line) for line in lines("github.txt")]
    assert all(commands)
    results = json.loads((GOLDEN / "report.sarif").read_text())["runs"][0]["results"]
    assert [(c[1], c[3]) for c in commands] == [(r["level"], r["ruleId"]) for r in results if not r["suppressions"]]


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", __file__]))
