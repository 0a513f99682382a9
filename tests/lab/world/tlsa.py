"""TLSA records in the words of the scenarios.

"USAGE SELECTOR TYPE [WHAT]", where WHAT is one of
    leaf       the first certificate that the host's first server shows (usage 3: the default)
    leaf2 …    its second certificate, and so on
    issuer     what issued the first certificate (usage 2: the default)
    other      a certificate that is nowhere shown
    NAME       an authority of scenarios/authorities.py
    hex:DATA   these octets; "hex:" alone is empty data
    cut        the right data without its last octet
"""

import hashlib

from world.pki import der, spki
from world.spec import Cert


def record(words, shown, pki):
    """The rdata, in the generic form of RFC 3597 so that nothing refuses bad ones.

    `shown` is the list of certificates (Issued) of the host's first server.
    """
    usage, selector, mtype, *what = words.split()
    what = what[0] if what else ("issuer" if usage in ("0", "2") else "leaf")
    data = _data(what, int(selector), int(mtype), shown, pki)
    octets = bytes((int(usage), int(selector), int(mtype))) + data
    return f"\\# {len(octets)} {octets.hex()}"


def _data(what, selector, mtype, shown, pki):
    if what.startswith("hex:"):
        return bytes.fromhex(what[4:])
    if what == "cut":
        return _data("leaf", selector, mtype, shown, pki)[:-1]
    certificate = _certificate(what, shown, pki)
    octets = spki(certificate) if selector == 1 else der(certificate)
    if mtype == 0:
        return octets
    return (hashlib.sha512 if mtype == 2 else hashlib.sha256)(octets).digest()


def _certificate(what, shown, pki):
    if what == "other":
        return pki.issue(Cert(), "other.example", "other").certificate
    if what == "issuer":
        issuer = shown[0].issuer
        return (shown[0] if issuer == "self" else pki.authority(issuer)).certificate
    if what.startswith("leaf"):
        return shown[int(what[4:] or 1) - 1].certificate
    return pki.authority(what).certificate
