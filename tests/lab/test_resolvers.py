"""The same questions through every resolver of world/resolvers.py, about zones of every signer and
name server of world/guests.py; and a thousand domains behind each of them.

MXDANE_RENEW_RESOLVERS=1 writes this Debian's table of RESOLVERS.md anew.
"""

import collections
import json
import os
import pathlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

import checker
from resolver_differences import DIFFERENCES, named
from scenarios import dnssec
from world import guests, resolvers

TABLE = pathlib.Path(__file__).parent / "RESOLVERS.md"
AT_ONCE = 2
STATE = os.environ.get("LAB_STATE", "")
QUESTIONS = dnssec.questions()
MORE = dnssec.guest_questions()
MAIL = dnssec.guest_domains()
# What the resolvers think themselves, first: what they were told not to check is then not known.
RUNS = [(name, mode) for name, one in resolvers.RESOLVERS.items()
        for mode in ("trust-ad", "validate") if one.validates or mode == "validate"]


def run(resolver, mode, domains):
    """{domain: report} of one run."""
    done = checker.check("--resolver", resolver.address, "--dnssec", mode, *domains)
    return {one["domain"]: one for one in map(json.loads, done.stdout.splitlines())}


def ask(name):
    """({mode: {question: report}}, {domain: report of mail}) of one resolver."""
    resolver = resolvers.RESOLVERS[name]
    questions = {mode: run(resolver, mode, QUESTIONS + (MORE if mode == "validate" else []))
                 for one, mode in RUNS if one == name}
    return questions, run(resolver, "validate", MAIL)


def status(report):
    """The status of a question."""
    return report["mx"]["dnssec"]


@pytest.fixture(scope="module", name="asked")
def fixture_asked(request):
    """What came of asking the resolvers that are to be tested, side by side."""
    tests = [item for item in request.session.items if "asked" in item.fixturenames]
    chosen = {item.callspec.params["name"] for item in tests if hasattr(item, "callspec")}
    if any(not hasattr(item, "callspec") for item in tests):
        chosen = set(resolvers.RESOLVERS)
    resolvers.bring_up()
    guests.start_all(dnssec.guest_zones(), STATE)
    resolvers.start_all(chosen, STATE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(chosen, pool.map(ask, chosen)))


def difference(name, mode, domain, report):
    """What nothing explains, in words; None where the status is right, or another with a name."""
    true, said = dnssec.truth(domain), status(report)
    if said == true or any(said in one.said for one in named(name, mode, domain, true)):
        return None
    messages = [one["message"] for one in report["findings"] if one["code"].startswith("mx-")]
    return f"{domain}: {said}, not {true}: {messages}"


@pytest.mark.parametrize("name, mode", RUNS)
def test_statuses(name, mode, asked):
    """Every question has its true status, or another one for a reason."""
    reports = asked[name][0][mode]
    assert list(reports) == QUESTIONS + (MORE if mode == "validate" else [])
    wrong = [difference(name, mode, domain, report) for domain, report in reports.items()]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("name", resolvers.RESOLVERS)
def test_a_thousand_domains(name, asked):
    """None is unknown, and each is as it should be."""
    reports = asked[name][1]
    assert list(reports) == MAIL
    wrong = [(domain, one["summary"], one["findings"][:1]) for domain, one in reports.items()
             if (one["status"], one["senders"]["dane"]["outcome"]) != ("ok", "authenticated")]
    assert not wrong, f"{len(wrong)}: {wrong[:5]}"


def test_questions_are_enough():
    """Every kind of denial, alias, algorithm and bogusness, and none twice."""
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 80
    assert len(MAIL) >= 1000
    assert collections.Counter(map(dnssec.truth, QUESTIONS)).keys() == {
        "secure", "insecure", "bogus"}


# ---- The table ----

def rows():
    """{what is asked about: its questions}."""
    found = {"lab, on NSD": QUESTIONS}
    for zone, spec in dnssec.guest_zones():
        server = spec.server.partition("-")[2]
        denial = "narrow" if spec.narrow else spec.denial
        found[f"{spec.signer}, on {server}: {denial}"] = [f"{kind}.{zone}" for kind in dnssec.KINDS]
    return found


def cell(reports, name, mode, questions):
    """How many questions have the true status, and how many may have another, with a note each."""
    notes = {one: None for domain in questions
             for one in named(name, mode, domain, dnssec.truth(domain))}
    loose = sum(bool(named(name, mode, domain, dnssec.truth(domain))) for domain in questions)
    right = sum(status(reports[domain]) == dnssec.truth(domain) for domain in questions
                if not named(name, mode, domain, dnssec.truth(domain)))
    numbers = ", ".join(str(DIFFERENCES.index(one) + 1) for one in notes)
    return f"{right} + {loose} ({numbers})" if loose else f"{right}"


def line(cells):
    """A row of a table."""
    return "| " + " | ".join(cells) + " |"


def table(asked):
    """The lines of this Debian's table."""
    modes = [f"{name}, {mode}" for name, mode in RUNS]
    yield line(["signer and server", "questions", *modes])
    yield line(["---"] * (len(modes) + 2))
    for what, questions in rows().items():
        cells = [cell(asked[name][0][mode], name, mode, questions)
                 if questions[0] in asked[name][0][mode] else "" for name, mode in RUNS]
        yield line([what, str(len(questions)), *cells])
    counts = [f"{sum(one['status'] == 'ok' for one in asked[name][1].values())}"
              if mode == "validate" else "" for name, mode in RUNS]
    yield line(["domains with mail, ok", str(len(MAIL)), *counts])


def release():
    """The number of this Debian."""
    text = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    return re.search(r'^VERSION_ID="?(\d+)', text, re.MULTILINE).group(1)


def page(asked):
    """RESOLVERS.md with this Debian's table in its place."""
    text = TABLE.read_text(encoding="utf-8")
    notes = "\n".join(f"- ({number}) {one.resolver}, {one.mode}: {one.why}"
                      for number, one in enumerate(DIFFERENCES, 1))
    text = re.sub(r"(\n## Reasons\n\n).*", lambda found: found[1] + notes + "\n", text,
                  flags=re.DOTALL)
    return re.sub(rf"(\n## Debian {release()}\n\n).*?(\n\n## )",
                  lambda found: found[1] + "\n".join(table(asked)) + found[2], text,
                  flags=re.DOTALL)


def test_page(asked):
    """RESOLVERS.md says what came of it."""
    wanted = page(asked)
    if os.environ.get("MXDANE_RENEW_RESOLVERS"):
        TABLE.write_text(wanted, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == wanted
