"""Runs mxdane inside the lab and reads what it prints."""

import json
import os
import pathlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import jsonschema

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = REPOSITORY / "tests/report/mxdane.schema.json"
AT_ONCE = 6  # runs of mxdane side by side
RUN_SECONDS = 240  # a bound for what hangs: a busy machine takes its time
# What caches have left, in JSON and in a fix, which leaves it out while it is all.
LEFT = r"(?<=\"ttl_left\":) ?\d+|,\s+this\s+resolver's\s+for\s+\d+\s+s\b"
# Times besides, and what a server makes up for each session. The TTL without a signature is what is left, too.
CHANGING = re.compile(
    LEFT + r"|(?<=\. )\d+(?= IN )|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?|id=\d+Z|\"(?:elapsed|connect|ttl)\w*\":\d+|time=\"?[\d.]+\"?|"
    r"_seconds(?:\{[^}]*\})? [\d.e+]+|\d+(?:\.\d+)? ?m?s\b|[\d.]+/s|[A-Z][a-z]{2}, \d+ .* [-+]\d{4}")


def binary():
    """The program under test: $MXDANE, or what meson built."""
    found = [os.environ.get("MXDANE"), REPOSITORY / "build/mxdane", REPOSITORY / "build/src/mxdane"]
    for path in filter(None, found):
        if os.access(path, os.X_OK):
            return str(path)
    raise FileNotFoundError("mxdane is not built: meson setup build && meson compile -C build")


def sanitized():
    """Whether the program was built with AddressSanitizer: without a sandbox then (meson.build), and
    not to be run with another library before the sanitizer's."""
    return b"__asan_init" in pathlib.Path(binary()).read_bytes()


@dataclass
class Run:
    """One run of mxdane."""

    command: list
    status: int
    stdout: str
    stderr: str

    @property
    def reports(self):
        """The JSON objects that it printed, each checked against the schema."""
        reports = [json.loads(line) for line in self.stdout.splitlines()]
        for report in reports:
            _validator().validate(report)
        return reports

    @property
    def report(self):
        """The one report of a run with one domain."""
        reports = self.reports
        assert len(reports) == 1, f"{self}: {len(reports)} reports"
        return reports[0]

    def __str__(self):
        return f"{' '.join(self.command)}\nexit {self.status}\n{self.stderr}"


def _validator():
    with open(SCHEMA, encoding="utf-8") as text:
        return jsonschema.Draft202012Validator(json.load(text))


def without_ttl_left(text):
    """A report without what caches have left."""
    return re.sub(LEFT, "", text)


def unchanging(text):
    """A report without what differs between two runs."""
    return CHANGING.sub("", text)


def run(*arguments, before=(), timeout=RUN_SECONDS, **options):
    """Run mxdane with these arguments; `before` goes in front of it."""
    command = [*before, binary(), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                          check=False, stdin=subprocess.DEVNULL, **options)
    return Run(command, done.returncode, done.stdout, done.stderr)


def check(*arguments, **options):
    """Run mxdane with JSON output."""
    return run("--output", "json", *arguments, **options)


def check_scenario(scenario):
    """Run mxdane as a scenario wants it."""
    return check(*scenario.args, scenario.ask or scenario.origin)


class Runs:
    """The run of every scenario, made once and side by side."""

    def __init__(self):
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._futures = {}

    def start(self, scenario):
        """Begin the run of a scenario, if it has not begun."""
        if scenario.name not in self._futures:
            self._futures[scenario.name] = self._pool.submit(check_scenario, scenario)

    def result(self, scenario):
        """The run of a scenario."""
        self.start(scenario)
        return self._futures[scenario.name].result()

    def stop(self):
        """Wait for what runs, drop what has not begun."""
        self._pool.shutdown(cancel_futures=True)
