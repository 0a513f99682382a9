"""--authoritative: zones that NSD, Knot, BIND and PowerDNS serve at once, of which one is as no server
should be; and what a run asks of each server.
"""

import os
import re
import selectors
import socket
import subprocess
import threading

import dns.message
import dns.rcode
import dns.rdatatype
import pytest

import checker
from scenarios import name_servers
from servers.dns_acts import on, rcode, refused, silence
from servers.dns_server import DnsServer, passed_on
from world import guests, net, resolvers
from world.process import write
from world.programs import find

STATE = os.environ.get("LAB_STATE", "")
OTHER = "3 1 1 " + "66" * 32
SERVERS = {"ns-lab": net.GUESTS["guest-nsd"], **name_servers.SERVERS}


def older(text):
    """The zone before its last change."""
    return re.sub(r"(SOA \S+ \S+) 1 ", r"\1 0 ", text)


def with_other_tlsa(text):
    """The zone with another TLSA record."""
    return re.sub(r"( TLSA) .*", rf"\1 {OTHER}", text)


def without_tlsa(text):
    """The zone without its TLSA record."""
    return re.sub(r"^.* TLSA .*\n", "", text, flags=re.M)


# zone: the server that differs, and how; None: it does not have the zone
DIFFERENT = {"served-stale.example": ("guest-knot", lambda text: older(with_other_tlsa(text))),
             "served-lame.example": ("guest-bind", None),
             "served-tlsa.example": ("guest-pdns", with_other_tlsa),
             "served-gone.example": ("guest-knot", without_tlsa),
             "served-expired.example": ("guest-bind", lambda text: text),
             "served-unsigned.example": ("guest-knot", lambda text: text)}


def day(when):
    """A day as ldns-signzone takes it."""
    return subprocess.check_output(["date", "-ud", when, "+%Y%m%d"], text=True).strip()


def sign(name, text, server, end="27 days"):
    """A zone file of one server, signed three days ago."""
    path = write(STATE, f"zones/{name}.zone.{server}", text)
    period = ("-i", day("3 days ago"), "-e", day(end))
    subprocess.run([find("ldns-signzone"), *period, "-f", f"{path}.signed", path,
                    *guests.keys_of(STATE, name)], check=True, stdin=subprocess.DEVNULL,
                   capture_output=True)
    return f"{path}.signed"


def files_of(server):
    """(zone, spec, file) of what this server has."""
    for name, spec in name_servers.zones():
        with open(f"{STATE}/zones/{name}.zone", encoding="utf-8") as file:
            text = file.read()
        where, change = DIFFERENT.get(name, (None, None))
        if where == server and not change:
            continue
        if where == server and "unsigned" in name:
            yield name, spec, f"{STATE}/zones/{name}.zone"
        elif where == server:
            yield name, spec, sign(name, change(text), server,
                                   "yesterday" if "expired" in name else "27 days")
        elif "silent" not in name or server == "guest-nsd":
            yield name, spec, sign(name, text, server)


@pytest.fixture(scope="module", autouse=True)
def fixture_servers():
    """All four of them, in the place of those that other tests start there."""
    resolvers.bring_up()
    here = f"{STATE}/authoritative"
    os.makedirs(f"{here}/log")
    programs = guests.start_each({server: list(files_of(server)) for server in guests.SERVERS}, here)
    yield
    for program in programs:
        program.terminate()
        program.wait()


def look(domain, *arguments):
    """A run with --authoritative: the report, its findings on name servers as (code, severity, server),
    and the servers by name without the zone's."""
    report = checker.check("-a", *arguments, domain).report
    found = [(one["code"], one["severity"], one["server"] and one["server"]["name"].partition(".")[0])
             for one in report["findings"] if one["code"].startswith("ns-")]
    servers = {one["name"].partition(".")[0]: one for one in report["servers"]}
    return report, found, servers


def message(report, code):
    """What the one finding says."""
    said, = (one["message"] for one in report["findings"] if one["code"] == code)
    return said


