"""Break titles into balanced lines at word boundaries (GB/T 9704—2012, 7.3.1)."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.writing.wrapping import get_line_width, remove_forbidden_characters

#: Characters of 2号 in a line of 156 mm: twenty, less one, as figures are wider than half a character in most
#: fonts.
MAX_TITLE_LINE_CHARACTERS = 19
#: Places where a line may end without cutting a word (the end of each match), best first.
_GOOD_BREAK_PATTERNS = (
    re.compile(r"(?=关于)"),
    re.compile(r"印发|转发|公布|调整|修订|开展|做好|》"),
    re.compile(r"(?=《)|\d{4}年(?:度)?|工作要点|(?=任务分工)|(?=的(?:通知|意见|决定|公告|函|报告)$)"),
    re.compile(r"(?=实施|工作方案|考核|行动计划|有关)|[、，]|政务公开|[和与及]"),
)
#: Cost of a line break by rank in `_GOOD_BREAK_PATTERNS`, of one anywhere else, and of one that is forbidden.
_BREAK_COSTS, _OTHER_BREAK_COST, _FORBIDDEN_BREAK_COST = (0.0, 2.0, 6.0, 9.0), 25.0, 10_000.0
_FORBIDDEN_LINE_STARTS = frozenset("》）〉”’、，。：；的")
_INNER_QUOTES = str.maketrans("“”", "‘’")
_FORBIDDEN_LINE_ENDS = frozenset("《（〈“‘")


def cite_title(title: str, number: str = "") -> str:
    """Return a title in 《》 with inner ones in 〈〉 (GB/T 15834—2011), followed by its number.

    >>> cite_title("关于印发《停车办法》的通知", "云府发〔2026〕3号")
    '《关于印发〈停车办法〉的通知》（云府发〔2026〕3号）'
    """
    inner = title.strip()
    if inner.startswith("《") and inner.find("》") == len(inner) - 1:
        inner = inner[1:-1]
    marked = inner.replace("《", "〈").replace("》", "〉")
    return f"《{marked}》{f'（{number}）' if number else ''}"


def quote_words(text: str) -> str:
    """Return words in quotation marks, inner ones as ‘’ (GB/T 15834—2011, 4.8.3.4).

    >>> quote_words("微信公众号“云岭发布”")
    '“微信公众号‘云岭发布’”'
    """
    return f"“{text.strip().translate(_INNER_QUOTES)}”"


def split_title_lines(text: str) -> list[str]:
    """Return the lines of a title; existing line breaks are kept."""
    if "\n" in text:
        return text.splitlines()
    if get_line_width(text) <= MAX_TITLE_LINE_CHARACTERS:
        return [text]
    costs = _compute_break_costs(text)
    wanted = int(-(-get_line_width(text) // MAX_TITLE_LINE_CHARACTERS))
    for count in (wanted, wanted + 1):
        best = _divide_title(text, costs, count)
        if best:
            return best
    return [text]


#: Maximum cost of a break that is good enough for a narrow page.
_MAX_GOOD_COST = _BREAK_COSTS[2]


def split_title_pieces(text: str) -> list[str]:
    """Return the parts of a title between which a line may break.

    >>> split_title_pieces("云岭市教育局关于做好2026年9月招生工作的通知")
    ['云岭市教育局', '关于做好', '2026年9月招生工作的通知']
    """
    costs, made = _compute_break_costs(text), [0]
    made += [place for place in range(1, len(text)) if costs[place] <= _MAX_GOOD_COST]
    return [text[a:b] for a, b in zip(made, [*made[1:], len(text)], strict=True)]


def break_title_lines(text: str) -> list[str]:
    """Return the printed lines of a title; too long lines are broken between words."""
    written = [line for value in text.splitlines() if (line := remove_forbidden_characters(value).strip())]
    return [line for value in written for line in split_title_lines(value)]


def _compute_break_costs(text: str) -> list[float]:
    """Return the cost of a line break before each character."""
    costs = [_OTHER_BREAK_COST] * len(text)
    for rank, pattern in reversed(list(enumerate(_GOOD_BREAK_PATTERNS))):
        for match in pattern.finditer(text):
            if 0 < match.end() < len(text):
                costs[match.end()] = _BREAK_COSTS[rank]
    for place in range(1, len(text)):
        inside = text[place - 1].isascii() and text[place].isascii()
        unit = text[place - 1].isdigit() and text[place] in "年月日"
        unit = unit or (text[place - 1] in "年月" and text[place].isdigit())  # 2026年9月
        if inside or unit or text[place] in _FORBIDDEN_LINE_STARTS or text[place - 1] in _FORBIDDEN_LINE_ENDS:
            costs[place] = _FORBIDDEN_BREAK_COST
    return costs


def _divide_title(text: str, costs: list[float], count: int) -> list[str]:
    """Return the cheapest division into `count` lines; [] if none fits."""
    ideal = get_line_width(text) / count
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for lines in range(1, count + 1):
        for end in range(lines, len(text) + 1):
            for start in range(end - 1, -1, -1):
                width = get_line_width(text[start:end])
                if width > MAX_TITLE_LINE_CHARACTERS:
                    break
                if (lines - 1, start) not in best:
                    continue
                price = best[lines - 1, start][0] + (width - ideal) ** 2 / 2
                price += costs[end] if end < len(text) else 0.0
                if price < _FORBIDDEN_BREAK_COST and price < best.get((lines, end), (_FORBIDDEN_BREAK_COST, 0))[0]:
                    best[lines, end] = (price, start)
    made: list[str] = []
    end = len(text)
    for lines in range(count, 0, -1):
        if (lines, end) not in best:
            return []
        start = best[lines, end][1]
        made.insert(0, text[start:end])
        end = start
    return made
