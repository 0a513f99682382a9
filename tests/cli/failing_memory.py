"""Runs of the program in which memory runs out, here and in the lab."""

import os
import random
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BUILD = Path(os.environ.get("MXDANE_BUILD", Path(__file__).resolve().parents[2] / "build-tests"))
PROGRAM = os.environ.get("MXDANE", BUILD / "src" / "mxdane")
LIBRARY = BUILD / "tests" / "cli" / "libfail_allocation.so"
STOPPED = (3, "mxdane: out of memory\n")
AT_ONCE = 4
CLOCK = re.compile(r"""\d{14}Z|\d{4}-\d\d-\d\dT[\d:]+Z?|"elapsed_ms":\d+|in\ \d+\ ms\b
                       |time="[^"]*"|time=[0-9.]+s|_seconds\{[^}]*\}\ [0-9.e+-]+""", re.X)


def sanitized():
    """Whether the program has the allocator of a sanitizer, which no other can stand below."""
    return b"__asan_init" in Path(PROGRAM).read_bytes()


class Starved:
    """One command line, and what it does while memory lasts."""

    def __init__(self, tmp_path, *arguments):
        self.arguments = arguments
        counted = tmp_path / "count"
        self.status, self.out, self.error = self.run(COUNT_ALLOCATIONS=str(counted))
        self.count = int(counted.read_text())

    def run(self, **variables):
        environment = {**os.environ, "LD_PRELOAD": str(LIBRARY), **variables}
        done = subprocess.run([PROGRAM, *self.arguments], env=environment, capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.returncode, CLOCK.sub("", done.stdout), done.stderr

    def wrong_at(self, number):
        """What is wrong where the allocation of that number fails (or, by turns, all after it too):
        the run stops, with whole reports printed or none.  None is well.

        A run of another timing may need fewer than were counted; then it is as it was.
        """
        status, out, error = self.run(
            **{"FAIL_FROM" if number % 2 else "FAIL_ALLOCATION": str(number)})
        said = self.out.startswith(out) and self.error.startswith(error.removesuffix(STOPPED[1]))
        whole = out[-1:] in ("", "\n")
        if said and whole and status == STOPPED[0] and error.endswith(STOPPED[1]):
            return None
        if number > self.count * 0.9 and (status, out, error) == (self.status, self.out, self.error):
            return None
        return f"allocation {number} of {self.count}: exit {status}\n{out}{error}"

    def wrong(self, first, sampled):
        """What is wrong where one of the first allocations fails, or one of a sample of the rest."""
        seed = time.time_ns()
        rest = range(first + 1, self.count + 1)
        chosen = [*range(1, min(first, self.count) + 1),
                  *random.Random(seed).sample(rest, min(sampled, len(rest)))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = [wrong for wrong in pool.map(self.wrong_at, chosen) if wrong]
        return found and [f"seed {seed}: {len(found)} of {len(chosen)}", *found[:3]]
