"""mxdane's DNSSEC statuses against those of delv and unbound-host."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import checker
import oracles
from scenarios import load
from scenarios.dnssec import key_questions, questions, star_questions

AT_ONCE = 6
DOUBLE = "one wrong signature makes delv give up; RFC 4035 §5.3.3 does not"
ASKED = questions() + star_questions() + key_questions()
EMPTY = "delv cannot read a TLSA record without data"
ITERATIONS = ("BIND 9.20 reads NSEC3 with up to 50 iterations (RFC 9276 §3.2 leaves the limit to the "
              "validator); senders behind others enforce what those find secure")
# Where the more careful of the two others is wrong: a part of the name, who, what it says, and why.
WRONG = [
    ("q-double.", "bind", "bogus", DOUBLE),
    ("signed-twice.", "bind", "bogus", DOUBLE),
    ("data-empty.", "bind", "bogus", EMPTY),
    ("full-empty.", "bind", "bogus", EMPTY),
    ("partly-empty.", "bind", "bogus", EMPTY),
]
if oracles.version("unbound") < (1, 18):
    WRONG += [("-ed448.", "unbound", "insecure",
               "Debian 12's Unbound does not know Ed448 (RFC 8080)")]
if oracles.version("bind") >= (9, 20):
    WRONG += [("-iterations-100.", "bind", "insecure", ITERATIONS),
              ("q-iterations-150.", "bind", "insecure", ITERATIONS),
              ("iterations-unused.", "bind", "insecure", ITERATIONS)]
# Keys that a validator of the other Debian release refuses, so that the zone is bogus there.
if oracles.version("bind") >= (9, 20):
    REFUSED_ELSEWHERE = ["q-key-tags--1.", "q-key-split-zsk--1."]
else:
    REFUSED_ELSEWHERE = ["q-key-exponent-34.", "q-key-beside-rsa-no-modulus."]
if oracles.version("unbound") >= (1, 18):
    REFUSED_ELSEWHERE += ["q-key-zero-modulus.", "q-key-zero-modulus-split."]


def difference(ours, name, rdtypes):
    """What differs between mxdane's status and the others', in words; None where nothing does.

    Where the two others differ the more careful one is right: delv calls an NXDOMAIN within
    an opt-out span secure, which RFC 5155 §9.2 does not allow.
    """
    unbound = oracles.worst(*(oracles.unbound_host(name, rdtype) for rdtype in rdtypes))
    bind = oracles.worst(*(oracles.delv(name, rdtype) for rdtype in rdtypes))
    trusted = {"unbound": unbound, "bind": bind}
    if bind == "bogus" and unbound == "indeterminate":
        del trusted["bind"]  # delv cannot tell a failed lookup from a bogus answer
    for part, who, says, _ in WRONG:
        if part in f"{name}." and trusted.get(who) == says:
            del trusted[who]
    if any(part in f"{name}." for part in REFUSED_ELSEWHERE):
        trusted["elsewhere"] = "bogus"
    if ours == oracles.worst(*trusted.values()):
        return None
    return f"{name} {'/'.join(rdtypes)}: mxdane {ours}, Unbound {unbound}, BIND {bind}"


def ask_ahead(asked):
    """Ask the others many questions side by side; their answers are kept."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for oracle in (oracles.unbound_host, oracles.delv):
            list(pool.map(lambda one, ask=oracle: ask(*one), asked))


@pytest.fixture(scope="module", name="statuses")
def fixture_statuses():
    """The status of the MX answer of every question, from one run of mxdane."""
    run = checker.check(*ASKED)
    reports = run.reports
    assert [report["domain"] for report in reports] == ASKED, run
    ask_ahead([(name, "MX") for name in ASKED])
    return {report["domain"]: report["mx"]["dnssec"] for report in reports}


@pytest.mark.parametrize("domain", ASKED)
def test_question(domain, statuses):
    """One question, one status, three validators."""
    assert not difference(statuses[domain], domain, ("MX",))


def lookups(report):
    """(status, name, types) of the lookups that a report rests on."""
    found = []
    if report["mx"]["kind"] != "given":
        found.append((report["mx"]["dnssec"], report["domain"], ("MX",)))
    if report["mta_sts"]:
        found.append((report["mta_sts"]["dnssec"], f"_mta-sts.{report['domain']}", ("TXT",)))
    for host in report["hosts"]:
        found.append((host["addresses"]["dnssec"], host["name"], ("A", "AAAA")))
        if host["tlsa"]["state"] != "skipped":
            found.append((host["tlsa"]["dnssec"], host["tlsa"]["owner"], ("TLSA",)))
    unjudgeable = any(one["code"] == "signature-unjudgeable" for one in report["findings"])
    return [one for one in found if one[0] and not (unjudgeable and one[0] == "indeterminate")]


def applies(scenario):
    """Scenarios whose lookups others can repeat: not those that wait for time-outs."""
    return not (scenario.zone and "drop" in scenario.zone.faulty)


REPEATABLE = [scenario for scenario in load() if applies(scenario)]


@pytest.fixture(scope="module", name="looked_up")
def fixture_looked_up(runs, request):
    """The lookups of every scenario that is to be tested."""
    names = {item.callspec.params["scenario"].name for item in request.session.items
             if "looked_up" in item.fixturenames}
    found = {scenario.name: lookups(runs.result(scenario).report)
             for scenario in REPEATABLE if scenario.name in names}
    ask_ahead({(name, rdtype) for each in found.values() for _, name, rdtypes in each
               for rdtype in rdtypes})
    return found


@pytest.mark.parametrize("scenario", REPEATABLE, ids=lambda scenario: scenario.name)
def test_lookups_of_scenario(scenario, looked_up):
    """Every lookup of the scenario's report."""
    wrong = [difference(*one) for one in looked_up[scenario.name]]
    assert not any(wrong), "\n".join(filter(None, wrong))
