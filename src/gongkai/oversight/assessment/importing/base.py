"""Shared parts of the importers."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import parsed, plain
from gongkai.core.spreadsheets.importers import Change
from gongkai.core.spreadsheets.sheet import Bad
from gongkai.core.units.models import Role
from gongkai.lib.chinese.typed_values import parse_decimal


def number(value: object) -> Decimal | None:
    """Parse a number with at most four decimals; empty becomes None."""
    words = plain(value).removesuffix("%").removesuffix("分")
    found = parsed(parse_decimal, words)
    if found is not None and (abs(found) > 99_999 or round(found, 4) != found):
        raise Bad(f"“{words[:30]}”超出范围", "请填写不超过99999的数字，最多四位小数")
    return found


class Base:
    """Base class of the importers."""

    home = "assessment:home"

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons against an import; only the open-government office may import."""
        return [] if by.has(Role.CHIEF) else ["只有政务公开办可以导入。"]


T = TypeVar("T")


def said(change: Change, work: Callable[[], T]) -> T:
    """Run an action for an import row; a refusal names the row."""
    try:
        return work()
    except Refused as refused:
        raise Refused(f"第{change.row}行：{refused}") from refused
