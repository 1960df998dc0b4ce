"""Classify the lines of a broken page: measures, and pieces of other cells."""

from dataclasses import dataclass, field
from itertools import combinations, islice

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN

_SIGNS_WITHOUT_SPACE = r"0-9A-Za-z>＞/“”—：%‘’《》"
_SPACE_BESIDE_SIGN_RE = re.compile(rf"(?<=[{_SIGNS_WITHOUT_SPACE}])[ \u3000]+|[ \u3000]+(?=[{_SIGNS_WITHOUT_SPACE}])")
#: The number with which a heading begins.
HEADING_START_PATTERN = re.compile(r"[一二三四五六七八九十]{1,2}、|（[一二三四五六七八九十]{1,3}）")


def remove_meaningless_spaces(line: str) -> str:
    """Return a line without meaningless spaces; the remaining ones separate cells."""
    return re.sub(r"[ \u3000]+", " ", _SPACE_BESIDE_SIGN_RE.sub("", line)).strip()


def is_measure(line: str) -> bool:
    """Return true if a line looks like a part of a measure: a numbered point, or a long clause."""
    text = line.replace(" ", "")
    number = find_number(text)
    if number and number.depth >= 3:
        return True
    if number and number.depth <= 2:
        return False
    if len(text) > 14 and not UNIT_NAME_END_PATTERN.search(text) and "的" in text:
        return True
    return len(text) > 12 and bool(re.search(r"[，。；>：]|、[^、]{0,12}的", text))


@dataclass(slots=True)
class PageChunk:
    """The lines between two heading blocks: usually a page."""

    headings: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


def has_item_headings(lines: list[str]) -> bool:
    """Return whether （一） numbers belong to headings rather than to text."""
    starts = [n for n, line in enumerate(lines) if HEADING_START_PATTERN.match(line.strip())]
    firsts = [n for n in starts if not lines[n].strip().startswith("（")]
    return not firsts or any(
        "（" in line[:1] or re.search(r"（[一二三四五六七八九十]{1,3}）", line)
        for n in firsts
        for line in (text.strip() for text in lines[n : n + 4])
    )


def split_chunks(
    lines: list[str], *, items: bool = True, extra_pieces: dict[int, str] | None = None
) -> list[PageChunk]:
    """Split the lines of a text at its blocks of headings; `items`: numbers （一） are headings.

    `extra_pieces` are headings that were found inside a line: they belong to the block above it.
    """
    chunks = [PageChunk()]
    in_block = False
    for place, raw in enumerate(lines):
        line = remove_meaningless_spaces(raw)
        if extra_pieces and place in extra_pieces:
            chunks[-1].headings.append(extra_pieces[place])
        if not line:
            continue
        number = HEADING_START_PATTERN.match(line) if items or not line.startswith("（") else None
        starts = bool(number) and (in_block or not _has_unfinished_measure(chunks[-1].body))
        if starts and not (in_block and not chunks[-1].body):
            chunks.append(PageChunk())
            in_block = True
        if not in_block:
            chunks[-1].body.append(line)
            continue
        heading, rest = _split_heading_part(line, starts=starts)
        if heading:
            chunks[-1].headings.append(heading)
        if rest:
            chunks[-1].body.append(rest)
            in_block = False
    return [chunk for chunk in chunks if chunk.headings or chunk.body]


def _has_unfinished_measure(body: list[str]) -> bool:
    """Return true if the last measure of a chunk is not complete."""
    last = next((line for line in reversed(body) if is_measure(line)), "")
    return bool(last) and not _is_complete_sentence(_split_tail(last)[0]) and not last.endswith(("。", "；"))


_LINE_HEAD_RE = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}、[^（。，]{0,40})?\s?(?:（[一二三四五六七八九十]{1,3}）[^。（]{2,40}。)?\s?"
)


def _split_heading_part(line: str, *, starts: bool) -> tuple[str, str]:
    """Return (heading, measure) of a line; `starts`: it is the first of a chunk."""
    if not starts:
        return ("", line) if is_measure(line) else (line.replace(" ", ""), "")
    front = _LINE_HEAD_RE.match(line)
    text_after_number = line[front.end() :] if front else line
    if (
        front
        and front.end()
        and text_after_number
        and is_measure(text_after_number)
        and (len(text_after_number) > 20 or find_number(text_after_number))
    ):
        return front.group(0).replace(" ", ""), text_after_number
    return line.replace(" ", ""), ""


@dataclass(slots=True)
class SplitChunk:
    """The text of a chunk: paragraphs of measures, and fragments of unit names.

    `units` has (pieces on one line, paragraph before them or None): a line may contain pieces of two columns.
    """

    paragraphs: list[str] = field(default_factory=list)
    units: list[tuple[list[str], int | None]] = field(default_factory=list)
    patched: set[int] = field(default_factory=set)  # paragraphs something was taken out of


