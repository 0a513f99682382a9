"""Every bound of limit.h has a test that reaches it; and those that a file or two can reach."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# bound: the file of its test, and words that stand in it
TESTS = {
    "LIMIT_SMTP_LINE": ("tests/dialogue/line-4097.txt", "over 4096 octets"),
    "LIMIT_SMTP_REPLY_LINES": ("tests/dialogue/ehlo-101-lines.txt", "over 100 lines"),
    "LIMIT_FAREWELL_MS": ("tests/unit/smtp/test_probe.c", "LIMIT_FAREWELL_MS"),
    "LIMIT_RETRY_PAUSE_MS": ("tests/unit/smtp/test_probe_queue.c", "test_alone"),
    "LIMIT_DIALOGUE": ("tests/unit/smtp/test_smtp.c", "LIMIT_DIALOGUE"),
    "LIMIT_MX_HOSTS": ("tests/lab/scenarios/mx.py", '"mx-fifty"'),
    "LIMIT_HOST_ADDRESSES": ("tests/cli/test_whatif.py", "test_addresses_up_to_the_limit"),
    "LIMIT_DNS_MESSAGE": ("tests/unit/dns/test_wire_peek.c", "LIMIT_DNS_MESSAGE"),
    "LIMIT_NAME_POINTERS": ("tests/unit/dns/test_wire.c", "LIMIT_NAME_POINTERS"),
    "LIMIT_ALIAS_LINKS": ("tests/lab/test_bad_dns.py", '"links-17"'),
    "LIMIT_QUESTIONS_IN_FLIGHT": ("tests/lab/test_limits.py", "test_questions_grow_with_answers"),
    "LIMIT_CONNECTION_QUESTIONS": ("tests/lab/test_limits.py", "test_questions_on_one_resolver"),
    "LIMIT_CONNECTIONS": ("tests/lab/test_limits.py", "test_questions_grow_with_answers"),
    "LIMIT_FIRST_CONNECTIONS": ("tests/lab/test_limits.py", "test_questions_on_one_resolver"),
    "LIMIT_QUESTION_TRIES": ("tests/lab/test_limits.py", "test_tries"),
    "LIMIT_QUESTION_CUTS": ("tests/lab/test_pacing.py", "test_question_that_ends_each_connection"),
    "LIMIT_LOOKUPS_KEPT": ("tests/lab/test_limits.py", "test_more_names_than_are_remembered"),
    "LIMIT_SHARED_LOOKUPS_KEPT": ("tests/lab/test_counts.py", "test_more_hosts_than_are_remembered"),
    "LIMIT_ZONE_STATUSES_KEPT": ("tests/lab/test_limits.py", "test_more_names_than_are_remembered"),
    "LIMIT_SIGNATURE_TRIES": ("tests/unit/dnssec/test_validate.c", "LIMIT_SIGNATURE_TRIES"),
    "LIMIT_DENIAL_TRIES": ("tests/unit/dnssec/test_validate.c", "test_costly_denials"),
    "LIMIT_DS_KEYS": ("tests/unit/dnssec/test_keys.c", "LIMIT_DS_KEYS"),
    "LIMIT_SAME_TAG_KEYS": ("tests/unit/dnssec/test_keys.c", "LIMIT_SAME_TAG_KEYS"),
    "LIMIT_DENIALS_KEPT": ("tests/unit/dnssec/test_keys.c", "LIMIT_DENIALS_KEPT"),
    "LIMIT_DENIAL_OCTETS": ("tests/unit/dnssec/test_keys.c", "LIMIT_DENIAL_OCTETS"),
    "LIMIT_NSEC3_ITERATIONS": ("tests/lab/scenarios/dnssec.py", '"q-iterations-151"'),
    "LIMIT_EXTENDED_ERRORS": ("tests/unit/resolver/test_answer.c", "LIMIT_EXTENDED_ERRORS"),
    "LIMIT_EXTENDED_ERROR_TEXT": ("tests/unit/resolver/test_answer.c", "LIMIT_EXTENDED_ERROR_TEXT"),
    "LIMIT_REASON_MS": ("tests/lab/test_causes.py", "test_resolver_that_gives_no_reason_in_time"),
    "LIMIT_ZONE_SERVERS": ("tests/lab/test_authoritative.py", "test_more_servers_than_are_asked"),
    "LIMIT_SERVERS_ASKED": ("tests/lab/test_authoritative.py", "test_servers_asked_at_once"),
    "LIMIT_FAILURE_KEPT": ("tests/lab/test_limits.py", "test_failure_is_kept_for_a_minute"),
    "LIMIT_RESOLVERS": ("tests/unit/dns/test_resolv_conf.c", "LIMIT_RESOLVERS"),
    "LIMIT_ANCHOR_FILE": ("tests/cli/test_limits.py", "test_trust_anchor_file"),
    "LIMIT_RESOLV_CONF": ("tests/unit/dns/test_resolv_conf.c", "is too long"),
    "LIMIT_SENDER_RECORDS": ("tests/cli/test_whatif.py", "test_more_records_than_postfix_takes"),
    "LIMIT_CHAIN": ("tests/unit/smtp/test_tls_chain.c", "LIMIT_CHAIN"),
    "LIMIT_CERTIFICATE_MESSAGE": ("tests/unit/openssl/tls_senders_rows.h", "102,401 octets"),
    "LIMIT_SIGNATURES_KEPT": ("tests/unit/x509/test_certificate.c", "test_signatures_again"),
    "LIMIT_HANDSHAKE": ("tests/unit/smtp/test_tls_faults.c", "LIMIT_HANDSHAKE"),
    "LIMIT_DH_BITS": ("tests/unit/openssl/tls_openssl_rows.h", "DHE of 1016 bits"),
    "LIMIT_IGNORED_MESSAGES": ("tests/unit/smtp/test_tls_faults.c", "LIMIT_IGNORED_MESSAGES"),
    "LIMIT_PKIX_PATHS": ("tests/unit/x509/test_trust_store.c", "LIMIT_PKIX_PATHS"),
    "LIMIT_PKIX_STEPS": ("tests/unit/x509/test_trust_store.c", "LIMIT_PKIX_STEPS"),
    "LIMIT_PROBES_KEPT": ("tests/unit/smtp/test_probe_shared.c", "LIMIT_PROBES_KEPT"),
    "LIMIT_SILENT_ADDRESSES": ("tests/unit/smtp/test_probe_queue.c", "LIMIT_SILENT_ADDRESSES"),
    "LIMIT_POLICY_BODY": ("tests/lab/scenarios/mta_sts.py", '"sts-oversize"'),
    "LIMIT_POLICY_MAX_AGE": ("tests/unit/sts/test_sts.c", "31557601"),
    "LIMIT_PEM_FILE": ("tests/cli/test_limits.py", "test_pem_file"),
    "LIMIT_LIST_LINE": ("tests/unit/run/test_domain_source.c", "LIMIT_LIST_LINE"),
    "LIMIT_REMEMBERED_DOMAINS": ("tests/lab/test_limits.py", "test_more_names_than_are_remembered"),
    "LIMIT_BASELINE_REPORT": ("tests/cli/test_limits.py", "test_baseline_report"),
    "LIMIT_DOMAINS_ASKED_ON": ("tests/lab/test_causes.py", "test_connection_without_sni_in_runs_of_few_domains"),
    "LIMIT_REPEAT": ("tests/unit/cli/test_options.c", '"--repeat 101 a"'),
    "LIMIT_DOMAIN_LOOKUPS": ("tests/lab/test_starvation.py", "test_questions_of_a_slow_domain"),
    "LIMIT_DOMAIN_SHARE": ("tests/lab/test_starvation.py", "test_connections_of_a_slow_domain"),
    "LIMIT_HELD_BACK": ("tests/lab/test_limits.py", "test_domains_held_back"),
    "LIMIT_PARKED": ("tests/lab/test_counts.py", "test_parked_domains_are_bounded"),
    "LIMIT_OWN_DESCRIPTORS": ("tests/lab/test_machine.py", "test_few_files_change_no_verdict"),
    "LIMIT_LEAST_DESCRIPTORS": ("tests/cli/test_process.py", "test_enough_files"),
    "LIMIT_HOSTS_FILE": ("tests/lab/test_limits.py", "test_hosts_file"),
    "LIMIT_ZONE_BYTES": ("tests/cli/test_limits.py", "test_zone_file"),
    "LIMIT_ZONE_FILES": ("tests/unit/zone/test_zone_file.c", "LIMIT_ZONE_FILES"),
    "LIMIT_ZONE_DEPTH": ("tests/unit/zone/test_zone_file.c", "LIMIT_ZONE_DEPTH"),
    "LIMIT_ZONE_GENERATED": ("tests/unit/zone/test_zone_generate.c", "LIMIT_ZONE_GENERATED"),
    "LIMIT_ZONE_TOKENS": ("tests/unit/zone/test_zone_rdata.c", "LIMIT_ZONE_TOKENS"),
    "LIMIT_ZONE_RRSET": ("tests/unit/zone/test_zone_nodes.c", "LIMIT_ZONE_RRSET"),
}


def test_every_bound_has_its_test():
    bounds = re.findall(r"^\t(LIMIT_\w+) =", (ROOT / "src/base/limit.h").read_text(), flags=re.M)
    assert sorted(bounds) == sorted(TESTS)


@pytest.mark.parametrize("bound", TESTS)
def test_the_test_is_there(bound):
    file, words = TESTS[bound]
    assert words in (ROOT / file).read_text()


@pytest.mark.parametrize("bound", TESTS)
def test_the_bound_is_used(bound):
    assert any(re.search(rf"\b{bound}\b", path.read_text())
               for path in (ROOT / "src").glob("*/*.[ch]") if path.name != "limit.h")


def test_trust_anchor_file(mxdane, tmp_path):
    anchor = tmp_path / "root.key"
    record = ". IN DS 12345 13 2 " + "ab" * 32 + "\n"
    for size, refused in ((256 * 1024, False), (256 * 1024 + 1, True)):
        anchor.write_text(record + ";" * (size - len(record)))
        done = mxdane("--trust-anchor", str(anchor), "--resolver", "127.0.0.1", "a..b")
        assert (done.returncode, "File too large" in done.stderr) == (3, refused), done.stderr


def test_baseline_report(mxdane, tmp_path):
    earlier = tmp_path / "earlier"
    for size, refused in ((64 * 1024 * 1024, False), (64 * 1024 * 1024 + 1, True)):
        head, tail = '{"schema":2,"domain":"a..b","findings":[],"mx":"', '"}'
        earlier.write_text(head + "x" * (size - len(head + tail)) + tail)
        done = mxdane("-o", "json", "--resolver", "127.0.0.1", "--baseline", str(earlier), "a..b")
        assert (done.returncode, "a report of more than 67108864 octets" in done.stderr) == (3, refused), done.stderr
        assert refused == (not done.stdout)


def test_zone_file(mxdane, tmp_path):
    zone = tmp_path / "zone"
    for size, refused in ((64 << 20, False), (64 << 20 | 1, True)):
        with zone.open("wb") as file:
            file.write(b";" * size)
        done = mxdane("--zone", str(zone), "--resolver", "127.0.0.1", "a..b")
        assert (done.returncode, "over 64 MiB" in done.stderr) == (3, refused), done.stderr


@pytest.mark.parametrize("option", ["--chain", "--ca-file"])
def test_pem_file(mxdane, tmp_path, option):
    pem = tmp_path / "chain.pem"
    for size, said in ((16 << 20, "no PEM certificate"), (16 << 20 | 1, "File too large")):
        pem.write_bytes(b"#" * size)
        done = mxdane(option, str(pem), "--resolver", "127.0.0.1", "good.example")
        assert done.returncode == 3 and said in done.stderr, done.stderr
    done = mxdane(option, "/dev/zero", "--resolver", "127.0.0.1", "good.example")
    assert done.returncode == 3 and done.stderr.endswith(": File too large\n"), done.stderr
