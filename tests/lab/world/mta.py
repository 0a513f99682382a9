"""The real mail servers: Postfix (behind postscreen or not), Exim, chasquid, OpenSMTPD.

They need users of their own, which a lab without root does not have; there
the scripted server stands in for them.
"""

import os
import shutil
import subprocess

from world.process import start, wait_for_port, write
from world.programs import find

USERS = {"postfix": 8101, "Debian-exim": 8102, "opensmtpd": 8103, "opensmtpq": 8104,
         "chasquid": 8105, "sshd": 8107}
GROUPS = dict(USERS, postdrop=8106)

QUEUES = ("public", "private", "incoming", "active", "deferred", "maildrop")
POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
daemon_directory = {daemons}
command_directory = {daemons}
shlib_directory = {libraries}
meta_directory = {here}
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
mail_owner = postfix
setgid_group = postdrop
maillog_file = {state}/log/{name}
maillog_file_prefixes = {state}
mydestination =
alias_maps =
"""
POSTFIX_RECEIVER = """\
local_recipient_maps =
smtpd_tls_security_level = may
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_session_cache_database =
smtpd_client_event_limit_exceptions =
postscreen_access_list =
smtputf8_enable = no
"""
POSTFIX_MASTER = """\
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
"""
POSTFIX_SERVICE = """\
{address}:{port} inet n - n - - smtpd
    -o myhostname={helo} -o smtpd_tls_chain_files={files} {limits}
"""
POSTSCREEN_SERVICE = """\
{address}:{port} inet n - n - 1 postscreen
    -o myhostname={helo} -o smtpd_service_name=behind{number} -o postscreen_greet_wait=1s
    -o postscreen_cache_map=btree:{here}/data/postscreen{number} {limits}
behind{number} pass - - n - - smtpd
    -o myhostname={helo} -o smtpd_tls_chain_files={files}
"""

EXIM = """\
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
daemon_smtp_ports = 25
local_interfaces = <; {interfaces}
primary_hostname = {helo}
smtp_active_hostname = {by_name}
tls_advertise_hosts = *
smtp_accept_max_per_host = {limit}
tls_certificate = {by_chain}
tls_privatekey = {by_key}
spool_directory = {here}
log_file_path = {here}/%slog
pid_file_path = {here}/exim.pid
acl_smtp_rcpt = acl_rcpt
begin acl
acl_rcpt:
  deny
"""

# Exim as a sender: all that bears on its verdict is at its default.
EXIM_SENDER = """\
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
keep_environment =
primary_hostname = sender.invalid
spool_directory = {here}
log_file_path = {here}/%slog
deliver_drop_privilege = true
begin routers
all:
  driver = dnslookup
  transport = out
  same_domain_copy_routing = yes
begin transports
out:
  driver = smtp
  connect_timeout = 5s
  command_timeout = 5s
