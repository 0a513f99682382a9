"""Compares what a scenario expects with one JSON report of mxdane.

The keys of an expectation are dotted paths into the report.  Where the report
has a list, a path says which elements it means:
    0, 1, …        this one
    *              every one (and there is at least one)
    v4, v6         every one whose address is of this family
    FIELD=VALUE    every one whose field has this value (":" for "." in it)
    #              the length of the list
"findings" is special: the codes that must be there, as CODE, CODE/SEVERITY or
CODE/SEVERITY@HOST.  Any other finding that is more than information is an error,
so an expectation names every warning and worse.
"""


class Missing(Exception):
    """The report has nothing at this path."""


def differences(expected, report):
    """What is not as expected: sentences, none when all is well."""
    found = []
    for path, value in expected.items():
        if path == "findings":
            continue
        try:
            values = select(report, path)
        except Missing as error:
            found.append(f"{path}: {error}")
            continue
        found += [f"{path}: {got!r}, expected {value!r}" for got in values if got != value]
    return found + _finding_differences(expected.get("findings", ()), report["findings"])


def select(report, path):
    """The values at a path."""
    values = [report]
    for part in path.split("."):
        values = [below for value in values for below in _step(value, part)]
        if not values:
            raise Missing(f"nothing at {part}")
    return values


def _step(value, part):
    if isinstance(value, dict):
        if part not in value:
            raise Missing(f"no key {part}")
        return [value[part]]
    if not isinstance(value, list):
        raise Missing(f"{value!r} has no {part}")
    if part == "#":
        return [len(value)]
    if part == "*":
        return value
    if part.isdigit():
        return value[int(part):int(part) + 1]
    if part in ("v4", "v6"):
        return [one for one in value if (":" in one["address"]) == (part == "v6")]
    field, _, wanted = part.partition("=")
    return [one for one in value if one[field] == wanted.replace(":", ".")]


def _finding_differences(expected, findings):
    found = []
    for words in expected:
        words, _, host = words.partition("@")
        code, _, severity = words.partition("/")
        matching = [one for one in findings if one["code"] == code
                    and severity in ("", one["severity"]) and host in ("", one["host"])]
        if not matching:
            found.append(f"no finding {words}{host and ' of ' + host}")
    codes = {words.partition("@")[0].partition("/")[0] for words in expected}
    found += [f"unexpected finding {one['code']} ({one['severity']}): {one['message']}"
              for one in findings if one["severity"] != "info" and one["code"] not in codes]
    return found
