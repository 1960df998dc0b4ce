"""Days of a decision: nobody sues, appeals or applies against it before it was made and served."""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN
from gongkai.privacy import lazy_re as re
from gongkai.privacy.checks import is_date
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding

_DAY = r"(?P<y{n}>(?:19|20)[0-9]{{2}})年(?P<m{n}>1[0-2]|0?[1-9])月(?P<d{n}>3[01]|[12][0-9]|0?[1-9])日"
_WORDS = r"[^0-9，,。；;\n]"
_DECISION = r"(?:裁决书?|判决书?|裁定书?|决定书?|认定书|通知书|告知书|答复书?|意见书|调解书)"
#: 该裁决书于2025年12月18日送达，申请人于2025年12月28日不服裁决向法院提起诉讼
_SERVED = re.compile(
    rf"{_DECISION}{_WORDS}{{0,8}}{_DAY.format(n=1)}{_WORDS}{{0,6}}(?:送达|作出|签收|生效){_WORDS}{{0,10}}[，,；;]\s?"
    rf"{_WORDS}{{0,16}}{_DAY.format(n=2)}(?P<what>{_WORDS}{{0,24}}?(?:起诉|提起[{HAN}]{{0,4}}诉讼|提起上诉|上诉|申请行政复议|申请复议|申请[{HAN}]{{0,4}}执行|申请[{HAN}]{{0,4}}复查|申请复核))"
)


def served(frame: Frame) -> Iterator[Finding]:
    """Yield days of a remedy that lie before the day on which the decision was made or served."""
    for found in _SERVED.finditer(frame.text):
        first, second = (tuple(int(found[part + n]) for part in "ymd") for n in "12")
        if is_date(*first) and is_date(*second) and second < first and "前" not in found["what"]:
            start, end = found.start("y2"), found.end("d2") + 1
            why = "日期有误：早于文书作出或送达的日期"
            yield Finding("date", start, end, frame.source[start:end], why)
