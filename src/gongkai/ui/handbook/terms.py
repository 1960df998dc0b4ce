"""The glossary: terms of the work with one sentence each, as `pages/terms.md` has them."""

from collections.abc import Mapping
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.ui.handbook.contents import text_of

_TERM = re.compile(r"^- \*\*(.+?)\*\*：(.+)$", re.MULTILINE)


@cache
def terms() -> Mapping[str, str]:
    """Return term → its sentence."""
    return dict(_TERM.findall(text_of("terms")))


def meaning(term: str) -> str:
    """Return what a term means, in one sentence; empty for one that the glossary does not have."""
    return terms().get(term, "")
