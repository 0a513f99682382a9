"""A thousand domains behind forwarders that close connections as they like: none comes out unknown
for it, and a resolver is asked no more than it answers."""

import json
import os
import subprocess
import threading
import time

import dns.dnssec
import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.zonefile
import pytest

import checker
from servers.dns_acts import respond
from servers.dns_server import DnsServer, framed, passed_on
from world.process import start, wait_for_port
from world.programs import find

DNSMASQ = "20.25.254.63"  # of the lab's network, and nobody else's
DOMAINS = [f"d{number}.wild.q-nsec.example" for number in range(1000)]


@pytest.fixture(name="listed")
def fixture_listed(tmp_path):
    """The list of the domains."""
    path = tmp_path / "domains"
    path.write_text("\n".join(DOMAINS))
    return str(path)


def survey(resolver, listed, *arguments):
    """What is known of all of them; that all is known, and nothing on standard error."""
    run = checker.check("--resolver", resolver, "--jobs", "256", *arguments, "--file", listed)
    assert run.stderr == ""
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["domain"] for one in reports] == DOMAINS
    failed = [(one["domain"], finding["message"]) for one in reports for finding in one["findings"]
              if finding["code"].endswith("lookup-failed")]
    assert not failed, failed[:3]
    assert {one["mx"]["dnssec"] for one in reports} == {"secure"}


def root_ds(state):
    """The DS record of the lab's root key, its fields joined by commas."""
    with open(os.path.join(state, "root.key"), encoding="ascii") as text:
        key = dns.zonefile.read_rrsets(text.read().strip(), rdclass=None)[0][0]
    return ",".join(dns.dnssec.make_ds(dns.name.root, key, "SHA256").to_text().split())


@pytest.mark.parametrize("validates", [False, True], ids=["forwarding", "validating"])
def test_dnsmasq(listed, validates):
    """It gives a connection 100 answers, and closes it whatever else was asked there."""
    state = os.environ["LAB_STATE"]
    more = ["--dnssec", f"--trust-anchor=.,{root_ds(state)}"] if validates else []
    process = start("dnsmasq", [
        find("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
        "--no-hosts", "--bind-interfaces", "--user=root", "--pid-file=", "--log-facility=-",
        f"--server={os.environ['LAB_RESOLVER']}", f"--listen-address={DNSMASQ}", *more], state)
    try:
        wait_for_port("dnsmasq", DNSMASQ, 53, state, process)
        survey(DNSMASQ, listed)
    finally:
        process.terminate()
        process.wait()


class Closing:
    """Answers `count` questions on each connection and then closes it."""

    def __init__(self, count):
        self._count = count
        self._lock = threading.Lock()
        self._answered = {}
        self.most = 0

    def __call__(self, query, ask):
        octets = ask.octets(query)

        def answer(stream):
            with self._lock:
                self._answered[stream] = self._answered.get(stream, 0) + 1
            stream.sendall(framed(octets))
            if self._answered[stream] == self._count:
                stream.shutdown(2)
        return answer


@pytest.mark.parametrize("count", [1, 20])
def test_connections_closed_after_some_answers(listed, count):
    """The rest is asked on the next connection, and soon no more than are answered."""
    with DnsServer(Closing(count)) as proxy:
        survey(proxy.address, listed)
    needed = len(set(proxy.questions))
    # The first connections, before it is learnt, and then one of every 64.
    assert len(proxy.questions) < 1.02 * needed + 400
    assert proxy.connections < 1.5 * needed / count + 50


class Crowded(DnsServer):
    """Takes so many connections at once."""

    def __init__(self, places, *attack):
        super().__init__(*attack)
        self._places = threading.Semaphore(places)

    def refuse(self, stream):
        """What becomes of a further one."""

    def serve_stream(self, stream):
        if not self._places.acquire(blocking=False):
            self.refuse(stream)
            return
        super().serve_stream(stream)
        self._places.release()


class Few(Crowded):
    """Closes further ones."""

    def refuse(self, stream):
        stream.close()


def test_few_connections(listed):
    """A resolver that takes three connections and closes further ones is asked over three."""
    with Few(3) as proxy:
        survey(proxy.address, listed)
    assert proxy.connections < 50


@pytest.mark.parametrize("mode", ["validate", "trust-ad"])
def test_reasons_over_few_connections(listed, mode):
    """Where every tenth domain fails, the reason is asked for over the connections that are there:
    each is told, and nothing waits for it. With a connection for each question (trust-ad) a reason
    may come too late."""
    failing = {f"d{number}.wild.q-nsec.example." for number in range(0, len(DOMAINS), 10)}

    def attack(query, ask):
        if query.question[0].rdtype != dns.rdatatype.MX or query.question[0].name.to_text() not in failing:
            return passed_on(query, ask)
        response = respond(query, dns.rcode.SERVFAIL)
        if not query.flags & dns.flags.CD:
            response.use_edns(options=[dns.edns.EDEOption(22)])
        return response
    with Few(3, attack) as proxy:
        reports = checker.check("--resolver", proxy.address, "--dnssec", mode, "--jobs", "256",
                                "--file", listed).reports
    found = {one["domain"] + ".": one["mx"]["ede"] for one in reports if one["mx"]["dnssec"] != "secure"}
    told = [{"code": 22, "text": ""}]
    if mode == "validate":
        assert found == {name: told for name in failing}
        assert proxy.connections < 50
    else:
        assert found.keys() == failing and told in found.values()


def test_connections_that_hang(listed):
    """Connections beyond ten are taken and not answered, as by Unbound when all of its are in use."""
    with Crowded(10) as proxy:
        survey(proxy.address, listed, "--timeout", "4")
    assert proxy.connections < 50


def test_question_that_ends_each_connection():
    """One that is answered on no connection comes to its end, while others go on."""
    victim = dns.name.from_text("_25._tcp.mx1.good.example")
    answered = []

    def attack(query, ask):
        if query.question[0].name == victim and query.question[0].rdtype == dns.rdatatype.TLSA:
            return None
        answered.append(query)
        return ask.octets(query)
    with DnsServer(attack) as proxy:
        stop = threading.Event()
        with subprocess.Popen([checker.binary(), "-r", proxy.address, "-o", "json", "-j", "64",
                               "--file", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as run:
            def write():
                run.stdin.write("good.example\n")
                for domain in DOMAINS * 3:
                    if stop.is_set():
                        break
                    run.stdin.write(domain + "\n")
                    run.stdin.flush()
                    time.sleep(0.001)
                run.stdin.close()
            writer = threading.Thread(target=write)
            writer.start()
            first = run.stdout.readline()
            stop.set()
            run.stdout.read()
            writer.join()
        asked = proxy.questions.count((victim.to_text(), "TLSA"))
    assert "tlsa-lookup-failed" in first
    assert 3 <= asked <= 3 + 20, asked
