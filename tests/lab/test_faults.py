"""The fault matrix of faults/cells.py: every fault at every stage, each by a run.

MXDANE_RENEW_FAULTS=1 writes the table of FAULTS.md anew.
"""

import collections
import os
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import checker
from faults import cells
from faults.scene import Scene, slug
from faults.watch import Watched
from servers.dns_acts import RESOLVER as STRIKES
from servers.dns_acts import on_name
from servers.dns_server import DnsServer
from servers.smtp_acts import delayed, dripping, tarpit
from servers.smtp_server import SmtpServers

TABLE = pathlib.Path(__file__).parent / "FAULTS.md"
DEADLINE = 60
SLACK = 20  # seconds that a busy machine may add
GOOD = "good.example"
RESOLVER = os.environ.get("LAB_RESOLVER", "")
# What is waited for runs apart, so that the others have time-outs that no busy machine reaches.
RUNS = {"quick": (20, 0, lambda fault: fault not in cells.WAITING),
        "waiting": (3, 500, lambda fault: fault in cells.WAITING)}


# Where the server says no in good order, and is told goodbye on every connection.
REFUSALS = [f"bad-{slug(stage, 'refused')}" for stage in ("greeting", "EHLO", "STARTTLS")]
MOST_TRIES = 3  # of a question that fails
MOST_CUTS = 20  # tries that are not counted: the connection was closed when it had brought other answers


def seen_by_smtp(report):
    """What a report says of a cell's first host."""
    host = report["hosts"][0]
    stages = {endpoint["smtp"]["stage"] for endpoint in host["endpoints"]}
    return _findings(report, host["name"]) + " " + " ".join(sorted(stages))


def seen_of_policy(report):
    """What a report says of a cell's policy."""
    return f"{_findings(report, None)} {report['mta_sts']['state']}"


def _findings(report, host):
    found = {one["code"] for one in report["findings"]
             if one["host"] == host and one["severity"] != "info"}
    return " ".join(sorted(found)) or "verified"


def wrong_of(report, cell, timeout):
    """What is not as it must be in the report of a cell, beside its text: sentences."""
    stage, _, text = cell
    first, second = report["hosts"]
    code = text.split()[0]
    expected = {(code, cells.SEVERITY[code])} if code != "verified" else set()
    found = {(one["code"], one["severity"]) for one in report["findings"]
             if one["severity"] != "info"}
    if found != expected:
        yield f"findings {found}, expected {expected}"
    if report["status"] != (cells.SEVERITY[code] if expected else "ok"):
        yield f"status {report['status']}"
    healthy = (first, second) if stage.startswith("policy") else (second,)
    if any(one["dane"]["result"] != "verified" for host in healthy for one in host["endpoints"]):
        yield "another host of the domain is not verified"
    if report["elapsed_ms"] > 1000 * min(timeout + SLACK, DEADLINE + SLACK):
        yield f"{report['elapsed_ms']} ms"
    for endpoint in first["endpoints"]:
        if endpoint["elapsed_ms"] > 1000 * (timeout + SLACK):
            yield f"endpoint: {endpoint['elapsed_ms']} ms"


def chosen_by(belongs):
    """The cells of SMTP and of policies whose fault is wanted."""
    return {(stage, fault) for stage, fault, _ in cells.cells()
            if belongs(fault) and not stage.startswith("DNS")}


def storms(stations):
    """What is wrong with how often a run came to these servers, and how it left: sentences."""
    for one in stations:
        # Two kinds of key; each once more with TLS 1.0, where a handshake failed by its version.
        most = 1 if one.port == 443 else 4 if one.helo.startswith("bad-handshake-") else 2
        if not 0 < one.connections <= most and not one.helo.startswith("good"):
            yield f"{one.helo} {one.port}: {one.connections} connections"
        if one.helo.split(".")[0] in REFUSALS and one.quits != one.connections:
            yield f"{one.helo}: {one.quits} QUITs on {one.connections} connections"


