"""The domains of scenarios/hostile.py in every format: nothing is shown raw, all of it is valid."""

import re
import subprocess

import pytest

import checker
import hostile
from scenarios.hostile import SCENARIOS

MODES = [(kind, ("-v",)) for kind in hostile.FORMATS] + [("text", ()), ("text", ("--color=always",)),
                                                         ("nagios", ())]


@pytest.mark.parametrize("kind, options", MODES)
def test_output(kind, options, tmp_path):
    """All domains in one run."""
    done = subprocess.run(
        [checker.binary(), *options, "-o", kind, *(one.origin for one in SCENARIOS)],
        capture_output=True, timeout=checker.RUN_SECONDS, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    out = done.stdout
    if "--color=always" in options:
        out = re.sub(rb"\x1b\[[0-9;]*m", b"", out)
    assert out
    hostile.check_output(kind, out)
    hostile.check_errors(done.stderr)
    if kind == "text":
        assert rb"\x1b[31mred\x1b[0m" in out and rb"user\xe2\x80\xaegpj.exe" in out
    if kind == "junit":
        (tmp_path / "report.xml").write_bytes(out)
        subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                        checker.REPOSITORY / "tests/report/junit.xsd", tmp_path / "report.xml"],
                       check=True, timeout=60)
