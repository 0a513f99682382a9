"""A run of mxdane that is fed and watched while it runs: what it holds open."""

import json
import os
import socket
import subprocess
import time

import checker

REPORT_SECONDS = 60


class Watched:
    """mxdane with JSON output that reads its domains from a pipe."""

    def __init__(self, *arguments):
        self.command = [checker.binary(), "--output", "json", "--unordered", "--file", "-",
                        *map(str, arguments)]
        self._process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def check(self, domains):
        """The reports of these domains, by name."""
        self._process.stdin.write("".join(f"{domain}\n" for domain in domains).encode())
        self._process.stdin.flush()
        reports = [json.loads(self._process.stdout.readline() or "null") for _ in domains]
        assert all(reports), self.finish()
        return {report["domain"]: report for report in reports}

    def sockets(self):
        """The (address, port) that each connection of the program leads to."""
        inodes = set()
        for number in os.listdir(f"/proc/{self._process.pid}/fd"):
            try:
                target = os.readlink(f"/proc/{self._process.pid}/fd/{number}")
            except FileNotFoundError:
                continue
            if target.startswith("socket:"):
                inodes.add(target[8:-1])
        return [peer for peer, inode in _connections() if inode in inodes]

    def descriptors(self):
        """How many descriptors are open that are no connection to a resolver."""
        resolvers = sum(port in (53, 853) for _, port in self.sockets())
        return len(os.listdir(f"/proc/{self._process.pid}/fd")) - resolvers

    def resident_kib(self):
        """How much memory it has in use."""
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def settle(self, descriptors, seconds=5):
        """Wait until no more than this many descriptors are open; returns how many are."""
        end = time.monotonic() + seconds
        while self.descriptors() > descriptors and time.monotonic() < end:
            time.sleep(0.05)
        return self.descriptors()

    def finish(self):
        """End the list; the exit status and what stood on standard error."""
        self._process.stdin.close()
        self._process.stdin = None
        _, errors = self._process.communicate(timeout=REPORT_SECONDS)
        return self._process.returncode, errors.decode()


def _connections():
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(path, encoding="ascii") as table:
            for line in list(table)[1:]:
                fields = line.split()
                address, port = fields[2].split(":")
                octets = b"".join(bytes.fromhex(address[at:at + 8])[::-1]
                                  for at in range(0, len(address), 8))
                family = socket.AF_INET if len(octets) == 4 else socket.AF_INET6
                yield (socket.inet_ntop(family, octets), int(port, 16)), fields[9]
