"""What a cell holds besides its bare value: a formula that nobody has computed, a time of day. Percentages: `opening.figures`."""

import re
import zipfile
from datetime import time

from gongkai.confined.codec import carry
from gongkai.opening.figures import Percent

#: Each part is bounded: a hostile page could make an open one look far ahead from each of its cells.
_FORMULA = re.compile(
    rb"<(?:\w{1,9}:)?c\s(?:[^>]{0,200}?\s)?r=\"([A-Z]{1,3})(\d{1,7})\"[^>]{0,200}>\s{0,9}"
    rb"<(?:\w{1,9}:)?f\b(?:[^>]{0,200}/>|[^>]{0,200}>[^<]{0,9000}</(?:\w{1,9}:)?f>)\s{0,9}"
    rb"(?:<(?:\w{1,9}:)?v\s?/>|<(?:\w{1,9}:)?v>\s{0,9}</(?:\w{1,9}:)?v>)?\s{0,9}</(?:\w{1,9}:)?c>"
)
_AHEAD, _LONGEST = 1 << 18, 10_000


_DANGER = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What some programs pass over in front of a formula.
_UNSEEN = " \u3000\xa0\u200b\u200e\u200f\u2060\ufeff"


def begins_like_formula(text: str) -> bool:
    """Whether a spreadsheet program could take this text for a formula."""
    return text.lstrip(_UNSEEN).startswith(_DANGER)


class Uncomputed(str):
    """A formula whose value the file does not hold: the program that wrote it has not computed it."""

    __slots__ = ()


def clock(moment: time) -> str:
    """Return a time of day as a sheet shows it: 8:00."""
    seconds = f":{moment.second:02d}" if moment.second else ""
    return f"{moment.hour}:{moment.minute:02d}{seconds}"


def uncomputed_in(bundle: zipfile.ZipFile, part: str) -> dict[int, list[int]]:
    """Return where a page has formulas without a value: row as the program shows it → columns from 0. The library reads them as empty."""
    found: dict[int, list[int]] = {}
    if not part:
        return found
    with bundle.open(part.lstrip("/")) as stream:
        tail = b""
        while block := stream.read(_AHEAD):
            text, end = tail + block, 0
            if b"f>" in text or b"f " in text or b"f/" in text:
                for match in _FORMULA.finditer(text):
                    column = 0
                    for number in match[1]:
                        column = column * 26 + number - 64
                    found.setdefault(int(match[2]), []).append(column - 1)
                    end = match.end()
            tail = text[max(end, len(text) - _LONGEST) :]
    return found


def with_uncomputed(cells: list[object], columns: list[int]) -> list[object]:
    """Return a row with its formulas without a value put where the library saw nothing."""
    for at in columns:
        if at < len(cells) and cells[at] in (None, ""):
            cells[at] = Uncomputed("公式")
    return cells


carry(Uncomputed, "uncomputed", str, Uncomputed)
carry(Percent, "percent", float, Percent)
