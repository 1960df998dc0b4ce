"""The action that registers a request with its day of receipt."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import insert_row
from gongkai.core.intake.declared_fields import find_unknown_choices
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import Event
from gongkai.work.requests.models import ReceiptChannel, Request
from gongkai.work.requests.results import ApplicantKind, propose_topic
from gongkai.work.requests.rules import find_receipt_day_faults, list_reasons_unless_registrar


def get_current_request_title(request: Request) -> str:
    """Return the title that a request has by today's rule; old requests have the applicant's words as title."""
    return make_request_title(request.entry.body, request.topic)


def make_request_title(body: Body, topic: str) -> str:
    """Return the ledger title of a request: unit and topic, without the applicant's words."""
    return f"向{body.label}申请公开政府信息（{topic}）"


@action("request.register", label="登记申请", rule=list_reasons_unless_registrar, quiet=True, held=False)
def register_request(
    body: Body,
    *,
    by: Actor,
    wanted: str,
    applicant_kind: str,
    channel: str,
    submitted_on: date | None = None,
    received_on: date | None = None,
    counted_on: date | None = None,
    origin: Request | None = None,
    earlier: Sequence[Event] = (),
    **facts: object,
) -> ActionResult:
    """Register a request at the receiving unit with its clock, and notify the clerks.

    Args:
        wanted: the requested information, in the applicant's words.
        applicant_kind: an `ApplicantKind`.
        channel: a `ReceiptChannel`.
        submitted_on: the day on which it was handed in or sent (default: today).
        received_on: the day of receipt (条例第三十一条; default: the day of submission).
        counted_on: the day from which it counts in the unit's report, if it stems from another
            request.
        origin: the request from which it was split or transferred.
        earlier: clock events after the receipt, if it returns to the unit.
        facts: the other declared fields, and the entry's `external_ref`.
    """
    submitted = submitted_on or timezone.localdate()
    received = received_on or submitted
    text = require_text(wanted, "请填写所需政府信息的名称、文号或者便于查询的其他特征。", 2)
    if reasons := [
        *find_receipt_day_faults(channel, submitted, received, timezone.localdate()),
        *_find_unknown_choices(applicant_kind, channel, facts),
        *(["这个单位已经撤销。"] if body.active_to else []),
    ]:
        raise Refused(reasons)
    topic = propose_topic(text)
    began, external_ref = [make_event("received", received), *earlier], str(facts.pop("external_ref", "") or "")
    entry = _create_entry(body, by, make_request_title(body, topic), channel, began, external_ref)
    insert_row(
        Request(
            entry=entry,
            applicant_kind=applicant_kind,
            channel=channel,
            submitted_on=submitted,
            received_on=received,
            counted_on=counted_on or received,
            wanted=text,
            topic=topic,
            origin=origin,
            **facts,
        )
    )
    return _make_registration_result(entry, channel, applicant_kind, received)


def _make_registration_result(entry: Entry, channel: str, applicant_kind: str, received: date) -> ActionResult:
    """Return the action's result: log text, facts and the notification of the clerks."""
    values = {"entry": entry.pk, "channel": channel, "applicant": applicant_kind}
    return ActionResult(
        words=f"登记{entry.number}（{ReceiptChannel(channel).label}）",
        facts={**values, "received": received.isoformat()},
        tell=_make_registration_notifications(entry),
        result=entry,
    )


def _create_entry(body: Body, by: Actor, title: str, channel: str, began: Sequence[Event], external_ref: str) -> Entry:
    """Store the entry of a request; the receipt in `began` gives the year of its number."""
    entry = Entry(
        kind="request",
        title=title,
        body=body,
        year=began[0].on.year,
        audience=Audience.PARTIES,
        external_ref=external_ref[:120],
    )
    text = f"收到申请（{ReceiptChannel(channel).label}）"
    make_entries([entry], by=by, words=text, events=lambda _: began)
    return entry


def _find_unknown_choices(applicant_kind: str, channel: str, facts: Mapping[str, object]) -> list[str]:
    """Return a Chinese reason for each value that is not among the choices of its field."""
    checks = [(applicant_kind, ApplicantKind.values, "申请人类型"), (channel, ReceiptChannel.values, "提交方式")]
    unknown = [f"没有这种{label}。" for value, values, label in checks if value not in values]
    return unknown + find_unknown_choices(Request, facts)


def _make_registration_notifications(entry: Entry) -> tuple[Notification, ...]:
    """Return the notification of a new request for the clerks of the unit."""
    due = f"，请在{timezone.localtime(entry.due_at):%Y-%m-%d}前答复" if entry.due_at else ""
    return (
        Notification(
            subject=f"新的信息公开申请：{entry.number}",
            body=f"{entry.body.label}收到政府信息公开申请（{entry.number}）{due}。",
            link=get_entry_url(entry),
            key=f"request/{entry.pk}/registered",
            posts=((Role.CLERK, entry.body_id),),
        ),
    )
