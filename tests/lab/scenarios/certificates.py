"""Certificates under usage 3 and usage 2 (RFC 7671 §5, RFC 7672 §3)."""

from scenarios.words import DIFFERS, EXPIRED, MISNAMED, NOT_YET, SELF, UNSIGNED, bad, good, refused_by
from world.spec import Cert, Host, Scenario, Server, Zone


def ee(name, about, cert, *findings, **more):
    """Usage 3: accepted whatever else the certificate says."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(server=Server(certs=(cert,))),), exit=int(warned),
                    expect=good(*findings), **more)


def ta(name, about, cert, tlsa, *findings, **more):
    """Usage 2, accepted."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(tlsa=(tlsa,), server=Server(certs=(cert,))),),
                    exit=int(warned), expect=good(*findings), **more)


def refused(name, about, cert, tlsa, result, *findings, **more):
    """Usage 2, refused with this result."""
    code = {"mismatch": "dane-mismatch", "expired": "dane-expired",
            "name-mismatch": "dane-name-mismatch", "untrusted": "dane-untrusted"}[result]
    return Scenario(name, about, hosts=(Host(tlsa=(tlsa,), server=Server(certs=(cert,))),),
                    exit=2, expect=bad(result, f"{code}/critical", *findings), **more)


def at(name, about, domain, status, *args):
    """A domain of usage 2 that stands above, on another day or with other limits."""
    found = status or "--ignore" in args
    return Scenario(name, about, domain=f"{domain}.example", zone=None, hosts=(), exit=status,
                    args=args, expect=good(*("cert-expiring/warning",) * bool(found)))


def private(names=None, **more):
    """A leaf of the private authority "private-mid", with its whole chain."""
    return Cert(issuer="private-mid", chain=("private-mid", "private"), names=names, **more)


TOP = "2 0 1 private"

EE = [
    ee("ee-self", "self-signed, as home-made certificates are", SELF, "cert-pkix-ignored/info"),
    ee("ee-expired", "expired", EXPIRED, "cert-expired-ignored/info"),
    ee("ee-future", "not valid yet", NOT_YET),
    ee("ee-misnamed", "of another name", MISNAMED, "cert-pkix-ignored/info"),
    ee("ee-nameless", "of no name at all", Cert(names=(), chain=())),
    ee("ee-eku", "for TLS clients alone", Cert(eku=("client",))),
    ee("ee-key-usage", "self-signed with keyCertSign alone",
       Cert(issuer="self", chain=(), ca=True, usage=("key_cert_sign",)), DIFFERS),
    ee("ee-chainless", "the leaf alone is sent", Cert(chain=())),
    ee("ee-chain-wrong", "a chain of strangers is sent with it", Cert(chain=("stranger",))),
    ee("ee-p384", "P-384", Cert(key="p384")),
    ee("ee-p521", "P-521", Cert(key="p521")),
    ee("ee-ed25519", "Ed25519", Cert(key="ed25519")),
    ee("ee-rsa1024", "a small RSA key", Cert(key="rsa1024"), "cert-weak/warning"),
    ee("ee-sha1", "a SHA-1 signature", Cert(hash="sha1"), "cert-weak/warning"),
    Scenario("ee-issuer", "usage 3 with the digest of the issuer: only the leaf can match", exit=2,
             hosts=(Host(tlsa=("3 1 1 intermediate",)),),
             expect=bad("mismatch", "dane-mismatch/critical")),
    Scenario("ee-soon", "usage 3 does not care about an end near by",
             hosts=(Host(server=Server(certs=(Cert(days=(-80, 5)),))),), expect=good()),
    Scenario("ee-at", "usage 3 does not care about the date", domain="ee-soon.example", zone=None,
             hosts=(), args=("--at", "+30d"), expect=good("cert-expired-ignored/info")),
]

