"""Store and delete files by digest, each content once.

Store a file before the action that references it, so that no lock is held meanwhile. A file
that the action refuses stays unreachable and is collected later.
"""

import hashlib
import io
from collections.abc import Callable, Collection, Iterable
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.content_checks import describe_misfit
from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES, clean_file_name, describe_conversion, get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import get_files_storage, get_store_path
from gongkai.core.widgets.responses import BINARY_CONTENT_TYPE

#: Callbacks of apps that refer to files other than by foreign key: called with a digest, they return true if it is
#: used.
REFERENCE_CHECKS: list[Callable[[str], bool]] = []
#: For file limits that are configured in megabytes.
BYTES_PER_MEGABYTE = 1024 * 1024
#: Bytes read at a time.
BLOCK_BYTES = 1 << 20


class NamedStoredFile(NamedTuple):
    """A stored file and its original name."""

    name: str
    stored: StoredFile

    @property
    def digest(self) -> str:
        """Return the SHA-256 digest of the content."""
        return self.stored.pk


def find_new_files(files: Iterable[NamedStoredFile], known_digests: Collection[str]) -> list[NamedStoredFile]:
    """Return each file with new content once, without contents whose digests are in `known_digests`; file names do not
    matter."""
    return list({file.digest: file for file in files if file.digest not in known_digests}.values())


def max_file_bytes() -> int:
    """Return the maximum file size in bytes (`settings.GONGKAI_FILE_LIMIT` megabytes)."""
    return int(settings.GONGKAI_FILE_LIMIT) * BYTES_PER_MEGABYTE


def list_reasons_against_file(name: str, size: int, kinds: Collection[str] = ACCEPTED_FILE_TYPES) -> list[str]:
    """Return reasons against storing a file with this name and size, or an empty list."""
    clean = clean_file_name(name)[-60:]
    if (suffix := get_suffix(clean)) not in kinds:
        return [f"不能上传“{clean}”：允许的格式有 {'、'.join(sorted(kinds))}。{describe_conversion(suffix, kinds)}"]
    if size > max_file_bytes():
        return [f"“{clean}”超过 {max_file_bytes() // BYTES_PER_MEGABYTE} MB，请压缩或拆分后再上传。"]
    return [f"“{clean}”是空文件，请检查后重新上传。"] if size == 0 else []


def store_upload(
    upload: File[bytes], by: Actor | None = None, *, kinds: Collection[str] = ACCEPTED_FILE_TYPES
) -> NamedStoredFile:
    """Store an upload and return it with its cleaned name; raises as `store`."""
    name = clean_file_name(upload.name or "")
    return NamedStoredFile(name, store(upload, name, by, kinds=kinds))


def store(
    content: bytes | File[bytes], name: str, by: Actor | None = None, *, kinds: Collection[str] = ACCEPTED_FILE_TYPES
) -> StoredFile:
    """Store a file once and return its row.

    Args:
        content: bytes, or an upload that is read in blocks.
        name: original name; its suffix determines the kind.
        by: the actor.
        kinds: accepted kinds: `kinds.ACCEPTED_FILE_TYPES`, or `kinds.PUBLIC_FILE_TYPES` for publishable ones.

    Raises:
        Refused: kind not accepted, content does not fit, empty or too large.
    """
    source: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content  # type: ignore[assignment]
    size = source.seek(0, io.SEEK_END)
    if reasons := list_reasons_against_file(name, size, kinds):
        raise Refused(reasons)
    suffix = get_suffix(name)
    text = "内容与扩展名不符，请用办公软件另存为这种格式，或改正扩展名后再上传。"
    if misfit := describe_misfit(source, suffix, text):
        raise Refused(f"“{clean_file_name(name)[-60:]}”：{misfit}")
    return _get_or_create_row(write_content(source), size, ACCEPTED_FILE_TYPES[suffix], by)


def store_parsed_content(data: bytes, by: Actor | None = None) -> StoredFile:
    """Store content without checking its kind, because a reader has already parsed it; it can only be downloaded."""
    return _get_or_create_row(write_content(io.BytesIO(data)), len(data), BINARY_CONTENT_TYPE, by)


def add_encrypted_file(file_digest: str, size: int, by: Actor | None = None) -> StoredFile:
    """Return the row of a file that the application encrypted (`vault.sealing.encrypt_blocks`, `write_content`).

    Call it in the transaction that references it; an interrupted run leaves only an orphan. The
    owner of its key calls `delete_stored` in the end.
    """
    return _get_or_create_row(file_digest, size, BINARY_CONTENT_TYPE, by)


def record_stored_file(file_digest: str, name: str, size: int) -> StoredFile:
    """Return the row of a file that is in the store already (`write_content`) and was checked."""
    return _get_or_create_row(file_digest, size, ACCEPTED_FILE_TYPES[get_suffix(name)], None)


def _get_or_create_row(digest: str, size: int, kind: str, by: Actor | None) -> StoredFile:
    """Return the row of a stored file, created if new; set the type of one that was stored without."""
    facts = {"size": size, "type": kind}
    author_facts = {"added_by": by.name if by else "", "added_by_user": by.user_id if by else None}
    file, _ = StoredFile.objects.get_or_create(digest=digest, defaults=facts | author_facts)
    if file.type == BINARY_CONTENT_TYPE != kind:  # it was kept as it came; now its kind is known
        StoredFile.objects.filter(pk=digest).update(type=kind)
        file.type = kind
    return file


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 digest, the name of content in the store."""
    return hashlib.sha256(data).hexdigest()


def write_content(source: IO[bytes]) -> str:
    """Write content under its digest if absent, without a row; return the digest."""
    source.seek(0)
    sha = hashlib.sha256()
    while block := source.read(BLOCK_BYTES):
        sha.update(block)
    digest = sha.hexdigest()
    if not get_files_storage().exists(get_store_path(digest)):
        source.seek(0)
        text = get_files_storage().save(get_store_path(digest), File(source))
        if text != get_store_path(digest):  # another request stored the same bytes at the same time
            get_files_storage().delete(text)
    return digest


def delete_stored(digest: str) -> bool:
    """Delete a file by its digest, the content after commit; return false if a row protects it.

    The caller has checked other references: editions, signatures on paper, rows that are deleted or changed with it.
    """
    if not digest:
        return False
    row = StoredFile.objects.filter(pk=digest)
    try:
        with transaction.atomic():
            row.delete()
    except (models.ProtectedError, models.RestrictedError):
        return False
    transaction.on_commit(lambda: _delete_content(digest))
    return True


def delete_if_unreferenced(digest: str) -> bool:
    """Delete a file by its digest unless a row or one of `REFERENCE_CHECKS` refers to it; return true if deleted.

    Rows that the database would delete or change with the file count, too.
    """
    rows = (
        relation.related_model._base_manager.filter(**{relation.field.name: digest})
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    )
    if any(query_set.exists() for query_set in rows) or any(names(digest) for names in REFERENCE_CHECKS):
        return False
    return delete_stored(digest)


def _delete_content(file_digest: str) -> None:
    """Delete the content of a file, unless a row with this digest exists again."""
    if not StoredFile.objects.filter(pk=file_digest).exists():
        get_files_storage().delete(get_store_path(file_digest))
