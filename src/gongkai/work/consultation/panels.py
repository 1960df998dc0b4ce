"""Panels of an inquiry's page and home-page lists."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.shown_findings import find_in_plain_text
from gongkai.content.interpretation.queries import list_specialists_for_text
from gongkai.content.publishing.models import get_document_title
from gongkai.core.files.losses import find_losses
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.outside_texts import set_revealed, set_subjects
from gongkai.core.ledger.panels import MAX_BLOCK_LINES, TodoLine, TodoList, todo_block
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, can_stand_in
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, make_reach_condition
from gongkai.work.consultation import answer_index, queries, rules
from gongkai.work.consultation.indicators import find_indicator_findings
from gongkai.work.consultation.models import KnownAnswer, Outcome
from gongkai.work.consultation.rules import APPROVING_ROLES, REVIEWING_ROLES, list_supervised_governments
from gongkai.work.consultation.states import REVIEW_STATES, InquiryState


def make_inquiry_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of an inquiry as the user may read it."""
    inquiry = entry.inquiry
    set_revealed([entry], by)
    context = {
        "inquiry": inquiry,
        "text": entry.as_read(inquiry.text),
        "answer": entry.as_read(inquiry.answer),
        "publication": getattr(inquiry, "publication", None),
        "may_publish": entry.state == InquiryState.ANSWERED and not rules.list_reasons_unless_unit_staff(by, entry),
        "losses": find_losses(entry.stream),
        "contributions": list(inquiry.contributions.select_related("body")),
    }
    outcome = Outcome.objects.select_related("document").filter(pk=inquiry.pk).first()
    if outcome:
        context |= {"outcome": outcome, "amended": get_document_title(outcome.document) if outcome.document else ""}
    if not entry.closed_at:
        context["doubts"] = find_in_plain_text(inquiry.answer, entry.body) if inquiry.answer else []
        context["recalled"] = answer_index.search_answers_for_inquiry(inquiry)
        context["specialists"] = list_specialists_for_text(entry.body, inquiry.question, timezone.localdate())
        context["proposals"] = (
            queries.propose_units_for_inquiry(inquiry) if entry.state in {"received", "declined"} else []
        )
    return context


def list_answer_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which `make_answers_to_review_block` has rows."""
    conditions: dict[str, object] = {"state": REVIEW_STATES}
    return [
        RowCondition(
            KnownAnswer, conditions if by.has(Role.CHIEF) else conditions | {"body": by.body_ids(*REVIEWING_ROLES)}
        )
    ]


def _make_office_review_condition(by: Actor) -> Q:
    """Return the filter for answers that only the user's office can check or release."""
    posts = Appointment.objects.filter(in_force_q(), body=OuterRef("body"), person__user__is_active=True)
    other_appointments = posts.exclude(person=OuterRef("written_by"))
    checkers = other_appointments.filter(role__in=REVIEWING_ROLES)
    releasers = other_appointments.filter(role__in=APPROVING_ROLES).exclude(person=OuterRef("checked_by"))
    nobody = Q(state="submitted") & ~Exists(checkers) | Q(state="checked") & ~Exists(releasers)
    return make_reach_condition(by, "body__path", (Role.CHIEF,)) & nobody


def make_answers_to_review_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of answers that the user may check or release next, or None if empty."""
    turn = Q(body_id__in=by.body_ids(*REVIEWING_ROLES)) | _make_office_review_condition(by)
    rows = KnownAnswer.objects.filter(turn, state__in=REVIEW_STATES).select_related("body")
    answers = rows.exclude(written_by=by.person_id).exclude(state="checked", checked_by=by.person_id)

    def line(known: KnownAnswer) -> TodoLine:
        facts = f"{known.body.label} · {known.state_label}"
        return TodoLine(known.question, reverse("consultation:answer", args=[known.pk]), facts, "问答", "审核")

    return todo_block("等我审核的问答", answers.order_by("pk"), line, reverse("consultation:answers"))


def list_unstaffed_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which `make_unstaffed_inquiries_block` has rows."""
    conditions: dict[str, object] = {"kind": "inquiry", "state": {InquiryState.ASSIGNED}}
    return [RowCondition(Entry, conditions)] if by.has(Role.CHIEF) else []


def make_unstaffed_inquiries_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of inquiries assigned to units without staff, or None if empty."""
    holders = Appointment.objects.filter(in_force_q(), role__in=sorted(ENTRY_STAFF_ROLES), person__user__is_active=True)
    # Inquiries of a government itself are its office's own work.
    unstaffed = Body.objects.exclude(kind__in=GOVERNING_KINDS).exclude(pk__in=by.bodies)
    unstaffed = unstaffed.exclude(Exists(holders.filter(body=OuterRef("pk")).order_by()))
    # `closed_at` is empty in this state; with it the indexes of open entries are used.
    rows = visible_to(by, kind="inquiry").filter(state=InquiryState.ASSIGNED, closed_at=None)
    rows = rows.filter(body__in=unstaffed.order_by().values("pk")).select_related("body").order_by("due_at", "pk")
    entries = [entry for entry in rows if can_stand_in(by, entry, ())]  # nobody has a role in these units
    listed = entries[:MAX_BLOCK_LINES]
    set_subjects(listed, by)
    lines = [_make_unstaffed_line(entry) for entry in listed]
    list_url = f"{reverse('ledger_list')}?kind=inquiry"
    return {"todos": TodoList("承办单位没有人办理的咨询留言", lines, len(entries), list_url)} if lines else None


def _make_unstaffed_line(entry: Entry) -> TodoLine:
    """Return the line of an inquiry of an unstaffed unit, with a link to draft an answer."""
    due = f" · {timezone.localtime(entry.due_at):%Y-%m-%d} 到期" if entry.due_at else ""
    facts = f"{entry.body.label} · {entry.number}{due}"
    draft = reverse("ledger_act", args=[entry.pk, "inquiry.draft"])
    return TodoLine(entry.heading, entry.url, facts, "咨询", "起草答复", draft, entry.light)


def make_indicator_findings_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of inspection findings on governments the user supervises; None if empty."""
    findings = [finding for body in list_supervised_governments(by) for finding in find_indicator_findings(body)]
    lines = [
        TodoLine(finding.words, finding.url, finding.source, do="去办理", light=finding.light) for finding in findings
    ]
    return {"todos": TodoList("互动交流：按网站检查指标", lines, len(lines))} if lines else None
