"""Course events late in a matter: talks, moved calls, reports, bounced mails, own notices."""

import smtplib
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone

from factories.annual import complete_report
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Letter, MessageState
from gongkai.core.units.actors import get_actor, in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.oversight.annual.models import Report
from gongkai.oversight.assessment import actions as assessing
from gongkai.oversight.assessment.models import Round
from gongkai.work.notices import actions as noticing
from gongkai.work.notices.models import ChildDraft, Measure, Notice
from gongkai.work.tables import actions as tabling
from gongkai.work.tables.models import Record
from simulation.events import event
from simulation.steps import Player, Step, newest
from simulation.turns import row_of

#: Login that supervises all units of a world.
CHIEF = "zwgk"
#: Method that sends mails in tests.
SENDER = "django.core.mail.backends.locmem.EmailBackend.send_messages"


@event
def unit_is_talked_to(player: Player, step: Step) -> None:
    """Record a talk with an assessed unit."""
    made: Round = row_of(step)
    unit = made.units.order_by("pk")[0]
    assessing.record_talk(
        unit.body, by=player.actor(CHIEF), kind="talk", on=timezone.localdate(), held_by="市政府办公室分管负责人",
        problems="公开专区更新慢，受理电话长期无人接听", attended="分管负责人", demands="每周巡检一次", round=made,
    )  # fmt: skip


@event
def budget_call_is_moved(player: Player, step: Step) -> None:
    """Move the deadline for publishing budgets."""
    record: Record = row_of(step)
    values = {**record.values, "on": f"{timezone.localdate() + timedelta(days=30)}"}
    tabling.change_record(record, by=player.actor(step.by), values=values)


@event
def report_is_completed(player: Player, step: Step) -> None:
    """Fill in the gaps of an annual report and confirm its texts."""
    complete_report(Report.objects.get(pk=row_of(step).pk), player.actor(step.by))


@event
def mails_come_back(player: Player, step: Step) -> None:
    """Let the receiving servers permanently refuse all due mails."""
    error = smtplib.SMTPRecipientsRefused({"a@yunling.example": (550, b"no such user")})
    Letter.objects.filter(pk=newest(Letter)).update(state=MessageState.WAITING, attempts=0, retry_at=None)
    with patch(SENDER, side_effect=error):
        send_due()


@event
def own_notice_is_issued(player: Player, step: Step) -> None:
    """Pass a notice on within a unit: its head drafts a notice of its own that names its offices."""
    source: Notice = row_of(step)
    tasks = source.assignments.exclude(body__offices=None).select_related("body").order_by("pk")
    for task in tasks:
        posts = Appointment.objects.filter(in_force_q(), body=task.body, role=Role.LEAD, person__active=True)
        post = posts.exclude(person__user=None).order_by("pk").first()
        office = task.body.offices.order_by("pk").first()
        if post is None or office is None:
            continue
        by, rows = (
            get_actor(post.person.user),
            [*Measure.objects.filter(assignments__in=[task]).values_list("pk", flat=True)],
        )
        draft = noticing.create_child_draft(None, by=by, source=source, government=task.body, measures=rows)
        said = [one | {"lead": office.name, "responsible": office.name} for one in draft.rows]
        front = {"signed_on": timezone.localdate(), "doc_number": f"云内〔2026〕{step.data['draw'][0]}号"}
        noticing.save_child_draft(draft, by=by, front=front, rows=said)
        noticing.issue_child_draft(ChildDraft.objects.get(pk=draft.pk), by=by)
        return
