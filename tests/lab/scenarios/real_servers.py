"""Real mail servers, doing it right and getting it wrong."""

from world.spec import Cert, Host, Scenario, Server

RSA = Cert(key="rsa", issuer="rsa-intermediate", chain=("rsa-intermediate",))

SCENARIOS = [
    Scenario("postfix", "Postfix with an ECDSA certificate",
             hosts=(Host(server=Server("postfix")),)),
    Scenario("postfix-both", "Postfix with an ECDSA and an RSA certificate",
             hosts=(Host(server=Server("postfix", certs=(Cert(), RSA)),
                         tlsa=("3 1 1 leaf", "3 1 1 leaf2")),)),
    Scenario("exim", "Exim (GnuTLS) with an RSA certificate, usage 2",
             hosts=(Host(server=Server("exim", certs=(RSA,)), tlsa=("2 1 1",)),)),
    Scenario("chasquid", "chasquid (Go)", hosts=(Host(server=Server("chasquid")),)),
    Scenario("opensmtpd", "Debian 12's OpenSMTPD, whose TLS is broken",
             hosts=(Host(server=Server("opensmtpd")),)),
]
