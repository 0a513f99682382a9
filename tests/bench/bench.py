"""The bench: mxdane beside posttls-finger and a bare handshake, in the lab, at a distance.

Seconds are noise on a machine that does something else as well.  What counts are the counts: round
trips (slopes of the time over the distance), queries, connections, instructions, memory.  Those that
must not grow are compared with the tables of README.md: the exit status is 1 if one has grown by more
than three in a hundred.
"""

import json
import os
import subprocess
import sys
import tempfile

from measure import Distance, compile_tools, cost_of, instructions

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
from bulk import zone_of_many  # noqa: E402 pylint: disable=wrong-import-position
from world.programs import find  # noqa: E402 pylint: disable=wrong-import-position

MXDANE = os.environ["MXDANE"]
RESOLVER = os.environ["LAB_RESOLVER"]
ONE, TWO = "victim.example", "good.example"  # one host without a policy; two hosts with one
COLUMNS = ("", "mail trips", "dns trips", "ms at 20", "queries", "to 53", "to 25", "to 443",
           "M instr", "peak MiB", "KiB sent+got")
LIST_COLUMNS = ("domains on hosts", "seconds", "connections", "peak MiB", "M instr for one more")
COUNTS = {"queries", "to 53", "to 25", "to 443", "M instr", "connections", "M instr for one more"}
GROWTH = 1.03
README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")
SHARED_HOSTS = 50
KEY_TYPES = 2


def mxdane(*options):
    """mxdane's command line but for the domain."""
    return [MXDANE, "--resolver", RESOLVER, *options]


def report(domain):
    """What mxdane finds out about a domain."""
    done = subprocess.run(mxdane("-o", "json", domain), capture_output=True, check=False)
    return json.loads(done.stdout)


def number(value, digits=0):
    """For the table."""
    return "-" if value is None else f"{value:.{digits}f}"


class Tables:
    """What is printed, beside what README.md says."""

    def __init__(self):
        with open(README, encoding="utf-8") as text:
            rows = [self._cells(line) for line in text if line.startswith("|")]
        self._known = {}
        columns = ()
        for cells in rows:
            columns = cells if tuple(cells) in (COLUMNS, LIST_COLUMNS) else columns
            self._known.setdefault(cells[0], dict(zip(columns, cells)))
        self._columns = ()
        self.wrong = []

    @staticmethod
    def _cells(line):
        return [cell.strip() for cell in line.strip().strip("|").split("|")]

    def head(self, columns):
        """Begin one."""
        self._columns = columns
        print("\n| " + " | ".join(columns) + " |\n" + "| --- " * len(columns) + "|")

    def row(self, *words):
        """One line of it."""
        print("| " + " | ".join(words) + " |", flush=True)
        known = self._known.get(words[0], {})
        for column, word in zip(self._columns, words):
            before = known.get(column, "-")
            if column in COUNTS and before and "-" not in (word, before) \
                    and float(word) > GROWTH * float(before):
                self.wrong.append(f"{words[0]}: {column} {word}, and {before} in README.md")


def show(tables, name, cost):
    """One line of the table of one domain at a time."""
    counts = cost.counts
    words = (name, number(cost.mail_trips, 1), number(cost.resolver_trips, 1),
             number(cost.wall_ms), *(str(counts[one]) for one in ("queries", "dns", "smtp", "https")),
             number(cost.instructions, 1), number(cost.peak_mib, 1),
             number(counts["bytes"] / 1024, 1))
    tables.row(*words)


