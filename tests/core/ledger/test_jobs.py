from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.ledger import EntryFactory, accept, set_due, submit
from factories.units import AppointmentFactory, BodyFactory, OfficeFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement, Seal
from gongkai.core.ledger.actions import raise_urging, urge
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_creation import make_entries, remove_entries
from gongkai.core.ledger.jobs import daily, reminders, send_reminders
from gongkai.core.ledger.jobs.steps import REMINDER_STEPS
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Entry, Mark, Told
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib import law

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    """A bureau of the city with a clerk and a head, and the 政务公开办 above it."""
    city = BodyFactory(government=True)
    body = BodyFactory(name="云岭市财政局", parent=city)
    return {
        "body": body,
        "clerk": actor(Role.CLERK, body),
        "lead": actor(Role.LEAD, body),
        "chief": actor(Role.CHIEF, BodyFactory(name="云岭市人民政府办公室", parent=city)),
    }


def parse_time(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def make_due_entry(body, due: str, **facts) -> Entry:
    entry = EntryFactory.build(body=body, due_at=None, warn_at=None, **facts)
    set_due(entry, datetime.fromisoformat(due).date())
    entry.save()
    return entry


def list_subjects(person) -> list[str]:
    rows = Message.objects.filter(person=person.person_id, channel="screen").order_by("pk")
    return [m.subject for m in rows]


def test_reminder_steps_in_time_order(bureau) -> None:
    entry = make_due_entry(bureau["body"], "2026-11-20")  # a Friday; yellow from Tuesday, the 17th
    told = [
        (day, [name for name, count in send_reminders(parse_time(day)).items() if count])
        for day in (
            "2026-11-16 12:00",
            "2026-11-17 08:00",
            "2026-11-18 08:00",
            "2026-11-20 08:00",
            "2026-11-20 23:59:59",
            "2026-11-21 00:00",
            "2026-11-26 08:00",
            "2026-11-27 08:00",
            "2026-12-31 08:00",
        )
    ]
    assert [(day[:10], names) for day, names in told if names] == [
        ("2026-11-17", ["yellow"]),
        ("2026-11-20", ["last_day"]),
        ("2026-11-21", ["red"]),
        ("2026-11-27", ["red5"]),
    ]
    assert list_subjects(bureau["clerk"]) == [
        f"{words}：{entry.title}" for words in ("即将到期", "到期前最后一个工作日", "已经逾期", "逾期满5个工作日")
    ]
    assert list_subjects(bureau["lead"]) == [f"已经逾期：{entry.title}", f"逾期满5个工作日：{entry.title}"]
    assert list_subjects(bureau["chief"]) == [f"逾期满5个工作日：{entry.title}"]


def test_due_date_on_a_day_off_is_reminded_on_the_last_working_day(bureau) -> None:
    make_due_entry(bureau["body"], "2026-11-22")  # a Sunday; the ordered date stays
    send_reminders(parse_time("2026-11-19 08:00"))
    assert send_reminders(parse_time("2026-11-19 18:00"))["last_day"] == 0
    assert send_reminders(parse_time("2026-11-20 08:00"))["last_day"] == 1


def test_missed_reminders_are_sent_once_as_the_most_serious_step(bureau) -> None:
    make_due_entry(bureau["body"], "2026-11-20")
    assert send_reminders(parse_time("2027-03-01 08:00")) == {"red5": 1, "red": 0, "last_day": 0, "yellow": 0}


def test_paused_closed_and_submitted_entries_get_no_reminder(bureau, monkeypatch) -> None:
    make_due_entry(bureau["body"], "2026-11-20", paused=True)
    done = make_due_entry(bureau["body"], "2026-11-20")
    submit(done, by=bureau["clerk"])
    accept(done, by=bureau["chief"])
    assert sum(send_reminders(parse_time("2026-12-20 08:00")).values()) == 0
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], waiting=frozenset({"submitted"}))
    )
    make_due_entry(bureau["body"], "2026-11-20", state="submitted")
    assert sum(send_reminders(parse_time("2026-12-20 08:00")).values()) == 0


def test_new_due_date_restarts_reminders(bureau) -> None:
    entry = make_due_entry(bureau["body"], "2026-11-20")
    assert send_reminders(parse_time("2026-11-23 08:00"))["red"] == 1
    set_due(entry, date(2026, 12, 31))
    entry.save()
    assert sum(send_reminders(parse_time("2026-11-24 08:00")).values()) == 0
    assert send_reminders(parse_time("2027-01-04 08:00"))["red"] == 1


def test_reminders_of_many_entries_are_one_message(bureau) -> None:
    for _ in range(30):
        make_due_entry(bureau["body"], "2026-11-20")
    assert send_reminders(parse_time("2026-11-23 08:00"))["red"] == 30
    assert list_subjects(bureau["clerk"]) == ["30项工作已经逾期"]
    assert "共30项" in Message.objects.filter(channel="screen").first().body


