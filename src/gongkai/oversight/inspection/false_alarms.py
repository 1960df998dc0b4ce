"""Let people mark findings as false alarms, which are then neither scored nor reported.

A finding that alone fails a site needs two people: one gives the reason, another confirms it.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.publishing.proposed_words import find_head_posts, find_supervising_bodies
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit, is_among, with_covered_people
from gongkai.core.units.models import Role
from gongkai.oversight.inspection.actions import get_indicator_table
from gongkai.oversight.inspection.models import FalseAlarm, InspectedSite, InspectionRun, SiteFinding
from gongkai.oversight.inspection.queries import get_later_run
from gongkai.oversight.inspection.rules import check_inspector, check_orderer
from gongkai.oversight.inspection.site.report import explain_missing_verdict
from gongkai.oversight.inspection.site.scoring import (
    DOUBT,
    UNVERIFIED_PREFIX,
    VETO,
    InspectionScore,
    compute_score,
    describe_unjudged,
)

#: Minimum length of a reason in characters.
MIN_REASON_CHARACTERS = 5


def get_false_alarm_marks(site: InspectedSite) -> frozenset[str]:
    """Return the marks of those findings of a site that are active false alarms."""
    rows = FalseAlarm.objects.filter(site=site, withdrawn_at=None, waiting=False)
    return frozenset(rows.values_list("mark", flat=True))


def get_false_alarm(finding: SiteFinding) -> FalseAlarm | None:
    """Return the active false alarm that covers a finding, or None."""
    return FalseAlarm.objects.filter(site=finding.run.site_id, mark=finding.mark, withdrawn_at=None).first()


def list_valid_findings(run: InspectionRun) -> QuerySet[SiteFinding]:
    """Return a run's findings without false alarms."""
    return run.findings.exclude(mark__in=get_false_alarm_marks(run.site))


def _find_later_run_errors(finding: SiteFinding) -> list[str]:
    return ["这不是最近一次检查，请在最近一次检查的问题中办理。"] if get_later_run(finding.run) else []


@action("inspection.mark_false_alarm", label="标为误报", rule=check_orderer, ready=_find_later_run_errors)
def mark_false_alarm(finding: SiteFinding, *, by: Actor, reason: str) -> ActionResult:
    """Mark a finding as a false alarm and score again; vetoes await a second person."""
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise Refused(f"请写明为什么是误报（至少{MIN_REASON_CHARACTERS}个字）。")
    if get_false_alarm(finding):
        raise Refused("这个问题已经标为误报。")
    body = finding.run.site.body
    if body and (why := check_clears_other_unit(by, body, "把本单位网站的问题标为误报")):
        raise Refused(*why)
    waits = finding.kind == "veto"
    alarm = FalseAlarm.objects.create(
        site=finding.run.site,
        mark=finding.mark,
        indicator=finding.indicator,
        what=finding.what,
        reason=reason.strip()[:300],
        by=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
        waiting=waits,
    )
    return ActionResult(
        words=f"“{finding.what[:80]}”是误报：{reason.strip()}{'（待另一人确认）' if waits else ''}",
        stream=f"inspectedsite/{finding.run.site_id}",
        facts={} if waits else _score_again(finding.run),
        tell=_make_confirmation_notices(finding, alarm) if waits else (),
    )


def _make_confirmation_notices(finding: SiteFinding, alarm: FalseAlarm) -> tuple[Notification, ...]:
    """Return the notice to the heads of the site's body that a false alarm needs confirmation, if it has a body."""
    site = finding.run.site
    if site.body_id is None:
        return ()
    return (
        Notification(
            subject=f"单项否决标为误报，待确认：{site.name}"[:200],
            body=f"{alarm.by}认为“{alarm.what[:80]}”是误报：{alarm.reason}。须由另一人核对确认后才不计入。",
            link=reverse("inspection:finding", args=[finding.pk]),
            key=f"falsealarm/{alarm.pk}",
            posts=find_head_posts(site.body_id),
        ),
    )