def compare(tables, distance, tools, runs):
    """The table of one domain at a time."""
    finger = dict(os.environ, LD_LIBRARY_PATH=find("postfix-libraries"),
                  MAIL_CONFIG=os.path.join(os.environ["LAB_STATE"], "sender"))
    finger_words = [find("posttls-finger"), "-c", "-l", "dane", "-m", "0"]
    found = {}

    def measure(name, domain, command, environment=None):
        found[name, domain] = cost_of(distance, command, runs, environment)
        show(tables, f"{name}, {domain}", found[name, domain])

    tables.head(COLUMNS)
    for domain in (ONE, TWO):
        host = report(domain)["hosts"][0]
        measure("bare handshake", domain,
                [tools["handshake"], host["endpoints"][0]["address"], host["name"]])
        measure("posttls-finger", domain, [*finger_words, domain], finger)
        measure("mxdane trust-ad", domain, mxdane("--dnssec", "trust-ad", domain))
        measure("mxdane", domain, mxdane(domain))
        measure("mxdane any key", domain, mxdane("-k", "any", domain))
    print("\n| to posttls-finger | mail trips | dns trips | queries | M instr |\n"
          "| --- | --- | --- | --- | --- |")
    for domain in (ONE, TWO):
        base = found["posttls-finger", domain]
        for name in ("mxdane trust-ad", "mxdane"):
            cost = found[name, domain]
            pairs = ((cost.mail_trips, base.mail_trips),
                     (cost.resolver_trips, base.resolver_trips),
                     (cost.counts["queries"], base.counts["queries"]),
                     (cost.instructions, base.instructions))
            print(f"| {name}, {domain} | " + " | ".join(
                number(a / b, 2) if a is not None and b else "-" for a, b in pairs) + " |")


def further(distance, command_of, few, many):
    """Millions of instructions for each one more."""
    costs = [instructions(distance, command_of(count)) for count in (few, many)]
    return None if None in costs else (costs[1] - costs[0]) / (many - few)


def grow(tables, distance, tools, folder):
    """Lists of growing length."""
    host = report(ONE)["hosts"][0]
    distance.delay(0, 0)

    # Few at once where instructions count: how many connections to the resolver many lead to is chance.
    def listed(count, hosts, jobs="8"):
        names = zone_of_many(folder, host, count, hosts)
        return mxdane("-o", "json", "--per-host", "64", "-j", jobs, "-t", "60", "--zone",
                      names.zone, "--file", names.list)

    tables.head(LIST_COLUMNS)
    for count, hosts in ((100, SHARED_HOSTS), (1000, SHARED_HOSTS), (10000, SHARED_HOSTS)):
        distance.counts()
        seconds, peak = distance.run(listed(count, hosts, "256"))
        connections = distance.counts()["smtp"]
        more = further(distance, lambda n: listed(n, SHARED_HOSTS), count, count + 100) \
            if count <= 1000 else None
        tables.row(f"{count:,} on {hosts}", number(seconds, 1), str(connections), number(peak, 1),
                   number(more, 2))
        if connections != hosts * KEY_TYPES:
            tables.wrong.append(f"{count} domains on {hosts} hosts made {connections} connections")
    own = further(distance, lambda n: [*listed(n, n), "-k", "any"], 20, 60)
    bare = further(distance, lambda n: [tools["handshake"], host["endpoints"][0]["address"],
                                        host["name"], str(n)], 20, 60)
    tables.row("each on its own", "", "", "", number(own, 2))
    tables.row("bare handshake", "", "", "", number(bare, 2))

    def live(count, mode):
        path = os.path.join(folder, f"{count}.live")
        with open(path, "w", encoding="ascii") as out:
            out.writelines(f"d{one}.wild.q-nsec.example\n" for one in range(count))
        return mxdane("-o", "json", "-k", "any", "-j", "8", "--dnssec", mode, "--file", path)

    for mode in ("validate", "trust-ad"):
        distance.run(live(60, mode))  # fills the resolver's cache
        more = further(distance, lambda count, mode=mode: live(count, mode), 20, 60)
        tables.row(f"in live DNS, {mode}", "", "", "", number(more, 2))


def main():
    """Exit status 1 if a count is wrong."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        tools = compile_tools(folder)
        distance = Distance(tools, RESOLVER)
        tables = Tables()
        compare(tables, distance, tools, runs)
        grow(tables, distance, tools, folder)
        distance.close()
    for one in tables.wrong:
        print(f"bench: {one}", file=sys.stderr)
    return bool(tables.wrong)


if __name__ == "__main__":
    sys.exit(main())
