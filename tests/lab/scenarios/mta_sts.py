"""MTA-STS and TLS reporting (RFC 8461, RFC 8460), beside a host whose DANE is right."""

from scenarios.words import DIFFERS, EXPIRED, SELF, VERIFIED, good
from world.spec import Cert, Host, Policy, Scenario, Server, Zone

SOON = Cert(days=(-80, 5))
BOTH = ("--require", "both")
# Another name for what senders do where a policy does not bind them.
OPEN = {"senders.mta_sts.outcome": "encrypted"}
BOUND = {"senders.mta_sts.outcome": "authenticated"}
SHUT = {"senders.mta_sts.outcome": "deferred"}


def fine(name, about, policy, *findings, args=(), **paths):
    """A policy that binds and is kept."""
    return Scenario(name, about, sts=policy, args=args,
                    expect=good(*findings, **{"mta_sts.state": "enforce", **BOUND, **paths}))


def bogus(name, about, fault):
    """A TXT answer that must not be believed."""
    return Scenario(name, about, exit=1, sts=Policy(),
                    zone=Zone(faults=(("_mta-sts", "TXT", fault),)),
                    expect=good("sts-lookup-failed/warning", **{
                        "mta_sts.state": "failed", "mta_sts.dnssec": "bogus", **OPEN}))


def flawed(name, about, policy, state, code, **paths):
    """A broken policy: a warning, critical where MTA-STS is required."""
    return [
        Scenario(name, about, sts=policy, exit=1,
                 expect=good(f"{code}/warning", **{"mta_sts.state": state, **OPEN, **paths})),
        Scenario(f"{name}-both", f"{about}; required", domain=f"{name}.example", zone=None,
                 hosts=(), args=BOTH, exit=2, expect=good(f"{code}/critical")),
    ]


def policy_text(*lines, end="\r\n"):
    """The body of a policy of these lines."""
    return "".join(line + end for line in lines)


def body(name, about, *lines, **policy):
    """A policy file that breaks the grammar."""
    return flawed(name, about, Policy(body=policy_text(*lines), **policy), "invalid",
                  "sts-policy-invalid")


V, M, A = "version: STSv1", "mode: enforce", "max_age: 604800"