def set_portion_duration(monkeypatch, per_portion: float) -> None:
    """Let each portion take this many seconds, and everything else none."""
    clock = [0.0]
    told = reminders._send_messages

    def slow(*facts):
        clock[0] += per_portion
        told(*facts)

    monkeypatch.setattr(reminders, "ENTRIES_PER_TRANSACTION", 1)
    monkeypatch.setattr(reminders, "_send_messages", slow)
    monkeypatch.setattr(reminders.time, "monotonic", lambda: clock[0])


def test_reminders_left_over_are_sent_once_by_the_next_run(bureau, monkeypatch) -> None:
    late = [make_due_entry(bureau["body"], "2026-11-20") for _ in range(6)]
    make_due_entry(bureau["body"], "2026-11-24")
    now = parse_time("2026-11-23 08:00")
    with monkeypatch.context() as patch:
        set_portion_duration(patch, 1.0)
        assert send_reminders(now, seconds=2.5) == {"red5": 0, "red": 2, "last_day": 0, "yellow": 1}
    assert send_reminders(now) == {"red5": 0, "red": 4, "last_day": 0, "yellow": 0}
    assert sum(send_reminders(now).values()) == 0
    assert sorted(list_subjects(bureau["clerk"])[:2]) == sorted(f"已经逾期：{entry.title}" for entry in late[:2])


def test_run_without_time_left_makes_no_query(bureau, django_assert_num_queries) -> None:
    make_due_entry(bureau["body"], "2026-11-20")
    step = next(one for one in REMINDER_STEPS if one.name == "red")
    with django_assert_num_queries(0):
        assert reminders._send_portions(step, parse_time("2026-11-23 08:00"), 0.0) == (0, False)


def test_backlog_does_not_delay_urgent_reminders(bureau, monkeypatch) -> None:
    for day in ["2026-10-20"] * 20 + ["2026-11-20"] * 2 + ["2026-11-23"] * 2 + ["2026-11-25"] * 2:
        make_due_entry(bureau["body"], day)
    set_portion_duration(monkeypatch, 1.0)
    assert send_reminders(parse_time("2026-11-23 08:00"), seconds=12) == {
        "red5": 7,
        "red": 2,
        "last_day": 2,
        "yellow": 2,
    }


def test_entries_of_one_unit_share_a_message_across_batches(bureau, monkeypatch) -> None:
    monkeypatch.setattr(reminders, "ENTRIES_PER_TRANSACTION", 2)
    monkeypatch.setattr(reminders, "MAX_IDS_READ", 2)
    other = BodyFactory(name="云岭市水务局", parent=bureau["body"].parent)
    clerk = actor(Role.CLERK, other)
    for day in ("2026-11-19", "2026-11-20"):
        make_due_entry(bureau["body"], day)
        make_due_entry(other, day)
    assert send_reminders(parse_time("2026-11-23 08:00"))["red"] == 4
    assert list_subjects(clerk) == list_subjects(bureau["clerk"]) == ["2项工作已经逾期"]


def test_reminder_goes_to_office_else_head_else_chief_office(bureau) -> None:
    one, two = OfficeFactory(body=bureau["body"]), OfficeFactory(body=bureau["body"])
    hers, his = actor(Role.CLERK, bureau["body"], office=one), actor(Role.CLERK, bureau["body"], office=two)
    make_due_entry(bureau["body"], "2026-11-20", office=one)
    send_reminders(parse_time("2026-11-18 08:00"))
    assert list_subjects(hers)
    assert list_subjects(bureau["clerk"])  # holds no office: the whole body's
    assert not list_subjects(his)
    body = BodyFactory(name="云岭市档案局", parent=bureau["body"].parent)
    make_due_entry(body, "2026-11-20")
    send_reminders(parse_time("2026-11-18 08:00"))
    assert list_subjects(bureau["chief"])


def test_deputy_is_reminded_only_for_the_covered_post(bureau) -> None:
    mine = AppointmentFactory(role=Role.LEAD, body=bureau["body"])
    other = AppointmentFactory(role=Role.LEAD, body=BodyFactory(name="云岭市档案局"), person=mine.person)
    cover = AppointmentFactory(role=Role.LEAD, body=bureau["body"], covers=mine)
    stranger = AppointmentFactory(role=Role.LEAD, body=other.body, covers=other)
    make_due_entry(bureau["body"], "2026-11-20")
    send_reminders(parse_time("2026-11-23 08:00"))
    told = Message.objects.filter(channel="screen")
    assert {told.filter(person=one.person).count() for one in (mine, cover)} == {1}
    assert not told.filter(person=stranger.person).exists(), "of another post than that"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.integers(0, 24 * 40), max_size=12), dues=st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_each_reminder_step_is_sent_at_most_once_at_any_run_times(bureau, hours, dues) -> None:
    Told.objects.all().delete()
    Message.objects.all().delete()
    remove_entries(Entry.objects.all(), by=SYSTEM)
    start = parse_time("2026-11-02 00:00")
    for days in dues:
        make_due_entry(bureau["body"], (start + timedelta(days=days)).date().isoformat())
    counts: Counter[str] = Counter()
    for hour in [*hours, 24 * 60]:
        counts += Counter(send_reminders(start + timedelta(hours=hour)))
    assert all(count <= len(dues) for count in counts.values())
    assert Told.objects.filter(step="red5").count() == len(dues)
    named = Message.objects.filter(channel="screen", person=bureau["clerk"].person_id)
    lines = Counter((m.key.split(":")[1], line.split(" ")[0]) for m in named for line in m.body.splitlines())
    assert set(lines.values()) <= {1}


