"""mxdane's DNSSEC statuses against those of delv and unbound-host."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import checker
import oracles
from scenarios import load
from scenarios.dnssec import questions

AT_ONCE = 6


def agrees(ours, name, rdtype):
    """Whether mxdane's status is one that the others stand for; and what they say.

    Where they differ the more careful one is right: delv calls an NXDOMAIN within an
    opt-out span secure, which RFC 5155 §9.2 does not allow.
    """
    unbound, bind = oracles.unbound_host(name, rdtype), oracles.delv(name, rdtype)
    # delv cannot tell a failed lookup from a bogus answer.
    careful = unbound if bind == "bogus" and unbound == "indeterminate" else oracles.worst(
        unbound, bind)
    return ours == careful, f"{name} {rdtype}: mxdane {ours}, Unbound {unbound}, BIND {bind}"


@pytest.fixture(scope="module", name="statuses")
def fixture_statuses():
    """The status of the MX answer of every question, from one run of mxdane."""
    asked = questions()
    run = checker.check(*asked)
    reports = run.reports
    assert [report["domain"] for report in reports] == asked, run
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for oracle in (oracles.unbound_host, oracles.delv):
            list(pool.map(lambda name, ask=oracle: ask(name, "MX"), asked))
    return {report["domain"]: report["mx"]["dnssec"] for report in reports}


@pytest.mark.parametrize("domain", questions())
def test_question(domain, statuses):
    """One question, one status, three validators."""
    same, words = agrees(statuses[domain], domain, "MX")
    assert same, words


def lookups(report):
    """(status, name, types) of the lookups that a report rests on."""
    if report["mx"] and report["mx"]["kind"] != "given":
        yield report["mx"]["dnssec"], report["domain"], ("MX",)
    if report["mta_sts"]:
        yield report["mta_sts"]["dnssec"], f"_mta-sts.{report['domain']}", ("TXT",)
    for host in report["hosts"]:
        yield host["addresses"]["dnssec"], host["name"], ("A", "AAAA")
        if host["tlsa"]["state"] != "skipped":
            yield host["tlsa"]["dnssec"], host["tlsa"]["owner"], ("TLSA",)


def applies(scenario):
    """Scenarios whose lookups others can repeat: not those that wait for time-outs."""
    return "drop" not in scenario.zone.faulty if scenario.zone else True


@pytest.mark.parametrize("scenario", [one for one in load() if applies(one)],
                         ids=lambda scenario: scenario.name)
def test_lookups_of_scenario(scenario, runs):
    """Every lookup of the scenario's report."""
    report = runs.result(scenario).report
    unjudgeable = any(one["code"] == "signature-unjudgeable" for one in report["findings"])
    wrong = []
    for status, name, types in lookups(report):
        if unjudgeable and status == "indeterminate":
            continue
        if len(types) == 1:
            same, words = agrees(status, name, types[0])
        else:
            each = oracles.worst(*(oracles.unbound_host(name, one) for one in types))
            same, words = status == each, f"{name} {types}: mxdane {status}, Unbound {each}"
        if not same:
            wrong.append(words)
    assert not wrong, "\n".join(wrong)
