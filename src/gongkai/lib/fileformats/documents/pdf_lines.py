"""Characters, lines and paragraphs of a PDF page, in every direction of writing."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median
from typing import TYPE_CHECKING

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import close_letter_spacing, unify_characters
from gongkai.lib.fileformats.documents.invisible_text import HIDDEN, UNSEEN, WATERMARK
from gongkai.lib.fileformats.documents.model import PlacedWord
from gongkai.lib.fileformats.documents.pdf_text import OCR, Char
from gongkai.lib.fileformats.documents.symbols import raise_text

if TYPE_CHECKING:
    from pdfplumber.page import Page

#: Largest offset of a copied character, as a share of its size and of its box (simulated bold, shadows).
_MAX_SIZE_OFFSET, _MAX_BOX_OFFSET = 0.3, 0.7
#: Signs of vertical text, and how many of them make a line.
_UPRIGHT_RE, _VERTICAL = re.compile(f"[{HAN}\u3000-\u303f\ufe10-\ufe4f，。、：；！？（）]"), 4
#: Points between two words of a line.
_WORD_GAP = 2.0


def get_writing_direction(char: Char) -> int | None:
    """Return the direction of writing in degrees (0, 90, 180, 270); None for a slant."""
    a, b, *_ = char["matrix"]
    angle = math.degrees(math.atan2(b, a)) % 360
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 3 else None


def remove_overprints(chars: list[Char]) -> list[Char]:
    """Return the characters without copies drawn on top of each other."""
    kept: list[Char] = []
    drawn: dict[str, list[Char]] = defaultdict(list)
    for char in chars:
        letter = unify_characters(char["text"])  # a browser may draw 门 and ⻔
        reach = _MAX_SIZE_OFFSET * max(char["size"], 1)
        recent = [] if any(_is_drawn_over_last(prior, char) for prior in kept[-2:]) else drawn[letter][-40:]
        across = min(reach, _MAX_BOX_OFFSET * (char["x1"] - char["x0"]))  # a narrow letter may follow itself: ff, ll
        down = min(reach, _MAX_BOX_OFFSET * (char["bottom"] - char["top"]))
        if char["text"].strip() and any(
            abs(prior["x0"] - char["x0"]) < across and abs(prior["top"] - char["top"]) < down for prior in recent
        ):
            continue
        drawn[letter].append(char)
        kept.append(char)
    return kept


def _turn_box(char: Char, degrees: int) -> tuple[float, float, float, float]:
    """Return (begin, end, upper, lower) of a character along a line turned by `degrees`."""
    x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
    if degrees == 90:
        return -bottom, -top, x0, x1
    if degrees == 270:
        return top, bottom, -x1, -x0
    if degrees == 180:
        return -x1, -x0, -bottom, -top
    return x0, x1, top, bottom


def mark_vertical_lines(chars: list[Char]) -> None:
    """Set the number `line` on the characters of each vertical line."""
    runs: list[list[Char]] = [[]]
    for char in chars:
        last = runs[-1][-1] if runs[-1] else None
        if not (char["text"].strip() and _UPRIGHT_RE.match(char["text"]) and get_writing_direction(char) == 0):
            runs.append([])
            continue
        if last is not None and not (_is_below(last, char) or _is_drawn_over_last(last, char)):
            runs.append([])
        runs[-1].append(char)
    for number, run in enumerate(
        run for run in runs if len(run) >= _VERTICAL or (run[1:] and _is_drawn_over_last(*run[:2]))
    ):
        for char in run:
            char["line"] = number


def _is_below(last: Char, char: Char) -> bool:
    """Return whether a character is the next of a vertical line."""
    size = max(char["size"], 1)
    across = char["x0"] + char["x1"] - last["x0"] - last["x1"]
    down = char["top"] + char["bottom"] - last["top"] - last["bottom"]
    return abs(across) < 1.2 * size and 1.1 * size < down < 2.9 * size  # marks lie in a corner of their square


def _is_drawn_over_last(last: Char, char: Char) -> bool:
    """Return true if a letter is drawn over the last one, as in vertical text of browsers."""
    across = abs(char["x0"] - last["x0"]) + abs(char["x1"] - last["x1"])
    down = abs(char["top"] - last["top"]) + abs(char["bottom"] - last["bottom"])
    is_other = unify_characters(char["text"]) != unify_characters(last["text"])
    upright = all(_UPRIGHT_RE.match(one["text"]) for one in (last, char))
    return is_other and upright and across < 0.2 * char["size"] and down < char["size"]


def group_chars_into_lines(chars: Iterable[Char]) -> list[str]:
    """Return the lines of characters: vertical ones first, then by direction."""
    groups: dict[int, list[Char]] = defaultdict(list)
    vertical: dict[int, str] = {}
    for char in chars:
        if "line" in char:
            vertical[char["line"]] = vertical.get(char["line"], "") + char["text"]
        else:
            groups[get_writing_direction(char) or 0].append(char)
    return [vertical[number] for number in sorted(vertical)] + [
        line
        for degrees, group in sorted(groups.items(), key=lambda one: -len(one[1]))
        for line in _list_lines(group, degrees)
    ]


def group_chars_into_words(chars: Iterable[Char]) -> list[PlacedWord]:
    """Return the horizontal words of a page, split at blanks and gaps of two points."""
    words: list[PlacedWord] = []
    for row in _measure_rows([char for char in chars if get_writing_direction(char) == 0], 0):
        ended = True
        for left, right, top, bottom, text in row:
            if not text.strip():
                ended = True
                continue
            prev = words[-1] if words and not ended and left - words[-1].right <= _WORD_GAP else None
            if prev is not None:
                words[-1] = PlacedWord(
                    prev.text + text, prev.left, min(top, prev.top), max(right, prev.right), max(bottom, prev.bottom)
                )
            else:
                words.append(PlacedWord(text, left, top, right, bottom))
            ended = False
    return words


def group_words_into_lines(words: Iterable[PlacedWord]) -> list[list[PlacedWord]]:
    """Group words at the same height into lines from top to bottom, each from left to right."""
    lines: list[list[PlacedWord]] = []
    for word in sorted(words, key=lambda one: one.middle):
        tall = max(lines[-1], key=lambda one: one.bottom - one.top) if lines else word
        if lines and abs(word.middle - tall.middle) < 0.6 * max(tall.bottom - tall.top, word.bottom - word.top):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.left) for line in lines]


#: Minimum ratio of the height of letters to that of superscript figures in their line.
_MAX_RAISED_HEIGHT_RATIO = 1.8
#: Minimum ratio of the size of letters to that of superscripts and subscripts after them, and the largest gap in sizes.
_MIN_SIZE_RATIO_TO_SCRIPT, _MAX_SCRIPT_GAP = 1.15, 3.0
_PlacedCharacter = tuple[float, float, float, float, str]


def _measure_rows(chars: list[Char], degrees: int) -> list[list[_PlacedCharacter]]:
    """Return begin, end, upper and lower edge and text of the characters, line by line."""
    placed = _align_raised_chars([char for char in chars if char["text"]], degrees)
    rows: list[list[_PlacedCharacter]] = []
    edges: list[list[float]] = []
    for one in sorted(placed, key=lambda place: place[2] + place[3]):
        middle = (one[2] + one[3]) / 2
        blank = not one[4].strip()
        slack = (one[3] - one[2]) / 2 if blank else 0.0
        if rows and (blank or edges[-1][0] <= middle) and middle <= edges[-1][1] + slack:
            rows[-1].append(one)
            if not blank and 1 < (one[3] - one[2]) / max(edges[-1][1] - edges[-1][0], 0.1) < _MAX_RAISED_HEIGHT_RATIO:
                edges[-1] = [one[2], one[3]]  # a raised or lowered figure came first
        elif rows and not blank and _is_flat_before(edges[-1], one):  # 一 has a low box in some fonts
            rows[-1].append(one)
            edges[-1] = [one[2], one[3]]
        elif not blank or not rows:
            rows.append([one])
            height = one[3] - one[2]
            edges.append([one[2] + 0.05 * height, one[3] - 0.05 * height])
    return [sorted(row, key=lambda place: place[0]) for row in rows]


def _align_raised_chars(chars: list[Char], degrees: int) -> list[_PlacedCharacter]:
    """Return the characters in drawing order, with raised ones at the height of their base."""
    out: list[_PlacedCharacter] = []
    raised: list[_PlacedCharacter] = []
    base, size = (0.0, 0.0, 0.0, 0.0, ""), 0.0

    def emit_raised() -> None:
        upper = sum(one[2] + one[3] for one in raised) < len(raised) * (base[2] + base[3])
        letters = raise_text("".join(one[4] for one in raised), upper)
        out.extend((one[0], one[1], base[2], base[3], sign) for one, sign in zip(raised, letters, strict=True))
        raised.clear()

    for char in chars:
        one: _PlacedCharacter = (*_turn_box(char, degrees), char["text"])
        gap, overlap = one[0] - (raised or [base])[-1][1], min(one[3], base[3]) - max(one[2], base[2])
        is_small = _MIN_SIZE_RATIO_TO_SCRIPT * char["size"] < size and len(one[4]) == 1 and bool(one[4].strip())
        if is_small and -0.2 * size < gap < _MAX_SCRIPT_GAP * size and overlap > 0.2 * (one[3] - one[2]):
            raised.append(one)
            continue
        emit_raised()
        out.append(one)
        if one[4].strip():
            base, size = one, char["size"]
    emit_raised()
    return out


def _is_flat_before(edges: list[float], one: _PlacedCharacter) -> bool:
    """Return true if a character follows marks much flatter than itself, such as dashes."""
    upper, lower = edges
    return 2 * (lower - upper) < one[3] - one[2] and one[2] < upper and lower < one[3]


def _list_lines(chars: list[Char], degrees: int) -> list[str]:
    return [text for row in _measure_rows(chars, degrees) if (text := _join_row_with_gaps(row)).strip()]


def _join_row_with_gaps(row: list[_PlacedCharacter]) -> str:
    out, end = "", None
    size = median([placed[3] - placed[2] for placed in row]) or 1.0
    for begin, stop, _, _, text in row:
        gap = 0.0 if end is None or text.isspace() or out.endswith(" ") else begin - end
        if gap > (0.22 if text.isascii() and out[-1:].isascii() else 0.45) * size:
            out += " " if gap < 2.5 * size else "\u3000"
        out += text
        end = max(stop, end or stop)
    return out.rstrip()


#: Brightness (0 to 1) from which a colour is light (browsers darken light text in print).
MIN_LIGHT_BRIGHTNESS = 0.45
#: A watermark is this many times larger than the text, or this share of it overlaps other words.
_MIN_WATERMARK_SIZE_RATIO, _MIN_WATERMARK_OVERLAP_SHARE = 1.6, 0.2


def drop_hidden_chars(page: "Page", chars: list[Char], *, scanned: bool) -> tuple[list[Char], list[tuple[str, str]]]:
    """Return (characters to read, [(kind of loss, text)] of hidden ones); `scanned`: keep those under a picture."""
    kept: list[Char] = []
    hidden: list[Char] = []
    watermarks: list[Char] = []
    unseen = (HIDDEN,) if scanned else (HIDDEN, UNSEEN, OCR)
    visible: list[Char] = []
    for char in chars:
        is_hidden = char.get("tag") in unseen or _is_outside(page, char) or char["size"] < 1
        (hidden if is_hidden else visible).append(char)
    for char in remove_overprints(visible):
        tag = char.get("tag") or ""
        if tag == WATERMARK or get_writing_direction(char) is None:
            watermarks.append(char)
        else:
            kept.append(char)
    found_watermarks = _find_watermarks(kept)
    watermarks += found_watermarks
    watermark_ids = {id(char) for char in found_watermarks}
    lost = [("hidden", _join_words(remove_overprints(hidden))), ("watermark", _join_words(watermarks))]
    return [char for char in kept if id(char) not in watermark_ids], [loss for loss in lost if loss[1]]


def compute_brightness(char: Char) -> float:
    """Return the brightness of a character's colour: 0 black, 1 white."""
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
    """Return upright watermark words: light and large, across others, or on every page."""
    printed = [char for char in chars if char["text"].strip()]
    if not printed:
        return []
    groups: dict[tuple[object, ...], list[Char]] = defaultdict(list)
    for char in printed:
        groups[str(char["fontname"]), round(char["size"]), str(char.get("non_stroking_color"))].append(char)
    dark = [group for group in groups.values() if compute_brightness(group[0]) < MIN_LIGHT_BRIGHTNESS]
    body = max(dark or groups.values(), key=len)
    size = median([char["size"] for char in body])
    watermarks: list[Char] = []
    for group in groups.values():
        if group is body:
            continue
        light = compute_brightness(group[0]) >= MIN_LIGHT_BRIGHTNESS
        larger = group[0]["size"] >= _MIN_WATERMARK_SIZE_RATIO * size
        overlapping = _compute_covering_share(group, printed)
        line_counts = Counter(group_chars_into_lines(group))
        tiled = len(line_counts) <= 2 and sum(line_counts.values()) >= 3 and max(map(len, line_counts)) >= 2
        tiled = tiled or _is_repeated("".join("".join(line.split()) for line in line_counts.elements()))
        across = overlapping > _MIN_WATERMARK_OVERLAP_SHARE and (light or larger)
        huge = len(group) <= 30 and compute_brightness(body[0]) < MIN_LIGHT_BRIGHTNESS and group[0]["size"] > 2.5 * size
        if across or (light and (tiled or huge)):
            watermarks += group
    return watermarks


