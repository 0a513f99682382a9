"""No memory left: the program says so and stops, with exit status 3, whichever allocation fails,
its own or a library's.  Never a crash, half a line, or a fault that the peer did not commit."""

import resource
import subprocess

import pytest

from conftest import PROGRAM, ROOT
from failing_memory import STOPPED, Starved, sanitized

pytestmark = pytest.mark.skipif(sanitized(), reason="AddressSanitizer ends the program by itself")

CHAIN = ROOT / "tests" / "unit" / "fixtures" / "proposed" / "ecdsa.pem"
ZONE = """$ORIGIN whatif.example.
$TTL 1h
@            SOA ns1 hostmaster (2026112301 1h 15m 4w 1h)
             NS  ns1
ns1          A   192.0.2.53
@            MX  10 mx1
             MX  20 mx2
mx1          A   192.0.2.1
             AAAA 2001:db8::1
mx2          CNAME mx1
_smtp._tls   TXT "v=TLSRPTv1; rua=mailto:tls@whatif.example"
_25._tcp.mx1 TLSA 2 0 1 ( 0000000000000000000000000000000000000000000000000000000000000000 )
             TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
"""
WHAT_IF = ["-r", "127.0.0.1@9", "--dnssec", "trust-ad", "-t", "2", "--at", "2027-01-01T00:00:00Z",
           "--zone", "zone", "--chain", CHAIN, "--ca-file", CHAIN]

RUNS = [
    # label, exit status, how many first allocations and how many of the rest fail, arguments
    ("help", 0, 40, 40, ["--help"]),
    ("version", 0, 40, 40, ["--version"]),
    ("explain", 0, 40, 40, ["--explain", "tlsa-absent"]),
    ("wrong options", 3, 40, 40, ["--jobs", "many"]),
    ("no domain", 3, 40, 40, ["-o", "json", "münchen..example", "[192.0.2.1]"]),
    ("broken zone", 3, 40, 40, ["--zone", "broken", "whatif.example"]),
    ("no trust store", 3, 40, 40, [*WHAT_IF, "--ca-file", "zone", "whatif.example"]),
    ("the system's trust store", 2, 0, 40, [*WHAT_IF[:-2], "whatif.example"]),
    ("DNS out of reach", 3, 0, 60, ["-r", "127.0.0.1@9", "-t", "2", "whatif.example"]),
    ("many domains", 2, 0, 60, [*WHAT_IF, "-o", "json", "--file", "list"]),
    ("text", 2, 200, 200, [*WHAT_IF, "-v", "whatif.example", "bad..example", "b.whatif.example"]),
    *((form, 2, 0, 60, [*WHAT_IF, "-o", form, "whatif.example", "b.whatif.example"])
      for form in ("json", "nagios", "prometheus", "junit", "tlsa", "sarif", "github")),
    ("a plan", 2, 0, 60, [*WHAT_IF, "--plan", "-o", "nsupdate", "whatif.example"]),
]


@pytest.fixture
def files(tmp_path, monkeypatch):
    (tmp_path / "zone").write_text(ZONE)
    (tmp_path / "broken").write_text(ZONE + "@ TLSA 3 1\n")
    (tmp_path / "list").write_text("".join(f"d{n}.whatif.example\n" for n in range(40)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("status, first, sampled, arguments", [r[1:] for r in RUNS],
                         ids=[r[0] for r in RUNS])
def test_failed_allocation_stops_the_program(files, status, first, sampled, arguments):
    starved = Starved(files, *arguments)
    assert starved.status == status, starved.error
    assert starved.count > 0, "nothing was counted"
    assert not starved.wrong(first, sampled)


def test_little_memory(files):
    """No failed allocation is made up here: the kernel gives no more address space."""
    with open(files / "zone", "a") as zone:
        zone.writelines(f'text{n} TXT "what takes some megabytes"\n' for n in range(20000))
    seen = set()
    for megabytes in range(18, 66, 4):
        run = subprocess.run(
            [PROGRAM, *WHAT_IF, "whatif.example"], capture_output=True, text=True, timeout=60,
            preexec_fn=lambda m=megabytes: resource.setrlimit(resource.RLIMIT_AS, (m << 20,) * 2))
        if run.returncode == 127 and "error while loading shared libraries" in run.stderr:
            continue
        stopped = (run.returncode, run.stderr) == STOPPED
        assert stopped or (run.returncode, run.stderr) == (2, ""), f"{megabytes} MB: {run}"
        assert not stopped or not run.stdout
        seen.add(stopped)
    assert seen == {True, False}, "the sizes tried miss the one where memory runs out"
