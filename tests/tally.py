"""A pytest plugin: one line in the file $TALLY for each outcome as it comes, so that tests/run counts
right what was done even where a time limit ends the run."""

import os


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # of pytest-xdist; its controller hears of every test
        tally = open(os.environ["TALLY"], "a", buffering=1, encoding="utf-8")
        config.pluginmanager.register(Tally(tally))


class Tally:
    """Says passed, failed or skipped, and of what."""

    def __init__(self, file):
        self.file = file

    def pytest_runtest_logreport(self, report):
        # an announced difference (pytest.xfail) came as announced
        outcome = "passed" if hasattr(report, "wasxfail") and report.skipped else report.outcome
        if report.when == "call" or not report.passed:
            self.file.write(f"{outcome} {report.nodeid}\n")

    def pytest_collectreport(self, report):
        if not report.passed:
            self.file.write(f"{report.outcome} {report.nodeid}\n")