RIGHT = [
    Scenario("sts-required", "DANE and MTA-STS, both required", sts=Policy(), args=BOTH,
             expect=good(**{"mta_sts.state": "enforce", **BOUND})),
    Scenario("sts-soon", "the certificate that MTA-STS rests on ends soon, DANE does not mind",
             sts=Policy(), hosts=(Host(server=Server(certs=(SOON,))),), exit=1,
             expect=good("cert-expiring/warning", **{"mta_sts.state": "enforce", **BOUND})),
    Scenario("sts-in-65-days", "15 days left in 65", domain="sts-required.example", zone=None,
             hosts=(), args=("--at", "+65d"), expect=good(**BOUND)),
    Scenario("sts-in-66-days", "14 days left in 66", domain="sts-required.example", zone=None,
             hosts=(), args=("--at", "+66d"), exit=1,
             expect=good("cert-expiring/warning", **BOUND)),
    fine("sts-wildcard", "a pattern for one label", Policy(mx=("*.sts-wildcard.example",))),
    fine("sts-case", "a pattern in other letter case", Policy(mx=("MX1.Sts-Case.EXAMPLE",))),
    fine("sts-strings", "the TXT record is in several strings",
         Policy(txt=("v=STSv1; i|d=2026|0101;",)), **{"mta_sts.id": "20260101"}),
    fine("sts-extensions", "unknown fields in the TXT record and in the policy",
         Policy(txt=("v=STSv1; id=1; future=yes;",),
                body=policy_text(V, "future: yes, no: maybe", M, A,
                                 "mx: mx1.sts-extensions.example"))),
    fine("sts-beside", "another TXT record beside the right one",
         Policy(txt=("v=spf1 -all", "v=STSv1; id=7;"))),
    fine("sts-blank", "a blank before the first semicolon", Policy(txt=("v=STSv1 ; id=7;",))),
    fine("sts-lf", "lines that end in LF",
         Policy(body=policy_text(V, M, A, "mx: mx1.sts-lf.example", end="\n"))),
    fine("sts-no-last-end", "the last line does not end",
         Policy(body="\n".join((V, M, "mx: mx1.sts-no-last-end.example", A)))),
    fine("sts-order", "fields in another order",
         Policy(body=policy_text("mx: mx1.sts-order.example", A, M, V))),
    fine("sts-twice", "of a repeated field the first counts",
         Policy(body=policy_text(V, M, "mode: none", "max_age: 86400", "max_age: 1",
                                 "mx: mx1.sts-twice.example")),
         **{"mta_sts.policy.mode": "enforce", "mta_sts.policy.max_age": 86400}),
    fine("sts-charset", "a media type with a parameter",
         Policy(media="text/plain; charset=utf-8")),
    fine("sts-large", "a policy just under 64 KiB",
         Policy(body=policy_text(V, M, A, "mx: mx1.sts-large.example",
                                 *("x: " + "y" * 996 for _ in range(65))))),
    fine("sts-wild-cert", "the policy host has a wildcard certificate",
         Policy(cert=Cert(names=("*.sts-wild-cert.example",)))),
    fine("sts-stale", "a pattern that fits no host",
         Policy(mx=("mx1.sts-stale.example", "old.sts-stale.example")), "sts-mx-stale/info"),
    fine("sts-rsa", "an RSA certificate on the policy host",
         Policy(cert=Cert(key="rsa", issuer="rsa-intermediate", chain=("rsa-intermediate",)))),
    Scenario("sts-alias", "TXT record and policy host are aliases",
             zones=(("sts-alias-provider.example",
                     Zone(records=('txt TXT "v=STSv1; id=1;"',))),),
             records=("_mta-sts CNAME txt.sts-alias-provider.example.",),
             sts=Policy(txt=()), expect=good(**{"mta_sts.state": "enforce", **BOUND})),
    Scenario("sts-age-short", "a policy for an hour", sts=Policy(max_age=3600), exit=1,
             expect=good("sts-max-age-short/warning", **{"mta_sts.state": "enforce"})),
    Scenario("sts-age-zero", "a policy for no time", sts=Policy(max_age=0), exit=1,
             expect=good("sts-max-age-short/warning", **{"mta_sts.state": "enforce"})),
    fine("sts-age-day", "a policy for a day", Policy(max_age=86400)),
    fine("sts-age-longest", "a policy for the longest time", Policy(max_age=31557600)),
]

MODES = [
    Scenario("sts-absent", "no MTA-STS, though it is required", exit=2, args=BOTH,
             expect=good("sts-absent/critical", **{"mta_sts.state": "absent"})),
    Scenario("sts-absent-any", "no MTA-STS, but DANE will do", args=("--require", "any"),
             domain="sts-absent.example", zone=None, hosts=(), expect=good("sts-absent/info")),
    Scenario("sts-absent-neither", "neither DANE nor MTA-STS, one required", exit=2,
             domain="tlsa-absent.example", zone=None, hosts=(), args=("--require", "any"),
             expect={**OPEN, "findings": ("sts-absent/critical", "tlsa-absent/critical")}),
    Scenario("sts-testing", "mode testing", sts=Policy("testing"),
             expect=good("sts-testing/info", **{"mta_sts.state": "testing", **OPEN})),
    Scenario("sts-testing-both", "mode testing, MTA-STS required", args=BOTH, exit=1,
             domain="sts-testing.example", zone=None, hosts=(),
             expect=good("sts-testing/warning")),
    Scenario("sts-mode-none", "mode none", sts=Policy("none", mx=()),
             expect=good("sts-mode-none/info", **{"mta_sts.state": "none", **OPEN})),
    Scenario("sts-mode-none-both", "mode none, MTA-STS required", args=BOTH, exit=2,
             domain="sts-mode-none.example", zone=None, hosts=(),
             expect=good("sts-mode-none/critical")),
]

