"""Decide after a full stop whether sentences continue or the units of a row follow."""

from collections import Counter
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.align import is_limit
from gongkai.lib.reading.layouts.unparted.headings import Kind, heading_ends, measure_begins
from gongkai.lib.reading.layouts.unparted.names import Names
from gongkai.lib.reading.words.dues import ReferenceYears, read_limit
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT, is_group, split_outside_brackets

_NONE = re.compile(r"—{1,3}|－{1,3}")
_SUBJECT = re.compile(r"要(?!求)|应|负责|牵头|会同|配合|按职责|每年|和|与|及|等|的|是|为|可|须|不得|根据职责|统一")
_SEPARATORS = "、，,"
MAX_ZONE = 400
_WHEN = ReferenceYears(2000)
_ODD = re.compile(rf"[{HAN}\d、]{{2,8}}?(?=[一二三四五六七八九十]{{1,3}}、|（[一二三四五六七八九十]{{1,3}}）)")
_ODD_NAME = re.compile(
    rf"[省市区县州旗镇乡各][{HAN}]{{2,12}}?(?=[一二三四五六七八九十]{{1,3}}、|（[一二三四五六七八九十]{{1,3}}）)"
)
_ORDER = re.compile(r"公[开布示]|按照|按[月季]|在|召开|编制|自|对|发布|做好|加强|落实|建立|指导|组织")
_LIMIT_START = re.compile(
    r"20\d\d年|\d{1,2}月|\d{1,2}个?(?:工作)?日|每|长期|持续|全年|年底|年内|及时|实时|即时|随时|动态|定期|常态|第?[一二三四]季度|上半年|下半年|"
    rf"[{HAN}]{{2,6}}后\d{{1,2}}个?(?:工作)?日"
)


@dataclass(frozen=True, slots=True)
class Begin:
    """Cells at the start of a text: lead, units, limit, headings, with a score."""

    lead: str = ""
    responsible: str = ""
    limit: str = ""
    headings: tuple[str, ...] = ()
    end: int = 0
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """The structure of a row as the headers imply it."""

    leads: bool
    limits: bool
    names: Names
    kind: Kind
    last: tuple[int, int] = (0, 0)  # values of the first and second heading that hold
    held: str = ""  # the first heading that holds: a page prints it again at its top
    joins: bool = False  # 会同 and 等 may stand between units, too


def headings_at(text: str, shape: Shape) -> list[Begin]:
    """Return possible readings of the headings at the start; the one without any is first."""
    out = [Begin()]
    if shape.held and text.startswith(shape.held):
        out.append(Begin(headings=(shape.held,), end=len(shape.held), score=_AGAIN))
    for end, plus in heading_ends(text, shape.kind):
        score = plus + _counts_on(text, shape.last)
        first = Begin(headings=(text[:end],), end=end, score=score)
        below = heading_ends(text[end:], shape.kind) if text[0] not in "（(" else []
        out.extend(
            replace(first, headings=(text[:end], text[end : end + more]), end=end + more, score=score + plus)
            for more, plus in below
        )
        if not below:
            out.append(first)
    return out


def _counts_on(text: str, last: tuple[int, int]) -> float:
    number = number_of(text)
    if number is None:
        return 0.0
    step = number.value - last[number.depth - 1]
    return 1.0 if step == 1 else -0.5 if 1 < step <= 3 else -3.0


def begin_of(text: str, shape: Shape) -> Begin | None:
    """Return the best reading of units, limit and headings, or None if sentences continue."""
    zone = text[:MAX_ZONE]
    best: Begin | None = None
    for units in units_at(zone, shape):
        for limit_end, plus in _limits(zone, units.end, shape):
            ways = headings_at(zone[limit_end : limit_end + 120], shape)
            for way in ways[1:] or ways[:1]:
                end = limit_end + way.end
                begins = measure_begins(zone[end : end + 40])
                if end == units.end and _SUBJECT.match(zone, end):
                    begins = -3.0
                if way.headings:
                    begins = max(begins, 0.0) + 1.0
                score = units.score + plus + way.score + begins
                if best is None or score > best.score:
                    limit = zone[units.end : limit_end]
                    best = replace(units, limit=limit, headings=way.headings, end=end, score=score)
    return best if best and best.score > 0 else None


def _limits(zone: str, start: int, shape: Shape) -> list[tuple[int, float]]:
    if not shape.limits:
        return [(start, 0.0)]
    out = [(start, -1.5)]
    for end in range(start + 2, min(len(zone), start + 18) + 1):
        if _LIMIT_START.match(zone, start) and _is_tight(zone[start:end]):
            whole = re.search(r"[日底前内年月度]$|长期|坚持|推进|及时|实时|全年|持续", zone[start:end])
            out.append((end, 2.0 + 0.15 * (end - start) * bool(whole)))
    if odd := _ODD.match(zone, start):
        out.append((odd.end(), -1.0))
    return out


def _is_tight(text: str) -> bool:
    if not is_limit(text) or re.search(r"[，。；．“>]|\d、", text):
        return False
    bare = re.sub(rf"^[{HAN}]{{2,6}}后(?=\d)", "", text)
    limits = [due.mode or due.text for due in read_limit(bare, _WHEN)]
    return bool(limits) and max(map(len, limits)) >= len(bare) - 2 and not _ORDER.search(bare)


