"""Corrections of duties: text, deadline, paths, splitting and merging."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F

from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.notices.actions.corrections import MAX_LOG_CHARACTERS, get_measure, mark_settled, settle_field
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.entries.creation import set_deadline_rule
from gongkai.work.notices.importing.text_patches import DutyReader, divide_paths, reword_duty
from gongkai.work.notices.models import Duty, Notice
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.rules import list_rule_faults
from gongkai.work.notices.queries.review_lines import list_duties_sharing_deadline


def get_duty(notice: Notice, number: int) -> Duty:
    """Return a duty of the notice.

    Raises Refused when it does not exist.
    """
    duty = Duty.objects.filter(measure__notice=notice, pk=number).select_related("measure").first()
    if duty is None:
        raise Refused("这一项要求已不存在，请刷新后重试。")
    return duty


def _renumber_duties(measure_id: int) -> None:
    for place, duty in enumerate(Duty.objects.filter(measure=measure_id).order_by("position", "pk"), start=1):
        if duty.position != place:
            Duty.objects.filter(pk=duty.pk).update(position=place)


@notice_action("edit_duty", verb="correct", label="更正要求", rule=list_reasons_unless_chief_of_notice)
def edit_duty(notice: Notice, *, by: Actor, duty: int, text: str) -> ActionResult:
    """Correct the text of a duty; its measure, deadline and paths follow."""
    row = get_duty(notice, duty)
    text = require_text(text, "要求不能为空；不需要的请删除。")
    before = row.text
    mark_settled(row.measure, "duties")
    with keep_drafts_updated(notice, [row.measure_id]):
        further_changes = reword_duty(row, text, DutyReader(notice))
    return ActionResult(
        words="；".join([f"要求：{row.text[:200]}", *further_changes])[:MAX_LOG_CHARACTERS],
        facts={"duty": row.pk, "before": before[:500], "besides": further_changes},
    )


@notice_action("edit_due", verb="correct", label="更正时限", rule=list_reasons_unless_chief_of_notice)
def edit_deadline(
    notice: Notice, *, by: Actor, duty: int, due: Mapping[str, object], alike: bool = False
) -> ActionResult:
    """Correct a deadline; `due` is a rule as data. Return the changed measures' keys.

    A vague deadline takes its default again; one that depends on an act registers that act. With
    `alike`, all duties that took the deadline from the same heading or sentence change.
    """
    edited_duty = get_duty(notice, duty)
    rule = {key: value for key, value in due.items() if value not in (None, "")}
    if reasons := list_rule_faults(rule):
        raise Refused(reasons)
    rows = list_duties_sharing_deadline(edited_duty) if alike else [edited_duty]
    for row in rows:
        # Keep the common source so that the next correction reaches all these rows again.
        source = {"source": row.due["source"] | {"by": by.name}} if len(rows) > 1 and rule else {}
        set_deadline_rule(notice, row, rule | source)
        row.default_by = row.default_by or (by.name if row.default_note else "")
        row.save()
    measures = {row.measure_id: row.measure for row in rows}
    for measure in measures.values():
        settle_field(measure, "duties")
    count_note = f"（同一处写明的{len(rows)}项要求一并更正）" if len(rows) > 1 else ""
    return ActionResult(
        words=f"时限：{describe_rule(rule)}{count_note}",
        facts={"duty": edited_duty.pk, "due": rule, "duties": [row.pk for row in rows]},
        result=sorted(measures),
    )


@notice_action("edit_paths", verb="correct", label="更正公开路径", rule=list_reasons_unless_chief_of_notice)
def edit_paths(
    notice: Notice, *, by: Actor, duty: int, paths: Iterable[Sequence[str]], channels: Iterable[str]
) -> ActionResult:
    """Correct the disclosure paths (公开路径) and other channels of a duty."""
    row = get_duty(notice, duty)
    row.paths = [levels for path in paths if (levels := [level.strip() for level in path if level.strip()])]
    row.channels = [name.strip() for name in channels if name.strip()]
    row.save(update_fields=["paths", "channels"])
    settle_field(row.measure, "duties")
    shown = "；".join(" > ".join(path) for path in row.paths) or "无"
    return ActionResult(
        words=f"公开路径：{shown}", facts={"duty": row.pk, "paths": row.paths, "channels": row.channels}
    )


@notice_action("split_duty", verb="correct", label="拆分要求", rule=list_reasons_unless_chief_of_notice)
def split_duty(notice: Notice, *, by: Actor, duty: int, at: int) -> ActionResult:
    """Split a duty before the character `at` of its text. The result is the new `Duty`.

    Paths and deadline go to the part that prints them; both parts guide the same units.
    """
    row = get_duty(notice, duty)
    text_before, text_after = row.text[:at].strip(), row.text[at:].strip()
    if not text_before or not text_after:
        raise Refused("请在文字中间选择拆分的位置。")
    paths_before, paths_after = divide_paths(row.paths, text_before, text_after)
    deadline_moves = bool(row.due_text) and row.due_text in text_after and row.due_text not in text_before
    new_duty = Duty(
        measure=row.measure,
        position=row.position + 1,
        text=text_after,
        paths=paths_after,
        channels=list(row.channels),
        guides=row.guides,
    )
    if deadline_moves:
        set_deadline_rule(notice, new_duty, row.due)
        set_deadline_rule(notice, row, {})
    row.text, row.paths = text_before, paths_before
    row.save()
    Duty.objects.filter(measure=row.measure, position__gt=row.position).update(position=F("position") + 1)
    new_duty.save()
    new_duty.guided.set(row.guided.all())
    _renumber_duties(row.measure_id)
    return ActionResult(
        words=f"拆出要求“{text_after[:60]}”", facts={"duty": row.pk, "new": new_duty.pk}, result=new_duty
    )


@notice_action("merge_duties", verb="correct", label="并入上一项", rule=list_reasons_unless_chief_of_notice)
def merge_duties(notice: Notice, *, by: Actor, duty: int) -> ActionResult:
    """Merge a duty into the one above, which gets its guided units; return that one.

    The deadline of the one above stays; the log names the other one.
    """
    row = get_duty(notice, duty)
    above = Duty.objects.filter(measure=row.measure, position__lt=row.position).order_by("-position").first()
    if above is None:
        raise Refused("上面没有可以并入的要求。")
    above.text = f"{above.text}{row.text}"
    above.paths = [*above.paths, *(path for path in row.paths if path not in above.paths)]
    above.channels = [*above.channels, *(channel for channel in row.channels if channel not in above.channels)]
    text = "要求并入上一项"
    if not above.due and row.due:
        set_deadline_rule(notice, above, row.due)
    elif row.due and row.due_text != above.due_text:
        text += f"，期限按上一项的“{above.due_text}”，不再有“{row.due_text}”"
    above.guides = above.guides or row.guides
    above.save()
    above.guided.add(*row.guided.all())
    row.delete()
    _renumber_duties(above.measure_id)
    return ActionResult(words=text, facts={"duty": duty, "into": above.pk}, result=above)


@notice_action("add_duty", verb="correct", label="增加要求", rule=list_reasons_unless_chief_of_notice)
def add_duty(notice: Notice, *, by: Actor, measure: int, text: str) -> ActionResult:
    """Add a duty that the reader missed. The result is the new `Duty`."""
    row = get_measure(notice, measure)
    text = require_text(text, "请填写要求。")
    new = Duty.objects.create(measure=row, position=row.duties.count() + 1, text=text)
    return ActionResult(words=f"增加要求：{new.text[:200]}", facts={"measure": row.pk, "duty": new.pk}, result=new)


@notice_action("remove_duty", verb="correct", label="删除要求", rule=list_reasons_unless_chief_of_notice)
def remove_duty(notice: Notice, *, by: Actor, duty: int) -> ActionResult:
    """Remove a duty; the last one of a row cannot be removed."""
    row = get_duty(notice, duty)
    if row.measure.duties.count() == 1:
        raise Refused("每一行至少保留一项要求；不需要的行请选“不列入任务”。")
    text, measure = f"删除要求“{row.text[:60]}”", row.measure_id
    row.delete()
    _renumber_duties(measure)
    return ActionResult(words=text, facts={"duty": duty})


@notice_action("set_guides", verb="correct", label="标明指导对象", rule=list_reasons_unless_chief_of_notice)
def set_guides(notice: Notice, *, by: Actor, duty: int, guides: bool, guided: Iterable[Body] = ()) -> ActionResult:
    """Mark a duty as guidance of the units `guided`, or as no guidance."""
    row = get_duty(notice, duty)
    row.guides = guides
    row.save(update_fields=["guides"])
    bodies = list(guided) if guides else []
    row.guided.set(bodies)
    names = "、".join(body.label for body in bodies)
    text = f"指导类任务{f'，对象：{names}' if names else ''}" if guides else "不是指导类任务"
    return ActionResult(words=text, facts={"duty": row.pk, "guided": [body.pk for body in bodies]})
