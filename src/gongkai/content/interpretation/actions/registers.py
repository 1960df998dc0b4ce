"""Actions on the registers: news releases with their yearly target, specialists."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.interpretation.models import (
    PressEvent,
    PressEventKind,
    PressEventPlace,
    PressTarget,
    SpeakerRank,
    Specialist,
    SpecialistRule,
)
from gongkai.content.interpretation.rules import check_supervisor, check_writer
from gongkai.core.acts.action import ActionResult, Refused, action, get_log_stream, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import find_url_errors
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Body, Person

#: First year for which a release can be registered; earlier ones are typing errors.
EARLIEST_YEAR = 2000


class PressEventFacts(TypedDict, total=False):
    """The optional fields of a news release.

    `documents` are public documents it was about, `policy` their description; `rank` is that of the
    speaker. `result` is the document with its result, or `address` the URL of that; `coverage` are
    reports in the media.
    """

    documents: Sequence[Document]
    policy: str
    speaker: str
    rank: str
    place: str
    medium: str
    coverage: str
    result: Document | None
    address: str


@action("interpretation.record_event", label="登记新闻发布", rule=check_writer)
def record_event(
    body: Body,
    *,
    by: Actor,
    kind: str,
    on: date,
    topic: str,
    **facts: Unpack[PressEventFacts],
) -> ActionResult:
    """Register a news release, an on-site event or a delivery to the media.

    Args:
        kind: a `PressEventKind`.
        on: the day on which it took place, not in the future.
        facts: the optional facts of `PressEventFacts`.
    """
    documents = facts.pop("documents", ())
    reasons = [*find_closed_unit_error(body), *_find_event_errors(kind, on, topic, documents, facts)]
    if reasons:
        raise Refused(reasons)
    event = PressEvent.objects.create(body=body, kind=kind, on=on, topic=topic.strip()[:200], made_by=by.name, **facts)
    event.documents.set(documents)
    return ActionResult(
        words=f"{event.get_kind_display()}：{event.topic}", facts={"event": event.pk, "kind": kind}, result=event
    )


def find_closed_unit_error(body: Body) -> list[str]:
    """Return the error of a closed or merged unit, for which nothing can be registered."""
    return [] if body.alive else ["这个单位已经撤销或者并入其他单位。"]


def _find_event_errors(
    kind: str, day: date, topic: str, documents: Sequence[Document], facts: PressEventFacts
) -> list[str]:
    """Return the Chinese reasons against recording a publication event."""
    supply, on_site = kind == PressEventKind.SUPPLY, kind == PressEventKind.ON_SITE
    checks = [
        (kind not in PressEventKind.values, "没有这种形式。"),
        (day > timezone.localdate(), "日期不能晚于今天；举办之后再来登记。"),
        (day.year < EARLIEST_YEAR, f"日期的年份不能早于{EARLIEST_YEAR}年。"),
        (not topic.strip(), "请填写主题。"),
        (not documents and not str(facts.get("policy", "")).strip(), "请选择或写明涉及的政策。"),
        (not supply and not str(facts.get("speaker", "")).strip(), "请填写发布人。"),
        (facts.get("rank", SpeakerRank.STAFF) not in SpeakerRank.values, "没有这种身份。"),
        (facts.get("place", "") not in PressEventPlace.values, "没有这种场所。"),
        (on_site and not facts.get("place"), "“发言人来了”活动请选择场所（社区、园区、校区）。"),
        (supply and not str(facts.get("medium", "")).strip(), "请填写媒体。"),
    ]
    return [sentence for wrong, sentence in checks if wrong] + find_url_errors(facts.get("address", ""))


@action("interpretation.set_target", label="确定新闻发布场次", rule=check_supervisor)
def set_target(body: Body, *, by: Actor, year: int, least: int, led: int, source: str) -> ActionResult:
    """Set how many releases a unit must hold in a year, and how many of them by a leader.

    `least` 0 removes the target; `led` is the number by a leader.
    """
    if led > least:
        raise Refused("负责人出席的场次不能多于总场次。")
    source = require_text(source, "请写明依据，如某份任务分工通知。")
    target, _ = PressTarget.objects.update_or_create(
        body=body, year=year, defaults={"least": least, "led": led, "source": source[:200]}
    )
    return ActionResult(words=f"{year}年至少{least}场，其中负责人出席{led}场", facts={"year": year}, result=target)


@action("interpretation.appoint_specialist", label="确定政策解读专员", rule=check_writer)
def appoint_specialist(body: Body, *, by: Actor, person: Person, field: str, phone: str) -> ActionResult:
    """Name a person of a unit who explains its policies, with field and phone."""
    reasons = find_closed_unit_error(body)
    if not field.strip():
        reasons.append("请填写负责领域。")
    if not phone.strip():
        reasons.append("请填写联系电话。")
    if not person.appointments.filter(in_force_q(), body=body).exists():
        reasons.append("解读专员须是本单位人员。")
    if Specialist.objects.filter(body=body, person=person, end=None, field=field.strip()).exists():
        reasons.append("这个人已经是这个领域的解读专员。")
    if reasons:
        raise Refused(reasons)
    kept = Specialist.objects.create(
        body=body,
        person=person,
        field=field.strip()[:120],
        phone=phone.strip()[:40],
        start=timezone.localdate(),
    )
    return ActionResult(words=f"{person.name}：{kept.field}", facts={"specialist": kept.pk}, result=kept)


@action(
    "interpretation.release_specialist",
    label="不再担任解读专员",
    rule=check_writer,
    ready=lambda one: ["已经不再担任。"] if one.end else [],
)
def release_specialist(specialist: Specialist, *, by: Actor) -> ActionResult:
    """End the appointment of a specialist; the row stays."""
    specialist.end = timezone.localdate()
    specialist.save(update_fields=["end"])
    return ActionResult(words=f"{specialist.person.name}不再担任", facts={"specialist": specialist.pk})


@action("interpretation.keep_rule", label="登记专员制度", rule=check_writer)
def add_specialist_rule(
    body: Body, *, by: Actor, title: str, dated: date, text: str, number: str = "", address: str = ""
) -> ActionResult:
    """Register a unit's rule for its specialists, a dated text (I-11). Returns the `SpecialistRule`."""
    checks = [
        (not title.strip(), "请填写制度名称。"),
        (not text.strip(), "请填写制度内容。"),
        (dated > timezone.localdate(), "印发日期不能晚于今天。"),
    ]
    reasons = [*find_closed_unit_error(body), *(words for wrong, words in checks if wrong), *find_url_errors(address)]
    if reasons:
        raise Refused(reasons)
    kept = SpecialistRule.objects.create(
        body=body,
        title=title.strip().strip("《》")[:120],
        dated=dated,
        number=number.strip()[:60],
        text=text.strip(),
        address=address.strip(),
    )
    return ActionResult(words=f"{dated}印发{kept}", facts={"rule": kept.pk}, result=kept, stream=get_log_stream(kept))


@action(
    "interpretation.end_rule",
    label="废止专员制度",
    rule=check_writer,
    ready=lambda row: ["已经废止。"] if row.ended else [],
)
def end_rule(row: SpecialistRule, *, by: Actor, reason: str) -> ActionResult:
    """End a specialist rule as of today; it stays readable."""
    reason = require_text(reason, "请写明废止的理由。")
    row.ended = timezone.localdate()
    row.save(update_fields=["ended"])
    return ActionResult(words=reason, facts={"rule": row.pk})
