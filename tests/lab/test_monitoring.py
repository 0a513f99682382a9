"""The files of tests/examples/monitoring, loaded by the programs that they are for, and domains of each
status as those see them."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest
import yaml

import checker
from test_examples import EXAMPLES, run
from test_watch import settings, systemd_analyze
from world.process import LabError
from world.programs import find
from zabbix import Zabbix

MONITORING = EXAMPLES / "monitoring"
GOOD, BROKEN, EXPIRING, INVALID = "good.example", "broken.example", "expiring.example", "bad..name"
STATES = {GOOD: 0, EXPIRING: 1, BROKEN: 2, INVALID: 3}
PROGRAM, LIST = "/usr/local/bin/mxdane", "/etc/mxdane/domains"


def need(*names):
    """Where these programs are; a test that lacks one is skipped."""
    try:
        return [find(name) for name in names]
    except LabError as error:
        return pytest.skip(str(error))


def copied(name, folder, **changes):
    """An example as an administrator would have it: changed in the places that are his."""
    text = (MONITORING / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, str(new))
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def started(*command, **options):
    """A program that goes on."""
    return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def wait_for(what, seen, seconds=checker.RUN_SECONDS):
    """What `seen` returns as soon as that is `what`; after a while, as it is."""
    end = time.monotonic() + seconds
    while seen() != what and time.monotonic() < end:
        time.sleep(0.1)
    return seen()


def output_of(*command):
    """A program's exit status and all that it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=checker.RUN_SECONDS,
                          check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


# ---- Nagios ----

def nagios_folder(folder, text):
    """A configuration of Nagios with Debian's own templates, contacts and commands."""
    objects, = need("nagios4-objects")
    (folder / "results").mkdir()
    (folder / "mxdane.cfg").write_text(text, encoding="utf-8")
    files = [f"{objects}/{name}.cfg" for name in ("templates", "contacts", "timeperiods", "commands")]
    lines = [f"cfg_file={file}" for file in (*files, folder / "mxdane.cfg")]
    lines += [f"{key}={folder / key}" for key in ("log_file", "object_cache_file", "precached_object_file", "status_file",
                                                  "temp_file", "lock_file", "query_socket", "state_retention_file")]
    (folder / "nagios.cfg").write_text("\n".join([*lines, f"temp_path={folder}", f"check_result_path={folder}/results", """\
nagios_user=root
nagios_group=root
use_syslog=0
check_for_updates=0
check_external_commands=0
enable_notifications=0
status_update_interval=1
interval_length=1
service_inter_check_delay_method=n
illegal_macro_output_chars=`~$&|'"<>
"""]), encoding="ascii")
    return folder / "nagios.cfg"


def nagios_states(folder):
    """service -> (state, text) of what Nagios has checked."""
    try:
        text = (folder / "status_file").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    blocks = [dict(re.findall(r"^\t(\w+)=(.*)$", block, re.M))
              for block in re.findall(r"^servicestatus \{.*?^\t\}", text, re.M | re.S)]
    return {one["service_description"]: (int(one["current_state"]), one["plugin_output"]) for one in blocks
            if one["has_been_checked"] == "1"}


def test_nagios(tmp_path):
    """Nagios has nothing to say against the definitions, and sees each domain's state."""
    nagios, = need("nagios4")
    text = (MONITORING / "nagios.cfg").read_text(encoding="utf-8").replace(PROGRAM, checker.binary())
    head, last = text.rsplit("define service", 1)
    config = nagios_folder(tmp_path, head + "".join(
        "define service" + last.replace("example.org", domain) for domain in STATES))
    status, said = output_of(nagios, "-v", config)
    assert status == 0 and "Total Warnings: 0\nTotal Errors:   0\n" in said, said
    daemon = started(nagios, config)
    try:
        wait_for(set(STATES), lambda: set(nagios_states(tmp_path)))
        seen = nagios_states(tmp_path)
    finally:
        daemon.terminate()
        daemon.wait(timeout=checker.RUN_SECONDS)
    assert {domain: state for domain, (state, _) in seen.items()} == STATES, seen
    assert all(text.startswith("MXDANE ") and domain in text for domain, (_, text) in seen.items()), seen


