"""A small in-memory time-stamping authority (RFC 3161) with its own certificates."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Authority:
    """An authority whose clock the test sets.

    Args:
        name: common name in its certificates.
        usage: extended key usage of its certificate.
        until: days until its certificate expires.
    """

    def __init__(
        self,
        name: str = "云岭时间戳",
        *,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
        until: int = 900,
    ) -> None:
        self.name, self.usage, self.until = name, usage, until
        self.at: datetime | None = None

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def certificates(self) -> tuple[x509.Certificate, x509.Certificate]:
        """The root and the one that stamps."""
        root_key = ec.generate_private_key(ec.SECP256R1())
        root = self._issued("根", root_key, root_key, "根", x509.BasicConstraints(True, None))
        usage = x509.ExtendedKeyUsage([self.usage])
        return root, self._issued("签", self.key, root_key, "根", usage)

    def _issued(self, name: str, key: Any, issuer_key: Any, issuer: str, extension: Any) -> x509.Certificate:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(self._named(issuer), self._named(name), key.public_key())
        made = made.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        made = made.not_valid_before(now - timedelta(days=900)).not_valid_after(now + timedelta(days=self.until))
        return made.sign(issuer_key, hashes.SHA256())

    def _named(self, name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{self.name}·{name}")])

    @property
    def pem(self) -> bytes:
        """What an installation trusts."""
        return self.certificates[0].public_bytes(Encoding.PEM)

    def answer(self, request: bytes, **instead: Any) -> bytes:
        """Stamp what was asked; `instead` says otherwise what the token says."""
        asked = tsp.TimeStampReq.load(request)
        sha = {"algorithm": "sha256"}
        leaf = asn1.Certificate.load(self.certificates[1].public_bytes(Encoding.DER))
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4",
                "message_imprint": asked["message_imprint"],
                "serial_number": 7,
                "gen_time": (self.at or datetime.now(UTC)).replace(microsecond=0),
                "nonce": asked["nonce"].native,
                **instead,
            }
        )
        certified = {"cert_hash": hashlib.sha256(leaf.dump()).digest()}
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info.dump()).digest()]},
                {"type": "signing_certificate_v2", "values": [{"certs": [certified]}]},
            ]
        )
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": leaf.issuer, "serial_number": leaf.serial_number}},
            "digest_algorithm": sha,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [algos.DigestAlgorithm(sha)],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(info.dump()),
                },
                "certificates": [leaf],
                "signer_infos": [signer],
            }
        )
        token = {"content_type": "signed_data", "content": signed}
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
