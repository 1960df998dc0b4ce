"""The file format of a package and its keys (Ed25519). Reading is bounded and verified."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

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
from django.conf import settings

from gongkai.content.packages import validation
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import digest
from gongkai.core.vault.key_file import keys_folder, secret_file
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, TooManyEntries, open_zip


def load_private_key() -> Ed25519PrivateKey:
    """Return this installation's private key, created at first use (Refused: the file is no key)."""
    key = load_pem_private_key(secret_file("package.pem", _make_private_key), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"{keys_folder() / 'package.pem'} 不是交换包的私钥。")
    return key


def _make_private_key() -> bytes:
    ed25519_private_key = Ed25519PrivateKey.generate()
    return ed25519_private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def get_public_key_pem() -> bytes:
    """Return the public key that the outer installation must trust."""
    return load_private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def store_trusted_key(data: bytes) -> None:
    """Trust the public key of the inner installation.

    Raises:
        Refused: it is no key, or another one is trusted already.
    """
    _load_public_key(data)
    path = keys_folder() / "package.pub"
    if path.exists() and path.read_bytes().strip() != data.strip():
        raise Refused(f"已信任另一把公钥；确要更换，请先移走 {path}。")
    path.write_bytes(data)


def load_trusted_key() -> Ed25519PublicKey:
    """Return the public key of the other installation, which this one trusts.

    Raises:
        Refused: none is trusted yet.
    """
    path = keys_folder() / "package.pub"
    if not path.exists():
        raise Refused("还没有指定内网的公钥：请先运行 gongkai package trust 公钥文件。")
    return _load_public_key(path.read_bytes())


def _load_public_key(data: bytes) -> Ed25519PublicKey:
    """Return the Ed25519 key of a PEM file (Refused: another file or kind of key)."""
    try:
        key = load_pem_public_key(data)
    except ValueError as error:
        raise Refused("这不是公钥文件。") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Refused("公钥须是 Ed25519 的。")
    return key


def sign_manifest(manifest: bytes) -> bytes:
    """Return the signature of a manifest."""
    return load_private_key().sign(manifest)


def require_signature(manifest: bytes, signature: bytes) -> None:
    """Refuse a manifest that the trusted key did not sign."""
    try:
        load_trusted_key().verify(signature, manifest)
    except InvalidSignature as error:
        raise Refused("签名不符：包被改动过，或不是由信任的内网制作。") from error


#: Version of the file format.
FORMAT_VERSION = 1
#: Suffix of package files.
PACKAGE_SUFFIX = ".gkp"
#: Bytes in a megabyte, as the limits count.
BYTES_PER_MEGABYTE = 1_000_000
MAX_MANIFEST_BYTES = 80 * BYTES_PER_MEGABYTE
#: Maximum size of a row, which is a text with all its parts; the editor's limit is far lower.
MAX_ROW_BYTES = 64 * BYTES_PER_MEGABYTE
_BLOCK_BYTES = 1 << 20


def make_package_file_name(sequence: int) -> str:
    """Return the file name of a package."""
    return f"{sequence:08d}{PACKAGE_SUFFIX}"


class OpenedPackage:
    """A package whose signature is valid; `manifest` is the signed part, `digest` identifies it."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = open_zip(path, "package entries")
            raw = self._read_small("manifest.json", MAX_MANIFEST_BYTES)
            signature = self._read_small("signature", 64)
        except TooManyEntries as error:
            raise Refused(f"“{path.name}”：{error}") from error
        except BROKEN_ZIP_ERRORS as error:
            raise Refused(f"“{path.name}”不是交换包，或已损坏。") from error
        require_signature(raw, signature)
        values = validation.read_object(raw, "清单")
        # Digest method of the inner side, which may differ from this installation's.
        self.method = validation.get_digest_method(values)
        self.digest = digest(raw, self.method)
        if values.get("format") != FORMAT_VERSION:
            raise Refused("这个交换包由另一版本的系统制作，请先升级。")
        self.manifest = validation.check_manifest(values)

    def _read_small(self, name: str, max_bytes: int) -> bytes:
        """Return a member of the archive; ValueError if it is larger than `max_bytes`."""
        with self.zip.open(name) as stream:
            data = stream.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise ValueError(name)
        return data

    def __enter__(self) -> "OpenedPackage":
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    @property
    def files(self) -> dict[str, int]:
        """Return {digest: size in bytes} of the package's files."""
        return dict(self.manifest["files"])

    def check_rows(self) -> None:
        """Refuse a package whose rows differ from the signed ones, or that is too large for the disk.

        Raises:
            Refused: altered or truncated, or larger unpacked than the free disk space.
        """
        asked = self.manifest["size"] + sum(self.files.values())
        if asked > shutil.disk_usage(settings.DATA).free:
            raise Refused(f"交换包展开后有{asked // BYTES_PER_MEGABYTE}兆字节，磁盘空间不足，未应用。")
        seen = hashlib.new(self.method or "sha256")
        for block in self._iterate_blocks("rows.jsonl", self.manifest["size"]):
            seen.update(block)
        if seen.hexdigest() != self.manifest["rows"]:
            raise Refused("交换包的内容与签名不符，未应用。")

    def rows(self) -> Iterator[validation.PackageRow]:
        """Yield the rows in order, validated; call `check_rows` first (Refused: an invalid row)."""
        with self.zip.open("rows.jsonl") as stream:
            number = 0
            while line := stream.readline(MAX_ROW_BYTES + 1):
                number += 1
                if len(line) > MAX_ROW_BYTES:
                    raise Refused(f"交换包的第{number}行超过{MAX_ROW_BYTES // BYTES_PER_MEGABYTE}兆字节，未应用。")
                yield validation.check_row(validation.read_object(line, f"第{number}行"), number, self.method)

    def file(self, digest: str) -> IO[bytes]:
        """Return a verified temporary copy of a file of the package, by its digest.

        Raises:
            Refused: altered or missing.
        """
        if f"files/{digest}" not in self.zip.NameToInfo:
            raise Refused("交换包中缺少文件，未应用。")
        seen, size, out = hashlib.sha256(), 0, tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
        for block in self._iterate_blocks(f"files/{digest}", self.files[digest]):
            seen.update(block)
            size += len(block)
            out.write(block)
        if seen.hexdigest() != digest or size != self.files[digest]:
            raise Refused("交换包中的文件与签名不符，未应用。")
        return out

    def _iterate_blocks(self, name: str, size: int) -> Iterator[bytes]:
        """Yield the blocks of a file in the package (Refused: it is damaged, or longer than signed)."""
        remaining = size
        try:
            with self.zip.open(name) as stream:
                while block := stream.read(_BLOCK_BYTES):
                    remaining -= len(block)
                    if remaining < 0:
                        raise Refused("交换包的内容与签名不符，未应用。")
                    yield block
        except BROKEN_ZIP_ERRORS as error:
            raise Refused("交换包已损坏，未应用。") from error
