"""Sealed replies: what the asker of a matter reads, closed with a key that only the query code and the last four give."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, replace
from datetime import date, datetime

from cryptography.fernet import Fernet, InvalidToken

from gongkai.core.intake.matters import Part, Progress, Stage

#: Cost of guessing a code by whoever holds the sealed replies (fifty bits of code besides): scrypt, 16 MB.
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


def new_salt() -> str:
    """Return a salt for one matter."""
    return secrets.token_hex(16)


def key_from(secret: str, salt: str) -> str:
    """Return the key that a code with its last four gives."""
    raw = hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), **_COST)  # type: ignore[arg-type]
    return base64.urlsafe_b64encode(raw).decode()


def secret_of(code: str, last_four: str) -> str:
    """Return what the key is made of."""
    return f"{code}/{last_four}"


def seal(progress: Progress, key: str) -> str:
    """Close what the asker reads."""
    text = json.dumps(asdict(replace(progress, why=progress.reasons)), ensure_ascii=False, default=_plain)
    return Fernet(key.encode()).encrypt(text.encode()).decode()


def open_sealed(sealed: str, key: str) -> Progress | None:
    """Open it; None where the key is another's."""
    try:
        given = json.loads(Fernet(key.encode()).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        return None
    for name in ("received_at", "answered_at"):
        given[name] = _moment(given[name])
    given["due"] = date.fromisoformat(given["due"]) if given["due"] else None
    given["stages"] = [Stage(**{**one, "at": _moment(one["at"])}) for one in given["stages"]]
    given["parts"] = [Part(**{**one, "rows": [tuple(row) for row in one["rows"]]}) for one in given["parts"]]
    return Progress(**given)


def _plain(value: object) -> str:
    assert isinstance(value, (date, datetime))
    return value.isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
