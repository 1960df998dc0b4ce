"""Lists of things and how many they are said to be: 共有5个班次：甲、乙、丙、丁; 设田径、游泳、射箭5个大项."""

from collections.abc import Iterator

from gongkai.chinese.characters import HAN
from gongkai.chinese.numerals import to_words
from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.proofreading.order import number

_N = r"(?P<n>[2-9]|1[0-2]|[二两三四五六七八九十])"
_ITEM = rf"[{HAN}“”《》]"
_KIND = r"(?:个|项|大|类|家|所|门|种|处|座|条|支|名|位|本|部|款)"
#: 共有5个班次：a、b、c。
_AHEAD = re.compile(
    rf"(?<![第十百0-9.])(?:共有?|设有?|下设|开设|分为?|包括|包含|划分为){_N}{_KIND}[{HAN}]{{0,8}}[：:]"
    rf"(?P<list>{_ITEM}{{2,14}}(?:、{_ITEM}{{2,14}}){{1,11}})(?=[。\n]|$)"
)
#: 设a、b、c、d 5个大项
_BEHIND = re.compile(
    rf"(?:共有?|设有|设(?![立置备施计想])|下设|开设|分为?|包括|包含)(?P<list>{_ITEM}{{2,10}}(?:、{_ITEM}{{2,10}}){{1,11}}?){_N}{_KIND}(?=[{HAN}])"
)
#: Words that join two items, or leave a list open.
_JOINS = re.compile("以及|和|与|及|或|暨|并")
_OPEN = re.compile("等|其他|其它|各|周边|有关|相关")

#: The list begins before the verb, which belongs to one of its items (划定范围、设立标识、开发线路三条建议).
_BEGUN = re.compile(r"、[^，,。；;：:、\n]{0,12}$")


def itemised(frame: Frame) -> Iterator[Finding]:
    """Yield numbers of things that the list beside them does not have."""
    for pattern in (_AHEAD, _BEHIND):
        for found in pattern.finditer(frame.text):
            items = found["list"]
            many, said = items.count("、") + 1, number(found["n"])
            # 和 may stand within a name (住房和城乡建设): then nobody knows how many there are.
            if _BEGUN.search(frame.text, max(0, found.start() - 24), found.start()):
                continue
            if _OPEN.search(items) or many <= said <= many + len(_JOINS.findall(items)):
                continue
            if abs(said - many) > 2 or (_JOINS.search(items) and said < many):
                continue
            start, end = found.span("n")
            end += 1
            words = frame.source[start:end]
            right = (str(many) if found["n"].isdigit() else to_words(many)) + words[-1]
            yield Finding("sum", start, end, words, f"所列为{many}项，与“{words}”不符，请核对", right)
