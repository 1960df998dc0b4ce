"""Units that a text assigns to its points by their numbers: 第2、3项由县教育局负责; 县财政局：负责第1项。"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.words.clauses import says_who
from gongkai.lib.reading.words.numbering import number_of

_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_NUMBERS = rf"(?:{_N})(?:\s*(?:[、，,和及至到—–~～-]|项[、，和及]第)\s*(?:{_N}))*"
#: 第1项由县财政局负责
_BY_NUMBER = re.compile(
    rf"第(?P<numbers>{_NUMBERS})[项条](?:任务|工作|措施)?[，,：:]?(?:由)?(?P<who>[^；;。第]{{3,80}})[；;。]?\s*"
)
#: 县财政局：负责第1项。
_BY_UNIT = re.compile(
    rf"\s*(?:\d{{1,2}}[．.、]|[（(][一二三四五六七八九十\d]{{1,3}}[）)])?(?P<who>[^：:；;。]{{2,60}}?)(?:[：:](?P<verb>牵头|负责|承担|配合)?|(?P<does>牵头|负责|承担|配合))第(?P<numbers>{_NUMBERS})[项条](?:任务|工作|措施)?[；;。]?\s*"
)
_RANGE = re.compile(rf"(?P<first>{_N})\s*[至到—–~～-]\s*(?P<last>{_N})")
_LEAST = 2


def with_assigned_units(lines: list[str]) -> list[str]:
    """Return the lines with each point's units in a bracket behind it, where a later paragraph assigns them by the points' numbers."""
    said: dict[int, list[str]] = {}
    spent: set[int] = set()
    for place, line in enumerate(lines):
        found = _assignments(line) if len(line) <= 2000 else []
        if found:
            spent.add(place)
        for numbers, who in found:
            for number in numbers:
                said.setdefault(number, []).append(who)
    points = _points([line for place, line in enumerate(lines) if place not in spent])
    if len(said) < _LEAST or not set(said) <= set(points) or len(points) != len(set(points)):
        return lines
    spent |= {n - 1 for n in spent if n and n - 1 not in spent and _is_heading_of(lines[n - 1])}
    return [
        _named(line, said) if line.strip() else line for place, line in enumerate(lines) if place not in spent
    ]


def _assignments(line: str) -> list[tuple[list[int], str]]:
    """What a paragraph that does nothing else assigns: (numbers, who)."""
    text = line.strip()
    if match := _BY_UNIT.fullmatch(text):
        verb = match["verb"] or match["does"] or "负责"
        return [(_numbers(match["numbers"]), f"{match['who'].strip()}{verb}")]
    found = list(_BY_NUMBER.finditer(text))
    whole = "".join(match[0] for match in found) == text
    said = [(_numbers(match["numbers"]), match["who"].strip("，, ")) for match in found]
    return said if whole and said and all(says_who(who) for _, who in said) else []


def _numbers(text: str) -> list[int]:
    out: list[int] = []
    for part in re.split(r"(?:项)?[、，,和及]第?", text):
        if match := _RANGE.fullmatch(part.strip()):
            first, last = (to_int(match[name]) or 0 for name in ("first", "last"))
            out.extend(range(first, min(last, first + 99) + 1))
        elif value := to_int(part.strip()):
            out.append(value)
    return out


def _points(lines: list[str]) -> list[int]:
    return [number.value for line in lines if (number := number_of(line)) and number.depth == 3]


def _is_heading_of(line: str) -> bool:
    number = number_of(line)
    return bool(number and number.depth <= 2) and len(line.strip()) <= 20


def _named(line: str, said: dict[int, list[str]]) -> str:
    number = number_of(line)
    who = said.get(number.value) if number and number.depth == 3 else None
    return f"{line.rstrip()}（{'；'.join(who)}）" if who else line
