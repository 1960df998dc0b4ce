"""Actions on follow-ups: rules owed within three months of a ministry's act (B-04)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import make_event, make_redating_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import add_months, get_figures_in_force
from gongkai.work.directory.models import Followup, FollowupKind
from gongkai.work.directory.rules import list_reasons_unless_catalogue_manager
from gongkai.work.directory.states import FOLLOWUP_KIND_NAME, FollowupState

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The six domains whose institutions must have implementing rules (渝府办发〔2021〕50号四（三）).
INSTITUTION_DOMAINS = ("教育", "卫生健康", "城市管理", "供电供气", "生态环境", "交通运输")


@action("directory.await_acts", label="登记跟进事项", rule=list_reasons_unless_catalogue_manager)
def create_followups(government: Body, *, by: Actor, pairs: Sequence[tuple[str, Body]], outcome: str) -> ActionResult:
    """Create follow-up entries by pairs of (domain, unit); `outcome`: a `FollowupKind`.

    Their deadline is set when the ministry's act is recorded.
    """
    if outcome not in FollowupKind.values:
        raise Refused("没有这种成果。")
    named_pairs = list(dict.fromkeys((domain.strip()[:60], body) for domain, body in pairs if domain.strip()))
    if not named_pairs:
        raise Refused("请至少为一个领域选择制定单位。")
    for domain, body in named_pairs:
        if not body.path.startswith(government.path):
            raise Refused(f"{body.label}不属于{government.label}。")
        if list_open_followups(body).filter(domain=domain, outcome=outcome).exists():
            raise Refused(f"{body.label}的{domain}领域已经登记，还没有办结。")
    entries = [_make_entry(domain, body, outcome) for domain, body in named_pairs]
    make_entries(entries, by=by, words="等待国家有关部门出台规定")
    Followup.objects.bulk_create(
        Followup(entry=entry, domain=domain, outcome=outcome)
        for entry, (domain, _) in zip(entries, named_pairs, strict=True)
    )
    text = f"登记{len(entries)}个领域的{FollowupKind(outcome).label}"
    return ActionResult(
        words=text, facts={"entries": [entry.pk for entry in entries]}, stream=f"body/{government.pk}", result=entries
    )


def list_open_followups(body: Body) -> "QuerySet[Followup]":
    """Return the open follow-ups of a unit."""
    return Followup.objects.filter(entry__body=body, entry__closed_at=None)


def _make_entry(domain: str, body: Body, outcome: str) -> Entry:
    """Return the entry of a follow-up, not stored yet and without a deadline."""
    title = f"制定{domain}领域{FollowupKind(outcome).label}"
    today = timezone.localdate()
    return Entry(kind=FOLLOWUP_KIND_NAME, title=title, body=body, year=today.year, opened_at=timezone.now())


def get_followup_due_date(act_on: date) -> date:
    """Return the due date of a follow-up: three months after the act
    (渝府办发〔2021〕50号三（三）、四（三）)."""
    return add_months(act_on, int(get_figures_in_force()["followup.period"].value))


@entry_action(FOLLOWUP_KIND_NAME, "enter", label="登记国家规定", rule=check_may_work)
def record_ministry_act(entry: Entry, *, by: Actor, title: str, on: date, number: str = "") -> ActionResult:
    """Record the ministry's act of a follow-up: the three months run from its date `on`."""
    if on > timezone.localdate():
        raise Refused("文件日期不能晚于今天。")
    title = require_text(title, "请填写国家规定的名称。")
    facts = {"act_title": title[:300], "act_number": number.strip()[:80], "act_on": on}
    Followup.objects.filter(pk=entry.pk).update(**facts)
    due = get_followup_due_date(on)
    text = f"《{title}》{on:%Y-%m-%d}出台，应于{due:%Y-%m-%d}前印发"
    tell = Notification(
        subject=f"开始计时：{entry.title}"[:120],
        body=f"{text}（{entry.number}）。",
        link=get_entry_url(entry),
        key=f"followup:{entry.pk}:entered",
        posts=((Role.CLERK, entry.body_id),),
    )
    return ActionResult(words=text, events=make_redating_events(entry, due), tell=(tell,))


def _record_followup_step(entry: Entry, field: str, on: date, previous_field: str, text: str) -> ActionResult:
    """Store the day of a step (Refused: it is in the future or before the step of `previous_field`)."""
    followup: Followup = entry.followup
    earlier_day = getattr(followup, previous_field)
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if earlier_day and on < earlier_day:
        raise Refused(f"日期不能早于上一步（{earlier_day:%Y-%m-%d}）。")
    Followup.objects.filter(pk=entry.pk).update(**{field: on})
    return ActionResult(words=f"{on:%Y-%m-%d}{text}")


@entry_action(FOLLOWUP_KIND_NAME, "draft", label="登记起草完成", rule=check_may_work)
def record_drafting(entry: Entry, *, by: Actor, on: date) -> ActionResult:
    """Record the day on which the draft of a follow-up was made."""
    return _record_followup_step(entry, "drafted_on", on, "act_on", "起草完成")


@entry_action(FOLLOWUP_KIND_NAME, "submit", label="登记报送政府", rule=check_may_work)
def record_submission(entry: Entry, *, by: Actor, on: date) -> ActionResult:
    """Record the day on which a follow-up was submitted to the government."""
    return _record_followup_step(entry, "submitted_on", on, "drafted_on", "报送政府批准")


@entry_action(FOLLOWUP_KIND_NAME, "approve", label="登记政府批准", rule=check_may_judge)
@with_proof(f"{FOLLOWUP_KIND_NAME}.approve")
def record_approval(entry: Entry, *, by: Actor, on: date) -> ActionResult:
    """Record the day on which the government approved a follow-up."""
    return _record_followup_step(entry, "approved_on", on, "submitted_on", "经政府批准")


@entry_action(FOLLOWUP_KIND_NAME, "return", label="退回修改", rule=check_may_judge)
def return_followup(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a follow-up document to its unit for changes, and clear the day of its submission."""
    reason = require_text(reason, "请写明理由。", 2)
    Followup.objects.filter(pk=entry.pk).update(submitted_on=None)
    return ActionResult(words=reason)


@entry_action(FOLLOWUP_KIND_NAME, "issue", label="登记印发", rule=check_may_work)
@with_proof(f"{FOLLOWUP_KIND_NAME}.issue")
def record_issue(entry: Entry, *, by: Actor, on: date, number: str, address: str) -> ActionResult:
    """Record the day of issue, the document number and the public URL; this closes the entry."""
    if not number.strip() or not address:
        raise Refused("请填写发文字号和公开网址。")
    step = _record_followup_step(entry, "issued_on", on, "approved_on", f"印发（{number.strip()}），{address}")
    Followup.objects.filter(pk=entry.pk).update(number=number.strip()[:80], address=address)
    entry.outcome = FollowupState.ISSUED
    opened = timezone.localdate(entry.opened_at) if entry.opened_at else on
    return ActionResult(words=step.words, events=(make_event("closed", max(on, opened)),))


@entry_action(FOLLOWUP_KIND_NAME, "drop", label="不再制定", rule=check_may_judge)
def close_unneeded_followup(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Close a follow-up that is not needed.

    `reason` states that there are no such institutions or no act of the ministry.
    """
    reason = require_text(reason, "请写明理由。", 2)
    entry.outcome = FollowupState.DROPPED
    return ActionResult(words=reason, events=(make_event("closed"),))
