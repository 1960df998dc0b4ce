"""Environment variables of Gongkai, read in one place (documented in docs/start.md)."""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    """Return a variable as text, else the first line of the file that the variable `<name>_FILE` names (container secrets).

    Raises:
        ImproperlyConfigured: that file cannot be read.
    """
    if name in os.environ or not (path := os.environ.get(f"{name}_FILE")):
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"不能读取 {name}_FILE 所指的文件 {path}：请检查是否存在、权限是否允许") from error


def env_flag(name: str, *, default: bool = False) -> bool:
    """Return a variable as a boolean; 1, true, yes and on mean True, other values False. `<name>_FILE` is not read."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def env_words(name: str, default: str = "") -> list[str]:
    """Return the non-empty parts of a comma-separated variable. `<name>_FILE` is not read."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def data_folder() -> Path:
    """Return the data folder of this installation, created if absent (ImproperlyConfigured: not usable).

    From this call on, files that the process writes are readable by its own account only (umask 077).
    """
    os.umask(0o077)
    folder = Path(env_text("GONGKAI_DATA", "data")).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"不能使用数据文件夹 {folder}（{error.strerror}）：请检查 GONGKAI_DATA") from error
    return folder


def env_number(name: str, default: int) -> int:
    """Return a variable as a non-negative integer of at most nine digits (else ImproperlyConfigured)."""
    value = env_text(name).strip() or str(default)
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise ImproperlyConfigured(f"环境变量 {name} 应是一个整数，现在是“{value}”")
    return int(value)


def database_setting(name: str, default: str, *, url: str = "") -> dict[str, Any]:
    """Return the Django configuration of a database URL from a variable or from `url`.

    A URL without a password uses `GONGKAI_DATABASE_PASSWORD`. Connections are reused for a minute. SQLite and
    PostgreSQL are used through the backends of `acts.backends`.
    """
    try:
        found = dict(dj_database_url.parse(url or env_text(name) or default, conn_max_age=60))
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 不是数据库地址（如 postgres://用户:密码@主机/库名）") from error
    found["ENGINE"] = engine = str(found["ENGINE"]).replace("django.db.backends", "gongkai.core.acts.backends")
    if engine.endswith("postgresql") and not found.get("PASSWORD"):
        found["PASSWORD"] = env_text("GONGKAI_DATABASE_PASSWORD")
    return found


def secret_key(folder: Path) -> str:
    """Return the signing key from `GONGKAI_SECRET_KEY`, else from `secret_key` in `folder`, which is created once."""
    given = env_text("GONGKAI_SECRET_KEY")
    if given:
        return given
    path = folder / "secret_key"
    try:
        if not path.exists():
            _make_key(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"不能读写 {path}（{error.strerror}）：请检查数据文件夹的权限") from error


def _make_key(path: Path) -> None:
    """Create the key file with a random key, unless another process was faster."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(60))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()


def env_address(name: str) -> str | tuple[str, int]:
    """Return a variable as (host, port), or as a socket path if it begins with a slash (ImproperlyConfigured: neither)."""
    value = env_text(name).strip()
    host, _, port = value.rpartition(":")
    if value.startswith("/"):
        return value
    if not host or not port.isdecimal():
        raise ImproperlyConfigured(f"环境变量 {name} 应是“主机:端口”或者套接字路径，现在是“{value}”")
    return host, int(port)


def digest_method(name: str) -> str:
    """Return the digest method that a variable names: sha256 (default) or sm3 (ImproperlyConfigured: unavailable)."""
    value = env_text(name, "sha256").strip().lower()
    if value not in {"sha256", "sm3"}:
        raise ImproperlyConfigured(f"环境变量 {name} 应是 sha256 或 sm3，现在是“{value}”")
    try:
        hashlib.new(value)
    except ValueError as error:  # Not available in this build, or unknown.
        raise ImproperlyConfigured(
            f"本机的 Python 没有 {value}（OpenSSL 未提供）：请去掉环境变量 {name}，或换用带国密的 OpenSSL"
        ) from error
    return value
