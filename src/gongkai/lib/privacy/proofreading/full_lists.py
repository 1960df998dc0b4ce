"""Check totals against the complete list of parts that follows (1486笔，其中…、…、…)."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.amounts import (
    INEXACT_WORD,
    NUMBER_PATTERN,
    UNIT_PATTERN,
    format_amount,
    to_base_value,
)

#: 1486笔，其中本科生912笔、专科生437笔、研究生127笔。
_TOTAL_WITH_PARTS = re.compile(
    rf"(?P<n>{NUMBER_PATTERN})\s?(?P<u>(?!%){UNIT_PATTERN})[，,（(]其中[：:]?(?P<parts>(?:[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u)[，,、和]){{2,7}}[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u))(?=[。；;）)])"
)
_ANY_NUMBER = re.compile(NUMBER_PATTERN)


def find_slipped_totals(frame: Frame) -> Iterator[Finding]:
    """Yield totals that differ from the sum of their parts in one digit."""
    for found in _TOTAL_WITH_PARTS.finditer(frame.text):
        unit, words = found["u"], [hit[0] for hit in _ANY_NUMBER.finditer(found["parts"])]
        total = to_base_value(found["n"], unit)
        both = sum(to_base_value(word, unit) for word in words)
        said, true = found["n"].replace(",", ""), format_amount(both, unit)
        # People are counted in several ways at once: there only a very small difference says something.
        near = 0.02 if INEXACT_WORD.search(found["parts"]) else 0.1
        digits = sum(a != b for a, b in zip(said, true, strict=False))
        if total >= 100 and len(said) == len(true) and digits == 1 and abs(total - both) <= near * total:
            yield _finding(frame, found, f"各项之和为{true}{unit}")


def _finding(frame: Frame, found: re.Match[str], why: str) -> Finding:
    start, end = found.start("n"), found.end()
    return Finding("sum", start, end, frame.source[start:end], why + "，与此处不符，请核对")
