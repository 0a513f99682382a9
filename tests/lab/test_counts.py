"""What must not grow with the number of domains."""

import contextlib
import json
import os
import subprocess
import time

import pytest

import checker
from bulk import zone_of_many
from checker import binary
from servers.smtp_acts import relay
from servers.smtp_server import SmtpServers, Station

KEY_TYPES = 2
GATE = "20.25.254.1"  # of the lab's network, and nobody else's


@contextlib.contextmanager
def gate_to(known, delay=0):
    """Counts the connections to a mail server, and passes each on after so many seconds."""
    gate = Station(GATE, 25, relay(known["endpoints"][0]["address"], delay))
    with SmtpServers([gate]):
        yield gate


@pytest.fixture(name="known")
def fixture_known():
    """The facts of a host as mxdane finds them."""
    done = subprocess.run([binary(), "--resolver", os.environ["LAB_RESOLVER"], "-4", "-o", "json",
                           "victim.example"], capture_output=True, check=True)
    return json.loads(done.stdout)["hosts"][0]


# Thousands of domains, whose counts the sanitizers do not change, take them ten minutes.
unsanitized = pytest.mark.skipif(checker.sanitized(), reason="too many domains for the sanitizers")


@pytest.mark.parametrize("domains, hosts", [(1000, 50), pytest.param(20000, 2000, marks=unsanitized)])
def test_shared_hosts_are_probed_once(tmp_path, known, domains, hosts):
    """Domains on the same hosts: one connection for each host, address and kind of key."""
    with gate_to(known) as gate:
        files = zone_of_many(tmp_path, known, domains, hosts, GATE)
        done = subprocess.run(
            [binary(), "--resolver", os.environ["LAB_RESOLVER"], "-o", "json", "-j", "256",
             "--per-host", "16", "--zone", files.zone, "--file", files.list],
            capture_output=True, check=False, timeout=900)
    assert done.stderr == b"" and done.returncode == 0
    assert gate.connections == hosts * KEY_TYPES
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["domain"] for one in reports] == files.domains
    assert {one["hosts"][0]["endpoints"][0]["dane"]["result"] for one in reports} == {"verified"}


@unsanitized
def test_more_hosts_than_are_remembered(tmp_path, known):
    """What was forgotten of a host is found out again: the first domain once more, as the last one."""
    count = 8300
    files = zone_of_many(tmp_path, known, count, count, "192.0.2.1")
    with open(files.list, "a", encoding="ascii") as listed:
        listed.write(files.domains[0])
    run = checker.check("--resolver", os.environ["LAB_RESOLVER"], "--zone", files.zone,
                        "--file", files.list, timeout=600)
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["domain"] for one in reports] == [*files.domains, files.domains[0]]
    assert reports[-1]["hosts"][0]["addresses"] == reports[0]["hosts"][0]["addresses"]
    assert reports[-1]["hosts"][0]["tlsa"] == reports[0]["hosts"][0]["tlsa"]


def test_slow_provider_holds_up_nobody_else(tmp_path, known):
    """Hosts at one slow address wait for each other, and the domains behind them in the list do not."""
    slow = 8
    with gate_to(known, delay=0.5) as gate:
        files = zone_of_many(tmp_path, known, slow, slow, GATE)
        done = subprocess.run(
            [binary(), "--resolver", os.environ["LAB_RESOLVER"], "-o", "json", "--unordered", "-j", "64",
             "--per-host", "2", "--zone", files.zone, *files.domains, "victim.example", "good.example"],
            capture_output=True, check=False, timeout=60)
    assert (done.stderr, done.returncode) == (b"", 0)
    assert gate.connections == slow * KEY_TYPES
    order = [json.loads(line)["domain"] for line in done.stdout.splitlines()]
    assert sorted(order) == sorted([*files.domains, "victim.example", "good.example"])
    assert sorted(order[:2]) == ["good.example", "victim.example"]


OTHERS = 1000


def mixed_list(tmp_path, slow):
    """A file with these and a thousand domains of live DNS spread evenly among them."""
    others = [f"d{number}.wild.q-nsec.example" for number in range(OTHERS)]
    step = len(slow) // OTHERS
    mixed = [name for number, other in enumerate(others)
             for name in (*slow[number * step:(number + 1) * step], other)]
    path = tmp_path / "mixed"
    path.write_text("\n".join(mixed))
    return str(path), others


def test_crowded_address_holds_up_nobody_else(tmp_path, known):
    """Ten thousand hosts at an address that says nothing: the thousand domains among them are done
    meanwhile, over as few connections as --per-host allows and in bounded memory."""
    with gate_to(known, delay=3600) as gate:
        files = zone_of_many(tmp_path, known, 10 * OTHERS, 10 * OTHERS, GATE)
        listed, others = mixed_list(tmp_path, files.domains)
        with subprocess.Popen(
                [binary(), "--resolver", os.environ["LAB_RESOLVER"], "-o", "json", "--unordered", "-j", "64",
                 "--timeout", "600", "--deadline", "86400", "--zone", files.zone, "--file", listed],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
            done = [json.loads(run.stdout.readline())["domain"] for _ in range(OTHERS)]
            with open(f"/proc/{run.pid}/status", encoding="ascii") as status:
                peak, = (int(line.split()[1]) for line in status if line.startswith("VmHWM"))
            run.kill()
    assert sorted(done) == sorted(others)
    assert gate.connections == 4
    assert checker.sanitized() or peak < 300 * 1024, peak


def test_deadline_does_not_run_in_a_queue(tmp_path, known):
    """What waits for its turn at a slow address for longer than --deadline is checked all the same."""
    count = 160
    with gate_to(known, delay=0.4) as gate:
        files = zone_of_many(tmp_path, known, count, count, GATE)
        began = time.monotonic()
        done = subprocess.run(
            [binary(), "--resolver", os.environ["LAB_RESOLVER"], "-o", "json", "-k", "any", "-j", "256",
             "--deadline", "8", "--zone", files.zone, "--file", files.list],
            capture_output=True, check=False, timeout=300)
    assert time.monotonic() - began > 12
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["domain"] for one in reports] == files.domains
    assert {one["hosts"][0]["endpoints"][0]["dane"]["result"] for one in reports} == {"verified"}
    assert gate.connections == count


def read_of(pid, path):
    """How many octets of a file a process has read."""
    for number in os.listdir(f"/proc/{pid}/fd"):
        if os.readlink(f"/proc/{pid}/fd/{number}") == path:
            with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as info:
                return int(info.readline().split()[1])
    return 0


@unsanitized
def test_parked_domains_are_bounded(tmp_path, known):
    """Of more hosts at a silent address 12,288 wait beyond --jobs, and no more are begun."""
    count, begun = 16000, 12 * 1024 + 64
    with gate_to(known, delay=3600):
        files = zone_of_many(tmp_path, known, count, count, GATE)
        with open(files.list, "rb") as listed:
            names = listed.read()
        with subprocess.Popen(
                [binary(), "--resolver", os.environ["LAB_RESOLVER"], "-o", "json", "--unordered", "-j", "64",
                 "--timeout", "600", "--deadline", "86400", "--zone", files.zone, "--file", files.list],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            before, now, last = -1, 0, time.monotonic() + 300
            # a machine that is busy lets it pause before all are begun
            while before != now or (names[:now].count(b"\n") < begun and time.monotonic() < last):
                time.sleep(8)
                before, now = now, read_of(run.pid, files.list)
            run.kill()
    ahead = 16 * 1024  # octets that are read at once
    taken = names[:now].count(b"\n")
    assert begun <= taken <= begun + names[now - ahead:now].count(b"\n") + 1
