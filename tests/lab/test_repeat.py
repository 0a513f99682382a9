"""Machines behind one address that differ (--repeat): each is judged, and none hides behind another."""

import datetime
import itertools
import threading
import time
import types

import pytest

import checker
from servers.smtp_acts import AT_ONCE, dialogue, greet
from servers.smtp_server import SmtpServers, Station
from world import tlsa
from world.pki import Pki
from world.spec import Cert

ZONE = "repeat.example"
HOST = f"mx.{ZONE}"
MAIL = "20.25.251.1"
DAYS = (-10, -100)  # when the certificates of the machines were issued
TURNS = 6


class Balancer(Station):
    """Connections go to its machines in turn."""

    def __init__(self, machines, turn):
        super().__init__(MAIL, 25, None, helo=HOST)
        self._machines = itertools.cycle([machines[one] for one in turn])
        self._turn = threading.Lock()

    def talk(self, plain):
        """Serve one connection by the machine whose turn it is."""
        with self._turn:
            machine = next(self._machines)
        machine.talk(plain)


def no_starttls(it):
    """A session in plain text."""
    if greet(it):
        dialogue(it, starttls=None)


def fail_handshake(it):
    """A server that has nothing to begin TLS with."""
    if greet(it):
        dialogue(it, on_starttls=lambda it: it.reply("220 2.0.0 Ready to start TLS") or it.abort())


def take_time(it):
    """An ordinary session, later."""
    time.sleep(0.2)
    AT_ONCE(it)


def refuse(it):
    """A greeting that refuses."""
    it.reply("554 5.7.1 no mail here")


@pytest.fixture(name="scene")
def fixture_scene(tmp_path):
    """Two machines, each with certificates of both kinds of key, and the zone with the TLSA records of
    the first or of both."""
    made = Pki(datetime.datetime.now(datetime.timezone.utc), str(tmp_path))
    certs = [[made.issue(Cert(key=key, names=(HOST,), days=(begin, 80)), ZONE, ZONE)
              for key in ("ecdsa", "rsa")] for begin in DAYS]
    chains = [[made.write(one, ("intermediate",)) for one in pair] for pair in certs]
    (tmp_path / "ca.pem").write_text(made.bundle(), encoding="ascii")

    def check(*options, act=AT_ONCE, published=1, kinds=slice(None), first_kinds=slice(None),
              turn=(0, 0, 1)):
        lines = [f"$ORIGIN {ZONE}.", "@ 60 IN SOA ns h 1 1 1 1 1", f"@ 60 IN MX 10 {HOST}.",
                 f"mx 60 IN A {MAIL}"]
        lines += [f"_25._tcp.mx 60 IN TLSA {tlsa.record('3 1 1', [one], made)}"
                  for pair in certs[:published] for one in pair]
        (tmp_path / "zone").write_text("\n".join(lines) + "\n", encoding="ascii")
        machines = [Station("127.0.0.1", 0, AT_ONCE, chains[0][first_kinds], HOST),
                    Station("127.0.0.1", 0, act, chains[1][kinds], HOST)]
        with SmtpServers([Balancer(machines, turn), *machines]):
            run = checker.check("--zone", str(tmp_path / "zone"), "--ca-file", str(tmp_path / "ca.pem"),
                                *options, ZONE)
        return types.SimpleNamespace(run=run, machines=machines)
    check.chains = chains
    return check


def found(report, code):
    """The findings of that code."""
    return [one for one in report["findings"] if one["code"] == code]


def day(number):
    """The date so many days from now."""
    return (datetime.date.today() + datetime.timedelta(number)).isoformat()


REPEAT = ("--repeat", str(TURNS), "--per-host", "1")


def test_one_machine_was_forgotten(scene):
    """Two of six connections show a certificate that no record matches: a sender that meets it defers."""
    met = scene(*REPEAT)
    report = met.run.report
    ends = report["hosts"][0]["endpoints"]
    assert {(one["key_type"], one["connections"], one["dane"]["result"]) for one in ends} == {
        ("ecdsa", 4, "verified"), ("ecdsa", 2, "mismatch"), ("rsa", 4, "verified"), ("rsa", 2, "mismatch")}
    assert {one["status"] for one in ends} == {"critical"} and report["status"] == "critical"
    assert report["senders"]["dane"]["outcome"] == "deferred" and met.run.status == 2
    named = found(report, "endpoint-inconsistent")
    assert [(one["severity"], one["key_type"], one["cert_sha256"]) for one in named] == [
        ("critical", "ecdsa", None), ("critical", "rsa", None)]
    for one in named:
        assert f"of 6 connections to {HOST} [{MAIL}, {one['key_type']}] show the certificate of" in one["message"]
        assert "2 of 6 " in one["message"] and f" of {day(DAYS[1])} (" in one["message"]
        assert "4 of 6 " in one["message"] and f" of {day(DAYS[0])} (" in one["message"]
    leafs = {one["chain"][0]["cert_sha256"]: one["dane"]["result"] for one in ends}
    for code, result in (("dane-verified", "verified"), ("dane-mismatch", "mismatch")):
        assert [leafs[one["cert_sha256"]] for one in found(report, code)] == [result] * 2
    # And once without SNI; never two at once.
    assert sum(one.connections for one in met.machines) == 2 * TURNS + 1
    assert report["options"]["repeat"] == TURNS


