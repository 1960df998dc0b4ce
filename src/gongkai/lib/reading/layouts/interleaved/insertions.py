"""Remove heading pieces that a PDF printed into the middle of a sentence."""

from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.offices import is_office

_MARK = re.compile(rf"(?<=[{HAN}])（[一二三四五六七八九十]{{1,3}}）")
_BETWEEN = re.compile(rf"(?<=。)(?P<piece>[{HAN}]{{2,12}})(?=\d{{1,2}}[．.、])")
_STOP = re.compile(rf"(?P<piece>[{HAN}]{{1,4}}。)\s?(?=[{HAN}])")
_AROUND = 3
_LONGEST = 12


@dataclass(slots=True)
class Mended:
    """The restored lines, and the heading that the pieces form."""

    lines: list[str] = field(default_factory=list)
    heading: str = ""


def is_torn(line: str) -> bool:
    """Return whether a line has a heading number inside a sentence."""
    return _MARK.search(line) is not None


def mend(line: str, others: str) -> Mended:
    """Remove a heading from a line; `others` is the whole text. Unchanged if unsure."""
    match = _MARK.search(line)
    if match is None:
        return Mended([line])
    first = _taken(line, match.start(), match.end(), others)
    if first is None:
        return Mended([line])
    pieces, rest = [line[match.start() : first]], line[: match.start()] + line[first:]
    after = match.start()
    cut = None
    if between := _BETWEEN.search(rest, after):
        pieces.append(between["piece"])
        rest = rest[: between.start()] + rest[between.end() :]
        cut = after = between.start()
    tail, rest, unit = _tail("".join(pieces), rest, after, others)
    heading = "".join(pieces) + tail
    if not heading.endswith("。"):
        return Mended([line])
    lines = [rest] if cut is None else [rest[:cut], _with_unit(rest[cut:], unit)]
    return Mended(lines, heading)


def _taken(line: str, start: int, least: int, others: str) -> int | None:
    for end in range(least, min(least + _LONGEST, len(line) - _AROUND)):
        joined = line[start - _AROUND : start] + line[end : end + _AROUND]
        torn = line[start - _AROUND : end + 1]
        if joined in others and others.count(torn) <= line.count(torn):
            return end
    return None


def _tail(heading: str, rest: str, after: int, others: str) -> tuple[str, str, str]:
    for match in _STOP.finditer(rest, after):
        start, end = match.start(), match.end()
        for begin in range(match.end("piece") - 2, start - 1, -1):  # the shortest piece that mends
            joined = rest[begin - _AROUND : begin] + rest[end : end + 2]
            if len(joined) == _AROUND + 2 and joined in others:
                piece = rest[begin : match.end("piece")]
                split = max(range(len(piece)), key=lambda n: others.count(heading[-1] + piece[n:]))
                return piece[split:], rest[:begin] + rest[end:], piece[:split]
    return "", rest, ""


def _with_unit(line: str, letters: str) -> str:
    end = line.rfind("。") + 1
    for piece in line[end:].split():
        if letters and not is_office(piece) and is_office(piece + letters):
            return line[:end] + line[end:].replace(piece, piece + letters, 1)
    return line
