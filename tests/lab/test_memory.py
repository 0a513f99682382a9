"""No memory left in the middle of real lookups, handshakes and fetches: the program stops, and no
server is blamed for it."""

import os
import sys

import pytest

import checker

sys.path.append(str(checker.REPOSITORY / "tests" / "cli"))
from failing_memory import Starved  # noqa: E402

pytestmark = pytest.mark.skipif(checker.sanitized(), reason="AddressSanitizer ends the program by itself")
RESOLVER = os.environ.get("LAB_RESOLVER", "")
OVER_TLS = f"tls://{RESOLVER}#{os.environ.get('LAB_RESOLVER_NAME', '')}"


@pytest.mark.parametrize("arguments", [
    ["good.example"],
    ["-r", OVER_TLS, "--dnssec", "trust-ad", "broken.example"],
    ["-r", RESOLVER, "--dnssec", "trust-ad", "sts-only.example"],
], ids=["validated", "over TLS", "MTA-STS"])
def test_failed_allocation_stops_the_program(tmp_path, arguments):
    starved = Starved(tmp_path, "--output", "json", *arguments)
    assert starved.out and starved.status < 3, starved.error
    assert not starved.wrong(first=0, sampled=50)
