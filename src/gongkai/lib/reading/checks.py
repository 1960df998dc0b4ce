"""Nothing dropped: what was read must add up to the text of the source."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Document, Grid, State
from gongkai.lib.reading.front import Front
from gongkai.lib.reading.model import Row, Warning_
from gongkai.lib.reading.tables.apart import DITTO, heads_apart
from gongkai.lib.reading.tables.by_unit import TASKS_OF_UNITS
from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.reading.tables.matrix import is_sign
from gongkai.lib.reading.tables.sideways import is_table_head

_SHOWN = 60
#: A count in front of a row or a heading is no text that could be lost.
_COUNT = re.compile(r"[一二三四五六七八九十]{1,3}|\d{1,3}")


def lost_text(document: Document, rows: list[Row], front: Front, read: list[str]) -> list[Warning_]:
    """Return warnings for printed text that is in no row, and for paragraphs behind the table.

    `read` are texts that were read elsewhere (the preamble, titles above the heads).
    """
    warnings: list[Warning_] = []
    if front.unread:
        shown = "；".join(_short(text) for text in front.unread[:8])
        warnings.append(Warning_(None, f"表外有{len(front.unread)}段文字未读入任务：{shown}"))
    return warnings + _lost_cells(document, rows, front, read)


def _lost_cells(document: Document, rows: list[Row], front: Front, read: list[str]) -> list[Warning_]:
    kept = {bare(cell) for row in rows for cell in row.source.cells} | {bare(text) for text in read}
    whole = "\x00".join((*kept, *(bare(text) for text in front.unread), bare(front.title)))
    headings = {bare(x) for row in rows for x in (row.section, row.item, *row.extras.values())}
    headings |= {
        below for row in rows for head in row.extras for below in re.findall(r"（([^（）]+)）$", bare(head))
    }
    out = []
    for block in document.blocks:
        if not isinstance(block, Grid):
            continue
        for line in block.lines:
            if is_table_head([cell.text for cell in line.cells]):
                continue
            for cell in line.cells:
                text = bare(cell.text)
                if (
                    text
                    and not is_sign(text)
                    and not _COUNT.fullmatch(text)
                    and not DITTO.fullmatch(text)
                    and not is_head(text)
                    and cell.state is not State.NONE
                    and not TASKS_OF_UNITS.fullmatch(text)
                    and not heads_apart(text)
                    and text not in whole
                    and text not in headings
                    and not _in_parts(cell.text, whole, headings)
                ):
                    out.append(Warning_(None, f"表中文字未读入任务：{_short(cell.text)}"))
    return out[:50]


def _in_parts(text: str, whole: str, headings: set[str]) -> bool:
    cuts = r"[\n，,；;（）()]" if len(text) <= _SHOWN else "\n"
    parts = [bare(part) for part in re.split(cuts, text) if part.strip()]
    return all(part in whole or part in headings or part.rstrip("。") in whole for part in parts)


def bare(text: str) -> str:
    """Return the text without any space."""
    return "".join(text.split())


def _short(text: str) -> str:
    text = bare(text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "……"
