"""Exchange forms and replies between two networks in encrypted, signed files; refuse changes on the outer side.

Files for the inner side contain forms from visitors. Files for the outer side contain the status of
each matter, encrypted for its applicant. Any file may be lost, repeated or late: the outer side
sends again what was not acknowledged, and the inner side always sends everything.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from gongkai.content.packages import container
from gongkai.content.packages.models import Package, Textless
from gongkai.core.acts.action import AnyAction, Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.models import Movement
from gongkai.core.intake import held_forms, inner_network
from gongkai.core.intake.models import Held
from gongkai.core.ledger.jobs.registry import PeriodicJob
from gongkai.core.vault.key_file import keys_folder, secret_file
from gongkai.core.widgets.query_parameters import parse_whole_number

#: Apps whose actions are allowed on an outer installation: its own visitors, logins and messages.
OUTER_SIDE_APPS = {"portal", "outbox", "intake"}
#: Further actions allowed on an outer installation: those that apply packages.
OUTER_SIDE_ACTIONS = {
    "packages.apply_package",
    "publishing.receive",
    "publishing.receive_site",
    "units.create_login",
    "units.reset_password",
    "units.change_password",
}
#: Further actions of jobs: validity changes by the day, as the next package will state.
JOB_ACTIONS = {"publishing.set_standing"}

#: Jobs of an outer installation; the others need ledgers and drafts that it does not have.
OUTER_SIDE_JOBS = {
    "seal",
    "deliver",
    "caches",
    "mirror",
    "digests",
    "standings",
    "policy_use",
    "orphans",
    "personal_data",
}


def is_job_suspended(job: PeriodicJob) -> bool:
    """Return True if the job is suspended here."""
    return bool(settings.GONGKAI_OUTER) and job.name not in OUTER_SIDE_JOBS


def find_barriers(action: AnyAction, by: Actor) -> list[str]:
    """Return reasons why an action is not allowed on an outer installation.

    Empty on the inner side.
    """
    if not settings.GONGKAI_OUTER:
        return []
    allowed = action.name in OUTER_SIDE_ACTIONS or action.name.partition(".")[0] in OUTER_SIDE_APPS
    if allowed or (by.system and action.name in JOB_ACTIONS):
        return []
    return ["本系统是外网端，内容由内网的交换包更新，不能在这里修改。"]


def list_editions_without_text() -> set[int]:
    """Return the keys of the editions that are here without their text."""
    return set(Textless.objects.values_list("pk", flat=True))


def is_package_stream(stream: str) -> bool:
    """Return True if the stream belongs to a package recorded here."""
    name, _, number = stream.partition("/")
    sequence = parse_whole_number(number)
    return name == "package" and sequence is not None and Package.objects.filter(sequence=sequence).exists()


def make_package_ground_check() -> Callable[[str, dict[str, object], str], bool]:
    """Return the check in `audit verify` that a received edition's ground is an applied, unaltered package."""
    applied = {
        stream: facts.get("digest")
        for stream, facts in Movement.objects.filter(action="packages.apply_package").values_list("stream", "facts")
    }
    sound = {package.stream for package in Package.objects.all() if applied.get(package.stream) == package.digest}
    return lambda ground, facts, content_digest: ground in sound


#: First bytes of an exchanged file.
MAILBAG_MAGIC_BYTES = b"GKMAIL1\n"
_SIGNATURE_BYTES, _KEY_BYTES, _NONCE_BYTES = 64, 32, 12
#: Maximum size of an exchanged file.
MAX_FILE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class AcceptedFile:
    """The result of accepting a file: counts of forms or replies, and reasons for rejected ones."""

    count: int
    faults: tuple[str, ...] = ()


def _load_own_key() -> X25519PrivateKey:
    """Return this installation's private encryption key, made at the first use."""
    return X25519PrivateKey.from_private_bytes(
        secret_file("mailbag.key", lambda: X25519PrivateKey.generate().private_bytes_raw())
    )


def pack_public_keys() -> bytes:
    """Return this installation's public keys as JSON: the signing key and the encryption key."""
    sign = container.load_private_key().public_key().public_bytes_raw().hex()
    return json.dumps({"sign": sign, "close": _load_own_key().public_key().public_bytes_raw().hex()}).encode()


def trust_public_keys(data: bytes) -> None:
    """Trust the public keys of the other installation.

    Raises:
        Refused: it is no such file, or others are trusted already.
    """
    _read_card(data)
    path = keys_folder() / "mailbag.card"
    if path.exists() and path.read_bytes().strip() != data.strip():
        raise Refused(f"已信任另一张对端名片；确要更换，请先移走 {path}。")
    path.write_bytes(data)


