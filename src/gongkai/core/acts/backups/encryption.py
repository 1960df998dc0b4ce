"""Encrypt backups as a stream of authenticated chunks, in the manner of age; constant memory.

    MAGIC, a line of JSON (how the key is found), then chunks: ChaCha20-Poly1305 over at most 64 KiB, the nonce
    counts them and marks the last

The key is HKDF-SHA256 of a secret, bound to the very header: of a passphrase by scrypt, or of a recipient's X25519
public key with one made for this backup alone. A cut, reordered or changed chunk does not open; a backup that ends
before its last chunk is cut.
"""

import base64
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gongkai.lib.typed_json import Record, read_number, read_text

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class BackupError(Exception):
    """Raised when a backup or restore fails; the message explains the reason and the next step."""


#: First bytes of an encrypted backup.
FILE_SIGNATURE = b"gongkai-backup-1\n"
CHUNK_BYTES, TAG_BYTES = 1 << 16, 16
#: Bytes that a header may have, and the most work that it may ask of scrypt (128 * n * r bytes of memory).
MAX_HEADER_BYTES, MAX_SCRYPT_N = 2048, 1 << 18
#: Shortest accepted passphrase of an encrypted backup.
MIN_PASSPHRASE_CHARACTERS = 12
#: Error of an encrypted backup whose header cannot be read.
DAMAGED_HEADER_ERROR = "打不开：开头已损坏，请换一份备份"


@dataclass(frozen=True)
class BackupKey:
    """The key of a backup: passphrase, public key (encrypt only) or private key; `source` is its file."""

    passphrase: bytes = b""
    public: X25519PublicKey | None = None
    private: X25519PrivateKey | None = None
    source: str = ""


def describe_file_error(error: OSError) -> str:
    """Return the cause of a file error in Chinese, or the system's own text for a rare one."""
    texts_by_error = {FileNotFoundError: "文件不存在", PermissionError: "没有权限", IsADirectoryError: "它是文件夹"}
    return texts_by_error.get(type(error), str(error.strerror))


def read_passphrase(path: Path) -> BackupKey:
    """Read the passphrase from the first line of a file.

    Raises:
        BackupError: the file cannot be read, or the passphrase is too short.
    """
    try:
        passphrase = path.read_bytes().split(b"\n", 1)[0].strip()
    except OSError as error:
        raise BackupError(f"不能读取密码文件 {path}：{describe_file_error(error)}") from error
    if len(passphrase) < MIN_PASSPHRASE_CHARACTERS:
        raise BackupError(f"备份密码至少{MIN_PASSPHRASE_CHARACTERS}个字符，请写在 {path} 的第一行")
    return BackupKey(passphrase=passphrase, source=str(path))


def read_public_key(path: Path) -> BackupKey:
    """Read the public key from a file (PEM, written by `write_key_pair`).

    Raises:
    BackupError: the file cannot be read or has no X25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise BackupError(f"不能读取备份公钥 {path}：{describe_file_error(error)}") from error
    except ValueError as error:
        raise BackupError(f"{path} 不是备份公钥：请用 gongkai backup keygen 生成") from error
    if not isinstance(key, X25519PublicKey):
        raise BackupError(f"{path} 不是备份公钥：请用 gongkai backup keygen 生成")
    return BackupKey(public=key, source=str(path))


def read_private_key(path: Path) -> BackupKey:
    """Read the private key from a file (PEM, written by `write_key_pair`).

    Raises:
    BackupError: the file cannot be read or has no X25519 private key.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise BackupError(f"不能读取备份私钥 {path}：{describe_file_error(error)}") from error
    except (ValueError, TypeError) as error:
        raise BackupError(f"{path} 不是备份私钥") from error
    if not isinstance(key, X25519PrivateKey):
        raise BackupError(f"{path} 不是备份私钥")
    return BackupKey(private=key, source=str(path))