def test_alike():
    """Four makes of name servers, and nothing to say of them."""
    report, found, servers = look("served-alike.example")
    assert (report["status"], found) == ("ok", [])
    assert {name: one["address"] for name, one in servers.items()} == SERVERS
    first = min(servers)
    for name, one in servers.items():
        assert one["transport"] == {"udp": "ok", "tcp": "ok"}
        assert (one["zone"], one["serial"], one["status"], one["error"]) == (
            "served-alike.example", 1, "ok", None)
        for kind in ("mx", "a", "aaaa", "tlsa"):
            same = None if name == first else servers[first]["address"]
            assert one["answers"][kind] == {"rcode": "NOERROR", "dnssec": "secure", "same_as": same}, (
                name, kind)


def test_not_without_the_option():
    """Nothing of it by default."""
    report = checker.check("served-alike.example").report
    assert report["servers"] is None


def test_stale():
    """Knot has the zone before its last change, with the TLSA record of then."""
    report, found, servers = look("served-stale.example")
    assert sorted(found) == [("ns-inconsistent", "critical", "ns-knot"), ("ns-stale", "warning", "ns-knot")]
    assert {name: one["serial"] for name, one in servers.items()} == {
        "ns-lab": 1, "ns-bind": 1, "ns-pdns": 1, "ns-knot": 0}
    assert servers["ns-knot"]["status"] == "critical"
    said = message(report, "ns-inconsistent")
    assert "ns-knot.served-stale.example [20.25.0.6] still has TLSA 3 1 1 66666666… at " in said
    assert "about 1 in 4 lookups" in said


def test_lame():
    """BIND does not have the zone, and refuses."""
    report, found, servers = look("served-lame.example")
    assert found == [("ns-lame", "warning", "ns-bind")]
    assert report["status"] == "warning"
    assert "REFUSED" in servers["ns-bind"]["error"]
    assert servers["ns-bind"]["answers"] == dict.fromkeys(("mx", "a", "aaaa", "tlsa"))


@pytest.mark.parametrize("domain, server, said", [
    ("served-tlsa.example", "ns-pdns", "has TLSA 3 1 1 66666666…"),
    ("served-gone.example", "ns-knot", "has no TLSA records")])
def test_other_tlsa(domain, server, said):
    """One server has other TLSA records under the same serial number."""
    report, found, servers = look(domain)
    assert found == [("ns-inconsistent", "critical", server)]
    assert said in message(report, "ns-inconsistent")
    assert servers[server]["answers"]["tlsa"]["same_as"] is None
    assert servers[server]["answers"]["tlsa"]["dnssec"] == "secure"


@pytest.mark.parametrize("domain, server, why", [
    ("served-expired.example", "ns-bind", "expired"),
    ("served-unsigned.example", "ns-knot", "")])
def test_bogus(domain, server, why):
    """BIND has signatures that have ended; Knot has the zone without any."""
    report, found, servers = look(domain)
    assert found == [("ns-bogus", "critical", server)]
    assert why in message(report, "ns-bogus")
    assert servers[server]["answers"]["tlsa"]["dnssec"] == "bogus"


def without_tcp(query, ask):
    """The true answer, over UDP alone."""
    return passed_on(query, ask) if ask.kind == socket.SOCK_DGRAM else None


@pytest.mark.parametrize("act, want", [
    (on("TLSA", rcode(dns.rcode.NOTIMP)), ("ns-tlsa-fails", "critical", "ns-count")),
    (on("TLSA", rcode(dns.rcode.SERVFAIL)), ("ns-tlsa-fails", "critical", "ns-count")),
    (on("TLSA", refused), ("ns-tlsa-fails", "critical", "ns-count")),
    (on("TLSA", silence), ("ns-tlsa-fails", "critical", "ns-count")),
    (without_tcp, ("ns-no-tcp", "warning", "ns-count")),
    (rcode(dns.rcode.SERVFAIL), ("ns-lame", "warning", "ns-count")),
    (passed_on, None)],
    ids=["notimp", "servfail", "refused", "drop", "no-tcp", "servfail-all", "well"])
