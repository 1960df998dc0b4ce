"""Store an index in one .npz archive of plain numpy arrays, without executable content."""

import json
import secrets
import stat
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.matching.entries import EntryPart
from gongkai.lib.matching.postings import PostingsIndex, PostingsSegment, Vocabulary, merge_segments

if TYPE_CHECKING:
    from gongkai.lib.matching.index import Index

INDEX_FILE_VERSION = 1
"""Version of the file; the tokens depend on the code, so it changes with them."""


def save_index(path: Path | str, index: "Index") -> None:
    """Write an index to a temporary file and rename it, so that readers never see half a file."""
    arrays: dict[str, NDArray[np.generic]] = {"format": np.array([INDEX_FILE_VERSION])}
    arrays["text"] = _pack_json(
        {
            "ids": index._ids,
            "contents": [
                [list(part) for part in given] if lives else []
                for given, lives in zip(index._contents, index._alive, strict=True)
            ],
            "vocabulary": list(index._vocabulary),
        }
    )
    arrays["alive"] = np.frombuffer(bytes(index._alive), np.uint8)
    arrays["having"] = np.array(index._having, np.int32)
    arrays["sums"] = np.array(index._sums, np.int64)
    for name, texts in (("p", index._passages), ("w", index._wholes)):
        arrays |= {f"{name}_{key}": value for key, value in _pack_texts(texts).items()}
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:  # the umask holds, as for any file that is written
            np.savez(file, allow_pickle=False, **arrays)
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def load_index(path: Path | str, index: "Index") -> None:
    """Fill an empty index from a file (ValueError: it is damaged); see `Index.load`."""
    with Path(path).open("rb") as file:  # a file that is absent or may not be read is an `OSError`
        try:
            _fill_index(index, file)
        except Exception:  # numpy and zipfile raise nearly anything on damaged bytes, OSError and MemoryError too
            raise ValueError(f"不是可用的索引文件，请重新生成：{path}") from None


def _fill_index(index: "Index", file: BinaryIO) -> None:
    """Load the arrays of a file into an index.

    Raises:
        ValueError: another format, or arrays that do not fit each other.
    """
    with np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    if int(arrays["format"][0]) != INDEX_FILE_VERSION:
        raise ValueError
    text = json.loads(arrays["text"].tobytes().decode("utf-8", "surrogatepass"))
    index._ids = text["ids"]
    index._contents = [tuple(EntryPart(*part) for part in given) for given in text["contents"]]
    index._vocabulary = Vocabulary({term: number for number, term in enumerate(text["vocabulary"])})
    index._alive = bytearray(arrays["alive"].tobytes())
    index._numbers = {id_: n for n, id_ in enumerate(index._ids) if index._alive[n]}
    index._having = array("i", arrays["having"].astype(np.int32).tobytes())
    index._sums = [int(value) for value in arrays["sums"]]
    index._passages, index._wholes = _restore_texts(arrays, "p"), _restore_texts(arrays, "w")
    sound = (
        len(index._ids) == len(index._alive) == len(index._contents)
        and len(index._having) <= len(index._vocabulary)
        and len(index._sums) == 2
        and all(
            not len(owners) or (min(owners) >= 0 and max(owners) < len(index._ids))
            for owners in (index._passages.owners, index._wholes.owners)
        )
    )
    if not sound:
        raise ValueError


def _pack_json(value: object) -> NDArray[np.uint8]:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _pack_texts(texts: PostingsIndex) -> dict[str, NDArray[np.generic]]:
    """Return {name: array} to store for the passages or the whole texts."""
    segment = _merge_segments(texts.segments)
    return {
        **segment._asdict(),
        "lengths": np.array(texts.lengths, np.int32),
        "owners": np.array(texts.owners, np.int32),
        "weights": np.array(texts.weights, np.float32),
        "kinds": np.frombuffer(bytes(texts.kinds), np.uint8),
    }


def _merge_segments(segments: tuple[PostingsSegment, ...]) -> PostingsSegment:
    """Return all segments as one."""
    if not segments:
        none = np.empty(0, np.int32)
        return PostingsSegment(none, np.zeros(1, np.int64), none, np.empty(0, np.uint8))
    merged = segments[0]
    for segment in segments[1:]:
        merged = merge_segments(merged, segment)
    return merged


def _restore_texts(arrays: dict[str, NDArray[np.generic]], name: str) -> PostingsIndex:
    """Return the passages or whole texts that a file stores.

    Raises:
        ValueError: the arrays do not fit each other.
    """
    own_arrays = {key.removeprefix(f"{name}_"): value for key, value in arrays.items() if key.startswith(f"{name}_")}
    segment = PostingsSegment(
        own_arrays["terms"].astype(np.int32),
        own_arrays["starts"].astype(np.int64),
        own_arrays["texts"].astype(np.int32),
        own_arrays["counts"].astype(np.uint8),
    )
    _check_segment(segment, len(own_arrays["lengths"]))
    if len({len(own_arrays[key]) for key in ("lengths", "owners", "weights", "kinds")}) != 1:
        raise ValueError
    return PostingsIndex(
        array("i", own_arrays["lengths"].astype(np.int32).tobytes()),
        array("i", own_arrays["owners"].astype(np.int32).tobytes()),
        array("f", own_arrays["weights"].astype(np.float32).tobytes()),
        bytearray(own_arrays["kinds"].astype(np.uint8).tobytes()),
        (segment,) if segment.size else (),
    )


def _check_segment(segment: PostingsSegment, count: int) -> None:
    """Raise ValueError if a segment refers to texts that do not exist."""
    starts = segment.starts
    sound = (
        len(starts) == len(segment.terms) + 1
        and starts[0] == 0
        and starts[-1] == len(segment.texts) == len(segment.counts)
        and bool((np.diff(starts) >= 0).all())
        and (not segment.size or (segment.texts.min() >= 0 and segment.texts.max() < count))
    )
    if not sound:
        raise ValueError
