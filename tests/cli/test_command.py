"""The built program, driven as a person or a script does; nothing here needs a network."""

import json
import os
import re
import subprocess

import pytest

from conftest import PROGRAM

VERSION_LINES = ["mxdane", "getdns", "GnuTLS", "libidn2", "libcurl"]

# tests/unit/cli/test_options.c has every refusal; here it is what a script sees of one.
USAGE_ERRORS = [
    ([], "no domain is given"),
    (["--bogus", "a.example"], "unknown option --bogus"),
    (["-x", "a.example"], "unknown option -x"),
    (["--port", "0", "a.example"], "--port takes a number from 1 to 65535, not '0'"),
    (["--output=xml", "a.example"], "--output takes text, json"),
    (["--quiet=1", "a.example"], "--quiet takes no value"),
    (["a.example", "--ehlo"], "--ehlo takes NAME"),
    (["-4", "-6", "a.example"], "-4 and -6 cannot be used together"),
    (["--mx", "mx.example", "a.example", "b.example"], "--mx is for one domain"),
    (["--explain", "dane-mismach"], "did you mean dane-mismatch?"),
    (["--explain", "null-mx", "a.example"], "--explain and a domain cannot be used together"),
    (["--ignore", "x\x1b[31my", "a.example"], "not 'x\\x1b[31my'"),
    (["--ignore", "null\nmx", "a.example"], "not 'null\\x0amx'"),
]

BROKEN_FILES = ["--file", "--ca-file", "--trust-anchor", "--zone", "--chain", "--resume", "--baseline"]


def assert_refused(result, sentence):
    assert result.returncode == 3
    assert result.stdout == ""
    assert re.fullmatch(r"mxdane: [^\n]+\n", result.stderr), result.stderr
    assert sentence in result.stderr


@pytest.mark.parametrize("arguments, sentence", USAGE_ERRORS, ids=lambda v: " ".join(v)[:40])
def test_usage_error(mxdane, arguments, sentence):
    assert_refused(mxdane(*arguments), sentence)


@pytest.mark.parametrize("option", BROKEN_FILES)
def test_missing_file_is_refused(mxdane, option, tmp_path):
    """Named in the one line of the error, before anything is sent."""
    missing = str(tmp_path / "missing")
    more = ["-o", "json"] if option == "--resume" else []
    assert_refused(mxdane("-r", "127.0.0.1@9", *more, option, missing, "a.example"), missing)


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(mxdane, catalogue, option):
    result = mxdane(option)
    assert (result.returncode, result.stderr) == (0, "")
    assert max(map(len, result.stdout.splitlines())) <= 80
    for o in catalogue["options"]:
        assert o["name"] in result.stdout


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(mxdane, option):
    result = mxdane(option)
    assert (result.returncode, result.stderr) == (0, "")
    *lines, sandbox = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert [name for name, _ in lines] == VERSION_LINES
    assert all(re.match(r"\d+\.\d+", version) for _, version in lines)
    assert sandbox[0] == "sandbox" and sandbox[1]  # test_sandbox.py has what it says


def test_explain_every_code(mxdane, catalogue):
    for finding in catalogue["findings"]:
        result = mxdane("--explain", finding["code"])
        assert (result.returncode, result.stderr) == (0, "")
        lines = result.stdout.splitlines()
        assert lines[0] == finding["code"]
        assert f"Severity:  {finding['severity']}" in lines
        assert "What to do:" in lines
        assert max(map(len, lines)) <= 110  # the severity is one line, however long
        assert len(result.stdout) > 200, "an explanation says something"


def test_explain_every_cause(mxdane, catalogue):
    for slug, meaning in catalogue["causes"].items():
        result = mxdane("--explain", slug)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.splitlines()[0] == slug
        told = " ".join(result.stdout.split())
        assert told == f"{slug} {meaning}" or told.startswith(f"{slug} {meaning} What to do: ")


