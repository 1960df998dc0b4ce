"""Times that do not go together: an end before its beginning, a period and its days, months outside their quarter."""

from collections.abc import Iterator
from datetime import date

from gongkai.chinese.characters import HAN
from gongkai.privacy import lazy_re as re
from gongkai.privacy.checks import is_date
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.order import number

_BEGINS = "开工|动工|启动|开始|开建|始建|立项|生效|施行|实施|起|成立|受理"
_ENDS = "完工|竣工|建成|验收|结束|终止|届满|失效|投用|投入使用|交付|通车|办结|止"
_DATE = r"(?P<y{0}>(?:19|20)[0-9]{{2}})年(?P<m{0}>[0-9]{{1,2}})月(?:(?P<d{0}>[0-9]{{1,2}})日)?"
_BOTH = re.compile(
    _DATE.format(1)
    + rf"[{HAN}]{{0,6}}?(?:{_BEGINS})[^0-9。；;\n]{{0,16}}[，,、]?(?:有效期)?(?:计划于|预计于|预计|于|至|到)?"
    + _DATE.format(2)
    + rf"(?:前|底|份)?(?:[{HAN}]{{0,6}}?(?:{_ENDS})|(?=[。；，]))"
)
#: 自2025年3月20日起，至3月10日止: the year goes on.
_UNTIL_DAY = re.compile(
    r"自" + _DATE.format(1) + r"起?[，,]?\s?(?:至|到)(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日(?:止|结束|截止)"
)
_NUMERAL = "[0-9]{1,3}|[一二两三四五六七八九十]{1,3}"
#: 2026年8月20日至8月26日（7天）
_LASTING = re.compile(
    _DATE.format(1)
    + r"\s?起?(?:至|到|—|－|-|~|——)\s?(?:(?P<y2>(?:19|20)[0-9]{2})年)?(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日止?"
    + rf"[，,（(]?\s?(?:公示期|期限|时间|为期|共计?|历时|为)?(?P<n>{_NUMERAL})(?:天|日|个(?:工作|自然)日)(?![{HAN}])"
)
_QUARTER = re.compile(
    r"(?P<q>第?[一二三四]季度|前[二三]季度|上半年|下半年)[（(]\s?(?P<a>[0-9]{1,2})月?\s?(?:—|－|-|~|至|到)\s?(?P<b>[0-9]{1,2})月(?:份)?[）)]"
)
_MONTHS = {
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
    "前二季度": (1, 6), "前三季度": (1, 9), "上半年": (1, 6), "下半年": (7, 12),
}  # fmt: skip
_MORNING = re.compile(r"(?P<h>(?:上午|早上|凌晨)\s?(?:1[3-9]|2[0-4])(?:时(?!间|段)|点|[:：][0-9]{2}))")
_CLOCK = re.compile(
    r"(?<![0-9])(?P<h1>[0-9]{1,2})时(?:(?P<n1>[0-9]{1,2})分)?\s?(?:至|到|—|－|-|~|——)\s?(?P<h2>[0-9]{1,2})时(?:(?P<n2>[0-9]{1,2})分)?"
)
#: 11月3日9时至11月2日17时: days of one month, with hours between.
_TIMED = re.compile(
    r"(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日(?:[（(][^）)\n]{2,6}[）)])?(?:[上下中]午|晚上?)?(?:[0-9]{1,2}(?:时|[:：][0-9]{2})(?:[0-9]{1,2}分)?)?"
    r"\s?(?:至|到|—|－|~|——)\s?(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日"
)
_UNTIL = re.compile(
    r"截至" + _DATE.format(1) + r"(?P<end>底|末)?[，,]?[^。；;\n]{0,20}?(?:已|共|累计|实现|达到)"
)
_SIGNED = re.compile(r"^[ \t\u3000]*" + _DATE.format(1) + r"[ \t\u3000]*$", re.MULTILINE)


def spans(frame: Frame) -> Iterator[Finding]:
    """Yield times of which one cannot be if the other is."""
    text = frame.text
    for found in _BOTH.finditer(text):
        if _later(found, 1, found, 2):
            yield _finding(
                frame, found.start("y2"), found.end("d2" if found["d2"] else "m2") + 1, "结束早于开始"
            )
    for found in _UNTIL_DAY.finditer(text):
        begins, ends = (int(found["m1"]), int(found["d1"] or 1)), (int(found["m2"]), int(found["d2"]))
        if ends < begins:
            yield _finding(frame, found.start("m2"), found.end("d2") + 1, "结束早于开始")
    for found in _TIMED.finditer(text):
        if found["m1"] == found["m2"] and int(found["d2"]) < int(found["d1"]):
            yield _finding(frame, found.start("m2"), found.end("d2") + 1, "结束早于开始")
    yield from _lengths(frame)
    for found in _QUARTER.finditer(text):
        first, last = _MONTHS[found["q"].removeprefix("第")]
        if not first <= int(found["a"]) <= int(found["b"]) <= last:
            yield _finding(frame, found.start(), found.end(), f"{found['q']}是{first}月至{last}月")
    for found in _MORNING.finditer(text):
        yield _finding(frame, *found.span("h"), "时刻与上午、下午不符")
    for found in _CLOCK.finditer(text):
        begin, end = (int(found[f"h{n}"]) * 60 + int(found[f"n{n}"] or 0) for n in (1, 2))
        if 8 * 60 <= end < begin < 17 * 60:
            yield _finding(frame, found.start(), found.end(), "结束时间早于开始时间")
    yield from _future(frame)


def _later(one: re.Match[str], first: int, other: re.Match[str], second: int) -> bool:
    """Return whether one date is later than another, as far as both are told."""
    days = one[f"d{first}"] and other[f"d{second}"]
    parts = "ymd" if days else "ym"
    return [int(one[f"{part}{first}"]) for part in parts] > [int(other[f"{part}{second}"]) for part in parts]


def _lengths(frame: Frame) -> Iterator[Finding]:
    """Yield numbers of days that a period does not have, its last day counted or not."""
    for found in _LASTING.finditer(frame.text):
        if not found["d1"]:
            continue
        first = (int(found["y1"]), int(found["m1"]), int(found["d1"]))
        last = (int(found["y2"] or found["y1"]), int(found["m2"]), int(found["d2"]))
        if not (is_date(*first) and is_date(*last)) or last < first:
            continue
        days, said = (date(*last) - date(*first)).days, number(found["n"])
        # Fewer days may be working days, of which the notice need not say so.
        if said > days + 1:
            yield _finding(frame, *found.span("n"), f"起止日期之间为{days + 1}天")


def _future(frame: Frame) -> Iterator[Finding]:
    """Yield days up to which something was counted (截至) that lie behind the day of the text itself."""
    signed = list(_SIGNED.finditer(frame.text))
    if len(signed) != 1:
        return
    for found in _UNTIL.finditer(frame.text):
        if _later(found, 1, signed[0], 1):
            yield _finding(
                frame, found.start("y1"), found.end("d1" if found["d1"] else "m1") + 1, "晚于成文日期"
            )


def _finding(frame: Frame, start: int, end: int, why: str) -> Finding:
    return Finding("date", start, end, frame.source[start:end], f"日期有误：{why}")
