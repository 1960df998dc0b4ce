"""Check percentages, growth and products against the numbers next to them."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.amounts import compute_half_precision, get_base_unit, to_base_value

_NUMBER = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_UNIT = (
    r"万元|亿元|元|万人次|人次|万人|亿吨|万吨|吨|亿斤|万亩|平方米|平方公里|公顷|公里|批次|人|名|户|件|个|项|条|家|起|所|处|宗|份|"
    r"篇|场|次|亩|套|台|辆|期|批|只|头|株|例|栋|座|间|岁|"
    r"把|艘|张|本|册|块|条|笔|口|盏|枚|箱|瓶|样|支|根|片|羽|班|段|台次|车次|组|盘|袋|具"
)
#: 受理800件，办结760件，办结率为96%
_COMPLETION_RATE = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_NUMBER})\s?(?P<u>{_UNIT})[，,、](?P<part>(?!其中)[{HAN}]{{2,8}}?)(?P<m>{_NUMBER})\s?(?P=u)[，,]"
    rf"(?P<rate>[{HAN}]{{2,6}}?率)(?:为|是|达|达到|达了)?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 共有800户，其中低保户80户，占12%
_SHARE_OF_TOTAL = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_NUMBER})\s?(?P<u>{_UNIT})[^0-9，,。；;：:\n]{{0,6}}[，,（(]其中[：:]?(?P<part>[^0-9，,。；;\n]{{1,14}}?)(?P<m>{_NUMBER})\s?(?P=u)"
    rf"[，,]占(?:比|总数的?|全部的?|总[{HAN}]{{1,3}}的?)?(?:为|达)?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 完成投资3.6亿元，占年度计划5亿元的72%
_SHARE_OF_PLAN = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_NUMBER})\s?(?P<u>{_UNIT})[^0-9，,。；;：:\n]{{0,6}}[，,（(]?\s?(?:占|是|为|相当于|完成)(?!比)[^0-9，,。；;：:\n]{{0,14}}?"
    rf"(?P<n>{_NUMBER})\s?(?P<v>{_UNIT})的(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 计划投资5亿元，已完成3.6亿元，占年度计划的72%
_PLAN_COMPLETION = re.compile(
    rf"(?:计划|任务|目标|预算|应[{HAN}]{{1,3}}|总[{HAN}]{{1,4}}|共有?)[^0-9，,。；;：:\n]{{0,10}}?(?P<n>{_NUMBER})\s?(?P<v>{_UNIT})[^0-9，,。；;：:\n]{{0,4}}[，,]\s?"
    rf"(?P<done>(?:截至[^，,。；;\n]{{1,10}}?(?:日|月|底|末|前)[，,]?)?(?:目前|现|今年以来)?(?:已|累计|实际|其中)?[^0-9，,。；;：:\n]{{2,10}}?)(?P<m>{_NUMBER})\s?(?P<u>{_UNIT})[^0-9，,。；;：:\n]{{0,4}}[，,（(]\s?"
    rf"(?:占(?:全年|年度|总|计划|任务|目标|全部|应)[^0-9，,。；;：:\n]{{0,10}}?的?|(?:完成|执行|支出|到位|兑现|投资完成|计划完成|任务完成|预算执行|回收|投放|覆盖)(?:率|比例)(?:为|达|达到)?|完成率?(?:年度|全年|目标|计划)[^0-9，,。；;：:\n]{{0,6}}?的?)(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 12.6亿元，比上年同期的12.0亿元增长6%
_GROWTH_OVER_YEAR = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_NUMBER})\s?(?P<u>{_UNIT})[，,]\s?(?:同)?(?:比|较)(?:上年|去年|前年|上月|上季度|[0-9]{{4}}年)(?:同期|同月|全年)?的?"
    rf"(?P<n>{_NUMBER})\s?(?P=u)[，,]?(?P<way>增长|增加|上升|提高|下降|减少|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
_STATED_GROWTH = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_NUMBER})\s?(?P<u>{_UNIT})[，,]\s?(?:同比|比上年同期|较上年同期|比上年|较上年|比去年|较去年)(?P<way>增长|增加|上升|提高|下降|减少|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%[，,（(]"
    rf"\s?(?:上年|去年)(?:同期|同月|全年)?(?:为|是|有|完成|实现)?(?P<n>{_NUMBER})\s?(?P=u)"
)
_CHANGE_FROM_TO = re.compile(
    rf"(?:由|从)(?:上年|去年|[0-9]{{4}}年)?(?:同期|底|末)?的?(?P<n>{_NUMBER})\s?(?P<u>{_UNIT})(?P<way>增加|增长|提高|上升|扩大|减少|下降|降低)(?:到|至|为)了?"
    rf"(?:[0-9]{{4}}年的?|今年的?)?(?P<m>{_NUMBER})\s?(?P=u)[，,](?:增长|增加|增幅为?|提高|上升|下降|减少|降幅为?|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 共96人，分为四个班，每班26人
_EQUAL_GROUPS = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_NUMBER})\s?(?P<u>{_UNIT})[，,][^0-9，,。；;\n]{{0,4}}(?:分为|分成|编为|编成|划分为|分|设)(?P<k>[0-9]{{1,3}}|[二两三四五六七八九十]{{1,2}})个?"
    rf"(?P<x>[{HAN}]{{1,4}}?)[，,]\s?(?:平均)?每个?(?P<y>[{HAN}]{{1,3}}?)(?P<m>{_NUMBER})\s?(?P=u)(?![以左之])"
)
_INEXACT_WORD = re.compile("其余|剩余|还剩|未完成|不到|超过|以上|左右|约|近|多")
_DECREASE_WORDS = frozenset(["下降", "减少", "降低"])


def _parse_number(words: str) -> float:
    return float(re.sub("[,，]", "", words))


def _last_digit_value(words: str) -> float:
    return 10.0 ** -len(words.partition(".")[2])


def find_share_errors(frame: SearchText) -> Iterator[Finding]:
    """Yield percentages and group sizes that contradict the numbers next to them."""
    text = frame.text
    for pattern in (_COMPLETION_RATE, _SHARE_OF_TOTAL):
        for found in pattern.finditer(text):
            if pattern is _COMPLETION_RATE and not _is_rate_of_part(text, found):
                continue
            whole, part = _parse_number(found["n"]), _parse_number(found["m"])
            if (
                whole
                and part <= whole
                and _exceeds_rounding(found, part / whole * 100, _rounding_error(found, part / whole * 100))
            ):
                yield _make_finding(frame, found, "p", part / whole * 100)
    yield from _check_plan_shares(frame)
    for pattern in (_GROWTH_OVER_YEAR, _CHANGE_FROM_TO, _STATED_GROWTH):
        for found in pattern.finditer(text):
            before, after = _parse_number(found["n"]), _parse_number(found["m"])
            change = (after - before) / before * 100 if before else 0.0
            said = -change if found["way"] in _DECREASE_WORDS else change
            if before and _exceeds_rounding(found, said, _rounding_error(found, after / before * 100)):
                yield _make_finding(frame, found, "p", said)
    for found in _EQUAL_GROUPS.finditer(text):
        if found["x"][-1] == found["y"][-1] and _parse_number(found["n"]) != _parse_count(found["k"]) * _parse_number(
            found["m"]
        ):
            start, end = found.start("n"), found.end("m")
            product = f"{_parse_count(found['k']):g}×{_parse_number(found['m']):g}"
            why = f"{product}与总数{_parse_number(found['n']):g}不符，请核对"
            yield Finding("sum", start, end, frame.source[start:end], why)


def _check_plan_shares(frame: SearchText) -> Iterator[Finding]:
    for pattern in (_SHARE_OF_PLAN, _PLAN_COMPLETION):
        for found in pattern.finditer(frame.text):
            if get_base_unit(found["u"]) != get_base_unit(found["v"]) or _INEXACT_WORD.search(found[0]):
                continue
            whole, part = to_base_value(found["n"], found["v"]), to_base_value(found["m"], found["u"])
            if whole and part and 0.02 <= part / whole <= 3:
                percent = part / whole * 100
                error = (
                    0.25
                    * percent
                    * (
                        compute_half_precision(found["m"], found["u"]) / part
                        + compute_half_precision(found["n"], found["v"]) / whole
                    )
                    * 2
                )
                if _exceeds_rounding(found, percent, error):
                    yield _make_finding(frame, found, "p", percent)


def _is_rate_of_part(text: str, found: re.Match[str]) -> bool:
    what = set(found["rate"][:-1])
    before = text[max(0, found.start() - 6) : found.start()]
    return bool(what & set(found["part"])) and not what & set(before) and found["part"][0] not in "未正尚剩其"


def _parse_count(words: str) -> float:
    return float(to_int(words) or 0)


def _rounding_error(found: re.Match[str], percent: float) -> float:
    whole, part = _parse_number(found["n"]), _parse_number(found["m"])
    rounded = found["u"][0] in "万亿" or "." in found["n"] or "." in found["m"]
    if not rounded or not whole or not part:
        return 0.0
    return 0.25 * percent * (_last_digit_value(found["m"]) / part + _last_digit_value(found["n"]) / whole)


def _exceeds_rounding(found: re.Match[str], true: float, error: float) -> bool:
    last = _last_digit_value(found["p"])
    return abs(_parse_number(found["p"]) - true) > (0.5 * last + error if error else 0.999 * last)


def _make_finding(frame: SearchText, found: re.Match[str], group: str, true: float) -> Finding:
    start, end = found.start(), max(found.end(group) + 1, found.end())
    why = f"按前后数字计算为{true:.1f}%，与此处不符，请核对"
    return Finding("sum", start, end, frame.source[start:end], why)
