"""Correct a published report (更正).

All steps are repeated; the public edition stays until the corrected one replaces it.
"""

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.writing.titles import quoted
from gongkai.oversight.annual.kind import KIND
from gongkai.oversight.annual.models import Correction, EnteredFigure, Explanation, Report, Submission
from gongkai.oversight.annual.queries.figures import ENTERED
from gongkai.oversight.annual.rules import hands_in
from gongkai.oversight.annual.snapshot import figures_in


@entry_action(KIND, "correct", label="更正", rule=hands_in)
def correct(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a published report for correction; the reason is printed in the corrected edition."""
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明更正的原因，更正公布时一并说明。")
    report: Report = entry.annual_report
    made = Correction.objects.create(
        report=report, replaces=report.published_number, reason=why[:500], by=by.name, at=timezone.now()
    )
    tell = Notification(
        subject=f"年度报告需要更正：{entry.title}",
        body=f"{entry.body.name}的{quoted(entry.title)}需要更正：{why}。公布的报告在更正发布以前不变。",
        link=url_of(entry),
        key=f"annual.correct:{entry.pk}:{made.pk}",
        posts=((Role.CLERK, report.unit.pk), (Role.LEAD, report.unit.pk)),
    )
    return ActionResult(words=f"更正：{why}", facts={"replaces": made.replaces}, tell=(tell,))


@entry_action(KIND, "drop_correction", label="停止更正", rule=hands_in)
def drop_correction(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Drop a correction; the published report remains valid.

    The next correction starts from the published report. The log keeps the dropped content.
    """
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明停止更正的原因。")
    report: Report = entry.annual_report
    report.corrections.filter(ended_at=None).update(ended_at=timezone.now())
    if published := report.submissions.filter(number=report.published_number).first():
        _begin_from(report, published)
    return ActionResult(words=f"停止更正：{why}")


def _begin_from(report: Report, published: Submission) -> None:
    """Reset a report to its published submission, so that no dropped changes remain.

    The authors of unchanged figures are kept.
    """
    Report.objects.filter(pk=report.pk).update(until=published.until)
    by, content = published.by, published.content
    stood = {key: one for key, one in figures_in(content).items() if one.origin == ENTERED}
    report.entered.exclude(key__in=stood).delete()
    kept = {row.key: row for row in report.entered.all()}
    for key, one in stood.items():
        if key not in kept or kept[key].value != one.value:
            facts = {"value": one.value, "source": one.source, "by": by}
            EnteredFigure.objects.update_or_create(report=report, key=key, defaults=facts)
    report.explanations.all().delete()
    Explanation.objects.bulk_create(
        Explanation(report=report, by=by, **{name: one[name] for name in ("mark", "said", "text")})
        for one in content["explanations"]
    )
    for section in report.sections.all():
        text = content["sections"].get(str(section.number), "")
        if section.text != text:
            section.text, section.drafted, section.confirmed_by, section.confirmed_at = text, False, "", None
            section.save()
