"""Expectations and certificates that many scenarios share."""

from world.spec import Cert, Zone

VERIFIED = {"hosts.*.endpoints.*.dane.result": "verified",
            "senders.dane.outcome": "authenticated"}
MISMATCH = {"hosts.*.endpoints.*.dane.result": "mismatch", "senders.dane.outcome": "deferred"}
UNUSABLE = {"hosts.*.tlsa.state": "unusable", "hosts.*.endpoints.*.dane.result": "unusable",
            "senders.dane.outcome": "encrypted"}
NO_DANE = {"hosts.*.endpoints.*.dane.result": "none", "senders.dane.outcome": "encrypted"}
NOT_CHECKED = {"hosts.*.endpoints.*.dane.result": "not-checked"}
DEFERRED = {**NOT_CHECKED, "senders.dane.outcome": "deferred"}
# Nothing about the server could be seen.
UNSEEN = {**NOT_CHECKED, "senders.dane.outcome": "unknown"}

# Beside dane-verified: not by every sender.
DIFFERS = "dane-sender-differs/warning"

UNSIGNED = Zone(algorithm=None)

RSA = Cert(key="rsa", issuer="rsa-intermediate", chain=("rsa-intermediate",))
SELF = Cert(issuer="self", chain=(), ca=None)
PRIVATE = Cert(issuer="private-mid", chain=("private-mid", "private"))
MISNAMED = Cert(names=("elsewhere.example",))
EXPIRED = Cert(days=(-100, -10))
NOT_YET = Cert(days=(10, 100))


def good(*findings, **paths):
    """All endpoints verified; `findings` beside that."""
    return {**VERIFIED, **paths, "findings": ("dane-verified", *findings)}


def refused_by(*senders):
    """For good(): the senders that do not authenticate an endpoint all the same."""
    return {"hosts.*.endpoints.*.dane.refused_by": list(senders)}


def bad(result, *findings):
    """All endpoints with this result, so DANE senders defer."""
    return {"hosts.*.endpoints.*.dane.result": result, "senders.dane.outcome": "deferred",
            "findings": findings}
