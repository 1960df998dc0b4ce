"""Complete rows of a draft: missed sentences, last year's values, owners of a form."""

from collections.abc import Iterable
from dataclasses import replace

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.lib.reading.words.duties import read_duties
from gongkai.work.notices.actions.corrections import MARKED_CORRECTED, get_measure, renumber_sections, settle_field
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.actions.row_storage import store_row
from gongkai.work.notices.actions.task_portions import notice_action
from gongkai.work.notices.actions.units import add_units
from gongkai.work.notices.entries.creation import set_deadline_rule
from gongkai.work.notices.importing.flags import FORM_OWNER_FIELD
from gongkai.work.notices.importing.text_patches import DutyReader
from gongkai.work.notices.models import Measure, MeasureUnit, Notice, UnitPart
from gongkai.work.notices.passing_down.drafts import keep_drafts_updated
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, DraftUnit, build_preamble_measure
from gongkai.work.notices.planning.leftovers import find_subject_units
from gongkai.work.notices.planning.roles import (
    CHOICES_BY_FORM,
    LEAD,
    OWNER_CHOICES,
    RESPONSIBLE,
    UNIT_FORMS,
    arrange_parts,
)
from gongkai.work.notices.queries.review_lines import list_missed_sentences
from gongkai.work.notices.versions.last_year import find_last_years_rows

# Shorter quotations may occur in the source by chance.
MIN_QUOTED_CHARACTERS = 6


@notice_action("add_row", verb="correct", label="处理没有成为任务的句子", rule=list_reasons_unless_chief_of_notice)
def add_missed_row(notice: Notice, *, by: Actor, text: str, dropped: bool = False) -> ActionResult:
    """Add a row for text that the notice prints but no row contains.

    The words are one of the missed sentences on the page, or copied from the source. With `dropped`
    the row is recorded as no task. The result is the new `Measure`.
    """
    sentence = text.strip()
    if sentence not in list_missed_sentences(notice) and not _is_unread_source_text(notice, sentence):
        raise Refused("这句话已经在某一行里，或者不在通知里：请从“来源全文”中照原文抄录。")
    last_row = Measure.objects.filter(notice=notice).order_by("-position").first()
    row = store_row(
        notice, _build_draft_row(notice, sentence, dropped=dropped), after=last_row.position if last_row else 0
    )
    renumber_sections(notice)
    decision = "不列入" if dropped else "列为任务"
    return ActionResult(words=f"{decision}：{sentence}"[:400], facts={"measure": row.pk}, result=row)


def _is_unread_source_text(notice: Notice, text: str) -> bool:
    """Return true if the source contains the words and no row does; white space is ignored."""
    bare = "".join(text.split())
    rows = Measure.objects.filter(notice=notice).values_list("text", flat=True)
    contained = any(bare in "".join(text.split()) for text in rows)
    return len(bare) >= MIN_QUOTED_CHARACTERS and bare in "".join(notice.source_text.split()) and not contained


def _build_draft_row(notice: Notice, text: str, *, dropped: bool) -> DraftMeasure:
    """Build the draft row of a sentence; if `dropped`, as no task and unflagged."""
    draft = build_preamble_measure({"text": text}, notice.parsed, 0)
    duties = tuple(
        DraftDuty(duty.text, tuple(duty.paths), tuple(duty.channels), duty.due.to_json() if duty.due else {})
        for duty in read_duties(text, DutyReader(notice).context)
    )
    lead = tuple(unit for unit in draft.units if unit.part == LEAD)
    units = tuple(DraftUnit(RESPONSIBLE, name) for name in find_subject_units(text))
    return replace(
        draft,
        duties=duties or draft.duties,
        units=(*lead, *units) if units else draft.units,
        dropped=dropped,
        flags=() if dropped else draft.flags,
    )


