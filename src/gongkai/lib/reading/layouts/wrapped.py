"""Paragraphs whose lines were broken at a fixed width, as printers and mail programs do: put together again."""

from collections import Counter

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.layouts.drawn import SIGN
from gongkai.lib.reading.words.clauses import says_who
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS

#: Narrower lines than this are cells or verse.
_NARROW = 18
#: A stop, or a whole line in brackets: （责任科室：办公室；完成时限：年底前）.
_ENDED = re.compile(r"[。；;：:！？!?]$|^[（(【].*[）)】]$")
#: A word and a colon on a line of its own: 3月：, 责任单位：.
_LABEL_ALONE = re.compile(r"[^。；;，,]{1,14}[：:]")
_INDENT = re.compile(r"[ \t\u3000]{2,}")


def unwrapped(lines: list[str]) -> list[str]:
    """Return the lines with those joined that a fixed width broke; the same lines where none did.

    It did where the longest lines are all as long as one another, a third of all lines are such, and most of these end in the middle of
    a sentence.
    """
    widths = [_width(line.strip()) for line in lines if line.strip()]
    longest = max(widths, default=0)
    if longest < 2 * _NARROW or longest > 200:
        return lines
    edge = longest - (
        8 if longest >= 48 else 5
    )  # a mark that may begin no line and figures that stay whole leave longer gaps
    full = [line.strip() for line in lines if _width(line.strip()) >= edge]
    torn = sum(not _ENDED.search(line) or _is_open(line) for line in full)
    if len(full) < 4 or len(full) * 4 < len(widths) or torn * 3 < len(full) * 2 or torn < 4:
        return lines
    indented = sum(bool(_INDENT.match(line)) for line in lines) >= 2
    return _joined(lines, edge, indented=indented)


#: A bracket that says who does it.
_OF_UNITS = re.compile(rf"[（(【〔\[](?=[^（(【〔\[）)】〕\]]{{0,4}}?{LABEL_OF_UNITS})")
_CLOSING = {"（": "）", "(": "）", "【": "】", "〔": "〕", "[": "]"}
_MOST_LINES = 4


def with_whole_brackets(lines: list[str]) -> list[str]:
    """Return the lines with those joined among which a bracket of units is torn: （责任单位：市司法局， / 完成时限：每季度）.

    One that no later line closes, before the next point, ends with its own line.
    """
    out: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        opened = _left_open(line) if len(line) <= 2000 else None
        place += 1
        if opened is None:
            out.append(line)
            continue
        joined, taken = line.rstrip(), 0
        for more in lines[place : place + _MOST_LINES - 1]:
            if number_of(more.strip()) or not more.strip():
                break
            joined, taken = joined + more.strip(), taken + 1
            if _left_open(joined) is None:
                break
        if _left_open(joined) is None:
            out.append(joined)
            place += taken
        else:
            out.append(line.rstrip() + _CLOSING[opened])
    return out


#: A stop, or the sign that stands for a character a page lost, before the last sentence or bracket.
_LOST = re.compile(r"[？?。；](?P<inner>[^？?。；（(）)]{4,200})[）)](?P<end>[。；]?)\s*$")


def with_opened_brackets(lines: list[str]) -> list[str]:
    """Return the lines with the bracket opened again that a page lost in front of who does it: `……公开?市财政局牵头落实)`."""
    return [_with_opened(line) if line.rstrip("。； ").endswith(("）", ")")) else line for line in lines]


def _with_opened(line: str) -> str:
    opened, closed = (sum(line.count(sign) for sign in signs) for signs in ("（(", "）)"))
    match = _LOST.search(line) if closed > opened and len(line) <= 6000 else None
    if match is None or not says_who(match["inner"]):
        return line
    stop = line[match.start()]
    return f"{line[: match.start()]}{'' if stop in '？?' else stop}（{match['inner']}）{match['end']}"


#: A line that is a bracket of units and nothing more.
_ALONE = re.compile(
    rf"\s*{_OF_UNITS.pattern}[^（(【〔\[）)】〕\]]{{2,300}}(?:[（(][^（）()]{{1,40}}[）)][^（()）]{{0,200}})*[）)】〕\]][。；]?\s*"
)
#: 。（牵头单位：A）……。: a sentence behind a bracket of units.
_MORE_BEHIND = re.compile(r"[）)】〕\]][^（(【〔\[）)】〕\]]{4,400}。$")


def with_brackets_at_their_sentences(lines: list[str]) -> list[str]:
    """Return the lines with a bracket of units put behind the line above it, where that line's other sentences have brackets of their own."""
    out: list[str] = []
    for line in lines:
        above = out[-1].rstrip() if out else ""
        torn = len(line) <= 600 and len(above) <= 6000 and _ALONE.fullmatch(line)
        if torn and (more := _MORE_BEHIND.search(above)) and _OF_UNITS.search(above, 0, more.start()):
            out[-1] = above + line.strip()
        else:
            out.append(line)
    return out


def _left_open(line: str) -> str | None:
    """The sign of the line's last bracket of units where nothing closes it, None where all is closed."""
    found = list(_OF_UNITS.finditer(line))
    if not found:
        return None
    last = found[-1]
    rest = line[last.start() :]
    opened, closed = (sum(rest.count(sign) for sign in signs) for signs in ("（(【〔[", "）)】〕]"))
    return last[0] if opened > closed else None


def _is_open(line: str) -> bool:
    """True where a bracket stands open at the line's end: （责任单位：各镇；"""
    opened, closed = (sum(line.count(sign) for sign in signs) for signs in ("（(【〔", "）)】〕"))
    return opened > closed


def _width(line: str) -> int:
    """How wide a line is printed, in halves of a Chinese character."""
    counts = Counter(char.isascii() for char in line)
    return counts[True] + 2 * counts[False]


def _joined(lines: list[str], edge: int, *, indented: bool) -> list[str]:
    out: list[list[str]] = []
    goes_on = False
    for line in lines:
        bare = line.strip()
        begins = bool(_INDENT.match(line)) if indented else bool(number_of(bare))
        begins = begins or bool(SIGN.match(line) or _LABEL_ALONE.fullmatch(bare))
        if goes_on and bare and not begins:
            out[-1].append(bare)
        else:
            out.append([line])
        full = _width(line.strip() if out[-1][-1] == bare else line.rstrip()) >= edge
        goes_on = full and (indented or not _ENDED.search(bare) or _is_open("".join(out[-1])))
    return ["".join(parts) for parts in out]
