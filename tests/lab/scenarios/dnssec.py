"""Zones and questions for DNSSEC alone: every algorithm, denial, alias and way to be bogus.

A question is a domain whose MX is looked up; `truth` has its status, and delv and unbound-host are
asked as well (test_dnssec.py).
"""

import functools

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

RSA = {"algorithm": "rsasha256"}
TAGS = {"algorithm": "ed25519"}  # of which any octets are a key
SPLIT = {**TAGS, "split_keys": True}
# Zones with DNSKEY records that some validators do not accept, and those that just do; each is asked
# one question, of Unbound and BIND alone.
KEYS = {
    "q-key-exponent-33": Zone(key_form="exponent:33", **RSA),
    "q-key-exponent-34": Zone(key_form="exponent:34", **RSA),
    "q-key-exponent-36": Zone(key_form="exponent:36", **RSA),
    "q-key-exponent-36-split": Zone(key_form="exponent:36", split_keys=True, **RSA),
    "q-key-zero-exponent": Zone(key_form="zero:exponent", **RSA),
    "q-key-zero-modulus": Zone(key_form="zero:modulus", **RSA),
    "q-key-zero-modulus-split": Zone(key_form="zero:modulus", split_keys=True, **RSA),
    **{f"q-key-beside-{word.replace(':', '-')}": Zone(more_keys=(word,)) for word in (
        "cut", "cut:0", "cut:128", "cut:384", "cut:257", "off-curve", "ed25519-cut",
        "ed25519-cut:257", "rsa-cut", "rsa-cut:384", "rsa-no-modulus", "rsa-exponent", "rsa-zero",
        "unknown")},
    **{f"q-key-tags-{number}": Zone(more_keys=(f"ksk:{number}",), **TAGS)
       for number in (-5, -4, -1, 1, 4, 5)},
    **{f"q-key-split-{key}-{number}": Zone(more_keys=(f"{key}:{number}",), **SPLIT)
       for key, number in (("ksk", -5), ("ksk", -1), ("ksk", 4), ("ksk", 5), ("zsk", -1),
                           ("zsk", 8), ("zsk", 9))},
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

# Names that begin with an asterisk and stand for themselves (RFC 4592 §2.1.1): an alias leads to
# each, for no mail domain is called that. The letters of the names in their data are of both cases,
# as RFC 4034 §6.2 does not sign them.
STAR_KINDS = {
    "star": ("star CNAME *.stars", "*.stars MX 10 Sink.Questions.Example."),
    "star-alias": ("star-alias CNAME *.Star-Aliases", "*.star-aliases CNAME *.Stars"),
    "star-nodata": ("star-nodata CNAME *.star-texts", "*.star-texts TXT none"),
    "star-nothing": ("star-nothing CNAME *.nowhere",),
    "star-wild": ("star-wild CNAME *.below.stars",),
    "star-renamed": ("star-renamed CNAME a.*.star-renamings", "*.star-renamings DNAME Target",
                     f"a.target {MX}"),
}
STARS = {
    "q-star-nsec": Zone(),
    "q-star-nsec3": Zone(denial="nsec3"),
    "q-star-optout": Zone(denial="optout"),
    "q-star-rsasha1": Zone(algorithm="rsasha1"),
    "q-star-rsasha256": Zone(algorithm="rsasha256", split_keys=True),
    "q-star-rsasha512": Zone(algorithm="rsasha512"),
    "q-star-ecdsa384": Zone(algorithm="ecdsa384"),
    "q-star-ed25519": Zone(algorithm="ed25519"),
    "q-star-ed448": Zone(algorithm="ed448"),
    **{f"q-star-{fault}": Zone(denial=denial, faults=(
        ("*.stars", "MX", fault), ("*.star-aliases", "CNAME", fault),
        ("*.star-texts", "NSEC", fault), ("*.star-renamings", "DNAME", fault)))
       for fault, denial in (("expired", "optout"), ("forged", "nsec"), ("future", "nsec3"),
                             ("labels", "nsec"), ("strip", "nsec"), ("wrong-key", "nsec3"))},
    "q-star-replaced": Zone(faults=(("*.stars", "MX", "replaced"),
                                    ("*.star-aliases", "CNAME", "replaced"))),
}

# Who signs, and who serves it; Knot and PowerDNS sign what they serve themselves.
SIGNERS = ("lab", "ldns", "bind")
SERVERS = ("nsd", "knot", "bind", "pdns")
DENIALS = ("nsec", "nsec3", "optout")
MANY = 53  # domains with mail in each of these zones: 1,007 in all

DELEGATED = Zone(records=(f"@ {MX}",))
DELEGATED_PLAIN = Zone(algorithm=None, records=(f"@ {MX}", f"mail {MX}"))


def _filled(spec, kinds):
    every = {**KINDS, **STAR_KINDS}
    lines = tuple(line for kind in kinds for line in every[kind])
    return Zone(**{**spec.__dict__, "records": lines})


def _guest(signer, server, denial):
    words = f"{signer}-{server}-{denial}.example"
    denials = {"denial": "nsec3" if denial == "narrow" else denial, "narrow": denial == "narrow"}
    spec = _filled(Zone(server=f"guest-{server}", signer=signer, split_keys=signer != "pdns",
                        **denials), KINDS)
    many = tuple(f"d{number} MX 10 mx" for number in range(MANY))
    return words, Zone(**{**spec.__dict__, "records": spec.records + many})


@functools.cache
def guest_zones():
    """(name, Zone) of the zones that others sign or serve."""
    return tuple(_guest_zones())


def _guest_zones():
    for first, signer in enumerate(SIGNERS):
        for second, server in enumerate(SERVERS):
            yield _guest(signer, server, DENIALS[(first + second) % len(DENIALS)])
    for server in ("knot", "pdns"):
        for denial in DENIALS:
            yield _guest(server, server, denial)
    yield _guest("pdns", "pdns", "narrow")


def zones():
    """(name, Zone) of every zone here."""
    yield "questions.example", Zone(records=(f"mail {MX}", "sink A 20.25.0.81"))
    yield "questions.plain", Zone(algorithm=None, records=(f"mail {MX}",))
    whole = [(f"{name}.example", _filled(spec, KINDS)) for name, spec in WHOLE.items()]
    for name, spec in (*whole, *guest_zones()):
        yield name, spec
        yield f"sub.{name}", DELEGATED
        yield f"plain-sub.{name}", DELEGATED_PLAIN
    for name, spec in {**PARTS, **BROKEN}.items():
        yield f"{name}.example", _filled(spec, FEW)
    for name, spec in KEYS.items():
        yield f"{name}.example", _filled(spec, ("mail",))
    for name, spec in STARS.items():
        yield f"{name}.example", _filled(spec, STAR_KINDS)


def questions():
    """Every domain to ask about."""
    found = [f"{kind}.{name}.example" for name in WHOLE for kind in KINDS]
    found += [f"{kind}.{name}.example" for name in {**PARTS, **BROKEN} for kind in FEW]
    found += [f"nowhere.{top}" for top in ("example", "hashed", "optout", "rsa", "plain", "broken")]
    return found + ["nowhere-at-all"]


def star_questions():
    """Every domain to ask about whose alias leads to a name that begins with an asterisk."""
    asked = [f"{kind}.{name}.example" for name in STARS for kind in STAR_KINDS]
    # Only Unbound finds these bogus, and Debian 12's does not know Ed448.
    asked.remove("star-wild.q-star-ed448.example")
    return asked


def key_questions():
    """A domain in each zone with DNSKEY records on which validators differ."""
    return [f"mail.{name}.example" for name in KEYS]


def guest_questions():
    """Every domain to ask about in the zones of guests."""
    return [f"{kind}.{name}" for name, _ in guest_zones() for kind in KINDS]


def guest_domains():
    """The many domains with mail in the zones of guests."""
    return [f"d{number}.{name}" for name, _ in guest_zones() for number in range(MANY)]


# ---- What is known of them ----

UNSIGNED_KINDS = ("alias-plain", "alias-plain-nothing", "plain-sub", "mail.plain-sub",
                  "nothing.plain-sub")
# What lies in an opt-out span, where an unsigned delegation may be (RFC 5155 §9.2).
SPANNED_KINDS = ("nothing", "deep.nothing", "any.wild", "two.more.wild", "any.wild-nodata",
                 "alias-nothing", "any.wild-alias", "any.wild-alias-nothing", "nothing.renamed",
                 "any.renamed-wild")
DENIED_KINDS = ("nodata", "nothing", "any.wild")  # whose answers hold a denial, of FEW
INSECURE_PARTS = ("q-unknown", "q-ds-unknown-digest", "q-ds-unknown-algorithm", "q-island",
                  "q-plain")
TOPS = {"optout": "insecure", "plain": "insecure", "broken": "bogus"}


def _truth_of_kind(kind, denial):
    if kind == "alias-bogus":
        return "bogus"
    unsigned = kind in UNSIGNED_KINDS or (denial == "optout" and kind in SPANNED_KINDS)
    return "insecure" if unsigned else "secure"


def _truth_of_broken(kind, zone):
    if zone.startswith("q-denial-"):
        good = kind not in DENIED_KINDS
    elif zone.startswith("q-soa-"):
        good = kind not in ("nodata", "nothing")
    elif zone.startswith("q-optout-"):
        return {"nodata": "secure", "nothing": "insecure"}.get(kind, "bogus")
    else:  # where the MX and CNAME records alone are broken
        good = zone in ("q-labels", "q-algorithm", "q-replaced") and kind in ("nodata", "nothing")
    return "secure" if good else "bogus"


@functools.cache
def truth(domain):
    """The status of a question."""
    first, _, top = domain.rpartition(".")
    if first in ("", "nowhere"):
        return TOPS.get(top, "secure")
    kind, _, zone = first.rpartition(".")
    if zone in BROKEN:
        return _truth_of_broken(kind, zone)
    if zone == "q-iterations-151":
        return "insecure" if kind in DENIED_KINDS else "secure"
    if zone in INSECURE_PARTS:
        return "insecure"
    spec = WHOLE.get(zone) or PARTS.get(zone) or dict(guest_zones())[f"{zone}.{top}"]
    return _truth_of_kind(kind, spec.denial)