TXT = [
    *flawed("sts-two", "two TXT records", Policy(txt=("v=STSv1; id=1;", "v=STSv1; id=2;")),
            "invalid", "sts-txt-invalid"),
    *flawed("sts-no-id", "no id", Policy(txt=("v=STSv1;",)), "invalid", "sts-txt-invalid"),
    *flawed("sts-id-empty", "an empty id", Policy(txt=("v=STSv1; id=;",)), "invalid",
            "sts-txt-invalid"),
    *flawed("sts-id-long", "an id of 33 characters", Policy(txt=("v=STSv1; id=" + "1" * 33,)),
            "invalid", "sts-txt-invalid"),
    *flawed("sts-id-odd", "an id with a hyphen", Policy(txt=("v=STSv1; id=2026-01-01;",)),
            "invalid", "sts-txt-invalid"),
    fine("sts-id-longest", "an id of 32 characters", Policy(txt=("v=STSv1; id=" + "1" * 32,))),
    Scenario("sts-servfail", "SERVFAIL to TXT", zone=Zone(faulty="TXT=servfail"), exit=1,
             sts=Policy(), tlsrpt=("v=TLSRPTv1; rua=mailto:a@rpt.example",),
             expect=good("sts-lookup-failed/warning", "tlsrpt-lookup-failed/info",
                         **{"mta_sts.state": "failed", "tls_rpt.state": "failed", **OPEN})),
    Scenario("sts-servfail-both", "SERVFAIL to TXT, MTA-STS required",
             domain="sts-servfail.example", zone=None, hosts=(), args=BOTH, exit=3,
             expect=good("sts-lookup-failed/unknown")),
    bogus("sts-bogus", "the TXT signature is wrong", "forged"),
    bogus("sts-expired", "the TXT signature has expired", "expired"),
    bogus("sts-future", "the TXT signature is not valid yet", "future"),
    bogus("sts-stripped", "the TXT record has no signature", "strip"),
    bogus("sts-wrong-key", "the TXT record is signed with an unpublished key", "wrong-key"),
    bogus("sts-removed", "the TXT record is left out, but NSEC says that it is there", "remove"),
]

FETCH = [
    *flawed("sts-404", "no policy there", Policy(status=404), "unreachable",
            "sts-policy-unreachable", **{"mta_sts.fetch.http_status": 404}),
    *flawed("sts-500", "the policy host fails", Policy(status=500), "unreachable",
            "sts-policy-unreachable"),
    *flawed("sts-204", "success without content", Policy(status=204), "unreachable",
            "sts-policy-unreachable"),
    *flawed("sts-redirect", "a redirect to a good policy",
            Policy(status=302, redirect="https://mta-sts.sts-redirect.example/elsewhere"),
            "unreachable", "sts-policy-unreachable", **{"mta_sts.fetch.http_status": 302}),
    *flawed("sts-no-host", "the policy host has no address", Policy(address="none"),
            "unreachable", "sts-policy-unreachable", **{"mta_sts.fetch.http_status": None}),
    *flawed("sts-closed", "nothing listens on the policy host", Policy(address="closed"),
            "unreachable", "sts-policy-unreachable"),
    *flawed("sts-cert-name", "the policy host's certificate is of another name",
            Policy(cert=Cert(names=("elsewhere.example",))), "unreachable", "sts-policy-cert",
            **{"mta_sts.fetch.tls": "invalid"}),
    *flawed("sts-cert-domain", "… is of the domain itself",
            Policy(cert=Cert(names=("sts-cert-domain.example",))), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-common", "… has its name as common name alone",
            Policy(cert=Cert(names=(), cn="mta-sts.sts-cert-common.example")), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-wild", "… has a wildcard in part of a label",
            Policy(cert=Cert(names=("mta-*.sts-cert-wild.example",))), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-expired", "… has expired", Policy(cert=EXPIRED), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-self", "… is self-signed", Policy(cert=SELF), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-stranger", "… is of an unknown authority",
            Policy(cert=Cert(issuer="stranger", chain=("stranger",))), "unreachable",
            "sts-policy-cert"),
    *flawed("sts-cert-gap", "… comes without the intermediate", Policy(cert=Cert(chain=())),
            "unreachable", "sts-policy-cert"),
    Scenario("sts-host-bogus", "the policy host's address is bogus", exit=1, sts=Policy(),
             zone=Zone(faults=(("mta-sts", "A", "forged"), ("mta-sts", "AAAA", "forged"))),
             expect=good("sts-policy-unreachable/warning",
                         **{"mta_sts.state": "unreachable", **OPEN})),
]

