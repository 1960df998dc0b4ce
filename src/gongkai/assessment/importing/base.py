"""What the importers of this room share."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.spreadsheets.cells import plain
from gongkai.spreadsheets.importers import Change
from gongkai.spreadsheets.sheet import Bad
from gongkai.units.models import Role


def number(value: object) -> Decimal | None:
    """Read a number with at most four decimals. Empty stays None."""
    words = plain(value).replace(",", "").removesuffix("%").removesuffix("分")
    if not words:
        return None
    try:
        found = Decimal(words)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 99_999 or round(found, 4) != found:
        raise Bad(f"“{words[:30]}”不是数字", "请填写数字，最多四位小数")
    return found


class Base:
    """What the importers of this room share."""

    home = "assessment:home"

    def why_not(self, by: Actor) -> list[str]:
        """The 政务公开办."""
        return [] if by.has(Role.CHIEF) else ["只有政务公开办可以导入。"]


T = TypeVar("T")


def said(change: Change, work: Callable[[], T]) -> T:
    """Do something; a refusal names the row."""
    try:
        return work()
    except Refused as refused:
        raise Refused(f"第{change.row}行：{refused}") from refused
