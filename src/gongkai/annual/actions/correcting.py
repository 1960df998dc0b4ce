"""Correcting a published report (更正): all steps again; what is public stays until the corrected edition replaces it."""

from django.utils import timezone

from gongkai.acts.action import Refused, Step, Tell
from gongkai.acts.actors import Actor
from gongkai.annual.kind import KIND
from gongkai.annual.models import Correction, Report
from gongkai.annual.rules import hands_in
from gongkai.ledger.entry_action import entry_action
from gongkai.ledger.kinds import url_of
from gongkai.ledger.models import Entry
from gongkai.units.models import Role


@entry_action(KIND, "correct", label="更正", rule=hands_in)
def correct(entry: Entry, *, by: Actor, reason: str) -> Step:
    """Open a published report again, with the reason that the corrected edition will say to everybody."""
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明更正的原因，更正公布时一并说明。")
    report: Report = entry.annual_report
    made = Correction.objects.create(
        report=report, replaces=report.published_number, reason=why[:500], by=by.name, at=timezone.now()
    )
    tell = Tell(
        subject=f"年度报告需要更正：{entry.title}",
        body=f"{entry.body.name}的“{entry.title}”需要更正：{why}。公布的报告在更正发布以前不变。",
        link=url_of(entry),
        key=f"annual.correct:{entry.pk}:{made.pk}",
        posts=((Role.CLERK, report.unit.pk), (Role.LEAD, report.unit.pk)),
    )
    return Step(words=f"更正：{why}", facts={"replaces": made.replaces}, tell=(tell,))


@entry_action(KIND, "drop_correction", label="停止更正", rule=hands_in)
def drop_correction(entry: Entry, *, by: Actor, reason: str) -> Step:
    """Stop correcting: what is public holds. What was filled in stays on record."""
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明停止更正的原因。")
    entry.annual_report.corrections.filter(ended_at=None).update(ended_at=timezone.now())
    return Step(words=f"停止更正：{why}")
