"""The first process of the lab: build the world, run the command, end.

It is process 1 of its own process namespace, so the kernel ends every daemon
when it ends; the state is on a tmpfs of its own mount namespace.
"""

import datetime
import json
import os
import resource
import signal
import subprocess
import sys

from servers.dns_acts import by_type
from servers.dns_server import DnsServer
from servers.listening import serve_for_ever
from servers.smtp_acts import ACTS
from servers.smtp_server import SmtpServers, Station, fill_backlogs
from world import dns_servers, mta, net, web
from world.plan import Plan
from world.process import LabError, start_function, write

# A folder that every Linux has; in this mount namespace it is ours alone.
STATE_MOUNT = "/dev/shm"
STATE = f"{STATE_MOUNT}/lab"
SYSTEM_FILES = {"resolv.conf": "/etc/resolv.conf",
                "root.key": "/usr/share/dns/root.key",
                "ca.pem": "/etc/ssl/certs/ca-certificates.crt",
                "hosts": "/etc/hosts"}

OPEN_FILES = 1024  # what a login has; no process of the lab needs more
LISTENERS_OF_PROCESS = 400  # the rest is for connections

HELP = """\
You are in the lab: a private Internet with its own root. Type exit to leave.
    mxdane good.example          DANE as it should be
    mxdane broken.example        the certificate was renewed, the TLSA record was not
    mxdane sts-only.example      protected by MTA-STS alone
    dig +dnssec good.example mx  ask its resolver; delv and unbound-host work as well
Every domain: $LAB_SCENARIOS (JSON).
"""


def allow_open_files():
    """Raise a limit that is below what every login has."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed < OPEN_FILES:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, max(most, OPEN_FILES)))
        except (OSError, ValueError):
            raise LabError(f"{most} open files are too few: allow {OPEN_FILES} (ulimit -n)") from None


def serve_mail(listeners, ready):
    """The scripted mail servers."""
    serve_for_ever([SmtpServers(
        Station(one.address, one.port, ACTS[one.server.does], one.chains, one.helo, one.server.tls,
                one.server.habits, one.by_sni) for one in listeners)], ready)


def serve_faulty_dns(acts, ready):
    """A name server for each rules that a zone may have."""
    serve_for_ever([DnsServer(by_type(rules), net.LEAVES[0], address, 53)
                    for rules, address in acts.items()], ready)


def build(state):
    """Make every file and start every daemon; returns the plan."""
    for folder in ("log", "certs", "zones"):
        os.makedirs(os.path.join(state, folder))
    net.bring_up()
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    plan = Plan(now, os.path.join(state, "certs"))
    mta.start_all(plan, state)
    scripted = mta.scripted(plan)
    for first in range(0, len(scripted), LISTENERS_OF_PROCESS):
        start_function(f"smtp-{first}", serve_mail, state,
                       scripted[first:first + LISTENERS_OF_PROCESS])
    start_function("dns-faulty", serve_faulty_dns, state, plan.acts)
    web.start_web(plan, state)
    dns_servers.write_anchor(plan, state)
    dns_servers.start_authoritative(plan, state)
    dns_servers.start_resolvers(plan, state)
    held = fill_backlogs([(one.address, one.port) for one in plan.listeners
                                      if one.server.kind == "full"])
    dns_servers.wait(state)
    web.wait(state)
    mta.wait_all(plan, state)
    return plan, held


def take_over_system_files(plan, state):
    """Bind the lab's resolver, trust anchor and CA bundle over the system's files."""
    write(state, "resolv.conf", f"nameserver {net.RESOLVER[0]}\noptions trust-ad\n")
    write(state, "ca.pem", plan.pki.bundle())
    write(state, "hosts", "127.0.0.1 localhost\n::1 localhost\n")
    for name, target in SYSTEM_FILES.items():
        if not os.path.exists(target):
            raise LabError(f"{target} is missing: run tests/lab/setup")
        subprocess.run(["mount", "--bind", os.path.join(state, name), os.path.realpath(target)],
                       check=True)


def describe(plan, state):
    """Write what the command may want to know; returns its environment."""
    scenarios = [{"name": scenario.name, "domain": scenario.origin, "about": scenario.about,
                  "hosts": [{"name": placed.name, "addresses": placed.addresses}
                            for placed in plan.hosts[scenario.name]]}
                 for scenario in plan.scenarios]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return dict(environment, LAB_STATE=state,
                LAB_TRUST_ANCHOR=os.path.join(state, "root.key"),
                LAB_CA_FILE=os.path.join(state, "ca.pem"),
                LAB_RESOLVER=net.RESOLVER[0], LAB_FORWARDER=net.FORWARDER[0],
                LAB_RESOLVER_NAME=dns_servers.RESOLVER_NAME,
                LAB_SCENARIOS=write(state, "scenarios.json", json.dumps(scenarios, indent=1)))


def run(command, environment):
    """The command, or a shell for a human."""
    if not command:
        print(HELP, end="", flush=True)
        command = [os.environ.get("SHELL", "/bin/sh")]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's
    try:
        child = subprocess.Popen(command, env=environment, preexec_fn=_take_signals_back)
    except OSError as error:
        print(f"lab: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    status = child.wait()
    return status if status >= 0 else 128 - status


def _take_signals_back():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main(command):
    """Exit status: the command's, 125 where the lab does not start."""
    try:
        allow_open_files()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "lab", STATE_MOUNT], check=True)
        plan, held = build(STATE)
        take_over_system_files(plan, STATE)
        environment = describe(plan, STATE)
    except (LabError, OSError, subprocess.CalledProcessError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 125
    status = run(command, environment)
    del held
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
