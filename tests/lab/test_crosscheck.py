"""The DANE verdicts of OpenSSL, Postfix and Exim on the scenarios, beside mxdane's."""

import datetime
import os

import dns.resolver
import pytest

import crosscheck
from differences import DIFFERENCES, EXIM_DIFFERENCES
from scenarios import load

VERDICTS = ("verified", "mismatch", "expired", "name-mismatch", "untrusted")
# With these mxdane does not do what a sender does.
UNLIKE_SENDERS = {"--at", "--mx", "--port", "--reserved", "-4", "-6", "--key-types"}
LIKE_SENDERS = [one for one in load() if not UNLIKE_SENDERS & set(one.args)]


def judged(report):
    """(host, endpoint) of every endpoint with a DANE verdict."""
    return [(host, endpoint) for host in report["hosts"] for endpoint in host["endpoints"]
            if endpoint["dane"]["result"] in VERDICTS]


def expanded(domain):
    """Where the domain's alias leads, if it is one."""
    try:
        answer = dns.resolver.resolve(f"{domain}.", "MX", raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return domain
    return answer.canonical_name.to_text(omit_final_dot=True)


@pytest.mark.parametrize("scenario", load(), ids=lambda scenario: scenario.name)
def test_openssl(scenario, runs):
    """openssl s_client accepts an endpoint exactly where mxdane says verified."""
    report = runs.result(scenario).report
    endpoints = judged(report)
    if not endpoints:
        pytest.skip("no endpoint with a DANE verdict")
    at = datetime.datetime.fromisoformat(report["judged_at"].replace("Z", "+00:00"))
    wrong = []
    for host, endpoint in endpoints:
        names = [host["tlsa"]["base"]]
        if report["mx"]["dnssec"] == "secure" or report["mx"]["kind"] == "given":
            names += [report["domain"], expanded(report["domain"])]
        records = crosscheck.tlsa_records(host["tlsa"]["owner"])
        accepted = crosscheck.openssl_verifies(endpoint, host["tlsa"]["base"],
                                               dict.fromkeys(names), records, at)
        ours = endpoint["dane"]["result"]
        if accepted != (ours == "verified"):
            wrong.append(f"{host['name']} {endpoint['address']} {endpoint['key_type']}: mxdane "
                         f"{ours}, OpenSSL {'accepts' if accepted else 'refuses'}")
    report_difference(scenario, wrong, tool_difference(scenario))


@pytest.mark.parametrize("scenario", LIKE_SENDERS, ids=lambda scenario: scenario.name)
def test_postfix(scenario, runs):
    """posttls-finger authenticates the first host exactly where mxdane says so."""
    report = runs.result(scenario).report
    if not report["hosts"] or not report["mx"]:
        pytest.skip("no MX host")
    first = report["hosts"][0]
    if any(host["preference"] == first["preference"] for host in report["hosts"][1:]):
        pytest.skip("Postfix takes hosts of one preference in any order")
    # Postfix takes addresses in any order, and the certificate that the server prefers.
    results = {endpoint["dane"]["result"] for endpoint in first["endpoints"]}
    if len(results) != 1 or report["findings"] and first["addresses"]["dnssec"] == "bogus":
        pytest.skip("the endpoints of the first host differ")
    said = crosscheck.posttls_finger(scenario.origin)
    wrong = []
    if said.authenticated != (results == {"verified"}):
        wrong.append(f"mxdane {results}, Postfix {said}")
    if said.lookup_failed != (first["tlsa"]["state"] in ("bogus", "failed")):
        wrong.append(f"mxdane TLSA {first['tlsa']['state']}, Postfix {said}")
    report_difference(scenario, wrong, tool_difference(scenario))


@pytest.mark.parametrize("scenario", LIKE_SENDERS, ids=lambda scenario: scenario.name)
def test_exim(scenario, runs):
    """Exim authenticates an address exactly where it is verified and refused_by does not name Exim."""
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        pytest.skip("Exim needs users that a lab without root does not have")
    report = runs.result(scenario).report
    if not report["hosts"] or not report["mx"]:
        pytest.skip("no MX host")
    ours = {}
    for host in report["hosts"]:
        for endpoint in host["endpoints"]:
            dane = endpoint["dane"]
            ours.setdefault(endpoint["address"], set()).add(
                report["mx"]["dnssec"] == "secure" and dane["result"] == "verified" and
                "exim" not in dane["refused_by"])
    theirs, text = crosscheck.exim(scenario.origin)
    # Where the certificates of an address differ, it takes the one that the server prefers.
    wrong = [f"{address}: mxdane {ours[address]}, Exim {authenticated}: {text}"
             for address, authenticated in theirs.items()
             if address in ours and ours[address] not in ({True, False}, {authenticated})]
    report_difference(scenario, wrong, EXIM_DIFFERENCES.get(scenario.name))


def tool_difference(scenario):
    """Why OpenSSL or Postfix says something else, if it may."""
    return scenario.crosscheck_differs or DIFFERENCES.get(scenario.name)


def report_difference(scenario, wrong, reason):
    """A difference must be announced, with its reason."""
    if wrong and reason:
        pytest.xfail(reason)
    assert not wrong, f"{scenario.about}\n" + "\n".join(wrong)
