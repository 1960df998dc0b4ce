"""Numbers of two periods and the difference that is told beside them: 412户，较上年减少23户，上年为435户."""

from collections.abc import Iterator

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.amounts import N, U, base, plain, rough, value

_LAST = (
    r"(?:上年|去年|前年|上月|上季度|上期|上周|前日|昨日|上年末|去年底|[0-9]{4}年)(?:同期|同月|全年|末|底)?"
)
_WAY = r"(?P<way>增加|增长|多|上升|提高|减少|下降|降低|少)了?"
#: 412户，…，较上年减少23户，上年为435户
_TOLD = re.compile(
    rf"(?P<n>{N})\s?(?P<u>(?!%){U})[^。；;\n]{{0,80}}?[，,、（(]\s?(?:同)?(?:较|比){_LAST}的?{_WAY}(?P<d>{N})\s?(?P<v>(?!%){U})[，,（(]\s?(?:而)?{_LAST}(?:为|是|共|有)?(?P<m>{N})\s?(?P=u)"
)
#: 412户，比上年的435户减少23户
_BESIDE = re.compile(
    rf"(?P<n>{N})\s?(?P<u>(?!%){U})[，,、（(]\s?(?:同)?(?:较|比){_LAST}的?(?P<m>{N})\s?(?P=u)[，,]?{_WAY}(?P<d>{N})\s?(?P<v>(?!%){U})"
)
#: 上年为435户，今年412户，减少23户
_YEARS = re.compile(
    rf"{_LAST}(?:为|是|共|有)?(?P<m>{N})\s?(?P<u>(?!%){U})[，,、]\s?(?:今年|本年|本月|本期|[0-9]{{4}}年)(?:为|是|共|有)?(?P<n>{N})\s?(?P=u)[，,]\s?(?:同比|净)?{_WAY}(?P<d>{N})\s?(?P<v>(?!%){U})"
)
#: 每亩补助200元，共补助500亩，补助资金10万元
_RATE = re.compile(
    rf"(?:每|按每)(?P<x>亩|户|人|名|头|只|台|套|件|平方米|公里|吨|公斤|株|场|次|月|天|间|栋)[^0-9，,。；;：:\n]{{0,12}}?(?P<a>{N})\s?(?P<u>[万亿]?元)[^0-9。；;\n]{{0,16}}?[，,]"
    rf"[^0-9。；;：:\n]{{0,16}}?(?P<b>{N})\s?(?P<s>万?)(?P=x)[^0-9。；;：:\n]{{0,10}}?[，,]?[^0-9。；;：:\n]{{0,4}}?(?:共|合计|共计|总计|累计|发放|兑付|补助|补贴|资金|金额|投资|支出|奖励)[^0-9，,。；;：:\n]{{0,10}}?(?P<t>{N})\s?(?P<w>[万亿]?元)"
)
_SHRINKS = frozenset(["减少", "下降", "降低", "少"])


def compared(frame: Frame) -> Iterator[Finding]:
    """Yield differences, and products of a rate, that the numbers beside them do not give."""
    for pattern in (_TOLD, _BESIDE, _YEARS):
        for found in pattern.finditer(frame.text):
            unit = found["u"]
            if base(unit) != base(found["v"]):
                continue
            now, before, by = value(found["n"], unit), value(found["m"], unit), value(found["d"], found["v"])
            sign = -1 if found["way"] in _SHRINKS else 1
            slack = rough(found["n"], unit) + rough(found["m"], unit) + rough(found["d"], found["v"])
            if abs(now - before - sign * by) > slack + 1e-6:
                right = plain(abs(now - before), found["v"])
                yield _finding(frame, found, f"按两个数字计算，差为{right}，与此处不符，请核对")
    for found in _RATE.finditer(frame.text):
        many = value(found["b"], found["s"] + "个" if found["s"] else "个")
        whole, told = value(found["a"], found["u"]) * many, value(found["t"], found["w"])
        slack = rough(found["t"], found["w"]) * 2 + 0.011 * whole * bool(found["s"] or "." in found["b"])
        # Much more or much less is another amount than that of the rate.
        if 0.5 * whole < told < 2 * whole and abs(told - whole) > slack + 1e-6:
            yield _finding(
                frame, found, f"按标准和数量计算为{plain(whole, found['w'])}{found['w']}，与此处不符，请核对"
            )


def _finding(frame: Frame, found: re.Match[str], why: str) -> Finding:
    return Finding("sum", found.start(), found.end(), frame.source[found.start() : found.end()], why)
