"""How long the lists in a text and its attachments are: bulk lists get the question of data aggregation. Reads only."""

import logging

from gongkai.content.editions.frozen import Frozen
from gongkai.core.files.models import StoredFile
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.lengths import longest_table
from gongkai.lib.fileformats.workbooks.rows import Unreadable
from gongkai.lib.richtext import plain

logger = logging.getLogger(__name__)
_ROW = re.compile(r"<(?:tr|li)\b")
#: A run of names in the text: 张三、李四、王五.
_NAMES = re.compile(r"(?:[一-龥·]{2,4}[、，,；;\s]){5,}[一-龥·]{2,4}")
_BETWEEN = re.compile(r"[、，,；;\s]")
#: Larger files are taken for long lists unread: opening them would keep the one who submits waiting.
LARGEST = 20_000_000
MANY = 100_000
COUNTED = {"xlsx", "csv", "docx"}


def longest_list(frozen: Frozen) -> int:
    """Return how many rows or names the longest table or list has, in the text or in one attachment."""
    runs = _NAMES.findall(plain(frozen.html))
    counts = [len(_ROW.findall(frozen.html)), *(1 + len(_BETWEEN.findall(run)) for run in runs)]
    names = {f["digest"]: str(f["name"]).rsplit(".", 1)[-1].lower() for f in frozen.files if not f["picture"]}
    counts += (_rows(digest, suffix) for digest, suffix in names.items() if suffix in COUNTED)
    return max(counts)


def _rows(digest: str, suffix: str) -> int:
    """Return how long the tables of a stored file are."""
    stored = StoredFile.objects.filter(pk=digest).first()
    if stored is None:
        return 0
    if stored.size > LARGEST:
        return MANY
    try:
        with stored.open() as held:
            return longest_table(held.read(), suffix)
    except (Unreadable, OSError):
        logger.info("rows of %s could not be counted", digest)
        return MANY
