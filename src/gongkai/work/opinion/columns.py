"""Where the public finds answers to cases, and promises: columns of the unit's site, known by their names."""

from collections.abc import Sequence

from gongkai.content.editions.models import Column
from gongkai.content.editions.queries.columns import site_over
from gongkai.content.policies.actions.responses import COLUMNS as RESPONSE_COLUMNS
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body

#: Names by which a site's column of promises is known, the likeliest first.
PROMISE_COLUMNS = ("公开承诺", "承诺公开", "公开承诺事项")

__all__ = ["PROMISE_COLUMNS", "RESPONSE_COLUMNS", "column_named"]


def column_named(body: Body, names: Sequence[str]) -> Column:
    """Return the column of a unit's site of one of these names.

    Raises:
        Refused: the site has none, or the unit no site.
    """
    rows = Column.objects.filter(website=site_over(body), archived_at=None, name__in=names).order_by("path")
    found = min(rows, key=lambda column: (not column.is_open, names.index(column.name)), default=None)
    if found is None:
        raise Refused(f"网站还没有“{names[0]}”栏目，请先由政务公开办在栏目中建立，再送审。")
    return found