def test_unseen_without_repeat(scene):
    """One connection for each kind of key meets the first machine alone."""
    met = scene("--per-host", "1")
    assert met.run.report["status"] == "ok" and [one.connections for one in met.machines] == [2, 0]
    assert not found(met.run.report, "endpoint-inconsistent")


def test_records_for_both_machines(scene):
    """Each is verified: worth a remark."""
    report = scene(*REPEAT, published=2).run.report
    assert report["senders"]["dane"]["outcome"] == "authenticated" and report["status"] == "ok"
    assert [one["severity"] for one in found(report, "endpoint-inconsistent")] == ["info"] * 2


@pytest.mark.parametrize("act, code, outcome", [
    (no_starttls, "starttls-missing", "deferred"), (fail_handshake, "tls-failed", "deferred"), (refuse, "smtp-refused", "authenticated")])
def test_machine_without_certificate(scene, act, code, outcome):
    """What one machine does on the way to the handshake is told as of any server."""
    report = scene(*REPEAT, act=act).run.report
    ends = report["hosts"][0]["endpoints"]
    assert {(one["key_type"], one["dane"]["result"]) for one in ends} == {
        ("ecdsa", "verified"), ("rsa", "verified"), (None, "not-checked")}
    assert len(found(report, code)) == 1 and report["status"] != "ok"
    assert report["senders"]["dane"]["outcome"] == outcome


@pytest.mark.parametrize("kinds, lacking", [(slice(1), "rsa"), (slice(1, None), "ecdsa")])
def test_machine_with_one_kind_of_key(scene, kinds, lacking):
    """Senders take the other kind from it: no failure."""
    report = scene(*REPEAT, published=2, kinds=kinds).run.report
    ends = report["hosts"][0]["endpoints"]
    assert report["status"] == "ok" and {one["dane"]["result"] for one in ends} == {"verified"}
    assert [one["connections"] for one in ends if one["key_type"] == lacking] == [4]
    assert len(ends) == 3


@pytest.mark.parametrize("first, second", [(slice(1), slice(1, None)), (slice(1, None), slice(1))])
def test_machines_with_one_kind_of_key_each(scene, first, second):
    """Each handshake for a kind ends on one of them; senders that offer both are served by both."""
    met = scene(*REPEAT, published=2, first_kinds=first, kinds=second)
    ends = met.run.report["hosts"][0]["endpoints"]
    assert met.run.report["status"] == "ok" and not found(met.run.report, "tls-failed")
    assert {(one["key_type"], one["dane"]["result"]) for one in ends} == {
        ("ecdsa", "verified"), ("rsa", "verified")}
    assert sum(one.connections for one in met.machines) == 3 * TURNS


def test_each_connection_meets_the_other_machine(scene):
    """Without --repeat too: before TLS is called broken, one connection offers both kinds."""
    met = scene("--per-host", "1", published=2, first_kinds=slice(1, None), kinds=slice(1), turn=(0, 1))
    ends = met.run.report["hosts"][0]["endpoints"]
    assert met.run.report["status"] == "ok", met.run
    assert [(one["key_type"], one["dane"]["result"]) for one in ends] == [("rsa", "verified")]
    assert [one.connections for one in met.machines] == [2, 1]


def test_any_key_type(scene):
    """One connection in each turn, with the kind of key that the server picks."""
    met = scene(*REPEAT, "--key-types", "any")
    assert [one.connections for one in met.machines][1] in (2, 3)
    assert {one["connections"] for one in met.run.report["hosts"][0]["endpoints"]} == {2, 4}


def test_proposed_chain(scene):
    """It is not connected to."""
    met = scene(*REPEAT, "--chain", scene.chains[0][0][0])
    ends = met.run.report["hosts"][0]["endpoints"]
    assert [(one["connections"], one["dane"]["result"]) for one in ends] == [(None, "verified")]
    assert not found(met.run.report, "endpoint-inconsistent")
    assert [one.connections for one in met.machines] == [0, 0]


def test_deadline(scene):
    """What it leaves open is not taken for seen."""
    report = scene("--repeat", "100", "--per-host", "1", "--deadline", "1", act=take_time, published=2).run.report
    assert found(report, "deadline-exceeded") and report["status"] == "unknown"


@pytest.mark.parametrize("words", [
    ("text", "2 of 6"), ("nagios", " endpoints=4;;;0 verified=2;"),
    ("prometheus", f'mxdane_endpoint_verified{{domain="{ZONE}",host="{HOST}",address="{MAIL}",key_type="rsa"}} 0'),
    ("junit", "endpoint-inconsistent"), ("sarif", '"ruleId":"endpoint-inconsistent"')])
def test_formats(scene, words):
    """Each says it."""
    name, text = words
    assert text in scene(*REPEAT, "--output", name).run.stdout.replace("\n     ", "")
