"""The configuration of NSD and of Knot, for the lab's own servers and for guests.py."""

NSD = """\
server:
    {addresses}
    ip-freebind: yes
    username: ""
    chroot: ""
    zonesdir: "{state}"
    database: ""
    zonelistfile: "{state}/{name}.zonelist"
    xfrdfile: "{state}/{name}.xfrd"
    xfrdir: "{state}"
    pidfile: ""
    server-count: 1
    tcp-count: 200
    rrl-ratelimit: 0
    rrl-whitelist-ratelimit: 0
remote-control:
    control-enable: no
"""

KNOT = """\
server:
    {addresses}
    rundir: "{state}"
database:
    storage: "{state}/knot"
log:
  - target: stderr
    any: warning
template:
  - id: default
    zonefile-sync: -1
    journal-content: none
zone:
"""


def each(option, values):
    """One line of an NSD, Unbound or Knot for each value."""
    return "\n    ".join(f"{option}: {value}" for value in values)
