"""Download attachments of external pages: check type, size and content for personal data.

Files go into the file store; this module uses no database. Of a rejected file only the name and
the reason are stored. Findings are shown with the entry without the personal data itself; drafts are
checked again.
"""

import io
import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gongkai.content.migration.bundles import EmptySource, FileBundle
from gongkai.content.migration.personal_data import list_findings_in_text, make_check_finding, read_migrated_file_text
from gongkai.content.migration.sources.values import FileRef
from gongkai.core.files.content_checks import describe_misfit
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES, get_suffix
from gongkai.core.files.store import BYTES_PER_MEGABYTE, list_reasons_against_file, max_file_bytes, write_content
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy import PrivacyError

#: Maximum number of attachments of a page, and maximum size of one in megabytes.
MAX_ATTACHMENTS, MAX_ATTACHMENT_MEGABYTES = 10, 20
_PICTURE_EXTENSIONS = {"png", "jpg", "jpeg", "gif"}


@dataclass
class FetchedAttachment:
    """A downloaded attachment: `mark` is its digest, `why` the reason if refused, `found` personal data.

    `unseen` describes words that no page shows, and files inside it that cannot be read.
    """

    name: str
    address: str
    mark: str = ""
    size: int = 0
    why: str = ""
    found: str = ""
    unseen: tuple[str, ...] = ()


class LinkedFiles(FileBundle):
    """The files linked from an external page, as a bundle; pictures are not included."""

    def __init__(self) -> None:
        super().__init__(EmptySource())

    def at(self, *places: str) -> str:
        """Return the name of the first file of an allowed type; empty if there is none."""
        names = (posixpath.basename(place.partition("?")[0]) for place in places)  # /files/9.pdf?o=1 names 9.pdf
        return next(filter(None, map(_get_allowed_file_name, names)), "")


def _get_allowed_file_name(name: str) -> str:
    """Return the name of a file of an allowed type; empty for others."""
    return name if get_suffix(name) in PUBLIC_FILE_TYPES.keys() - _PICTURE_EXTENSIONS else ""


def get_max_attachment_bytes() -> int:
    """Return the maximum size of an attachment in bytes."""
    return min(max_file_bytes(), MAX_ATTACHMENT_MEGABYTES * BYTES_PER_MEGABYTE)


def store_attachment(ref: FileRef, read: Callable[[str, int], tuple[bytes, str]]) -> FetchedAttachment:
    """Download an attachment into the file store; a failure is stored in `why`.

    Args:
        ref: name and address.
        read: function that reads an address up to a size, and returns bytes and error.
    """
    attachment = FetchedAttachment(ref.name, ref.old)
    data, attachment.why = read(ref.old, get_max_attachment_bytes())
    if attachment.why:
        return attachment
    if reasons := list_reasons_against_file(ref.name, len(data), PUBLIC_FILE_TYPES):
        attachment.why = reasons[0].rstrip("。")[:120]
    elif why := describe_misfit(io.BytesIO(data), get_suffix(ref.name), "内容与扩展名不符"):
        attachment.why = why.rstrip("。")
    else:
        attachment.found, attachment.unseen = describe_content(data, get_suffix(ref.name))
        attachment.mark, attachment.size = write_content(io.BytesIO(data)), len(data)
    return attachment


#: Temporary parts of an address, such as session ids and expiring signatures.
_TEMPORARY_URL_PART_RE = re.compile(r"[;?#].*", re.DOTALL)


def redownload_attachments(
    refs: Iterable[FileRef],
    stored_attachments: Iterable[FetchedAttachment],
    read: Callable[[str, int], tuple[bytes, str]],
) -> list[FetchedAttachment]:
    """Download attachments whose address changed while the name is the same; those that fail are left out.

    Args:
        refs: files that the page links to now.
        stored_attachments: stored attachments of the page.
        read: function that reads an address (`store_attachment`).
    """
    stored_attachments = list(stored_attachments)
    places = {_TEMPORARY_URL_PART_RE.sub("", attachment.address) for attachment in stored_attachments}
    names = {attachment.name for attachment in stored_attachments if attachment.mark}
    moved = [ref for ref in refs if ref.name in names and _TEMPORARY_URL_PART_RE.sub("", ref.old) not in places]
    return [attachment for attachment in (store_attachment(ref, read) for ref in moved) if attachment.mark]


def describe_content(data: bytes, suffix: str) -> tuple[str, tuple[str, ...]]:
    """Return (personal data in a file by kind, or why it was not checked; parts of the file that were not seen)."""
    unseen: tuple[str, ...] = ()
    try:
        text, embedded = read_migrated_file_text(data, suffix)
        unseen = embedded.unseen
        personal_data = list_findings_in_text("", text)
    except PrivacyError as error:
        personal_data = [make_check_finding("", str(error))]
    except Exception:  # external data may break any parser; a person must check the file
        personal_data = [make_check_finding("", "文件损坏或格式不符，读不出文字")]
    counts = Counter(one["why"].rstrip("。") if not one["shown"] else one["kind"] for one in personal_data)
    name_list = "、".join(f"{kind}{f'{count}处' if count > 1 else ''}" for kind, count in counts.items())
    return name_list[:200], unseen
