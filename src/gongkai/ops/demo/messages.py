"""Sample data for 互动交流: the Q&A base, and messages in every state.

Messages are answered and rated, answered late and published, overdue, waiting for an answer, new,
and declined.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.law import default_calendar
from gongkai.lib.typed_json import Record, read_number, read_records, read_text
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.people import SampleStaff, read_objects, read_rows, read_toml
from gongkai.work.consultation import actions
from gongkai.work.consultation.facts import InquiryFacts, find_named_documents
from gongkai.work.consultation.models import Inquiry, Theme
from gongkai.work.consultation.rules import mask_inquiry_text


@dataclass(frozen=True)
class _MessageStep:
    """A step in the handling of a sample message: day after receipt, minute of the working day, and action."""

    day: int
    minute: int
    act: str
    words: str = ""
    decision: str = ""


def create_answers(staff: SampleStaff) -> None:
    """Create the Q&A base and the messages."""
    _create_answers(staff)
    website = Website.objects.select_related("body").get(is_default=True)
    for record in read_records(read_toml("messages"), "messages"):
        _create_message(staff, website, record)


def _create_message(staff: SampleStaff, website: Website, message: Record) -> None:
    """Register a message of `data/messages.toml` (`message`), assign it, run its steps, and publish it, as far as the data say."""
    today, calendar = timezone.localdate(), default_calendar()
    # One is due on the next working day, whatever day it is today: the sample shows every light.
    due_next = calendar.subtract_working_days(calendar.add_working_days(today, 1), 5)
    day = today - timedelta(days=read_number(message, "days")) if "days" in message else due_next
    with clock.travel_to(clock.office_hour(day, 12)):
        facts = InquiryFacts(
            read_text(message, "channel"),
            read_text(message, "title"),
            read_text(message, "text"),
            read_text(message, "category"),
            may_publish="may_publish" in message,
            asker=read_text(message, "asker") or "person",
        )
        inquiry: Inquiry = actions.register_inquiry(website.body, by=staff.chief, facts=facts)
        said = (
            SenderParticulars(name=read_text(message, "name"), phone=read_text(message, "phone"))
            if "name" in message
            else None
        )
        if said:
            register_party(None, by=ANONYMOUS, matter=inquiry.matter, particulars=said)
        issue_code(None, by=ANONYMOUS, matter=inquiry.matter, second=said.last_four if said else "")
    if "received" in message:
        return
    with clock.travel_to(clock.office_hour(day, 40)):
        actions.assign_inquiry(_reload_entry(inquiry), by=staff.chief, body=staff.bodies["jiaoyu"])
    opened = timezone.localdate(inquiry.entry.opened_at)
    for step in read_objects(message, "steps", _MessageStep):
        with clock.travel_to(clock.office_hour(opened + timedelta(days=step.day), step.minute)):
            _take_step(staff, _reload_entry(inquiry), step)
    if "published" in message:
        _publish_past_answer(staff, Inquiry.objects.get(pk=inquiry.pk), read_number(message, "published"))


def _take_step(staff: SampleStaff, entry: Entry, step: _MessageStep) -> None:
    """Run one step of an inquiry: conclude, draft, decline, answer or rate."""
    education = staff.bodies["jiaoyu"]
    clerk = staff.actor(Role.CLERK, education)
    match step.act:
        case "conclude":
            actions.record_decision(entry, by=clerk, decision=step.decision, words=step.words)
        case "draft":
            actions.draft_answer(entry, by=clerk, answer=step.words)
        case "decline":
            actions.decline_inquiry(entry, by=clerk, reason=step.words)
        case "answer":
            actions.approve_draft_answer(entry, by=staff.actor(Role.LEAD, education))
        case "rate":
            actions.rate_inquiry_answer(entry, by=ANONYMOUS, satisfaction=step.words)


def _create_answers(staff: SampleStaff) -> None:
    """Write and submit each unit's answers; those 在用 are checked and released, the others remain in review."""
    today, themes = timezone.localdate(), {theme.name: theme for theme in Theme.objects.all()}
    for place, row in enumerate(read_rows("answers")):
        body = staff.bodies[row["key"]]
        with clock.travel_to(clock.office_hour(today - timedelta(days=90 - place), 30 + place)):
            facts: dict[str, object] = {"basis": row["依据"], "contact": row["咨询电话"]}
            facts["variants"] = tuple(row["其他问法"].split("|"))
            facts["documents"] = find_named_documents([row["依据"].partition("》")[0]])[0]
            made = actions.write_answer(
                body,
                by=staff.actor(Role.CLERK, body),
                question=row["问题"],
                answer=row["答复"],
                themes=[themes[row["主题"]]],
                **facts,
            )
            made = actions.submit_answer(made, by=staff.actor(Role.CLERK, body))
            if row["状态"] == "在用":
                made = actions.check_answer(made, by=staff.actor(Role.REVIEWER, body))
                actions.release_answer(made, by=staff.actor(Role.SIGNER, body))


def _reload_entry(inquiry: Inquiry) -> Entry:
    return Entry.objects.get(pk=inquiry.pk)


def _publish_past_answer(staff: SampleStaff, inquiry: Inquiry, days: int) -> None:
    """Mask an answered message, and have it published so many days ago."""
    education = staff.bodies["jiaoyu"]
    clerk = staff.actor(Role.CLERK, education)
    with clock.travel_to(clock.office_hour(timezone.localdate() - timedelta(days=days), 45)):
        publication = actions.prepare_publication(
            inquiry,
            by=clerk,
            title=inquiry.subject.reveal(),
            summary=mask_inquiry_text(inquiry, inquiry.text.reveal()),
            answer=mask_inquiry_text(inquiry, inquiry.answer),
            columns=[_open_column(staff)],
        )
        site.sign_review(staff, publishing.submit(publication, by=clerk), education)


def _open_column(staff: SampleStaff) -> Column:
    """Return the column 留言选登 for published messages, created and opened with its parent if need be."""
    website = Website.objects.get(is_default=True)
    path = ("政府网站", "政务公开", "互动交流", "留言选登")
    made_columns = columns.make_planned_columns(
        columns.plan_columns(website, [path]), by=staff.chief, made_from="政府网站集约化建设"
    )
    site.open_columns(staff, only=(made_columns.columns[path].pk, made_columns.columns[path].parent_id))
    return Column.objects.get(pk=made_columns.columns[path].pk)
