"""Find headings of a broken page that are printed whole or in pieces."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.unit_names import is_office

_SECTION_HEADING_RE = re.compile(r"[一二三四五六七八九十]{1,2}、[^（）。，；\s]{4,40}")
_ITEM_HEADING_RE = re.compile(r"（[一二三四五六七八九十]{1,3}）[^（）。；]{4,40}。?")
_HEADING_START_RE = re.compile(
    r"(?<![一二三四五六七八九十])(?=[一二三四五六七八九十]{1,2}、)|(?=（[一二三四五六七八九十]{1,3}）)"
)


def find_whole_headings(blocks: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return the headings (sections, items) that are printed on one line."""
    sections: dict[str, str] = {}
    items: dict[str, str] = {}
    for block in blocks:
        for line in block:
            parts = [part for part in _HEADING_START_RE.split(line) if part]
            for part in parts:
                if _SECTION_HEADING_RE.fullmatch(part):
                    key = part.split("、")[0]
                    sections[key] = max(sections.get(key, ""), part, key=len)
                elif _ITEM_HEADING_RE.fullmatch(part) and part.endswith("。"):
                    items.setdefault(part, part)
    return list(sections.values()), list(items)


def read_whole_block(block: list[str]) -> list[tuple[str, str]]:
    """Return (section, item) pairs of a block of whole headings; [] if pieces are mixed."""
    leaves: list[tuple[str, str]] = []
    section = ""
    for line in block:
        if _SECTION_HEADING_RE.fullmatch(line):
            section = line
            leaves.append((section, ""))
        elif _ITEM_HEADING_RE.fullmatch(line) and section:
            if leaves[-1] == (section, ""):
                leaves.pop()
            leaves.append((section, line))
        else:
            return []
    return leaves


class HeadingMatch(NamedTuple):
    """The known headings of a block of lines.

    Attributes:
        section: the section, None if the block prints none.
        items: the items, in their order.
        is_sure: all parts are known, or printed with a number as headings are.
    """

    section: str | None
    items: list[str]
    is_sure: bool


def match_heading_block(block: list[str], sections: list[str], items: list[str]) -> HeadingMatch:
    """Match a block of headings to known sections and items; unknown parts are returned as printed."""
    text = "".join(block)
    readings = [
        (cost, section, remaining_text)
        for section in sections
        if (taken_out := _remove_section_letters(tuple(block), section))
        for cost, remaining_text in [taken_out]
    ]
    whole_readings = [reading for reading in readings if reading[0] <= 1]
    _, section, remaining_text = min(whole_readings or readings, default=(0, None, text))
    parts = [part for part in _HEADING_START_RE.split(remaining_text) if part]
    read_items = []
    sure = True
    for part in parts:
        is_known_item = part in items or part + "。" in items
        read_items.append(part if part in items else part + "。" if is_known_item else part)
        sure = sure and (is_known_item or bool(_ITEM_HEADING_RE.fullmatch(part)))
    is_sure = sure and (section is not None or not _SECTION_HEADING_RE.match(text))
    return HeadingMatch(section, list(dict.fromkeys(read_items)), is_sure)


@lru_cache(maxsize=1024)
def _remove_section_letters(block: tuple[str, ...], section: str) -> tuple[int, str] | None:
    """Return (least cost, remaining letters) of removing a section's letters, or None."""
    text = "".join(block)
    edges = {0}
    for line in block:
        edges.add(max(edges) + len(line))
    if len(text) > 400:
        return None
    # best[j] after reading i letters: (cost, kept letters) when j letters of the section are found; two states:
    idle: list[tuple[int, str] | None] = [(0, "")] + [None] * len(section)
    running: list[tuple[int, str] | None] = [None] * (len(section) + 1)
    for place, char in enumerate(text):
        edge = place in edges
        next_idle: list[tuple[int, str] | None] = [None] * (len(section) + 1)
        next_running: list[tuple[int, str] | None] = [None] * (len(section) + 1)
        for j in range(len(section) + 1):
            stop = running[j] and (running[j][0] + (0 if edge else 1), running[j][1])  # type: ignore[index]
            stopped = min((way for way in (idle[j], stop) if way), default=None)
            if stopped:
                next_idle[j] = _choose_cheaper(next_idle[j], (stopped[0], stopped[1] + char))
            if j < len(section) and section[j] == char:
                start = stopped and (stopped[0] + (1 if edge else 2), stopped[1])
                for way in (running[j], start):
                    if way:
                        next_running[j + 1] = _choose_cheaper(next_running[j + 1], way)
        idle, running = next_idle, next_running
    ends = [way for way in (idle[-1], running[-1]) if way]
    return min(ends) if ends else None


def _choose_cheaper(one: tuple[int, str] | None, other: tuple[int, str]) -> tuple[int, str]:
    return other if one is None or other[0] < one[0] else one


