"""Find contradictory times: an end before its beginning."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding

_START_WORDS = "开工|动工|启动|开始|开建|始建|立项|生效|施行|实施|起|成立|受理"
_END_WORDS = "完工|竣工|建成|验收|结束|终止|届满|失效|投用|投入使用|交付|通车|办结|止"
_DATE_TEMPLATE = r"(?P<y{0}>(?:19|20)[0-9]{{2}})年(?P<m{0}>[0-9]{{1,2}})月(?:(?P<d{0}>[0-9]{{1,2}})日)?"
_START_AND_END = re.compile(
    _DATE_TEMPLATE.format(1)
    + rf"[{HAN}]{{0,6}}?(?:{_START_WORDS})[^0-9。；;\n]{{0,16}}[，,、]?(?:有效期)?(?:计划于|预计于|预计|于|至|到)?"
    + _DATE_TEMPLATE.format(2)
    + rf"(?:前|底|份)?(?:[{HAN}]{{0,6}}?(?:{_END_WORDS})|(?=[。；，]))"
)


def find_time_contradictions(frame: Frame) -> Iterator[Finding]:
    """Yield an end date before its start date."""
    text = frame.text
    for found in _START_AND_END.finditer(text):
        if _is_later(found, 1, found, 2):
            yield _finding(frame, found.start("y2"), found.end("d2" if found["d2"] else "m2") + 1, "结束早于开始")


def _is_later(one: re.Match[str], first: int, other: re.Match[str], second: int) -> bool:
    days = one[f"d{first}"] and other[f"d{second}"]
    parts = "ymd" if days else "ym"
    return [int(one[f"{part}{first}"]) for part in parts] > [int(other[f"{part}{second}"]) for part in parts]


def _finding(frame: Frame, start: int, end: int, why: str) -> Finding:
    return Finding("date", start, end, frame.source[start:end], f"日期有误：{why}")
