"""Alignment: choosing the parent, correcting which measures belong together. The limits that are proposed are taken by `edit_due`."""

from collections.abc import Sequence

from gongkai.acts.action import Refused, Step
from gongkai.notices.actions.notice_action import notice_action
from gongkai.notices.actions.rules import chief_of
from gongkai.notices.models import Measure, Notice
from gongkai.notices.models.pairing import Pairing
from gongkai.units.actors import Actor

LONGEST = 300


@notice_action("choose_parent", verb="align", label="选定上级通知", rule=chief_of)
def choose_parent(notice: Notice, *, by: Actor, parent: Notice | None) -> Step:
    """Say which notice this one carries out. None: none of those here. Partners in another notice are forgotten."""
    above = parent
    while above is not None:
        if above.pk == notice.pk:
            raise Refused("上级通知不能是它自己，也不能是它的下级。")
        above = above.parent
    before = notice.parent_id
    notice.parent = parent
    notice.save(update_fields=["parent"])
    if before != notice.parent_id:
        Measure.objects.filter(notice=notice).exclude(parent=None).update(parent=None)
    return Step(
        words=f"上级通知：{parent.title if parent else '无'}"[:300],
        facts={"before": before, "parent": notice.parent_id},
    )


@notice_action("align", verb="align", label="更正对应关系", rule=chief_of)
def align_measures(
    notice: Notice,
    *,
    by: Actor,
    other: Notice,
    own: int | None = None,
    uppers: Sequence[int] = (),
    words: str = "",
    forget: bool = False,
) -> Step:
    """Say which measures of the other notice an own one stands for.

    `own` with `uppers`: these belong together. `own` alone: our own addition. `uppers` alone: not taken over, `words` say why.
    `forget` takes back what was said, and the machine's finding holds again. Against the parent `Measure.parent` follows.
    """
    mine = Measure.objects.filter(notice=notice, pk=own).first() if own else None
    theirs = list(Measure.objects.filter(notice=other, pk__in=uppers))
    if (own and mine is None) or len(theirs) != len(set(uppers)) or not (mine or theirs):
        raise Refused("这条举措已不存在，请刷新后重试。")
    said = Pairing.objects.filter(notice=notice, other=other)
    if mine:
        said.filter(own=mine).delete()
    said.filter(own=None, upper__in=theirs).delete()
    if mine and theirs and not forget:
        said.filter(own=mine, upper=None).delete()
    if not mine and not forget:
        Measure.objects.filter(notice=notice, parent__in=theirs).update(parent=None)
        said.filter(upper__in=theirs).delete()
    if not forget:
        pairs: list[Measure | None] = [*theirs] or [None]
        Pairing.objects.bulk_create(
            [
                Pairing(notice=notice, other=other, own=mine, upper=upper, words=words[:LONGEST], by=by.name)
                for upper in pairs
            ]
        )
    if mine and other.pk == notice.parent_id:
        mine.parent = theirs[0] if theirs and not forget else None
        mine.save(update_fields=["parent"])
    return Step(
        words=_said(mine, theirs, words, forget=forget),
        facts={"own": own, "other": other.pk, "uppers": list(uppers), "forget": forget},
    )


def _said(mine: Measure | None, theirs: Sequence[Measure], words: str, *, forget: bool) -> str:
    titles = "、".join(f"“{one.title}”" for one in theirs)
    if forget:
        said = f"恢复自动对应：{f'“{mine.title}”' if mine else titles}"
    elif mine and theirs:
        said = f"“{mine.title}”对应{titles}"
    elif mine:
        said = f"“{mine.title}”为本级增加"
    else:
        said = f"{titles}不下达" + (f"：{words}" if words else "")
    return said[:LONGEST]
