"""The domains that the README shows."""

from world.spec import Cert, Host, Policy, Scenario

SCENARIOS = [
    Scenario(
        "good", "two hosts, DANE and MTA-STS as they should be",
        hosts=(Host("mx1"), Host("mx2", preference=20)),
        sts=Policy(), tlsrpt=("v=TLSRPTv1; rua=mailto:tls@good.example",),
    ),
    Scenario(
        "broken", "the certificate was renewed, the TLSA record was not",
        hosts=(Host("mx1", tlsa=("3 1 1 other",)),),
    ),
    Scenario(
        "sts-only", "MTA-STS in an unsigned zone", hosts=(Host("mx1", tlsa=()),), sts=Policy(),
    ),
]
