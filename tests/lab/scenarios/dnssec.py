"""Zones and questions for DNSSEC alone: every algorithm, denial, alias and way to be bogus.

A question is a domain whose MX is looked up; what the status is, delv and
unbound-host say (test_dnssec.py).
"""

from world.spec import Zone

UNSIGNED = Zone(algorithm=None)
# One host for all, where nothing listens: these domains are not about mail.
MX = "MX 10 sink.questions.example."

# Every kind of answer that a zone can give: (first label, records that it needs).
KINDS = {
    "mail": (f"mail {MX}",),
    "nodata": ("nodata A 20.25.0.81",),
    "nothing": (),
    "deep.nothing": (),
    "any.wild": (f"*.wild {MX}",),
    "two.more.wild": (),
    "any.wild-nodata": ("*.wild-nodata TXT none",),
    "empty": ("below.empty TXT none",),
    "alias": ("alias CNAME mail",),
    "alias-three": ("alias-three CNAME step1", "step1 CNAME step2", "step2 CNAME mail"),
    "alias-nodata": ("alias-nodata CNAME nodata",),
    "alias-nothing": ("alias-nothing CNAME nothing",),
    "alias-secure": ("alias-secure CNAME mail.questions.example.",),
    "alias-plain": ("alias-plain CNAME mail.questions.plain.",),
    "alias-plain-nothing": ("alias-plain-nothing CNAME nothing.questions.plain.",),
    "alias-bogus": ("alias-bogus CNAME mail.q-forged.example.",),
    "any.wild-alias": ("*.wild-alias CNAME mail",),
    "any.wild-alias-nothing": ("*.wild-alias-nothing CNAME nothing",),
    "mail.renamed": ("renamed DNAME target", f"mail.target {MX}"),
    "nothing.renamed": (),
    "any.renamed-wild": ("renamed-wild DNAME wild",),
    "sub": (),  # a signed delegation, filled below
    "plain-sub": (),  # an unsigned one
    "mail.plain-sub": (),
    "nothing.plain-sub": (),
    "nothing.sub": (),
}
FEW = ("mail", "nodata", "nothing", "any.wild", "alias")

# Zones that are asked everything.
WHOLE = {
    "q-nsec": Zone(),
    "q-nsec3": Zone(denial="nsec3", iterations=1),
    "q-optout": Zone(denial="optout"),
    "q-rsa": Zone(algorithm="rsasha256", split_keys=True),
}

# Zones that are asked a few questions.
PARTS = {
    "q-rsasha1": Zone(algorithm="rsasha1"),
    "q-rsasha1-nsec3": Zone(algorithm="rsasha1-nsec3", denial="nsec3"),
    "q-rsasha512": Zone(algorithm="rsasha512", denial="nsec3"),
    "q-ecdsa384": Zone(algorithm="ecdsa384", denial="nsec3"),
    "q-ed25519": Zone(algorithm="ed25519"),
    "q-ed448": Zone(algorithm="ed448", denial="nsec3"),
    "q-split": Zone(split_keys=True, denial="nsec3"),
    "q-unknown": Zone(algorithm="unknown"),
    "q-ds-sha1": Zone(ds=("sha1",)),
    "q-ds-sha384": Zone(ds=("sha384",)),
    "q-ds-both": Zone(ds=("sha1", "sha256", "sha384")),
    "q-ds-unknown-digest": Zone(ds=("unknown-digest",)),
    "q-ds-unknown-algorithm": Zone(ds=("sha256:unknown-algorithm",)),
    "q-ds-known-too": Zone(ds=("sha256:unknown-algorithm", "sha256")),
    "q-ds-other-too": Zone(ds=("sha256:wrong-key", "sha256")),
    "q-ds-standby": Zone(ds=("sha384:wrong-key", "sha256")),
    "q-ds-standby-sha256": Zone(ds=("sha256:wrong-key", "sha384")),
    "q-ds-384-broken": Zone(ds=("sha384:wrong-digest", "sha256")),
    "q-island": Zone(ds=()),
    "q-plain": UNSIGNED,
    "q-iterations-100": Zone(denial="nsec3", iterations=100),
    "q-iterations-150": Zone(denial="nsec3", iterations=150),
    "q-iterations-151": Zone(denial="nsec3", iterations=151),
    "q-double": Zone(faults=(("*", "ANY", "double"),)),
    "q-fresh": Zone(faults=(("*", "ANY", "on-the-fly"),)),
}

