"""Find a unit's site columns for answers and promises by name."""

from collections.abc import Sequence

from gongkai.content.editions.models import Column
from gongkai.content.editions.queries.lists import find_nearest_site
from gongkai.content.editions.sources import Source
from gongkai.content.policies.actions.relations import RESPONSE_COLUMN_NAMES as RESPONSE_COLUMNS
from gongkai.content.reviewing.actions.reviews import find_signing_gaps
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body

#: Possible names of a promise column, most likely first.
PROMISE_COLUMNS = ("公开承诺", "承诺公开", "公开承诺事项")

__all__ = ["PROMISE_COLUMNS", "RESPONSE_COLUMNS", "find_column_by_name", "find_submission_gaps"]


def find_column_by_name(body: Body, names: Sequence[str]) -> Column:
    """Return the column of a unit's site with one of the names, open ones first.

    Raises:
        Refused: there is no such column, or the unit has no site.
    """
    rows = Column.objects.filter(website=find_nearest_site(body), archived_at=None, name__in=names).order_by("path")
    best = min(rows, key=lambda column: (not column.is_open, names.index(column.name)), default=None)
    if best is None:
        raise Refused(f"网站还没有“{names[0]}”栏目，请先由政务公开办在栏目中建立，再送审。")
    return best


def find_submission_gaps(source: Source, body: Body, names: Sequence[str], by: Actor) -> list[str]:
    """Return Chinese reasons why the source's draft cannot be submitted to the unit's column.

    There is no such column, or nobody to sign.
    """
    try:
        column = find_column_by_name(body, names)
    except Refused as refusal:
        return refusal.reasons
    return find_signing_gaps(source, [column], by)
