"""What other validators say of a DNS answer: delv (BIND) and unbound-host (Unbound).

Both walk from the lab's root key themselves and only use its resolver for transport.
"""

import functools
import os
import subprocess
import threading

from world.programs import version as version_of

SECONDS = 30
TRIES = 3  # of what a busy machine lets fail
# What prints their versions.
PRINTS = {"bind": ("delv", "-v"), "unbound": ("unbound-host", "-h")}
# From good to bad: what a chain of records is worth is what its worst link is.
ORDER = ("secure", "insecure", "indeterminate", "bogus")


def worst(*statuses):
    """The worst of several statuses."""
    return max(statuses, key=ORDER.index)


def version(who):
    """The version of "bind" or "unbound", as (9, 20)."""
    return version_of(*PRINTS[who])


def _output(*command):
    text = ""
    for _ in range(TRIES):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS,
                                  check=False, stdin=subprocess.DEVNULL)
            text = done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            text = "timed out"
        if "timed out" not in text and "(error)" not in text:
            break
    return text


def _delv_anchor():
    """The lab's root key in the syntax of delv; returns the file's path."""
    path = os.path.join(os.environ["LAB_STATE"], "delv.anchor")
    if not os.path.exists(path):
        with open(os.environ["LAB_TRUST_ANCHOR"], encoding="ascii") as text:
            flags, protocol, algorithm, *key = text.read().split()[4:]
        own = f"{path}.{os.getpid()}.{threading.get_ident()}"  # the questions are asked in threads
        with open(own, "w", encoding="ascii") as out:
            out.write(f'trust-anchors {{ . static-key {flags} {protocol} {algorithm} '
                      f'"{"".join(key)}"; }};\n')
        os.replace(own, path)
    return path


@functools.cache
def delv(name, rdtype):
    """secure, insecure or bogus; delv says the same of bogus answers and failed lookups."""
    text = _output("delv", f"@{os.environ['LAB_RESOLVER']}", "-a", _delv_anchor(), "+root=.",
                   name, rdtype)
    if "resolution failed" in text and "ncache" not in text:  # be it behind an alias that holds
        return "bogus"
    if "unsigned answer" in text or "negative response, unsigned" in text:
        return "insecure"
    if "fully validated" in text:
        return "secure"
    return "bogus"


@functools.cache
def unbound_host(name, rdtype):
    """secure, insecure, bogus, or indeterminate where the lookup fails."""
    text = _output("unbound-host", "-D", "-v", "-r", "-f", os.environ["LAB_TRUST_ANCHOR"],
                   "-t", rdtype, name)
    for sign, status in (("BOGUS", "bogus"), ("(error)", "indeterminate"),
                         ("timed out", "indeterminate"), ("(insecure)", "insecure"),
                         ("(secure)", "secure")):
        if sign in text:
            return status
    return "indeterminate"
