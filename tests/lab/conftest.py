"""What the lab's tests share.  Run them with: tests/lab/run pytest tests/lab"""

import os
import pathlib
import sys

import pytest

import checker

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))  # where hostile.py is

_runs = checker.Runs()


def pytest_configure(config):
    """These tests only make sense inside the lab."""
    if not os.environ.get("LAB_STATE") and not config.option.collectonly:
        pytest.exit("the lab is not running: use tests/lab/run /usr/bin/python3 -m pytest tests/lab",
                    returncode=3)
    # One domain's tests wait for others: start them all before the first test needs one.
    config.pluginmanager.register(Prefetch(), "lab-prefetch")


class Prefetch:
    """Starts the runs of all chosen scenarios side by side."""

    @staticmethod
    def pytest_collection_finish(session):
        """Called when it is known which tests will run."""
        if session.config.option.collectonly:
            return
        for item in session.items:
            scenario = getattr(item, "callspec", None) and item.callspec.params.get("scenario")
            if scenario:
                _runs.start(scenario)


@pytest.fixture(scope="session")
def runs():
    """The run of every scenario."""
    yield _runs
    _runs.stop()