@pytest.mark.parametrize("old, new", [("check_mxdane!", "check_mxdame!"), ("use                  mail-domain\n", "")])
def test_nagios_refuses_what_is_wrong(tmp_path, old, new):
    """A command that is not there, a service of no host."""
    nagios, = need("nagios4")
    text = (MONITORING / "nagios.cfg").read_text(encoding="utf-8")
    assert old in text
    assert output_of(nagios, "-v", nagios_folder(tmp_path, text.replace(old, new)))[0] != 0


# ---- Icinga 2 ----

HOST = """include <itl>
object CheckerComponent "checker" { }
object PerfdataWriter "seen" {
  service_temp_path = "%(folder)s/service"
  service_perfdata_path = "%(folder)s/service"
  host_temp_path = "%(folder)s/host"
  host_perfdata_path = "%(folder)s/host"
  rotation_interval = 1s
  service_format_template = "$service.name$ $service.state_id$ $service.output$"
}
include "%(folder)s/icinga2.conf"
object Host "mail" {
  check_command = "dummy"
  vars.mail_domains = %(domains)s
  vars.mxdane_warn_days = 21
}
"""


def icinga(folder, *arguments):
    """The command line of Icinga 2 for the configuration in a folder."""
    program, library = need("icinga2", "icinga2-library")
    (folder / "main.conf").write_text(HOST % {"folder": folder, "domains": json.dumps(list(STATES))}, encoding="utf-8")
    places = [f"-D{name}={folder}" for name in ("DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir")]
    return [program, "daemon", "--no-stack-rlimit", "-c", folder / "main.conf", "-I", library,
            "-DRunAsUser=root", "-DRunAsGroup=root", *places, *arguments]


def icinga_states(folder):
    """service -> (state, text) of what Icinga has checked."""
    lines = "".join(file.read_text(encoding="utf-8") for file in folder.glob("service*")).splitlines()
    return {name: (int(state), text)
            for name, state, text in (line.split(" ", 2) for line in lines if line.count(" ") > 1)}


def test_icinga(tmp_path):
    """Icinga 2 has nothing to say against the definitions, and sees each domain's state."""
    copied("icinga2.conf", tmp_path, **{PROGRAM: checker.binary(), "= 30m": "= 2s", "= 10m": "= 2s"})
    status, said = output_of(*icinga(tmp_path, "-C"))
    warnings = [line for line in said.splitlines() if "warning/" in line and "RLIMIT_NOFILE" not in line]
    assert status == 0 and "Instantiated 4 Services." in said and not warnings, said
    daemon = started(*icinga(tmp_path))
    try:
        wait_for({f"mxdane-{domain}" for domain in STATES}, lambda: set(icinga_states(tmp_path)))
        seen = icinga_states(tmp_path)
    finally:
        daemon.terminate()
        daemon.wait(timeout=checker.RUN_SECONDS)
    assert {name.removeprefix("mxdane-"): state for name, (state, _) in seen.items()} == STATES, seen
    assert all(text.startswith("MXDANE ") and name.removeprefix("mxdane-") in text
               for name, (_, text) in seen.items()), seen


@pytest.mark.parametrize("old, new", [('check_command = "mxdane"', 'check_command = "mxdame"'), ("order = 1", "orders = 1")])
def test_icinga_refuses_what_is_wrong(tmp_path, old, new):
    """A command that is not there, an attribute that is none."""
    copied("icinga2.conf", tmp_path, **{old: new})
    assert output_of(*icinga(tmp_path, "-C"))[0] != 0


