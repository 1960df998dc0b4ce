"""Actions on the year's catalogue: open it, add, alter and remove decisions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.db.models import Max
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import draw_series_number, insert_row, is_new_value
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import Event
from gongkai.lib.typed_json import read_texts
from gongkai.lib.writing.titles import quote_words
from gongkai.work.participation import rules
from gongkai.work.participation.actions.announcing import cancel_pending_feedback, make_drafting_unit_notification
from gongkai.work.participation.models import Catalogue, CatalogueChange, Decision, DraftKind, ParticipationWay
from gongkai.work.participation.states import DECISION_KIND

#: Years for which a catalogue can be opened.
VALID_YEARS = range(2000, 2101)


class AlteredFields(TypedDict, total=False):
    """New values of those fields of a decision that can be altered."""

    partners: str
    basis: str
    planned_on: date
    timetable: str
    ways: Sequence[str]
    draft_kind: str


# Labels of `AlteredFields`.
ALTERABLE_FIELDS = {
    "partners": "会同单位",
    "basis": "决策依据",
    "planned_on": "计划完成时间",
    "timetable": "时间安排",
    "ways": "公众参与方式",
    "draft_kind": "类型",
}
_ChangeKind = CatalogueChange.What


@action("participation.open_catalogue", label="建立年度目录", rule=rules.list_reasons_unless_unit_staff)
def open_catalogue(body: Body, *, by: Actor, year: int) -> ActionResult:
    """Open a unit's catalogue of a year (重大行政决策事项目录); the action's result is the `Catalogue`."""
    if year not in VALID_YEARS:
        raise Refused("请填写四位数的年度。")
    if Catalogue.objects.filter(body=body, year=year).exists():
        raise Refused(f"{body.label}{year}年的目录已经建立。")
    catalogue = Catalogue.objects.create(body=body, year=year)
    return ActionResult(words=f"建立{catalogue}", result=catalogue, stream=catalogue.stream)


@action("participation.set_consent", label="登记党委同意", rule=rules.list_reasons_unless_unit_staff)
def record_committee_consent(catalogue: Catalogue, *, by: Actor, consent: str) -> ActionResult:
    """Record the consent of the party committee to an unpublished catalogue (国令第713号第三条).

    The consent alone publishes nothing: the signers of the catalogue's announcement approve it
    (`list_consents_to_approve`).
    """
    consent = require_text(consent, "请填写同意的会议或者文件。")
    if catalogue.shown_at is not None:
        raise Refused("目录已经公布，登记的同意不再改写；同意的会议或者文件有误的，请调整目录并在理由中写明。")
    earlier_consent, catalogue.consent = catalogue.consent, consent[:200]
    catalogue.save(update_fields=["consent"])
    return ActionResult(words=f"{catalogue.consent}{f'（原登记：{earlier_consent}）' if earlier_consent else ''}")


def _check_decision_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Return those facts that can be altered, or refuse unknown ways or kinds."""
    values = {name: value for name, value in facts.items() if name in ALTERABLE_FIELDS}
    if unknown := [text for text in read_texts(values, "ways") if text not in ParticipationWay.values]:
        raise Refused(f"没有这种公众参与方式：{unknown[0]}。")
    if values.get("draft_kind", DraftKind.DECISION) not in DraftKind.values:
        raise Refused("没有这种决策类型。")
    return values


def record_catalogue_change(
    catalogue: Catalogue | None, change_kind: _ChangeKind, title: str, text: str, reason: str, by: Actor
) -> None:
    """Record a change in a public catalogue; do nothing if it is not public, or None.

    Args:
        change_kind: whether a matter was added, altered or removed.
        text: the change in words; "" if `change_kind` is enough.
        reason: why it was changed, as will be published.

    Raises:
        Refused: the reason is missing.
    """
    if catalogue is None or catalogue.shown_at is None:
        return
    reason = require_text(reason, "目录已经公布，调整须写明理由。")
    CatalogueChange.objects.create(
        catalogue=catalogue,
        title=title,
        what=change_kind,
        words=text[:500],
        reason=reason[:300],
        at=timezone.now(),
        by=by.name,
    )


