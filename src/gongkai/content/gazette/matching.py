"""Which issue a file is of, by its name."""

from django.db.models import QuerySet

from gongkai.content.gazette.models import Issue
from gongkai.lib.chinese import lazy_re as re

_NAMED = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?[\s\-_.—]*第?\s*0*(\d{1,3})\s*期?(?!\d)")


def year_and_number(name: str) -> tuple[int, int] | None:
    """Return the year and number in a file's name (2019-03.pdf, 2019年第3期.pdf); None where there are none."""
    found = _NAMED.search(name)
    return (int(found[1]), int(found[2])) if found else None


def issue_named(name: str, issues: QuerySet[Issue]) -> Issue | None:
    """Return the one issue that a file's name says; None where there is none, or more than one."""
    said = year_and_number(name)
    rows = list(issues.filter(year=said[0], number=said[1])[:2]) if said else []
    return rows[0] if len(rows) == 1 else None
