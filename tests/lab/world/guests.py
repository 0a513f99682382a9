"""Zones that others than the lab sign, and name servers beside the lab's: ldns-signzone,
dnssec-signzone, Knot's automatic signing and PowerDNS's, on NSD, Knot, BIND and PowerDNS.

The lab writes what is to be signed, with the keys that the parent vouches for; a test signs and
starts the rest.
"""

import glob
import os
import subprocess

from world import net
from world.dns_templates import KNOT, NSD, each
from world.process import LabError, start, wait_for_port, write
from world.programs import find

NAMED = """\
options {{
    directory "{here}";
    pid-file none;
    listen-on {{ {address}; }};
    listen-on-v6 {{ none; }};
    recursion no;
    allow-query {{ any; }};
    dnssec-validation no;
}};
controls {{ }};
"""

PDNS = """\
launch=bind
bind-config={here}/zones.conf
bind-dnssec-db={here}/keys.db
local-address={address}
module-dir={modules}
socket-dir={here}
config-dir={here}
daemon=no
disable-syslog=yes
write-pid=no
zone-cache-refresh-interval=0
dname-processing=yes
security-poll-suffix=
"""

KNOT_POLICY = """\
policy:
  - id: nsec
    manual: on
  - id: nsec3
    manual: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-salt-length: 0
  - id: optout
    manual: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-salt-length: 0
    nsec3-opt-out: on
"""


def write_unsigned(zone, state):
    """The zone's records and keys, for start_all."""
    write(state, f"zones/{zone.origin}zone", zone.unsigned())
    for key in {zone.keys.ksk, zone.keys.zsk}:
        for name, text in key.files(zone.origin):
            write(state, f"zones/{name}", text)


def _run(*command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, **options)
    if done.returncode:
        raise LabError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def keys_of(state, name):
    """The paths of a zone's keys, without what follows."""
    return sorted(path[:-len(".key")] for path in glob.glob(f"{state}/zones/K{name}.+*.key"))


def _sign_with_ldns(state, name, spec, path):
    nsec3 = {"nsec": [], "nsec3": ["-n", "-t", "0"], "optout": ["-n", "-t", "0", "-p"]}[spec.denial]
    _run(find("ldns-signzone"), *nsec3, "-f", f"{path}.signed", path, *keys_of(state, name))
    os.replace(f"{path}.signed", path)


def _sign_with_bind(state, name, spec, path):
    nsec3 = {"nsec": [], "nsec3": ["-3", "-", "-H", "0"],
             "optout": ["-3", "-", "-H", "0", "-A"]}[spec.denial]
    _run(find("dnssec-signzone"), "-S", "-q", "-K", f"{state}/zones", "-d", f"{state}/zones",
         *nsec3, "-o", name, "-f", f"{path}.signed", path, env=bind_environment())
    os.replace(f"{path}.signed", path)


def bind_environment():
    """Where BIND's programs find their libraries."""
    return dict(os.environ, LD_LIBRARY_PATH=find("bind-libraries"))


def _start_nsd(name, address, zones, state):
    text = NSD.format(addresses=each("ip-address", [address]), state=state, name=name)
    text += "".join(f'zone:\n    name: "{zone}"\n    zonefile: "{path}"\n'
                    for zone, _, path in zones)
    return start(name, [find("nsd"), "-d", "-c", write(state, f"{name}.conf", text)], state)


def _start_knot(name, address, zones, state):
    here = f"{state}/{name}"
    os.makedirs(f"{here}/knot")  # keymgr does not make it
    text = KNOT.format(addresses=each("listen", [f"{address}@53"]), state=here)
    text = text.replace("template:", f"{KNOT_POLICY}template:", 1)
    for zone, spec, path in zones:
        text += f'  - domain: "{zone}"\n    file: "{path}"\n'
        if spec.signer == "knot":
            text += (f"    dnssec-signing: on\n    dnssec-policy: {spec.denial}\n")
    config = write(state, f"{name}/knot.conf", text)
    for zone, spec, _ in zones:
        for key in keys_of(state, zone) if spec.signer == "knot" else ():
            _run(find("keymgr"), "-c", config, zone, "import-bind", f"{key}.key")
    return start(name, [find("knot"), "-c", config], state)


def _start_bind(name, address, zones, state):
    here = f"{state}/{name}"
    text = NAMED.format(here=here, address=address)
    text += "".join(f'zone "{zone}" {{ type primary; file "{path}"; }};\n'
                    for zone, _, path in zones)
    return start(name, [find("named"), "-g", "-c", write(state, f"{name}/named.conf", text)], state,
                 env=bind_environment())


def _start_pdns(name, address, zones, state):
    here = f"{state}/{name}"
    write(state, f"{name}/pdns.conf", PDNS.format(here=here, address=address,
                                                  modules=find("pdns-modules")))
    write(state, f"{name}/zones.conf", "".join(
        f'zone "{zone}" {{ type master; file "{path}"; }};\n' for zone, _, path in zones))
    tool = (find("pdnsutil"), f"--config-dir={here}")
    _run(*tool, "create-bind-db", f"{here}/keys.db")
    for zone, spec, _ in zones:
        if spec.signer != "pdns":
            _run(*tool, "set-presigned", zone)
        for key in keys_of(state, zone) if spec.signer == "pdns" else ():
            _run(*tool, "import-zone-key", zone, f"{key}.private", "active", "ksk")
        if spec.denial != "nsec":
            flags = int(spec.denial == "optout")
            _run(*tool, "set-nsec3", zone, f"1 {flags} 0 -", *["narrow"] * spec.narrow)
    return start(name, [find("pdns_server"), f"--config-dir={here}"], state)


SIGNERS = {"ldns": _sign_with_ldns, "bind": _sign_with_bind}
SERVERS = {"guest-nsd": _start_nsd, "guest-knot": _start_knot, "guest-bind": _start_bind,
           "guest-pdns": _start_pdns}


def start_all(zones, state):
    """Sign these (name, spec) and serve them; returns once all servers answer."""
    files = {server: [] for server in SERVERS}
    for name, spec in zones:
        path = f"{state}/zones/{name}.zone"
        if spec.signer in SIGNERS:
            SIGNERS[spec.signer](state, name, spec, path)
        files[spec.server].append((name, spec, path))
    start_each(files, state)


def start_each(files, state):
    """Serve {server: [(name, spec, file)]}; returns the processes once all servers answer."""
    programs = [starter(server, net.GUESTS[server], files[server], state)
                for server, starter in SERVERS.items()]
    for server, address in net.GUESTS.items():
        wait_for_port(server, address, 53, state)
    return programs