def _check_confirmer(by: Actor, finding: SiteFinding) -> list[str]:
    """Return the Chinese reasons why the user cannot confirm the false alarm."""
    body = finding.run.site.body_id
    heads = body is not None and any(
        by.has(Role.LEAD, body_id=number) for number in {body, *find_supervising_bodies(body)}
    )
    reasons = [] if heads else check_inspector(by, finding.run)
    alarm = get_false_alarm(finding)
    stream = f"inspectedsite/{finding.run.site_id}"
    if by.system or (
        alarm
        and is_among(
            by, with_covered_people([alarm.person_id], stream, ["inspection.mark_false_alarm"]), [alarm.account_id]
        )
    ):
        reasons = [*reasons, "须由标为误报以外的另一人确认。"]
    return reasons


def _find_confirmation_errors(finding: SiteFinding) -> list[str]:
    alarm = get_false_alarm(finding)
    return _find_later_run_errors(finding) if alarm and alarm.waiting else ["这个问题没有待确认的误报。"]


@action("inspection.confirm_false_alarm", label="确认误报", rule=_check_confirmer, ready=_find_confirmation_errors)
def confirm_false_alarm(finding: SiteFinding, *, by: Actor) -> ActionResult:
    """Confirm, as a second person, that a vetoing finding is a false alarm, and score the run again."""
    alarm = get_false_alarm(finding)
    assert alarm is not None
    alarm.waiting, alarm.confirmed_by = False, by.name
    alarm.save(update_fields=["waiting", "confirmed_by"])
    return ActionResult(
        words=f"确认误报：{finding.what[:80]}",
        stream=f"inspectedsite/{finding.run.site_id}",
        facts=_score_again(finding.run),
    )


def _check_withdrawer(by: Actor, finding: SiteFinding) -> list[str]:
    """Return the Chinese reasons why the user may not withdraw the false alarm."""
    alarm = get_false_alarm(finding)
    if alarm and alarm.waiting and not _check_confirmer(by, finding):
        return []
    return check_orderer(by, finding)


def find_withdrawal_errors(finding: SiteFinding) -> list[str]:
    """Return the reason why the alarm of a finding cannot be withdrawn there: the newest run has the same finding."""
    later_run = get_later_run(finding.run)
    repeated = later_run is not None and later_run.findings.filter(mark=finding.mark).exists()
    return _find_later_run_errors(finding) if repeated else []


@action("inspection.withdraw_false_alarm", label="撤回误报", rule=_check_withdrawer, ready=find_withdrawal_errors)
def withdraw_false_alarm(finding: SiteFinding, *, by: Actor) -> ActionResult:
    """Withdraw a false alarm, so that the finding counts again.

    The newest run is scored again. In an older run, whose finding the newest one left out, only the next run counts it.
    """
    alarm = get_false_alarm(finding)
    if alarm is None:
        raise Refused("这个问题没有标为误报。")
    alarm.withdrawn_at = timezone.now()
    alarm.save(update_fields=["withdrawn_at"])
    facts = {} if get_later_run(finding.run) else _score_again(finding.run)
    return ActionResult(
        words=f"撤回误报：{finding.what[:80]}", stream=f"inspectedsite/{finding.run.site_id}", facts=facts
    )


def _score_again(run: InspectionRun) -> dict[str, object]:
    """Compute and save the run's score without false alarms; return the log facts: run, scores before and after."""
    table, previous_score = get_indicator_table(run), run.score
    if table is None:
        return {}
    valid_findings = list_valid_findings(run)
    skipped: dict[str, str] = {**run.report.get("skipped", {})}
    skipped.pop(VETO, "")
    score: InspectionScore = compute_score(valid_findings, table, skipped)
    doubts = valid_findings.filter(indicator=DOUBT).count()
    if doubts and not valid_findings.filter(indicator=VETO).exists():
        skipped[VETO] = describe_unjudged(doubts)
    unread: str = run.report.get("unread", "")
    unread = explain_missing_verdict(
        "" if unread.startswith(UNVERIFIED_PREFIX) else unread, skipped, passed=score.passed
    )
    run.score, run.passed = score.score, score.passed and not unread
    run.report = run.report | {
        "skipped": skipped,
        "unread": unread,
        "score_before_veto": score.before_veto,
        "veto": score.veto,
        "deductions": score.deductions,
        "bonus": score.bonus,
    }
    run.save(update_fields=["score", "passed", "report"])
    return {"run": run.pk, "before": previous_score, "after": score.score}
