"""Averages, growth between two years and shares of something named before, against the numbers they come from."""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN
from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.amounts import LOOSE, N, U, base, plain, rough, value

_CLAUSE = r"[^0-9，,。；;：:\n]"
_LAST = r"(?:去年|上年)(?:同期|全年)?"
#: 全县12个乡镇共设监测点96个，平均每个乡镇7个
_AVERAGE = re.compile(
    rf"(?P<k>{N})\s?个(?P<x>[{HAN}]{{1,4}}?)[，,]?(?:共|累计|合计)[{HAN}]{{1,10}}(?P<n>{N})\s?(?P<u>(?!%){U})[，,]"
    rf"平均每个(?P=x)[{HAN}]{{0,4}}?(?P<m>{N})\s?(?P=u)"
)
#: 去年接待游客41.5万人次，今年接待49.8万人次，同比增长17%
_YEARS = re.compile(
    rf"{_LAST}(?P<what>{_CLAUSE}{{0,12}}?)(?P<n>{N})\s?(?P<u>(?!%){U})[，,、](?:今年|本年)(?:同期|以来)?[^0-9，,。；;：:\n]{{0,8}}?(?P<m>{N})\s?(?P=u)[，,]"
    rf"(?:同比)?(?P<way>增长|增加|上升|提高|下降|减少|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 检查门店160家，下达整改通知书24份，占检查门店的25%
_NAMED = re.compile(
    rf"(?P<what>[{HAN}]{{2,8}})(?P<n>{N})\s?(?P<u>(?!%){U})[，,、][^。；;\n0-9]{{0,14}}?(?P<m>{N})\s?(?P<v>(?!%){U})[，,]"
    rf"占(?P=what)(?:总数)?的(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 1486笔，其中本科生912笔、专科生437笔、研究生127笔。
_PARTS = re.compile(
    rf"(?P<n>{N})\s?(?P<u>(?!%){U})[，,（(]其中[：:]?(?P<parts>(?:[{HAN}]{{1,8}}{N}\s?(?P=u)[，,、和]){{2,7}}[{HAN}]{{1,8}}{N}\s?(?P=u))(?=[。；;）)])"
)
_NUMBER = re.compile(N)
_SHRINKS = frozenset(["下降", "减少", "降低"])


def averages(frame: Frame) -> Iterator[Finding]:
    """Yield averages, growth, shares and totals that the numbers beside them do not give."""
    text = frame.text
    for found in _AVERAGE.finditer(text):
        unit = found["u"]
        mean = value(found["n"], unit) / max(value(found["k"], "个"), 1.0)
        if abs(mean - value(found["m"], unit)) >= max(1.0, 2 * rough(found["m"], unit)):
            yield _finding(frame, found, f"平均数按计算为{plain(mean, unit)}")
    for found in _YEARS.finditer(text):
        before, after = value(found["n"], found["u"]), value(found["m"], found["u"])
        change = (after - before) / max(before, 1e-9) * 100
        yield from _percent(frame, found, -change if found["way"] in _SHRINKS else change)
    for found in _NAMED.finditer(text):
        whole, part = value(found["n"], found["u"]), value(found["m"], found["v"])
        if 0 < part <= whole:
            yield from _percent(frame, found, part / whole * 100)
    yield from _slipped(frame)


def _percent(frame: Frame, found: re.Match[str], true: float) -> Iterator[Finding]:
    """Yield a percentage that is off by more than rounding of the numbers explains."""
    if not base(found["u"]):
        return
    slack = 1.0 if "." in found["p"] or len(found["m"]) > 2 else 2.0
    if abs(float(found["p"]) - true) > slack:
        yield _finding(frame, found, f"按前后数字计算为{true:.1f}%")


def _slipped(frame: Frame) -> Iterator[Finding]:
    """Yield totals that differ from all their parts in one digit only: such lists are complete, and the digit is wrong."""
    for found in _PARTS.finditer(frame.text):
        unit, words = found["u"], [hit[0] for hit in _NUMBER.finditer(found["parts"])]
        total = value(found["n"], unit)
        both = sum(value(word, unit) for word in words)
        said, true = found["n"].replace(",", ""), plain(both, unit)
        # People are counted in several ways at once: there only a very small difference says something.
        near = 0.02 if LOOSE.search(found["parts"]) else 0.1
        digits = sum(a != b for a, b in zip(said, true, strict=False))
        if total >= 100 and len(said) == len(true) and digits == 1 and abs(total - both) <= near * total:
            yield _finding(frame, found, f"各项之和为{true}{unit}")


def _finding(frame: Frame, found: re.Match[str], why: str) -> Finding:
    start, end = found.start("n"), found.end()
    return Finding("sum", start, end, frame.source[start:end], why + "，与此处不符，请核对")
