"""Set enumerations in another order than theirs: 不能腐、不敢腐、不想腐."""

from collections.abc import Iterator
from functools import cache

from gongkai.privacy import lazy_re as re
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.tables import alternatives, rows

#: Items so long stand in a set order wherever two of them are neighbours; shorter ones are everyday words.
_TELLING = 3
_MARKS = "[、，,]?(?:和|与|及)?"
#: Two of a row may stand alone in any order where they are spoken of one by one.
_LEAST_SHORT = 3


@cache
def _orders() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Return the items of each row, and what finds two and more of them side by side."""
    found = []
    for row in rows("orders"):
        items = tuple(row[0].split())
        any_of = alternatives(items)
        most = len(items) - 1
        found.append((items, re.compile(rf"(?:{any_of})(?:{_MARKS}(?:{any_of})){{1,{most}}}")))
    return tuple(found)


def sequences(frame: Frame) -> Iterator[Finding]:
    """Yield set enumerations whose items stand in another order."""
    text = frame.text
    for items, pattern in _orders():
        if sum(item in text for item in items) < 2:
            continue
        for found in pattern.finditer(text):
            said = re.findall(alternatives(items), found[0])
            short = min(map(len, items)) < _TELLING
            if len(set(said)) < len(said) or len(said) < (_LEAST_SHORT if short else 2):
                continue
            places = [items.index(item) for item in said]
            if places == sorted(places):
                continue
            right = "、".join(sorted(said, key=items.index))
            start, end = found.span()
            yield Finding(
                "phrase", start, end, frame.source[start:end], f"固定表述的次序应为“{right}”", right
            )
