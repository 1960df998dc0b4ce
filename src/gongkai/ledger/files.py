"""Files on entries: kept privately under their digest, never served by the web server."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File

from gongkai.acts.action import Refused
from gongkai.acts.storage import files_storage

#: What offices attach. Programs and pages are refused: nothing here is ever shown in the browser, but people open files.
ALLOWED: frozenset[str] = frozenset(
    {
        "pdf",
        "ofd",
        "doc",
        "docx",
        "wps",
        "xls",
        "xlsx",
        "et",
        "ppt",
        "pptx",
        "dps",
        "txt",
        "csv",
        "rtf",
        "eml",
    }
    | {"jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "heic"}
    | {"mp3", "mp4", "m4a", "wav", "mov", "zip", "rar", "7z"}
)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file in the private store, not yet attached to anything."""

    name: str
    path: str
    size: int
    digest: str


def limit() -> int:
    """Return the largest size of one file in bytes (`settings.GONGKAI_FILE_LIMIT`, in megabytes; 50)."""
    return int(getattr(settings, "GONGKAI_FILE_LIMIT", 50)) * MEGABYTE


def keep(upload: File[bytes], name: str = "") -> Kept:
    """Put an uploaded file into the private store under its digest; the same file twice takes its room once.

    Call it before the action that attaches it, so that no lock is held while bytes are written. What the action then refuses stays
    in the store, reachable by nobody.

    Raises:
        Refused: too large, empty, or of a kind that is not accepted.
    """
    shown = clean_name(name or upload.name or "")
    reasons = why_not(shown, upload.size)
    if reasons:
        raise Refused(reasons)
    sha = hashlib.sha256()
    for chunk in upload.chunks():
        sha.update(chunk)
    digest = sha.hexdigest()
    path = f"attachments/{digest[:2]}/{digest}"
    storage = files_storage()
    if not storage.exists(path):
        upload.seek(0)
        path = storage.save(path, upload)
    return Kept(shown, path, upload.size, digest)


def why_not(name: str, size: int) -> list[str]:
    """Return why a file of this name and size (bytes) is not taken; nothing where it is."""
    shown = clean_name(name)
    if PurePath(shown).suffix.lower().lstrip(".") not in ALLOWED:
        return [f"不接受“{shown}”这种文件，请上传 PDF、OFD、Word、Excel、WPS、图片、音视频或压缩包。"]
    if size > limit():
        return [f"“{shown}”超过 {limit() // MEGABYTE} MB，请压缩或拆分后再上传。"]
    return [f"“{shown}”是空文件，请检查后重新上传。"] if size == 0 else []


def clean_name(name: str) -> str:
    """Return a file's name without folders and control characters, at most 200 characters, its ending kept."""
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .") or "附件"
    stem, ending = PurePath(base).stem, PurePath(base).suffix
    return f"{stem[: 200 - len(ending)]}{ending}"
