"""Thousands of hostile DNS messages over TCP, in one run of mxdane: nothing crashes it, stops it or
makes it say what is not so."""

import os
import random
import threading
from collections import Counter

import dns.flags
import dns.rdatatype
import dns.rrset

import checker
from faults.hostile_dns import HEADER, hostile
from servers.dns_acts import respond
from servers.dns_server import DnsServer, to_octets
from scenarios import load

SEED = int(os.environ.get("HOSTILE_DNS_SEED", "1"))
DOMAINS = 2000
ANSWERS = {"MX": ("10 mx1.hostile.example.", "20 mx2.hostile.example."), "A": ("20.25.0.81",),
           "AAAA": ("2a00:25::81",), "TLSA": ("3 1 1 " + "ab" * 32, "2 0 1 " + "cd" * 32),
           "TXT": ('"v=STSv1; id=1;"', '"v=TLSRPTv1; rua=mailto:a@hostile.example"')}


class Damaging:
    """An attack that damages one answer out of `every` and counts them by how; questions about
    names of fewer than `labels` are spared."""

    def __init__(self, answer, every, labels=0):
        self._answer = answer
        self._every = every
        self._labels = labels
        self._random = random.Random(SEED)
        self._lock = threading.Lock()
        self.counts = Counter()

    def __call__(self, query, ask):
        true = to_octets(self._answer(query, ask))
        question = query.question[0]
        with self._lock:
            if len(question.name) <= self._labels or self._random.randrange(self._every):
                return true
            end = HEADER + len(question.name.to_wire()) + 4
            how, octets = hostile(self._random, true, end)
            self.counts[how] += 1
            return octets


def plain(query, _):
    """An answer to whatever is asked, under any name, that AD vouches for."""
    question = query.question[0]
    response = respond(query)
    response.flags |= dns.flags.AD
    data = ANSWERS.get(dns.rdatatype.to_text(question.rdtype))
    if data:
        response.answer = [dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *data)]
    return response


class Remembered:
    """The resolver's true answers, each asked for once."""

    def __init__(self):
        self._answers = {}

    def __call__(self, query, ask):
        question = query.question[0]
        key = (question.name, question.rdtype)
        if key not in self._answers:
            self._answers[key] = ask.octets(query)
        return query.id.to_bytes(2, "big") + self._answers[key][2:]


def run_under(damaging, domains, directory, *arguments):
    """The reports of these domains; the run ended as it should."""
    print(f"HOSTILE_DNS_SEED={SEED}")
    listed = directory / "domains"
    listed.write_text("\n".join(domains) + "\n", encoding="ascii")
    with DnsServer(damaging) as proxy:
        run = checker.check("--resolver", proxy.address, "--timeout", "2", "--deadline", "20",
                            "--jobs", "40", *arguments, "--file", str(listed))
    print(sum(damaging.counts.values()), dict(damaging.counts))
    assert run.status in (0, 1, 2, 3), run
    assert all("none of" in line for line in run.stderr.splitlines()), run
    reports = run.reports
    assert [report["domain"] for report in reports] == list(domains), run
    return reports


def test_answers_believed(tmp_path):
    """Everything that is damaged is believed where it can be read: no DNSSEC filters it, and the resolver
    vouches for the root, or nothing else would be asked."""
    damaging = Damaging(plain, every=1, labels=1)
    run_under(damaging, [f"d{number}.hostile.example" for number in range(DOMAINS)], tmp_path,
              "--dnssec", "trust-ad")
    assert sum(damaging.counts.values()) > 3600, damaging.counts


def test_answers_proven(tmp_path):
    """Signed answers, one of three damaged: what is signed is never taken for absent or unsigned."""
    damaging = Damaging(Remembered(), every=3, labels=2)
    domains = sorted({scenario.origin for scenario in load()
                      if not scenario.args and not scenario.ask and scenario.exit == 0 and
                      scenario.expect.get("senders.dane.outcome") == "authenticated"})
    for report in run_under(damaging, domains, tmp_path):
        assert report["senders"]["dane"]["outcome"] in ("authenticated", "deferred", "unknown"), report
        assert report["mx"]["dnssec"] != "insecure", report
        for host in report["hosts"]:
            assert host["tlsa"]["state"] not in ("absent", "insecure"), report
    assert len(domains) > 100 and sum(damaging.counts.values()) > 150, damaging.counts
