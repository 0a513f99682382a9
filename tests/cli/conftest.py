"""What the tests of the command line share: the built program, and the catalogue of its promises."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MXDANE_BUILD", ROOT / "build"))
PROGRAM = os.environ.get("MXDANE", BUILD / "src" / "mxdane")


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