def split_chunk(lines: list[str], names: set[str]) -> SplitChunk:
    """Split the lines of a chunk into measures and fragments of unit names."""
    chunk = SplitChunk()
    lines, taken_out = _remove_prefixes(lines, names)
    open_paragraph = False
    only_number = ""
    for place, line in enumerate(lines):
        if place in taken_out:
            chunk.units.append(([taken_out[place]], None))
        if re.fullmatch(r"\d{1,2}[．.、]", line):
            only_number = line
            continue
        text, only_number = only_number + line, ""
        text = text.removeprefix("\x01") if (taken := text.startswith("\x01")) else text
        continues = open_paragraph and find_number(text) is None
        if is_measure(text) or (continues and _continues_paragraph(chunk.paragraphs[-1], text, names)):
            body, tail = _split_tail(text)
            if continues and (not _is_complete_sentence(chunk.paragraphs[-1])):
                chunk.paragraphs[-1] += body
                chunk.patched.add(len(chunk.paragraphs) - 1)
            else:
                chunk.paragraphs.append(body)
            if taken:
                chunk.patched.add(len(chunk.paragraphs) - 1)
            if tail:
                chunk.units.append((tail.split(" "), len(chunk.paragraphs) - 1))
            open_paragraph = not _is_complete_sentence(chunk.paragraphs[-1])
        else:
            chunk.units.append((text.split(" "), None))
    return chunk


def _is_complete_sentence(text: str) -> bool:
    opened = sum(text.count(char) for char in "（〔") - sum(text.count(char) for char in "）〕")
    return text.endswith(("。", "；")) and opened <= 0


def _continues_paragraph(paragraph: str, text: str, names: set[str]) -> bool:
    """Return whether the paragraph continues with this text."""
    if _is_complete_sentence(paragraph):
        return False
    return text.endswith("。") and not any(text.rstrip("。") in name for name in names)


def _split_tail(text: str) -> tuple[str, str]:
    """Return (text, units after its last sentence or "")."""
    end = max(text.rfind(mark) for mark in ("。", "；"))
    if end < 0 or end == len(text) - 1:
        return text, ""
    tail = text[end + 1 :].strip()
    return (
        (text[: end + 1], tail)
        if len(tail) <= 400 and not re.search(r"[，>：]|\d[．.]|（公开", tail) and tail.count("（") == tail.count("）")
        else (text, "")
    )


def _remove_prefixes(lines: list[str], names: set[str]) -> tuple[list[str], dict[int, str]]:
    """Remove unit names broken over two lines; return (lines, names by line)."""
    out = list(lines)
    names_by_line: dict[int, str] = {}
    for place in range(len(out) - 1):
        line, next_line = out[place], out[place + 1]
        if not is_measure(line) or len(next_line) < 4:
            continue
        for name in names:
            cut = next(
                (
                    k
                    for k in range(2, len(name) - 1)
                    if line.startswith(name[:k])
                    and next_line.startswith(name[k:])
                    and len(name) - k >= 2
                    and name not in line
                ),
                None,
            )
            if cut and find_number(line) is None and place > 0 and not out[place - 1].endswith(("。", "；")):
                out[place] = "\x01" + line[cut:]
                out[place + 1] = "\x01" + next_line[len(name) - cut :]
                names_by_line[place] = name
                break
    return out, names_by_line


def group_rows(paragraphs: list[str]) -> list[list[int]]:
    """Return the paragraph indices of each table row."""
    rows: list[list[int]] = []
    numbers: list[ParagraphNumber] = []
    for place, text in enumerate(paragraphs):
        number = find_number(text)
        if rows and (
            bool(re.match(r"[（〔]公开(?:路径|渠道)", text)) or (number and numbers and _is_next(numbers, number))
        ):
            rows[-1].append(place)
        else:
            rows.append([place])
            numbers = []
        if number:
            numbers.append(number)
            inner = re.findall(r"(?<=。)\s*(\d{1,2})[．.]", text)
            numbers.extend(ParagraphNumber(number.depth, int(value), 2) for value in inner)
        else:
            inner = re.findall(r"(?<=。)\s*(\d{1,2})[．.]", text)
            numbers.extend(ParagraphNumber(3, int(value), 2) for value in inner)
    return rows


def list_groupings(paragraphs: list[str]) -> list[list[list[int]]]:
    """Return possible groupings of paragraphs into table rows, the likeliest first."""
    usual = group_rows(paragraphs)
    out = [usual]
    joins = [
        n
        for n in range(1, len(usual))
        if find_number(paragraphs[usual[n - 1][-1]]) is None
        and (number := find_number(paragraphs[usual[n][0]]))
        and number.value == 1
    ]
    for count in range(1, len(joins) + 1):
        out.extend(_join_rows(usual, chosen) for chosen in islice(combinations(joins, count), 20))
    out.append([[n] for n in range(len(paragraphs))])
    return out[:60]


def _join_rows(rows: list[list[int]], joins: tuple[int, ...]) -> list[list[int]]:
    """Return rows of which those numbered in `joins` are joined to the row before."""
    out: list[list[int]] = []
    for n, row in enumerate(rows):
        if n in joins:
            out[-1] = [*out[-1], *row]
        else:
            out.append(list(row))
    return out


def _is_next(numbers: list[ParagraphNumber], number: ParagraphNumber) -> bool:
    """Return true if a number continues the numbers read so far."""
    previous = numbers[-1]
    if number.depth == previous.depth:
        return number.value == previous.value + 1
    if number.depth > previous.depth:
        return number.value == 1
    same_level = [earlier for earlier in numbers if earlier.depth == number.depth]
    return bool(same_level) and number.value == same_level[-1].value + 1
