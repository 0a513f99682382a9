"""A long run of faulty checks in one process: what it holds open and how much memory it has.

MXDANE_FAULTY_CHECKS=3000 makes the run longer; pytest -s shows the figures.
"""

import os

import checker
from faults import cells
from faults.scene import Scene
from faults.watch import Watched
from servers.smtp_server import SmtpServers

CHECKS = int(os.environ.get("MXDANE_FAULTY_CHECKS", "1000"))
# By then the caches are full (limit.h): of probes, two for each domain, and of reports.
WARM_UP = 600
# The gaps of the heap go on growing a little for a while, whatever the length of the run; without a
# part of its own for large blocks it would be twice as much.
GROWTH_KIB = 8 * 1024
HEAP = "glibc.malloc.mmap_threshold=32768:glibc.malloc.trim_threshold=0"


def test_faulty_checks_leave_nothing_behind(tmp_path, monkeypatch):
    """Every domain has hosts of its own, at the faulty servers' addresses, so that each is probed."""
    monkeypatch.setenv("GLIBC_TUNABLES", HEAP)
    chosen = {(stage, fault) for stage, fault, _ in cells.cells() if not stage.startswith("DNS")}
    scene = Scene(tmp_path, chosen, first=3100)
    faulty = dict(scene.repeat(CHECKS, tmp_path / "many"))
    names = list(faulty)
    with SmtpServers(scene.stations):
        run = Watched("--timeout", 1, "--deadline", 120, "--jobs", 64, "--zone", scene.zone_file,
                      "--zone", tmp_path / "many", "--ca-file", scene.ca_file)
        run.check(["sink.questions.example"])
        fresh = run.settle(0, 0.2)
        reports = run.check(names[:WARM_UP])
        before, begin = run.settle(fresh), run.resident_kib()
        reports |= run.check(names[WARM_UP:])
        after, end = run.settle(before), run.resident_kib()
        status, errors = run.finish()
    connections = sum(station.connections for station in scene.stations)
    print(f"\n{len(reports)} faulty checks, {connections} connections; descriptors: {fresh} after one, "
          f"{before} after {WARM_UP}, {after} in the end; KiB resident: {begin} after {WARM_UP}, {end} in "
          f"the end")
    assert (status, errors) == (2, "")
    missed = [name for name, (_, _, text) in faulty.items()
              if reports[name]["status"] == "ok" and not text.startswith("verified")]
    assert not missed
    assert connections > CHECKS
    assert after <= before, run.sockets()
    # AddressSanitizer keeps what was freed, to find who uses it; its own check at the end finds leaks.
    assert checker.sanitized() or end - begin < GROWTH_KIB