@notice_action("take_last_year", verb="correct", label="照上年填写", rule=list_reasons_unless_chief_of_notice)
def fill_from_last_year(notice: Notice, *, by: Actor, measure: int) -> ActionResult:
    """Fill missing units and deadlines of a row from the same row of last year's notice."""
    row = get_measure(notice, measure)
    last_years = find_last_years_rows(notice).get(row.pk)
    if last_years is None or not (last_years.unnamed or last_years.dues):
        raise Refused("这一行没有可以照上年填写的内容。")
    texts = []
    with keep_drafts_updated(notice, [row.pk]):
        if last_years.unnamed:
            sides = {
                UnitPart.LEAD: last_years.said.lead,
                UnitPart.RESPONSIBLE: last_years.said.responsible,
                UnitPart.PARTNER: last_years.said.partner,
            }
            for unit_part, names in sides.items():
                add_units(notice, row, unit_part, list(names))
            Measure.objects.filter(pk=row.pk).update(lead_owes=last_years.row.lead_owes)
            texts.append(f"单位{last_years.units}")
        for duty in row.duties.filter(pk__in=last_years.dues):
            set_deadline_rule(notice, duty, last_years.dues[duty.pk])
            duty.save()
            texts.append(describe_rule(duty.due))
        if last_years.dues:
            settle_field(row, "duties")
    text = f"“{row.title}”照上年填写：{'；'.join(texts)}"
    return ActionResult(words=text[:300], facts={"measure": row.pk, "from": last_years.row.pk})


@notice_action("choose_owner", verb="correct", label="选定由谁承担", rule=list_reasons_unless_chief_of_notice)
def choose_owner(notice: Notice, *, by: Actor, form: str, choice: str, measure: int | None = None) -> ActionResult:
    """Choose the owner of all rows that name their units in one form, or of one row.

    A choice for the form settles its flag and becomes the default for the next notice of the
    government. Args: `form` is a key of `roles.UNIT_FORMS`; `choice` a key of `roles.OWNER_CHOICES` allowed
    for it; `measure` limits it to one row. The result is the rows.
    """
    if choice not in CHOICES_BY_FORM.get(form, ()):
        raise Refused("这种写法不能这样选，请刷新页面后重试。")
    rows = [get_measure(notice, measure)] if measure else list(notice.measures.filter(form=form))
    if not rows or any(row.form != form for row in rows):
        raise Refused("没有这样写的行，请刷新页面后重试。")
    with keep_drafts_updated(notice, [row.pk for row in rows]):
        _set_unit_parts(rows, form, choice)
    if measure is None:
        for flag in (flag for row in rows for flag in row.flags if flag.get("field") == FORM_OWNER_FIELD):
            flag["settled"] = flag.get("settled") or f"{MARKED_CORRECTED}：{OWNER_CHOICES[choice]}（{by.name}）"
        notice.owing = {**notice.owing, form: choice}
        notice.save(update_fields=["owing"])
    Measure.objects.bulk_update(rows, ["flags", "lead_owes"], batch_size=500)
    text = f"“{UNIT_FORMS[form]}”的{len(rows)}行：{OWNER_CHOICES[choice]}"
    return ActionResult(words=text, facts={"form": form, "choice": choice, "measure": measure}, result=rows)


def _set_unit_parts(rows: Iterable[Measure], form: str, choice: str) -> None:
    """Set the part of each unit, and `lead_owes` of each row without saving the row."""
    units = MeasureUnit.objects.filter(measure__in=[row.pk for row in rows]).order_by("position", "pk")
    units_by_row: dict[int, list[MeasureUnit]] = {}
    for unit in units:
        units_by_row.setdefault(unit.measure_id, []).append(unit)
    for row in rows:
        mine = units_by_row.get(row.pk, [])
        new_parts, row.lead_owes = arrange_parts(form, [(unit.part, unit.helps) for unit in mine], choice)
        for unit, new_part in zip(mine, new_parts, strict=True):
            unit.part = new_part
    MeasureUnit.objects.bulk_update([unit for some in units_by_row.values() for unit in some], ["part"], batch_size=500)
