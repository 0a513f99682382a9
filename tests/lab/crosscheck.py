"""Asks other implementations of DANE: OpenSSL's s_client and Postfix' posttls-finger."""

import os
import re
import subprocess
from dataclasses import dataclass

import dns.message
import dns.query
import dns.rdatatype

from world.programs import find

SECONDS = 5
SIGNATURES = {
    "ecdsa": "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512",
    "eddsa": "ed25519:ed448",
    "rsa": "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:RSA+SHA256:RSA+SHA384",
}


def _run(command, say="", **options):
    try:
        done = subprocess.run(command, input=say, capture_output=True, timeout=60, check=False,
                              encoding="utf-8", errors="replace", **options)
    except subprocess.TimeoutExpired:  # a server that never ends its reply: these tools read on
        return "gave up after 60 seconds"
    return done.stdout + done.stderr


def tlsa_records(owner):
    """The TLSA records at a name as the lab's resolver validates them: "U S M HEX"."""
    query = dns.message.make_query(owner, "TLSA", want_dnssec=True)
    answer = dns.query.tcp(query, os.environ["LAB_RESOLVER"], timeout=SECONDS)
    return [f"{rdata.usage} {rdata.selector} {rdata.mtype} {rdata.cert.hex()}"
            for rrset in answer.answer if rrset.rdtype == dns.rdatatype.TLSA for rdata in rrset]


def openssl_verifies(endpoint, base, names, records, at):
    """Whether OpenSSL accepts the server under one of these reference identifiers."""
    address, port = endpoint["address"], endpoint["port"]
    command = ["openssl", "s_client", "-starttls", "smtp", "-brief", "-verify_return_error",
               "-connect", f"[{address}]:{port}" if ":" in address else f"{address}:{port}",
               "-servername", base, "-attime", str(int(at.timestamp())),
               "-dane_ee_no_namechecks", "-sigalgs", SIGNATURES[endpoint["key_type"]]]
    if endpoint["tls"]["version"] in ("TLS1.0", "TLS1.1"):
        command += ["-min_protocol", "TLSv1", "-cipher", "DEFAULT:@SECLEVEL=0"]
    for record in records:
        # Usages 0 and 1 have no meaning in SMTP (RFC 7672 §3.1.3).
        if record[0] in "23":
            command += ["-dane_tlsa_rrdata", record]
    return any(re.search(r"^Verification: OK$.*^DANE TLSA ", _run(
        [*command, "-dane_tlsa_domain", name]), re.MULTILINE | re.DOTALL) for name in names)


@dataclass
class Said:
    """What Postfix says of a domain's first MX host."""

    authenticated: bool
    lookup_failed: bool
    text: str


def posttls_finger(domain):
    """What Postfix would do at its security level "dane"."""
    environment = dict(os.environ, LD_LIBRARY_PATH=find("postfix-libraries"),
                       MAIL_CONFIG=os.path.join(os.environ["LAB_STATE"], "sender"))
    text = _run([find("posttls-finger"), "-c", "-l", "dane", "-t", str(SECONDS),
                 "-T", str(SECONDS), "-m", "0", domain], env=environment)
    # An authenticated host of an insecure MX RRset is logged as trusted (RFC 7672 §2.2.1).
    verified = "Verified TLS connection" in text or (
        "MX RRset insecure" in text and "Trusted TLS connection established" in
        text.replace("Untrusted", ""))
    return Said(verified, "TLSA lookup error" in text, text)


def exim(domain):
    """Of each address that Exim tries for mail to a domain, whether it authenticates it; and its log."""
    log = os.path.join(os.environ["LAB_STATE"], "exim-sender", "mainlog")
    before = os.path.getsize(log) if os.path.exists(log) else 0
    config = os.path.join(os.environ["LAB_STATE"], "sender", "exim.conf")
    text = _run([find("exim"), "-C", config, "-odi", "-oi", "-f", "<>", f"postmaster@{domain}"],
                say="Subject: test\n\ntest\n")
    with open(log, encoding="utf-8", errors="replace") as lines:
        lines.seek(before)
        text += lines.read()
    authenticated = {}
    for line in text.splitlines():
        for address in re.findall(r" \[([0-9a-f.:]+)\]", line):
            authenticated[address] = authenticated.get(address, False) or " CV=dane" in line
    return authenticated, text
