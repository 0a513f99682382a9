"""The private network: addresses that look global and lead nowhere.

Special-purpose addresses would be refused by mxdane, so ordinary ones are
borrowed.  The namespace has only its loopback device and no route outside.
"""

import itertools
import subprocess

V4_PREFIX = "20.25.0.0/16"
V6_PREFIX = "2a00:25::/64"
# Special-purpose ranges (RFC 6890) that a scenario or two put servers into.
RESERVED = ("198.18.0.0/15",)

SOURCE = ("20.25.0.1", "2a00:25::1")
PARENTS = ("20.25.0.2", "2a00:25::2")  # root and top-level domains
LEAVES = ("20.25.0.3", "2a00:25::3")  # every other zone
KNOT = ("20.25.0.4", "2a00:25::4")  # but those that NSD does not serve
# Name servers that only a test starts (guests.py).
GUESTS = {"guest-nsd": "20.25.0.5", "guest-knot": "20.25.0.6", "guest-bind": "20.25.0.7",
          "guest-pdns": "20.25.0.8"}
DYNAMIC = "20.25.0.9"  # the same, of a zone with dynamic updates (test_plan.py)
RESOLVER = ("20.25.0.53", "2a00:25::53")  # validates
FORWARDER = ("20.25.0.54", "2a00:25::54")  # does not
WEB = ("20.25.0.80", "2a00:25::80")
CLOSED = ("20.25.0.81", "2a00:25::81")  # nothing listens here
FAULTY = "20.25.255.{}"  # name servers that misbehave, one address for each way


def bring_up():
    """Give the namespace its addresses."""
    commands = [
        "link set lo up",
        f"address add {SOURCE[0]}/32 dev lo",
        f"address add {SOURCE[1]}/128 dev lo nodad",
        f"route add local {V4_PREFIX} dev lo src {SOURCE[0]}",
        f"route add local {V6_PREFIX} dev lo src {SOURCE[1]}",
    ]
    commands += [f"route add local {prefix} dev lo src {SOURCE[0]}" for prefix in RESERVED]
    ip(commands)
    # A prefix route does not make IPv6 addresses bindable, as it does for IPv4.
    with open("/proc/sys/net/ipv6/ip_nonlocal_bind", "w", encoding="ascii") as knob:
        knob.write("1")


def ip(commands):
    """Run these commands of ip(8)."""
    subprocess.run(["ip", "-force", "-batch", "-"], input="\n".join(commands), text=True,
                   check=True)


class Allocator:
    """Hands out host addresses, always in the same order."""

    def __init__(self):
        self._v4 = (f"20.25.{high}.{low}" for high in range(1, 255) for low in range(1, 255))
        self._v6 = (f"2a00:25::1:{number:x}" for number in itertools.count(1))

    def take(self, family):
        """The next address of family "4" or "6"."""
        return next(self._v4 if family == "4" else self._v6)
