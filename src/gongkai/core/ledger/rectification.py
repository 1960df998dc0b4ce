"""Rectification (督促整改): order, report, confirmation or return, waiver.

An app that finds a fault calls `order_rectification(body, by=…, found=FoundFault(…), until=…)`. Its
deadline rules are the rule set `rectification`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.ledger.actions.evidence import list_valid_evidence, normalize_evidence_url
from gongkai.core.ledger.clock import make_closing_event, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import EntryKind, get_entry_url
from gongkai.core.ledger.models import Entry, Evidence, EvidenceKind, EvidenceVerdict, Rectification
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.ledger.states import RECTIFICATION_MACHINE, RectificationState
from gongkai.core.units.actors import SYSTEM, Actor, get_reach, in_force_q
from gongkai.core.units.another_person import AnotherPerson, check_clears_other_unit
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government, is_above
from gongkai.lib.chinese.days import end_of_day

#: Name of the kind of entries.
KIND = "rectification"


def may_judge(by: Actor, entry: Entry) -> bool:
    """Return true if the actor is of the 政务公开办 that ordered the rectification, or of one above it.

    Older rows without orderer count as ordered by a job.
    """
    return is_above(by, entry.rectification.ordered_by or _find_orderer(SYSTEM, entry.body))


def check_may_judge(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against all actors except the 政务公开办 that ordered it and those above."""
    if may_judge(by, entry):
        return []
    orderer = entry.rectification.ordered_by or _find_orderer(SYSTEM, entry.body)
    return [
        f"整改要求由{orderer.label}政务公开办下达，由其复核和决定；认为不必整改、不能按期整改的，请在“报告整改情况”中说明。"
    ]


_SECOND_PERSON_REASON = "报告整改和复核须由两人分别办理：整改情况由您报告，请由政务公开办的另一人办理。"


