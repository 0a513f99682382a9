"""Certificates of the lab: authorities, leaves, and the files servers read.

Everything is made afresh in each run, so that dates count from its start.
Keys of the slow kinds come from small shared pools.
"""

import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scenarios.authorities import AUTHORITIES

RSA_POOL = 4  # distinct RSA keys of one size in one run

KEY_USAGE_BITS = ("digital_signature", "content_commitment", "key_encipherment",
                  "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
                  "encipher_only", "decipher_only")
EKU = {"server": ExtendedKeyUsageOID.SERVER_AUTH,
       "client": ExtendedKeyUsageOID.CLIENT_AUTH,
       "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
# AlgorithmIdentifiers in DER (RFC 5758 §3.2).
ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
ECDSA_WITH_SHA1 = bytes.fromhex("300906072a8648ce3d0401")


def pem(certificate):
    """A certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def der(certificate):
    """A certificate as DER octets."""
    return certificate.public_bytes(serialization.Encoding.DER)


def spki(certificate):
    """The SubjectPublicKeyInfo of a certificate as DER octets."""
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Keys:
    """Makes private keys by the names that scenarios use for them."""

    def __init__(self):
        self._rsa = {}
        self._taken = {}
        self._shared = {}

    def make(self, kind, share=None):
        """A key of this kind; the same one for an equal non-empty `share`."""
        if share is None:
            return self._fresh(kind)
        if (kind, share) not in self._shared:
            self._shared[kind, share] = self._fresh(kind)
        return self._shared[kind, share]

    def _fresh(self, kind):
        if kind.startswith("rsa"):
            return self._pooled_rsa(int(kind[3:] or 2048))
        makers = {"ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
                  "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
                  "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
                  "ed25519": ed25519.Ed25519PrivateKey.generate,
                  "ed448": ed448.Ed448PrivateKey.generate}
        return makers[kind]()

    def _pooled_rsa(self, bits):
        pool = self._rsa.setdefault(bits, [])
        taken = self._taken.get(bits, 0)
        self._taken[bits] = taken + 1
        if len(pool) < RSA_POOL:
            pool.append(rsa.generate_private_key(public_exponent=65537, key_size=bits))
        return pool[taken % RSA_POOL]


class Issued:
    """A certificate with its private key and the name of what issued it."""

    def __init__(self, certificate, key, issuer):
        self.certificate = certificate
        self.key = key
        self.issuer = issuer


class Pki:
    """The authorities of one run, and what they issue."""

    def __init__(self, now, directory):
        self._now = now
        self._directory = directory
        self.keys = Keys()
        self._authorities = {}
        self._written = {}

    def authority(self, name):
        """The authority of this name, made when first asked for."""
        if name not in self._authorities:
            self._authorities[name] = self._make_authority(name, AUTHORITIES[name])
        return self._authorities[name]

    def bundle(self):
        """PEM text of every trusted authority."""
        return "".join(pem(self.authority(name).certificate)
                       for name, spec in AUTHORITIES.items() if spec.trusted)

    def issue(self, spec, host, scenario):
        """A leaf certificate for `host` as a scenario's Cert says."""
        share = spec.share and f"{scenario}/{spec.share}"
        key = self.keys.make(spec.key, share)
        names = (host,) if spec.names is None else spec.names
        common_name = spec.cn if spec.cn is not None else (names[0] if names else None)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
                            if common_name and len(common_name.encode()) <= 64 else [])
        extensions = [(x509.SubjectAlternativeName(alternatives), False)
                      for alternatives in [self._alternatives(names, spec.addresses)]
                      if alternatives]
        if spec.eku is not None:
            extensions.append((x509.ExtendedKeyUsage([EKU[word] for word in spec.eku]), False))
        return self._sign(subject, key, spec, extensions)

    def write(self, issued, chain):
        """Put chain and key into files; returns their paths."""
        certificates = [issued.certificate]
        certificates += [issued.certificate if name == "leaf" else self.authority(name).certificate
                         for name in chain]
        text = "".join(pem(certificate) for certificate in certificates)
        if text not in self._written:
            stem = os.path.join(self._directory, f"chain{len(self._written):04}")
            with open(f"{stem}.pem", "w", encoding="ascii") as out:
                out.write(text)
            with open(f"{stem}.key", "wb") as out:
                out.write(issued.key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption()))
            self._written[text] = f"{stem}.pem", f"{stem}.key"
        return self._written[text]

    @staticmethod
    def _alternatives(names, addresses):
        return ([x509.DNSName(name) for name in names] +
                [x509.IPAddress(ipaddress.ip_address(text)) for text in addresses])

    def _make_authority(self, name, spec):
        key = (self.authority(spec.same_key).key if spec.same_key
               else self.keys.make(spec.key))
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "mxdane lab"),
                             x509.NameAttribute(NameOID.COMMON_NAME, spec.subject or name)])
        extensions = []
        if spec.permitted:
            extensions.append((x509.NameConstraints(
                [x509.DNSName(tree) for tree in spec.permitted], None), True))
        return self._sign(subject, key, spec, extensions)

    def _sign(self, subject, key, spec, extensions):
        issuer = self.authority(spec.issuer) if spec.issuer not in (None, "self") else None
        signer = issuer.key if issuer else key
        first, last = (self._now + datetime.timedelta(days=number) for number in spec.days)
        builder = (x509.CertificateBuilder()
                   .subject_name(subject)
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(first.replace(tzinfo=None))
                   .not_valid_after(last.replace(tzinfo=None))
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                                  False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                       signer.public_key()), False))
        if spec.ca is not None:
            limit = getattr(spec, "path_length", None) if spec.ca else None
            builder = builder.add_extension(x509.BasicConstraints(spec.ca, limit), True)
        if spec.usage is not None:
            builder = builder.add_extension(x509.KeyUsage(
                **{bit: bit in spec.usage for bit in KEY_USAGE_BITS}), True)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        edwards = isinstance(signer, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
        certificate = builder.sign(signer, None if edwards else hashes.SHA256())
        if spec.hash == "sha1":
            certificate = _resigned_with_sha1(certificate, signer)
        return Issued(certificate, key, spec.issuer)


def _resigned_with_sha1(certificate, signer):
    """A certificate signed by ECDSA with SHA-1, which cryptography 43 and later do not issue."""
    signed = _read_der(certificate.tbs_certificate_bytes)
    signed = _der(0x30, signed.replace(ECDSA_WITH_SHA256, ECDSA_WITH_SHA1, 1))
    signature = signer.sign(signed, ec.ECDSA(hashes.SHA1()))
    return x509.load_der_x509_certificate(
        _der(0x30, signed + ECDSA_WITH_SHA1 + _der(0x03, b"\0" + signature)))


def _der(tag, contents):
    length = len(contents)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    head = bytes([length]) if length < 128 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + head + contents


def _read_der(element):
    """The contents of an element in DER."""
    return element[2 + (element[1] & 0x7F if element[1] & 0x80 else 0):]
