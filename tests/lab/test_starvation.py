"""One domain that is slow in every way takes less than a tenth of what a run has: the others are
checked beside it as if it were not there."""

import json
import os
import resource
import selectors
import socket
import subprocess
import threading

import dns.name

import checker
from servers.dns_server import DnsServer

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
            return ask(query)
        held.append(name)
        return lambda stream: None
    with DnsServer(attack) as proxy:
        ask_others(tmp_path, "mx-fifty.example", proxy.address)
    assert 10 <= len(held) < QUESTIONS / 10, len(held)


class Tarpit:
    """Takes connections at many addresses and says nothing; counts those that are open at once."""

    def __init__(self):
        self.addresses = [f"20.25.254.{number}" for number in range(100, 100 + ADDRESSES)]
        self.most = 0
        self._open = set()
        self._ready = selectors.DefaultSelector()
        for address in self.addresses:
            self._ready.register(socket.create_server((address, SMTP), backlog=512), selectors.EVENT_READ,
                                 self._take)
        threading.Thread(target=self._serve, daemon=True).start()

    def _take(self, listener):
        stream, _ = listener.accept()
        self._open.add(stream)
        self.most = max(self.most, len(self._open))
        self._ready.register(stream, selectors.EVENT_READ, self._drop)

    def _drop(self, stream):
        self._ready.unregister(stream)
        self._open.discard(stream)
        stream.close()

    def _serve(self):
        while True:
            for key, _ in self._ready.select():
                key.data(key.fileobj)


def test_connections_of_a_slow_domain(tmp_path):
    """Fifty hosts at sixty-four addresses each, all tarpits."""
    tarpit = Tarpit()
    lines = ["$ORIGIN tarpit.example.", "$TTL 3600", "@ SOA ns hostmaster 1 2 3 4 5", "@ NS ns"]
    for number in range(HOSTS):
        lines += [f"@ MX 10 mx{number}", *(f"mx{number} A {address}" for address in tarpit.addresses)]
    (tmp_path / "zone").write_text("\n".join(lines) + "\n")
    ask_others(tmp_path, "tarpit.example", os.environ["LAB_RESOLVER"], "--zone", str(tmp_path / "zone"))
    assert 16 <= tarpit.most < CONNECTIONS / 10, tarpit.most
