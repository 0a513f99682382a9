"""The scripted SMTP server for the unit tests of probes: takes the name of an act a line, serves that from
then on at a port of its own on all of 127/8, and answers with the port. An empty line asks what was seen.

The last two octets of the address that a client came to can say how to behave.
"""

import collections
import contextlib
import os
import pathlib
import socket
import sys
import threading
import time

from servers.smtp_acts import ACTS, session
from servers.smtp_faults import smtp_act
from servers.smtp_server import SmtpServers, Station

FOLDER = pathlib.Path(os.environ.get("FIXTURES", "tests/unit/fixtures")) / "tls"
SLOWNESS = float(os.environ.get("MXDANE_TEST_SLOWNESS", "1"))
STAGES = ("greeting", "EHLO", "STARTTLS", "handshake", "second EHLO", "QUIT", "close")
FAULTS = ("silence", "close", "reset", "drip", "garbage", "endless", "long line")
FFDHE = bytes.fromhex("010001010102")  # three of these groups, as GnuTLS offers them in a row


def number_of(it):
    """The last two octets of the address that was connected to."""
    third, fourth = it.plain.getsockname()[0].split(".")[2:]
    return 256 * int(third) + int(fourth)


def up_to_starttls(it):
    """The session up to the client's STARTTLS."""
    it.reply("220 mx.example ESMTP")
    it.read_line()
    it.reply("250-mx.example", "250 STARTTLS")
    it.read_line()


def serve(it, group=None):
    """The whole of a session without fault."""
    up_to_starttls(it)
    it.reply("220 go")
    it.start_tls(group)
    it.read_line()
    it.reply("250-inside.example", "250 REQUIRETLS")
    it.read_line()
    it.reply("221 bye")


def finite_field(it):
    """Address 1 has nothing but a finite-field group, address 2 likes it best."""
    up_to_starttls(it)
    it.reply("220 go")
    offered = FFDHE in it.socket.recv(4096, socket.MSG_PEEK)
    it.start_tls("ffdhe8192" if number_of(it) == 1 else "ffdhe2048" if offered else "X25519")
    it.read_line()
    it.reply("250 inside.example")
    it.read_line()
    it.reply("221 bye")


def await_close_notify(it):
    """QUIT gets no answer; a second "quit" counts the close_notify that comes all the same."""
    it.socket.suppress_ragged_eofs = False
    if not it.socket.recv(1):
        it.station.count_quit()
    return False


def silent(it):
    """Nothing at address 1, elsewhere no more than the greeting."""
    if number_of(it) != 1:
        it.reply("220 mx.example ESMTP")
    it.read_all()


def faulty(it):
    """Each address has a fault of its own, stage by stage."""
    stage, fault = divmod(number_of(it) - 1, len(FAULTS))
    smtp_act(STAGES[stage], FAULTS[fault])(it)


def inject(it):
    """Bytes in the clear behind the 220; a handshake that begins all the same is a "quit"."""
    up_to_starttls(it)
    it.send("220 go\r\n250 injected\r\n" if number_of(it) == 1 else "220 go\r\n\x16")
    if it.socket.recv(1):
        it.station.count_quit()


def watch(it):
    """A "quit" is a client that says anything behind STARTTLS before the 220 has come (RFC 3207 §4)."""
    it.reply("220 mx.example ESMTP")
    it.read_line()
    it.reply("250-mx.example", "250-PIPELINING", "250 STARTTLS")
    time.sleep(0.1)
    alone = it.socket.recv(512) == b"STARTTLS\r\n" and not it.spoke_early()
    it.reply("220 go")
    hello = it.socket.recv(512, socket.MSG_PEEK)
    if not alone or len(hello) < 5 or hello[0] != 22:
        it.station.count_quit()
    it.start_tls()
    it.read_line()
    it.reply("250 inside.example")


def refused_at_ehlo(it):
    """A greeting, and EHLO is refused."""
    it.reply("220 mx.example ESMTP")
    it.read_line()
    it.reply("550 5.7.0 too many connections")


BUSY = ACTS["greet-421"]
TOO_MANY = (BUSY, ACTS["reset"], ACTS["hang-up"], ACTS["silent"], refused_at_ehlo)
SLOTS = collections.defaultdict(threading.Lock)  # of each address


def limited(it):
    """One connection at a time, or (from the address behind the kinds of refusal on) one in all."""
    number = number_of(it) - 1
    slot = SLOTS[number]
    # The slot is given back a moment after the client could see the end.
    if not slot.acquire(timeout=0.05 * SLOWNESS):
        TOO_MANY[number % len(TOO_MANY)](it)
        return
    time.sleep(0.3 * SLOWNESS)  # so that the other comes meanwhile
    try:
        serve(it)
    finally:
        if number < len(TOO_MANY):
            slot.release()


def second_refused(it):
    """The second connection is refused."""
    (BUSY if it.station.connections == 2 else serve)(it)


MODERN, OLD = ("1.2", "1.3"), ("1.0", "1.0")
# What is done, the certificates, the versions of TLS.
SERVED = {
    "serve": (serve, "ecdsa rsa", MODERN),
    "ecdsa": (serve, "ecdsa", MODERN),
    "old": (serve, "rsa", OLD),
    "finite-field": (finite_field, "ecdsa", ("1.3", "1.3")),
    "no-starttls": (ACTS["no-starttls"], "", MODERN),
    "await-close-notify": (session(before_quit=await_close_notify), "ecdsa", MODERN),
    "silent": (silent, "", MODERN),
    "faulty": (faulty, "ecdsa", MODERN),
    "inject": (inject, "", MODERN),
    "inject-late": (ACTS["inject-late"], "ecdsa", MODERN),
    "watch": (watch, "ecdsa", MODERN),
    "busy": (BUSY, "", MODERN),
    "limited": (limited, "rsa", MODERN),
    "second-refused": (second_refused, "rsa", OLD),
}


def station_of(name):
    """Where an act is served."""
    act, certificates, versions = SERVED[name]
    files = [FOLDER / f"{one}.pem" for one in certificates.split()]
    return Station("0.0.0.0", 0, act, [(file, file) for file in files], "mx.example", versions)


def main():
    """Serve until there is nobody to ask for more."""
    station = None
    with contextlib.ExitStack() as serving:
        for line in sys.stdin:
            if name := line.strip():
                serving.close()
                station = station_of(name)
                serving.enter_context(SmtpServers([station]))
                print(station.socket.getsockname()[1], flush=True)
            else:
                print(station.connections, station.most_open, station.quits, flush=True)


if __name__ == "__main__":
    main()