begin retry
* * F,1d,1h
"""

CHASQUID = """\
hostname: "{helo}"
smtp_address: "{where}"
data_dir: "{here}/data"
mail_log_path: "{here}/mail.log"
"""

OPENSMTPD = """\
action "out" relay
match from local for any action "out"
"""
# Its folders have fixed names: they are made in a mount namespace of its own.
OPENSMTPD_START = """\
set -e
for folder in /var/lib /var/spool /run; do mount -t tmpfs -o mode=755 lab "$folder"; done
mkdir -p -m 711 /var/spool/smtpd /var/lib/opensmtpd/empty
exec "$0" "$@"
"""
OPENSMTPD_LISTENER = """\
pki {helo} cert "{chain}"
pki {helo} key "{key}"
listen on {address} port {port} tls pki {helo} hostname {helo}
"""


def configure_sender(state):
    """The folder whose main.cf posttls-finger reads, and beside it what Exim reads."""
    write(state, "sender/main.cf", "compatibility_level = 3.6\nsmtp_dns_support_level = dnssec\n")
    write(state, "sender/exim.conf", EXIM_SENDER.format(here=os.path.join(state, "exim-sender")))


def add_users(state):
    """Make the users that the servers insist on known in this mount namespace."""
    for name, numbers, line in (("passwd", USERS, "{0}:x:{1}:{1}::/nonexistent:/bin/false\n"),
                                ("group", GROUPS, "{0}:x:{1}:\n")):
        target = f"/etc/{name}"
        with open(target, encoding="utf-8") as known:
            text = known.read()
        present = {entry.split(":")[0] for entry in text.splitlines()}
        text += "".join(line.format(user, number) for user, number in numbers.items()
                        if user not in present)
        subprocess.run(["mount", "--bind", write(state, name, text), target], check=True)


def start_all(plan, state):
    """Start every real server that the plan asks for."""
    configure_sender(state)
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        return
    add_users(state)
    shutil.chown(_folder(state, "exim-sender"), "Debian-exim", "Debian-exim")
    for kind, starter in STARTERS.items():
        listeners = of_kind(plan, kind)
        if listeners:
            starter(listeners, state)


def wait_all(plan, state):
    """Wait until each of them accepts connections."""
    if os.environ.get("MXDANE_LAB_ROOTLESS") != "1":
        for kind in STARTERS:
            for one in of_kind(plan, kind):
                wait_for_port(kind, one.address, one.port, state)


def scripted(plan):
    """What the scripted server serves: its own, and real ones where they cannot run."""
    kinds = ["scripted"]
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        kinds += STARTERS
    return [one for kind in kinds for one in of_kind(plan, kind)]


def of_kind(plan, kind):
    """The listeners of one kind of server."""
    return [one for one in plan.listeners
            if {"postscreen": "postfix"}.get(one.server.kind, one.server.kind) == kind]


def _folder(state, name, *parts):
    path = os.path.join(state, name)
    for part in ("", *parts):
        os.makedirs(os.path.join(path, part))
    return path


def run_postfix(name, here, state, main, services, queues=()):
    """Start a Postfix in the folder `here` that logs to STATE/log/NAME, with these lines beside those that
    every one has in main.cf and master.cf, and these folders beside QUEUES."""
    for part in ("data", *(f"queue/{one}" for one in ("pid", *QUEUES, *queues))):
        os.makedirs(os.path.join(here, part))
        if part != "queue/pid":
            shutil.chown(os.path.join(here, part), "postfix")
    libraries = find("postfix-libraries")
    write(here, "main.cf", POSTFIX_MAIN.format(
        here=here, state=state, name=name, daemons=find("postfix"), libraries=libraries) + main)
    write(here, "master.cf", POSTFIX_MASTER + services)
    start(f"{name}-master", [os.path.join(find("postfix"), "master"), "-d", "-c", here], state,
          env={"LD_LIBRARY_PATH": libraries, "MAIL_CONFIG": here, "PATH": os.environ["PATH"]})


def start_postfix(listeners, state):
    """One Postfix with a service for each address."""
    here = os.path.join(state, "postfix")
    services = "".join(
        (POSTSCREEN_SERVICE if one.server.kind == "postscreen" else POSTFIX_SERVICE).format(
            address=f"[{one.address}]" if ":" in one.address else one.address, port=one.port,
            helo=one.helo, here=here, number=number,
            limits=" ".join(f"-o {limit}" for limit in one.server.limits),
            files=",".join(f"{key},{chain}" for chain, key in one.chains))
        for number, one in enumerate(listeners))
    run_postfix("postfix", here, state, POSTFIX_RECEIVER, services)


def start_exim(listeners, state):
    """One Exim whose names and certificates follow the address, and one for each limited host: it
    counts the connections of a client over all its addresses."""
    hosts = {}
    for one in listeners:
        hosts.setdefault(one.helo if one.server.limits else None, []).append(one)
    for number, group in enumerate(hosts.values()):
        _start_one_exim(group, state, f"exim{number}")


def _start_one_exim(listeners, state, name):
    here = _folder(state, name)
    shutil.chown(here, "Debian-exim", "Debian-exim")

    def choice(value):
        text = value(listeners[0])
        for one in listeners[1:]:
            text = f"${{if eq{{$received_ip_address}}{{{one.address}}}{{{value(one)}}}{{{text}}}}}"
        return text
    config = write(state, f"{name}/exim.conf", EXIM.format(
        interfaces=" ; ".join(one.address for one in listeners), helo=listeners[0].helo,
        here=here, limit=(*listeners[0].server.limits, "0")[0],
        by_name=choice(lambda one: one.helo),
        by_chain=choice(lambda one: one.chains[0][0]),
        by_key=choice(lambda one: one.chains[0][1])))
    start(name, [find("exim"), "-bdf", "-C", config], state)


def start_chasquid(listeners, state):
    """One chasquid for each address: its host name is the program's."""
    for number, one in enumerate(listeners):
        name = f"chasquid{number}"
        here = _folder(state, name, "data", f"domains/{one.helo}", f"certs/{one.helo}")
        for target, source in zip(("fullchain.pem", "privkey.pem"), one.chains[0]):
            shutil.copy(source, os.path.join(here, "certs", one.helo, target))
        where = f"[{one.address}]:25" if ":" in one.address else f"{one.address}:25"
        write(state, f"{name}/chasquid.conf", CHASQUID.format(helo=one.helo, where=where,
                                                              here=here))
        start("chasquid", [find("chasquid"), "-config_dir", here], state)


def start_opensmtpd(listeners, state):
    """One OpenSMTPD for all; Debian 12's does not finish a handshake under OpenSSL 3."""
    here = _folder(state, "opensmtpd")
    os.chmod(here, 0o711)
    text = OPENSMTPD
    for number, one in enumerate(listeners):
        key = os.path.join(here, f"{number}.key")
        shutil.copy(one.chains[0][1], key)
        os.chmod(key, 0o600)
        text += OPENSMTPD_LISTENER.format(helo=one.helo, chain=one.chains[0][0], key=key,
                                          address=one.address, port=one.port)
    config = write(state, "opensmtpd/smtpd.conf", text)
    start("opensmtpd", ["unshare", "--mount", "sh", "-c", OPENSMTPD_START, find("opensmtpd"),
                        "-d", "-f", config], state)


STARTERS = {"postfix": start_postfix, "exim": start_exim, "chasquid": start_chasquid,
            "opensmtpd": start_opensmtpd}
