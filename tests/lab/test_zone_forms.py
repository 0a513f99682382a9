"""Zone files as other software reads them: the same zone in its form and in plain records."""

import os
import subprocess

import pytest

import checker
from world.programs import find

HEAD = "$TTL 300\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n"
# Each makes an MX host, so that all of it is looked at.
GENERATED = {
    "plain": "$GENERATE 1-3 mx$ A 192.0.2.$\n$GENERATE 1-3 @ MX \"$ mx$\"\n",
    "step-and-ttl": "$GENERATE 1-9/4 mx$ 60 IN A 192.0.2.$\n$GENERATE 1-9/4 @ MX \"5 mx$\"\nns AAAA 2001:db8::1\n",
    "owner-after-it": "mx AAAA 2001:db8::1\n$GENERATE 7-7 other$ A 192.0.2.$\n A 192.0.2.9\n@ MX 10 mx\n",
    "bases": "$GENERATE 8-12/2 a${0,4,x}o${1,3,o}x${10,2,X}d${-9,3} A 192.0.2.$\n"
             "$GENERATE 8-12/2 @ MX \"5 a${0,4,x}o${1,3,o}x${10,2,X}d${-9,3}\"\n",
    "nibbles": "$GENERATE 170-171 ${0,7,n}.r${0,3,N}.s${0,0,n} AAAA 2001:db8::${0,2,x}\n"
               "$GENERATE 170-171 @ MX \"5 ${0,7,n}.r${0,3,N}.s${0,0,n}\"\n",
    "below-zero": "$GENERATE 0-1 x${-1,3,x}n${-1,3,n}d${-1,3} A 192.0.2.1\n"
                  "$GENERATE 0-1 @ MX \"5 x${-1,3,x}n${-1,3,n}d${-1,3}\"\n",
    "dollars": "$GENERATE 1-2 a$$b\\$c$ A 192.0.2.$\n$GENERATE 1-2 @ MX \"5 a$$b\\$c$\"\n",
    "tlsa": "$GENERATE 1-2 mx$ A 192.0.2.$\n$GENERATE 1-2 @ MX \"$ mx$\"\n"
            "$GENERATE 1-2 _25._tcp.mx$ TYPE52 \"\\# 35 030101${0,64,x}\"\n",
    "reports": "$GENERATE 1-1 mx$ A 192.0.2.$\n$GENERATE 1-1 @ MX \"$ mx$\"\n"
               "$GENERATE 1-1 _smtp._tls TXT \"\\\"v=TLSRPTv1; rua=mailto:a$@example.org\\\"\"\n",
}
# What BIND refuses.
REFUSED = {
    "data-in-parentheses": "$GENERATE 1-3 mx$ A ( 192.0.2.$ )\n",
    "over-lines": "$GENERATE 1-3 mx$ (\n A\n \"192.0.2.$\" )\n",
    "two-words": "$GENERATE 1-3 @ MX $ mx$\n",
    "width": "$GENERATE 1-3 mx${0,128} A 192.0.2.$\n",
    "type-by-number": "mx1 TYPE65280 00\n",
    "type-of-questions": "mx1 TYPE255 \\# 0\n",
}


def compile_zone(zone, plain):
    return subprocess.run([find("named-compilezone"), "-q", "-i", "none", "-k", "ignore", "-r", "ignore", "-o", plain,
                           "whatif.example", zone], check=False, timeout=60,
                          env=dict(os.environ, LD_LIBRARY_PATH=find("bind-libraries"))).returncode


def seen(zone):
    """What mxdane sees of the zone, places in the file aside."""
    report = checker.run("-o", "json", "--zone", f"whatif.example={zone}", "whatif.example").reports[0]
    hosts = [(h["name"], h["addresses"], h["tlsa"]) for h in report["hosts"]]
    assert hosts
    return report["mx"], hosts, report["tls_rpt"], [(f["code"], f["host"], f["message"]) for f in report["findings"]]


@pytest.mark.parametrize("form", GENERATED)
def test_generate_is_what_bind_makes_of_it(tmp_path, form):
    zone, plain = tmp_path / "zone", tmp_path / "plain"
    zone.write_text(HEAD + GENERATED[form])
    assert compile_zone(zone, plain) == 0
    assert "$GENERATE" not in plain.read_text()
    assert seen(zone) == seen(plain)


@pytest.mark.parametrize("form", REFUSED)
def test_what_bind_refuses_is_refused(tmp_path, form):
    zone = tmp_path / "zone"
    zone.write_text(HEAD + REFUSED[form])
    assert compile_zone(zone, tmp_path / "plain") == 1
    run = checker.run("--zone", f"whatif.example={zone}", "whatif.example")
    assert (run.status, run.stdout) == (3, "") and f"{zone}:" in run.stderr
