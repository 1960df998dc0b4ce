"""Storing files by digest. What is stored is private; `queries.file_of` serves it through a visible edition."""

from typing import Any

from django.core.files.base import ContentFile

from gongkai.acts.action import Refused
from gongkai.acts.digest import digest
from gongkai.acts.storage import files_storage
from gongkai.editions.models import StoredFile
from gongkai.editions.suffixes import alike, fits

#: What may be attached: suffix → type. Nothing that a browser would run.
TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/vnd.ms-works",
    "et": "application/octet-stream",
    "ofd": "application/ofd",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
MAX_BYTES = 200_000_000


def store(data: bytes, name: str, by: Any = None) -> StoredFile:
    """Store bytes once and return their row.

    Raises:
        Refused: the kind of file is not allowed, it is not what its name says, it is empty, or too large.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in TYPES:
        raise Refused(f"不能上传“{name[-60:]}”：允许的格式有 {'、'.join(sorted(TYPES))}。")
    if not data:
        raise Refused(f"“{name[-60:]}”是空文件。")
    if len(data) > MAX_BYTES:
        raise Refused(f"“{name[-60:]}”超过200兆字节。")
    if not fits(data, suffix):
        raise Refused(f"“{name[-60:]}”的内容与扩展名不符：请用办公软件另存为这种格式，或改正扩展名后再上传。")
    mark = digest(data)
    kept = StoredFile.objects.filter(pk=mark).first()
    place = f"published/{mark[:2]}/{mark}"
    if kept and files_storage().exists(place):
        return kept
    if not files_storage().exists(place):
        files_storage().save(place, ContentFile(data))
    kept, _ = StoredFile.objects.get_or_create(
        digest=mark,
        defaults={
            "size": len(data),
            "type": TYPES[suffix],
            "file": place,
            "added_by": getattr(by, "name", ""),
            "added_by_user": getattr(by, "user_id", None),
        },
    )
    return kept


def named_as_stored(name: str, stored_type: str) -> bool:
    """Whether a file's name says what it was stored as: renamed, it would be read as what it is not."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return any(kind == stored_type and alike(suffix, one) for one, kind in TYPES.items())
