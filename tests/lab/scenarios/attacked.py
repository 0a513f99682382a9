"""Domains that test_attacker.py attacks on the way to the resolver; unattacked, all is well."""

from scenarios.words import good
from world.spec import Host, Scenario, Zone

HASHED = Zone(denial="nsec3")

SCENARIOS = [
    Scenario("victim", "in an NSEC zone below an NSEC zone", expect=good()),
    Scenario("victim-hashed", "in an NSEC3 zone below an NSEC3 zone", domain="victim.hashed",
             zone=HASHED, expect=good()),
    Scenario("victim-optout", "signed, below an opt-out zone", domain="victim.optout",
             zone=HASHED, expect=good()),
    Scenario("victim-deep", "a signed cut three labels below an NSEC3 zone",
             domain="a.b.c.victim-deep.hashed", zone=HASHED,
             zones=(("victim-deep.hashed", HASHED),), expect=good()),
    Scenario("victim-deep-nsec", "a signed cut three labels below an NSEC zone",
             domain="a.b.c.victim-deep.example",
             zones=(("victim-deep.example", Zone()),), expect=good()),
    Scenario("victim-spare", "with one more key, of an algorithm that nobody knows",
             zone=Zone(spare=True), expect=good()),
    Scenario("victim-alias", "the TLSA owner is an alias",
             records=("_25._tcp.mx1 CNAME _dane",),
             hosts=(Host(tlsa_name="_dane.victim-alias.example"),), expect=good()),
    Scenario("victim-wild", "a wildcard TLSA record beside the right one",
             hosts=(Host(more_tlsa=(("*._tcp.mx1.victim-wild.example", "3 1 1 other"),)),),
             expect=good()),
]
