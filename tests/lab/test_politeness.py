"""What servers see of mxdane: no more connections than agreed, each ended in good order, and nothing
asked twice."""

import collections
import datetime
import time

import pytest

import checker
from servers.smtp_acts import ACTS, AT_ONCE
from servers.smtp_faults import http_serve
from servers.smtp_server import SmtpServers, Station
from world import tlsa
from world.pki import Pki
from world.spec import Cert

ZONE = "polite.example"
MAIL, WEB = "20.25.252.1", "20.25.252.2"
HOSTS = 10
DOMAINS = 2  # of each host
POLICY = f"version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: *.{ZONE}\r\n".encode()
OLD = ("1.0", "1.1")


def busy(it):
    """An ordinary session that takes its time, so that others want to begin."""
    time.sleep(0.1)
    AT_ONCE(it)


class Shared:
    """Hosts that are all one address, whose server has two certificates; each has two domains, each
    with a policy that lists it. The MX records name aliases, so that senders by DANE and by MTA-STS
    meet the hosts under different names."""

    def __init__(self, directory, act, tls=("1.2", "1.3"), hosts=HOSTS):
        now = datetime.datetime.now(datetime.timezone.utc)
        made = Pki(now, str(directory))
        certs = [made.issue(Cert(key=key, names=(f"*.{ZONE}",)), ZONE, ZONE)
                 for key in ("ecdsa", "rsa")]
        names = [f"d{host}-{number}" for host in range(hosts) for number in range(DOMAINS)]
        policy = made.issue(Cert(names=tuple(f"mta-sts.{name}.{ZONE}" for name in names)), ZONE,
                            ZONE)
        self.mail = Station(MAIL, 25, act, tuple(made.write(one, ("intermediate",))
                                                 for one in certs), f"mx.{ZONE}", tls)
        self.web = Station(WEB, 443, http_serve(POLICY),
                           (made.write(policy, ("intermediate",)),), "www")
        lines = [f"$ORIGIN {ZONE}.", "@ 60 IN SOA ns h 1 1 1 1 1"]
        for host in range(hosts):
            lines += [f"alias{host} 60 IN CNAME mx{host}", f"mx{host} 60 IN A {MAIL}"]
            lines += [f"_25._tcp.mx{host} 60 IN TLSA {tlsa.record('3 1 1', [one], made)}"
                      for one in certs]
        for name in names:
            lines += [f"{name} 60 IN MX 10 alias{name[1:].split('-')[0]}",
                      f'_mta-sts.{name} 60 IN TXT "v=STSv1; id=1;"',
                      f"mta-sts.{name} 60 IN A {WEB}"]
        (directory / "zone").write_text("\n".join(lines) + "\n", encoding="ascii")
        (directory / "ca.pem").write_text(made.bundle(), encoding="ascii")
        self.arguments = ["--ignore", "mx-target-alias", "--zone", str(directory / "zone"),
                          "--ca-file", str(directory / "ca.pem"), *(f"{name}.{ZONE}" for name in names)]

    def check(self, *options):
        """One run over all domains; afterwards every connection has ended."""
        with SmtpServers([self.mail, self.web]):
            run = checker.check(*options, *self.arguments)
            end = time.monotonic() + 20
            while any(len(one.ends) < one.connections for one in (self.mail, self.web)):
                assert time.monotonic() < end, "a connection was left open"
                time.sleep(0.02)
        return run


@pytest.mark.parametrize("limit", [1, 4, 7])
def test_connections_at_once(tmp_path, limit):
    """Never more than --per-host, whoever asks, and not fewer; nothing is probed or fetched twice."""
    scene = Shared(tmp_path, busy)
    run = scene.check("--per-host", str(limit))
    assert (run.status, run.stderr) == (0, ""), run
    assert scene.mail.most_open == limit
    # For each host two kinds of key, under each of two names.
    assert scene.mail.connections == scene.mail.quits == HOSTS * 4
    assert set(scene.mail.ends) == {"fin"}
    assert scene.web.connections == HOSTS * DOMAINS
    # libcurl closes with its own close_notify; the server's, if it comes later, meets a reset.
    assert "left open" not in scene.web.ends


def test_default_is_four(tmp_path):
    """What --per-host is without being named."""
    scene = Shared(tmp_path, busy)
    scene.check()
    assert scene.mail.most_open == 4


def test_old_servers_are_tried_twice(tmp_path):
    """Once as all are, once with TLS 1.0 and 1.1, in the same turn."""
    scene = Shared(tmp_path, busy, OLD)
    run = scene.check("--per-host", "2")
    assert {one["code"] for report in run.reports for one in report["findings"]} >= {"tls-legacy"}
    assert scene.mail.most_open == 2
    assert scene.mail.connections == HOSTS * 4 * 2
    assert scene.mail.quits == HOSTS * 4
    assert "left open" not in scene.mail.ends


# What ends in the clear or inside TLS with a dialogue that still works.
FAREWELLS = {"serve": "dane-verified", "greet-554-stays": "smtp-refused", "no-esmtp": "smtp-refused",
             "no-starttls": "starttls-missing", "starttls-454": "starttls-refused",
             "starttls-501": "starttls-refused", "refuse-inside-tls": "smtp-refused"}


def refuse_all(it):
    """A greeting that refuses, and every command likewise (RFC 5321 §3.1)."""
    it.reply("554 5.7.1 no mail here")
    while it.read_line().upper() != "QUIT":
        it.reply("503 5.5.1 no mail here")
    it.reply("221 2.0.0 Bye")


@pytest.mark.parametrize("name", FAREWELLS)
def test_farewell(tmp_path, name):
    """QUIT on each connection, its reply is awaited, and the end is no reset."""
    scene = Shared(tmp_path, ACTS.get(name, refuse_all), hosts=1)
    run = scene.check()
    assert FAREWELLS[name] in {one["code"] for one in run.reports[0]["findings"]}
    assert scene.mail.connections == scene.mail.quits == 4
    assert collections.Counter(scene.mail.ends) == {"fin": 4}


@pytest.mark.parametrize("name", ["greet-421", "ehlo-busy"])
def test_no_farewell_where_the_server_hangs_up(tmp_path, name):
    """RFC 5321 §3.8: 421 announces that the server closes."""
    scene = Shared(tmp_path, ACTS[name], hosts=1)
    run = scene.check()
    assert "smtp-refused" in {one["code"] for one in run.reports[0]["findings"]}
    assert (scene.mail.connections, scene.mail.quits) == (4, 0)
    assert collections.Counter(scene.mail.ends) == {"fin": 4}
