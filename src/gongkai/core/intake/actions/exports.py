"""The action that logs exports of clear texts of people outside."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor

Row = TypeVar("Row", bound=Mapping[str, object])
# The key of a row that is true if its text is not masked; not a column.
CLEAR = "clear"


def _check_signed_in(by: Actor, _: object) -> list[str]:
    return [] if by.known or by.system else ["请先登录。"]


@action("intake.export_words", label="导出公众填写的内容", rule=_check_signed_in)
def export_words(_: None, *, by: Actor, what: str, rows: int) -> ActionResult:
    """Log an export with the number of matters whose text was not masked."""
    words = f"导出{what}，其中{rows}件的内容未遮盖"
    return ActionResult(words=words, facts={"what": what, "rows": rows}, stream=f"exports/{by.person_id or 0}")


def recorded(rows: Iterable[Row], by: Actor, what: str) -> Iterator[Row]:
    """Yield the rows of an export; after the last one, log how many were not masked."""
    clear = 0
    for row in rows:
        clear += bool(row.get(CLEAR))
        yield row
    if clear:
        export_words(None, by=by, what=what, rows=clear)