def _read_card(data: bytes) -> tuple[Ed25519PublicKey, X25519PublicKey]:
    """Return (signing key, encryption key) of the other installation's card (Refused: another file)."""
    try:
        given = json.loads(data)
        sign = Ed25519PublicKey.from_public_bytes(bytes.fromhex(given["sign"]))
        return sign, X25519PublicKey.from_public_bytes(bytes.fromhex(given["close"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("这不是对端名片文件。") from error


def _load_trusted_keys() -> tuple[Ed25519PublicKey, X25519PublicKey]:
    """Return (signing key, encryption key) of the trusted installation (Refused: none is trusted yet)."""
    path = keys_folder() / "mailbag.card"
    if not path.exists():
        raise Refused("还没有对端名片：请在对端运行 gongkai mailbag card，再在本端运行 gongkai mailbag trust。")
    return _read_card(path.read_bytes())


def _make_cipher(shared: bytes, direction: bytes) -> ChaCha20Poly1305:
    """Return the cipher of a shared secret and a direction."""
    return ChaCha20Poly1305(HKDF(hashes.SHA256(), 32, None, b"gongkai mailbag " + direction).derive(shared))


def _get_direction_mark(*, inward: bool) -> bytes:
    return b"inward" if inward else b"outward"


def seal_content(content: Mapping[str, object], *, inward: bool) -> bytes:
    """Encrypt content for the other installation and sign it; `inward` is true for the inner one."""
    once = X25519PrivateKey.generate()
    own = once.public_key().public_bytes_raw()
    direction_mark = _get_direction_mark(inward=inward)
    box = _make_cipher(once.exchange(_load_trusted_keys()[1]), direction_mark)
    text = json.dumps(content, ensure_ascii=False).encode()
    # The key is used once, so the nonce may be fixed.
    body = own + box.encrypt(b"\0" * _NONCE_BYTES, text, MAILBAG_MAGIC_BYTES + direction_mark)
    return MAILBAG_MAGIC_BYTES + container.load_private_key().sign(MAILBAG_MAGIC_BYTES + direction_mark + body) + body


class ReplyRow(TypedDict):
    """A reply to a citizen: `reply` is encrypted with a key from the query code and `salt`; `token` finds
    the matter.
    """

    token: str
    salt: str
    reply: str


class RepliesContent(TypedDict):
    """Content of a file for the outer side."""

    made_at: str
    items: list[ReplyRow]


class FormsContent(TypedDict):
    """Content of a file for the inner side."""

    items: list[inner_network.HeldItem]


def open_sealed_file(data: bytes, *, inward: bool) -> dict[str, object]:
    """Verify and decrypt a file of the other installation; return its content (`ReplyRow`s or forms).

    Raises:
        Refused: it is no such file, was altered, is from another sender, or has the wrong direction.
    """
    if not data.startswith(MAILBAG_MAGIC_BYTES) or len(data) < len(MAILBAG_MAGIC_BYTES) + _SIGNATURE_BYTES + _KEY_BYTES:
        raise Refused("这不是来件包。")
    way, rest = _get_direction_mark(inward=inward), data[len(MAILBAG_MAGIC_BYTES) :]
    signature, body = rest[:_SIGNATURE_BYTES], rest[_SIGNATURE_BYTES:]
    try:
        _load_trusted_keys()[0].verify(signature, MAILBAG_MAGIC_BYTES + way + body)
        once = X25519PublicKey.from_public_bytes(body[:_KEY_BYTES])
        box = _make_cipher(_load_own_key().exchange(once), way)
        content = json.loads(box.decrypt(b"\0" * _NONCE_BYTES, body[_KEY_BYTES:], MAILBAG_MAGIC_BYTES + way))
    except (InvalidSignature, InvalidTag, ValueError) as error:
        raise Refused("签名不符：包被改动过、方向不对，或不是由信任的对端制作。") from error
    assert isinstance(content, dict)
    return content


def write_exchange_files(folder: Path) -> list[Path]:
    """Write the forms (outer installation) or replies (inner one) as files into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return _pack_forms(folder) if settings.GONGKAI_OUTER else _pack_replies(folder)


def _pack_forms(folder: Path) -> list[Path]:
    """Write the waiting forms into sealed files, mark them as transferred, and return the paths."""
    made: list[Path] = []
    while rows := list(held_forms.iterate_forms_to_send(timezone.now())):
        content = {"items": [item for _, item in rows]}
        made.append(_write_file(folder, "forms", seal_content(content, inward=True), len(made)))
        for one, _ in rows:
            held_forms.note_carried(one, by=SYSTEM)
    return made


def _pack_replies(folder: Path) -> list[Path]:
    """Write the replies as one sealed file, if there are any; return its path in a list."""
    content = {"made_at": timezone.now().isoformat(), "items": list(inner_network.iterate_sealed_replies())}
    return [_write_file(folder, "replies", seal_content(content, inward=False), 0)] if content["items"] else []


def _write_file(folder: Path, name: str, data: bytes, number: int) -> Path:
    """Write a file whole or not at all and return its path."""
    path = folder / f"{name}-{timezone.localtime():%Y%m%d%H%M%S}-{number:03d}.gkm"
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return path


def accept_mailbag_file(path: Path) -> AcceptedFile:
    """Register the forms (inner installation) or store the replies (outer one) of a file (Refused: unreadable or too large)."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise Refused("来件包太大。")
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"不能读取 {path}（{error.strerror}）。") from error
    content = open_sealed_file(data, inward=not settings.GONGKAI_OUTER)
    if settings.GONGKAI_OUTER:
        return _store_replies(cast(RepliesContent, content))
    count, faults = inner_network.receive_all(cast(FormsContent, content)["items"], by=SYSTEM)
    return AcceptedFile(count, tuple(faults))


def _store_replies(content: RepliesContent) -> AcceptedFile:
    """Store the replies that are newer than those known and return their count."""
    made_at = datetime.fromisoformat(content["made_at"])
    count = 0
    for replied in content["items"]:
        row = Held.objects.filter(token=replied["token"]).first()
        if row and (row.reply_at is None or row.reply_at < made_at):
            held_forms.take_reply(row, by=SYSTEM, made_at=made_at, salt=replied["salt"], reply=replied["reply"])
            count += 1
    return AcceptedFile(count)