NAMES = [
    ta("name-host", "the MX host's name", private(), TOP),
    ta("name-case", "in other letter case", private(("MX1.Name-Case.EXAMPLE",)), TOP),
    ta("name-info", "in capitals that Turkish pairs otherwise",
       private(("MX1.NAME-INFO.EXAMPLE",)), TOP),
    ta("name-domain", "the domain's name: the second reference identifier",
       private(("name-domain.example",)), TOP, DIFFERS),
    ta("name-second", "the right name is one of several",
       private(("a.example", "b.example", "mx1.name-second.example")), TOP),
    ta("name-wildcard", "a wildcard of one label", private(("*.name-wildcard.example",)), TOP),
    ta("name-common", "a common name, no dNSName",
       private((), cn="mx1.name-common.example"), TOP, DIFFERS),
    ta("name-common-address", "a common name beside an iPAddress",
       private((), cn="mx1.name-common-address.example", addresses=("20.25.0.81",)), TOP,
       DIFFERS),
    refused("name-wrong", "another name", private(("elsewhere.example",)), TOP, "name-mismatch"),
    refused("name-common-hidden", "a fitting common name beside a foreign dNSName",
            private(("elsewhere.example",), cn="mx1.name-common-hidden.example"), TOP,
            "name-mismatch"),
    refused("name-wildcard-two", "a wildcard for two labels",
            private(("*.example",)), TOP, "name-mismatch"),
    refused("name-wildcard-part", "a wildcard in part of a label",
            private(("mx*.name-wildcard-part.example",)), TOP, "name-mismatch"),
    refused("name-wildcard-tail", "a wildcard with more behind it in its label",
            private(("*1.name-wildcard-tail.example",)), TOP, "name-mismatch"),
    refused("name-wildcard-inner", "a wildcard in the second label",
            private(("mx1.*.example",)), TOP, "name-mismatch"),
    refused("name-suffix", "the host's name is only the end of the certificate's",
            private(("x.mx1.name-suffix.example",)), TOP, "name-mismatch"),
    refused("name-prefix", "the host's name is only the beginning of the certificate's",
            private(("mx1.name-prefix.example.org",)), TOP, "name-mismatch"),
    refused("name-nul", "the host's name, a NUL, and more",
            private(("mx1.name-nul.example\0.evil.example",)), TOP, "name-mismatch"),
    refused("name-address", "the host's address in place of its name",
            private((), cn="someone", addresses=("20.25.0.81",)), TOP, "name-mismatch"),
    Scenario("name-domain-unsigned", "the domain's name does not count where MX is unsigned",
             exit=2, zone=UNSIGNED, zones=(("name-domain-provider.example", Zone()),),
             hosts=(Host("mx1.name-domain-provider.example.", tlsa=(TOP,), server=Server(
                 certs=(private(("name-domain-unsigned.example",)),))),),
             expect={"hosts.0.endpoints.*.dane.result": "name-mismatch",
                     "senders.dane.outcome": "deferred",
                     "findings": ("mx-insecure/critical", "dane-name-mismatch/critical")}),
    Scenario("name-host-unsigned", "the host's name counts there all the same",
             exit=2, zone=UNSIGNED, domain="name-host-unsigned.example",
             zones=(("name-host-provider.example", Zone()),),
             hosts=(Host("mx1.name-host-provider.example.", tlsa=(TOP,),
                         server=Server(certs=(private(),))),),
             expect={"hosts.0.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "encrypted",
                     "findings": ("mx-insecure/critical", "dane-verified")}),
    Scenario("name-expanded-domain", "the domain is an alias: the target's name counts too", exit=1,
             domain="mail.name-expanded-domain.example", zone=None,
             zones=(("name-expanded-domain.example",
                     Zone(records=("mail CNAME real", "real MX 10 mx1"))),),
             hosts=(Host("mx1.name-expanded-domain.example.", tlsa=(TOP,), server=Server(
                 certs=(private(("real.name-expanded-domain.example",)),))),),
             expect=good(DIFFERS, **refused_by("exim"))),
    Scenario("name-alias-target", "the MX host is an alias: the target's name counts", exit=1,
             mx=("10 mx1",), records=("mx1 CNAME real",),
             hosts=(Host("real", tlsa=(TOP,), server=Server(certs=(private(),))),),
             expect=good("mx-target-alias/warning",
                         **{"hosts.0.tlsa.base": "real.name-alias-target.example"})),
    Scenario("name-alias-unexpanded", "the MX host is an alias: its own name does not count",
             exit=2, mx=("10 mx1",), records=("mx1 CNAME real",),
             hosts=(Host("real", tlsa=(TOP,), server=Server(certs=(
                 private(("mx1.name-alias-unexpanded.example",)),))),),
             expect=bad("name-mismatch", "dane-name-mismatch/critical",
                        "mx-target-alias/warning")),
]

