"""Where the unpacked servers are; tests/lab/setup put them there."""

import functools
import glob
import os
import re
import subprocess

from world.process import LabError

# What Zabbix's frontend needs of PHP; some need those before them.
PHP_MODULES = ("mysqlnd", "mysqli", "mbstring", "bcmath", "gettext", "ctype", "sockets", "dom", "xml", "xmlreader",
               "xmlwriter", "simplexml")

PATHS = {
    "nsd": "nsd/usr/sbin/nsd",
    "knot": "knot/usr/sbin/knotd",
    "unbound": "unbound/usr/sbin/unbound",
    "nginx": "nginx/usr/sbin/nginx",
    "exim": "exim4-daemon-light/usr/sbin/exim4",
    "chasquid": "chasquid/usr/bin/chasquid",
    "opensmtpd": "opensmtpd/usr/sbin/smtpd",
    "postfix": "postfix/usr/lib/postfix/sbin",
    "postfix-libraries": "postfix/usr/lib/postfix",
    "posttls-finger": "postfix/usr/sbin/posttls-finger",
    "named": "bind9/usr/sbin/named",
    "bind-libraries": "bind9-libs/usr/lib/*-linux-gnu*",
    "dnssec-signzone": "bind9-utils/usr/bin/dnssec-signzone",
    "named-compilezone": "bind9-utils/usr/bin/named-compilezone",
    "kresd": "knot-resolver/usr/sbin/kresd",
    "kresd-libraries": "knot-resolver/usr/lib/*-linux-gnu*",
    "pdns_recursor": "pdns-recursor/usr/sbin/pdns_recursor",
    "dnsmasq": "dnsmasq-base/usr/sbin/dnsmasq",
    "resolved": "systemd-resolved/**/lib/systemd/systemd-resolved",
    "keymgr": "knot/usr/sbin/keymgr",
    "ldns-signzone": "ldnsutils/usr/bin/ldns-signzone",
    "pdns_server": "pdns-server/usr/sbin/pdns_server",
    "pdnsutil": "pdns-server/usr/bin/pdnsutil",
    "pdns-modules": "pdns-backend-bind/usr/lib/*-linux-gnu*/pdns",
    "microsocks": "microsocks/usr/bin/microsocks",
    "sshd": "openssh-server/usr/sbin/sshd",
    "promtool": "prom*/usr/bin/promtool",
    "icinga2": "icinga2-bin/usr/lib/*-linux-gnu*/icinga2/sbin/icinga2",
    "icinga2-library": "icinga2-common/usr/share/icinga2/include",
    "nagios4": "nagios4-core/usr/sbin/nagios4",
    "nagios4-objects": "nagios4-common/etc/nagios4/objects",
    "mariadbd": "mariadb-server-core/usr/sbin/mariadbd",
    "mariadb-share": "mariadb-server-core/usr/share/m*/english/..",
    "zabbix_server": "zabbix-server-mysql/usr/sbin/zabbix_server",
    "zabbix-sql": "zabbix-server-mysql/usr/share/zabbix-server-mysql",
    "zabbix_agentd": "zabbix-agent/usr/sbin/zabbix_agentd",
    "zabbix-frontend": "zabbix-frontend-php/usr/share/zabbix",
    "php": "php*-cli/usr/bin/php[0-9]*",
    **{f"php-{name}": f"php*/usr/lib/php/*/{name}.so" for name in PHP_MODULES},
}


@functools.cache
def version(*command):
    """The first two numbers of the version that a program prints, as (9, 20)."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", done.stdout + done.stderr).groups()))


def _caches():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    yield os.environ.get("MXDANE_LAB_CACHE")
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        yield os.path.join(home, "mxdane-lab")
    yield "/var/cache/mxdane-lab"


def find(name):
    """The path of an unpacked program or folder."""
    for cache in filter(None, _caches()):
        for path in glob.iglob(os.path.join(glob.escape(cache), PATHS[name]), recursive=True):
            return path
    raise LabError(f"{name} is missing: run tests/lab/setup")
