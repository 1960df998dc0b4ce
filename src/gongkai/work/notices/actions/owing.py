"""Choose who owes the rows of one form, for example 甲牵头，乙配合 or separate lead and responsible columns."""

from collections.abc import Iterable

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.correcting import MARKED_CORRECTED, get_measure
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.rules import check_chief
from gongkai.work.notices.doubts import FORM_OWNER_FIELD
from gongkai.work.notices.models import Measure, MeasureUnit, Notice
from gongkai.work.notices.passing.following import keep_drafts_updated
from gongkai.work.notices.planning.parts import CHOICES_BY_FORM, OWNER_CHOICES, UNIT_FORMS, arrange_parts


@notice_action("choose_owner", verb="correct", label="选定由谁承担", rule=check_chief)
def choose_owner(
    notice: Notice, *, by: Actor, form: str, choice: str, measure: int | None = None
) -> ActionResult:
    """Choose the owner of all rows of a form, or of one row; the other units become partners or leads.

    A choice for the form settles its flag and becomes the default for the next notice of the
    government. Args: `form` is a key of `parts.FORMS`; `choice` a key of `parts.CHOICES` allowed
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
            flag["settled"] = (
                flag.get("settled") or f"{MARKED_CORRECTED}：{OWNER_CHOICES[choice]}（{by.name}）"
            )
        notice.owing = {**notice.owing, form: choice}
        notice.save(update_fields=["owing"])
    Measure.objects.bulk_update(rows, ["flags", "lead_owes"], batch_size=500)
    words = f"“{UNIT_FORMS[form]}”的{len(rows)}行：{OWNER_CHOICES[choice]}"
    return ActionResult(words=words, facts={"form": form, "choice": choice, "measure": measure}, result=rows)


def _set_unit_parts(rows: Iterable[Measure], form: str, choice: str) -> None:
    """Set the part of each unit, and `lead_owes` of each row without saving the row."""
    units = MeasureUnit.objects.filter(measure__in=[row.pk for row in rows]).order_by("position", "pk")
    named: dict[int, list[MeasureUnit]] = {}
    for unit in units:
        named.setdefault(unit.measure_id, []).append(unit)
    for row in rows:
        mine = named.get(row.pk, [])
        parts, row.lead_owes = arrange_parts(form, [(unit.part, unit.helps) for unit in mine], choice)
        for unit, part in zip(mine, parts, strict=True):
            unit.part = part
    MeasureUnit.objects.bulk_update(
        [unit for some in named.values() for unit in some], ["part"], batch_size=500
    )
