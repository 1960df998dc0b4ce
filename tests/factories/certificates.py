"""Certificates of units as certificate authorities export them."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "pfx-password"
VALID_FROM = datetime(2024, 1, 1, tzinfo=UTC)


@cache
def _key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def certificate(*, bits: int = 2048, days: int = 365, signs: bool = True) -> bytes:
    """Return a .p12 of a certificate valid for `days` from 2024-01-01; `signs=False`: encryption only."""
    key = _key(bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "云岭市住房和城乡建设局")])
    usage = x509.KeyUsage(signs, signs, not signs, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_FROM + timedelta(days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"unit", key, made, None, BestAvailableEncryption(PASSWORD.encode()))
