"""Lists of many domains whose DNS data is a proposed zone, and whose hosts stand at one address."""

import os
from collections import namedtuple

ZONE = "bulk.example"
Files = namedtuple("Files", "zone list domains")


def zone_of_many(folder, host, count, hosts, address=None):
    """COUNT domains on HOSTS hosts with the TLSA records of a reported HOST, all at one IPv4
    address: its first one, unless another is given."""
    address = address or host["endpoints"][0]["address"]
    lines = [f"$ORIGIN {ZONE}.", "$TTL 3600", "@ SOA ns hostmaster 1 2 3 4 5", "@ NS ns"]
    for number in range(hosts):
        lines.append(f"mx{number} A {address}")
        lines += [f"_25._tcp.mx{number} TLSA {one['usage']} {one['selector']} {one['mtype']} "
                  f"{one['data']}" for one in host["tlsa"]["records"]]
    lines += [f"d{number} MX 10 mx{number % hosts}" for number in range(count)]
    files = Files(os.path.join(folder, f"{count}-{hosts}.zone"),
                  os.path.join(folder, f"{count}-{hosts}.list"),
                  [f"d{number}.{ZONE}" for number in range(count)])
    for path, text in zip(files, (lines, files.domains)):
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join(text) + "\n")
    return files
