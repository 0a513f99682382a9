"""What `meson install` puts where, and that it is found there."""

import json
import os
import re
import subprocess

import pytest

from conftest import BUILD, ROOT

PLACES = {
    "bin/mxdane": None,
    "share/man/man1/mxdane.1": "man/mxdane.1",
    "share/bash-completion/completions/mxdane": "completions/mxdane.bash",
    "share/zsh/site-functions/_mxdane": "completions/_mxdane",
    "share/fish/vendor_completions.d/mxdane.fish": "completions/mxdane.fish",
    "share/doc/mxdane/mxdane.schema.json": "tests/report/mxdane.schema.json",
    "share/doc/mxdane/mxdane.cdx.json": None,
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that stands for the prefix, the prefix, and what was said when it was configured."""
    root = tmp_path_factory.mktemp("installed")
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root], check=True,
                   capture_output=True, timeout=60)
    said = (BUILD / "meson-logs" / "meson-log.txt").read_text()
    options = json.loads((BUILD / "meson-info" / "intro-buildoptions.json").read_text())
    prefix, = (one["value"] for one in options if one["name"] == "prefix")
    return root / prefix.lstrip("/"), prefix, said


def test_everything_is_in_its_place(installed):
    folder = installed[0]
    for place, source in PLACES.items():
        assert (folder / place).is_file(), place
        assert source is None or (folder / place).read_bytes() == (ROOT / source).read_bytes()
    examples = {path.relative_to(folder / "share/doc/mxdane") for path in (folder / "share/doc/mxdane/examples").rglob("*")}
    assert examples == {path.relative_to(ROOT / "tests") for path in (ROOT / "tests/examples").rglob("*")}
    everything = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {path for path in everything if "/examples/" not in path} == set(PLACES)


def test_bill_of_materials_holds_what_is_loaded(installed):
    folder = installed[0]
    bill = json.loads((folder / "share/doc/mxdane/mxdane.cdx.json").read_text())
    said = subprocess.run(["ldd", folder / "bin/mxdane"], capture_output=True, text=True, timeout=60, check=True).stdout
    loaded = {name for name in re.findall(r"^\t(?:\S*/)?(\S+) ", said, re.M) if not name.startswith("linux-vdso")}
    libraries = {one["bom-ref"]: one for one in bill["components"]}
    assert set(libraries) == loaded | {"uthash"}
    assert libraries["libgnutls.so.30"]["purl"].startswith(f"pkg:deb/debian/{libraries['libgnutls.so.30']['name']}@3.")
    assert all(one["version"] and one["purl"] for one in libraries.values())
    below = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    assert set(below) == set(libraries) | {"mxdane"} and set().union(*below.values()) == set(libraries)
    assert {"libgetdns.so.10", "libuv.so.1", "uthash"} <= below["mxdane"]


def test_fish_completes_after_what_is_said(installed, tmp_path):
    """fish looks for what is below /usr and in /etc/fish/completions (here: in its user's folder)."""
    folder, prefix, said = installed
    link = f"ln -s {prefix}/share/fish/vendor_completions.d/mxdane.fish /etc/fish/completions/"
    assert (link in said) == (prefix != "/usr")
    completions = tmp_path / "fish" / "completions"
    completions.mkdir(parents=True)
    (completions / "mxdane.fish").symlink_to(folder / "share/fish/vendor_completions.d/mxdane.fish")
    matches = subprocess.run(["fish", "-c", "complete -C 'mxdane --resol'"], capture_output=True, text=True, timeout=60,
                             env=dict(os.environ, XDG_CONFIG_HOME=str(tmp_path), PATH=f"{folder}/bin:{os.environ['PATH']}"),
                             check=True).stdout
    assert matches.startswith("--resolver")
