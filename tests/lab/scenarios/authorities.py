"""The certification authorities that scenarios name.

root ─ intermediate            trusted by the lab's CA bundle, the usual case
private ─ private-deep ─ …     known to nobody; good only as DANE trust anchor
"""

from world.spec import Authority

AUTHORITIES = {
    "root": Authority(trusted=True),
    "intermediate": Authority("root"),
    "deep": Authority("intermediate"),
    "deeper": Authority("deep"),
    "rsa-root": Authority(key="rsa", trusted=True),
    "rsa-intermediate": Authority("rsa-root", key="rsa"),

    "private": Authority(),
    "private-mid": Authority("private"),
    "private-low": Authority("private-mid"),
    "stranger": Authority(),

    "expired": Authority(days=(-400, -30)),
    "under-expired": Authority("expired"),
    "expired-mid": Authority("private", days=(-400, -30)),
    "soon-mid": Authority("private", days=(-80, 5)),
    "no-ca": Authority("private", ca=False),
    "no-sign": Authority("private", usage=("crl_sign",)),
    "one-level": Authority(path_length=0),
    "one-level-mid": Authority("one-level"),
    "fenced": Authority(permitted=("elsewhere.example",)),
    "sha1-mid": Authority("private", hash="sha1"),

    # Two certificates of one authority: the same name and key, two issuers.
    "cross-a": Authority("private", subject="cross"),
    "cross-b": Authority("stranger", subject="cross", same_key="cross-a"),
    # The same name as "private", but another key.
    "impostor": Authority(subject="private"),
}
