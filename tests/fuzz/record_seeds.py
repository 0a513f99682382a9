"""Records seeds from servers of the lab: what they say, and what DNS says of them.

    tests/lab/run /usr/bin/python3 tests/fuzz/record_seeds.py
"""

import hashlib
import json
import os
import re
import socket
import ssl
import subprocess
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype

SEEDS = Path(__file__).parent / "seeds"
PROGRAM = os.environ.get("MXDANE", "build/src/mxdane")
DOMAINS = ["good", "broken", "sts-only", "postfix", "exim", "chasquid", "opensmtpd", "agility-ta",
           "name-alias-target", "sts-testing", "many-records", "unusable-no-starttls", "idn-host"]


def parts(*all_of_them):
    """As parts.h takes them apart."""
    return b"".join(len(p).to_bytes(2, "big") + p for p in all_of_them)


def put(target, name, octets):
    (SEEDS / target).mkdir(exist_ok=True)
    (SEEDS / target / f"lab-{name}").write_bytes(octets)


def ask(name, kind):
    """The RRset, or None."""
    query = dns.message.make_query(name, kind)
    answer = dns.query.tcp(query, os.environ["LAB_RESOLVER"], timeout=10).answer
    return next((r for r in answer if r.rdtype == dns.rdatatype.from_text(kind)), None)


class Recorded:
    """A connection to a mail server, each octet of the server's kept."""

    def __init__(self, address, name):
        self.clear = self.secured = b""
        self.chain = []
        self.socket = socket.create_connection((address, 25), timeout=10)
        with self.socket:
            self.clear += self.reply()
            for command in ("EHLO client.example", "STARTTLS"):
                self.clear += self.say(command)
                if command == "EHLO client.example" and b"STARTTLS" not in self.clear:
                    return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            try:
                self.socket = context.wrap_socket(self.socket, server_hostname=name)
            except ssl.SSLError:
                return  # of the lab's OpenSMTPD
            self.chain = [c.public_bytes(ssl._ssl.ENCODING_DER)
                          for c in self.socket._sslobj.get_unverified_chain()]
            self.secured = self.say("EHLO client.example") + self.say("QUIT")

    def reply(self):
        octets = b""
        while not re.search(rb"(^|\n)\d{3} [^\n]*\n\Z", octets):
            piece = self.socket.recv(4096)
            if not piece:
                break
            octets += piece
        return octets

    def say(self, command):
        self.socket.sendall(command.encode() + b"\r\n")
        return self.reply()


def policy_of(domain):
    """Media type and body of the MTA-STS policy."""
    address = ask(f"mta-sts.{domain}", "A")
    if not address:
        return b"", b""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection((address[0].address, 443), timeout=10)
    with context.wrap_socket(plain, server_hostname=f"mta-sts.{domain}") as s:
        s.sendall(f"GET /.well-known/mta-sts.txt HTTP/1.0\r\nHost: mta-sts.{domain}\r\n\r\n".encode())
        octets = b"".join(iter(lambda: s.recv(4096), b""))
    head, body = octets.split(b"\r\n\r\n", 1)
    media = re.search(rb"(?i)\r\ncontent-type: ([^\r]*)", head)
    return media[1] if media else b"", body


def zone_of(domain, hosts):
    """What DNS has, as a zone file of x.example."""
    wanted = [(domain, "MX"), (f"_mta-sts.{domain}", "TXT"), (f"_smtp._tls.{domain}", "TXT")]
    for host in hosts:
        wanted += [(host, "CNAME"), (host, "A"), (host, "AAAA"), (f"_25._tcp.{host}", "TLSA")]
    found = [r.to_text() for r in (ask(*w) for w in wanted) if r]
    soa = f"{domain}. 3600 IN SOA ns.{domain}. host.{domain}. 1 2 3 4 5"
    return "\n".join([soa, *found, ""]).replace(f"{domain}.", "x.example.").encode()


def record(label):
    domain = f"{label}.example"
    done = subprocess.run([PROGRAM, "-o", "json", "-v", domain], capture_output=True, check=False)
    report = json.loads(done.stdout)
    if label in ("good", "broken"):
        put("resume", label, done.stdout)
        put("baseline", label, done.stdout)
    if not report["hosts"]:
        return
    zone = zone_of(report["domain"], [h["name"] for h in report["hosts"]])
    host = report["hosts"][0]
    media, body = policy_of(report["domain"])
    server = Recorded(host["endpoints"][0]["address"], host["tlsa"]["base"] or host["name"])
    put("smtp", label, b"\0" + server.clear + server.secured)  # in pieces of one octet
    ehlo = server.clear.split(b"\r\n", 1)[1].rsplit(b"\r\n", 2)[0] + b"\r\n"
    put("ehlo", label, parts(ehlo, server.secured))
    pem = "".join(ssl.DER_cert_to_PEM_cert(c) for c in server.chain).encode()
    put("proposed_chain", label, pem)
    put("policy_answer", label, parts(b"\0\310", media, pem, body))
    rdata = [bytes([r["usage"], r["selector"], r["mtype"]]) + bytes.fromhex(r["data"])
             for r in host["tlsa"]["records"]]
    entries = b"".join(len(c).to_bytes(3, "big") + c + b"\0\0" for c in server.chain)
    message = b"\0" + len(entries).to_bytes(3, "big") + entries
    put("tls_chain", label, b"\1" + message)
    rdata += [b"\2\0\1" + hashlib.sha256(c).digest() for c in server.chain[1:]]
    put("tlsa", label, parts(message, *rdata))
    put("report", label, parts(zone, server.clear, server.secured, message, media, body) + b"\1")


for each in DOMAINS:
    record(each)
