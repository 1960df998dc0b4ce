"""How long the lists in a text and its attachments are: bulk lists get the question of data aggregation. Reads only."""

import csv
import io
import logging
import re
import zipfile

from gongkai.editions.frozen import Frozen
from gongkai.files.models import StoredFile
from gongkai.richtext import plain

logger = logging.getLogger(__name__)
_ROW = re.compile(r"<(?:tr|li)\b")
_WORD_ROW = re.compile(rb"<w:tr[ >]")
#: A run of names in the text: 张三、李四、王五.
_NAMES = re.compile(r"(?:[一-龥·]{2,4}[、，,；;\s]){5,}[一-龥·]{2,4}")
_BETWEEN = re.compile(r"[、，,；;\s]")
#: Larger files are taken for long lists unread: opening them would keep the one who submits waiting.
LARGEST = 20_000_000
MANY = 100_000


def longest_list(frozen: Frozen) -> int:
    """Return how many rows or names the longest table or list has, in the text or in one attachment."""
    runs = _NAMES.findall(plain(frozen.html))
    counts = [len(_ROW.findall(frozen.html)), *(1 + len(_BETWEEN.findall(run)) for run in runs)]
    names = {f["digest"]: str(f["name"]).rsplit(".", 1)[-1].lower() for f in frozen.files if not f["picture"]}
    for stored in StoredFile.objects.filter(pk__in=names):
        counts.append(_rows(stored, names[stored.pk]))
    return max(counts)


def _rows(stored: StoredFile, suffix: str) -> int:
    if suffix not in {"xlsx", "csv", "docx"}:
        return 0
    if stored.size > LARGEST:
        return MANY
    try:
        with stored.open() as held:
            data = held.read()
        return {"xlsx": _sheet_rows, "csv": _csv_rows, "docx": _word_rows}[suffix](data)
    except Exception:
        logger.info("rows of %s could not be counted", stored.pk)
        return MANY


def _sheet_rows(data: bytes) -> int:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return max(
        (
            sum(1 for row in sheet.iter_rows(values_only=True) if any(c is not None for c in row))
            for sheet in book
        ),
        default=0,
    )


def _csv_rows(data: bytes) -> int:
    return sum(1 for row in csv.reader(io.StringIO(data.decode("utf-8", "replace"))) if any(row))


def _word_rows(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        inside = packed.getinfo("word/document.xml")
        return MANY if inside.file_size > 5 * LARGEST else len(_WORD_ROW.findall(packed.read(inside)))
