"""Every scenario of scenarios/*.py: mxdane's report and exit status are as expected."""

import os

import pytest

from scenarios import load
from world.facts import differences

STATUS = ("ok", "warning", "critical", "unknown")


@pytest.mark.parametrize("scenario", load(), ids=lambda scenario: scenario.name)
def test_scenario(scenario, runs):
    """The facts that the scenario names, and no other finding above information."""
    if scenario.needs_root and os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        pytest.skip("the lab runs without root")
    run = runs.result(scenario)
    report = run.report
    wrong = differences(scenario.expect, report)
    if (report["status"], run.status) != (STATUS[scenario.exit], scenario.exit):
        wrong.append(f"status {report['status']}, exit {run.status}, expected {scenario.exit}")
    assert not wrong, f"{scenario.about}\n" + "\n".join(wrong) + f"\n{run}"
