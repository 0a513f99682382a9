"""Bounds that show only in a run against servers: reached, and what comes of it.  Which test is for
which bound stands in tests/cli/test_limits.py."""

import json
import subprocess
import threading
import time

import dns.name
import dns.rcode
import pytest

import checker
from faults.watch import Watched
from servers.dns_acts import on_name, rcode, respond
from servers.dns_server import DnsServer, framed

GOOD = "good.example"
SINK = dns.name.from_text("sink.questions.example")


class Holding:
    """An attack that holds back the answers, and counts what waits, by connection; the first connection
    with `breaks` questions is ended."""

    def __init__(self, breaks=None):
        self._breaks = breaks
        self._lock = threading.Lock()
        self._waiting = {}

    def __call__(self, query, ask):
        answer = framed(ask.octets(query))
        return lambda stream: self._hold(stream, answer)

    def _hold(self, stream, answer):
        with self._lock:
            self._waiting.setdefault(stream, []).append(answer)
            if len(self._waiting[stream]) == self._breaks:
                self._breaks = None
                del self._waiting[stream]
                stream.shutdown(2)

    def release(self):
        """Send what was held back."""
        with self._lock:
            answers, self._waiting = self._waiting, {}
        for stream, held in answers.items():
            stream.sendall(b"".join(held))

    def settled(self, seconds=3):
        """The questions that wait, by connection, once there came no more for some seconds: a busy
        machine leaves gaps."""
        before, since = [], time.monotonic()
        while not before or time.monotonic() < since + seconds:
            with self._lock:
                now = [len(held) for held in self._waiting.values()]
            if before != now:
                before, since = now, time.monotonic()
            time.sleep(0.1)
        return before


