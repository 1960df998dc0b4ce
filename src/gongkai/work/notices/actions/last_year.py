"""Fill gaps of a row from last year's notice, on request."""

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions.correcting import get_measure, settle_field
from gongkai.work.notices.actions.naming import add_units
from gongkai.work.notices.actions.notice_action import notice_action
from gongkai.work.notices.actions.rules import check_chief
from gongkai.work.notices.last_year import find_last_years_rows
from gongkai.work.notices.limits import set_deadline_rule
from gongkai.work.notices.models import Measure, Notice, Part
from gongkai.work.notices.passing.following import keep_drafts_updated
from gongkai.work.notices.planning.sentences import describe_rule


@notice_action("take_last_year", verb="correct", label="照上年填写", rule=check_chief)
def fill_from_last_year(notice: Notice, *, by: Actor, measure: int) -> ActionResult:
    """Fill missing units and deadlines of a row from the same row of last year's notice."""
    row = get_measure(notice, measure)
    last = find_last_years_rows(notice).get(row.pk)
    if last is None or not (last.unnamed or last.dues):
        raise Refused("这一行没有可以照上年填写的内容。")
    said = []
    with keep_drafts_updated(notice, [row.pk]):
        if last.unnamed:
            sides = {
                Part.LEAD: last.said.lead,
                Part.RESPONSIBLE: last.said.responsible,
                Part.PARTNER: last.said.partner,
            }
            for part, names in sides.items():
                add_units(notice, row, part, list(names))
            Measure.objects.filter(pk=row.pk).update(lead_owes=last.row.lead_owes)
            said.append(f"单位{last.units}")
        for duty in row.duties.filter(pk__in=last.dues):
            set_deadline_rule(notice, duty, last.dues[duty.pk])
            duty.save()
            said.append(describe_rule(duty.due))
        if last.dues:
            settle_field(row, "duties")
    words = f"“{row.title}”照上年填写：{'；'.join(said)}"
    return ActionResult(words=words[:300], facts={"measure": row.pk, "from": last.row.pk})