def test_explain_in_any_case_and_list(mxdane, catalogue):
    assert mxdane("--explain", "DANE-MISMATCH").stdout == mxdane("--explain", "dane-mismatch").stdout
    assert mxdane("--explain", "Other-Selector").stdout == mxdane("--explain", "other-selector").stdout
    lines = mxdane("--explain", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [finding["code"] for finding in catalogue["findings"]]


@pytest.mark.parametrize("words, sender, code", [
    ("450 4.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail.",
     "Exchange Online", "starttls-missing"),
    ("5.7.322", "Exchange Online", "dane-expired"),
    ("550 5.7.323 tlsa-invalid: The domain failed DANE validation", "Exchange Online", "dane-mismatch"),
    ("4.7.324 dnssec-invalid", "Exchange Online", "tlsa-bogus"),
    ("5.7.325", "Exchange Online", "dane-name-mismatch"),
    ("550 5.4.312 Message expired, DNS query failed", "Exchange Online", "tlsa-lookup-failed"),
    ("certificate-host-mismatch", "TLS reports (RFC 8460)", "dane-name-mismatch"),
    ("dane-required", "TLS reports (RFC 8460)", "tlsa-absent"),
    ("sts-policy-fetch-error", "TLS reports (RFC 8460)", "sts-policy-unreachable"),
    ("status=deferred (Server certificate not verified)", "Postfix", "dane-mismatch"),
    ("delivery temporarily suspended: TLSA lookup error for mx1.example.org:25", "Postfix", "tlsa-lookup-failed"),
    ("certificate verification failed for mx1.example.org[192.0.2.1]:25: untrusted issuer /CN=CA",
     "Postfix", "dane-untrusted"),
    ("defer (-36): DANE error: tlsa lookup DEFER", "Exim", "tlsa-lookup-failed"),
    ("DANE error: No usable TLSA records", "Exim", "tlsa-unusable"),
    ("verify error:num=65:no matching DANE TLSA records", "OpenSSL", "dane-mismatch"),
])
def test_explain_what_senders_say(mxdane, words, sender, code):
    """From a line of a log to the findings that cause it."""
    for text in (words, words.upper()):
        result = mxdane("--explain", text)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{sender}: ")
        assert result.stdout.endswith(f"\nMore: mxdane --explain {code}\n")


def test_every_phrase_is_found(mxdane, catalogue):
    """None is hidden by a shorter one before it, and its findings exist."""
    for phrase in catalogue["phrases"]:
        first = mxdane("--explain", phrase["text"]).stdout.splitlines()[0]
        if phrase["text"] in [finding["code"] for finding in catalogue["findings"]]:
            assert first == phrase["text"]
        else:
            assert first.startswith(phrase["sender"] + ": ") and phrase["text"] in first
        assert len(phrase["findings"]) == len(set(phrase["findings"])) > 0


@pytest.mark.parametrize("name", ["192.0.2.1", "a..b", "-", "a b", "\x1b[31m", "x" * 64 + ".example",
                                  ".".join(["x" * 49] * 6), "", "a_\u202eb.example"])
def test_invalid_domain_is_a_finding(mxdane, name):
    """No usage error: in a list of many the others are still checked."""
    result = mxdane("-r", "127.0.0.1@9", "-o", "json", "--", name)
    assert (result.returncode, result.stderr) == (3, "")
    assert [f["code"] for f in json.loads(result.stdout)["findings"]] == ["domain-invalid"]
    assert result.stdout.count("\n") == 1
    assert "\x1b" not in result.stdout and "\u202e" not in result.stdout


@pytest.mark.parametrize("text", ["postmaster@a.example", "https://a.example/", "SMTP://A.example:25"])
def test_domain_in_a_url_or_mail_address(mxdane, text):
    result = mxdane("-r", "127.0.0.1@9", "-o", "json", text, "a.example")
    first, second = [json.loads(line) for line in result.stdout.splitlines()]
    assert first["domain"] == second["domain"] == "a.example"


def test_mx_without_a_domain(mxdane):
    report = json.loads(mxdane("-r", "127.0.0.1@9", "-o", "json", "--mx", "mx1.example").stdout)
    assert report["domain"] == "mx1.example"


@pytest.mark.parametrize("option", BROKEN_FILES)
def test_error_of_a_file_names_the_option(mxdane, option):
    result = mxdane("-o", "json", option, "/nowhere/x", "a.example")
    assert result.returncode == 3
    assert result.stderr.startswith(f"mxdane: {option}: ") and "/nowhere/x" in result.stderr


def test_file_is_read(mxdane, tmp_path):
    names = tmp_path / "names"
    names.write_text("# all of them wrong\n\n  a..b  # and why\r\n192.0.2.1")
    result = mxdane("-r", "127.0.0.1@9", "-o", "json", "--file", str(names), "c..d")
    found = [json.loads(line)["domain"] for line in result.stdout.splitlines()]
    assert found == ["c..d", "a..b", "192.0.2.1"]


def test_ignored_finding_does_not_count(mxdane):
    arguments = ["-r", "127.0.0.1@9", "--ignore", "domain-invalid", "a..b"]
    assert mxdane(*arguments).returncode == 0
    report = json.loads(mxdane("-o", "json", *arguments).stdout)
    assert [f["ignored"] for f in report["findings"]] == [True]
    assert mxdane("--quiet", *arguments).stdout == ""


def run_into(stdout, arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["-r", "127.0.0.1@9", "a..b"]])
def test_full_disk_is_an_error(arguments):
    with open("/dev/full", "wb") as full:
        result = run_into(full, arguments)
    assert result.returncode == 3
    assert "No space left" in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["-r", "127.0.0.1@9", "a..b"]])