def ask_much(tmp_path, *arguments, domains=300):
    """A run with more questions than may be asked at once."""
    listed = tmp_path / "domains"
    listed.write_text("".join(f"d{number}.wild.q-nsec.example\n" for number in range(domains)))
    return subprocess.Popen([checker.binary(), "--timeout", "60", "--jobs", "1000", *arguments, "--file", str(listed)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def test_questions_on_one_resolver(tmp_path):
    """Six connections, thirty questions on each."""
    holding = Holding()
    with DnsServer(holding) as proxy, ask_much(tmp_path, "-r", proxy.address) as run:
        found = holding.settled()
        run.kill()
    assert found == [30] * 6


def test_questions_on_two_resolvers(tmp_path):
    """One connection breaks, so its questions and all later ones go to the second resolver, and the
    first has half of what it had."""
    one, two = Holding(breaks=30), Holding()
    with DnsServer(one) as first, DnsServer(two) as second, \
            ask_much(tmp_path, "-r", first.address, "-r", second.address) as run:
        found = one.settled(), two.settled()
        run.kill()
    assert found == ([30] * 5, [30] * 6)


def test_questions_grow_with_answers(tmp_path):
    """A resolver that answers is given more connections and more questions, up to both bounds: each time
    that it has as many as it is given, all are answered."""
    holding = Holding()
    with DnsServer(holding) as proxy, ask_much(tmp_path, "-r", proxy.address, domains=4000) as run:
        rounds = 0
        while sum(holding.settled(1)) < 1000 and rounds < 60:
            holding.release()
            rounds += 1
        found = holding.settled()
        run.kill()
    assert rounds > 1
    # A few were not needed any more and given up; nobody tells the resolver.
    assert 1000 <= sum(found) < 1050 and 34 <= len(found) <= 40 and max(found) <= 32, found


def test_tries():
    """A question that fails is asked three times, and then once for the reason."""
    attack = on_name(f"_25._tcp.mx1.{GOOD}", "TLSA", rcode(dns.rcode.SERVFAIL))
    with DnsServer(attack) as proxy:
        run = checker.check("-r", proxy.address, GOOD)
    assert run.report["hosts"][0]["tlsa"]["state"] == "failed", run
    assert proxy.questions.count((f"_25._tcp.mx1.{GOOD}.", "TLSA")) == 3 + 1


def test_more_names_than_are_remembered(tmp_path):
    """What was forgotten is found out again: the last is as the first, and all are secure."""
    names = [f"d{number}.wild.q-nsec.example" for number in range(4200)]
    listed = tmp_path / "domains"
    listed.write_text("\n".join([*names, names[0], names[1]]))
    reports = checker.check("--jobs", "60", "--file", str(listed)).reports
    assert [report["domain"] for report in reports] == [*names, *names[:2]]
    assert {report["mx"]["dnssec"] for report in reports} == {"secure"}
    for first, again in (reports[0], reports[-2]), (reports[1], reports[-1]):
        for part in ("mx", "hosts", "mta_sts", "tls_rpt", "senders", "status"):
            assert checker.without_ttl_left(json.dumps(again[part])) == checker.without_ttl_left(json.dumps(first[part]))


@pytest.mark.skipif(checker.sanitized(), reason="libfaketime stands before the sanitizer's library")
def test_failure_is_kept_for_a_minute(monkeypatch):
    """A failed lookup is not repeated for the next domain, but a minute later it is."""
    failing = []

    def attack(query, ask):
        question = query.question[0]
        if question.name == SINK and question.rdtype == dns.rdatatype.A and len(failing) < 3:
            failing.append(query)
            return respond(query, dns.rcode.SERVFAIL)
        return ask.octets(query)
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    monkeypatch.setenv("FAKETIME", "+0 x40")
    monkeypatch.setenv("LD_PRELOAD", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
    with DnsServer(attack) as proxy:
        run = Watched("-r", proxy.address)
        monkeypatch.delenv("LD_PRELOAD")
        codes = []
        for pause, label in ((0, "q-nsec"), (0.1, "q-nsec3"), (1.6, "q-rsa")):
            time.sleep(pause)
            report, = run.check([f"mail.{label}.example"]).values()
            codes.append("address-lookup-failed" in {one["code"] for one in report["findings"]})
        run.finish()
    assert codes == [True, True, False]


def test_domains_held_back(tmp_path):
    """Behind one that takes long, as many are begun as --jobs and 1,024 more allow."""
    begun, released = set(), threading.Event()

    def attack(query, _):
        name = query.question[0].name.to_text()
        if name != ".":
            begun.add(name.removeprefix("_mta-sts.").removeprefix("_smtp._tls."))
        if query.question[0].name == dns.name.from_text("d0.example"):
            released.wait(60)
        return respond(query, dns.rcode.NXDOMAIN)
    listed = tmp_path / "domains"
    listed.write_text("".join(f"d{number}.example\n" for number in range(1100)))
    with DnsServer(attack) as proxy, subprocess.Popen(
            [checker.binary(), "-o", "json", "-r", proxy.address, "--dnssec", "trust-ad", "--jobs", "2",
             "--timeout", "90", "--deadline", "100", "--file", str(listed)], stdout=subprocess.PIPE, text=True) as run:
        before = -1
        while before != len(begun):
            before = len(begun)
            time.sleep(0.5)
        released.set()
        reports = [json.loads(line)["domain"] for line in run.stdout]
    assert before == 2 + 1024
    assert reports == [f"d{number}.example" for number in range(1100)]


def test_hosts_file(tmp_path):
    """The own name is found in the first 64 KiB of /etc/hosts, and no further."""
    line = "127.0.0.1 tiny.example tiny\n"
    for size, name in ((64 * 1024 - len(line), "tiny.example"), (64 * 1024, None)):
        hosts = tmp_path / "hosts"
        hosts.write_text("#" * (size - 1) + "\n" + line)
        run = checker.run("--verbose", GOOD, before=(
            "unshare", "--mount", "--uts", "sh", "-c",
            f'hostname tiny && mount --bind {hosts} /etc/hosts && exec "$@"', "sh"))
        assert run.status == 0, run
        assert ("EHLO tiny.example\n" in run.stdout) == bool(name), run.stdout