DATES = [
    refused("ta-leaf-expired", "the leaf has expired", private(days=(-100, -10)), TOP, "expired"),
    refused("ta-leaf-future", "the leaf is not valid yet", private(days=(10, 90)), TOP, "expired"),
    refused("ta-between-expired", "a certificate between leaf and anchor has expired",
            Cert(issuer="expired-mid", chain=("expired-mid", "private")), TOP, "expired"),
    refused("ta-anchor-expired", "the anchor, self-signed, has expired",
            Cert(issuer="expired", chain=("expired",)), "2 0 1 expired", "expired"),
    refused("ta-anchor-mid-expired", "the anchor, an intermediate, has expired",
            Cert(issuer="expired-mid", chain=("expired-mid", "private")), "2 0 1 expired-mid",
            "expired", crosscheck_differs="OpenSSL ignores the dates of an anchor that is not "
            "self-signed (RFC 7671 §5.2 does not)"),
    ta("ta-above-expired", "what stands above the anchor does not matter",
       Cert(issuer="under-expired", chain=("under-expired", "expired")), "2 0 1 under-expired"),
    ta("ta-leaf-soon", "the leaf ends soon", private(days=(-80, 5)), TOP, "cert-expiring/warning"),
    ta("ta-short-lived", "issued for six days, with two and a half left",
       private(days=(-3.5, 2.5)), TOP),
    ta("ta-short-late", "issued for six days, with one left", private(days=(-5, 1)), TOP,
       "cert-expiring/warning"),
    ta("ta-mid-soon", "a certificate between leaf and anchor ends soon",
       Cert(issuer="soon-mid", chain=("soon-mid", "private")), TOP, "cert-expiring/warning"),
    at("ta-soon-reached", "--warn-days is just reached", "ta-leaf-soon", 1, "--warn-days", "5"),
    at("ta-soon-not-yet", "--warn-days is just not reached", "ta-leaf-soon", 0, "--warn-days", "4"),
    at("ta-soon-ignored", "the finding does not count", "ta-mid-soon", 0, "--ignore",
       "cert-expiring"),
    at("ta-in-65-days", "15 days left in 65", "name-host", 0, "--at", "+65d"),
    at("ta-in-66-days", "14 days left in 66", "name-host", 1, "--at", "+66d"),
    Scenario("ta-at", "today right, in 100 days not", domain="name-host.example", zone=None,
             hosts=(), exit=2, args=("--at", "+100d"),
             expect=bad("expired", "dane-expired/critical")),
]

