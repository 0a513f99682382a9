"""What SMTP and policy servers send in place of what they should: one function for each fault.

`good` is what would have been right there, `refusal` how the protocol says no.
"""

import random
import struct
import time

DRIP_SECONDS = 1
GARBAGE = random.Random(2026).randbytes(600).replace(b"\n", b"\x00") + b"\r\n"
# What a TLS record is not: SMTP in the clear where the handshake or a record of it should be.
CLEAR_SMTP = b"454 4.7.0 TLS is not to be had after all\r\n"
ALERT = b"\x15\x03\x03\x00\x02\x02"
HANDSHAKE_FAILURE = ALERT + b"\x28"


def silence(it, _):
    """Nothing, until the client hangs up."""
    it.read_all()


def reset(it, _):
    """A RST."""
    it.reset()


def close(it, _):
    """A FIN, and no word of TLS."""
    it.abort()


def drip(it, good):
    """One octet a second."""
    for octet in good:
        it.socket.sendall(bytes((octet,)))
        time.sleep(DRIP_SECONDS)


def garbage(it, _):
    """Octets that mean nothing."""
    it.socket.sendall(GARBAGE)
    it.read_all()


def sends(octets):
    """A fault: just these octets."""
    def strike(it, _):
        it.socket.sendall(octets)
        it.read_all()
    return strike


def sends_raw(octets):
    """A fault: just these octets, below TLS."""
    def strike(it, _):
        it.plain.sendall(octets)
        while it.plain.recv(4096):
            pass
    return strike


def endless(begin, again):
    """A fault: `begin`, and then `again` without end."""
    def strike(it, _):
        it.socket.sendall(begin)
        while True:
            it.socket.sendall(again)
    return strike


def refuses(octets):
    """A fault: the protocol's own "no", in good order."""
    def strike(it, _):
        it.socket.sendall(octets)
        if it.read_line().upper() == "QUIT":
            it.reply("221 2.0.0 Bye")
    return strike


EVERYWHERE = {"silence": silence, "reset": reset, "close": close, "drip": drip, "garbage": garbage}
LONG_LINE = b"220 " + b"x" * 8000 + b"\r\n"
ENDLESS_REPLY = endless(b"", b"250-and so on\r\n" * 50)


def _record(kind, body):
    return struct.pack("!BHH", kind, 0x0303, len(body)) + body


# A Certificate message of 4 MiB in records of 16 KiB, and no end of them.
ENDLESS_HANDSHAKE = endless(_record(22, b"\x0b\x40\x00\x00" + bytes(16000)),
                            _record(22, bytes(16384)))

SMTP = {
    "greeting": {**EVERYWHERE, "refused": refuses(b"554 5.7.1 no mail here\r\n"),
                 "endless": endless(b"", b"220-and so on\r\n" * 50), "long line": sends(LONG_LINE),
                 "wrong protocol": sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
                 "after 220": None},  # the one that a session goes on behind, see smtp_act
    "EHLO": {**EVERYWHERE, "refused": refuses(b"550 5.7.1 no mail from there\r\n"),
             "endless": ENDLESS_REPLY, "long line": sends(b"250-" + LONG_LINE),
             "wrong protocol": sends(b"* BYE IMAP4rev1 here\r\n"),
             "after 220": sends(b"250-mx\r\n250 STARTTLS\r\n220 go\r\n250 AUTH PLAIN\r\n")},
    "STARTTLS": {**EVERYWHERE, "refused": refuses(b"454 4.7.0 not now\r\n"),
                 "endless": endless(b"", b"220-and so on\r\n" * 50), "long line": sends(LONG_LINE),
                 "wrong protocol": sends(_record(22, bytes(80)) + b"\r\n"),
                 "after 220": sends(b"220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n")},
    "handshake": {**EVERYWHERE, "refused": sends(HANDSHAKE_FAILURE), "endless": ENDLESS_HANDSHAKE,
                  "long line": sends(b"\x16\x03\x03\xff\xff" + bytes(65535)),
                  "wrong protocol": sends(CLEAR_SMTP)},
    "second EHLO": {**EVERYWHERE, "refused": refuses(b"451 4.3.0 not now\r\n"),
                    "endless": ENDLESS_REPLY, "long line": sends(b"250-" + LONG_LINE),
                    "wrong protocol": sends_raw(b"250-mx\r\n250 REQUIRETLS\r\n"),
                    "after 220": sends(b"250-mx\r\n250 SIZE\r\n221 bye\r\n221 bye\r\n")},
    "QUIT": {**EVERYWHERE, "refused": sends(b"502 5.5.1 stay a while\r\n"),
             "endless": endless(b"", b"221-and so on\r\n" * 50), "long line": sends(LONG_LINE),
             "wrong protocol": sends_raw(b"221 bye\r\n"),
             "after 220": sends(b"221 bye\r\n220 mx ESMTP\r\n250 ok\r\n")},
    "close": {**EVERYWHERE, "endless": ENDLESS_REPLY, "long line": sends(LONG_LINE)},
}

