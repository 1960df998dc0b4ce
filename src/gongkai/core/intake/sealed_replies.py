"""Sealed replies, encrypted with a key derived from the query code and its second key."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, replace
from datetime import date, datetime

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.intake.matters import MatterProgress, ProgressSection, ProgressStage

# Cost parameters of scrypt (16 MB), in addition to fifty bits of code.
_SCRYPT_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


def new_salt() -> str:
    """Return a random salt."""
    return secrets.token_hex(16)


def derive_key(secret: str, salt: str) -> str:
    """Return the Fernet key derived from a secret and a hexadecimal salt by scrypt."""
    raw = hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), **_SCRYPT_COST)  # type: ignore[arg-type]
    return base64.urlsafe_b64encode(raw).decode()


def join_code_and_second_key(code: str, last_four: str) -> str:
    """Return the secret from code and second key."""
    return f"{code}/{last_four}"


def seal_progress(progress: MatterProgress, key: str) -> str:
    """Encrypt the progress of a matter for its sender."""
    text = json.dumps(asdict(replace(progress, why=progress.reasons)), ensure_ascii=False, default=_to_json_value)
    return Fernet(key.encode()).encrypt(text.encode()).decode()


def open_sealed(sealed: str, key: str) -> MatterProgress | None:
    """Return the decrypted progress; None for a wrong key or damaged data."""
    try:
        facts = json.loads(Fernet(key.encode()).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return None
    for name in ("received_at", "answered_at"):
        facts[name] = _parse_moment(facts[name])
    facts["due"] = date.fromisoformat(facts["due"]) if facts["due"] else None
    facts["stages"] = [ProgressStage(**{**stage, "at": _parse_moment(stage["at"])}) for stage in facts["stages"]]
    facts["parts"] = [
        ProgressSection(**{**section, "rows": [tuple(row) for row in section["rows"]]}) for section in facts["parts"]
    ]
    return MatterProgress(**facts)


def _to_json_value(value: object) -> str:
    assert isinstance(value, (date, datetime))
    return value.isoformat()


def _parse_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
