"""Every scenario of the lab, one module a theme."""

import importlib
import pkgutil


def load():
    """The SCENARIOS of every module here, in a fixed order."""
    found = []
    for module in sorted(name for _, name, _ in pkgutil.iter_modules(__path__)):
        found += getattr(importlib.import_module(f"{__name__}.{module}"), "SCENARIOS", [])
    names = [scenario.name for scenario in found]
    assert len(set(names)) == len(names), "two scenarios of one name"
    return found