# Zones that are broken, asked a few questions too.
BROKEN = {
    "q-forged": Zone(faults=(("*", "ANY", "forged"),)),
    "q-expired": Zone(faults=(("*", "ANY", "expired"),)),
    "q-future": Zone(faults=(("*", "ANY", "future"),)),
    "q-stripped": Zone(faults=(("*", "ANY", "strip"),)),
    "q-keyless": Zone(faults=(("@", "DNSKEY", "remove"),)),
    "q-keys-stripped": Zone(faults=(("@", "DNSKEY", "strip"),)),
    "q-keys-wrong": Zone(faults=(("@", "DNSKEY", "wrong-key"),)),
    "q-wrong-key": Zone(faults=(("*", "MX", "wrong-key"), ("*", "NSEC", "wrong-key"))),
    "q-signer": Zone(faults=(("*", "MX", "foreign-signer"), ("*", "NSEC", "foreign-signer"))),
    "q-labels": Zone(faults=(("*", "MX", "labels"),)),
    "q-algorithm": Zone(faults=(("*", "MX", "unknown-algorithm"),)),
    "q-denial-stripped": Zone(faults=(("*", "NSEC", "strip"),)),
    "q-denial-forged": Zone(denial="nsec3", faults=(("*", "NSEC", "forged"),)),
    "q-denial-expired": Zone(denial="nsec3", faults=(("*", "NSEC", "expired"),)),
    "q-denial-removed": Zone(faults=(("*", "NSEC", "remove"),)),
    "q-denial-removed-3": Zone(denial="nsec3", faults=(("*", "NSEC", "remove"),)),
    "q-ds-sha1-set-aside": Zone(ds=("sha256:wrong-key", "sha1")),
    "q-soa-expired": Zone(faults=(("@", "SOA", "expired"),)),
    "q-soa-forged": Zone(denial="nsec3", faults=(("@", "SOA", "forged"),)),
    "q-soa-stripped": Zone(faults=(("@", "SOA", "strip"),)),
    "q-optout-expired": Zone(denial="optout", faults=(("*", "MX", "expired"),)),
    "q-optout-forged": Zone(denial="optout", faults=(("*", "MX", "forged"),)),
    "q-ds-wrong": Zone(ds=("sha256:wrong-key",)),
    "q-ds-wrong-digest": Zone(ds=("sha256:wrong-digest",)),
    "q-replaced": Zone(faults=(("*", "MX", "replaced"), ("*", "CNAME", "replaced"))),
}

DELEGATED = Zone(records=(f"@ {MX}",))
DELEGATED_PLAIN = Zone(algorithm=None, records=(f"@ {MX}", f"mail {MX}"))


def _filled(spec, kinds):
    lines = tuple(line for kind in kinds for line in KINDS[kind])
    return Zone(**{**spec.__dict__, "records": lines})


def zones():
    """(name, Zone) of every zone here."""
    yield "questions.example", Zone(records=(f"mail {MX}", "sink A 20.25.0.81"))
    yield "questions.plain", Zone(algorithm=None, records=(f"mail {MX}",))
    for name, spec in WHOLE.items():
        yield f"{name}.example", _filled(spec, KINDS)
        yield f"sub.{name}.example", DELEGATED
        yield f"plain-sub.{name}.example", DELEGATED_PLAIN
    for name, spec in {**PARTS, **BROKEN}.items():
        yield f"{name}.example", _filled(spec, FEW)


def questions():
    """Every domain to ask about."""
    found = [f"{kind}.{name}.example" for name in WHOLE for kind in KINDS]
    found += [f"{kind}.{name}.example" for name in {**PARTS, **BROKEN} for kind in FEW]
    found += [f"nowhere.{top}" for top in ("example", "hashed", "optout", "rsa", "plain", "broken")]
    return found + ["nowhere-at-all"]