HTTP_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
POLICY = b"version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: *.faults.example\r\n"


def _answer(body, length=None):
    return HTTP_OK + b"Content-Length: %d\r\n\r\n" % (length or len(body)) + body


def in_body(strike):
    """A fault of the body: the header is right, and announces more than comes."""
    def whole(it, _):
        it.socket.sendall(_answer(POLICY[:20], len(POLICY)))
        strike(it, POLICY[20:])
    return whole


HTTP = {
    "policy TLS": {name: SMTP["handshake"][name] for name in SMTP["handshake"]
                   if name != "wrong protocol"} | {
                       "wrong protocol": sends(b"HTTP/1.1 400 Bad Request\r\n\r\n")},
    "policy header": {**EVERYWHERE,
                      "refused": sends(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
                      "endless": endless(HTTP_OK, b"X-And-So-On: yes\r\n" * 50),
                      "long line": sends(HTTP_OK + b"X: " + b"x" * 200000),
                      "wrong protocol": sends(b"220 mx.faults.example ESMTP\r\n")},
    "policy body": {**{name: in_body(strike) for name, strike in EVERYWHERE.items()},
                    "garbage": sends(_answer(GARBAGE)),
                    "endless": endless(HTTP_OK + b"\r\n" + POLICY, b"x: and so on\r\n" * 50),
                    "long line": sends(_answer(POLICY + b"y" * 60000 + b"\r\n")),
                    "wrong protocol": sends(_answer(b"<html><body>hello</body></html>\r\n")),
                    "after 220": sends(_answer(POLICY) + b"mode: none\r\n" * 9)},
}


def smtp_act(stage, fault):
    """An act: an ordinary session, with the fault in place of the reply of that stage."""
    strike = SMTP[stage][fault]
    ahead = strike is None
    steps = (("greeting", "220 {} ESMTP\r\n"), ("EHLO", "250-{}\r\n250 STARTTLS\r\n"),
             ("STARTTLS", "220 2.0.0 Ready to start TLS\r\n"), ("handshake", ""),
             ("second EHLO", "250-{}\r\n250 SIZE 10240000\r\n"), ("QUIT", "221 2.0.0 Bye\r\n"),
             ("close", "more\r\n"))

    def act(it):
        for step, text in steps:
            if step not in ("greeting", "handshake", "close"):
                it.read_line()
            good = text.format(it.helo).encode()
            if step == stage and strike:
                if step == "handshake":
                    it.socket.recv(4096)  # not before the client has begun: that is an injection
                    good = _record(22, b"\x02\x00\x00\x76" + bytes(118))
                strike(it, good)
                return
            if step == "handshake":
                it.start_tls()
            elif ahead and step == "greeting":
                it.socket.sendall(good + steps[1][1].format(it.helo).encode())
            elif step != "close" and not (ahead and step == "EHLO"):
                it.socket.sendall(good)
    return act


def http_act(stage, fault):
    """An act: one HTTPS answer, with the fault at that stage."""
    strike = HTTP[stage][fault]

    def act(it):
        if stage == "policy TLS":
            it.socket.recv(4096)
            strike(it, _record(22, b"\x02\x00\x00\x76" + bytes(118)))
            return
        it.start_tls()
        while it.read_line():
            pass
        strike(it, _answer(POLICY))
    return act


def http_serve(policy):
    """An act: the policy, as it should be."""
    def act(it):
        it.start_tls()
        while it.read_line():
            pass
        it.socket.sendall(_answer(policy))
    return act
