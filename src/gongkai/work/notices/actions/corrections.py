"""Corrections on the review page: cells, flags, rows, until the draft is confirmed."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from gongkai.core.acts.action import ActionResult, Conflict, Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.reading.words.units import read_units
from gongkai.work.notices.actions.imports import find_parent, has_ancestor
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.importing.flags import NOTICE_OWNER_FIELD, get_flag_kind, needs_single_decision
from gongkai.work.notices.importing.text_patches import DutyReader, reword_measure, split_text
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitMember
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.draft_rows import number_sections
from gongkai.work.notices.versions.supersession import propose_amended_notice

# Label and maximum length of the text cells of a row.
CORRECTABLE_CELLS = {
    "section": ("工作任务（一级）", 300),
    "item": ("工作任务（二级）", 300),
    "text": ("贯彻举措", 20_000),
}
#: Characters of a correction that the log stores.
MAX_LOG_CHARACTERS = 400
#: Stored in `settled` of a flag that a clerk checked without a change.
MARKED_CHECKED = "已核对"
#: Stored in `settled` of a flag whose cell a clerk corrected.
MARKED_CORRECTED = "已更正"


def get_measure(notice: Notice, number: int) -> Measure:
    """Return a measure of the notice.

    Raises Refused when it does not exist.
    """
    measure = Measure.objects.filter(notice=notice, pk=number).first()
    if measure is None:
        raise Refused("这一行已不存在，请刷新后重试。")
    return measure


def mark_settled(measure: Measure, field: str) -> None:
    """Mark the flags of one field of a row, and those of no field, as settled, without saving the row."""
    for flag in measure.flags:
        if not flag.get("settled") and flag.get("field") in {field, None}:
            flag["settled"] = MARKED_CORRECTED


def settle_field(measure: Measure, field: str) -> None:
    """Mark the flags of one field of a row, and those of no field, as settled and save them."""
    mark_settled(measure, field)
    measure.save(update_fields=["flags"])


def renumber_sections(notice: Notice) -> None:
    """Number the sections in the order of the rows."""
    rows = list(Measure.objects.filter(notice=notice).order_by("position", "pk"))
    numbers = number_sections(row.section for row in rows)
    changed = []
    for row, number in zip(rows, numbers, strict=True):
        if row.section_no != number:
            row.section_no = number
            changed.append(row)
    Measure.objects.bulk_update(changed, ["section_no"], batch_size=500)


@notice_action("correct_front", verb="correct", label="更正文件信息", rule=list_reasons_unless_chief_of_notice)
def correct_front_page(notice: Notice, *, by: Actor, values: Mapping[str, object]) -> ActionResult:
    """Correct title, document number, date, year, issuer, comment status or parent of a notice.

    `values`: {field: new value}. A missing parent that it does not set is searched again, as is the notice amended.
    """
    allowed = {"title", "doc_number", "issued_on", "year", "issuer", "issuer_name", "for_comment", "parent"}
    assert set(values) <= allowed
    changed = [name for name, value in values.items() if getattr(notice, name) != value]
    for name in changed:
        setattr(notice, name, values[name])
    if not notice.title.strip():
        raise Refused("请填写通知标题。")
    if not 2000 <= notice.year <= 2100:
        raise Refused("年度应为2000年至2100年。")
    if has_ancestor(notice.parent, notice.pk):
        raise Refused("上级通知不能是它自己，也不能是它的下级。")
    if "parent" not in values and notice.parent is None:
        notice.parent = find_parent(notice)
    notice.save(update_fields=sorted(allowed))
    propose_amended_notice(notice)
    if notice.parent_id and notice.parent_id == notice.amends_id:  # A notice that this one amends is not its parent.
        notice.parent = None
        notice.save(update_fields=["parent"])
    context = {name: _make_json_value(values[name]) for name in changed}
    return ActionResult(words=f"更正文件信息：{'、'.join(changed) or '无变化'}", facts=context)


def _make_json_value(value: object) -> object:
    """Return a value for the log: the key of a row, an ISO date, or the value itself."""
    if isinstance(value, Body | Notice):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


@notice_action("correct_cell", verb="correct", label="更正单元格", rule=list_reasons_unless_chief_of_notice)
def correct_cell(
    notice: Notice, *, by: Actor, measure: int, field: str, value: str, seen: str | None = None, equal: bool = False
) -> ActionResult:
    """Correct one cell, or with `equal` all equal cells of its column. The result is the rows.

    The checklist follows the text of the measure; deadlines and paths follow the words they were
    read from; drafts for lower units follow too. Raises Conflict when the cell no longer contains
    `seen`.
    """
    if field not in CORRECTABLE_CELLS:
        raise Refused("没有这一栏。")
    label, longest = CORRECTABLE_CELLS[field]
    row = get_measure(notice, measure)
    current_text = getattr(row, field)
    if seen is not None and seen.replace("\r\n", "\n") != current_text:
        raise Conflict("这一格刚刚已由他人更正，请刷新后查看，您填写的内容没有丢失。")
    text = value.replace("\r\n", "\n").strip()
    if field == "text" and not text:
        raise Refused("贯彻举措不能为空；不需要的行请选“不列入任务”。")
    if len(text) > longest:
        raise Refused(f"{label}不能超过{longest}字。")
    rows = [row]
    if equal and field != "text":
        rows += Measure.objects.filter(notice=notice, **{field: current_text}).exclude(pk=row.pk)
    further_changes: list[str] = []
    with keep_drafts_updated(notice, [changed_row.pk for changed_row in rows]):
        for changed_row in rows:
            mark_settled(changed_row, "measure" if field == "text" else field)
        if field == "text":
            further_changes = reword_measure(row, text, DutyReader(notice))
        else:
            for changed_row in rows:
                setattr(changed_row, field, text)
            Measure.objects.bulk_update(rows, [field, "flags"], batch_size=500)
    if field == "section":
        renumber_sections(notice)
    many = f"（{len(rows)}行）" if len(rows) > 1 else ""
    facts = {
        "measures": [changed_row.pk for changed_row in rows],
        "field": field,
        "before": current_text[:500],
        "besides": further_changes,
    }
    return ActionResult(
        words="；".join([f"{label}{many}：{text[:200]}", *further_changes])[:MAX_LOG_CHARACTERS],
        facts=facts,
        result=rows,
    )


@notice_action("settle", verb="correct", label="标为无误", rule=list_reasons_unless_chief_of_notice)
def settle_flags(
    notice: Notice,
    *,
    by: Actor,
    measure: int | None = None,
    flag: int | None = None,
    like: str = "",
    sweep: bool = False,
) -> ActionResult:
    """Mark flags as checked: one, all of a row, all of a kind (`like`), or all of the notice.

    `flag` is an index in the row's flags, `like` a value of `flags.get_flag_kind`. A `sweep` over all flags skips
    those that are answered one by one: the owner of the notice, the owners of a form's rows, and those that multiply
    entries or open columns. Once the owner is answered, the units that depended on it become the own units, except
    groups.
    """
    rows = [get_measure(notice, measure)] if measure else list(notice.measures.exclude(flags=[]))
    count, owner_answered = 0, False
    groups = MeasureUnit.objects.filter(Q(plural=True) | Q(everyone=True), measure__in=rows)
    plural = set(groups.values_list("measure", flat=True)) if sweep else set()
    for row in rows:
        for place, stored_flag in enumerate(row.flags):
            if sweep and needs_single_decision(stored_flag, plural=row.pk in plural):
                continue
            if not stored_flag.get("settled") and flag in {None, place} and like in {"", get_flag_kind(stored_flag)}:
                stored_flag["settled"] = f"{MARKED_CHECKED}（{by.name}）"
                count, owner_answered = count + 1, owner_answered or stored_flag.get("field") == NOTICE_OWNER_FIELD
    Measure.objects.bulk_update(rows, ["flags"], batch_size=500)
    if owner_answered:
        from gongkai.work.notices.actions.units import resolve_own_units

        resolve_own_units(notice)
    of_kind = f"：{like}" if like else ""
    return ActionResult(words=f"核对无误{count}处{of_kind}"[:400], facts={"measure": measure, "count": count})


@notice_action("unsettle", verb="correct", label="重新存疑", rule=list_reasons_unless_chief_of_notice)
def unsettle_flags(notice: Notice, *, by: Actor, measure: int) -> ActionResult:
    """Mark the flags of a row that were checked as open again; flags settled by a correction stay settled."""
    row = get_measure(notice, measure)
    count = 0
    for flag in row.flags:
        if str(flag.get("settled") or "").startswith(MARKED_CHECKED):
            flag["settled"] = ""
            count += 1
    row.save(update_fields=["flags"])
    return ActionResult(words=f"重新存疑{count}处：{row.title}", facts={"measure": row.pk, "count": count})


@notice_action("use_alternative", verb="correct", label="采用另一种读法", rule=list_reasons_unless_chief_of_notice)
def use_alternative(notice: Notice, *, by: Actor, measure: int, flag: int) -> ActionResult:
    """Take the second reading of a cell: text, or units for lead and responsible; `flag` is an index in the row's
    flags.
    """
    from gongkai.work.notices.actions.units import replace_units

    row = get_measure(notice, measure)
    doubt = row.flags[flag] if 0 <= flag < len(row.flags) else {}
    other, field = doubt.get("alternative"), doubt.get("field")
    if not other or field not in {"section", "item", "measure", "lead", "responsible"}:
        raise Refused("这一处没有另一种读法，请直接更正。")
    if field in {"lead", "responsible"}:
        replace_units(notice, row, field, other if isinstance(other, list) else read_units(str(other)).all())
    else:
        with keep_drafts_updated(notice, [row.pk]):
            if field == "measure":
                reword_measure(row, str(other), DutyReader(notice))
            else:
                setattr(row, field, str(other))
                row.save(update_fields=["section", "item"])
    settle_field(row, field)
    if field == "section":
        renumber_sections(notice)
    return ActionResult(words=f"采用另一种读法：{other}"[:300], facts={"measure": row.pk, "field": field})


@notice_action("drop", verb="correct", label="不列入任务", rule=list_reasons_unless_chief_of_notice)
def drop_measure(notice: Notice, *, by: Actor, measure: int, dropped: bool = True) -> ActionResult:
    """Mark a row of a draft as no task, so that it creates no entries; or undo that.

    `measure` is the primary key of the row.
    """
    row = get_measure(notice, measure)
    row.dropped = dropped
    row.save(update_fields=["dropped"])
    return ActionResult(words=f"{'不列入' if dropped else '重新列入'}：{row.title}", facts={"measure": row.pk})


@notice_action("split_row", verb="correct", label="拆分行", rule=list_reasons_unless_chief_of_notice)
def split_row(notice: Notice, *, by: Actor, measure: int, duty: int) -> ActionResult:
    """Move a duty and all following ones to a new row; return that row."""
    row = get_measure(notice, measure)
    duties = list(row.duties.order_by("position", "pk"))
    numbers = [row_duty.pk for row_duty in duties]
    if duty not in numbers[1:]:
        raise Refused("请从第二项或者其后的要求处拆分。")
    moving = duties[numbers.index(duty) :]
    staying = duties[: numbers.index(duty)]
    text_before, text_after = split_text(row.text, [d.text for d in staying], [d.text for d in moving])
    new_row = Measure.objects.create(
        notice=notice,
        position=row.position + 1,
        section=row.section,
        section_no=row.section_no,
        item=row.item,
        text=text_after,
        extras=row.extras,
        preamble=row.preamble,
        page=row.page,
        cells=row.cells,
        form=row.form,
        lead_owes=row.lead_owes,
    )
    row.text = text_before
    row.save(update_fields=["text"])
    Duty.objects.filter(pk__in=[row_duty.pk for row_duty in moving]).update(measure=new_row)
    _copy_units(row, new_row)
    _respace_rows(notice)
    return ActionResult(words=f"拆出“{new_row.title}”", facts={"measure": row.pk, "new": new_row.pk}, result=new_row)


@notice_action("merge_rows", verb="correct", label="并入上一行", rule=list_reasons_unless_chief_of_notice)
def merge_rows(notice: Notice, *, by: Actor, measure: int) -> ActionResult:
    """Merge the row `measure` into the row above, and delete it.

    The result is the row above, which is a task if one of both was. Raises Refused if there is none.
    """
    row = get_measure(notice, measure)
    upper_row = (
        Measure.objects.filter(notice=notice, position__lt=row.position, preamble=row.preamble)
        .order_by("-position")
        .first()
    )
    if upper_row is None:
        raise Refused("上面没有可以并入的行。")
    upper_row.text = f"{upper_row.text}\n{row.text}".strip()
    upper_row.flags = [*upper_row.flags, *row.flags]
    upper_row.cells = [*upper_row.cells, *(cell for cell in row.cells if cell not in upper_row.cells)]
    for head, text in row.extras.items():
        if str(text) not in (present := str(upper_row.extras.get(head) or "")):
            upper_row.extras[head] = f"{present}\n{text}".strip()
    upper_row.dropped = upper_row.dropped and row.dropped
    upper_row.save(update_fields=["text", "flags", "cells", "extras", "dropped"])
    duty_count = upper_row.duties.count()
    for place, duty in enumerate(row.duties.order_by("position", "pk"), start=duty_count + 1):
        duty.measure, duty.position = upper_row, place
        duty.save(update_fields=["measure", "position"])
    _copy_units(row, upper_row)
    text = f"“{row.title}”并入上一行"
    row.delete()
    renumber_sections(notice)
    return ActionResult(words=text, facts={"measure": measure, "into": upper_row.pk}, result=upper_row)


def _copy_units(source: Measure, target: Measure) -> None:
    """Copy to `target` the printed units of `source` that it lacks, with their members."""
    existing = {(unit.part, unit.printed) for unit in target.units.all()}
    position = len(existing)
    for unit in source.units.prefetch_related("members"):
        if (unit.part, unit.printed) in existing:
            continue
        members = list(unit.members.all())
        position += 1
        copy = MeasureUnit.objects.create(
            measure=target,
            part=unit.part,
            position=position,
            printed=unit.printed,
            state=unit.state,
            plural=unit.plural,
            everyone=unit.everyone,
            outside=unit.outside,
            words=unit.words,
            helps=unit.helps,
        )
        UnitMember.objects.bulk_create(
            [UnitMember(unit=copy, body_id=m.body_id, office_id=m.office_id) for m in members]
        )


def _respace_rows(notice: Notice) -> None:
    """Number the rows of a notice by tens in their order."""
    rows = list(Measure.objects.filter(notice=notice).order_by("position", "pk"))
    for place, row in enumerate(rows, start=1):
        row.position = place * 10
    Measure.objects.bulk_update(rows, ["position"], batch_size=500)
