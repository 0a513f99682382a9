"""--wait: looks again until the state asked for is there, through a resolver that changes its mind."""

import os
import pathlib
import signal
import subprocess
import time

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

import checker
from servers.dns_server import DnsServer, passed_on
from test_change import OWNER, PLAIN, make_chain

TTL = 4
TRUST_AD = ["--dnssec", "trust-ad", "--resolver"]
PATIENCE = 240


def from_then_on(looks, before, after):
    """An act for TLSA records that is another one after so many looks."""
    def act(query, ask):
        kind = query.question[0].rdtype
        act.looks += kind == dns.rdatatype.MX
        if kind != dns.rdatatype.TLSA:
            return passed_on(query, ask)
        if act.looks <= looks:
            return before(query, ask)
        act.changed = act.changed or time.time()
        return after(query, ask)
    act.looks, act.changed = 0, None
    return act


def always(what):
    """An act for TLSA records."""
    return from_then_on(0, None, what)


def refused(query, _):
    """No answer for TLSA records."""
    response = dns.message.make_response(query)
    response.set_rcode(dns.rcode.REFUSED)
    return response


def beside(*records):
    """The true records with this TTL, and others beside them."""
    def act(query, ask):
        response = ask(query)
        question = query.question[0]
        true = [one.to_text() for rrset in response.answer if rrset.rdtype == dns.rdatatype.TLSA for one in rrset]
        response.answer = [dns.rrset.from_text(question.name, TTL, "IN", "TLSA", *true, *records)]
        return response
    return act


@pytest.fixture(name="new")
def fixture_new(tmp_path):
    """A new chain's file, and the record of it."""
    file, digest = make_chain(tmp_path, f"mx1.{PLAIN}")
    return file, f"3 1 1 {digest}"


def wait(act, duration, *arguments, form="json"):
    """The run, and the server that it asked."""
    with DnsServer(act) as server:
        done = subprocess.run(
            [checker.binary(), *TRUST_AD, server.address, "-o", form, "--wait", duration, *arguments],
            capture_output=True, text=True, check=False, timeout=PATIENCE)
    return checker.Run(done.args, done.returncode, done.stdout, done.stderr), server


def wait_for_question(server):
    """Until TLSA records were asked for."""
    end = time.monotonic() + PATIENCE
    while not any(kind == "TLSA" for _, kind in server.questions):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_until_ok():
    """The report of the look that finds it, and one line for what is waited for."""
    act = from_then_on(2, refused, passed_on)
    run, _ = wait(act, "30m", PLAIN)
    assert (run.status, run.report["status"]) == (0, "ok"), run
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("mxdane: waiting until 20") and "for status ok; now " in run.stderr


def test_until_the_time_is_over():
    """A last look, and its status."""
    run, server = wait(passed_on, "3s", "broken.example")
    assert (run.status, run.report["status"]) == (2, "critical"), run
    looks = server.questions.count(("broken.example.", "MX"))
    assert 2 <= looks <= 3, server.questions  # at once, after 2 s, after 3 s; a slow one takes the place of two


@pytest.mark.parametrize("form", ["text", "junit", "sarif", "nagios"])
def test_one_whole_document(form):
    run, _ = wait(from_then_on(1, refused, passed_on), "30m", PLAIN, form=form)
    once, _ = wait(passed_on, "30m", PLAIN, form=form)
    assert (run.status, once.status) == (0, 0), run
    assert checker.unchanging(run.stdout) == checker.unchanging(once.stdout)


def test_quiet_says_nothing():
    run, _ = wait(from_then_on(1, refused, passed_on), "30m", "-q", PLAIN)
    assert (run.status, run.stdout, run.stderr) == (0, "", "")


def test_records_first(new):
    """The new chain is deployed when the records are there, and the old ones gone from every cache."""
    file, record = new
    act = from_then_on(2, beside(), beside(record))
    run, _ = wait(act, "30m", "--chain", f"mx1.{PLAIN}={file}", PLAIN)
    ended = time.time()
    assert run.status == 0, run
    assert "rollover-safe" in {one["code"] for one in run.report["findings"]}
    assert ended >= act.changed + TTL - 1  # times are whole seconds
    assert "for the change to be safe; now " in run.stderr
    assert "caches may still hold the TLSA records before these" in run.stderr


