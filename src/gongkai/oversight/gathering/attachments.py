"""Attachments of pages elsewhere: held against kind, size and bytes, searched for personal data. Knows no database: bytes go into the store.

What is not kept keeps its name and the reason. What was found in a file is told beside the entry and keeps nothing of the words; a draft
is held back by the desk's own checks of its files all the same.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gongkai.content.migration.bundles import Bundle, Nothing
from gongkai.content.migration.personal import found_in, unsearched, words_of
from gongkai.content.migration.sources.values import FileRef
from gongkai.core.files.bytes import misfit
from gongkai.core.files.kinds import PUBLIC, suffix_of
from gongkai.core.files.store import MEGABYTE, limit, put, why_not
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy import PrivacyError

#: Attachments of one page; megabytes of one of them at most, whatever the installation takes.
MOST_FILES, MOST_SIZE = 10, 20
_PICTURES = {"png", "jpg", "jpeg", "gif"}


@dataclass
class Attached:
    """One attachment as it came: `mark` is its digest in the store, `why` says why it was not kept, `found` what personal data is in it."""

    name: str
    address: str
    mark: str = ""
    size: int = 0
    why: str = ""
    found: str = ""


class Linked(Bundle):
    """The files that a page elsewhere links to, as if they lay beside it; pictures of a text are not taken along."""

    def __init__(self) -> None:
        super().__init__(Nothing())

    def called(self, name: str) -> str:
        """Return the name of a file that can be kept; "" of others."""
        return name if suffix_of(name) in PUBLIC.keys() - _PICTURES else ""


def most_bytes() -> int:
    """Return how many bytes of one attachment are read."""
    return min(limit(), MOST_SIZE * MEGABYTE)


def keep(ref: FileRef, read: Callable[[str, int], tuple[bytes, str]]) -> Attached:
    """Read an attachment and put it into the store; what hinders it is said in `why`.

    Args:
        ref: its name and address.
        read: reads an address, so many bytes at most: its bytes, and why it could not.
    """
    made = Attached(ref.name, ref.old)
    data, made.why = read(ref.old, most_bytes())
    if made.why:
        return made
    if reasons := why_not(ref.name, len(data), PUBLIC):
        made.why = reasons[0].rstrip("。")[:120]
    elif why := misfit(io.BytesIO(data), suffix_of(ref.name), "内容与扩展名不符"):
        made.why = why.rstrip("。")
    else:
        made.found = found_of(data, suffix_of(ref.name))
        made.mark, made.size = put(io.BytesIO(data)), len(data)
    return made


#: What an address carries besides the place of a file: marks of a session, signatures that run out.
_PASSING = re.compile(r"[;?#].*", re.DOTALL)


def read_again(
    refs: Iterable[FileRef], kept: Iterable[Attached], read: Callable[[str, int], tuple[bytes, str]]
) -> list[Attached]:
    """Return the attachments that a page names as it did and that stand at another address now, as `keep` reads them.

    Args:
        refs: what the page links to now.
        kept: what is kept of it.
        read: reads an address (`keep`).
    """
    kept = list(kept)
    places = {_PASSING.sub("", one.address) for one in kept}
    names = {one.name for one in kept if one.mark}
    moved = [ref for ref in refs if ref.name in names and _PASSING.sub("", ref.old) not in places]
    return [made for made in (keep(ref, read) for ref in moved) if made.mark]


def found_of(data: bytes, suffix: str) -> str:
    """Return what personal data is in a file, by kind and number, or that no machine could look; "" where nothing was found."""
    try:
        found = found_in("", words_of(data, suffix))
    except PrivacyError as error:
        found = [unsearched("", str(error))]
    except Exception:  # another machine's bytes: whatever library they break, a person must look
        found = [unsearched("", "文件损坏或格式不符，读不出文字")]
    counts = Counter(one["why"].rstrip("。") if not one["shown"] else one["kind"] for one in found)
    return "、".join(f"{kind}{f'{count}处' if count > 1 else ''}" for kind, count in counts.items())[:200]
