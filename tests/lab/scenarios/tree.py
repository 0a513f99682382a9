"""The top of the lab's DNS: the root and the top-level domains."""

from world.spec import Zone

TREE = (
    (".", Zone(algorithm="ecdsa256")),
    ("example", Zone()),  # NSEC, the home of most scenarios
    ("hashed", Zone(denial="nsec3")),
    ("optout", Zone(denial="optout")),
    ("rsa", Zone(algorithm="rsasha256", split_keys=True)),
    ("plain", Zone(algorithm=None)),  # below it nothing can be signed
    ("plan.example", Zone(server="dynamic", signer="knot", split_keys=True)),  # test_plan.py fills it
    ("broken", Zone(ds=("sha256:wrong-key",))),  # below it everything is bogus
)