def test_concurrent_runs_remind_once(bureau, monkeypatch) -> None:
    """The second run read its rows before the first wrote; the unique row makes it give way."""
    make_due_entry(bureau["body"], "2026-11-20")
    import gongkai.core.ledger.jobs.reminders as module

    now = parse_time("2026-11-23 08:00")
    real, raced = module._load_entries, []

    def read_then_overtaken(step, when, numbers):
        rows = real(step, when, numbers)
        if rows and not raced:
            raced.append(1)
            send_reminders(now)
        return rows

    monkeypatch.setattr(module, "_load_entries", read_then_overtaken)
    send_reminders(now)
    assert len(list_subjects(bureau["clerk"])) == 1
    assert Told.objects.filter(step="red").count() == 1


def test_reminder_steps_cover_only_milder_ones() -> None:
    names = [step.name for step in REMINDER_STEPS]
    for step in REMINDER_STEPS:
        assert all(names.index(covered) > names.index(step.name) for covered in step.covers)


def test_one_seal_is_made_a_day() -> None:
    assert daily.seal_if_due() == {"sealed": 0}  # nothing to seal
    make_entries([EntryFactory.build(body=BodyFactory(), number="")], by=SYSTEM)
    assert daily.seal_if_due() == {"sealed": 1}
    make_entries([EntryFactory.build(body=BodyFactory(), number="")], by=SYSTEM)
    assert daily.seal_if_due() == {"sealed": 0}
    assert Seal.objects.count() == 1


def test_changed_calendar_moves_warning_dates_and_is_logged(bureau, monkeypatch) -> None:
    entry = make_due_entry(bureau["body"], "2027-02-20")
    assert not entry.provisional  # the day is given; only its warning counts working days
    assert daily.redate_all() == {"moved": 0}  # first run: only notes what it counted with
    off = (law.calendar.Holiday("春节", date(2027, 2, 15), date(2027, 2, 19)),)
    year = law.HolidayNotice(2027, "放假安排", "", None, "", off, ())
    changed = law.default_calendar().with_notices([year])
    monkeypatch.setattr(law, "default_calendar", lambda: changed)
    assert daily.redate_all() == {"moved": 1}
    fresh = Entry.objects.get(pk=entry.pk)
    assert (fresh.due_at, fresh.provisional) == (entry.due_at, False)
    assert fresh.warn_at < entry.warn_at
    assert daily.redate_all() == {"moved": 0}
    assert Mark.objects.count() == 2


def raise_refused(*args: object, **kwargs: object) -> None:
    raise Refused("刚才另有人办理。")


def test_changed_legal_period_moves_open_entries_and_is_logged(bureau, monkeypatch, tmp_path) -> None:
    own = tmp_path / "law.toml"
    own.write_text("")
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(own))
    opened = EntryFactory.build(body=bureau["body"], rules="consultation", number="", due_at=None)
    [entry] = make_entries([opened], by=SYSTEM, events=lambda one: [make_event("received")])
    assert daily.redate_all() == {"moved": 0}
    longer = law.get_figures_in_force()["consultation.reply"].value + 3
    own.write_text(f"[consultation]\nreply = {longer}\n")
    with monkeypatch.context() as patch:
        patch.setattr(daily, "redate", raise_refused)  # another action changes the entry at this moment
        assert daily.redate_all() == {"moved": 0}
    assert daily.redate_all() == {"moved": 1}
    fresh = Entry.objects.get(pk=entry.pk)
    assert fresh.due_at > entry.due_at
    assert "期限规定调整" in Movement.objects.filter(stream=fresh.stream).last().words
    assert daily.redate_all() == {"moved": 0}


def test_reminders_of_restricted_entries_go_only_to_their_readers(bureau) -> None:
    office = OfficeFactory(body=bureau["body"])
    inside = AppointmentFactory(body=bureau["body"], office=office, role=Role.CLERK).person
    theirs = make_due_entry(bureau["body"], "2026-11-20", audience="chief", office=office)
    nobodys = make_due_entry(bureau["body"], "2026-11-20", audience="chief")
    send_reminders(parse_time("2026-11-20 08:00"))
    for entry in (theirs, nobodys):
        urge(entry, by=bureau["chief"])
        raised = raise_urging.function(entry.urgings.get(), by=SYSTEM, why="没有签收")
        assert entry.title not in raised.tell[0].body
    assert not list_subjects(bureau["clerk"])
    assert not list_subjects(bureau["lead"])
    told = Message.objects.filter(channel="screen").order_by("link", "key")
    assert {(row.link, row.person_id, row.key.partition(":")[0]) for row in told} == {
        (entry.url, person, key)
        for entry, person in ((theirs, inside.pk), (nobodys, bureau["chief"].person_id))
        for key in ("remind", "urge")
    }
