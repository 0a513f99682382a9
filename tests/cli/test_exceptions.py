"""Exceptions in zone files, on the line of a record: what they hide, in every format, and what is wrong with one."""

import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest

from conftest import ROOT
from test_whatif import ECDSA, HEAD, KEY, NO_RESOLVER, TLSA, WRONG, ZONE, digest, gate  # pylint: disable=unused-import

FORMATS = ["text", "json", "junit", "nagios", "prometheus", "tlsa", "sarif", "github"]
SARIF = json.loads((ROOT / "tests/report/sarif-2.1.0.schema.json").read_text())
REASON = "the key is changed next week <soon>"
OLD_KEY = f"_25._tcp.mx1 TLSA 3 1 1 {WRONG}"
EXCUSED = ZONE + f"{OLD_KEY} ; mxdane: ignore=dane-mismatch {REASON}\n"


def ignored(report):
    return [(f["code"], f["location"]["line"], f["ignored_reason"]) for f in report["findings"] if f["ignored"]]


def stale(report):
    return [(f["location"]["line"], re.search("exception for (.*) that hides", f["message"])[1])
            for f in report["findings"] if f["code"] == "ignore-stale"]


def counting(report):
    return {f["code"] for f in report["findings"] if not f["ignored"] and f["severity"] != "info"}


@pytest.mark.parametrize("tail", [
    f"{OLD_KEY} ; mxdane: ignore=dane-mismatch {REASON}\n",
    f"_25._tcp.mx1 TLSA ( 3 1 1 ; mxdane: ignore=dane-mismatch {REASON}\n {WRONG} ) ; the old one\n",
    f"_25._tcp.mx1 TLSA ( ; the old one\n 3 1 1\n {WRONG} ) ; mxdane: ignore=dane-mismatch {REASON}\n",
    f'$GENERATE 1-1 _25._tcp.mx$ TLSA "3 1 1 {WRONG}" ; mxdane: ignore=dane-mismatch {REASON}\n',
], ids=["line", "first line", "last line", "generated"])
def test_finding_on_the_line_does_not_count(gate, tail):
    plain, excused = gate({"z": ZONE + OLD_KEY}), gate({"z": ZONE + tail})
    assert (plain.status, counting(plain.reports[0])) == (2, {"dane-mismatch"})
    assert (excused.status, counting(excused.reports[0])) == (0, set())
    assert set(ignored(excused.reports[0])) == {("dane-mismatch", 9, REASON)}
    assert stale(excused.reports[0]) == []
    assert {e["status"] for h in excused.hosts for e in h["endpoints"]} == {"ok"}
    assert {f["code"] for f in excused.findings} == {f["code"] for f in plain.findings}


def test_exception_in_an_included_file(gate, tmp_path):
    (tmp_path / "hosts").write_text(f"\n{OLD_KEY} ; mxdane: ignore=dane-mismatch {REASON}\n")
    r = gate({"z": ZONE + "$INCLUDE hosts\n"})
    assert (r.status, set(ignored(r.reports[0]))) == (0, {("dane-mismatch", 2, REASON)})


def test_exception_is_for_one_of_a_names_records(gate):
    two = (f"_25._tcp.mx1 TLSA 1 1 1 {WRONG} ; mxdane: ignore=tlsa-pkix-usage for others\n"
           f"_25._tcp.mx1 TLSA 0 1 1 {WRONG}\n")
    r = gate({"z": ZONE + TLSA + two})
    assert [f["location"]["line"] for f in r.findings if f["code"] == "tlsa-pkix-usage" and not f["ignored"]] == [11]
    assert ignored(r.reports[0]) == [("tlsa-pkix-usage", 10, "for others")]
    assert r.status == 1


def test_exception_for_what_is_absent_stands_at_the_mx_record(gate):
    zone = ZONE.replace("10 mx1", "10 mx1 ; mxdane: ignore=tlsa-absent,sts-absent from spring on\n@ MX 20 mx2")
    r = gate({"z": zone + "mx2 A 192.0.2.2\n"})
    assert set(ignored(r.reports[0])) == {("tlsa-absent", 6, "from spring on"), ("sts-absent", 6, "from spring on")}
    assert [(f["code"], f["host"], f["location"]["line"]) for f in r.findings
            if f["severity"] == "critical" and not f["ignored"]] == [("tlsa-absent", "mx2.whatif.example", 7)]
    assert r.status == 2


def test_exception_that_hides_nothing_is_stale(gate):
    good = ZONE + TLSA.replace("\n", " ; mxdane: ignore=dane-mismatch,tlsa-ttl-long old\n")
    r = gate({"z": good})
    assert (r.status, stale(r.reports[0])) == (0, [(9, "dane-mismatch, tlsa-ttl-long")])
    assert (gate({"z": good}, "--ignore", "ignore-stale").reports[0]["status"]) == "ok"
    beside = gate({"z": good.replace("=dane-mismatch", "=ignore-stale,dane-mismatch")})
    assert set(ignored(beside.reports[0])) == {("ignore-stale", 9, "old")}


