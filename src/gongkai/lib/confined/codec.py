"""Serialise values as JSON with blobs; deserialise only into types the caller names."""

import enum
import json
import socket
import struct
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_JSON_SCALAR_TYPES = frozenset({str, int, float, bool, type(None)})


class MalformedResult(Exception):
    """Raised when a child's result does not match the declared return type."""


#: Values that JSON does not have: type → its tag, its text, and back. Other modules add types of cells with `add_scalar_codec`.
_TAGGED_SCALAR_CODECS: dict[type, tuple[str, Callable[..., object], Callable[..., object]]] = {
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    timedelta: ("timedelta", lambda span: repr(span.total_seconds()), lambda text: timedelta(seconds=float(text))),
    Decimal: ("decimal", str, Decimal),
}


def add_scalar_codec(kind: type, tag: str, down: Callable[..., object], up: Callable[..., object]) -> None:
    """Register a scalar type: `down` converts a value to text or number, `up` converts it back."""
    _TAGGED_SCALAR_CODECS[kind] = (tag, down, up)


def pack(value: object) -> bytes:
    """Serialise a value to bytes.

    Raises:
        TypeError: it contains a value of a type that has no JSON form here.
    """
    blobs: list[bytes] = []
    text = json.dumps(_to_json_form(value, blobs), separators=(",", ":"), check_circular=False).encode()
    return b"".join([struct.pack(">I", len(text)), text, *blobs])


def _to_json_form(value: object, blobs: list[bytes]) -> object:  # noqa: PLR0911 - a table of kinds
    """Return the JSON form of a value; bytes are appended to `blobs`.

    Raises:
        TypeError: its type has none.
    """
    kind = type(value)
    if kind in _JSON_SCALAR_TYPES:
        return value
    if isinstance(value, (list, tuple)):
        return [one if type(one) in _JSON_SCALAR_TYPES else _to_json_form(one, blobs) for one in value]
    if isinstance(value, (set, frozenset)):
        return [_to_json_form(one, blobs) for one in value]
    if kind in _TAGGED_SCALAR_CODECS:
        tag, down, _ = _TAGGED_SCALAR_CODECS[kind]
        return {"t": tag, "v": down(value)}
    if isinstance(value, Mapping):
        return {"d": [[_to_json_form(key, blobs), _to_json_form(one, blobs)] for key, one in value.items()]}
    if isinstance(value, (bytes, bytearray)):
        start = sum(len(blob) for blob in blobs)
        blobs.append(bytes(value))
        return {"b": [start, len(value)]}
    if isinstance(value, enum.Enum):
        return _to_json_form(value.value, blobs)
    if is_dataclass(kind):
        return {
            "c": kind.__name__,
            "f": [_to_json_form(getattr(value, name), blobs) for name in _list_init_fields(kind)],
        }
    raise TypeError(f"{kind.__name__} cannot be handed over")


def unpack(data: bytes, hint: object) -> object:
    """Deserialise the result of `pack` as the type `hint`.

    Raises:
        MalformedResult: the bytes are no such value.
    """
    try:
        size = struct.unpack(">I", data[:4])[0]
        view = memoryview(data)[4 + size :]
        return _Builder(view).build(json.loads(data[4 : 4 + size]), hint)
    except MalformedResult:
        raise
    except (ValueError, TypeError, LookupError, RecursionError, ArithmeticError, struct.error) as error:
        raise MalformedResult(str(error)) from error


