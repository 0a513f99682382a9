"""A list in parts: results merge by concatenation, and a part that was killed goes on."""

import json
import signal
import socket
import subprocess
import time

import pytest

from conftest import PROGRAM

COUNT = 60
NO_RESOLVER = ("--resolver", "127.0.0.1@1")


@pytest.fixture(scope="module", name="world")
def fixture_world(tmp_path_factory):
    """(zone file, list file, domains): their data is proposed, so no network is needed."""
    folder = tmp_path_factory.mktemp("shards")
    domains = [f"d{number}.shards.example" for number in range(COUNT)]
    zone, names = folder / "zone", folder / "list"
    zone.write_text("$ORIGIN shards.example.\n$TTL 60\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\n" +
                    "".join(f"d{number} MX 0 .\n" for number in range(COUNT)), encoding="ascii")
    names.write_text("".join(f"{domain}\n" for domain in domains), encoding="ascii")
    return zone, names, domains


def arguments(zone, *more):
    return [PROGRAM, "-o", "json", "--zone", zone, *more]


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


def whole(world):
    zone, names, _ = world
    out = subprocess.run(arguments(zone, *NO_RESOLVER, "--file", names), capture_output=True,
                         check=True, timeout=60).stdout
    return facts(out.splitlines())


def test_parts_merge_by_concatenation(world):
    """GNU parallel gives each process its part of the list on standard input."""
    zone, names, domains = world
    command = arguments(zone, *NO_RESOLVER, "--file", "-")
    out = subprocess.run(["parallel", "--will-cite", "--pipepart", "-a", names, "--block", "-2",
                          "--jobs", "2", *map(str, command)],
                         capture_output=True, check=True, timeout=60).stdout
    merged = facts(out.splitlines())
    assert sorted(merged) == sorted(domains)
    assert merged == whole(world)


def test_every_nth_line_merges(world):
    """An array job picks its lines by its number."""
    zone, _, domains = world
    lines = []
    for task in range(3):
        mine = "".join(f"{domain}\n" for domain in domains[task::3])
        done = subprocess.run(arguments(zone, *NO_RESOLVER, "--file", "-"), input=mine, text=True,
                              capture_output=True, check=True, timeout=60)
        lines += done.stdout.splitlines()
    assert facts(lines) == whole(world)


def test_killed_part_resumes(world, tmp_path):
    """Killed while one domain waits: what was finished stays, and is not checked again."""
    zone, _, domains = world
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    names = tmp_path / "list"
    names.write_text("".join(f"{domain}\n" for domain in [*domains[:20], "stalls.example"] +
                             domains[20:]), encoding="ascii")
    with socket.socket() as silent, open(first, "wb") as out:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        resolver = f"127.0.0.1@{silent.getsockname()[1]}"
        with subprocess.Popen(arguments(zone, "--resolver", resolver, "--file", names),
                              stdout=out) as program:
            end = time.monotonic() + 30
            while first.read_bytes().count(b"\n") < 20 and time.monotonic() < end:
                time.sleep(0.02)
            program.send_signal(signal.SIGKILL)
    held = first.read_text(encoding="utf-8").splitlines()
    assert sorted(facts(held)) == sorted(domains[:20])
    with open(second, "wb") as out:
        subprocess.run(arguments(zone, *NO_RESOLVER, "--resume", first, "--file", names),
                       stdout=out, check=False, timeout=60)
    rest = second.read_text(encoding="utf-8").splitlines()
    merged = facts(held + rest)
    assert sorted(merged) == sorted([*domains, "stalls.example"])
    del merged["stalls.example"]
    assert merged == whole(world)