def test_icinga_arguments_are_options():
    """Every option that the CheckCommand hands on is one."""
    text = (MONITORING / "icinga2.conf").read_text(encoding="utf-8")
    options = re.findall(r'^    "(--[a-z-]+)" = ', text, re.M)
    usage = checker.run("--help").stdout
    assert len(options) > 5 and all(re.search(rf"{option}\b", usage) for option in options)


# ---- Prometheus and Grafana ----

def test_rules_pass_their_own_test():
    """The test that comes with the rules."""
    promtool, = need("promtool")
    assert output_of(promtool, "check", "rules", MONITORING / "prometheus-rules.yml")[0] == 0
    status, said = output_of(promtool, "test", "rules", MONITORING / "prometheus-rules-test.yml")
    assert status == 0, said


@pytest.mark.parametrize("old, new", [
    ('{status="critical"} == 1', '{status="critical"} == 0'), ('{status="critical"}', '{status="crit"}'),
    ("for: 1h", "for: 50m"), ("for: 2h", "for: 3h"), ("/ 86400 < 2", "/ 86400 < 1"), ("/ 86400 < 2", "/ 86400 < 3"),
    ("and mxdane_certificate_expiry_matters == 1", "and mxdane_certificate_expiry_matters"),
    ("> 2 * 3600", "> 3 * 3600"), ("> 2 * 3600", "> 3600"), ("min by", "max by"), ("or absent", "and absent"), ("[1d]))\n", "[1m]))\n"),
    ("for: 15m", "for: 1h"), (",instance=%q,severity='critical'", ",severity=%q"), ("severity='critical'", "severity='warning'")])
def test_rules_test_notices(tmp_path, old, new):
    """Whoever changes a rule is told."""
    promtool, = need("promtool")
    shutil.copy(MONITORING / "prometheus-rules-test.yml", tmp_path)
    copied("prometheus-rules.yml", tmp_path, **{old: new})
    assert output_of(promtool, "test", "rules", tmp_path / "prometheus-rules-test.yml")[0] == 1


SAMPLE = re.compile(r"^((mxdane_\w+)\{(.*)\}) ([\d.]+)$", re.M)


@pytest.fixture(name="metrics", scope="module")
def _metrics():
    """(series, metric, labels, value) of a run, and when it was: with times as seconds from then on."""
    now = int(time.time())
    text = checker.run("--output", "prometheus", *STATES, "sts-only.example").stdout
    samples = []
    for series, name, labels, value in SAMPLE.findall(text):
        value = float(value) - (now if name.endswith("_timestamp_seconds") else 0)
        samples.append((series, name, dict(re.findall(r'(\w+)="([^"]*)"', labels)), value))
    assert len(samples) == len([line for line in text.splitlines() if not line.startswith("#")]) > 50
    return samples


def promtool_test(folder, metrics, hours=3, **checks):
    """What promtool finds against these checks, of the textfile as it is served from the run on."""
    promtool, = need("promtool")
    test = {"rule_files": [str(MONITORING / "prometheus-rules.yml")], "evaluation_interval": "30m", "tests": [{
        "interval": "30m",
        **checks,
        "input_series": [{"series": series, "values": f"{value}x{2 * hours}"} for series, _, _, value in metrics]}]}
    (folder / "test.yml").write_text(yaml.safe_dump(test), encoding="utf-8")
    return output_of(promtool, "test", "rules", folder / "test.yml")


def alert(name, when, *expected):
    """A check that these alerts, (labels, annotations), fire then."""
    return {"alertname": name, "eval_time": when, "exp_alerts": [
        {"exp_labels": labels, "exp_annotations": annotations} for labels, annotations in expected]}