class _Builder:
    """Builds values of declared types from JSON and the bytes (`blobs`) that follow it."""

    def __init__(self, blobs: memoryview) -> None:
        self.blobs = blobs

    def build(self, value: object, hint: object) -> object:  # noqa: PLR0911 - a table of kinds
        """Return the value of a declared type (`hint`) from its JSON form.

        Raises:
            MalformedResult: it is of another type.
        """
        if hint is object:
            return self.build_any(value)
        if hint is float and type(value) is int:
            return float(value)
        if (isinstance(hint, type) and hint in _JSON_SCALAR_TYPES) or hint is None:
            return _require(value, type(None) if hint is None else hint)
        if hint is bytes:
            return self._get_blob(value)
        if isinstance(hint, type) and hint in _TAGGED_SCALAR_CODECS:
            return self._build_scalar(value)
        origin = get_origin(hint)
        if origin is None:
            return self._build_class(value, hint)
        return self._build_generic(value, origin, get_args(hint))

    def build_any(self, value: object) -> object:
        """Build a value of unspecified type: JSON and registered scalars."""
        if type(value) in _JSON_SCALAR_TYPES:
            return value
        if isinstance(value, list):
            return [one if type(one) in _JSON_SCALAR_TYPES else self.build_any(one) for one in value]
        record = _require(value, dict)
        if "d" in record:
            return dict(self._build_pair(one, object, object) for one in _require(record["d"], list))
        return self._get_blob(value) if "b" in record else self._build_scalar(value)

    def _build_pair(self, value: object, key: object, kind: object) -> tuple[object, object]:
        """Return the (key, value) of a mapping entry, built as the types `key` and `kind`."""
        name, one = _require(value, list)
        return self.build(name, key), self.build(one, kind)

    def _get_blob(self, value: object) -> bytes:
        """Return the bytes at {"b": [start, size]} (MalformedResult: outside the message)."""
        start, size = _require(_require(value, dict)["b"], list)
        if not (isinstance(start, int) and isinstance(size, int)) or not 0 <= start <= start + size <= len(self.blobs):
            raise MalformedResult("no such blob")
        return bytes(self.blobs[start : start + size])

    def _build_scalar(self, value: object) -> object:
        """Return a scalar from {"t": tag, "v": value} (MalformedResult: an unknown tag)."""
        record = _require(value, dict)
        up = next((up for tag, _, up in _TAGGED_SCALAR_CODECS.values() if tag == record["t"]), None)
        if up is None:
            raise MalformedResult("no such scalar")
        return up(record["v"])

    def _build_class(self, value: object, hint: object) -> object:
        """Return an enum member or dataclass from decoded values (MalformedResult: wrong types)."""
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return hint(value)
        record = _require(value, dict)
        if not isinstance(hint, type) or not is_dataclass(hint) or record["c"] != hint.__name__:
            raise MalformedResult(f"{hint} expected")
        hints, given = _get_type_hints(hint), zip(_list_init_fields(hint), _require(record["f"], list), strict=True)
        made: object = hint(**{name: self.build(one, hints[name]) for name, one in given})
        return made

    def _build_generic(self, value: object, origin: object, args: tuple[object, ...]) -> object:
        """Return a union, mapping, tuple or collection with elements of the types `args`."""
        if origin is Union or origin is types.UnionType:
            return self._build_union(value, args)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return dict(self._build_pair(one, *args) for one in _require(_require(value, dict)["d"], list))
        parts = _require(value, list)
        if origin is tuple and args[1:] != (...,):
            return tuple(self.build(one, hint) for one, hint in zip(parts, args, strict=True))
        made = self.build_any(value) if args[0] is object else [self.build(part, args[0]) for part in parts]
        return made if not isinstance(origin, type) or issubclass(list, origin) else origin(made)

    def _build_union(self, value: object, args: tuple[object, ...]) -> object:
        """Return the value as the first of the types `args` that fits (MalformedResult: none fits)."""
        if value is None and type(None) in args:
            return None
        for hint in args:
            try:
                return self.build(value, hint)
            except (MalformedResult, ValueError, TypeError, LookupError):
                continue
        raise MalformedResult("none of the types")


def _require(value: object, kind: type[T]) -> T:
    """Return the value if it is exactly of the type (MalformedResult: it is not)."""
    if type(value) is not kind:
        raise MalformedResult(f"{kind.__name__} expected")
    return value


@cache
def _list_init_fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.init)


_get_type_hints = cache(get_type_hints)

FRAME_HEADER = struct.Struct(">cI")
#: Kinds of messages: progress; the answer; the file is refused; it needs larger limits; the reader failed; the child
#: has ended (sent by the template).
PROGRESS, ANSWER, REFUSED, NEEDS, FAILED, GONE = b"P", b"R", b"X", b"N", b"E", b"Z"


def send_frame(line: socket.socket, kind: bytes, data: bytes) -> None:
    """Send one frame; `kind` is one of the constants from `PROGRESS` to `GONE`."""
    line.sendall(FRAME_HEADER.pack(kind, len(data)))
    line.sendall(data)


class FrameDecoder:
    """Incremental frame decoder; buffers at most `most` bytes."""

    def __init__(self, most: int) -> None:
        self.held = bytearray()
        self.most = most

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Add received bytes and yield the complete frames as (kind, content).

        Raises:
            OverflowError: a frame is longer than the limit.
        """
        self.held += data
        while len(self.held) >= FRAME_HEADER.size:
            kind, size = FRAME_HEADER.unpack_from(self.held)
            if size > self.most:
                raise OverflowError
            end = FRAME_HEADER.size + size
            if len(self.held) < end:
                return
            yield kind, bytes(memoryview(self.held)[FRAME_HEADER.size : end])
            del self.held[:end]
