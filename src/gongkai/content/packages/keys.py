"""Keys of packages (Ed25519): the inner side signs, the outer side trusts one public key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from gongkai.core.acts.action import Refused
from gongkai.core.vault.files import keys_folder, secret_file


def private_key() -> Ed25519PrivateKey:
    """Return this installation's private key; it is created at first use, readable by its owner only."""
    key = load_pem_private_key(secret_file("package.pem", _new_private), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"{keys_folder() / 'package.pem'} 不是交换包的私钥。")
    return key


def _new_private() -> bytes:
    made = Ed25519PrivateKey.generate()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem() -> bytes:
    """Return the public key that the outer side must trust."""
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def trust(data: bytes) -> None:
    """Trust the public key of the inner side.

    Raises:
        Refused: it is no key, or another one is trusted already.
    """
    _load_public(data)
    path = keys_folder() / "package.pub"
    if path.exists() and path.read_bytes().strip() != data.strip():
        raise Refused(f"已信任另一把公钥；确要更换，请先移走 {path}。")
    path.write_bytes(data)


def trusted() -> Ed25519PublicKey:
    """Return the trusted public key.

    Raises:
        Refused: none is trusted yet.
    """
    path = keys_folder() / "package.pub"
    if not path.exists():
        raise Refused("还没有指定内网的公钥：请先运行 gongkai package trust 公钥文件。")
    return _load_public(path.read_bytes())


def _load_public(data: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(data)
    except ValueError as error:
        raise Refused("这不是公钥文件。") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Refused("公钥须是 Ed25519 的。")
    return key


def signed(manifest: bytes) -> bytes:
    """Return the signature of a manifest."""
    return private_key().sign(manifest)


def check(manifest: bytes, signature: bytes) -> None:
    """Refuse a manifest that the trusted key did not sign."""
    try:
        trusted().verify(signature, manifest)
    except InvalidSignature as error:
        raise Refused("签名不符：包被改动过，或不是由信任的内网制作。") from error