def run_cells(directory, timeout, first, chosen):
    """Run these cells in one run of mxdane: reports by cell, and what is wrong besides."""
    scene = Scene(directory, chosen, first)
    began = time.monotonic()
    with SmtpServers(scene.stations):
        run = Watched("--timeout", timeout, "--deadline", DEADLINE, "--jobs", 200,
                      "--zone", scene.zone_file, "--ca-file", scene.ca_file)
        before = run.check(["sink.questions.example"]) and run.settle(0, 0.2)
        reports = run.check([*scene.domains, GOOD])
        after = run.settle(before)
        status, errors = run.finish()
    wrong = list(storms(scene.stations))
    if reports[GOOD]["senders"]["dane"]["outcome"] != "authenticated":
        wrong.append(f"{GOOD}: {reports[GOOD]['summary']}")
    if after > before:
        wrong.append(f"{before} descriptors before, {after} after: {run.sockets()}")
    if (status, errors) != (2, ""):
        wrong.append(f"exit {status}, {errors}")
    if time.monotonic() - began > DEADLINE:
        wrong.append("beyond the deadline")
    return {cell[:2]: (cell, reports[f"{label}.faults.example"], timeout)
            for label, cell in scene.cells.items()}, wrong


def run_matrix(tmp_path_factory):
    """All cells of SMTP and of policies {(stage, fault): (cell, report, timeout)}; complaints."""
    reports, wrong = {}, []
    for name, (timeout, first, belongs) in RUNS.items():
        got, complaints = run_cells(tmp_path_factory.mktemp(name), timeout, first,
                                    chosen_by(belongs))
        reports.update(got)
        wrong += complaints
    return reports, wrong


SLOW = {"late": delayed((4.5,)), "each-late": delayed((2, 2, 2, 2, 2)), "tarpit": tarpit,
        "trickle": dripping(0.1, "220 ")}


def run_slow(directory):
    """A run with no option that has to do with time, of hosts that are slow."""
    scene = Scene(directory, first=1000, more=SLOW)
    with SmtpServers(scene.stations):
        return checker.check("--zone", str(scene.zone_file),
                             *(f"{label}.faults.example" for label in SLOW))


def run_to_deadline(directory):
    """A run of all that is waited for, with a deadline that comes long before the time-outs."""
    scene = Scene(directory, chosen_by(lambda fault: fault in cells.WAITING), first=2000)
    with SmtpServers(scene.stations):
        return checker.check("--timeout", "60", "--deadline", "5", "--jobs", "200", "--zone",
                             str(scene.zone_file), "--ca-file", str(scene.ca_file),
                             *scene.domains)


VICTIM = "victim.example"
STALLS = (*cells.WAITING, "endless", "wrong protocol")  # what --timeout alone ends here
STRUCK = (f"_25._tcp.mx1.{VICTIM}.", "TLSA")


def run_struck(fault, first_alone):
    """A run whose resolver does this to one question, or whose first of two does it to all."""
    attack = STRIKES[fault] if first_alone else on_name(*STRUCK, STRIKES[fault])
    timeout = 8 if fault in STALLS else 20
    second = ("--resolver", RESOLVER) if first_alone else ()
    with DnsServer(attack) as proxy:
        run = checker.check("--resolver", proxy.address, *second, "--timeout", str(timeout),
                            VICTIM, GOOD)
        return run, timeout, proxy, proxy.datagrams


@pytest.fixture(scope="module", name="started")
def fixture_started(tmp_path_factory):
    """Everything runs side by side: the matrix, and for each fault a run with one faulty resolver
    and one with a second beside it."""
    struck = [(fault, alone) for fault in cells.FAULTS for alone in (False, True)]
    with ThreadPoolExecutor(checker.AT_ONCE) as pool:
        matrix = pool.submit(run_matrix, tmp_path_factory)
        slow = pool.submit(run_slow, tmp_path_factory.mktemp("slow"))
        to_deadline = pool.submit(run_to_deadline, tmp_path_factory.mktemp("deadline"))
        futures = {one: pool.submit(run_struck, *one) for one in struck}
        return (matrix.result(), {one: future.result() for one, future in futures.items()},
                slow.result(), to_deadline.result())


@pytest.fixture(name="matrix")
def fixture_matrix(started):
    """The cells of SMTP and of policies."""
    return started[0]


@pytest.fixture(name="struck")
def fixture_struck(started):
    """The runs with a faulty resolver, by fault and whether a second is there."""
    return started[1]


