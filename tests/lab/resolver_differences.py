"""Where a question's status behind a real resolver may be another one than the truth, and why.

With `validate` mxdane proves what the resolver hands out, so only what a resolver withholds or
makes up can differ; with `trust-ad` the resolver's own verdict is believed.
"""

import functools
from collections import namedtuple
from fnmatch import fnmatch

# resolver, mode: whose; names: patterns of domains; true: their statuses; said: what may be said
# in place; why: the reason.
Difference = namedtuple("Difference", "resolver mode names true said why")

SHA1 = ("it believes a SHA-1 DS record although there is one with SHA-256, which RFC 4509 §3 has "
        "set aside the other")

DIFFERENCES = (
    *(Difference(resolver, "trust-ad", ("*.q-ds-sha1-set-aside.*",), ("bogus",), ("secure",), SHA1)
      for resolver in ("unbound", "dnsmasq-dnssec", "resolved")),
    Difference("pdns-recursor", "validate", ("*",), ("bogus",), ("indeterminate",),
               "Debian 12's answers SERVFAIL where the denial of a cut at the name is bogus, "
               "though CD is set"),
    Difference("pdns-recursor", "validate", ("*.renamed*",), ("secure", "insecure"),
               ("bogus", "indeterminate"),
               "answering from cached NSEC3 records it denies names below a DNAME (RFC 5155 §8.3 "
               "does not let such a record be the closest encloser's)"),
    Difference("pdns-recursor", "validate", ("any.wild-alias*",), ("secure", "insecure"),
               ("bogus",),
               "asked several questions about such a name at once, it leaves out the denial that "
               "an alias from a wildcard needs (RFC 4035 §5.3.4)"),
    Difference("unbound", "trust-ad", ("*.renamed*.q-optout.*",), ("insecure",),
               ("indeterminate",),
               "asked for the alias alone, it takes the DNAME that answers its own DS question for "
               "a fault, and says SERVFAIL"),
    Difference("bind", "trust-ad", ("*.q-double.*",), ("secure",), ("bogus",),
               "one wrong signature makes it give up; RFC 4035 §5.3.3 does not"),
    Difference("bind", "trust-ad", ("alias.q-stripped.*", "alias.q-key*"), ("bogus",),
               ("indeterminate",),
               "over an unsigned alias in a signed zone its own two questions wait for each other, "
               "for twelve seconds"),
    Difference("bind", "trust-ad", ("*.q-iterations-1?0.*",), ("secure",), ("insecure",),
               "Debian 13's does no more than 50 NSEC3 iterations (RFC 9276 §3.2)"),
    Difference("bind", "trust-ad", ("*.q-soa-*",), ("bogus",), ("insecure", "secure"),
               "a denial whose SOA record alone is broken is only not vouched for, and by Debian "
               "13's is even vouched for without that record"),
    Difference("bind", "validate", ("*.q-soa-*",), ("bogus",), ("secure",),
               "from a denial Debian 13's leaves out the SOA record that it found bogus itself"),
    Difference("bind", "validate", ("any.wild.q-double.*",), ("secure",), ("bogus",),
               "what Debian 13's has found bogus itself it hands out without the denial that a "
               "wildcard's records need"),
    Difference("pdns-recursor", "trust-ad", ("*.q-iterations-1?0.*",), ("secure",), ("insecure",),
               "Debian 13's does no more than 50 NSEC3 iterations (RFC 9276 §3.2)"),
    Difference("knot-resolver", "trust-ad", ("*.q-iterations-1?0.*",), ("secure",), ("insecure",),
               "it does no more than 50 NSEC3 iterations (RFC 9276 §3.2)"),
    Difference("pdns-recursor", "trust-ad", ("any.wild.q-optout-*",), ("bogus",), ("insecure",),
               "in an opt-out span it does not check what comes from a wildcard"),
    Difference("pdns-recursor", "trust-ad", ("any.wild.q-soa-*",), ("secure",), ("bogus",),
               "it takes the broken SOA record beside the denial that a wildcard's records need for "
               "a part of the answer"),
    Difference("pdns-recursor", "trust-ad", ("*.renamed*",), ("secure", "insecure"), ("bogus",),
               "asked several questions about names below a DNAME at once, it answers some with "
               "SERVFAIL"),
    Difference("pdns-recursor", "trust-ad", ("any.wild-alias.q-optout.*",), ("insecure",),
               ("secure",), "it does not heed the opt-out span of an alias from a wildcard"),
    Difference("pdns-recursor", "trust-ad", ("*.q-keys-wrong.*",), ("bogus",), ("secure",),
               "it wants no signature over keys that the DS records name all of"),
    Difference("dnsmasq-dnssec", "trust-ad", ("*.renamed*",), ("secure", "insecure"), ("bogus",),
               "it does not know that the alias made from a DNAME has no signature "
               "(RFC 6672 §5.3.1)"),
    Difference("dnsmasq-dnssec", "trust-ad", ("*.q-optout*", "nowhere.optout"), ("insecure",),
               ("secure",), "it does not heed opt-out"),
    Difference("dnsmasq-dnssec", "trust-ad", ("*.q-iterations-151.*",), ("insecure",), ("bogus",),
               "denials with more iterations than it does are bogus to it"),
    Difference("dnsmasq-dnssec", "trust-ad", ("alias.q-denial-*",), ("secure",), ("bogus",),
               "it asks for the DS records of the alias, whose denial is broken"),
    Difference("dnsmasq-dnssec", "trust-ad", ("*.q-soa-stripped.*",), ("bogus",), ("insecure",),
               "a denial whose SOA record alone is not signed is only not vouched for"),
    Difference("resolved", "trust-ad", ("*.q-soa-*",), ("bogus",), ("secure",),
               "it does not look at the SOA record of a denial"),
    Difference("resolved", "trust-ad", ("*.q-optout.*",), ("insecure",), ("secure",),
               "it does not heed the opt-out span of a wildcard"),
    Difference("resolved", "trust-ad", ("*.q-ed448.*",), ("secure",), ("insecure", "bogus"),
               "it does not know Ed448 (RFC 8080)"),
    Difference("resolved", "trust-ad", ("*.q-unknown.*", "*.q-ds-unknown-*"), ("insecure",),
               ("bogus",), "a zone whose algorithms it does not know is bogus to it"),
    Difference("resolved", "trust-ad", ("*.q-iterations-1?[01].*",), ("secure", "insecure"),
               ("bogus",), "denials with more than 100 iterations are bogus to it"),
)


@functools.cache
def named(resolver, mode, domain, true):
    """The differences that may be at this question."""
    return [one for one in DIFFERENCES if (one.resolver, one.mode) == (resolver, mode)
            and true in one.true and any(fnmatch(domain, name) for name in one.names)]
