"""Action that sets the units whose information a column accepts."""

from collections.abc import Collection

from gongkai.content.editions.models import Admits, Column, ColumnKind
from gongkai.content.editions.publishers import who
from gongkai.content.editions.rules import manages
from gongkai.content.publishing.actions.columns import write_column
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body


@action("publishing.set_publishers", label="设定发布单位", rule=manages)
def set_publishers(column: Column, *, by: Actor, admits: str, units: Collection[Body] = ()) -> ActionResult:
    """Say who publishes in a column and in those below it; what stands there already stays.

    Args:
        column: the column.
        by: who manages the site's columns.
        admits: one of `Admits`.
        units: those named, besides the unit that the column is assigned to; left aside where none are to be named.
    """
    if admits not in Admits.values:
        raise Refused("请选择由谁发布。")
    if column.kind == ColumnKind.LINK:
        raise Refused("链接栏目不放信息，不用设定发布单位。")
    named = list(units) if admits == Admits.NAMED else []
    if admits == Admits.NAMED and not named and column.owner_id is None:
        raise Refused("请选定单位，或先登记栏目的责任单位。")
    if strangers := [body.name for body in named if not body.path.startswith(column.website.body.path)]:
        raise Refused(f"{'、'.join(strangers)}不属于{column.website.body.name}，不能指定。")
    before = who(column)
    column.admits = admits
    write_column(column)
    column.publishers.set(named)
    after = who(column)
    return ActionResult(
        words=f"发布单位：{after}",
        facts={
            "admits": admits,
            "units": sorted(body.pk for body in named),
            "before": before,
            "after": after,
        },
    )