def write_key_pair(path: Path) -> Path:
    """Write a private key (mode 600) and its public key (`.pub`); return the path of the public key.

    Raises:
        BackupError: one of the files is there already, or cannot be written.
    """
    private_key = X25519PrivateKey.generate()
    public_path = path.with_name(f"{path.name}.pub")
    if public_path.exists():
        raise BackupError(f"{public_path} 已存在：请换一个文件名，或者先移走它")
    form = serialization.Encoding.PEM
    private_bytes = private_key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public_bytes = private_key.public_key().public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        for file_path, data, mode in ((path, private_bytes, 0o600), (public_path, public_bytes, 0o644)):
            number = os.open(file_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
            with os.fdopen(number, "wb") as file:
                file.write(data)
    except OSError as error:
        raise BackupError(f"不能写入 {error.filename}：{error.strerror}") from error
    return public_path


def fingerprint(public: X25519PublicKey) -> str:
    """Return the 16-digit hexadecimal fingerprint of a public key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public.public_bytes_raw())
    return digest.finalize()[:8].hex()


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _derive_cipher(secret: bytes, header: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, salt=None, info=FILE_SIGNATURE + header).derive(secret))


def _stretch_passphrase(words: bytes, header: Record) -> bytes:
    """Derive the secret from a passphrase (`words`) with the parameters in the header.

    Raises:
        BackupError: the header is damaged.
    """
    n = read_number(header, "n")
    if not 1 < n <= MAX_SCRYPT_N or n & (n - 1):
        raise BackupError(DAMAGED_HEADER_ERROR)
    return Scrypt(base64.b64decode(read_text(header, "salt"), validate=True), 32, n, 8, 1).derive(words)


def _make_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class EncryptingFile(io.RawIOBase):
    """A writable file that encrypts into another file.

    Closing it writes the last chunk and leaves the other file open.
    """

    def __init__(self, target: IO[bytes], secret: BackupKey) -> None:
        self._out, self._kept, self._number = target, bytearray(), 0
        if secret.public:
            one_time_key = X25519PrivateKey.generate()
            facts: dict[str, object] = {
                "way": "recipient",
                "by": _to_base64(one_time_key.public_key().public_bytes_raw()),
                "to": fingerprint(secret.public),
            }
            shared_secret = one_time_key.exchange(secret.public)
        else:
            facts = {"way": "passphrase", "n": 1 << 16, "salt": _to_base64(os.urandom(16))}
            shared_secret = _stretch_passphrase(secret.passphrase, facts)
        header = json.dumps(facts).encode() + b"\n"
        self._cipher = _derive_cipher(shared_secret, header)
        target.write(FILE_SIGNATURE + header)

    def writable(self) -> bool:
        """Return true: the file is open for writing."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Buffer bytes and encrypt whole chunks."""
        self._kept += data
        while len(self._kept) > CHUNK_BYTES:
            self._write_chunk(bytes(self._kept[:CHUNK_BYTES]), last=False)
            del self._kept[:CHUNK_BYTES]
        return memoryview(data).nbytes

    def _write_chunk(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_make_nonce(self._number, last=last), chunk, None))
        self._number += 1

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._write_chunk(bytes(self._kept), last=True)
        super().close()


class DecryptingFile(io.RawIOBase):
    """A readable file that decrypts another file.

    Raises:
        BackupError: no key or a wrong key was given, or a chunk was changed, moved or cut; the message names the file
            and the cause.
    """

    def __init__(self, source: IO[bytes], secret: BackupKey | None) -> None:
        self._source, self._kept, self._number, self._secret = source, b"", 0, secret
        self._name = str(getattr(source, "name", "备份"))
        header = source.readline(MAX_HEADER_BYTES)
        try:
            self._cipher = _derive_cipher(_recover_secret(header, secret), header)
        except BackupError as error:
            raise BackupError(f"{self._name} {error}") from error
        self._next = source.read(CHUNK_BYTES + TAG_BYTES)
        self._done = False

    def readable(self) -> bool:
        """Return true: the file is open for reading."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Decrypt the next bytes into a buffer; return their number, 0 at the end (BackupError: wrong key or
        damaged)."""
        while not self._kept and not self._done:
            chunk, self._next = self._next, self._source.read(CHUNK_BYTES + TAG_BYTES)
            self._done = not self._next
            try:
                self._kept = self._cipher.decrypt(_make_nonce(self._number, last=self._done), chunk, None)
            except InvalidTag as error:
                raise BackupError(f"{self._name} {self._explain_failed_decryption()}") from error
            self._number += 1
        target_bytes = memoryview(buffer).cast("B")
        decrypted_bytes = self._kept[: len(target_bytes)]
        target_bytes[: len(decrypted_bytes)] = decrypted_bytes
        self._kept = self._kept[len(decrypted_bytes) :]
        return len(decrypted_bytes)

    def _explain_failed_decryption(self) -> str:
        """Return in Chinese the reason of a failed decryption: at the first chunk wrong key or damage, later damage."""
        if self._number:
            intact_megabytes = self._number * CHUNK_BYTES / 1e6
            return f"前 {intact_megabytes:.1f} MB 完好，以后的已损坏，或者文件不完整（复制时中断过）：请重新复制，或者换一份备份"
        secret_label = "私钥" if self._secret and self._secret.private else "密码文件"
        source = f" {self._secret.source} " if self._secret and self._secret.source else ""
        return f"打不开：{secret_label}{source}不是加密时用的那一个，或者文件开头已损坏、不完整"


def _recover_secret(header: bytes, secret: BackupKey | None) -> bytes:
    """Return the secret that decrypts a backup, from its header and the private key or passphrase.

    Raises:
        BackupError: the key or passphrase is missing or is another one, or the header is damaged.
    """
    try:
        facts = json.loads(header)
        if facts["way"] == "recipient":
            if secret is None or secret.private is None:
                raise BackupError("是加密的：请用 --key 指明备份私钥")
            _refuse_others_key(facts, secret.private, secret.source)
            return secret.private.exchange(X25519PublicKey.from_public_bytes(base64.b64decode(facts["by"])))
        if secret is None or not secret.passphrase:
            raise BackupError("是加密的：请用 --passphrase-file 指明写有备份密码的文件")
        return _stretch_passphrase(secret.passphrase, facts)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupError(DAMAGED_HEADER_ERROR) from error


def _refuse_others_key(facts: dict[str, object], private: X25519PrivateKey, source: str) -> None:
    """Raise if the backup names another public key; older backups name none."""
    own_fingerprint = fingerprint(private.public_key())
    if facts.get("to", own_fingerprint) != own_fingerprint:
        raise BackupError(
            f"不是给私钥 {source} 的：它是给指纹 {facts['to']} 的公钥加密的，这把私钥的公钥指纹是 {own_fingerprint}。请找出那把私钥"
        )
