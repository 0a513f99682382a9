"""What servers do before, in and after STARTTLS (RFC 5321 §4.2, RFC 3207, RFC 7672 §2.2)."""

from scenarios.words import DEFERRED, DIFFERS, UNSEEN, bad, good, refused_by
from world.spec import Cert, Host, Policy, Scenario, Server

QUICK = ("--timeout", "2")


def works(name, does, about, *findings, **paths):
    """A server that is odd but right."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(server=Server(does=does)),), exit=int(warned),
                    expect=good(*findings, **paths))


def no_tls(name, does, about, code, stage, args=()):
    """A server without working STARTTLS, with a TLSA record (critical) and without (warning)."""
    server = Server(does=does)
    return [
        Scenario(name, about, hosts=(Host(server=server),), exit=2, args=args, expect={
            **DEFERRED, "hosts.0.tlsa.state": "usable",
            "hosts.0.endpoints.*.smtp.stage": stage, "findings": (f"{code}/critical",)}),
        Scenario(f"{name}-no-tlsa", f"{about}, and no TLSA record", exit=1,
                 hosts=(Host(server=server, tlsa=()),), args=("--require", "none", *args),
                 expect={"hosts.0.endpoints.*.dane.result": "none",
                         "findings": (f"{code}/warning",)}),
    ]


def unseen(name, does, about, code, args=(), **paths):
    """A server that does not come so far as STARTTLS."""
    server = Server(does) if does in ("closed", "full") else Server(does=does)
    return Scenario(name, about, hosts=(Host(server=server),), exit=3, args=args,
                    expect={**UNSEEN, **paths, "findings": (f"{code}/unknown",)})


RIGHT = [
    works("multi-line", "multi-line-greeting", "a greeting of three lines"),
    works("late", "late-greeting", "a greeting after three seconds"),
    works("dripping", "dripping", "replies in single octets"),
    works("mixed-case", "mixed-case", "StartTls in mixed case", DIFFERS, **refused_by("exim")),
    works("requiretls", "requiretls", "REQUIRETLS is offered",
          **{"hosts.0.endpoints.*.smtp.requiretls": True}),
    Scenario("helo", "another name in the EHLO reply",
             hosts=(Host(server=Server(helo="other.example")),),
             expect=good("helo-mismatch/info",
                         **{"hosts.0.endpoints.*.smtp.ehlo": "other.example"})),
    Scenario("tls12", "TLS 1.2 alone", hosts=(Host(server=Server(tls=("1.2", "1.2"))),),
             expect=good(**{"hosts.0.endpoints.*.tls.version": "TLS1.2"})),
    Scenario("tls13", "TLS 1.3 alone", hosts=(Host(server=Server(tls=("1.3", "1.3"))),),
             expect=good(**{"hosts.0.endpoints.*.tls.version": "TLS1.3"})),
    Scenario("tls10", "TLS 1.0 alone", exit=2,
             hosts=(Host(server=Server(tls=("1.0", "1.0"))),),
             expect={**bad("untrusted", "dane-untrusted", "tls-legacy/warning"),
                     "hosts.0.endpoints.*.tls.version": "TLS1.0"}),
    Scenario("tls11", "TLS 1.1 alone, RSA", exit=2,
             hosts=(Host(server=Server(tls=("1.1", "1.1"), certs=(Cert(key="rsa"),))),),
             expect={**bad("untrusted", "dane-untrusted", "tls-legacy/warning"),
                     "hosts.0.endpoints.*.tls.version": "TLS1.1"}),
    works("closes-early", "close-after-handshake", "hangs up after the handshake",
          "tls-closed-early/warning"),
    works("no-close-notify", "no-close-notify", "hangs up without close_notify",
          "tls-closed-early/info"),
    works("quit-unanswered", "quit-unanswered", "QUIT is not answered"),
    works("quit-late", "quit-late", "QUIT is answered after ten seconds"),
    Scenario("refuses-inside", "EHLO inside TLS is refused", exit=3,
             hosts=(Host(server=Server(does="refuse-inside-tls")),),
             expect={"hosts.0.endpoints.*.dane.result": "verified",
                     "findings": ("smtp-refused/unknown", "dane-verified")}),
]

WITHOUT_TLS = [
    *no_tls("no-starttls", "no-starttls", "STARTTLS is not offered", "starttls-missing", "ehlo"),
    *no_tls("keyword-in-text", "keyword-in-text", "STARTTLS stands only in other words",
            "starttls-missing", "ehlo"),
    *no_tls("ehlo-bare", "ehlo-bare", "a bare EHLO reply", "starttls-missing", "ehlo"),
    *no_tls("starttls-454", "starttls-454", "454 to STARTTLS", "starttls-refused", "starttls"),
    *no_tls("starttls-501", "starttls-501", "501 to STARTTLS", "starttls-refused", "starttls"),
    *no_tls("inject", "inject", "plain text behind the 220 of STARTTLS", "starttls-injection",
            "starttls"),
    *no_tls("inject-late", "inject-late", "plain text while the handshake begins", "tls-failed",
            "handshake"),
    *no_tls("plain-after-220", "plain-after-220", "SMTP where the handshake should be",
            "tls-failed", "handshake"),
    *no_tls("close-after-220", "close-after-220", "hangs up in the handshake", "tls-failed",
            "handshake"),
    *no_tls("reset-after-220", "reset-after-220", "resets the connection in the handshake",
            "tls-failed", "handshake"),
    *no_tls("silent-after-220", "silent-after-220", "never answers the handshake", "tls-failed",
            "handshake", args=QUICK),
    Scenario("no-starttls-enforce", "no STARTTLS, no TLSA, but an enforcing policy", exit=2,
             hosts=(Host(tlsa=(), server=Server(does="no-starttls")),), sts=Policy(),
             args=("--require", "none"),
             expect={"senders.dane.outcome": "plaintext", "senders.mta_sts.outcome": "deferred",
                     "senders.opportunistic.outcome": "plaintext",
                     "findings": ("starttls-missing/critical",)}),
    Scenario("no-starttls-testing", "no STARTTLS, no TLSA, and a policy in testing", exit=1,
             hosts=(Host(tlsa=(), server=Server(does="no-starttls")),), sts=Policy("testing"),
             args=("--require", "none"),
             expect={"senders.mta_sts.outcome": "plaintext",
                     "findings": ("starttls-missing/warning",)}),
]

UNREACHED = [
    unseen("refused", "closed", "nothing listens", "connect-failed",
           **{"hosts.0.endpoints.*.smtp.stage": "connect"}),
    unseen("times-out", "full", "the connection is never made", "connect-failed", args=QUICK),
    Scenario("no-route", "there is no route to the host", exit=3,
             hosts=(Host(addresses="- 21.25.0.1 2a00:26::1", server=Server("closed")),),
             expect={**UNSEEN, "findings": ("connect-failed/unknown",)}),
    unseen("greet-421", "greet-421", "421 for a greeting", "smtp-refused"),
    unseen("greet-554", "greet-554", "554 for a greeting", "smtp-refused"),
    unseen("hang-up", "hang-up", "hangs up at once", "smtp-refused"),
    unseen("reset", "reset", "resets the connection at once", "smtp-refused"),
    unseen("ehlo-busy", "ehlo-busy", "421 to EHLO", "smtp-refused"),
    unseen("no-esmtp", "no-esmtp", "502 to EHLO", "smtp-refused"),
    unseen("hang-up-after-ehlo", "hang-up-after-ehlo", "hangs up after EHLO", "smtp-refused"),
    unseen("close-before-220", "close-before-220", "hangs up after STARTTLS", "smtp-refused"),
    unseen("garbage", "garbage", "bytes that are no SMTP", "smtp-protocol"),
    unseen("http", "http", "an HTTP server", "smtp-protocol"),
    unseen("mixed-codes", "mixed-codes", "a reply with two codes", "smtp-protocol"),
    unseen("long-line", "long-line", "a line of 5,000 octets", "smtp-protocol"),
    unseen("endless", "endless-reply", "a reply without end", "smtp-protocol"),
    unseen("silent", "silent", "says nothing", "smtp-protocol", args=QUICK),
    Scenario("deadline", "the deadline comes before the greeting", exit=3,
             domain="silent.example", zone=None, hosts=(),
             args=("--deadline", "2", "--timeout", "30"),
             expect={"mx.dnssec": "secure", "findings": ("deadline-exceeded/unknown",)}),
]

SCENARIOS = RIGHT + WITHOUT_TLS + UNREACHED