def test_rules_on_real_metrics(tmp_path, metrics):
    """Each domain alerts as it must; then nothing runs any more, and certificates near their end."""
    broken = ({"severity": "critical", "domain": BROKEN, "status": "critical"}, {
        "summary": f"{BROKEN}: dane-mismatch",
        "description": "Mail from dane senders: deferred. mta_sts senders: encrypted. "
                       "opportunistic senders: encrypted."})
    unprotected = ({"severity": "critical", "domain": "sts-only.example", "status": "critical"}, {
        "summary": "sts-only.example: address-insecure mx-insecure",
        "description": "Mail from dane senders: encrypted. mta_sts senders: authenticated. "
                       "opportunistic senders: encrypted."})
    expiring = ({"severity": "warning", "domain": EXPIRING, "status": "warning"},
                {"summary": f"{EXPIRING}: signature-expiring"})
    invalid = ({"severity": "warning", "domain": INVALID, "status": "unknown"},
               {"summary": f"{INVALID} cannot be checked: domain-invalid"})
    days = 78.5
    ends = [({"severity": "critical", **labels}, {
        "summary": "{domain}: the {key_type} certificate of {host} [{address}] expires in ".format(**labels)
                   + f"{value / 86400 - days:.1f} days"})
            for _, name, labels, value in metrics if name == "mxdane_certificate_not_after_timestamp_seconds"
            and labels["domain"] in (GOOD, "sts-only.example")]  # whose MTA-STS policies are enforced
    assert len(ends) == 6
    old = -min(value for _, name, _, value in metrics if name == "mxdane_last_check_timestamp_seconds")
    assert -300 < old < 300  # the run took this long
    checks = [alert("MxdaneCritical", "0m", broken, unprotected), alert("MxdaneWarning", "30m"),
              alert("MxdaneWarning", "1h", expiring), alert("MxdaneUnknown", "90m"), alert("MxdaneUnknown", "2h", invalid), alert("MxdaneCheckIsOld", "90m"),
              alert("MxdaneMetricsAreMissing", "2h"), alert("MxdaneCertificateExpires", "2h")]
    status, said = promtool_test(tmp_path, metrics, alert_rule_test=checks)
    assert status == 0, said
    hours = int(days * 24)
    checks = [alert("MxdaneCertificateExpires", f"{hours - 48}h"), alert("MxdaneCertificateExpires", f"{hours}h", *ends)]
    certificates = [one for one in metrics if "_certificate_" in one[1]]
    status, said = promtool_test(tmp_path, certificates, hours, alert_rule_test=checks)
    assert status == 0, said
    stopped = alert("MxdaneCheckIsOld", "150m")  # fires, whatever the seconds in its text
    status, said = promtool_test(tmp_path, metrics, alert_rule_test=[stopped])
    assert status == 1 and "mxdane last ran 2h " in said, said


