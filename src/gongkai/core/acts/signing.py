"""Sign seals (Ed25519) with a key outside the database.

The private key is `keys/seal.key` in the data folder. `keys/seal.pub` next to it lists the trusted public
keys, one a line; on first use also those of existing seals, so that a restored backup continues. Without that
file (a scratch restore), each seal is verified with the key that it names.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gongkai.core.acts.models import Seal
from gongkai.core.vault.key_file import keys_folder, secret_file


def _load_private_key() -> Ed25519PrivateKey:
    raw = secret_file("seal.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(raw)


def _encode_public_key(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode()


def sign_digest(digest: str) -> tuple[str, str]:
    """Return a signature of a seal's digest and the public key, both base64."""
    private = _load_private_key()
    public = _encode_public_key(private.public_key())
    path = keys_folder() / "seal.pub"
    known = path.read_text().split() if path.exists() else _keys_of_existing_seals()
    if public not in known:
        path.write_text("\n".join([*known, public]) + "\n")
    return base64.b64encode(private.sign(digest.encode())).decode(), public


def _keys_of_existing_seals() -> list[str]:
    return list(Seal.objects.exclude(key="").order_by("key").values_list("key", flat=True).distinct())


def trusted_keys() -> frozenset[str] | None:
    """Return the trusted public keys; None if this installation never sealed."""
    path = keys_folder() / "seal.pub"
    return frozenset(path.read_text().split()) if path.exists() else None


def is_valid_signature(digest: str, signature: str, key: str) -> bool:
    """Return true if a signature of a seal's digest is valid for a public key."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), digest.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
