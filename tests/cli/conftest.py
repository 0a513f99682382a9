"""What the tests of the command line share: the built program, and the catalogue of its promises."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MXDANE_BUILD", ROOT / "build-tests"))
sys.path.append(str(ROOT / "tests"))  # where servers/ and hostile.py are
PROGRAM = os.environ.get("MXDANE", BUILD / "src" / "mxdane")

PATIENCE = 60  # seconds in which anything comes to pass, on a busy machine too


@pytest.fixture(scope="session")
def mxdane():
    """Runs the program; nothing that these tests ask of it needs a network."""
    def run(*arguments, **more):
        return subprocess.run([PROGRAM, *arguments], capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL, **more)
    return run


@pytest.fixture(scope="session")
def catalogue():
    out = subprocess.run([BUILD / "tests" / "cli" / "catalogue"], check=True, timeout=60,
                         capture_output=True, text=True).stdout
    return json.loads(out)


def wait_until(holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_asleep(program):
    with open(f"/proc/{program.pid}/stat", encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "S"


def wait_for_sleep(program):
    """Until nothing is left to be done but to wait: asleep at ten looks in a row."""
    wait_until(lambda: all(is_asleep(program) or time.sleep(0.01) for _ in range(10)))