GRAMMAR = [
    *flawed("sts-oversize", "a policy over 64 KiB",
            Policy(body=policy_text(V, M, A, "mx: mx1.sts-oversize.example",
                                    *("x: " + "y" * 996 for _ in range(67)))),
            "invalid", "sts-policy-invalid"),
    *flawed("sts-html", "another media type", Policy(media="text/html"), "invalid",
            "sts-policy-invalid", **{"mta_sts.fetch.content_type": "text/html"}),
    *body("sts-empty", "an empty file"),
    *body("sts-version", "another version", "version: STSv2", M, A, "mx: mx1.sts-version.example"),
    *body("sts-no-version", "no version", M, A, "mx: mx1.sts-no-version.example"),
    *body("sts-no-mode", "no mode", V, A, "mx: mx1.sts-no-mode.example"),
    *body("sts-mode-case", "a mode in the wrong case", V, "mode: Enforce", A,
          "mx: mx1.sts-mode-case.example"),
    *body("sts-no-age", "no max_age", V, M, "mx: mx1.sts-no-age.example"),
    *body("sts-age-word", "a max_age that is no number", V, M, "max_age: a week",
          "mx: mx1.sts-age-word.example"),
    *body("sts-age-negative", "a negative max_age", V, M, "max_age: -1",
          "mx: mx1.sts-age-negative.example"),
    *body("sts-age-over", "a max_age one second too long", V, M, "max_age: 31557601",
          "mx: mx1.sts-age-over.example"),
    *body("sts-no-mx", "no mx", V, M, A),
    *body("sts-mx-unicode", "an mx that is no A-label", V, M, A, "mx: mx.bücher.example"),
    *body("sts-mx-inner", "a wildcard in the middle", V, M, A, "mx: mx1.*.example"),
    *body("sts-no-colon", "a line without a colon", V, M, A, "mx: mx1.sts-no-colon.example",
          "what is this"),
]


def mx_cert(name, about, cert, tlsa="3 1 1"):
    """A host that DANE senders accept and MTA-STS senders do not."""
    hosts = (Host(server=Server(certs=(cert,)), tlsa=(tlsa,)),)
    return [
        Scenario(name, about, hosts=hosts, sts=Policy(), exit=2,
                 expect=good("sts-mx-cert/critical",
                             **{"mta_sts.state": "enforce", "mta_sts.hosts.0.listed": True,
                                "mta_sts.hosts.0.pkix": "invalid", **SHUT})),
        Scenario(f"{name}-testing", f"{about}; mode testing", hosts=hosts, sts=Policy("testing"),
                 exit=1, expect=good("sts-mx-cert/warning", **{"mta_sts.state": "testing",
                                                               **OPEN})),
    ]