def _check_may_confirm(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why the actor may not confirm the result of a rectification."""
    return check_may_judge(by, entry) or check_clears_other_unit(by, entry.body, "复核本单位的整改", strict=False)


#: Rule of `confirm`: may judge, and is another person than the one who reported.
check_confirmer = AnotherPerson(
    _check_may_confirm, (f"{KIND}.report",), _SECOND_PERSON_REASON, returned=(f"{KIND}.send_back",)
)


def check_may_excuse(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the actor may judge the rectification and does not work for its unit."""
    decision = "对本单位的整改要求免予整改或者延长期限，可以报告整改情况，由另一人复核"
    return check_clears_other_unit(by, entry.body, decision) or check_may_judge(by, entry)


#: Rule of `waive`: may excuse, and is another person than the one who reported.
check_waiver = AnotherPerson(
    check_may_excuse, (f"{KIND}.report",), _SECOND_PERSON_REASON, returned=(f"{KIND}.send_back",)
)
#: The kind of rectifications.
RECTIFICATION_KIND = EntryKind(
    name=KIND,
    label="督促整改",
    prefix="整改",
    machine=RECTIFICATION_MACHINE,
    rules=KIND,
    actions=(f"{KIND}.report", f"{KIND}.confirm", f"{KIND}.send_back", f"{KIND}.extend", f"{KIND}.waive"),
    onward=(f"{KIND}.report", f"{KIND}.confirm"),
    awaited={f"{KIND}.confirm": "复核整改情况"},
    waiting=frozenset({RectificationState.DONE}),
    judges=may_judge,
    related=("rectification__ordered_by",),
    excused=frozenset({RectificationState.WAIVED}),
)


@dataclass(frozen=True)
class FoundFault:
    """A fault that an app detected, to be rectified.

    Attributes:
        source: the app.
        ref: id of the finding; at most one open rectification each.
        title: one line.
        what: description of the fault.
        demand: the required correction.
        basis: the authority.
        address: URL of the fault.
        facts: evidence for the entry's page, by label.
        page: name of the page at that URL; required for pages of this back office.
    """

    source: str
    ref: str
    title: str
    what: str
    demand: str = ""
    basis: str = ""
    address: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    page: str = ""


def check_orderer(by: Actor, body: Body) -> list[str]:
    """Return reasons unless the actor is of the 政务公开办 over the unit, or a job."""
    if is_above(by, body):
        return []
    return ["只有上级或者本级政务公开办可以下达整改要求。"]


def check_not_ordered(source: str, ref: str) -> list[str]:
    """Return the reason against an order while an earlier one for the same fault is open."""
    ordered = Rectification.objects.filter(source=source, source_ref=ref, entry__closed_at=None)
    return ["这个问题已经下达整改要求，尚未办结。"] if ordered.exists() else []


def _find_orderer(by: Actor, body: Body) -> Body:
    """Return the unit that orders a rectification of `body`: the actor's, or for a job the nearest above it."""
    if not by.system:
        actor_reaches = {
            post.reach for post in by.posts if post.role == Role.CHIEF and body.path.startswith(post.reach)
        }
        return Body.objects.get(path=min(actor_reaches, key=len))
    rows = Appointment.objects.filter(in_force_q(), role=Role.CHIEF).select_related("body__parent")
    offices = [(appointment.body_id, get_reach(appointment.role, appointment.body)) for appointment in rows]
    home = find_government(body)
    governs_itself = body.kind in GOVERNING_KINDS or any(body_id == body.pk for body_id, _ in offices)
    reaches_above = {
        reach for _, reach in offices if home.path.startswith(reach) and not (governs_itself and reach == home.path)
    }
    return Body.objects.get(path=max(reaches_above, key=len)) if reaches_above else home


@action("ledger.order_rectification", label="下达整改要求", rule=check_orderer)
def order_rectification(body: Body, *, by: Actor, found: FoundFault, until: date) -> ActionResult:
    """Order a unit to rectify a found fault by the day `until`; return the entry."""
    if until < timezone.localdate():
        raise Refused("整改期限不能早于今天。")
    if body.active_to:
        raise Refused("这个单位已经撤销。")
    if reasons := check_not_ordered(found.source, found.ref):
        raise Refused(reasons)
    entry = Entry(
        kind=KIND,
        title=found.title[:300],
        body=body,
        year=timezone.localdate().year,
        due_at=end_of_day(until),
    )
    make_entries([entry], by=by, words="下达整改要求")
    Rectification.objects.create(
        entry=entry,
        ordered_by=_find_orderer(by, body),
        source=found.source,
        source_ref=found.ref,
        address=found.address[:1000],
        page=found.page[:300],
        what=found.what,
        demand=found.demand,
        basis=found.basis[:200],
        found=dict(found.facts),
    )
    return ActionResult(
        words=f"下达整改要求：{found.what}",
        stream=entry.stream,
        facts={"source": found.source, "ref": found.ref},
        tell=(
            _make_notification(entry, "整改要求", f"{found.what.rstrip('。')}。{found.demand}", f"ordered:{entry.pk}"),
        ),
        result=entry,
    )


@entry_action(KIND, "report", label="报告整改情况", rule=check_may_work)
def report(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Report what the unit did; the office that ordered the rectification then judges it."""
    report_text = text.strip()
    if len(report_text) < 5:
        raise Refused("请写明怎样整改的。")
    Rectification.objects.filter(pk=entry.pk).update(report=report_text)
    return ActionResult(words=report_text, events=(make_event("submitted"),))


@entry_action(KIND, "confirm", label="复核通过", rule=check_confirmer)
def confirm(entry: Entry, *, by: Actor, words: str = "", url: str = "") -> ActionResult:
    """Confirm that the fault is rectified; requires valid evidence of the entry or the URL seen (`url`).

    A job confirms what an automatic check has verified.
    """
    if url.strip():
        _add_seen_evidence(entry, by, url.strip())
    elif not by.system and not list_valid_evidence(entry):
        raise Refused("复核通过要有佐证：责任单位没有添加佐证的，请填写复核所见的网址，或者退回补充。")
    entry.outcome = RectificationState.CONFIRMED
    return ActionResult(words=words.strip() or "复核属实，整改完成", events=(make_closing_event(entry),))


def _add_seen_evidence(entry: Entry, by: Actor, url: str) -> None:
    """Add the address seen at the re-check as evidence that is already confirmed."""
    Evidence.objects.create(
        entry=entry,
        kind=EvidenceKind.ADDRESS,
        title="复核所见",
        url=normalize_evidence_url(url),
        captured_at=timezone.now(),
        lead=EvidenceVerdict.HOLDS,
        judged_by=by.name,
        judged_at=timezone.now(),
        added_by=by.name,
    )


@entry_action(KIND, "send_back", label="退回重改", rule=check_may_judge)
def send_back(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return an insufficient report with a reason; the due date stays."""
    text = require_text(reason, "请写明退回的理由。", 2)
    rectification = Rectification.objects.get(pk=entry.pk)
    rectification.returns += 1
    rectification.save(update_fields=["returns"])
    tell = _make_notification(entry, "整改退回", text, f"returned:{entry.pk}:{rectification.returns}")
    return ActionResult(
        words=text, facts={"returns": rectification.returns}, tell=(tell,), events=(make_event("returned"),)
    )


@entry_action(KIND, "extend", label="延长期限", rule=check_may_excuse)
def extend(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Extend the due date, with a reason."""
    text = require_text(reason, "请写明延长的理由。", 2)
    if until < timezone.localdate() or (entry.due_at and until <= timezone.localtime(entry.due_at).date()):
        raise Refused("延长后的期限应晚于今天和原来的期限。")
    return ActionResult(words=f"延长到{until.isoformat()}：{text}", events=(make_event("extended", until=until),))


@entry_action(KIND, "waive", label="免予整改", rule=check_waiver)
def waive(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Close the entry without rectification, with the reason on record."""
    text = require_text(reason, "请写明免予整改的理由。", 2)
    Rectification.objects.filter(pk=entry.pk).update(reason=text)
    entry.outcome = RectificationState.WAIVED
    return ActionResult(words=text, events=(make_closing_event(entry, "waived"),))


def _make_notification(entry: Entry, subject: str, body: str, key: str) -> Notification:
    """Return a message to the clerks of the entry's unit about a rectification."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=body,
        link=get_entry_url(entry),
        key=f"rectification:{key}",
        posts=((Role.CLERK, entry.body_id),),
    )


def rectification_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a rectification on its entry's page."""
    return {"rectification": entry.rectification}
