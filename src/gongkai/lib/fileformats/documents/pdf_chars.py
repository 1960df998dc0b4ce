"""Sort the characters of a PDF page: words that are read, hidden words, watermarks."""

from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING

from gongkai.lib.fileformats.documents.pdf_cover import HIDDEN, UNSEEN, WATERMARK
from gongkai.lib.fileformats.documents.pdf_lines import direction, lines_of, undouble
from gongkai.lib.fileformats.documents.pdf_text import OCR, Char

if TYPE_CHECKING:
    from pdfplumber.page import Page

#: Brightness (0 to 1) from which a colour is light (browsers darken light text in print).
LIGHT = 0.45
#: How much larger than the text a watermark is, and which share of it lies over other words.
_LARGER, _OVERLAPPING = 1.6, 0.2


def sort_chars(page: "Page", chars: list[Char], *, scanned: bool) -> tuple[list[Char], list[tuple[str, str]]]:
    """Return the characters that are read, and the words that are not: kind of loss and text."""
    kept: list[Char] = []
    hidden: list[Char] = []
    watermarks: list[Char] = []
    unseen = (HIDDEN,) if scanned else (HIDDEN, UNSEEN, OCR)
    seen: list[Char] = []
    for char in chars:
        gone = char.get("tag") in unseen or _is_outside(page, char) or char["size"] < 1
        (hidden if gone else seen).append(char)
    for char in undouble(seen):
        mark = char.get("tag") or ""
        if mark == WATERMARK or direction(char) is None:
            watermarks.append(char)
        else:
            kept.append(char)
    found = _find_watermarks(kept)
    watermarks += found
    gone = {id(char) for char in found}
    lost = [(what, _words(group)) for what, group in (("hidden", undouble(hidden)), ("watermark", watermarks))]
    return [char for char in kept if id(char) not in gone], [one for one in lost if one[1]]


def brightness(char: Char) -> float:
    """Return how bright the colour of a character is: 0 black, 1 white."""
    colour = char.get("non_stroking_color")
    values = [float(one) for one in colour or () if isinstance(one, int | float)]
    if len(values) == 1:
        return values[0]
    if len(values) == 3:
        return 0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]
    if len(values) == 4:
        return (1 - values[3]) * (1 - (0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]))
    return 0.0


def _is_outside(page: "Page", char: Char) -> bool:
    left, top, right, bottom = page.cropbox if page.rotation == 0 else page.bbox
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return not (left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1)


def _find_watermarks(chars: list[Char]) -> list[Char]:
    """Return upright words that lie over the text: light and large, across other words, or repeated over the page."""
    printed = [char for char in chars if char["text"].strip()]
    if not printed:
        return []
    groups: dict[tuple[object, ...], list[Char]] = defaultdict(list)
    for char in printed:
        groups[str(char["fontname"]), round(char["size"]), str(char.get("non_stroking_color"))].append(char)
    dark = [group for group in groups.values() if brightness(group[0]) < LIGHT]
    body = max(dark or groups.values(), key=len)
    size = median([char["size"] for char in body])
    found: list[Char] = []
    for group in groups.values():
        if group is body:
            continue
        light = brightness(group[0]) >= LIGHT
        larger = group[0]["size"] >= _LARGER * size
        overlapping = _share_over(group, printed)
        words = Counter(lines_of(group))
        tiled = len(words) <= 2 and sum(words.values()) >= 3 and max(map(len, words)) >= 2
        tiled = tiled or _is_repeated("".join("".join(line.split()) for line in words.elements()))
        across = overlapping > _OVERLAPPING and (light or larger)
        huge = len(group) <= 30 and brightness(body[0]) < LIGHT and group[0]["size"] > 2.5 * size
        if across or (light and (tiled or huge)):
            found += group
    return found


def _is_repeated(text: str) -> bool:
    """Return whether a text is one phrase three times or more."""
    for length in range(2, min(20, len(text) // 3) + 1):
        count, rest = divmod(len(text), length)
        if not rest and text == text[:length] * count:
            return True
    return False


def _share_over(group: list[Char], chars: list[Char]) -> float:
    """Return the share of a group whose boxes cover the middle of other characters."""
    own = {id(char) for char in group}
    others = [((one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2) for one in chars if id(one) not in own]
    others.sort(key=lambda place: place[1])
    count = 0
    for char in group[:400]:
        inset = 0.1 * (char["bottom"] - char["top"])
        count += any(
            char["top"] + inset < y < char["bottom"] - inset and char["x0"] < x < char["x1"] for x, y in others
        )
    return count / min(len(group), 400)


def _words(chars: list[Char]) -> str:
    """Return the words of characters; slanted ones in the order in which they are drawn."""
    slanted = "".join(char["text"] for char in chars if direction(char) is None)
    return "\n".join(filter(None, ["\n".join(lines_of(c for c in chars if direction(c) is not None)), slanted.strip()]))
