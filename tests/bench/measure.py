"""Runs commands at a distance and counts what they cost."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = ("20.26.0.2", "2a00:26::2")
# One-way milliseconds to mail and web servers and to the resolver: near, and each of them far.
NEAR, FAR = 5, 55
LIMIT_SECONDS = 1800


@dataclass
class Cost:
    """What one command cost; None where it was not measured."""

    mail_trips: float = None
    resolver_trips: float = None
    wall_ms: float = None  # 20 ms there and back
    instructions: float = None  # millions
    peak_mib: float = None
    counts: dict = field(default_factory=dict)


def compile_tools(folder):
    """Builds the C programs; returns their paths."""
    paths = {}
    for name, libraries in (("distance", ()), ("peak", ()), ("handshake", ("-lgnutls",))):
        paths[name] = os.path.join(folder, name)
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-D_GNU_SOURCE", "-o", paths[name],
                        os.path.join(HERE, f"{name}.c"), *libraries], check=True)
    return paths


class Distance:
    """A namespace some time away; see distance.c."""

    def __init__(self, tools, resolver):
        self._process = subprocess.Popen([tools["distance"], *CLIENT, resolver],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         bufsize=1)
        pid = int(self._process.stdout.readline())
        self._peak = tools["peak"]
        self._enter = ["nsenter", f"--net=/proc/{pid}/ns/net"]

    def _tell(self, text):
        self._process.stdin.write(text + "\n")
        return self._process.stdout.readline()

    def delay(self, others, resolver):
        """Sets the one-way times in milliseconds."""
        self._tell(f"delay {others} {resolver}")

    def counts(self):
        """The counters since the last call."""
        return {name: int(value) for name, value in
                re.findall(r"(\w+)=(\d+)", self._tell("count"))}

    def run(self, command, environment=None):
        """Runs it to its end; (seconds, peak MiB)."""
        with tempfile.NamedTemporaryFile("r") as peak:
            began = time.monotonic()
            subprocess.run([*self._enter, self._peak, peak.name, *command],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env=environment, check=False,
                           timeout=LIMIT_SECONDS)
            return time.monotonic() - began, int(peak.read()) / 1024

    def close(self):
        """Ends it."""
        self._process.stdin.close()
        self._process.wait()


def instructions(distance, command, environment=None):
    """Millions of instructions of the command and its children; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                    "--trace-children=yes", f"--log-file={folder}/%p"]
        distance.run([*valgrind, *command], environment)
        total = 0
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as log:
                total += sum(map(int, re.findall(r"Collected : (\d+)", log.read())))
    return total / 1e6 or None


def cost_of(distance, command, runs, environment=None):
    """Everything about one command."""
    def fastest(*delays):
        distance.delay(*delays)
        return min(distance.run(command, environment)[0] for _ in range(runs))

    cost = Cost()
    distance.delay(0, 0)
    distance.run(command, environment)  # fills the resolver's cache
    distance.counts()
    _, cost.peak_mib = distance.run(command, environment)
    cost.counts = distance.counts()
    cost.instructions = instructions(distance, command, environment)
    near = fastest(NEAR, NEAR)
    trip = 2 * (FAR - NEAR) / 1000
    cost.mail_trips = (fastest(FAR, NEAR) - near) / trip
    cost.resolver_trips = (fastest(NEAR, FAR) - near) / trip
    cost.wall_ms = fastest(10, 10) * 1000
    return cost
