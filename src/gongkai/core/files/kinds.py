"""The list of accepted file kinds with media types; nothing executable."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

#: Kinds with readable text, used by all document readers.
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: suffix, media type, signature, and permission to be published.

    Attributes:
        suffix: lower case, without a dot.
        type: the media type it is served with.
        family: how its bytes begin (`content_checks.SIGNATURE_CHECKS`); kinds of one family may be renamed into each other.
        public: whether it may be attached to what is published (a reader must be able to open it without special
            programs).
    """

    suffix: str
    type: str
    family: str
    public: bool = True


#: Suffix → accepted kind of file.
FILE_KINDS_BY_SUFFIX: dict[str, FileKind] = {
    kind.suffix: kind
    for kind in (
        FileKind("pdf", "application/pdf", "pdf"),
        FileKind("ofd", "application/ofd", "zip"),  # GB/T 33190
        FileKind("doc", "application/msword", "ole"),
        FileKind("docx", _DOCX_TYPE, "zip"),
        FileKind("wps", "application/vnd.ms-works", "ole or zip"),
        FileKind("xls", "application/vnd.ms-excel", "ole"),
        FileKind("xlsx", _XLSX_TYPE, "zip"),
        FileKind("et", "application/octet-stream", "ole or zip"),
        FileKind("ppt", "application/vnd.ms-powerpoint", "ole"),
        FileKind("pptx", _PPTX_TYPE, "zip"),
        FileKind("dps", "application/octet-stream", "ole or zip", public=False),
        FileKind("rtf", "application/rtf", "rtf", public=False),
        FileKind("odt", "application/vnd.oasis.opendocument.text", "zip", public=False),
        FileKind("txt", "text/plain; charset=utf-8", "text"),
        FileKind("csv", "text/csv; charset=utf-8", "text"),
        FileKind("eml", "message/rfc822", "text", public=False),
        FileKind("png", "image/png", "png"),
        FileKind("jpg", "image/jpeg", "jpg"),
        FileKind("jpeg", "image/jpeg", "jpg"),
        FileKind("gif", "image/gif", "gif"),
        FileKind("webp", "image/webp", "webp", public=False),
        FileKind("bmp", "image/bmp", "bmp", public=False),
        FileKind("tif", "image/tiff", "tif", public=False),
        FileKind("tiff", "image/tiff", "tif", public=False),
        FileKind("heic", "image/heic", "heic", public=False),
        FileKind("mp3", "audio/mpeg", "mp3"),
        FileKind("m4a", "audio/mp4", "film", public=False),
        FileKind("wav", "audio/wav", "wav", public=False),
        FileKind("mp4", "video/mp4", "film"),
        FileKind("mov", "video/quicktime", "film", public=False),
        FileKind("zip", "application/zip", "zip"),
        FileKind("rar", "application/vnd.rar", "rar"),
        FileKind("7z", "application/x-7z-compressed", "7z", public=False),
    )
}
#: Kinds that may be attached to published texts: suffix to media type.
PUBLIC_FILE_TYPES: dict[str, str] = {kind.suffix: kind.type for kind in FILE_KINDS_BY_SUFFIX.values() if kind.public}
#: All accepted kinds, for internal use.
ACCEPTED_FILE_TYPES: dict[str, str] = {kind.suffix: kind.type for kind in FILE_KINDS_BY_SUFFIX.values()}


def get_suffix(name: str) -> str:
    """Return a file's suffix in lower case without dot, or ""."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def is_picture(name: str) -> bool:
    """Return true if a file name has the suffix of a picture."""
    kind = FILE_KINDS_BY_SUFFIX.get(get_suffix(name))
    return kind is not None and kind.type.startswith("image/")


#: Office formats and the formats to which their program can save them, best first.
_ALTERNATIVE_FORMATS = {
    **dict.fromkeys(("doc", "wps", "rtf", "odt"), ("docx", "pdf")),
    **dict.fromkeys(("xls", "et"), ("xlsx", "pdf")),
    **dict.fromkeys(("docx", "xlsx", "ppt", "pptx", "dps", "ofd"), ("pdf",)),
}


def describe_conversion(suffix: str, accepted_suffixes: Collection[str]) -> str:
    """Return in Chinese the accepted format to which to convert a file with a refused suffix, or ""."""
    better = next((kind for kind in _ALTERNATIVE_FORMATS.get(suffix, ()) if kind in accepted_suffixes), "")
    return f"请用办公软件另存为 .{better} 后再上传。" if better else ""


def clean_file_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 200 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .") or "附件"
    stem, ending = PurePath(base).stem, PurePath(base).suffix
    return f"{stem[: 200 - len(ending)]}{ending}"[:200]


def share_signature(first_suffix: str, second_suffix: str) -> bool:
    """Return true if two suffixes are accepted and share the file signature."""
    file_kind, other_kind = FILE_KINDS_BY_SUFFIX.get(first_suffix), FILE_KINDS_BY_SUFFIX.get(second_suffix)
    return file_kind is not None and other_kind is not None and file_kind.family == other_kind.family


def has_stored_type(name: str, stored_type: str) -> bool:
    """Return true if a file's name fits the type it was stored as."""
    suffix = get_suffix(name)
    return any(
        kind.type == stored_type and share_signature(suffix, kind.suffix) for kind in FILE_KINDS_BY_SUFFIX.values()
    )
