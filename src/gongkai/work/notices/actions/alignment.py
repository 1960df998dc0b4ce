"""Align a notice with another: parent, pairs of measures, deadlines."""

from collections.abc import Sequence

from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.corrections import settle_field
from gongkai.work.notices.actions.duties import get_duty
from gongkai.work.notices.actions.imports import has_ancestor
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.alignment.stored_notices import get_line
from gongkai.work.notices.entries.creation import set_deadline_rule
from gongkai.work.notices.models import Duty, KeptOurs, Measure, Notice, Pairing
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.descriptions import describe_rule, make_short_title

#: Characters of a reason that the log stores.
MAX_LOG_CHARACTERS = 300


@notice_action("choose_parent", verb="align", label="选定上级通知", rule=list_reasons_unless_chief_of_notice)
def choose_parent(notice: Notice, *, by: Actor, parent: Notice | None) -> ActionResult:
    """Set the parent notice (None: no parent); a change clears `Measure.parent` of all rows.

    Raises:
        Refused: a cycle, or the internal notice of a unit that is neither this notice's unit nor above it.
    """
    if parent is not None and parent.own and not notice.government.path.startswith(parent.government.path):
        raise Refused("其他单位内部的通知不能选为上级通知，请另选一件。")
    if has_ancestor(parent, notice.pk):
        raise Refused("上级通知不能是它自己，也不能是它的下级。")
    previous_parent_id = notice.parent_id
    notice.parent = parent
    notice.save(update_fields=["parent"])
    if previous_parent_id != notice.parent_id:
        Measure.objects.filter(notice=notice).exclude(parent=None).update(parent=None)
    return ActionResult(
        words=f"上级通知：{parent.title if parent else '无'}"[:300],
        facts={"before": previous_parent_id, "parent": notice.parent_id},
    )


@notice_action("align", verb="align", label="更正对应关系", rule=list_reasons_unless_chief_of_notice)
def align_measures(
    notice: Notice,
    *,
    by: Actor,
    other: Notice,
    own: int | None = None,
    uppers: Sequence[int] = (),
    words: str = "",
    forget: bool = False,
) -> ActionResult:
    """Record which measures of the other notice correspond to an own measure.

    `own` with `uppers`: they correspond. `own` alone: a local addition. `uppers` alone: not passed
    down, with the reason in `words`. `forget` deletes the decision, so that automatic matching
    applies again. `Measure.parent` follows when the other notice is the parent.
    """
    mine = Measure.objects.filter(notice=notice, pk=own).first() if own else None
    upper_measures = list(Measure.objects.filter(notice=other, pk__in=uppers))
    if (own and mine is None) or len(upper_measures) != len(set(uppers)) or not (mine or upper_measures):
        raise Refused("这条举措已不存在，请刷新后重试。")
    pairings = Pairing.objects.filter(notice=notice, other=other)
    if mine:
        pairings.filter(own=mine).delete()
    pairings.filter(own=None, upper__in=upper_measures).delete()
    if mine and upper_measures and not forget:
        pairings.filter(own=mine, upper=None).delete()
    if not mine and not forget:
        Measure.objects.filter(notice=notice, parent__in=upper_measures).update(parent=None)
        pairings.filter(upper__in=upper_measures).delete()
    if not forget:
        pairs: list[Measure | None] = [*upper_measures] or [None]
        Pairing.objects.bulk_create(
            [
                Pairing(notice=notice, other=other, own=mine, upper=upper, words=words[:MAX_LOG_CHARACTERS], by=by.name)
                for upper in pairs
            ]
        )
    if mine and other.pk == notice.parent_id:
        mine.parent = upper_measures[0] if upper_measures and not forget else None
        mine.save(update_fields=["parent"])
    return ActionResult(
        words=_describe_pairing(mine, upper_measures, words, forget=forget),
        facts={"own": own, "other": other.pk, "uppers": list(uppers), "forget": forget},
    )


