"""A Zabbix of Debian's packages in a folder: database, server, agent and the frontend's API."""

import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from world.process import LabError
from world.programs import PHP_MODULES, find

SECONDS = 240  # a bound for what does not start
PORT, AGENT_PORT, WEB_PORT = 10051, 10050, 8080
# Of the data that a new installation has, what a login and an import need; the rest is Zabbix's own templates.
TABLES = ("config", "users", "role", "role_rule", "usrgrp", "users_groups", "ugset", "user_ugset", "hstgrp", "globalmacro")
LOAD = r"""<?php
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$db = new mysqli(null, 'root', '', null, 0, $argv[1]);
$db->query('create database zabbix character set utf8mb4 collate utf8mb4_bin');
$db->select_db('zabbix');
foreach (preg_split('/^DELIMITER .*$/m', stream_get_contents(STDIN)) as $i => $part)
	foreach ($i % 2 ? explode('$$', $part) : [$part] as $sql) {
		if (trim($sql) === '')
			continue;
		$db->multi_query($sql);
		while ($db->more_results())
			$db->next_result();
	}
"""
FRONTEND = r"""<?php
$DB = ['TYPE' => 'MYSQL', 'SERVER' => 'localhost', 'PORT' => '0', 'DATABASE' => 'zabbix', 'USER' => 'root',
	'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'KEY_FILE' => '', 'CERT_FILE' => '', 'CA_FILE' => '',
	'VERIFY_HOST' => false, 'CIPHER_LIST' => '', 'VAULT' => '', 'VAULT_URL' => '', 'VAULT_PREFIX' => '',
	'VAULT_DB_PATH' => '', 'VAULT_TOKEN' => '', 'VAULT_CERT_FILE' => '', 'VAULT_KEY_FILE' => '', 'DOUBLE_IEEE754' => true];
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""


class Zabbix:
    """Database, server, agent and frontend, from `start` to `stop`."""

    def __init__(self, folder, parameter):
        self.folder = folder
        self.parameter = parameter  # the agent's configuration
        # A database on a disk takes a minute longer; a socket's path must be short.
        self.data = pathlib.Path("/dev/shm", f"zabbix-{os.getpid()}")
        self.socket = self.data / "socket"
        self.programs, self.token, self.version = [], None, None
        self.paths = {name: find(name) for name in ("mariadbd", "mariadb-share", "php", "zabbix-frontend", "zabbix-sql",
                                                    "zabbix_server", "zabbix_agentd")}
        modules = [word for name in PHP_MODULES for word in ("-d", f"extension={find(f'php-{name}')}")]
        self.php = [self.paths["php"], "-n", *modules, "-d", "date.timezone=UTC",
                    "-d", f"mysqli.default_socket={self.socket}"]

    def start(self):
        """All four; the API is logged in to."""
        self._start_database()
        self._start_frontend()
        self._start_daemon("zabbix_agentd", f"""Server=127.0.0.1
ListenPort={AGENT_PORT}
StartAgents=1
Hostname=mail
{self.parameter}""")
        self._start_daemon("zabbix_server", f"""SocketDir={self.folder}
