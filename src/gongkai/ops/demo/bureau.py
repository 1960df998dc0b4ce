"""Sample data: a bureau's own notice assigned to its offices, and a delegated city task."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from django.utils import timezone

from gongkai.core.ledger.actions import urge
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actions import add_person, appoint, create_login
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Office, Person, Role
from gongkai.ops.demo import clock, notices
from gongkai.ops.demo.people import (
    BUREAU_LOGIN,
    SampleStaff,
    hash_sample_password,
    make_actor_of_appointment,
    set_sample_password,
)
from gongkai.work.notices import actions
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.models import Assignment, Notice
from gongkai.work.notices.states import WORKING_STATES

#: The bureau, and the office whose clerk signs in beside that of its 办公室.
BUREAU, OFFICE = "caizheng", "预算科"


def create_bureau_notice(staff: SampleStaff, today: date) -> None:
    """Import and confirm the bureau's own notice, work on its tasks, and delegate a city task."""
    year = notices.get_notice_year(today)
    sample = notices.load_sample("bureau", today, year)
    issued = date.fromisoformat(sample.facts["日期"])
    leader = staff.actor(Role.CLERK, staff.bodies[BUREAU])
    with clock.travel_to(clock.office_hour(issued + timedelta(days=1), 60)):
        budgeter = _create_clerk(staff, issued)
        source = read_source(notices.make_word_file(sample), f"{sample.facts['标题']}.docx")
        body = staff.bodies[BUREAU]
        notice = actions.import_file(source, by=leader, government=body, issuer=body).notice
        actions.settle_flags(notice, by=leader)
        actions.confirm_notice(Notice.objects.get(pk=notice.pk), by=leader)
    _complete_quarters(notice, leader, staff.actor(Role.LEAD, staff.bodies[BUREAU]), today)
    _complete_office_tasks(notice, leader, budgeter, clock.office_hour(today - timedelta(days=6), 30))
    _delegate_city_task(staff, leader, budgeter, today)


def _create_clerk(staff: SampleStaff, since: date) -> Actor:
    """Create a person with a login, and appoint them clerk of the office OFFICE."""
    body = staff.bodies[BUREAU]
    person: Person = add_person(None, by=SYSTEM, name="江临舟", phone="0799-8690001", email="ys@yunling.example")
    office = Office.objects.get(body=body, name=OFFICE)
    appointment = appoint(body, by=SYSTEM, person=person, role=Role.CLERK, start=since, office=office)
    with patch("gongkai.core.units.actions.passwords.make_password", lambda _: hash_sample_password()):
        create_login(person, by=SYSTEM, username=BUREAU_LOGIN)
    set_sample_password(person)
    return make_actor_of_appointment(appointment)


def _list_office_tasks(notice: Notice, office: str) -> list[Entry]:
    """Return the notice's open tasks of the office with this name, by due date."""
    rows = Assignment.objects.filter(notice=notice, entry__office__name=office, entry__state__in=WORKING_STATES)
    return [assignment.entry for assignment in rows.select_related("entry").order_by("entry__due_at", "pk")]


def _complete_quarters(notice: Notice, leader: Actor, head: Actor, today: date) -> None:
    """Submit and accept up to three quarterly tasks that are past due, two days before each was due."""
    for _ in range(3):
        rows = Assignment.objects.filter(notice=notice, track="quarter", entry__state__in=WORKING_STATES)
        row = rows.select_related("entry").order_by("period").first()
        if row is None or row.entry.due_at is None or timezone.localdate(row.entry.due_at) >= today:
            return
        with clock.travel_to(clock.office_hour(timezone.localdate(row.entry.due_at) - timedelta(days=2), 50)):
            _submit_and_accept(row.entry, leader, head, "国库科已更新，由办公室代为报送。")


def _submit_and_accept(entry: Entry, by: Actor, judge: Actor, statement: str) -> None:
    """Submit a task, and accept it with all its evidence."""
    sent = _submit_task(entry, by, statement)
    actions.accept_submission(sent, by=judge, holds=list(sent.evidence.values_list("pk", flat=True)))


def _submit_task(entry: Entry, by: Actor, statement: str) -> Entry:
    """Submit a task with one piece of evidence for each of its duties, and return its entry."""
    duties = {duty.pk: 1 for duty in entry.assignment.measure.duties.all()}
    url = f"https://czj.yunling.example/gk/{entry.pk}.html"
    sent: Entry = actions.submit_task(entry, by=by, done=duties, urls=[url], statement=statement)
    return sent


def _complete_office_tasks(notice: Notice, leader: Actor, budgeter: Actor, moment: datetime) -> None:
    """Of the office's first two tasks accept the first and submit the second; then urge the first still open."""
    with clock.travel_to(moment):
        for number, entry in enumerate(_list_office_tasks(notice, OFFICE)[:2]):
            if number == 0:
                _submit_and_accept(entry, budgeter, leader, "已按要求办理。")
            else:
                _submit_task(entry, budgeter, "已按要求办理。")
        for entry in _list_office_tasks(notice, OFFICE)[:1]:
            urge(entry, by=leader, words="请于本周内报办公室。")


def _delegate_city_task(staff: SampleStaff, leader: Actor, budgeter: Actor, today: date) -> None:
    """Delegate the bureau's next due city task to two offices, one of which has reported; nothing if none is due."""
    rows = Assignment.objects.filter(
        body=staff.bodies[BUREAU],
        notice__own=False,
        entry__state__in=WORKING_STATES,
        entry__due_at__gt=timezone.now(),
    )
    task = rows.select_related("entry").order_by("entry__due_at", "pk").first()
    if task is None or task.entry.due_at is None:
        return
    with clock.travel_to(clock.office_hour(today - timedelta(days=3), 45)):
        offices = Office.objects.filter(body=task.body, name__in=(OFFICE, "国库科")).values_list("pk", flat=True)
        until = min(timezone.localdate(task.entry.due_at), today + timedelta(days=4))
        shares = actions.delegate_task(
            task.entry,
            by=leader,
            offices=list(offices),
            words="各自整理本科室应公开的信息，报办公室汇总。",
            until=until,
        )
    with clock.travel_to(clock.office_hour(today - timedelta(days=1), 20)):
        own = next(share for share in shares if share.office.name == OFFICE)
        actions.submit_share(own, by=budgeter, statement="预算科应公开的信息已整理，共12条。")