def _describe_pairing(mine: Measure | None, upper_measures: Sequence[Measure], remark: str, *, forget: bool) -> str:
    """Return the log line of a pairing of measures."""
    titles = "、".join(f"“{their.title}”" for their in upper_measures)
    if forget:
        text = f"恢复自动对应：{f'“{mine.title}”' if mine else titles}"
    elif mine and upper_measures:
        text = f"“{mine.title}”对应{titles}"
    elif mine:
        text = f"“{mine.title}”为本级增加"
    else:
        text = f"{titles}不下达" + (f"：{remark}" if remark else "")
    return text[:MAX_LOG_CHARACTERS]


@notice_action("keep_ours", verb="align", label="保留本级规定", rule=list_reasons_unless_chief_of_notice)
def keep_own_version(
    notice: Notice, *, by: Actor, other: Notice, own: int, upper: int, reason: str = "", forget: bool = False
) -> ActionResult:
    """Record why the measure `own` keeps its difference from `upper`, with which it is paired (both primary keys).

    `forget` deletes that decision.
    """
    decisions = KeptOurs.objects.filter(notice=notice, own=own, upper=upper)
    if forget:
        if not decisions.delete()[0]:
            raise Refused("没有可以撤回的决定。")
        return ActionResult(words="撤回“保留本级规定”", facts={"own": own, "upper": upper, "forget": True})
    reason = require_text(reason, "请填写保留本级规定的理由。")
    line = get_line(notice, other, upper, own)
    KeptOurs.objects.update_or_create(
        own_id=own,
        upper_id=upper,
        defaults={"notice": notice, "reason": reason[:MAX_LOG_CHARACTERS], "seen": line.seen, "by": by.name},
    )
    title = make_short_title(line.own.text) if line.own else ""
    return ActionResult(
        words=f"“{title}”保留本级规定：{reason}"[:MAX_LOG_CHARACTERS],
        facts={"own": own, "upper": upper, "other": other.pk},
    )


@notice_action("take_limit", verb="correct", label="采用上级时限", rule=list_reasons_unless_chief_of_notice)
def adopt_deadline(notice: Notice, *, by: Actor, duty: int, theirs: Duty, words: str = "") -> ActionResult:
    """Copy the deadline of a duty in a higher notice into a duty of a draft.

    With `words`, the text of the duty and of its measure is rewritten as well. Without, the text
    stays and `printed` stores the words that the new deadline overrides.
    """
    row = get_duty(notice, duty)
    before, printed = row.text, str(row.due.get("printed") or row.due_text)
    rule = {key: value for key, value in theirs.due.items() if key != "printed"}
    if not rule:
        raise Refused("上级这一项没有时限，不用对照期限。")
    text = words.strip()
    if text and text != before:
        with keep_drafts_updated(notice, [row.measure_id]):
            rewrite_duty(row, text)
    elif printed and printed != rule.get("text") and printed in before:
        rule["printed"] = printed
    set_deadline_rule(notice, row, rule)
    row.save()
    settle_field(row.measure, "duties")
    return ActionResult(
        words=f"采用上级时限：{describe_rule(rule)}{'，并改写举措' if text and text != before else ''}"[
            :MAX_LOG_CHARACTERS
        ],
        facts={"duty": row.pk, "from": theirs.pk, "before": before[:500], "words": text[:500]},
    )


def rewrite_duty(duty: Duty, text: str) -> None:
    """Replace the text of a duty, also inside its measure; saves the measure, not the duty.

    Raises Refused when the measure does not contain the old text.
    """
    measure = duty.measure
    bare = duty.text.strip()
    if bare in measure.text:
        measure.text = measure.text.replace(bare, text, 1)
    else:
        raise Refused("举措中找不到这一项的原文，请在核对页改写举措，再采用时限。")
    duty.text = text
    measure.save(update_fields=["text"])