@action("participation.list_decision", label="列入目录", rule=rules.list_reasons_unless_unit_staff)
def add_decision_to_catalogue(
    catalogue: Catalogue,
    *,
    by: Actor,
    title: str,
    body: Body,
    planned_on: date,
    reason: str = "",
    listed_on: date | None = None,
    **facts: object,
) -> ActionResult:
    """Add a decision to a catalogue, as an entry; return the `Decision`.

    Args:
        planned_on: the planned day of the decision.
        reason: the reason, if the catalogue is public already.
        listed_on: the day on which it was added (default: today).
        facts: values of `ALTERABLE_FIELDS`.
    """
    matter = title.strip()
    if not matter:
        raise Refused("请填写决策事项。")
    if not is_new_value(Decision, "entry__title", matter):
        _check_title_is_free(catalogue, matter)
    checked_facts = _check_decision_facts(facts)
    day = listed_on or timezone.localdate()
    if planned_on < day:
        raise Refused("计划完成时间不能早于列入目录的日期。")
    record_catalogue_change(catalogue, _ChangeKind.ADDED, matter, "", reason, by)
    entry = Entry(kind=DECISION_KIND.name, title=matter[:300], body=body, year=catalogue.year, audience=Audience.STAFF)
    make_entries([entry], by=by, words=f"列入{catalogue}", events=lambda _: [Event("listed", day, None, planned_on)])
    position = draw_series_number(
        ("decision", catalogue.pk), lambda: catalogue.decisions.aggregate(last=Max("position"))["last"] or 0
    )
    decision = insert_row(
        Decision(entry=entry, catalogue=catalogue, position=position, planned_on=planned_on, **checked_facts)
    )
    tell = make_drafting_unit_notification(
        entry,
        "列入重大行政决策事项目录",
        f"{catalogue}列入了由本单位承办的事项，应于{day_in_words(planned_on)}前完成。请起草决策草案和起草说明，公开征求意见。",
        f"decision.listed:{entry.pk}",
    )
    outside = () if by.system or by.has(*ENTRY_STAFF_ROLES, body_id=body.pk) else (tell,)
    return ActionResult(
        words=f"{quote_words(matter)}列入目录", facts={"entry": entry.pk}, tell=outside, result=decision
    )


def _check_title_is_free(catalogue: Catalogue | None, title: str) -> None:
    """Refuse a title that another decision of the catalogue has."""
    decisions = catalogue.decisions.exclude(entry__state="removed") if catalogue else Decision.objects.none()
    if decisions.filter(entry__title=title).exists():
        raise Refused(f"“{title}”已在目录中。")


@entry_action("decision", "alter", label="调整目录事项", rule=rules.list_reasons_unless_entry_staff)
def alter_decision(
    entry: Entry, *, by: Actor, reason: str = "", title: str = "", **facts: Unpack[AlteredFields]
) -> ActionResult:
    """Change a decision in the catalogue; a public one requires a reason."""
    decision = entry.decision
    values = {
        name: value
        for name, value in _check_decision_facts(facts).items()
        if value is not None and value != getattr(decision, name)
    }
    new_title = title.strip()[:300]
    changed = [ALTERABLE_FIELDS[name] for name in values] + (
        ["决策事项"] if new_title and new_title != entry.title else []
    )
    if not changed:
        raise Refused("没有改动。")
    text = "；".join(_describe_change(decision, name, value) for name, value in values.items())
    if "决策事项" in changed:
        _check_title_is_free(decision.catalogue, new_title)
        text = "；".join(filter(None, [f"决策事项由{quote_words(entry.title)}改为{quote_words(new_title)}", text]))
        entry.title = new_title
    record_catalogue_change(decision.catalogue, _ChangeKind.ALTERED, entry.title, text, reason, by)
    for name, value in values.items():
        setattr(decision, name, value)
    decision.save(update_fields=list(values) or None)
    planned = values.get("planned_on")
    moved = (make_event("rescheduled", until=planned),) if isinstance(planned, date) else ()
    return ActionResult(words=f"{text}{f'。理由：{reason.strip()}' if reason.strip() else ''}", events=moved)


def _describe_change(decision: Decision, name: str, value: object) -> str:
    old_text, new_text = (_format_value(name, raw) for raw in (getattr(decision, name), value))
    return f"{ALTERABLE_FIELDS[name]}由“{old_text}”改为“{new_text}”"


def _format_value(name: str, value: object) -> object:
    """Return a fact of a decision for people: ways and kind by label, other values as they are."""
    if name == "ways" and isinstance(value, (list, tuple)):
        labels = dict(ParticipationWay.choices)
        return "、".join(str(labels[way]) for way in value if way in labels)
    return DraftKind(str(value)).label if name == "draft_kind" else value


@entry_action("decision", "remove", label="调出目录", rule=rules.list_reasons_unless_entry_staff)
def remove_decision(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Remove a decision from the catalogue with a reason; its entry and its pending feedback are closed."""
    reason = require_text(reason, "请写明调出目录的理由。")
    record_catalogue_change(entry.decision.catalogue, _ChangeKind.REMOVED, entry.title, "", reason, by)
    cancel_pending_feedback(entry.decision, reason)
    entry.outcome = "removed"
    return ActionResult(words=reason, events=(make_event("removed"),))
