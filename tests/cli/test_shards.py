"""A list in parts: results merge by concatenation, and a part that was killed goes on."""

import json
import signal
import subprocess
import time

import pytest

from conftest import PROGRAM
from servers.dns_acts import Table
from servers.dns_server import DnsServer

COUNT = 60
DOMAINS = [f"d{number}.shards.example" for number in range(COUNT)]
STALLS = "stalls.example"
RECORDS = [f"{domain}. MX 0 ." for domain in DOMAINS]


@pytest.fixture(scope="module", name="dns")
def fixture_dns():
    with DnsServer(Table(RECORDS)) as dns:
        yield dns


@pytest.fixture(scope="module", name="names")
def fixture_names(tmp_path_factory):
    """A file with all the domains."""
    names = tmp_path_factory.mktemp("shards") / "list"
    names.write_text("".join(f"{domain}\n" for domain in DOMAINS), encoding="ascii")
    return names


def arguments(dns, *more):
    return [PROGRAM, "-o", "json", "--dnssec", "trust-ad", "--resolver", dns.address, *more]


def facts(lines):
    """The reports by domain, without what differs from run to run; each domain stands once."""
    found = {}
    for line in lines:
        report = json.loads(line)
        for key in ("checked_at", "judged_at", "elapsed_ms"):
            del report[key]
        assert report["domain"] not in found
        found[report["domain"]] = report
    return found


@pytest.fixture(scope="module", name="whole")
def fixture_whole(dns, names):
    """What one run says of all."""
    out = subprocess.run(arguments(dns, "--file", names), capture_output=True, check=True,
                         timeout=60).stdout
    return facts(out.splitlines())


def test_parts_merge_by_concatenation(dns, names, whole):
    """GNU parallel gives each process its part of the list on standard input."""
    command = arguments(dns, "--file", "-")
    out = subprocess.run(["parallel", "--will-cite", "--pipepart", "-a", names, "--block", "-2",
                          "--jobs", "2", *map(str, command)],
                         capture_output=True, check=True, timeout=60).stdout
    merged = facts(out.splitlines())
    assert sorted(merged) == sorted(DOMAINS)
    assert merged == whole


def test_every_nth_line_merges(dns, whole):
    """An array job picks its lines by its number."""
    lines = []
    for task in range(3):
        mine = "".join(f"{domain}\n" for domain in DOMAINS[task::3])
        done = subprocess.run(arguments(dns, "--file", "-"), input=mine, text=True,
                              capture_output=True, check=True, timeout=60)
        lines += done.stdout.splitlines()
    assert facts(lines) == whole


def test_killed_part_resumes(dns, whole, tmp_path):
    """Killed while one domain waits: what was finished stays, and is not checked again."""
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    names = tmp_path / "list"
    names.write_text("".join(f"{domain}\n" for domain in [*DOMAINS[:20], STALLS, *DOMAINS[20:]]),
                     encoding="ascii")
    with DnsServer(Table(RECORDS, silent=[f"{STALLS}."])) as stalled, open(first, "wb") as out:
        with subprocess.Popen(arguments(stalled, "--timeout", "50", "--file", names),
                              stdout=out) as program:
            end = time.monotonic() + 30
            while first.read_bytes().count(b"\n") < 20 and time.monotonic() < end:
                time.sleep(0.02)
            program.send_signal(signal.SIGKILL)
    held = first.read_text(encoding="utf-8").splitlines()
    assert sorted(facts(held)) == sorted(DOMAINS[:20])
    before = len(dns.questions)
    with open(second, "wb") as out:
        subprocess.run(arguments(dns, "--resume", first, "--file", names), stdout=out, check=False,
                       timeout=60)
    rest = second.read_text(encoding="utf-8").splitlines()
    merged = facts(held + rest)
    assert not {name for name, _ in dns.questions[before:]} & {f"{domain}." for domain in DOMAINS[:20]}
    assert sorted(merged) == sorted([*DOMAINS, STALLS])
    del merged[STALLS]
    assert merged == whole
