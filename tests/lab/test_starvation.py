"""One domain that is slow in every way takes less than a tenth of what a run has: the others are
checked beside it as if it were not there."""

import json
import os
import resource
import subprocess
import threading

import dns.name

import checker
from servers.dns_acts import silence
from servers.dns_server import DnsServer, passed_on
from servers.smtp_server import SmtpServers, Station

OTHERS = [f"d{number}.wild.q-nsec.example" for number in range(1000)]
HOSTS, ADDRESSES, SMTP = 50, 64, 25
QUESTIONS = 180  # in flight at a resolver of which nothing is known
DESCRIPTORS = 1024  # of a login
CONNECTIONS = 448  # to servers, that these allow


def ask_others(tmp_path, slow, resolver, *arguments):
    """A run over the slow domain and then all others, with the descriptors of a login; what is said
    of the others, in any order, is read while it goes on."""
    listed = tmp_path / "domains"
    listed.write_text("\n".join([slow, *OTHERS]))
    with subprocess.Popen(
            [checker.binary(), "--resolver", resolver, "-o", "json", "--unordered", "-j", "64",
             "--timeout", "600", "--deadline", "86400", *arguments, "--file", str(listed)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))) as run:
        done = [json.loads(run.stdout.readline()) for _ in OTHERS]
        run.kill()
    assert sorted(one["domain"] for one in done) == sorted(OTHERS)
    assert {one["mx"]["dnssec"] for one in done} == {"secure"}, done[0]


def test_questions_of_a_slow_domain(tmp_path):
    """Fifty hosts whose every question stays without an answer."""
    zone = dns.name.from_text("mx-fifty.example")
    held = []

    def attack(query, ask):
        name = query.question[0].name
        if not name.is_subdomain(zone) or name == zone:
            return passed_on(query, ask)
        held.append(name)
        return silence(query, ask)
    with DnsServer(attack) as proxy:
        ask_others(tmp_path, "mx-fifty.example", proxy.address)
    assert 10 <= len(held) < QUESTIONS / 10, len(held)


class Tarpit:
    """An act that says nothing; counts the connections that are open at once, wherever."""

    def __init__(self):
        self.most = self._open = 0
        self._lock = threading.Lock()

    def __call__(self, it):
        with self._lock:
            self._open += 1
            self.most = max(self.most, self._open)
        try:
            it.socket.settimeout(None)
            it.read_all()
        finally:
            with self._lock:
                self._open -= 1


def test_connections_of_a_slow_domain(tmp_path):
    """Fifty hosts at sixty-four addresses each, all tarpits."""
    tarpit = Tarpit()
    addresses = [f"20.25.254.{number}" for number in range(100, 100 + ADDRESSES)]
    lines = ["$ORIGIN tarpit.example.", "$TTL 3600", "@ SOA ns hostmaster 1 2 3 4 5", "@ NS ns"]
    for number in range(HOSTS):
        lines += [f"@ MX 10 mx{number}", *(f"mx{number} A {address}" for address in addresses)]
    (tmp_path / "zone").write_text("\n".join(lines) + "\n")
    with SmtpServers(Station(address, SMTP, tarpit) for address in addresses):
        ask_others(tmp_path, "tarpit.example", os.environ["LAB_RESOLVER"], "--zone",
                   str(tmp_path / "zone"))
    assert 16 <= tarpit.most < CONNECTIONS / 10, tarpit.most
