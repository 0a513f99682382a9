"""tests/run counts what was done, also where its time limit ends a run."""

import os
import subprocess
import sys

import pytest

from conftest import ROOT, wait_until

TESTS = """
import time, pytest
def test_good(): pass
def test_bad(): assert False
def test_left_out(): pytest.skip("not here")
def test_announced(): pytest.xfail("as others have it")
@pytest.fixture
def broken(): raise OSError
def test_without(broken): pass
def test_endless(): time.sleep(1000)
def test_never(): pass
"""
OUTCOMES = ["passed good", "failed bad", "skipped left_out", "passed announced", "failed without"]


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_outcomes_of_a_run_that_is_ended(tmp_path, options):
    (tmp_path / "test_some.py").write_text(TESTS)
    tally = tmp_path / "tally"
    environment = dict(os.environ, TALLY=str(tally), PYTHONPATH=str(ROOT / "tests"))
    with subprocess.Popen([sys.executable, "-m", "pytest", "-p", "tally", "-p", "no:cacheprovider",
                           "--rootdir", tmp_path, *options, tmp_path],
                          env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        wait_until(lambda: tally.exists() and tally.read_text().count("\n") == len(OUTCOMES))
        run.terminate()
    assert run.returncode != 0
    assert [line.replace("test_some.py::test_", "") for line in tally.read_text().splitlines()] == OUTCOMES


def test_file_that_cannot_be_read_has_failed(tmp_path):
    (tmp_path / "test_some.py").write_text("import nothing_of_that_name\n")
    tally = tmp_path / "tally"
    subprocess.run([sys.executable, "-m", "pytest", "-p", "tally", "-p", "no:cacheprovider", tmp_path], timeout=60,
                   check=False, capture_output=True, env=dict(os.environ, TALLY=str(tally), PYTHONPATH=str(ROOT / "tests")))
    assert tally.read_text().split()[0] == "failed"


UNSTEADY = """
import pathlib
seen = pathlib.Path(__file__).with_name("seen")
def test_good(): pass
def test_late_at_first():
    late = not seen.exists()
    seen.touch()
    assert not late
"""


def run_twice(tmp_path, text, *arguments):
    (tmp_path / "test_some.py").write_text(text)
    tally = tmp_path / "tally"
    done = subprocess.run([ROOT / "tests" / "pytest", tally, "env", "-", f"PATH={os.environ['PATH']}", "--",
                           "--rootdir", tmp_path, *arguments, tmp_path], cwd=tmp_path, timeout=300, check=False,
                          capture_output=True, text=True)
    return done, sorted(line.split()[0] for line in tally.read_text().splitlines())


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_failure_that_does_not_come_again_is_named(tmp_path, options):
    done, outcomes = run_twice(tmp_path, UNSTEADY, *options)
    assert (done.returncode, outcomes) == (0, ["passed", "passed"])
    assert "not beside others: test_some.py::test_late_at_first" in done.stdout


def test_failure_that_comes_again_is_one(tmp_path):
    done, outcomes = run_twice(tmp_path, "def test_good(): pass\ndef test_bad(): assert False\n")
    assert (done.returncode, outcomes) == (1, ["failed", "passed"])
    assert "not beside others" not in done.stdout


def test_many_failures_are_not_tried_again(tmp_path):
    text = "".join(UNSTEADY.replace("late_at_first", f"late_{i}").replace('"seen"', f'"seen{i}"').replace("seen", f"seen{i}")
                   for i in range(4))
    done, outcomes = run_twice(tmp_path, text)
    assert (done.returncode, outcomes.count("failed")) == (1, 4)
