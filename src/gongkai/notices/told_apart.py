"""Running text as clerks type it → lines that reading tells apart: a place behind a label goes to its task, tasks run together are cut.

`公开渠道：政府网站、公示栏` between 责任单位：… and 完成时限：… is about the task above it and begins no task.
`1．……。责任单位：甲。2．……。责任单位：乙。` in one paragraph are two tasks. Pure.
"""

from collections import Counter
from itertools import pairwise

from gongkai.chinese import lazy_re as re
from gongkai.chinese.numerals import to_int
from gongkai.notices.prose_tasks import cut_at_units
from gongkai.reading.words.numbering import number_of
from gongkai.reading.words.paths import as_columns
from gongkai.reading.words.unit_names import ENDS_AS_UNIT

_PLACE = re.compile(
    r"^\s*[（(【]?\s*(?P<label>(?:信息)?(?:公开|发布|公布|展示)(?P<what>路径|渠道|途径|方式|载体|平台|形式|栏目|位置)(?:及渠道)?)\s*[:：]\s*(?P<place>[^\s].*?)[】）)]?[。；;]?\s*$"
)
#: Labels of a task's other facts.
_FACT = re.compile(
    r"^\s*[（(【]?(?:(?:牵头|责任|配合|主办|协办|承办|参与|落实|协助)(?:单位|部门|科室|处室)?|(?:完成|办理|落实|工作)?(?:时限|时间|期限)(?:要求)?|责任人|联系人|备注)\s*[:：]"
)
_NAMES_UNITS = re.compile(
    r"(?:牵头|责任|主办|承办|负责)(?:单位|部门|科室|处室)?\s*[:：]|[（(][^（）()]{2,60}(?:牵头|负责|配合|落实|局|委|办|办公室|政府)(?:[，,；;][^（）()]{0,40})?[）)]"
)
_NUMBER = re.compile(
    r"(?:^|(?<=[。；;）)】]))\s*(?P<mark>(?P<number>\d{1,2})[．.、](?!\d)|[（(](?P<round>[一二三四五六七八九十]{1,3}|\d{1,2})[）)])"
)
#: How far above its task a label may stand.
_MOST_FACTS = 8
#: Numbers so deep (1．) are those of points.
_POINT = 3


def told_apart(prose: str) -> str:
    """Return running text with such lines in their places; the text itself where there are none."""
    parts = [part for line in prose.split("\n") for task in _tasks(line) for part in cut_at_units(task)]
    lines = _with_noted_owner(_with_part_owner([_with_verb(_closed(line)) for line in parts]))
    out: list[str] = []
    for line in lines:
        place = _PLACE.match(line) if len(line) <= 400 else None
        above = _task_above(out) if place else None
        if place is None or above is None:
            out.append(line)
            continue
        task = out[above].rstrip()
        stop = task[-1] if task[-1] in "。；;" else ""
        out[above] = f"{task.removesuffix(stop)}（{_as_bracket(place)}）{stop}"
    return "\n".join(out)


#: （市教育局牵头，5月底前完成 at the end of a line.
_LEFT_OPEN = re.compile(r"[（(](?P<inner>[^（）()]{2,120}?)(?P<stop>[。；;，,]?\s*)$")
_WHO_OR_WHEN = re.compile(r"牵头|配合|负责|责任|主办|协办|承办|时限|[月季年]底?前|完成")


def _closed(line: str) -> str:
    """Close the bracket at the end of a line that says who does what or when, and was left open."""
    match = _LEFT_OPEN.search(line) if len(line) <= 1000 else None
    if match is None or not _WHO_OR_WHEN.search(match["inner"]):
        return line
    sign = "）" if line[match.start()] == "（" else ")"
    return f"{line[: match.end('inner')]}{sign}{match['stop']}"


#: 〔区住建局、各镇街；每季度末月20日前；小区公告栏〕: units, and more behind them, in the bracket that ends a line.
_BARE_UNITS = re.compile(
    r"(?P<open>[（(〔\[])(?P<who>[^（）()〔〕\[\]；;，,]{2,60})(?=[；;][^（）()〔〕\[\]]{2,120}[）)〕\]]\s*[。；]?\s*$)"
)
_WITH = re.compile(r"^(?P<first>[^、]{2,20})会同(?P<others>.{2,60})$")
_SAYS_WHO = re.compile(r"牵头|负责|配合|落实|承办|主办|协办|协助|参与|具体|[:：]")


def _with_verb(line: str) -> str:
    """Write 负责 behind units that stand alone at the head of a line's last bracket, and 配合 behind those who act with them."""
    match = _BARE_UNITS.search(line) if len(line) <= 2000 else None
    if match is None or _SAYS_WHO.search(match["who"]):
        return line
    together = _WITH.match(match["who"])
    first = together["first"] if together else match["who"]
    names = [*first.split("、"), *(together["others"].split("、") if together else ())]
    if not all(ENDS_AS_UNIT.search(name) or name.startswith("各") for name in names):
        return line
    who = f"{first}负责，{together['others']}配合" if together else f"{first}负责"
    return f"{line[: match.start('who')]}{who}{line[match.end('who') :]}"