@pytest.mark.parametrize("stage,fault,text", [
    pytest.param(*cell, id=slug(*cell[:2])) for cell in cells.cells()
    if not cell[0].startswith("DNS")])
def test_cell(stage, fault, text, matrix):
    """The finding, the stage, the other host, in time."""
    cell, report, timeout = matrix[0][stage, fault]
    seen = seen_of_policy(report) if stage.startswith("policy") else seen_by_smtp(report)
    wrong = list(wrong_of(report, cell, timeout))
    assert (seen, wrong) == (text, []), report["findings"]


def test_nothing_else_is_touched(matrix):
    """The other domain of each run, its exit status, its descriptors, its standard error."""
    assert not matrix[1]


def test_long_header_is_called_so(matrix):
    """libcurl calls it "out of memory", which would send the reader the wrong way."""
    report = matrix[0]["policy header", "long line"][1]
    assert report["mta_sts"]["fetch"]["error"] == "a line of the HTTP header is too long"


def test_slow_is_no_fault(started):
    """Some seconds before a greeting, before each reply, or a tarpit: verified all the same."""
    run = started[2]
    assert [report["status"] for report in run.reports] == ["ok"] * len(SLOW), run
    assert all(report["elapsed_ms"] > 4000 for report in run.reports), run


def test_deadline_ends_what_stalls(started):
    """Every cell that waits, ended by --deadline: the second host is known, and it says so."""
    run = started[3]
    assert run.status == 3, run
    for report in run.reports:
        codes = {one["code"] for one in report["findings"]}
        # From QUIT on a server has a second: that is not waited for so long.
        assert ("deadline-exceeded" in codes) != report["domain"].startswith("quit-"), report
        assert report["elapsed_ms"] < 1000 * (5 + SLACK)
        assert {one["dane"]["result"] for one in report["hosts"][1]["endpoints"]} == {"verified"}


@pytest.mark.parametrize("fault", cells.FAULTS)
def test_dns_over_tcp(fault, struck):
    """One question fails, and nothing else does."""
    run, timeout, proxy, _ = struck[fault, False]
    victim, good = run.reports
    assert seen_by_smtp(victim) == cells.CELLS["DNS TCP"][fault], run
    assert good["status"] == "ok", run
    assert run.status == (0 if fault == "after 220" else 2), run
    reason = fault == "refused"  # is asked for once more
    most = MOST_TRIES + reason + (MOST_CUTS if fault in ("reset", "close") else 0)
    assert 1 <= proxy.questions.count(STRUCK) <= most
    again = [question for question, count in collections.Counter(proxy.questions).items() if count > most]
    assert not again, "a storm of questions"
    assert max(victim["elapsed_ms"], good["elapsed_ms"]) < 1000 * (timeout + SLACK)


@pytest.mark.parametrize("fault", cells.FAULTS)
def test_second_resolver_takes_over(fault, struck):
    """The first resolver does this to every question: the second answers them."""
    run, timeout, proxy, _ = struck[fault, True]
    assert [report["status"] for report in run.reports] == ["ok", "ok"], run
    assert run.status == 0, run
    assert proxy.questions, "the first was not asked"
    assert max(report["elapsed_ms"] for report in run.reports) < 1000 * (timeout + SLACK)


def test_no_datagram_is_sent(struck):
    """Why DNS over UDP has no fault: nothing ever comes by it."""
    assert sum(datagrams for _, _, _, datagrams in struck.values()) == 0


def table_of(started):
    """What every cell gave, as Markdown."""
    seen = {("DNS TCP", fault): seen_by_smtp(started[1][fault, False][0].reports[0])
            for fault in cells.FAULTS}
    for (stage, fault), (_, report, _) in started[0][0].items():
        seen[stage, fault] = (seen_of_policy(report) if stage.startswith("policy")
                              else seen_by_smtp(report))
    return cells.markdown(seen)


def test_table_is_current(started):
    """FAULTS.md holds what the runs gave."""
    table = table_of(started)
    if os.environ.get("MXDANE_RENEW_FAULTS"):
        TABLE.write_text(cells.PREFACE + table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == cells.PREFACE + table
