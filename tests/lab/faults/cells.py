"""The fault matrix: every stage of a check, every fault, and what mxdane must say.

A cell is "FINDING STAGE", the severity of the finding being that of SEVERITY, the stage as in the
report's smtp.stage or, for a policy, its mta_sts.state; "verified" stands for no finding above
information.  A cell that cannot happen names a note of WHY.
"""

FAULTS = ("refused", "silence", "reset", "close", "drip", "garbage", "endless", "long line",
          "wrong protocol", "after 220")
HEADINGS = dict(zip(FAULTS, (
    "refused", "silence", "RST", "early close", "one byte a second", "garbage", "endless data",
    "over-long line", "wrong protocol", "bytes after the 220")))
WAITING = ("silence", "drip")  # what --timeout alone ends

WHY = {
    "a": "mxdane sends no datagram: it asks its resolvers over TCP or TLS alone "
         "(test_no_datagram_is_sent)",
    "b": "the answer to a SYN has no content; a RST to it is the refusal",
    "c": "before the connection is made there is none to close; after it, this is the greeting "
         "(or the TLS handshake of a policy host)",
    "d": "the client speaks first in TLS: what comes in the clear before it is \"STARTTLS\", what "
         "comes after it \"wrong protocol\"",
    "e": "no reply of this protocol is a 220 that more could follow",
    "f": "the status line has said 200 already: an answer cannot be refused in its body",
}

NO_CONTENT = {"reset": "b", "close": "c", "drip": "b", "garbage": "b", "endless": "b",
              "long line": "b", "wrong protocol": "b", "after 220": "b"}
UNREACHABLE = "sts-policy-unreachable unreachable"
INVALID = "sts-policy-invalid invalid"


def row(default, **cells):
    """A row whose cells are `default` but for those named; "_" stands for a blank."""
    named = {name.replace("_", " "): text for name, text in cells.items()}
    assert set(named) <= set(FAULTS), named
    return {fault: named.get(fault, default) for fault in FAULTS}


FAILED = "tlsa-lookup-failed done"
CELLS = {
    "DNS UDP": row("a"),
    "DNS TCP": row(FAILED, after_220="verified done"),
    "connect": {"refused": "connect-failed connect", "silence": "connect-failed connect",
                **NO_CONTENT},
    "greeting": row("smtp-protocol greeting", refused="smtp-refused greeting",
                    reset="smtp-refused greeting", close="smtp-refused greeting",
                    after_220="verified done"),
    "EHLO": row("smtp-protocol ehlo", refused="smtp-refused ehlo", reset="smtp-refused ehlo",
                close="smtp-refused ehlo", after_220="starttls-injection starttls"),
    "STARTTLS": row("smtp-protocol starttls", refused="starttls-refused starttls",
                    reset="smtp-refused starttls", close="smtp-refused starttls",
                    after_220="starttls-injection starttls"),
    "handshake": row("tls-failed handshake", after_220="d"),
    "second EHLO": row("smtp-protocol handshake", refused="smtp-refused handshake",
                       silence="tls-closed-early handshake", reset="tls-closed-early handshake",
                       close="tls-closed-early handshake", drip="tls-closed-early handshake",
                       wrong_protocol="tls-closed-early handshake", after_220="verified done"),
    "QUIT": row("verified done"),
    "policy connect": {"refused": UNREACHABLE, "silence": UNREACHABLE, **NO_CONTENT},
    "policy TLS": row(UNREACHABLE, after_220="d"),
    "policy header": row(UNREACHABLE, after_220="e"),
    "policy body": row(UNREACHABLE, refused="f", garbage=INVALID, endless=INVALID,
                       long_line=INVALID, wrong_protocol=INVALID, after_220="verified enforce"),
}
STAGES = tuple(CELLS)

PREFACE = """# The fault matrix

Every stage of a check, every fault, and what mxdane says: the finding and the last stage reached
(`smtp.stage`, or `mta_sts.state` of a policy). "verified": no finding above information. Each cell
is run by `test_faults.py`; `MXDANE_RENEW_FAULTS=1` writes this file anew. With each run come another
host of the same domain and another domain, which must be verified; the time, the exit status, and
what the program holds open in the end are checked as well.

Faults are of the stage's own protocol: "refused" is a 5xx to EHLO, an alert in the handshake, a 403
for a policy, REFUSED by a resolver. "After the 220" is whatever follows the right reply unasked.

"""

# The severity of each finding here: of a host with a TLSA record, and of a policy not required.
SEVERITY = {"connect-failed": "unknown", "smtp-refused": "unknown", "smtp-protocol": "unknown",
            "starttls-refused": "critical", "starttls-injection": "critical",
            "tls-failed": "critical", "tls-closed-early": "warning",
            "tlsa-lookup-failed": "critical", "sts-policy-unreachable": "warning",
            "sts-policy-invalid": "warning"}


def cells():
    """(stage, fault, text) of every cell that can happen."""
    return [(stage, fault, text) for stage, texts in CELLS.items()
            for fault, text in texts.items() if text not in WHY]


def markdown(seen):
    """The table as Markdown; `seen` has the text of every cell that was run."""
    lines = ["| stage | " + " | ".join(HEADINGS[fault] for fault in FAULTS) + " |",
             "| --- " * (len(FAULTS) + 1) + "|"]
    for stage in STAGES:
        texts = [seen.get((stage, fault)) or f"— ({CELLS[stage][fault]})" for fault in FAULTS]
        lines.append(f"| **{stage}** | " + " | ".join(texts) + " |")
    return "\n".join(lines) + "\n\n" + "".join(f"- ({key}) {text}\n" for key, text in WHY.items())