#: 未注明的由市政府办公室负责: who does what names nobody.
_NOTED = re.compile(
    r"(?:未|没有)(?:另行|单独)?(?:注明|标明|标注|列明|明确|写明)[^，。；\n]{0,10}(?:单位|部门|的|者)[^，。；\n]{0,6}[，,]?(?:均|都|统一|一律)?由(?P<who>[^，。；\n]{3,40}?)(?P<verb>负责|牵头|落实|承办)"
)


#: （本部分由市政府办公室牵头，各部门配合）
_PART = re.compile(
    r"本(?:部分|章|节|板块)[^，。；]{0,8}?由(?P<who>[^，。；]{3,40}?)(?P<verb>牵头|负责|落实)(?:[，,](?P<others>[^，。；（）()]{3,40}?)(?:配合|协助|参与))?"
)


def _with_part_owner(lines: list[str]) -> list[str]:
    """Put who leads a part by a note in it behind the points of the part that name nobody."""
    numbers = [number_of(line) for line in lines]
    heads = [at for at, number in enumerate(numbers) if number and number.depth == 1]
    out = list(lines)
    for begin, end in pairwise([*heads, len(lines)]):
        note = next((match for line in lines[begin:end] if (match := _PART.search(line))), None)
        for at in range(begin + 1, end) if note else ():
            number, below = numbers[at], next((one for one in numbers[at + 1 : end] if one), None)
            leaf = number is not None and not (below and below.depth > number.depth)
            under = next((text for text in lines[at + 1 : end] if text.strip()), "")
            if note and leaf and not _NAMES_UNITS.search(lines[at]) and not _FACT.match(under):
                others = f"，{note['others']}配合" if note["others"] else ""
                out[at] = f"{lines[at].rstrip()}（{note['who']}{note['verb']}{others}）"
    return out


#: 以上由市财政局牵头, 第4、5项由市卫生健康委负责: a note about the points above it.
_NOTE_ABOVE = re.compile(
    r"^\s*[（(]?(?:以上|上述|第[（(]?\d)[^。]{0,30}?由[^。]{3,60}?(?:牵头|负责|落实|承办)"
)


def _with_noted_owner(lines: list[str]) -> list[str]:
    """Put who does what names nobody behind the points of such a list that name nobody, where other points or notes above name theirs."""
    note = next((match for line in lines if (match := _NOTED.search(line))), None)
    if note is None:
        return lines
    depths = [number.depth if (number := number_of(line)) else 0 for line in lines]
    names = [bool(_NAMES_UNITS.search(line)) for line in lines]
    counts = Counter(depth for depth, named in zip(depths, names, strict=True) if depth and named)
    last = max((at for at, line in enumerate(lines) if _NOTE_ABOVE.match(line)), default=len(lines))
    out = []
    for at, line in enumerate(lines):
        below = next((text for text in lines[at + 1 :] if text.strip()), "")
        point = counts[depths[at]] > 1 or (at > last and depths[at] >= _POINT)
        waits = point and not (names[at] or _FACT.match(below) or _NOTED.search(line))
        out.append(f"{line.rstrip()}（{note['who']}{note['verb']}）" if waits else line)
    return out


def _as_bracket(match: re.Match[str]) -> str:
    """The place as a bracket that reading knows: 公开栏目：教育信息 is a column of the site."""
    place = match["place"].strip("；;。 ")
    if match["what"] in {"栏目", "位置"}:
        return f"公开路径：{as_columns(place)}"
    return f"公开渠道：{place}" if match["what"] in {"方式", "途径", "形式"} else f"{match['label']}：{place}"


def _task_above(lines: list[str]) -> int | None:
    """The line of the task that a label is about: the nearest one above that is no label itself."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _MOST_FACTS), -1):
        if not lines[place].strip():
            continue
        if not _FACT.match(lines[place]):
            return place if len(lines[place].strip()) > 6 else None
    return None


def _tasks(line: str) -> list[str]:
    """Cut a paragraph before the numbers that go on counting, where what stands before and behind names its own units."""
    if len(line) > 5000:
        return [line]
    parts, begin = [], 0
    counts: dict[str, int] = {}
    for match in _NUMBER.finditer(line):
        kind = "number" if match["number"] else "round"
        value = to_int(match[kind]) or 0
        before, behind = line[begin : match.start()], line[match.start() :]
        if (
            value == counts.get(kind, 0) + 1 > 1
            and _NAMES_UNITS.search(before)
            and _NAMES_UNITS.search(behind)
        ):
            parts.append(before)
            begin = match.start("mark")
        counts[kind] = value
    return [*parts, line[begin:]]
