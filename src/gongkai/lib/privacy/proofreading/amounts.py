"""Parse amounts in sentences: number, unit, value in the base unit, and precision."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding

#: A number in Arabic digits.
NUMBER_PATTERN = r"(?<![0-9.,，])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
#: A unit after a number.
UNIT_PATTERN = (
    r"(?:[万亿]?(?:元|人次|人|名|户|件|个|项|条|家|起|所|处|宗|份|篇|场|次|亩|套|台|辆|期|只|头|株|例|栋|座|间|本|册|吨|斤|公斤|盏|张|艘|班次)"
    r"|批次|公里|平方米|平方公里|公顷|千瓦时|立方米|米|批|票|支|门|块|片|枚|箱|封|笔|床|架|列|口|尾|顶|双|瓶|桶|袋|包|副|根|面|幅|眼|孔|%)"
)
#: Characters that may separate amounts within one item.
ITEM_CHARACTER_CLASS = r"[^0-9，,、。；;：:\n（）()]"
#: Words for overlapping parts, other years or rough numbers, which need not add up.
NOT_ADDITIVE_WORD = re.compile(
    r"党员|女|岁|学历|以上|以下|其中|同比|增长|上年|去年|每|平均|人均|约|近|超|余(?!下)|多|至|累计|比|新增|重点|达(?!标)"
)
_SCALE_FACTORS = {"万": 1e4, "亿": 1e8}


def to_base_value(words: str, unit: str) -> float:
    """Return an amount in its base unit."""
    return float(re.sub("[,，]", "", words)) * _SCALE_FACTORS.get(unit[0], 1.0)


def compute_half_precision(words: str, unit: str) -> float:
    """Return half the value of the last printed digit; 0 for whole numbers of a base unit."""
    digits = len(words.partition(".")[2])
    scale = _SCALE_FACTORS.get(unit[0], 1.0)
    return 0.5 * scale * 10.0**-digits if digits or scale > 1 else 0.0


def format_amount(number: float, unit: str) -> str:
    """Return a number of base units as it is written with a unit."""
    return f"{number / _SCALE_FACTORS.get(unit[0], 1.0):.4f}".rstrip("0").rstrip(".")


def get_base_unit(unit: str) -> str:
    """Return the base unit of a unit; 名 counts as 人."""
    found = unit.lstrip("万亿")
    return "人" if found == "名" else found


#: 1486笔，其中本科生912笔、专科生437笔、研究生127笔。
_TOTAL_WITH_PARTS = re.compile(
    rf"(?P<n>{NUMBER_PATTERN})\s?(?P<u>(?!%){UNIT_PATTERN})[，,（(]其中[：:]?(?P<parts>(?:[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u)[，,、和]){{2,7}}[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u))(?=[。；;）)])"
)
_ANY_NUMBER = re.compile(NUMBER_PATTERN)


def find_slipped_totals(frame: SearchText) -> Iterator[Finding]:
    """Yield totals that differ from the sum of their parts in one digit."""
    for found in _TOTAL_WITH_PARTS.finditer(frame.text):
        unit, words = found["u"], [hit[0] for hit in _ANY_NUMBER.finditer(found["parts"])]
        total = to_base_value(found["n"], unit)
        both = sum(to_base_value(word, unit) for word in words)
        said, true = found["n"].replace(",", ""), format_amount(both, unit)
        # People are counted in several ways at once: there only a very small difference says something.
        near = 0.02 if NOT_ADDITIVE_WORD.search(found["parts"]) else 0.1
        digits = sum(a != b for a, b in zip(said, true, strict=False))
        if total >= 100 and len(said) == len(true) and digits == 1 and abs(total - both) <= near * total:
            yield _finding(frame, found, f"各项之和为{true}{unit}")


def _finding(frame: SearchText, found: re.Match[str], why: str) -> Finding:
    start, end = found.start("n"), found.end()
    return Finding("sum", start, end, frame.source[start:end], why + "，与此处不符，请核对")