def remove_heading_pieces(lines: list[str], headings: list[str]) -> tuple[list[str], list[str]]:
    r"""Remove pieces of headings from the lines of a measure.

    Returns the remaining lines (\x01 marks changed ones) and the headings found complete.
    """
    out = list(lines)
    found_headings: list[str] = []
    for heading in headings:
        remaining_lines, at, piece_count = list(out), 0, 0
        for place, line in enumerate(remaining_lines):
            if at >= len(heading):
                break
            bare = line.removeprefix("\x01")
            length = _count_common_start(bare, heading[at:])
            if length == len(bare) or (length >= 3) or (length >= 2 and length == len(heading) - at):
                remaining_lines[place] = "\x01" + bare[length:] if length < len(bare) else ""
                at += length
                piece_count += 1
        if at == len(heading) and piece_count > 1:
            out = [line for line in remaining_lines if line not in ("", "\x01")]
            found_headings.append(heading)
    return out, found_headings


def _count_common_start(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


_INNER_ITEM_NUMBER_RE = re.compile(rf"(?<=[{HAN}])（[一二三四五六七八九十]{{1,3}}）")
_PIECE_AFTER_SENTENCE_RE = re.compile(rf"(?<=。)(?P<piece>[{HAN}]{{2,12}})(?=\d{{1,2}}[．.、])")
_PIECE_WITH_FULL_STOP_RE = re.compile(rf"(?P<piece>[{HAN}]{{1,4}}。)\s?(?=[{HAN}])")
_CONTEXT_CHARACTERS = 3
_MAX_PIECE_CHARACTERS = 12


@dataclass(slots=True)
class MendedLines:
    """The lines (one or two) that remain of a line without a printed-in heading, and that heading ("": none)."""

    lines: list[str] = field(default_factory=list)
    heading: str = ""


def has_heading_inside(line: str) -> bool:
    """Return true if a heading was printed into a line."""
    return _INNER_ITEM_NUMBER_RE.search(line) is not None


def remove_heading(line: str, other_lines: str) -> MendedLines:
    """Remove a heading that was printed into a line; the line stays as it is if unsure.

    `other_lines` is the text of the page, by which torn words are recognized.
    """
    match = _INNER_ITEM_NUMBER_RE.search(line)
    if match is None:
        return MendedLines([line])
    piece_end = _find_piece_end(line, match.start(), match.end(), other_lines)
    if piece_end is None:
        return MendedLines([line])
    pieces, rest_of_line = [line[match.start() : piece_end]], line[: match.start()] + line[piece_end:]
    after = match.start()
    cut = None
    if between := _PIECE_AFTER_SENTENCE_RE.search(rest_of_line, after):
        pieces.append(between["piece"])
        rest_of_line = rest_of_line[: between.start()] + rest_of_line[between.end() :]
        cut = after = between.start()
    tail, rest_of_line, unit = _read_tail("".join(pieces), rest_of_line, after, other_lines)
    heading = "".join(pieces) + tail
    if not heading.endswith("。"):
        return MendedLines([line])
    lines = [rest_of_line] if cut is None else [rest_of_line[:cut], _restore_unit(rest_of_line[cut:], unit)]
    return MendedLines(lines, heading)


def _find_piece_end(line: str, start: int, first_end: int, other_text: str) -> int | None:
    """Return the end of a piece that splits a line in two, or None."""
    for end in range(first_end, min(first_end + _MAX_PIECE_CHARACTERS, len(line) - _CONTEXT_CHARACTERS)):
        joined = line[start - _CONTEXT_CHARACTERS : start] + line[end : end + _CONTEXT_CHARACTERS]
        torn = line[start - _CONTEXT_CHARACTERS : end + 1]
        if joined in other_text and other_text.count(torn) <= line.count(torn):
            return end
    return None


def _read_tail(heading: str, line: str, after: int, other_text: str) -> tuple[str, str, str]:
    """Return (end of a heading, line without it, letters of a unit before it)."""
    for match in _PIECE_WITH_FULL_STOP_RE.finditer(line, after):
        start, end = match.start(), match.end()
        for begin in range(match.end("piece") - 2, start - 1, -1):  # the shortest piece that mends
            joined = line[begin - _CONTEXT_CHARACTERS : begin] + line[end : end + 2]
            if len(joined) == _CONTEXT_CHARACTERS + 2 and joined in other_text:
                piece = line[begin : match.end("piece")]
                split = max(range(len(piece)), key=lambda n: other_text.count(heading[-1] + piece[n:]))
                return piece[split:], line[:begin] + line[end:], piece[:split]
    return "", line, ""


def _restore_unit(line: str, letters: str) -> str:
    """Return the line with the letters added to a name that then is an office."""
    end = line.rfind("。") + 1
    for piece in line[end:].split():
        if letters and not is_office(piece) and is_office(piece + letters):
            return line[:end] + line[end:].replace(piece, piece + letters, 1)
    return line
