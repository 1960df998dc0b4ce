"""Anchors: copies of each seal sent to other systems, to detect a log rewritten with its seals.

`GONGKAI_ANCHORS` lists the places, separated by commas: `file:/mount/anchors.jsonl`, `syslog:host:514`; other
apps add further ones, such as a mail to the auditors. An unreachable place is logged and never prevents a
seal. `compare_anchors` compares a file of such lines with the log.

Seals are signed (Ed25519) with a key outside the database.

The private key is `keys/seal.key` in the data folder. `keys/seal.pub` next to it lists the trusted public
keys, one a line; on first use also those of existing seals, so that a restored backup continues. Without that
file (a scratch restore), each seal is verified with the key that it names.
"""

import base64
import errno
import json
import logging
import logging.handlers
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.dateparse import parse_datetime

from gongkai.core.acts import stamps
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.acts.models import Movement, Seal
from gongkai.core.vault.key_file import keys_folder, secret_file
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import Record, read_number


def _load_private_key() -> Ed25519PrivateKey:
    raw = secret_file("seal.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(raw)


def sign_digest(digest: str) -> tuple[str, str]:
    """Return (signature of a seal's digest, public key), each in base64; add the key to `keys/seal.pub` if missing."""
    private_key = _load_private_key()
    public_key_text = base64.b64encode(private_key.public_key().public_bytes_raw()).decode()
    path = keys_folder() / "seal.pub"
    recorded_keys = path.read_text().split() if path.exists() else _list_seal_keys()
    if public_key_text not in recorded_keys:
        path.write_text("\n".join([*recorded_keys, public_key_text]) + "\n")
    return base64.b64encode(private_key.sign(digest.encode())).decode(), public_key_text


def _list_seal_keys() -> list[str]:
    return list(Seal.objects.exclude(key="").order_by("key").values_list("key", flat=True).distinct())


def load_trusted_seal_keys() -> frozenset[str] | None:
    """Return the public keys that seals may be signed with; None if there is no `keys/seal.pub`, as before the first
    seal."""
    path = keys_folder() / "seal.pub"
    return frozenset(path.read_text().split()) if path.exists() else None


def is_valid_signature(digest: str, signature: str, key: str) -> bool:
    """Return true if a signature of a seal's digest is valid for a public key."""
    try:
        public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public_key.verify(base64.b64decode(signature, validate=True), digest.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


LOG = logging.getLogger(__name__)
#: Further functions that send a seal elsewhere, registered by other apps: called with the seal and its line.
SEAL_SENDERS: list[Callable[[Seal, str], object]] = []
#: Name, in the record of sent anchors, of the place for seals that were sent by mail.
BY_MAIL = "mail"


def format_anchor_line(seal: Seal, stamp: str = "") -> str:
    """Return a seal as one line of JSON, which can be verified without this database.

    `stamp` is the base64 token of a time-stamping authority, if there is one.
    """
    facts = {
        "at": utc_timestamp(seal.at),
        "last": seal.last_movement_id,
        "movements": seal.movements,
        "heads": seal.heads_digest,
        "counts": seal.counts,
        "prev": seal.prev_hash,
        "hash": seal.hash,
        "signature": seal.signature,
        "key": seal.key,
        **({"stamp": stamp} if stamp else {}),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def send_anchor(seal: Seal) -> None:
    """Send a seal's anchor to every configured place; log the places that fail."""
    _send_to_all_places(seal, format_anchor_line(seal, stamps.request_time_stamp(seal)))


def retry_time_stamp(now: datetime) -> bool:
    """Request the last failed time stamp again if a retry is due; if it succeeds, resend its anchor and return true."""
    seal = stamps.find_seal_awaiting_retry(now)
    token = stamps.request_time_stamp(seal) if seal else ""
    if seal and token:
        _send_to_all_places(seal, format_anchor_line(seal, token))
    return bool(token)


def _send_to_all_places(seal: Seal, line: str) -> None:
    """Send the line of a seal to all places and senders; record the places that took it, log places that fail."""
    reached_places = []
    for place in settings.GONGKAI_ANCHORS:
        try:
            _send_to_place(place, line)
            reached_places.append(place)
        except OSError as error:
            LOG.error("anchor not sent to %s: %s", place, error)
    for sender in SEAL_SENDERS:
        if sender(seal, line):
            reached_places.append(BY_MAIL)
    _record_sent(seal, reached_places)


def _get_sent_record_path() -> Path:
    return Path(settings.DATA) / "anchored.json"


def _record_sent(seal: Seal, receivers: Iterable[str]) -> None:
    """Record in the data folder the last seal sent to each place."""
    sent_times = _read_sent_record() | {place: utc_timestamp(seal.at) for place in receivers}
    try:
        _get_sent_record_path().write_text(json.dumps(sent_times, ensure_ascii=False))
    except OSError as error:
        LOG.error("anchors not noted: %s", error)


def _read_sent_record() -> dict[str, str]:
    """Return place → time of the last anchor sent to it; {} if the record is missing or unreadable."""
    try:
        record = json.loads(_get_sent_record_path().read_text())
    except (OSError, ValueError):
        return {}
    return {str(place): str(at) for place, at in record.items()} if isinstance(record, dict) else {}


@dataclass(frozen=True)
class OutsideAnchor:
    """The newest copy of a seal at a place outside this database; `at` is the seal's time.

    `read` is true if the copy was read from the place's file, false if only its sending is recorded.
    """

    place: str
    at: datetime
    read: bool

    @property
    def words(self) -> str:
        """Return the place's Chinese display name."""
        if self.place == BY_MAIL:
            return "审计员的邮件"
        kind, _, location = self.place.partition(":")
        return f"锚点文件 {location}" if kind == "file" else f"日志服务器 {location}"


def list_outside_anchors() -> list[OutsideAnchor]:
    """Return the newest anchor of each place, newest first.

    Files are read where possible; for other places the record of the last sending is used.
    """
    sent_times = _read_sent_record()
    anchors = []
    for place in [*settings.GONGKAI_ANCHORS, *[value for value in sent_times if value == BY_MAIL]]:
        file_record = read_last_anchor(Path(place.removeprefix("file:"))) if place.startswith("file:") else None
        anchored_at = parse_datetime(str(file_record["at"]) if file_record else sent_times.get(place, ""))
        if anchored_at is not None:
            anchors.append(OutsideAnchor(place, anchored_at, file_record is not None))
    return sorted(anchors, key=lambda one: one.at, reverse=True)


def read_last_anchor(path: Path) -> dict[str, object] | None:
    """Return the last anchor of a file (a dict), read from its end; None if file or last line are unreadable."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - (1 << 16)))
            lines = file.read().decode(errors="replace").splitlines()
        anchor = json.loads(lines[-1][lines[-1].index("{") :])
    except (OSError, ValueError, IndexError):
        return None
    return anchor if _is_anchor(anchor) else None


def compare_anchor_files() -> tuple[int, str]:
    """Compare the anchor files that exist with the log; return the number of lines and the first difference ("" if
    none). An unreadable file counts as a difference and ends the comparison."""
    count = 0
    for place in settings.GONGKAI_ANCHORS:
        path = Path(place.removeprefix("file:"))
        if place.startswith("file:") and path.exists():
            try:
                stored_anchors = read_anchors(path)
            except UnreadableAnchors as error:
                return count, str(error)
            count += len(stored_anchors)
            if difference := compare_anchors(stored_anchors):
                return count, difference
    return count, ""


_PLACE_PATTERN = re.compile(r"file:(?P<path>.+)|syslog:\[?(?P<host>[^\[\]]+?)\]?(?::(?P<port>[0-9]{1,5}))?")


class _RaisingHandler(logging.handlers.SysLogHandler):
    """Handler that raises the error of a line that was not sent, instead of printing it."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Raise the error that is being handled."""
        raise  # noqa: PLE0704 - called while the error is handled


def _send_to_place(place: str, line: str) -> None:
    """Append the line to a file (`file:path`) or send it to a syslog server (`syslog:host:port`; port 514 if none).

    Raises:
        OSError: the place is misspelt or cannot be reached.
    """
    match = _PLACE_PATTERN.fullmatch(place)
    if match is None:
        raise OSError(errno.EINVAL, "neither file:/path nor syslog:host:port")
    if match["path"]:
        descriptor = os.open(match["path"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    else:
        handler = _RaisingHandler((match["host"], int(match["port"] or logging.handlers.SYSLOG_UDP_PORT)))
        handler.emit(logging.LogRecord("gongkai", logging.INFO, "", 0, f"gongkai anchor {line}", None, None))
        handler.close()


class UnreadableAnchors(Exception):
    """Raised when an anchor file cannot be read; the message is a Chinese sentence."""


def read_anchors(path: Path) -> list[dict[str, object]]:
    """Return the anchors of a file, oldest first; skip prefixes that a log server adds (UnreadableAnchors: none)."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        anchors = [json.loads(line[line.index("{") :]) for line in lines if "{" in line]
        if not anchors or not all(_is_anchor(record) for record in anchors):
            raise ValueError
    except (OSError, ValueError) as error:
        raise UnreadableAnchors(f"{path} 不是锚点文件：每行应是一条封存的 JSON。") from error
    return sorted(anchors, key=lambda one: (one["at"], "stamp" in one))


_ANCHOR_FIELD_TYPES = {
    "at": str,
    "last": int,
    "movements": int,
    "heads": str,
    "hash": str,
    "signature": str,
    "key": str,
}


def _is_anchor(value: object) -> bool:
    """Return true for a dict that has all fields of an anchor, of the right types."""
    return isinstance(value, dict) and all(
        isinstance(value.get(name), kind) for name, kind in _ANCHOR_FIELD_TYPES.items()
    )


def compare_anchors(records: Iterable[Record], keys: frozenset[str] | None = None) -> str:
    """Return the first difference between anchors and the log as a Chinese phrase; "" if none.

    Args:
        records: anchors, oldest first.
        keys: the public keys that count; those of this installation where none are given.
    """
    trusted_keys = keys or load_trusted_seal_keys()
    seals_by_time = {utc_timestamp(seal.at): seal for seal in Seal.objects.defer("heads_sum", "counts", "contents")}
    last_matching = 0
    for anchor in records:
        seal_time = str(anchor["at"])
        if not is_valid_signature(str(anchor["hash"]), str(anchor["signature"]), str(anchor["key"])):
            return f"{seal_time} 的锚点签名无效：锚点文件被改动"
        if trusted_keys is not None and anchor["key"] not in trusted_keys:
            return f"{seal_time} 的锚点不是本系统的密钥所签"
        seal = seals_by_time.get(seal_time)
        if seal is None or seal.hash != anchor["hash"]:
            return _describe_first_difference(anchor, last_matching, seal)
        last_matching = read_number(anchor, "last")
    return ""


def _describe_first_difference(anchor: Record, good: int, seal: Seal | None) -> str:
    """Describe the first log record after the last matching anchor."""
    present_count = Movement.objects.filter(pk__lte=read_number(anchor, "last")).count()
    first_record = Movement.objects.filter(pk__gt=good).order_by("pk").first()
    location = (
        f"，自第{first_record.pk}条流水（{first_record.stream} 第{first_record.seq}条）起" if first_record else ""
    )
    if present_count < read_number(anchor, "movements"):
        return f"{anchor['at']} 的锚点记有{anchor['movements']}条流水，现在只有{present_count}条：流水被删去{location}"
    seal_error = "这次封存已被删去" if seal is None else "封存与锚点不符"
    return f"{anchor['at']} 的锚点：{seal_error}，流水可能被改写{location}"