def _is_repeated(text: str) -> bool:
    """Return whether a text is one phrase three times or more."""
    for length in range(2, min(20, len(text) // 3) + 1):
        count, rest = divmod(len(text), length)
        if not rest and text == text[:length] * count:
            return True
    return False


def _compute_covering_share(group: list[Char], chars: list[Char]) -> float:
    """Return the share of a group's boxes that cover the middle of other characters."""
    ids = {id(char) for char in group}
    middles = [((one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2) for one in chars if id(one) not in ids]
    middles.sort(key=lambda place: place[1])
    count = 0
    for char in group[:400]:
        inset = 0.1 * (char["bottom"] - char["top"])
        count += any(
            char["top"] + inset < y < char["bottom"] - inset and char["x0"] < x < char["x1"] for x, y in middles
        )
    return count / min(len(group), 400)


def _join_words(chars: list[Char]) -> str:
    """Return the words of characters; slanted ones in the order in which they are drawn."""
    slanted = "".join(char["text"] for char in chars if get_writing_direction(char) is None)
    lines = group_chars_into_lines(char for char in chars if get_writing_direction(char) is not None)
    return "\n".join(filter(None, ["\n".join(lines), slanted.strip()]))


_PARAGRAPH_START_RE = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十百\d]{1,4}[条章节]|[（(]?\d{1,2}[）)、．.](?!\d)"
    r"|[①-⑳]|附件|[（(]此件|[•●■◆·—])"
)
_PAGE_NUMBER_RE = re.compile(r"[-—–\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–\s]*")
#: An address that a narrow column breaks: its larger places, and the end of it on the next line.
_ADDRESS_START_RE = re.compile(r"[省市州区县镇乡村路街道][^\s，,。；;：:]{0,12}$")
_ADDRESS_END_RE = re.compile(
    r"[^\s，,。；;：:]{0,12}?[0-9０-９一二三四五六七八九十]+(?:[村组号栋幢座室楼弄巷]|单元|社区)"
)
_PARAGRAPH_END_MARKS = ("：", ":", "。", "；", "！", "？")


def is_item_start(line: str) -> bool:
    """Return whether a line begins with a number, a bullet or the word for an annex."""
    return _PARAGRAPH_START_RE.match(line) is not None


def join_lines(lines: list[str]) -> list[str]:
    """Join the lines of paragraphs, without page numbers."""
    printed = [line for line in lines if line.strip()]
    last_place = len(printed) - 1
    text_lines = [
        close_letter_spacing(line)
        for at, line in enumerate(printed)
        if not (_PAGE_NUMBER_RE.fullmatch(line) and (at == last_place or (at == 0 and not line.strip().isdecimal())))
    ]
    width, is_wide = max(map(_measure_line, text_lines), default=0), any(len(line) > 12 for line in text_lines)
    out: list[str] = []
    full = False
    for line in text_lines:
        text = line.strip()
        wrapped = full or (bool(out) and _ADDRESS_START_RE.search(out[-1]) and _ADDRESS_END_RE.match(text))
        if out and wrapped and not is_item_start(line) and not line.startswith(("\u3000", "  ")) and "\t" not in line:
            out[-1] += _choose_line_joint(out[-1], text) + text
        else:
            out.append(text)
        full = _measure_line(line.rstrip()) >= width * 0.85 and is_wide and not text.endswith(_PARAGRAPH_END_MARKS)
    return out


def _measure_line(line: str) -> int:
    """Return the width of a line in half characters."""
    return len(line) + sum(not char.isascii() for char in line)


def join_cell_lines(lines: list[str]) -> str:
    """Join the printed lines of a cell into paragraphs."""
    width = max((len(line.strip()) for line in lines), default=0)
    out: list[str] = []
    for place, line in enumerate(lines):
        above = lines[place - 1].strip() if place else ""
        ended = above.endswith(("。", "；", "：", ";", "！", "？"))
        if out and not (ended and (is_item_start(line) or len(above) < width * 0.8)):
            glue = " " if out[-1][-1:].isascii() and line[:1].isascii() and out[-1][-1:].isalnum() else ""
            out[-1] += glue + line.strip()
        else:
            out.append(line.strip())
    return "\n".join(out)


def _choose_line_joint(before: str, after: str) -> str:
    """Return "" or the blank that joins two lines: Latin words need one."""
    return (
        " " if before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalpha() else ""
    )