HOSTS = [
    Scenario("sts-unlisted", "the host is not in the policy", exit=2,
             sts=Policy(mx=("mx2.sts-unlisted.example",)),
             expect=good("sts-mx-unlisted/critical",
                         **{"mta_sts.hosts.0.listed": False, **SHUT})),
    Scenario("sts-unlisted-testing", "the host is not in the policy; mode testing", exit=1,
             sts=Policy("testing", mx=("mx2.sts-unlisted-testing.example",)),
             expect=good("sts-mx-unlisted/warning", **OPEN)),
    Scenario("sts-unlisted-deep", "a pattern does not cover two labels", exit=2,
             sts=Policy(mx=("*.example",)), expect=good("sts-mx-unlisted/critical", **SHUT)),
    Scenario("sts-unlisted-apex", "a pattern does not cover the name below its star", exit=2,
             hosts=(Host("@"),), mx=("10 sts-unlisted-apex.example.",),
             sts=Policy(mx=("*.sts-unlisted-apex.example",)),
             expect=good("sts-mx-unlisted/critical", **SHUT)),
    Scenario("sts-half-listed", "one of two hosts is in the policy", exit=2,
             hosts=(Host("mx1"), Host("mx2", preference=20)),
             sts=Policy(mx=("mx2.sts-half-listed.example",)),
             expect=good("sts-mx-unlisted/critical@mx1.sts-half-listed.example", **BOUND,
                         **{"senders.mta_sts.hosts_ok": 1})),
    *mx_cert("sts-mx-self", "a self-signed certificate", SELF),
    *mx_cert("sts-mx-expired", "an expired certificate", EXPIRED),
    *mx_cert("sts-mx-stranger", "a certificate of an unknown authority",
             Cert(issuer="private-mid", chain=("private-mid", "private")), "2 0 1 private"),
    *mx_cert("sts-mx-name", "a certificate of another name", Cert(names=("other.example",))),
    *mx_cert("sts-mx-common", "a certificate with the name as common name alone",
             Cert(names=(), cn="mx1.sts-mx-common.example")),
    Scenario("sts-mx-domain", "a certificate of the domain, not of the host", sts=Policy(), exit=2,
             hosts=(Host(tlsa=("2 1 1",), server=Server(
                 certs=(Cert(names=("sts-mx-domain.example",)),))),),
             expect=good("sts-mx-cert/critical", DIFFERS, **SHUT)),
    Scenario("sts-and-bad-dane", "MTA-STS is right, DANE is not: DANE decides for its senders",
             exit=2, sts=Policy(), hosts=(Host(tlsa=("3 1 1 other",)),),
             expect={"hosts.*.endpoints.*.dane.result": "mismatch",
                     "senders.dane.outcome": "deferred", **BOUND,
                     "findings": ("dane-mismatch/critical",)}),
    Scenario("sts-sni", "the MX name is an alias: MTA-STS senders give the MX name as SNI",
             exit=1, mx=("10 mx1",), records=("mx1 CNAME real",),
             sts=Policy(mx=("mx1.sts-sni.example",)),
             hosts=(Host("real", tlsa=("2 0 1 private",), server=Server(
                 certs=(Cert(names=("mx1.sts-sni.example",)),),
                 by_sni=(("real.sts-sni.example",
                          Cert(issuer="private", chain=("private",))),))),),
             expect=good("mx-target-alias/warning", **BOUND,
                         **{"mta_sts.hosts.0.name": "mx1.sts-sni.example",
                            "mta_sts.hosts.0.pkix": "valid"})),
]


def rpt(name, about, txt, exit_status, state, *findings, **paths):
    """A TLS reporting record."""
    return Scenario(name, about, tlsrpt=txt, exit=exit_status,
                    expect={**VERIFIED, "tls_rpt.state": state, **paths,
                            "findings": ("dane-verified", *findings)})


REPORTING = [
    rpt("rpt-absent", "no reporting record", (), 0, "absent", "tlsrpt-absent/info"),
    rpt("rpt-two-uris", "two addresses for reports",
        ("v=TLSRPTv1; rua=mailto:a@rpt.example,https://rpt.example/in",), 0, "present",
        **{"tls_rpt.rua.#": 2, "tls_rpt.rua.1": "https://rpt.example/in"}),
    rpt("rpt-strings", "a record in several strings",
        ("v=TLSR|PTv1; rua=mail|to:a@rpt.example",), 0, "present",
        **{"tls_rpt.rua.0": "mailto:a@rpt.example"}),
    rpt("rpt-beside", "another TXT record beside it",
        ("v=spf1 -all", "v=TLSRPTv1; rua=mailto:a@rpt.example"), 0, "present"),
    rpt("rpt-two", "two records", ("v=TLSRPTv1; rua=mailto:a@rpt.example",
                                   "v=TLSRPTv1; rua=mailto:b@rpt.example"), 1, "invalid",
        "tlsrpt-invalid/warning"),
    rpt("rpt-no-rua", "no address for reports", ("v=TLSRPTv1;",), 1, "invalid",
        "tlsrpt-invalid/warning"),
    rpt("rpt-scheme-beside", "one of two by FTP",
        ("v=TLSRPTv1; rua=ftp://rpt.example/,mailto:a@rpt.example",), 0, "present",
        "tlsrpt-rua-unusable/info", **{"tls_rpt.rua.#": 1}),
    rpt("rpt-blank", "a blank before the first semicolon", ("v=TLSRPTv1 ; rua=mailto:a@rpt.example",),
        0, "present", **{"tls_rpt.rua.#": 1}),
    rpt("rpt-scheme", "reports by FTP", ("v=TLSRPTv1; rua=ftp://rpt.example/",), 1, "invalid",
        "tlsrpt-invalid/warning"),
]

SCENARIOS = RIGHT + MODES + TXT + FETCH + GRAMMAR + HOSTS + REPORTING
