"""Find posts and meetings that a body does not have: 政协主任, 检察院院长."""

from collections.abc import Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.tables import read_rows


@cache
def _load_titles() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row[0]), row[1], row[2]) for row in read_rows("titles"))


def find_wrong_titles(frame: Frame) -> Iterator[Finding]:
    """Yield posts that the body next to them does not have (`data/titles.tsv`)."""
    for pattern, right, why in _load_titles():
        for found in pattern.finditer(frame.text):
            start, end = next(
                (found.span(name) for name in pattern.groupindex if found[name] is not None), found.span()
            )
            words = frame.source[start:end]
            meant = f"副{right}" if words.startswith("副") and not right.startswith("副") else right
            yield Finding("title", start, end, words, f"职务或会议称谓有误：{why}", meant)