def units_at(zone: str, shape: Shape) -> list[Begin]:
    """Return possible readings of unit lists at the start."""
    out: list[Begin] = []
    seen: dict[tuple[int, int], float] = {}
    stack: list[tuple[int, int, float, int]] = [(0, 0, 0.0, 0)]  # (place, column, score, where the second begins)
    while stack:
        place, column, score, cut = stack.pop()
        listed = place > 0 and zone[place - 1] in f"{_SEPARATORS}同等"
        for end, plus in _names(zone, place, shape, listed=listed):
            total = score + plus
            if seen.get((end, cut), -99.0) >= total:
                continue
            seen[end, cut] = total
            out.append(_whole(zone, end, cut, column, total, shape))
            if (more := _separator(zone, end, shape)) and total > -6:
                stack.append((end + more, column, total, cut))
            elif column == 0 and shape.leads and total > -6:
                stack.append((end, 1, total, end))
    return sorted(out, key=lambda one: -one.score)[:60]


#: What a heading printed again scores: one that counts on, and ends where the other did.
_AGAIN = 4.0
_JOINS = re.compile(r"会同(?=[省市区县州旗各])|等(?=有关|相关|[省市县]直)")


def _separator(zone: str, end: int, shape: Shape) -> int:
    if end >= len(zone):
        return 0
    join = _JOINS.match(zone, end) if shape.joins else None
    return 1 if zone[end] in _SEPARATORS else len(join[0]) if join else 0


def _names(zone: str, place: int, shape: Shape, *, listed: bool) -> list[tuple[int, float]]:
    if match := _NONE.match(zone, place):
        return [(match.end(), 2.5)]
    found = [(place + end, score) for end, score in shape.names.ends(zone[place : place + 40], listed=listed)]
    if listed and (odd := _ODD_NAME.match(zone, place)):  # misspelt: 各直属国企企
        known = odd.end() in [end for end, _ in found]
        found += [(odd.end(), 0.2)] if not known and _counts_on(zone[odd.end() :], shape.last) > 0 else []
    return found


def _whole(zone: str, end: int, cut: int, column: int, score: float, shape: Shape) -> Begin:
    score -= 0.35 * (sum(zone[:end].count(mark) for mark in _SEPARATORS))
    if not shape.leads:
        return Begin("", zone[:end], end=end, score=score)
    if column == 0:
        return Begin(zone[:end], "", end=end, score=score - 1.5)
    return Begin(zone[:cut], zone[cut:end], end=end, score=score + 0.5)


LEVEL_PATTERN = re.compile(r"[省市区县州旗镇乡各—]|有关|相关")
UNSEPARATED_COLUMNS_DOUBT = "各栏之间没有分隔，按文字内容切分"


#: What a page prints behind its last row: the name of a file to be fetched, buttons.
_FOOT = re.compile(
    r"(?:附件\d{0,2}[：:]?)?(?:关于[^。；]{4,80}|(?:(?!关于)[^。；，、]){0,40})\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)"
    r"|附件下载|(?:扫一?扫|用?微信扫).{0,4}(?:手机|二维码)|分享(?:到|至)|打印本页|关闭窗口|【?字[体号]|责任编辑|上一篇|下一篇|相关链接|返回顶部",
    re.IGNORECASE,
)


def without_page_foot(text: str) -> tuple[str, str]:
    """Remove the page footer at the end of the text."""
    tail = max(0, len(text) - 300)
    stops = [match.end() for match in re.finditer(r"[。；]", text[tail:])]
    start = tail + (stops[-1] if stops else 0)
    match = _FOOT.search(text, start)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


@dataclass(slots=True)
class Row:
    """A row split off the string; fields are empty if not found."""

    headings: tuple[str, ...] = ()
    measure: str = ""
    lead: str = ""
    responsible: str = ""
    limit: str = ""


def let_no_group_lead(rows: list[Row]) -> None:
    """Make groups such as 各区县、各部门 responsible instead of leading."""
    for row in rows:
        if row.lead and not row.responsible and is_group(split_outside_brackets(row.lead)[0]):
            row.lead, row.responsible = "", row.lead


#: So many rows must end in the same units before these are one cell.
_COMMON = 4


def part_by_common_ends(rows: list[Row]) -> None:
    """Split lead from responsible units where many rows end in the same units."""
    ends = [_ends(row.lead + row.responsible) for row in rows]
    counts = Counter(text for row in ends for text in row)
    for row, own in zip(rows, ends, strict=True):
        best = max(own, key=lambda text: (counts[text], len(text)), default="")
        if best and counts[best] >= _COMMON:
            whole = row.lead + row.responsible
            row.lead, row.responsible = whole[: -len(best)], best


def _ends(units: str) -> list[str]:
    starts = [
        n
        for n in range(1, len(units) - 7)
        if LEVEL_PATTERN.match(units, n) and units[n - 1] not in "、，,；;（(" and ENDS_AS_UNIT.search(units[:n])
    ]
    ends = [units[n:] for n in [0, *starts] if len(units) - n >= 8]
    return [text for text in ends if len(re.split(r"[、，,；;（(]", text)[0]) > 2]
