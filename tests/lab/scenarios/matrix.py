"""Usage × selector × matching type × shape of the chain, every cell of it.

One domain for each shape, one host for each cell.  What a cell must give is
worked out from the shape alone (RFC 7671 §5): usage 3 always matches its leaf;
usage 2 needs the anchor sent, unless the record itself holds it, and a path.
"""

from itertools import product

from scenarios.words import DIFFERS, SELF
from world.spec import Cert, Host, Scenario, Server

MTYPES = {0: "full", 1: "sha256", 2: "sha512"}
LOW = "private-low"
CHAIN = (LOW, "private-mid", "private")

# shape: (certificate, anchor of usage 2, result of digests, of 2 0 0, of 2 1 0)
SHAPES = {
    "leaf": (Cert(issuer=LOW, chain=()), LOW, "mismatch", "verified", "verified"),
    "issuer": (Cert(issuer=LOW, chain=(LOW,)), LOW, "verified", "verified", "verified"),
    "whole": (Cert(issuer=LOW, chain=CHAIN), "private", "verified", "verified", "verified"),
    "unrooted": (Cert(issuer=LOW, chain=CHAIN[:2]), "private", "mismatch", "verified",
                 "verified"),
    "middle": (Cert(issuer=LOW, chain=CHAIN), "private-mid", "verified", "verified", "verified"),
    "disorder": (Cert(issuer=LOW, chain=CHAIN[::-1]), "private", "verified", "verified",
                 "verified"),
    "appended": (Cert(issuer="stranger", chain=("stranger", "private")), "private", "untrusted",
                 "untrusted", "untrusted"),
    "misnamed": (Cert(names=("elsewhere.example",), issuer=LOW, chain=CHAIN), "private",
                 "name-mismatch", "name-mismatch", "name-mismatch"),
    "expired": (Cert(days=(-100, -10), issuer=LOW, chain=CHAIN), "private", "expired",
                "expired", "expired"),
    "self": (SELF, "leaf", "mismatch", "mismatch", "verified"),
}

CODES = {"mismatch": "dane-mismatch", "untrusted": "dane-untrusted",
         "name-mismatch": "dane-name-mismatch", "expired": "dane-expired"}


def result(shape, usage, selector, mtype):
    """What mxdane must say of one cell."""
    _, _, digest, certificate, key = SHAPES[shape]
    if usage == 3:
        return "verified"
    if mtype != 0:
        return digest
    return key if selector == 1 else certificate


def scenario(shape):
    """The domain with every cell of one shape."""
    certificate, anchor, digest, *_ = SHAPES[shape]
    expect, hosts, codes = {}, [], {"dane-verified"}
    for usage, selector, mtype in product((2, 3), (0, 1), MTYPES):
        name = f"u{usage}s{selector}{MTYPES[mtype]}"
        words = f"{usage} {selector} {mtype} {anchor if usage == 2 else 'leaf'}"
        hosts.append(Host(name, tlsa=(words,), server=Server(certs=(certificate,)),
                          addresses="4"))
        verdict = result(shape, usage, selector, mtype)
        host = f"hosts.name={name}:matrix-{shape}:example"
        expect[f"{host}.endpoints.*.dane.result"] = verdict
        expect[f"{host}.tlsa.state"] = "usable"
        codes |= {CODES[verdict]} if verdict in CODES else set()
        # Verified though no digest would match: by an anchor that is not sent above the leaf.
        codes |= {DIFFERS} if usage == 2 and verdict == "verified" and digest == "mismatch" else set()
        codes |= {"tlsa-weak-ta/warning"} if (usage, mtype) == (2, 0) else set()
    failed = any(value in CODES for value in expect.values())
    return Scenario(f"matrix-{shape}", f"every TLSA record against the chain shape {shape}",
                    hosts=tuple(hosts), exit=2 if failed else 1,
                    expect={**expect, "findings": tuple(sorted(codes))})


SCENARIOS = [scenario(shape) for shape in SHAPES]
