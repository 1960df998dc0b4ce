"""Install a key file on a server, from a backup or from another server."""

from pathlib import Path

from gongkai.core.vault.key_file import (
    KeyFile,
    KeyRingError,
    key_path,
    parse_key_file,
    set_key_file_aside,
    write_key_file,
)
from gongkai.core.vault.keys import KeyRing, fingerprint, load_stored_ring, reload_next_time
from gongkai.core.vault.rotation import check_decryption, has_encrypted_values


def install_key_file(source: Path) -> str:
    """Install a key file at `GONGKAI_KEYS`; return a Chinese description.

    A key file of this installation is never replaced; a foreign one is renamed.

    Raises:
        KeyRingError: the file is no key file of this installation; nothing was changed.
    """
    try:
        file = parse_key_file(source.read_text(), source)
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingError(f"不能读取 {source}：请检查是否存在、权限是否允许") from error
    path = key_path()
    present = _read_present(path)
    try:
        ring = load_stored_ring(file)
    except KeyRingError:
        raise KeyRingError(f"{source} 打不开本系统的密钥环：它不是本系统的密钥文件，没有改动 {path}") from None
    if present and present.digest_key == file.digest_key:
        return _describe_difference(file, present, ring, source)
    if present and _can_decrypt(present):
        raise KeyRingError(f"{path} 就是本系统的密钥文件，{source} 不是同一份，没有改动")
    aside_path = set_key_file_aside(path) if path.exists() else None
    write_key_file(path, file, replace=False)
    reload_next_time()
    try:
        check_decryption()
    except KeyRingError:
        path.unlink()
        if aside_path:
            aside_path.rename(path)
        reload_next_time()
        raise KeyRingError(f"{source} 打不开数据库里的加密信息，没有改动") from None
    aside_note = f"，原来的那份不是本系统的，改名为 {aside_path}" if aside_path else ""
    return f"已放好 {path}{aside_note}"


def _describe_difference(file: KeyFile, present: KeyFile, ring: KeyRing | None, source: Path) -> str:
    """Describe in Chinese the difference between a key file and the `present` one with the same master secret.

    Raises:
        KeyRingError: the given file has a key that this installation never had.
    """
    retired = ring.retired if ring else {}
    known_keys = {*present.keys, *(ring.keys if ring else ())}
    if any(key not in known_keys and fingerprint(key) not in retired for key in file.keys):
        raise KeyRingError(f"{source} 与 {key_path()} 不同，里面有本系统没有用过的密钥，可能抄错了，没有改动")
    if set(file.keys) == set(present.keys):
        return f"{key_path()} 已经是这一份，没有改动"
    return f"{source} 是换密钥以前存的一份，也能打开；{key_path()} 更新，没有改动，请另存现在的这一份"


def _read_present(path: Path) -> KeyFile | None:
    """Return the present key file; None if it is missing or unreadable."""
    try:
        return parse_key_file(path.read_text(), path)
    except (OSError, UnicodeDecodeError, KeyRingError):
        return None


def _can_decrypt(present: KeyFile) -> bool:
    """Return true if the key file decrypts the key ring in the database or, without a ring, all its values."""
    try:
        if load_stored_ring(present) is None and has_encrypted_values():
            check_decryption()
    except KeyRingError:
        return False
    return True
