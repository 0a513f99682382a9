"""Servers, zones and policies whose every text is hostile; see test_hostile.py for what is shown."""

from hostile import LINES, NUL, TEXTS
from scenarios.words import VERIFIED, good
from world.spec import Cert, Host, Policy, Scenario, Server

ALL = {**TEXTS, **LINES, **NUL}
OTHERS = "other clients may read such replies otherwise"
# What a policy file, a media type and a TXT record can hold.
SHOWN = ("color", "C1 in UTF-8", "override", "separators", "tags", "mark-up")


def certificate(text):
    """With the text for a common name, where that can be written."""
    try:
        name = text.decode()
    except UnicodeDecodeError:
        name = None
    return Cert(cn=name) if name and len(name) <= 64 else Cert()


def hosts(act):
    """A host for each text."""
    return tuple(Host(f"mx{number}", addresses="4", server=Server(
        does=f"{act}-{number}", certs=(certificate(text),)))
        for number, text in enumerate(ALL.values()))


def zone_text(text):
    """For a quoted string of a master file."""
    return "".join(f"\\{octet:03}" for octet in text)


def policies(number, label):
    """A policy, a media type, and TXT records with this text in them."""
    text = TEXTS[label]
    return [
        Scenario(f"hostile-policy-{number}", f"{label} in the policy and in TLSRPT's record", exit=1,
                 sts=Policy(body=f"version: STSv1\r\nmode: {text.decode()}\r\nmax_age: 1\r\n"),
                 tlsrpt=(f"v=TLSRPTv1; rua={zone_text(text)}",),
                 expect=good("sts-policy-invalid/warning", "tlsrpt-invalid/warning")),
        Scenario(f"hostile-txt-{number}", f"{label} in the record of MTA-STS", exit=1,
                 sts=Policy(txt=(f"v=STSv1; id={zone_text(text)};",)),
                 expect=good("sts-txt-invalid/warning")),
    ]


SCENARIOS = [
    Scenario("hostile-serving", "greetings, EHLO replies and certificates", hosts=hosts("hostile"),
             exit=2, crosscheck_differs=OTHERS, expect={
                 "hosts.0.endpoints.*.dane.result": "verified",
                 "findings": ("dane-verified", "helo-mismatch/info", "smtp-protocol/unknown",
                              "starttls-missing/critical")}),
    Scenario("hostile-refusing", "refusals", hosts=hosts("hostile-refusal"), exit=3,
             expect={"senders.dane.outcome": "unknown",
                     "findings": ("smtp-refused/unknown", "smtp-protocol/unknown")}),
    Scenario("hostile-media", "terminal codes in the media type", exit=1,
             sts=Policy(media="text/\x1b[31mplain\u202e\x9b"),
             expect={**VERIFIED, "findings": ("sts-policy-invalid/warning",)}),
    *(scenario for number, label in enumerate(SHOWN) for scenario in policies(number, label)),
]
