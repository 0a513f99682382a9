"""No locale changes what the program says: neither the user's, nor one that a library takes for it."""

import datetime
import json
import re
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import locales
from conftest import BUILD, PROGRAM

# Nothing can be preloaded before the sanitizers' own libraries.
SANITIZED = b"__asan_init" in (BUILD / "src" / "mxdane").read_bytes()
PRELOADED = BUILD / "tests" / "unit" / "libset_locale.so"
# What no two runs share: times, and the id of an offered policy, which is one.
PASSING = re.compile(
    r'"checked_at":"[^"]+"|"elapsed_ms":\d+|id=\d{14}Z|checked \S+ in \d+ ms|time="?\d\.\d{3}'
    r'|timestamp="[^"]+"|check(?:_duration|_timestamp)_seconds{[^}]+} \d+(?:\.\d+)?')
# Letters that Turkish pairs otherwise, in every kind of word that a zone file may write small.
ZONE = """\
$origin info.example.
$ttl 1H
@ in soa ns1 admin 1 1D 1H 1W 1H
@ IN ns NS1.IN
ns1.in in a 192.0.2.1
@ in mx 10 MX1.INFO.example.
mx1 class1 A 192.0.2.2
mx1 in type28 \\# 16 20010db8000000000000000000000001
_25._TCP.mx1 in tlsa 2 0 1 %s
"""


@pytest.fixture(scope="module", name="environments")
def _environments(tmp_path_factory):
    return locales.make(tmp_path_factory.mktemp("locales"))


def _preloaded(variables):
    return locales.environment(variables, LD_PRELOAD=str(PRELOADED))


@pytest.mark.skipif(SANITIZED, reason="nothing goes before the sanitizer's library")
def test_the_locales_are_what_they_are_for(environments):
    """Where the C library is let, it takes no "I" for an "i", and no point for a decimal one."""
    script = ("import ctypes; c = ctypes.CDLL(None); b = ctypes.create_string_buffer(9); "
              "c.snprintf(b, 9, b'%.1f', ctypes.c_double(0.5)); "
              "print(c.strcasecmp(b'I', b'i') == 0, b.value.decode())")
    said = {name: subprocess.run([sys.executable, "-c", script], env=_preloaded(variables),
                                 check=True, capture_output=True, text=True, timeout=60).stdout
            for name, variables in environments.items()}
    assert said["C"] == said["C.UTF-8"] == "True 0.5\n"
    assert said["tr_TR.UTF-8"] == "False 0,5\n"
    assert said["de_DE.UTF-8"] == "True 0,5\n"


def _certificate(name, key, issuer_key, ca):
    """For a whole year around the test's date."""
    begin = datetime.datetime(2026, 7, 1)
    builder = x509.CertificateBuilder(
        ca, x509.Name([]) if name else ca, key.public_key(), x509.random_serial_number(), begin,
        begin + datetime.timedelta(365))
    builder = builder.add_extension(x509.BasicConstraints(not name, None), critical=True)
    if name:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module", name="proposed")
def _proposed(tmp_path_factory):
    """Zone and chain for a host whose certificate names it in capitals."""
    folder = tmp_path_factory.mktemp("proposed")
    key, ca_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Info")])
    anchor = _certificate(None, ca_key, ca_key, ca)
    (folder / "chain").write_bytes(_certificate("MX1.INFO.EXAMPLE", key, ca_key, ca) + anchor)
    digest = x509.load_pem_x509_certificate(anchor).fingerprint(hashes.SHA256()).hex()
    (folder / "zone").write_text(ZONE % digest, encoding="ascii")
    return ["--zone", folder / "zone", "--chain", folder / "chain", "--at", "2027-01-01T00:00:00Z"]


@pytest.mark.parametrize("name", locales.NAMES)
@pytest.mark.parametrize("output", ["json", "text", "nagios", "prometheus", "junit", "tlsa", "sarif", "github"])
def test_a_report(environments, proposed, name, output):
    """Of proposed data, with the user's locale and with one that was taken before main."""
    def run(variables):
        done = subprocess.run(
            [PROGRAM, *proposed, "-v", "--ehlo", "[ipv6:2001:db8::2]", "-r", "127.0.0.1@9",
             "--dnssec", "trust-ad", "-t", "2", "-o", output, "INFO.example"], env=variables,
            capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
            stdin=subprocess.DEVNULL)
        return done.returncode, PASSING.sub("", done.stdout), done.stderr

    symbols = "C" if name == "C" else "C.UTF-8"
    want = run(locales.environment(environments[symbols]))
    assert want[0] == 0 and want[2] == "", want
    assert {"json": '"verified"', "text": "OK  info.example", "nagios": "MXDANE OK"}.get(
        output, "info.example") in want[1]
    assert run(locales.environment(environments[name])) == want
    if not SANITIZED:
        assert run(_preloaded(environments[name])) == want


@pytest.mark.skipif(SANITIZED, reason="the tests cannot be given a locale")
@pytest.mark.parametrize("name", locales.NAMES[1:])  # meson runs them under C
def test_unit_tests(environments, name):
    """All of them, with the C library's functions as that locale has them."""
    listed = json.loads(subprocess.run(
        ["meson", "introspect", "--tests", str(BUILD)], check=True, capture_output=True, text=True,
        timeout=60).stdout)
    tests = [test for test in listed if "mxdane:unit" in test["suite"]]
    assert len(tests) > 40
    for test in tests:
        done = subprocess.run(test["cmd"], env=dict(_preloaded(environments[name]), **test["env"]),
                              capture_output=True, timeout=300, cwd=BUILD, check=False)
        assert done.returncode == 0, (test["name"], done.stderr[-2000:])
