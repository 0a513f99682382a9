"""Every scenario again, in one run for each locale, which is the C library's own from the start."""

import os

import pytest

import checker
import locales
from scenarios import load
from world.facts import differences

# rate-postfix counts connections by the minute, those of the run before among them; what a server
# shows without SNI is looked at in runs of few domains only (test_causes).
OTHERWISE = {"rate-postfix", "cause-sni"}
PLAIN = [scenario for scenario in load()
         if not scenario.args and scenario.name not in OTHERWISE
         and not (scenario.needs_root and os.environ.get("MXDANE_LAB_ROOTLESS") == "1")]


@pytest.fixture(scope="module", name="environments")
def _environments(tmp_path_factory):
    return locales.make(tmp_path_factory.mktemp("locales"))


@pytest.mark.skipif(checker.sanitized(), reason="nothing goes before the sanitizer's library")
@pytest.mark.parametrize("name", locales.NAMES)
def test_all_domains(environments, tmp_path, name):
    """The facts that each scenario names."""
    asked = tmp_path / "domains"
    asked.write_text("".join(f"{s.ask or s.origin}\n" for s in PLAIN), encoding="utf-8")
    preloaded = os.environ.get("MXDANE_BUILD", "build-tests") + "/tests/unit/libset_locale.so"
    run = checker.check("--file", str(asked), env=locales.environment(
        environments[name], LD_PRELOAD=str(checker.REPOSITORY / preloaded)))
    reports = dict(zip((s.name for s in PLAIN), run.reports))
    assert len(reports) == len(PLAIN)
    wrong = {s.name: found for s in PLAIN if (found := differences(s.expect, reports[s.name]))}
    assert not wrong, wrong
