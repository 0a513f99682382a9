"""The bench: mxdane beside posttls-finger and a bare handshake, in the lab, at a distance.

Seconds are noise on a machine that does something else as well.  What counts are the counts: round
trips (slopes of the time over the distance), queries, connections, instructions, memory.  Those that
must not grow are asserted: the exit status is 1 if one has.
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


def show(name, cost):
    """One line of the table."""
    counts = cost.counts
    words = (name, number(cost.mail_trips, 1), number(cost.resolver_trips, 1),
             number(cost.wall_ms), *(str(counts[one]) for one in ("queries", "dns", "smtp", "https")),
             number(cost.instructions, 1), number(cost.peak_mib, 1),
             number(counts["bytes"] / 1024, 1))
    print("| " + " | ".join(words) + " |", flush=True)


def compare(distance, tools, runs):
    """The table of one domain at a time; {(program, domain): Cost}."""
    finger = dict(os.environ, LD_LIBRARY_PATH=find("postfix-libraries"),
                  MAIL_CONFIG=os.path.join(os.environ["LAB_STATE"], "sender"))
    finger_words = [find("posttls-finger"), "-c", "-l", "dane", "-m", "0"]
    found = {}

    def measure(name, domain, command, environment=None):
        found[name, domain] = cost_of(distance, command, runs, environment)
        show(f"{name}, {domain}", found[name, domain])

    print("| " + " | ".join(COLUMNS) + " |\n" + "| --- " * len(COLUMNS) + "|")
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
    return found


def further(distance, command_of, few, many):
    """Millions of instructions for each one more."""
    costs = [instructions(distance, command_of(count)) for count in (few, many)]
    return None if None in costs else (costs[1] - costs[0]) / (many - few)


def grow(distance, tools, folder):
    """Lists of growing length; returns what is wrong."""
    wrong = []
    host = report(ONE)["hosts"][0]
    distance.delay(0, 0)

    def listed(count, hosts):
        names = zone_of_many(folder, host, count, hosts)
        return mxdane("-o", "json", "--per-host", "64", "-j", "256", "-t", "60", "--zone",
                      names.zone, "--file", names.list)

    print("\n| domains on hosts | seconds | connections | peak MiB | M instr for one more |\n"
          "| --- | --- | --- | --- | --- |")
    for count, hosts in ((100, SHARED_HOSTS), (1000, SHARED_HOSTS), (10000, SHARED_HOSTS)):
        distance.counts()
        seconds, peak = distance.run(listed(count, hosts))
        connections = distance.counts()["smtp"]
        more = further(distance, lambda n: listed(n, SHARED_HOSTS), count, count + 100) \
            if count <= 1000 else None
        print(f"| {count} on {hosts} | {seconds:.1f} | {connections} | {peak:.1f} | "
              f"{number(more, 2)} |", flush=True)
        if connections != hosts * KEY_TYPES:
            wrong.append(f"{count} domains on {hosts} hosts made {connections} connections")
    own = further(distance, lambda n: [*listed(n, n), "-k", "any"], 20, 60)
    bare = further(distance, lambda n: [tools["handshake"], host["endpoints"][0]["address"],
                                        host["name"], str(n)], 20, 60)
    print(f"\nOne more domain with a host of its own: {number(own, 2)} M instructions; "
          f"a bare handshake: {number(bare, 2)} M.")
    return wrong


def check(found):
    """The counts that must not grow; what is wrong with them."""
    limits = (("mxdane trust-ad", TWO, 11), ("mxdane", TWO, 19), ("mxdane trust-ad", ONE, 8))
    return [f"{name} asked {found[name, domain].counts['queries']} questions for {domain}, "
            f"not {most} at most"
            for name, domain, most in limits if found[name, domain].counts["queries"] > most]


def main():
    """Exit status 1 if a count is wrong."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        tools = compile_tools(folder)
        distance = Distance(tools, RESOLVER)
        wrong = check(compare(distance, tools, runs)) + grow(distance, tools, folder)
        distance.close()
    for one in wrong:
        print(f"bench: {one}", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