def test_baseline_takes_an_exception_that_is_gone_for_new(mxdane, gate, tmp_path):
    excused = gate({"z": EXCUSED})
    (tmp_path / "earlier").write_text("\n".join(map(json.dumps, excused.reports)))
    again = gate({"z": EXCUSED}, "--baseline", str(tmp_path / "earlier"))
    assert (again.status, again.reports[0]["gone"]) == (0, [])
    uncovered = gate({"z": ZONE + OLD_KEY}, "--baseline", str(tmp_path / "earlier"))
    assert (uncovered.status, counting(uncovered.reports[0])) == (2, {"dane-mismatch"})
    mended = gate({"z": ZONE + TLSA}, "--baseline", str(tmp_path / "earlier"))
    assert {f["ignored_reason"] for f in mended.reports[0]["gone"] if f["code"] == "dane-mismatch"} == {REASON}


# ---- A mistake in one ----

MISTAKES = [
    (f"{OLD_KEY} ; mxdane: ignore=dane-missmatch x\n", 9,
     "expected the code of a finding (mxdane --explain list) to be ignored, not 'dane-missmatch'"),
    (f"{OLD_KEY} ; mxdane: ignore=dane-mismatch\n", 9, "expected a reason after ignore=dane-mismatch"),
    (f"{OLD_KEY} ; mxdane: dane-mismatch x\n", 9,
     "expected ignore=CODE[,CODE...] and a reason after mxdane:, not 'dane-mismatch'"),
    (f"; mxdane: ignore=dane-mismatch x\n{OLD_KEY}\n", 9,
     "expected a record on the line of a comment that begins with mxdane:"),
]


@pytest.mark.parametrize("tail, line, message", MISTAKES)
def test_mistake_is_an_error_at_its_line(mxdane, gate, tmp_path, tail, line, message):
    r = gate({"z": ZONE + tail, "other": ZONE.replace("whatif", "other") + TLSA})
    broken, good = r.reports
    assert [(f["code"], f["location"]["line"]) for f in broken["findings"]] == [("zone-invalid", line)]
    assert f"z:{line}: {message}" in broken["findings"][0]["message"]
    assert (r.status, good["domain"], good["status"]) == (2, "other.example", "ok")
    done = mxdane(*NO_RESOLVER, "--zone", str(tmp_path / "z"), "whatif.example")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"mxdane: --zone: {tmp_path}/z:{line}: {message}\n")


# ---- Every format ----

@pytest.fixture
def draw(mxdane, tmp_path, monkeypatch):
    def run(form, text, *more, chain=KEY):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "z").write_text(text)
        return mxdane(*NO_RESOLVER, "--at", "2027-01-01T00:00:00Z", "--chain", str(chain), "--zone", "z",
                      "-o", form, *more)
    return run


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text, more", [(EXCUSED, ()), (ZONE + OLD_KEY, ("--ignore", "dane-mismatch"))],
                         ids=["exception", "option"])
def test_exit_status_in_every_format(draw, form, text, more):
    assert draw(form, ZONE + OLD_KEY).returncode == 2
    done = draw(form, text, *more)
    assert (done.returncode, done.stderr) == (0, "")


def test_text_gives_place_and_reason(draw):
    assert f"ignored in z:9: dane-mismatch: {REASON}\n" in draw("text", EXCUSED).stdout
    assert "ignored on request" not in draw("text", EXCUSED).stdout


def test_text_names_a_line_of_many_records_once(draw):
    many = EXCUSED.replace("mx1 A", "mx1 A 192.0.2.9\nmx1 A")
    assert draw("text", many).stdout.count("ignored in z:10: dane-mismatch") == 1


@pytest.mark.parametrize("text, more, kind, reason", [
    (EXCUSED, (), "inSource", REASON),
    (ZONE + OLD_KEY, ("--ignore", "dane-mismatch"), "external", "ignored by the option --ignore"),
])
def test_sarif_suppresses_the_result(draw, text, more, kind, reason):
    log = json.loads(draw("sarif", text, *more).stdout)
    jsonschema.Draft4Validator(SARIF).validate(log)
    result, = log["runs"][0]["results"]
    assert result["ruleId"] == "dane-mismatch"
    assert result["suppressions"] == [{"kind": kind, "status": "accepted", "justification": reason}]
    plain, = json.loads(draw("sarif", ZONE + OLD_KEY).stdout)["runs"][0]["results"]
    assert (plain["suppressions"], plain["partialFingerprints"]) == ([], result["partialFingerprints"])


def test_github_leaves_it_out(draw):
    assert draw("github", EXCUSED).stdout == ""
    assert "::error file=z,line=9" in draw("github", ZONE + OLD_KEY).stdout


