"""What Postfix takes and another sender does not: the verdict stays verified, `refused_by` names it."""

from scenarios.words import good
from world.spec import Cert, Host, Scenario, Server


def usages(name, about, key, usage, habits=(), tls=("1.2", "1.3")):
    """Usage 3 with a certificate that has these keyUsage bits."""
    return Scenario(name, about, hosts=(Host(server=Server(
        certs=(Cert(key=key, usage=usage),), habits=habits, tls=tls)),), expect=good())


RSA_KEY = ("key_encipherment",)
OLD = ("1.2", "1.2")

SCENARIOS = [
    usages("usage-ecdsa", "keyAgreement alone, TLS 1.3", "ecdsa", ("key_agreement",)),
    usages("usage-rsa", "keyEncipherment alone, TLS 1.3", "rsa", RSA_KEY),
    usages("usage-rsa-old", "keyEncipherment alone, TLS 1.2", "rsa", RSA_KEY, tls=OLD),
    usages("usage-rsa-exchange", "keyEncipherment alone, RSA key exchange", "rsa", RSA_KEY,
           ("rsa-exchange",), OLD),
    usages("usage-rsa-exchange-sign", "digitalSignature alone, RSA key exchange", "rsa",
           ("digital_signature",), ("rsa-exchange",), OLD),
    usages("usage-rsa-exchange-both", "both, RSA key exchange", "rsa",
           ("digital_signature", "key_encipherment"), ("rsa-exchange",), OLD),
    usages("usage-rsa-exchange-none", "no keyUsage, RSA key exchange", "rsa", None,
           ("rsa-exchange",), OLD),
    usages("usage-rsa-none", "no keyUsage", "rsa", None),
    usages("usage-ed448", "Ed448", "ed448", None),
    usages("usage-ed448-sign", "Ed448, digitalSignature", "ed448", ("digital_signature",)),
    usages("usage-ed25519-no", "Ed25519, keyAgreement", "ed25519", ("key_agreement",)),
    Scenario("alias-domain-name", "alias, only the domain's name in the certificate", exit=1,
             mx=("10 mx1",), records=("mx1 CNAME real",),
             hosts=(Host("real", tlsa=("2 0 1 private",), server=Server(certs=(
                 Cert(issuer="private-mid", chain=("private-mid", "private"),
                      names=("alias-domain-name.example",)),))),),
             expect=good("mx-target-alias/warning")),
    Scenario("unsent-200", "2 0 0 of an unsent anchor",
             hosts=(Host(tlsa=("2 0 0 private",), server=Server(certs=(Cert(issuer="private-mid", chain=("private-mid",)),))),), expect=good("tlsa-weak-ta/warning"), exit=1),
    Scenario("unsent-210", "2 1 0 of an unsent anchor",
             hosts=(Host(tlsa=("2 1 0 private",), server=Server(certs=(Cert(issuer="private-mid", chain=("private-mid",)),))),), expect=good("tlsa-weak-ta/warning"), exit=1),
    Scenario("both-usages", "a certificate for the domain, by usage 2, and usage 3 beside it",
             hosts=(Host(tlsa=("2 0 1 private", "3 1 1"), server=Server(certs=(Cert(issuer="private-mid", chain=("private-mid", "private"), names=("both-usages.example",)),))),), expect=good()),
    Scenario("both-usages-other", "a certificate for the domain, by usage 2, and another usage 3",
             hosts=(Host(tlsa=("2 0 1 private", "3 1 1 other"), server=Server(certs=(Cert(issuer="private-mid", chain=("private-mid", "private"), names=("both-usages-other.example",)),))),), expect=good()),
]
