"""The order of a gazette's sections: that which the office gave them; a new one comes where the usual gazette has it. Pure."""

from collections.abc import Sequence

from gongkai.content.gazette.models import SECTIONS

_RANK = {name: place for place, name in enumerate(SECTIONS)} | {"政府文件": SECTIONS.index("市政府文件")}


def with_new(known: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return sections in order, the new ones among those that stand already.

    >>> with_new([], ["政策解读", "部门文件", "政策解读"])
    ['部门文件', '政策解读']
    >>> with_new(["要闻", "政策解读"], ["部门文件", "来信"])
    ['要闻', '部门文件', '政策解读', '来信']
    """
    made = list(dict.fromkeys(known))
    last = len(SECTIONS)
    for name in sorted({*new} - {*made}, key=lambda one: (_RANK.get(one, last), one)):
        rank = _RANK.get(name, last)
        later = (place for place, one in enumerate(made) if _RANK.get(one, -1) > rank)
        made.insert(next(later, len(made)), name)
    return made
