"""A file with what people outside wrote, in the clear: who took how much of it when stands on the log."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor

Row = TypeVar("Row", bound=Mapping[str, object])
#: The key of a row that says whether its words stand in the clear; no column of any sheet.
CLEAR = "clear"


def _staff(by: Actor, _: object) -> list[str]:
    """Whoever exports: each row asked whether they may reveal it, else it is masked."""
    return [] if by.known or by.system else ["请先登录。"]


@action("intake.export_words", label="导出公众填写的内容", rule=_staff)
def export_words(_: None, *, by: Actor, what: str, rows: int) -> ActionResult:
    """Record that somebody took a file in which so many matters are not masked, since they may reveal those."""
    words = f"导出{what}，其中{rows}件的内容未遮盖"
    return ActionResult(
        words=words, facts={"what": what, "rows": rows}, stream=f"exports/{by.person_id or 0}"
    )


def recorded(rows: Iterable[Row], by: Actor, what: str) -> Iterator[Row]:
    """Yield the rows of a file; behind the last one record how many are not masked, before the file is handed out."""
    clear = 0
    for row in rows:
        clear += bool(row.get(CLEAR))
        yield row
    if clear:
        export_words(None, by=by, what=what, rows=clear)
