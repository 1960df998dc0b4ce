"""The list of accepted file kinds with media types; nothing executable."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

#: Kinds with readable text, used by all document readers.
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes:
        suffix: lower case, without a dot.
        type: the media type it is served with.
        family: how its bytes begin (`bytes.FAMILIES`); kinds of one family may be renamed into each other.
        public: whether it may be attached to what is published (a reader must be able to open it without special programs).
    """

    suffix: str
    type: str
    family: str
    public: bool = True


KINDS: dict[str, Kind] = {
    kind.suffix: kind
    for kind in (
        Kind("pdf", "application/pdf", "pdf"),
        Kind("ofd", "application/ofd", "zip"),  # GB/T 33190
        Kind("doc", "application/msword", "ole"),
        Kind("docx", _DOCX_TYPE, "zip"),
        Kind("wps", "application/vnd.ms-works", "ole or zip"),
        Kind("xls", "application/vnd.ms-excel", "ole"),
        Kind("xlsx", _XLSX_TYPE, "zip"),
        Kind("et", "application/octet-stream", "ole or zip"),
        Kind("ppt", "application/vnd.ms-powerpoint", "ole"),
        Kind("pptx", _PPTX_TYPE, "zip"),
        Kind("dps", "application/octet-stream", "ole or zip", public=False),
        Kind("rtf", "application/rtf", "rtf", public=False),
        Kind("txt", "text/plain; charset=utf-8", "text"),
        Kind("csv", "text/csv; charset=utf-8", "text"),
        Kind("eml", "message/rfc822", "text", public=False),
        Kind("png", "image/png", "png"),
        Kind("jpg", "image/jpeg", "jpg"),
        Kind("jpeg", "image/jpeg", "jpg"),
        Kind("gif", "image/gif", "gif"),
        Kind("webp", "image/webp", "webp", public=False),
        Kind("bmp", "image/bmp", "bmp", public=False),
        Kind("tif", "image/tiff", "tif", public=False),
        Kind("tiff", "image/tiff", "tif", public=False),
        Kind("heic", "image/heic", "heic", public=False),
        Kind("mp3", "audio/mpeg", "mp3"),
        Kind("m4a", "audio/mp4", "film", public=False),
        Kind("wav", "audio/wav", "wav", public=False),
        Kind("mp4", "video/mp4", "film"),
        Kind("mov", "video/quicktime", "film", public=False),
        Kind("zip", "application/zip", "zip"),
        Kind("rar", "application/vnd.rar", "rar"),
        Kind("7z", "application/x-7z-compressed", "7z", public=False),
    )
}
#: Kinds that may be attached to published texts: suffix to media type.
PUBLIC_FILE_TYPES: dict[str, str] = {kind.suffix: kind.type for kind in KINDS.values() if kind.public}
#: All accepted kinds, for internal use.
ACCEPTED_FILE_TYPES: dict[str, str] = {kind.suffix: kind.type for kind in KINDS.values()}


def suffix_of(name: str) -> str:
    """Return a file's suffix in lower case without dot, or ""."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


#: Office formats and the formats to which their program can save them, best first.
_ALTERNATIVE_FORMATS = {
    **dict.fromkeys(("doc", "wps", "rtf"), ("docx", "pdf")),
    **dict.fromkeys(("xls", "et"), ("xlsx", "pdf")),
    **dict.fromkeys(("docx", "xlsx", "ppt", "pptx", "dps", "ofd"), ("pdf",)),
}


def instead(suffix: str, taken: Collection[str]) -> str:
    """Return in Chinese how to convert a refused file, or ""."""
    better = next((kind for kind in _ALTERNATIVE_FORMATS.get(suffix, ()) if kind in taken), "")
    return f"请用办公软件另存为 .{better} 后再上传。" if better else ""


def clean_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 200 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .") or "附件"
    stem, ending = PurePath(base).stem, PurePath(base).suffix
    return f"{stem[: 200 - len(ending)]}{ending}"[:200]


def alike(first: str, second: str) -> bool:
    """Return true if two suffixes are accepted and share the file signature."""
    one, other = KINDS.get(first), KINDS.get(second)
    return one is not None and other is not None and one.family == other.family


def named_as_stored(name: str, stored_type: str) -> bool:
    """Return true if a file's name fits the type it was stored as."""
    suffix = suffix_of(name)
    return any(kind.type == stored_type and alike(suffix, kind.suffix) for kind in KINDS.values())