def panels():
    """The panels of the dashboard."""
    return json.loads((MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]


def test_dashboard_is_one():
    """What Grafana's documentation of its JSON model asks for."""
    board = json.loads((MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8"))
    assert board["id"] is None and 8 <= len(board["uid"]) <= 40
    types = {"title": str, "tags": list, "timezone": str, "editable": bool, "graphTooltip": int, "time": dict,
             "timepicker": dict, "templating": dict, "annotations": dict, "refresh": str, "schemaVersion": int,
             "version": int, "links": list, "panels": list}
    assert {key: type(board[key]) for key in types} == types
    assert set(board["time"]) == {"from", "to"}
    variables = {one["name"]: one["type"] for one in board["templating"]["list"]}
    assert variables == {"datasource": "datasource", "domain": "query"}
    taken = set()
    for panel in board["panels"]:
        assert panel["type"] in {"stat", "table", "timeseries", "state-timeline"} and panel["title"]
        place = panel["gridPos"]
        assert set(place) == {"x", "y", "w", "h"} and 0 <= place["x"] and place["x"] + place["w"] <= 24
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert cells and not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert set(panel["fieldConfig"]) == {"defaults", "overrides"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_panel_shows_what_mxdane_prints(tmp_path, metrics, panel):
    """A panel's query finds something; the metrics and labels that the panel names are printed."""
    for target in panel["targets"]:
        expression = target["expr"].replace("$domain", ".*")
        asked = set(re.findall(r"\bmxdane_\w+", expression))
        assert asked and asked <= {name for _, name, _, _ in metrics}
        labels = {label for _, name, labels, _ in metrics if name in asked for label in labels}
        assert set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", expression)) <= labels
        assert set(re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", ""))) <= labels
        for change in panel.get("transformations", ()):
            assert set(change["options"]["indexByName"]) <= labels | {"Value"}
        status, said = promtool_test(tmp_path, metrics, promql_expr_test=[{
            "expr": f"count({expression}) > bool 0", "eval_time": "0m", "exp_samples": [{"labels": "{}", "value": 1}]}])
        assert status == 0, said


# ---- Zabbix ----

TEMPLATE = "DANE and MTA-STS by mxdane"


@pytest.fixture(name="zabbix")
def _zabbix(tmp_path):
    """Its agent reads the file `metrics`."""
    parameter = copied("zabbix-agent.conf", tmp_path, **{
        "/var/lib/prometheus/node-exporter/mxdane.prom": tmp_path / "metrics"}).read_text(encoding="ascii")
    try:
        system = Zabbix(tmp_path, parameter)
    except LabError as error:
        pytest.skip(str(error))
    try:
        system.start()
        yield system
    finally:
        system.stop()


def test_zabbix(zabbix, tmp_path):
    """Zabbix imports the template, and sees by its agent each domain's state, an old check and a lost one."""
    metrics = tmp_path / "metrics"
    text = checker.run("--output", "prometheus", *STATES, "sts-only.example").stdout
    metrics.write_text(text, encoding="utf-8")
    template = (MONITORING / "zabbix-template.yaml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="PROMETHEUS_PATERN|unexpected constant"):
        zabbix.import_template(template.replace("PROMETHEUS_PATTERN", "PROMETHEUS_PATERN"))
    for old, new in (("delay: 5m", "delay: 1s"), (",30m)=1", ",30s)=1")):
        assert old in template
        template = template.replace(old, new)
    zabbix.import_template(template)
    host = zabbix.add_host(TEMPLATE, DAYS="80")  # the lab's certificates have 79.99
    certificates = re.findall(r'^mxdane_certificate_expiry_matters\{.*host="(.*?)".*\} 1$', text, re.M)
    assert len(certificates) == 6
    wrong = {f"{BROKEN}: DANE or MTA-STS is broken", "sts-only.example: DANE or MTA-STS is broken",
             f"{EXPIRING}: DANE or MTA-STS needs attention", f"{INVALID}: cannot be checked",
             *(f"{host.split('.', 1)[1]}: a certificate of {host} expires in less than 80 days" for host in certificates)}
    assert wait_for(wrong, zabbix.problems) == wrong
    items = {item["key_"]: item["lastvalue"]
             for item in zabbix.api("item.get", hostids=[host], output=["key_", "lastvalue"])}
    assert {items[f"mxdane.status[{domain}]"]: status for domain, status in STATES.items()} == {
        "ok": 0, "warning": 1, "critical": 2, "unknown": 3}
    assert items[f"mxdane.outcome[{BROKEN},dane]"] == "deferred"
    assert not [item for item in zabbix.api("item.get", hostids=[host], output=["key_", "error"]) if item["error"]]
    metrics.write_text(re.sub(r"(?m)^(mxdane_last_check.*) (\d+)$", lambda one: f"{one[1]} {int(one[2]) - 7201}", text),
                       encoding="utf-8")
    wrong.add("mxdane no longer runs")
    assert wait_for(wrong, zabbix.problems) == wrong
    metrics.unlink()
    wrong.add("There are no metrics of mxdane")
    assert wait_for(wrong, zabbix.problems) == wrong


# ---- Checkmk ----

def checkmk(folder, *domains):
    """service -> (state, text) of the local check, each line in the form that Checkmk documents."""
    names = folder / "domains"
    names.write_text("".join(f"{name}\n" for name in domains), encoding="ascii")
    script = copied("checkmk-local", folder, **{LIST: names if domains else folder / "nothing"})
    script.chmod(0o755)
    done = run([script], folder)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [re.fullmatch(r'([0-3P]) "([^"]+)" (-|[\w.=;|:]+) (.+)', line) for line in done.stdout.splitlines()]
    assert all(lines), done.stdout
    return {line[2]: (int(line[1]), line[4]) for line in lines}


def test_checkmk(tmp_path):
    """A service for each domain, and one that tells whether mxdane ran."""
    several = checkmk(tmp_path, *STATES)
    assert {name: state for name, (state, _) in several.items()} == {
        "mxdane": 0, **{f"Mail domain {domain}": state for domain, state in STATES.items()}}
    assert "DANE senders defer" in several[f"Mail domain {BROKEN}"][1]
    one = checkmk(tmp_path, BROKEN)
    assert one == {name: several[name] for name in ("mxdane", f"Mail domain {BROKEN}")}
    nothing = checkmk(tmp_path)
    assert set(nothing) == {"mxdane"} and nothing["mxdane"][0] == 3 and "No such file" in nothing["mxdane"][1]


# ---- systemd ----

def test_units_are_right(tmp_path):
    """systemd loads the service with its drop-in and the unit that this names, and has nothing to say."""
    shutil.copytree("/usr/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in (EXAMPLES / "mxdane.service", MONITORING / "mxdane-failed@.service"):
        shutil.copy(unit, units)
    shutil.copytree(MONITORING / "mxdane.service.d", units / "mxdane.service.d")
    for program in (PROGRAM, "/bin/sh"):
        (tmp_path / program[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/sh", tmp_path / program[1:])
    verify = ("verify", "--man=no", f"--root={tmp_path}", "mxdane.service", "mxdane-failed@mxdane.service.service")
    assert systemd_analyze(*verify) == (0, "")
    drop_in = units / "mxdane.service.d/failed.conf"
    drop_in.write_text(drop_in.read_text(encoding="ascii").replace("OnFailure", "OnFailures"), encoding="ascii")
    assert "OnFailures" in systemd_analyze(*verify)[1]
    assert "OnFailure=mxdane-failed@%n.service\n" in (MONITORING / "mxdane.service.d/failed.conf").read_text(encoding="ascii")


def test_failure_is_mailed(tmp_path):
    """The command of the unit as systemd would start it, with a journal that has what the check said."""
    said = checker.run("--quiet", BROKEN)
    assert said.status == 2
    (tmp_path / "said").write_text(said.stdout, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    for name, script in (("journalctl", f'echo "$@" >{tmp_path}/asked; cat {tmp_path}/said'),
                         ("sendmail", f"cat >{tmp_path}/mail")):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
        (tmp_path / "bin" / name).chmod(0o755)
    unit = (MONITORING / "mxdane-failed@.service").read_text(encoding="ascii")
    command = re.search(r"^ExecStart=/bin/sh -c '(.*?)'$", unit, re.M | re.S)[1].replace("\\\n", " ")
    for old, new in {"/usr/sbin/sendmail": f"{tmp_path}/bin/sendmail", "%i": "mxdane.service", "%H": "mx", "%%": "%",
                     "$$": "$", "\\n": "\n"}.items():
        assert old in command
        command = command.replace(old, new)
    mailto, = settings("Environment", MONITORING / "mxdane-failed@.service")
    done = run(["/bin/sh", "-c", command], tmp_path, MONITOR_INVOCATION_ID="4f1c", **dict([mailto.split("=")]))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "asked").read_text(encoding="ascii").split()[-1] == "_SYSTEMD_INVOCATION_ID=4f1c"
    head, body = (tmp_path / "mail").read_text(encoding="utf-8").split("\n\n", 1)
    assert head.splitlines()[:2] == ["To: postmaster", "Subject: mxdane.service failed on mx"]
    assert body == said.stdout and "dane-mismatch" in body
