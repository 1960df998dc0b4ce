"""Misreadings of the machine: set aside by a person with a reason, left out of the score, and not found again."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.acts.action import Refused, Step, action
from gongkai.inspection.actions import table_of
from gongkai.inspection.models import FalseAlarm, InspectedSite, InspectionRun, SiteFinding
from gongkai.inspection.queries import later_run
from gongkai.inspection.rules import orders
from gongkai.inspection.site.scoring import Score, score_of
from gongkai.units.actors import Actor

#: Fewer characters are no reason.
LEAST_REASON = 5


def marks_aside(site: InspectedSite) -> frozenset[str]:
    """Return the marks of the findings of a site that are known to be misreadings."""
    return frozenset(FalseAlarm.objects.filter(site=site, withdrawn_at=None).values_list("mark", flat=True))


def alarm_of(finding: SiteFinding) -> FalseAlarm | None:
    """Return what somebody said of a finding as a misreading; None where nobody did, or it was withdrawn."""
    return FalseAlarm.objects.filter(site=finding.run.site_id, mark=finding.mark, withdrawn_at=None).first()


def standing_findings(run: InspectionRun) -> QuerySet[SiteFinding]:
    """Return what a run found, misreadings left out."""
    return run.findings.exclude(mark__in=marks_aside(run.site))


def _latest(finding: SiteFinding) -> list[str]:
    return ["这不是最近一次检查，请在最近一次检查的问题中办理。"] if later_run(finding.run) else []


@action("inspection.mark_false_alarm", label="标为误报", rule=orders, ready=_latest)
def mark_false_alarm(finding: SiteFinding, *, by: Actor, reason: str) -> Step:
    """Say that the machine misread a page: the finding no longer counts, in this run and in those to come."""
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(f"请写明为什么是误报（至少{LEAST_REASON}个字）。")
    if alarm_of(finding):
        raise Refused("这个问题已经标为误报。")
    FalseAlarm.objects.create(
        site=finding.run.site,
        mark=finding.mark,
        indicator=finding.indicator,
        what=finding.what,
        reason=reason.strip()[:300],
        by=by.name,
    )
    facts = _score_again(finding.run)
    return Step(
        words=f"“{finding.what[:80]}”是误报：{reason.strip()}",
        stream=f"inspectedsite/{finding.run.site_id}",
        facts=facts,
    )


@action("inspection.withdraw_false_alarm", label="撤回误报", rule=orders, ready=_latest)
def withdraw_false_alarm(finding: SiteFinding, *, by: Actor) -> Step:
    """Say that it was no misreading after all: the finding counts again."""
    alarm = alarm_of(finding)
    if alarm is None:
        raise Refused("这个问题没有标为误报。")
    alarm.withdrawn_at = timezone.now()
    alarm.save(update_fields=["withdrawn_at"])
    facts = _score_again(finding.run)
    return Step(
        words=f"撤回误报：{finding.what[:80]}", stream=f"inspectedsite/{finding.run.site_id}", facts=facts
    )


def _score_again(run: InspectionRun) -> dict[str, Any]:
    """Compute a run's score from what stands; return it before and after."""
    table, before = table_of(run), run.score
    if table is None:
        return {}
    skipped: Mapping[str, str] = run.report.get("skipped", {})
    made: Score = score_of(standing_findings(run), table, skipped)
    run.score, run.passed = made.score, made.passed
    run.report = run.report | {
        "score_before_veto": made.before_veto,
        "veto": made.veto,
        "deductions": made.deductions,
        "bonus": made.bonus,
    }
    run.save(update_fields=["score", "passed", "report"])
    return {"run": run.pk, "before": before, "after": made.score}
