"""The glossary: terms with one sentence each (`pages/terms.md`)."""

from collections.abc import Mapping
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.ui.handbook.contents import text_of

_TERM_PATTERN = re.compile(r"^- \*\*(.+?)\*\*：(.+)$", re.MULTILINE)


@cache
def terms() -> Mapping[str, str]:
    """Return the explanations by term."""
    return dict(_TERM_PATTERN.findall(text_of("terms")))


def meaning(term: str) -> str:
    """Return the explanation of a term, or ""."""
    return terms().get(term, "")