PATHS = [
    ta("ta-middle", "the anchor is an intermediate", private(), "2 0 1 private-mid"),
    ta("ta-middle-deep", "the anchor has two certificates above it",
       Cert(issuer="private-low", chain=("private-low", "private-mid", "private")),
       "2 1 1 private-low"),
    ta("ta-top-deep", "the anchor is three certificates up",
       Cert(issuer="private-low", chain=("private-low", "private-mid", "private")), TOP),
    ta("ta-disorder", "the chain comes in the wrong order",
       Cert(issuer="private-low", chain=("private", "private-low", "private-mid")), TOP),
    ta("ta-extras", "strangers stand among the chain",
       Cert(issuer="private-mid", chain=("stranger", "private-mid", "root", "private")), TOP),
    refused("ta-gap", "the certificate between leaf and anchor is not sent",
            Cert(issuer="private-mid", chain=("private",)), TOP, "untrusted"),
    refused("ta-appended", "the anchor is appended to a foreign chain",
            Cert(issuer="stranger", chain=("stranger", "private")), TOP, "untrusted"),
    refused("ta-appended-self", "the anchor is appended to a self-signed leaf",
            Cert(issuer="self", chain=("private",), ca=None), TOP, "untrusted"),
    refused("ta-impostor", "signed in the anchor's name with another key",
            Cert(issuer="impostor", chain=("private",)), TOP, "untrusted"),
    refused("ta-impostor-both", "the impostor's certificate is sent as well",
            Cert(issuer="impostor", chain=("impostor", "private")), TOP, "untrusted"),
    refused("ta-no-ca", "an end-entity certificate signed the leaf",
            Cert(issuer="no-ca", chain=("no-ca", "private")), TOP, "untrusted"),
    refused("ta-no-sign", "an authority without keyCertSign signed the leaf",
            Cert(issuer="no-sign", chain=("no-sign", "private")), TOP, "untrusted"),
    refused("ta-path-length", "the path is longer than the anchor allows",
            Cert(issuer="one-level-mid", chain=("one-level-mid", "one-level")),
            "2 0 1 one-level", "untrusted"),
    ta("ta-below-limit", "the limit of a certificate above the anchor does not matter",
       Cert(issuer="one-level-mid", chain=("one-level-mid", "one-level")),
       "2 0 1 one-level-mid"),
    refused("ta-fenced", "the anchor's name constraints forbid the leaf's name",
            Cert(issuer="fenced", chain=("fenced",)), "2 0 1 fenced", "untrusted"),
    refused("ta-eku-client", "the leaf is for TLS clients alone", private(eku=("client",)), TOP,
            "untrusted"),
    refused("ta-eku-any", "the leaf's extended key usage is anyExtendedKeyUsage alone",
            private(eku=("any",)), TOP, "untrusted"),
    ta("ta-eku-none", "the leaf has no extended key usage", private(eku=None), TOP),
    ta("ta-cross-right", "cross-signed: the path to the anchor is sent first",
       Cert(issuer="cross-a", chain=("cross-a", "private", "cross-b", "stranger")), TOP),
    refused("ta-cross-wrong", "cross-signed: the path to another root is sent first",
            Cert(issuer="cross-a", chain=("cross-b", "stranger", "cross-a", "private")), TOP,
            "untrusted"),
    ta("ta-cross-key", "cross-signed: the anchor is the key that both certificates have",
       Cert(issuer="cross-a", chain=("cross-b", "stranger")), "2 1 1 cross-a"),
    refused("ta-leaf", "usage 2 with the digest of the leaf", private(), "2 1 1 leaf", "mismatch"),
    refused("ta-self", "usage 2 with the digest of a self-signed leaf", SELF, "2 0 1 leaf",
            "mismatch"),
    refused("ta-self-full", "usage 2 with the whole self-signed leaf", SELF, "2 0 0 leaf",
            "mismatch", "tlsa-weak-ta/warning"),
    refused("ta-self-twice", "a self-signed leaf is sent twice",
            Cert(issuer="self", chain=("leaf",), ca=None), "2 0 1 leaf", "mismatch"),
    ta("ta-self-key", "usage 2 with the whole key of a self-signed leaf", SELF, "2 1 0 leaf",
       "tlsa-weak-ta/warning", DIFFERS),
    refused("ta-unsent-stranger", "2 1 0 of a key that signed nothing here", private(),
            "2 1 0 stranger", "mismatch", "tlsa-weak-ta/warning"),
    ta("ta-rsa", "an RSA chain",
       Cert(key="rsa", issuer="rsa-intermediate", chain=("rsa-intermediate", "rsa-root")),
       "2 0 1 rsa-root"),
]

SCENARIOS = EE + NAMES + DATES + PATHS