def test_records_that_stood_there_before(new):
    """Since when is not known: caches may hold older ones."""
    file, record = new
    began = time.time()
    run, _ = wait(always(beside(record)), "30m", "--chain", f"mx1.{PLAIN}={file}", PLAIN)
    assert run.status == 0, run
    assert time.time() >= began + TTL - 1


def test_caches_take_longer_than_the_time(new):
    """What is published is right, but it is not yet safe: no exit status 0."""
    file, record = new
    def slow(query, ask):
        response = beside(record)(query, ask)
        response.answer[0].ttl = 3600
        return response
    run, _ = wait(always(slow), "3s", "--chain", f"mx1.{PLAIN}={file}", PLAIN)
    assert (run.status, run.report["status"]) == (1, "ok"), run


def test_chain_that_is_presented_already(tmp_path):
    """Nothing changes, so there is nothing to wait for."""
    shown = checker.check("-v", PLAIN).report["hosts"][0]["endpoints"]
    arguments = []
    for kind in {one["key_type"] for one in shown}:
        file = tmp_path / f"{kind}.pem"
        chain = next(one["chain"] for one in shown if one["key_type"] == kind)
        file.write_text("".join(one["pem"] for one in chain))
        arguments += ["--chain", f"mx1.{PLAIN}={file}"]
    run, server = wait(passed_on, "30m", *arguments, PLAIN)
    assert (run.status, run.stderr) == (0, ""), run
    assert not [one for one in run.report["findings"] if one["code"].startswith("rollover-")]
    assert server.questions.count((f"{PLAIN}.", "MX")) == 1


def test_order_that_is_ignored_is_none(new):
    """rollover-order holds the change up though it counts for nothing."""
    file, record = new
    run, _ = wait(always(beside()), "2s", "--ignore", "rollover-order,rollover-unsafe,dane-mismatch", "--chain",
                  f"mx1.{PLAIN}={file}", "--zone", zone_with(file.parent, record), PLAIN)
    assert run.status == 1, run


def zone_with(folder, record):
    """A file that puts this record in the place of those that are there."""
    file = folder / "zone"
    file.write_text(f"{OWNER.format(PLAIN)} {TTL} IN TLSA {record}\n")
    return str(file)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("asleep", [True, False], ids=["between-looks", "in-a-look"])
def test_signal(number, asleep):
    """The run ends, and its look with it."""
    def silent(query, ask):
        time.sleep(0 if asleep else 5)
        return refused(query, ask)
    with DnsServer(always(silent)) as server:
        with subprocess.Popen([checker.binary(), *TRUST_AD, server.address, "--wait", "1h", PLAIN], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            if asleep:
                assert program.stderr.readline().startswith("mxdane: waiting")
            else:
                wait_for_question(server)
            program.send_signal(number)
            out, _ = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out) == (3, "")


def test_look_that_dies():
    """A crash is an end of its own, not a state to wait for."""
    def silent(query, ask):
        time.sleep(5)
        return refused(query, ask)
    with DnsServer(always(silent)) as server:
        with subprocess.Popen([checker.binary(), *TRUST_AD, server.address, "--wait", "1h", PLAIN], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            wait_for_question(server)
            children = pathlib.Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text(encoding="ascii")
            os.kill(int(children), signal.SIGKILL)
            out, error = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out, error) == (3, "", "mxdane: a look of --wait was ended by signal 9\n")


def test_zone_with_several_mail_domains(tmp_path):
    """It is for one domain, however they are named."""
    zone = tmp_path / "zone"
    zone.write_text(f"$TTL 60\n{PLAIN}. MX 10 mx1.{PLAIN}.\nbroken.example. MX 10 mx1.broken.example.\n")
    run, server = wait(passed_on, "30m", "--zone", str(zone))
    assert (run.status, run.stdout, server.questions) == (3, "", [])
    assert "--wait is for one domain, but the zone files hold several or none" in run.stderr
