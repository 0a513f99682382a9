"""Zones of which each is served by several real name servers, for test_authoritative.py: what the
servers of one zone have in common.  The mail host of all is good.example's by another name.
"""

import functools

from world import net
from world.spec import Zone

SERVERS = {f"ns-{guest[len('guest-'):]}": address for guest, address in net.GUESTS.items()
           if guest != "guest-nsd"}  # NSD is where the parent leads to, as ns-lab
DEAD = net.CLOSED[0]
MANY = 35  # name servers of one zone, more than are asked
COUNTED = "20.25.253.1"  # a scripted server that counts, or misbehaves
SILENT = tuple(f"20.25.254.{number}" for number in range(1, 65))  # test_servers_asked_at_once has them


def _zone(servers, host="mx"):
    lines = [f"@ MX 10 {host}"]
    for name, address in servers:
        lines += [f"@ NS {name}", f"{name} A {address}"]
    return Zone(server="guest-nsd", signer="ldns", records=tuple(lines))


@functools.cache
def zones():
    """(name, Zone) of every zone here."""
    real = tuple(SERVERS.items())
    return (
        *((f"served-{name}.example", _zone(real))
          for name in ("alike", "stale", "lame", "tlsa", "gone", "expired", "unsigned")),
        ("served-counted.example", _zone((("ns-count", COUNTED),))),
        *((f"served-{name}.example", _zone((), "mx.served-counted.example."))
          for name in ("first", "second")),
        ("served-dead.example", _zone((*real, ("ns-dead", DEAD)))),
        ("served-many.example", _zone(tuple((f"ns{number:02}", net.GUESTS["guest-nsd"])
                                            for number in range(MANY)))),
        *((f"served-silent{half}.example",
           _zone(tuple((f"ns{number:02}", address) for number, address
                       in enumerate(SILENT[32 * half:32 * (half + 1)]))))
          for half in (0, 1)),
    )
