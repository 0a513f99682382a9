"""Real mail servers, doing it right and getting it wrong."""

from scenarios.words import DEFERRED, RSA, bad, good
from world.programs import find, version
from world.spec import Cert, Host, Policy, Scenario, Server


def real(kind, *certs, **host):
    """A host that a real server serves."""
    return (Host(server=Server(kind, certs=certs or (Cert(),)), **host),)


def limited(name, kind, limit):
    """A server that takes one connection at a time: each kind of key is seen all the same."""
    about = f"{name} that takes one connection at a time"
    for key, cert in (("rsa", RSA), ("ecdsa", Cert())):
        yield Scenario(f"limited-{name}-{key}", f"{about}, with a certificate of one kind",
                       needs_root=True,
                       hosts=(Host(server=Server(kind, certs=(cert,), limits=(limit,))),),
                       expect=good(**{"hosts.0.endpoints.#": 2,
                                      "hosts.0.endpoints.*.key_type": key}))


def opensmtpd():
    """What OpenSMTPD does depends on its version."""
    if version(find("opensmtpd"), "-h") >= (7, 0):
        return Scenario("opensmtpd", "OpenSMTPD, which ends sessions without close_notify",
                        hosts=real("opensmtpd"), expect=good("tls-closed-early/info"))
    return Scenario("opensmtpd", "Debian 12's OpenSMTPD, whose TLS does not work with OpenSSL 3",
                    exit=2, hosts=real("opensmtpd"), needs_root=True,
                    expect={**DEFERRED, "hosts.0.endpoints.*.smtp.stage": "handshake",
                            "findings": ("tls-failed/critical",)})


SCENARIOS = [
    Scenario("postfix", "Postfix with an ECDSA certificate", hosts=real("postfix"),
             sts=Policy(), expect=good(**{"mta_sts.hosts.*.pkix": "valid",
                                          "hosts.0.endpoints.*.smtp.ehlo":
                                          "mx1.postfix.example"})),
    Scenario("postfix-both", "Postfix with an ECDSA and an RSA certificate",
             hosts=real("postfix", Cert(), RSA, tlsa=("3 1 1 leaf", "3 1 1 leaf2")),
             expect=good(**{"hosts.0.endpoints.#": 4})),
    Scenario("postfix-stale", "Postfix whose RSA certificate has no record", exit=2,
             hosts=real("postfix", Cert(), RSA),
             expect={"hosts.0.endpoints.key_type=ecdsa.dane.result": "verified",
                     "hosts.0.endpoints.key_type=rsa.dane.result": "mismatch",
                     "findings": ("dane-mismatch/critical", "dane-rollover-partial/critical",
                                  "dane-verified")}),
    *limited("postfix", "postfix", "smtpd_client_connection_count_limit=1"),
    *limited("postscreen", "postscreen", "postscreen_client_connection_count_limit=1"),
    *limited("exim", "exim", "1"),
    Scenario("rate-postfix", "Postfix that takes one connection a minute, with an RSA certificate",
             exit=3, needs_root=True,
             hosts=(Host(server=Server("postfix", certs=(RSA,), limits=(
                 "smtpd_client_connection_rate_limit=1",))),),
             expect={"hosts.0.endpoints.*.dane.result": "not-checked",
                     "senders.dane.outcome": "unknown", "findings": ("smtp-refused/unknown",)}),
    Scenario("exim", "Exim (GnuTLS) with an RSA certificate, usage 2",
             hosts=real("exim", RSA, tlsa=("2 1 1",)), expect=good()),
    Scenario("exim-broken", "Exim whose certificate was renewed", exit=2,
             hosts=real("exim", tlsa=("3 1 1 other",)),
             expect=bad("mismatch", "dane-mismatch/critical")),
    Scenario("chasquid", "chasquid (Go)", hosts=real("chasquid"), expect=good()),
    Scenario("chasquid-name", "chasquid with a certificate of another name, usage 2", exit=2,
             hosts=real("chasquid", Cert(names=("elsewhere.example",)), tlsa=("2 1 1",)),
             expect=bad("name-mismatch", "dane-name-mismatch/critical")),
    opensmtpd(),
]