DBName=zabbix
DBUser=root
DBSocket={self.socket}
AllowUnsupportedDBVersions=1
ListenPort={PORT}
CacheUpdateFrequency=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
FpingLocation=/bin/true
Fping6Location=/bin/true
""")
        self.token = self.api("user.login", username="Admin", password="zabbix")

    def stop(self):
        """Ends them, and leaves nothing but their logs."""
        for program in reversed(self.programs):
            program.terminate()
            program.wait(timeout=SECONDS)
        shutil.rmtree(self.data, ignore_errors=True)

    def _start(self, name, *command):
        with (self.folder / f"{name}.out").open("wb") as out:
            self.programs.append(subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                                                  stderr=subprocess.STDOUT, cwd=self.folder))

    def _start_database(self):
        share = self.paths["mariadb-share"]
        (self.data / "mysql").mkdir(parents=True)
        self._start("mariadbd", self.paths["mariadbd"], "--no-defaults", "--user=root", f"--datadir={self.data}",
                    f"--socket={self.socket}", f"--pid-file={self.data}/pid", f"--lc-messages-dir={share}/english",
                    f"--character-sets-dir={share}/charsets", "--skip-networking", "--skip-grant-tables",
                    "--log-bin-trust-function-creators=1", "--innodb-log-file-size=16M")
        _wait(self.socket.exists)
        schema, data = (gzip.decompress(pathlib.Path(self.paths["zabbix-sql"], f"{name}.sql.gz").read_bytes())
                        for name in ("schema", "data"))
        wanted = re.compile(rb"^INSERT INTO `(?:%s)` .*?;$" % "|".join(TABLES).encode(), re.M | re.S)
        rows = b"\n".join(wanted.findall(data))
        (self.folder / "load.php").write_text(LOAD, encoding="ascii")
        subprocess.run([*self.php, self.folder / "load.php", self.socket], input=schema + b"\n" + rows, check=True,
                       timeout=SECONDS)

    def _start_frontend(self):
        """Its configuration is a file of /etc: in a mount namespace of its own."""
        etc = self.folder / "etc"
        (etc / "zabbix").mkdir(parents=True)
        shutil.copy("/etc/passwd", etc)
        (etc / "zabbix/zabbix.conf.php").write_text(FRONTEND, encoding="ascii")
        self._start("frontend", "unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc && exec "$@"', etc,
                    *self.php, "-d", "memory_limit=256M", "-S", f"127.0.0.1:{WEB_PORT}", "-t", self.paths["zabbix-frontend"])
        _wait(self._answers)

    def _start_daemon(self, name, text):
        file = self.folder / f"{name}.conf"
        places = f"LogFile={self.folder}/{name}.log\nPidFile={self.folder}/{name}.pid\n"
        file.write_text(f"{places}AllowRoot=1\nListenIP=127.0.0.1\n{text}", encoding="ascii")
        self._start(name, self.paths[name], "-f", "-c", file)

    def _answers(self):
        try:
            self.version = tuple(map(int, self.api("apiinfo.version").split(".")[:2]))
        except urllib.error.URLError:
            pass
        return self.version

    def api(self, method, **params):
        """What a method of the API answers."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        if self.token:
            body["auth"] = self.token
        request = urllib.request.Request(f"http://127.0.0.1:{WEB_PORT}/api_jsonrpc.php", json.dumps(body).encode(),
                                         {"Content-Type": "application/json-rpc"})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            answer = json.load(answer)
        if "error" in answer:
            raise ValueError(f"{method}: {answer['error']['data']}")
        return answer["result"]

    def import_template(self, text):
        """As the frontend's Import does it."""
        groups = ["template_groups", "host_groups"] if self.version >= (6, 2) else ["groups"]
        every = {"createMissing": True, "updateExisting": True}
        self.api("configuration.import", format="yaml", source=text, rules={
            part: every for part in ("templates", "items", "triggers", "discoveryRules", *groups)})

    def add_host(self, template, **macros):
        """A host that the agent is on, with a template and macros; its id."""
        found, = self.api("template.get", filter={"host": template}, output=["templateid"])
        group = self.api("hostgroup.get", output=["groupid"])[0]
        host = self.api("host.create", host="mail", groups=[group], templates=[found], interfaces=[
            {"type": 1, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "", "port": str(AGENT_PORT)}], macros=[
                {"macro": f"{{$MXDANE.{name}}}", "value": value} for name, value in macros.items()])
        return host["hostids"][0]

    def problems(self):
        """The names of what Zabbix now finds wrong."""
        return {problem["name"] for problem in self.api("problem.get", output=["name"])}


def _wait(ready):
    end = time.monotonic() + SECONDS
    while not ready():
        if time.monotonic() > end:
            raise LabError("Zabbix does not start")
        time.sleep(0.1)
