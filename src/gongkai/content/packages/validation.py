"""Validation of manifests and rows before a package is used. Pure."""

import json
from collections.abc import Mapping
from typing import TypedDict, cast

from django.utils.dateparse import parse_datetime

from gongkai.content.editions.frozen import FrozenFile
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import DIGEST_METHOD_LABELS, canonical_json, digest, has_digest_method
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import read_record

#: Maximum sequence number that the database can store.
MAX_SEQUENCE = 2**31 - 1
_DIGEST_PATTERN = re.compile(r"[0-9a-f]{64}\Z")
# Parts whose digest covers more than the row: that of a text is the signed one (`editions.store_content` checks it).
_PARTS_WITH_SIGNED_DIGEST = {"texts"}


class PackageManifest(TypedDict):
    """The manifest of a package, validated by `check_manifest`.

    `previous` is the digest of the package before it, "" for the first; `state` the digest of all rows after
    this package. `rows` is the digest of the file of rows and `size` its length in bytes. `whole` packages
    contain everything public, others only the changes. `limited` ones include items for limited circles
    (限定范围公开). `files` maps digests of files to their sizes in bytes.
    """

    sequence: int
    previous: str
    state: str
    rows: str
    size: int
    whole: bool
    limited: bool
    made_at: str
    files: dict[str, int]
    counts: dict[str, int]


class PackageRow(TypedDict):
    """A line of a package, validated by `check_row`; a removal has neither digest nor data."""

    op: str
    part: str
    key: str
    digest: str
    data: dict[str, object]


class EditionRow(TypedDict):
    """An edition without its text, as in a package."""

    pk: int
    number: int
    act: str
    visible_from: str
    made_at: str
    made_by: str
    audience: str
    circle: str
    approvals: list[dict[str, object]]
    content_digest: str
    digest: str


class ErasureRow(TypedDict):
    """The erasure by law of an edition's text, at an ISO time (`at`)."""

    edition: int
    at: str


class PlacementRow(TypedDict):
    """The placement of a document in a column, since an ISO time (`at`)."""

    column: int
    at: str


class AddressRow(TypedDict):
    """A current or former URL (`path`) of a document on a website, since an ISO time."""

    website: int
    path: str
    current: bool
    since: str


class DocumentRow(TypedDict):
    """A document with its dependent rows, without texts, as in a package."""

    source: str
    item_number: int | None
    body_id: int
    kind: str
    index_number: str
    published_at: str | None
    formed_on: str | None
    standing: str
    standing_on: str | None
    standing_note: str
    editions: list[EditionRow]
    erasures: list[ErasureRow]
    placements: list[PlacementRow]
    addresses: list[AddressRow]


class TextRow(TypedDict):
    """The text of an edition, as in a package."""

    document: int
    title: str
    html: str
    facts: dict[str, object]
    files: list[FrozenFile]


def read_object(raw: bytes, name: str) -> dict[str, object]:
    """Parse one JSON object; the refusal contains `name`.

    Raises:
        Refused: it is none.
    """
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _make_refusal(name) from error
    if not isinstance(found, dict):
        raise _make_refusal(name)
    return found


def is_hex_digest(value: object) -> bool:
    """Return True for a hexadecimal digest."""
    return isinstance(value, str) and bool(_DIGEST_PATTERN.match(value))


def check_manifest(manifest: Mapping[str, object]) -> PackageManifest:
    """Validate the manifest of a package.

    Raises:
        Refused: a field is missing or malformed.
    """
    holds = {
        "sequence": lambda v: _is_count(v) and 1 <= v <= MAX_SEQUENCE,
        "previous": lambda v: v == "" or is_hex_digest(v),
        "state": is_hex_digest,
        "rows": is_hex_digest,
        "size": _is_count,
        "whole": lambda v: isinstance(v, bool),
        "limited": lambda v: isinstance(v, bool),
        "made_at": lambda v: isinstance(v, str) and _is_time(v),
        "files": lambda v: isinstance(v, dict) and all(is_hex_digest(k) and _is_count(n) for k, n in v.items()),
        "counts": lambda v: isinstance(v, dict) and all(_is_count(n) for n in v.values()),
    }
    if not all(name in manifest and fits(manifest[name]) for name, fits in holds.items()):
        raise _make_refusal("清单")
    return cast(PackageManifest, manifest)


def get_digest_method(manifest: Mapping[str, object]) -> str:
    """Return the digest method of a package, "" if its manifest names none (older versions).

    Raises:
        Refused: an unknown method, or one that this machine lacks.
    """
    method = manifest.get("digest", "")
    if method == "":
        return ""
    if not isinstance(method, str) or method not in DIGEST_METHOD_LABELS:
        raise _make_refusal("清单")
    if not has_digest_method(method):
        raise Refused(
            f"交换包的摘要用 {DIGEST_METHOD_LABELS[method]} 计算，本机的 Python 没有 {DIGEST_METHOD_LABELS[method]}（OpenSSL 未提供），"
            "无法核对，未应用；请换用带国密的 OpenSSL。"
        )
    return method


def check_row(row: dict[str, object], number: int, method: str = "") -> PackageRow:
    """Validate a row: part, key, and digest by the package's digest method.

    Raises:
        Refused: malformed, or the digest differs.
    """
    part, key = row.get("part"), row.get("key")
    named = isinstance(part, str) and isinstance(key, str) and 0 < len(part) <= 40 and 0 < len(key) <= 80
    put = row.get("op") == "put" and is_hex_digest(row.get("digest")) and isinstance(row.get("data"), dict)
    if not named or not (put or row.get("op") == "drop"):
        raise _make_refusal(f"第{number}行")
    if (
        put
        and part not in _PARTS_WITH_SIGNED_DIGEST
        and digest(canonical_json(read_record(row, "data")), method) != row["digest"]
    ):
        raise Refused(f"交换包第{number}行的内容与它的摘要值不符，未应用。")
    return cast(PackageRow, row)


def _make_refusal(name: str) -> Refused:
    return Refused(f"交换包的{name}不合规定的格式，未应用。")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_time(text: str) -> bool:
    """Return true if the text is an ISO time with its zone."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return False
    return found is not None and found.tzinfo is not None