def test_closed_pipe_ends_the_run_silently(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = run_into(writer, arguments)
    finally:
        os.close(writer)
    assert (result.returncode, result.stderr) == (3, "")


def test_resume_skips_what_is_held_whole(mxdane, tmp_path):
    """A line that was cut off does not count; one that is not ours is refused."""
    earlier = tmp_path / "earlier.json"
    whole = mxdane("-o", "json", "a..b", "c..d").stdout.splitlines(keepends=True)
    earlier.write_text(whole[0] + whole[1][:-20], encoding="utf-8")
    again = mxdane("-o", "json", "--resume", str(earlier), "a..b", "c..d")
    assert [json.loads(line)["domain"] for line in again.stdout.splitlines()] == ["c..d"]
    for schema, refused in ((1, False), (2, False), (3, True)):
        earlier.write_text(f'{{"schema":{schema},"domain":"a..b"}}\n', encoding="utf-8")
        again = mxdane("-o", "json", "--resume", str(earlier), "a..b")
        assert ("expected a line of mxdane's JSON output" in again.stderr) == refused
        assert again.stdout == ""
    earlier.write_text("not ours\n", encoding="utf-8")
    assert_refused(mxdane("-o", "json", "--resume", str(earlier), "a..b"), f"{earlier}:1:")


def baseline_of(mxdane, folder, *domains):
    """The JSON output of a run, as a file."""
    earlier = folder / "earlier.json"
    earlier.write_text(mxdane("-o", "json", *domains).stdout, encoding="utf-8")
    return earlier


@pytest.mark.parametrize("form", ["stream", "array", "indented"])
def test_baseline_leaves_what_is_new(mxdane, tmp_path, form):
    earlier = baseline_of(mxdane, tmp_path, "a..b", "c..d")
    reports = [json.loads(line) for line in earlier.read_text(encoding="utf-8").splitlines()]
    if form == "array":
        earlier.write_text(json.dumps(reports), encoding="utf-8")
    if form == "indented":
        earlier.write_text("\n".join(json.dumps(r, indent=2) for r in reports), encoding="utf-8")
    old = mxdane("-o", "json", "--baseline", str(earlier), "a..b", "c..d")
    both = mxdane("-o", "json", "--baseline", str(earlier), "a..b", "e..f")
    assert (old.returncode, both.returncode) == (0, 3)
    reports = [json.loads(line) for line in both.stdout.splitlines()]
    assert [[f["known"] for f in r["findings"]] for r in reports] == [[True], [False]]
    assert [r["status"] for r in reports] == ["unknown", "unknown"]
    quiet = mxdane("-q", "--baseline", str(earlier), "a..b", "e..f")
    assert "e..f" in quiet.stdout and "a..b" not in quiet.stdout
    quiet = mxdane("-q", "--baseline", str(earlier), "a..b")
    assert (quiet.returncode, quiet.stdout) == (0, "")


def test_baseline_in_every_format(mxdane, tmp_path):
    earlier = str(baseline_of(mxdane, tmp_path, "a..b"))
    nagios = mxdane("-o", "nagios", "-v", "--baseline", earlier, "a..b")
    assert nagios.returncode == 0
    assert nagios.stdout.startswith("MXDANE OK - a..b: ")
    assert "unknown domain-invalid (known): " in nagios.stdout
    junit = mxdane("-o", "junit", "--baseline", earlier, "a..b")
    assert 'failures="0" errors="0"' in junit.stdout and "known unknown domain-invalid" in junit.stdout
    text = mxdane("--baseline", earlier, "a..b")
    assert "Baseline: nothing new, 1 known, 0 gone" in text.stdout
    assert mxdane("-o", "prometheus", "--baseline", earlier, "a..b").returncode == 0


def test_baseline_of_schema_1_and_what_is_gone(mxdane, tmp_path):
    """The keys of schema 1 alone, a code that nobody knows, and a report that a later one replaces."""
    def finding(code, message):
        return {"code": code, "severity": "critical", "ignored": False, "host": None, "address": None,
                "key_type": None, "message": message, "reference": None, "fix": None}
    replaced = {"schema": 1, "domain": "a..b", "findings": [finding("null-mx", "replaced")]}
    last = {"schema": 1, "domain": "a..b",
            "findings": [finding("domain-invalid", "x"), finding("of-tomorrow", "y")]}
    gone = {"schema": 1, "domain": "192.0.2.1",
            "findings": [finding("domain-invalid", "x"), finding("domain-invalid", "one of two")]}
    earlier = tmp_path / "earlier.json"
    earlier.write_text("\n".join(json.dumps(r) for r in (replaced, last, gone)), encoding="utf-8")
    done = mxdane("-o", "json", "--baseline", str(earlier), "a..b", "192.0.2.1")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [f["known"] for r in reports for f in r["findings"]] == [True, True]
    assert [r["gone"] for r in reports] == [[], []]  # nothing of an unknown domain is gone


@pytest.mark.parametrize("text, line, why", [
    ("not ours\n", 1, "expected a report"),
    ('\n\n[1]', 3, "expected a report"),
    ('{"schema": 3, "domain": "a", "findings": []}', 1, '"schema" is not 1 or 2'),
    ('{"schema": 2, "findings": []}', 1, '"domain" is not a text'),
    ('{"schema": 2, "domain": "a"}', 1, '"findings" is not an array'),
    ('{"schema": 2, "domain": "a", "findings": [1]}', 1, '"code" is not a text'),
    ('{"schema": 2,\n"domain": "a",\n"findings": [}', 3, "no JSON: unexpected token near '}'"),
    ('{"schema": 2, "domain": "a", "findings": []}\n{"schema": 2, "dom', 2, "no JSON: premature end"),
    ('{"schema": 2, "domain": "a", "domain": "b"}', 1, "no JSON: duplicate object key"),
    ('[{"schema": 2, "domain": "a", "findings": []}\n', 2, "expected the end of the array"),
    ('[{"schema": 2, "domain": "a", "findings": []},\n]', 2, "expected a report"),
    ('[]\n{}', 2, "expected the end of the file"),
], ids=range(12))
def test_baseline_that_is_none(mxdane, tmp_path, text, line, why):
    earlier = tmp_path / "earlier.json"
    earlier.write_text(text, encoding="utf-8")
    result = mxdane("--baseline", str(earlier), "a..b")
    assert_refused(result, f"--baseline: {earlier}:{line}: ")
    assert why in result.stderr


@pytest.mark.parametrize("key, value, why", [
    ("severity", "bad", "info, warning, unknown or critical"), ("severity", None, "a text"),
    ("ignored", None, "true or false"), ("host", 1, "a text"), ("address", "192.0.2", "an IP address"),
    ("key_type", "dsa", "a kind of key"), ("message", None, "a text"),
])
def test_baseline_with_a_wrong_value(mxdane, tmp_path, key, value, why):
    earlier = baseline_of(mxdane, tmp_path, "a..b")
    report = json.loads(earlier.read_text(encoding="utf-8"))
    report["findings"][0][key] = value
    earlier.write_text(json.dumps(report), encoding="utf-8")
    assert_refused(mxdane("--baseline", str(earlier), "a..b"), f'{earlier}:1: no report of mxdane\'s '
                   f'JSON output: "{key}" is not {why}')


def test_baseline_is_not_overwritten(mxdane, tmp_path):
    """By the report, whose redirection has emptied it; to append is another thing."""
    earlier = baseline_of(mxdane, tmp_path, "a..b")
    arguments = ["-o", "json", "--baseline", str(earlier), "a..b"]
    with open(earlier, "ab") as out:
        assert run_into(out, arguments).returncode == 0
    assert len(earlier.read_text(encoding="utf-8").splitlines()) == 2
    with open(earlier, "wb") as out:
        result = run_into(out, arguments)
    assert (result.returncode, earlier.read_text(encoding="utf-8")) == (3, "")
    assert result.stderr.endswith("is where the report goes: write it to another file\n")


def test_empty_baseline_knows_nothing(mxdane, tmp_path):
    for text in ("", "\n", "[]", " [ ]\n"):
        (tmp_path / "empty").write_text(text, encoding="utf-8")
        assert mxdane("--baseline", str(tmp_path / "empty"), "a..b").returncode == 3