def test_misbehaving(act, want):
    """A server that fails for TLSA alone, has no TCP, or fails for all."""
    with DnsServer(act, upstream=net.GUESTS["guest-nsd"], address=name_servers.COUNTED, port=53):
        report, found, servers = look("served-counted.example", "-t", "4")
    assert found == ([want] if want else [])
    assert servers["ns-lab"]["status"] == "ok"
    assert servers["ns-count"]["status"] == (want[1] if want else "ok")
    assert report["servers"] is not None


def test_unreachable():
    """Nothing answers at the address of one name."""
    report, found, servers = look("served-dead.example", "-t", "2")
    assert found == [("ns-unreachable", "warning", "ns-dead")]
    assert servers["ns-dead"]["transport"] == {"udp": "failed", "tcp": "failed"}
    assert servers["ns-lab"]["status"] == "ok"
    assert report["status"] == "warning"


def test_special_purpose_and_family():
    """-6 asks no server that has an IPv4 address alone, and blames none."""
    _, found, servers = look("served-alike.example", "-6")
    assert found == []
    assert {one["status"] for one in servers.values()} == {"unknown"}


def test_more_servers_than_are_asked():
    """A bound, and those beyond it are listed."""
    _, found, servers = look("served-many.example")
    assert found == []
    left_out = [name for name, one in servers.items() if one["status"] == "unknown"]
    assert len(servers) == name_servers.MANY + 1
    assert len(left_out) == name_servers.MANY + 1 - 32
    assert all("too many" in servers[name]["error"] for name in left_out)


def watch_silent(first_tcp, asked, stop):
    """Sockets of UDP and TCP at the silent addresses: those that were asked over UDP before the first
    connection over TCP came."""
    with selectors.DefaultSelector() as waiting:
        for address in name_servers.SILENT:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                sock = socket.socket(socket.AF_INET, kind)
                sock.bind((address, 53))
                if kind == socket.SOCK_STREAM:
                    sock.listen()
                waiting.register(sock, selectors.EVENT_READ, (address, kind))
        stop.ready.set()
        while not stop.is_set():
            for key, _ in waiting.select(0.1):
                address, kind = key.data
                if kind == socket.SOCK_STREAM:
                    first_tcp.set()
                    key.fileobj.accept()[0].close()
                else:
                    question, = dns.message.from_wire(key.fileobj.recv(4096)).question
                    # The resolver tries these servers as well, but for no SOA record.
                    if question.rdtype == dns.rdatatype.SOA and not first_tcp.is_set():
                        asked.add(address)


def test_servers_asked_at_once():
    """Two domains of a run with 32 silent servers each: no more than 32 are asked until one of them is
    given up."""
    first_tcp, stop, asked = threading.Event(), threading.Event(), set()
    stop.ready = threading.Event()
    watcher = threading.Thread(target=watch_silent, args=(first_tcp, asked, stop))
    watcher.start()
    stop.ready.wait(30)
    done = checker.check("-a", "-t", "4", "served-silent0.example", "served-silent1.example")
    stop.set()
    watcher.join()
    assert first_tcp.is_set()
    assert 0 < len(asked) <= 32, sorted(asked)
    for report in done.reports:
        assert {one["transport"]["udp"] for one in report["servers"] if one["name"].startswith("ns0")} == {
            "failed"}


def test_shared_by_the_domains_of_a_run():
    """Two domains have their mail host in one zone: its servers are asked once, over UDP and TCP."""
    with DnsServer(upstream=net.GUESTS["guest-nsd"], address=name_servers.COUNTED, port=53) as counted:
        done = checker.check("-a", "served-first.example", "served-second.example")
        assert counted.questions.count(("served-counted.example.", "SOA")) == 2
    for report in done.reports:
        assert [(one["name"], one["status"]) for one in report["servers"]
                if one["zone"] == "served-counted.example"] == [
                    ("ns-count.served-counted.example", "ok"), ("ns-lab.served-counted.example", "ok")]