def test_junit_names_it_as_output(draw):
    suite = ElementTree.fromstring(draw("junit", EXCUSED).stdout)[0]
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert f"ignored critical dane-mismatch ({REASON}): mx1.whatif.example" in suite.find("system-out").text


def test_nagios_names_it_with_verbose(draw):
    out = draw("nagios", EXCUSED, "-v").stdout
    assert out.startswith("MXDANE OK") and f" (ignored: {REASON}): mx1.whatif.example" in out


def test_nagios_has_no_threshold_for_what_is_ignored(draw):
    """One of usage 2 would have those of a date that matters."""
    line = f"_25._tcp.mx1 TLSA 2 1 1 {digest(ECDSA, 1)}"

    def thresholds(text):
        out = draw("nagios", ZONE + text, "--at", "2035-12-31T00:00:00Z", chain=ECDSA).stdout
        return re.search(r"cert_days=[0-9.]+;([^;]*);(\S*)", out).groups()

    assert thresholds(line) == ("14:", "0:")
    assert thresholds(line + " ; mxdane: ignore=cert-expiring renewed at new year") == ("", "0:")


def test_prometheus_leaves_it_out(draw):
    assert "dane-mismatch" not in draw("prometheus", EXCUSED).stdout
    assert 'mxdane_findings{domain="whatif.example",code="dane-mismatch",severity="critical"}' in draw(
        "prometheus", ZONE + OLD_KEY).stdout


# ---- Records that no domain has to do with ----

OLD_HOST = f"_25._tcp.old TLSA 3 1 1 {WRONG} ; mxdane: ignore=dane-mismatch,ignore-stale x\n"
NOT_MAIL = ("www A 192.0.2.7 ; mxdane: ignore=address-reserved,tlsa-absent x\n"
            "ftp CNAME www ; mxdane: ignore=mx-bogus x\n")


def test_exception_on_a_record_that_nobody_asks_for(gate, tmp_path):
    r = gate({"z": ZONE + TLSA + OLD_HOST + NOT_MAIL})
    domain, file = r.reports
    assert (r.status, domain["domain"], stale(domain)) == (0, "whatif.example", [])
    assert (file["domain"], file["status"], file["hosts"]) == (f"{tmp_path}/z", "ok", [])
    assert stale(file) == [(10, "dane-mismatch"), (11, "address-reserved, tlsa-absent"), (12, "mx-bogus")]
    assert ignored(file) == [("ignore-stale", 10, "x")]
    assert {f["location"]["file"] for f in file["findings"]} == {f"{tmp_path}/z"}


def test_record_of_another_files_domain_is_asked_for(gate):
    provider = (ZONE.replace("whatif", "provider").replace("@   MX  10 mx1\n", "") +
                OLD_KEY + " ; mxdane: ignore=dane-mismatch x\n")
    customer = HEAD + "@ MX 10 mx1.provider.example.\n"
    r = gate({"p": provider, "c": customer})
    assert [(d["domain"], ignored(d)) for d in r.reports] == [
        ("whatif.example", [("dane-mismatch", 8, "x")] * 2)]


@pytest.mark.parametrize("more", [["whatif.example"], ["-4"], ["-r", "127.0.0.1@9", "--zone", "broken"], ["-q"]],
                         ids=["a domain named", "one family", "a broken file", "quiet"])
def test_not_all_records_were_asked_for(gate, tmp_path, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken").write_text("a.example. B\n")
    r = gate({"z": ZONE + TLSA + NOT_MAIL}, *more)
    assert [d["domain"] for d in r.reports if stale(d)] == []


def test_lookup_that_fails_leaves_it_open(gate):
    r = gate({"z": ZONE + TLSA + "@ MX 20 mx.elsewhere.example.\n" + NOT_MAIL})
    assert ("address-lookup-failed", [d["domain"] for d in r.reports]) == (
        next(f["code"] for f in r.findings if f["severity"] == "unknown"), ["whatif.example"])


@pytest.mark.parametrize("form, said", [
    ("text", "z\n  exceptions that hide nothing\n"), ("json", '"domain":"z"'), ("junit", 'name="z"'),
    ("nagios", "OK - z: exceptions that hide nothing\n"), ("tlsa", "; z: exceptions that hide nothing\n"),
    ("prometheus", 'mxdane_findings{domain="z",code="ignore-stale",severity="info"} 2\n'),
    ("sarif", '"text":"z: Line 10 of z has an exception'), ("github", "title=z ignore-stale::Line 10 of z has")])
def test_record_that_nobody_asks_for_in_every_format(draw, form, said):
    done = draw(form, ZONE + TLSA + NOT_MAIL, "-v")
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert 'mxdane_sender_outcome{domain="z"' not in done.stdout and "every sender:" not in done.stdout
