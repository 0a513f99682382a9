"""The DANE verdicts of OpenSSL and Postfix on the scenarios, beside mxdane's."""

import datetime

import dns.resolver
import pytest

import crosscheck
from differences import DIFFERENCES
from scenarios import load

VERDICTS = ("verified", "mismatch", "expired", "name-mismatch", "untrusted")
# With these mxdane does not do what a sender does.
UNLIKE_SENDERS = {"--at", "--mx", "--port", "--reserved", "-4", "-6", "--key-types"}


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
    report_difference(scenario, wrong)


@pytest.mark.parametrize("scenario", [one for one in load()
                                      if not UNLIKE_SENDERS & set(one.args)],
                         ids=lambda scenario: scenario.name)
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
    report_difference(scenario, wrong)


def report_difference(scenario, wrong):
    """A difference must be announced, with its reason."""
    reason = scenario.crosscheck_differs or DIFFERENCES.get(scenario.name)
    if wrong and reason:
        pytest.xfail(reason)
    assert not wrong, f"{scenario.about}\n" + "\n".join(wrong)
