"""Calendar years entered by the administrator from the notice's text; due dates follow."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError

from factories.requests import register
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger import holidays
from gongkai.core.ledger.forms.legal_changes import HolidayYearForm, NoticeTextForm, make_holiday_form_values
from gongkai.core.ledger.jobs.daily import ask_for_calendar, redate_all
from gongkai.core.ledger.models import Entry, HolidayYear
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import default_calendar
from gongkai.lib.law.calendar import Holiday, HolidayNotice
from lib.law.test_calendar_file import NOTICE

pytestmark = pytest.mark.django_db
NEW_YEAR = HolidayNotice(
    2031, "关于2031年部分节假日安排的通知", "", None, "https://www.gov.cn/x",
    (Holiday("元旦", date(2030, 12, 31), date(2031, 1, 2)),), (date(2031, 1, 4),),
)  # fmt: skip


@pytest.fixture
def body() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def test_entered_year_moves_open_due_dates(body: Body, entered_years: None, django_capture_on_commit_callbacks) -> None:
    admin = actor(Role.ADMINISTRATOR, body)
    with time_machine.travel("2030-12-20 10:00+08:00", tick=False):
        for year in (2029, 2030):  # what the package itself does not hold
            holidays.enter_holidays(
                None, by=admin,
                notice=HolidayNotice(year, "", "", None, "收文1号", (Holiday("元旦", date(year, 1, 1), date(year, 1, 1)),), ()),
            )  # fmt: skip
        holidays.expire_cache()
        entry = register(body, date(2030, 12, 20))
        before = entry.due_at
        assert entry.provisional
        page = signed_in(Role.CLERK, body).get("/admin/requests/").content.decode()
        assert "2031年放假安排尚未公布" in page
        redate_all()
        with django_capture_on_commit_callbacks(execute=True):
            holidays.enter_holidays(None, by=admin, notice=NEW_YEAR)
        assert default_calendar().get_kind(date(2031, 1, 4)) == "makeup"
        assert redate_all() == {"moved": 1}
        now = Entry.objects.get(pk=entry.pk)
        assert (now.provisional, now.due_at) != (True, before)
        assert not now.provisional
        listed = Message.objects.filter(person_id=admin.person_id, key__startswith="redated:")
        assert {f"{one.subject}" for one in listed} == {"1件到期日已重新计算"}
        assert f"{entry.number}：{before:%Y-%m-%d}→{now.due_at:%Y-%m-%d}" in listed[0].body


def test_administrator_is_reminded_of_a_missing_year_from_november(body: Body) -> None:
    admin = actor(Role.ADMINISTRATOR, body)
    missing = max(default_calendar().years) + 1
    assert ask_for_calendar(date(missing - 1, 10, 31)) == {"told": 0}
    assert ask_for_calendar(date(missing - 1, 11, 1)) == {"told": 1}
    ask_for_calendar(date(missing - 1, 11, 20))  # the same month: nothing new
    ask_for_calendar(date(missing - 1, 12, 1))
    told = Message.objects.filter(person_id=admin.person_id, key__startswith="calendar-missing:")
    assert len({one.key for one in told}) == 2
    assert f"请登记{missing}年放假安排" in {one.subject for one in told}


def test_administrator_enters_a_consistent_year_with_its_source(body: Body) -> None:
    assert holidays.enter_holidays.why_not(None, by=actor(Role.LEAD, body))
    admin = actor(Role.ADMINISTRATOR, body)
    for wrong, why in (
        ({"source": " "}, "来源"),
        ({"off": ()}, "没有放假日期"),
        ({"work": (date(2031, 1, 6),)}, "应为星期六或星期日"),
    ):
        with pytest.raises(Refused, match=why):
            holidays.enter_holidays(None, by=admin, notice=HolidayNotice(**{**_facts(NEW_YEAR), **wrong}))
    holidays.enter_holidays(None, by=admin, notice=NEW_YEAR)
    with pytest.raises(Refused, match="已经登记"):  # this process has not read the new row yet
        holidays.enter_holidays(None, by=admin, notice=NEW_YEAR)
    assert HolidayYear.objects.get().notice == NEW_YEAR


def _facts(notice: HolidayNotice) -> dict[str, object]:
    names = ("year", "title", "number", "issued_on", "source", "off", "work")
    return {name: getattr(notice, name) for name in names}


def test_parsed_notice_prefills_the_form() -> None:
    text = NoticeTextForm({"text": NOTICE})
    assert text.is_valid()
    form = HolidayYearForm(make_holiday_form_values(text.cleaned_data["notice"]) | {"source": "https://www.gov.cn/x"})
    assert form.is_valid()
    assert form.cleaned_data["notice"].off == text.cleaned_data["notice"].off
    wrong = HolidayYearForm(
        make_holiday_form_values(text.cleaned_data["notice"]) | {"source": "x", "off": "元旦 一月一日"}
    )
    assert "不是一段放假" in wrong.errors["off"][0]


def test_calendar_page_marks_years_without_a_notice(body: Body) -> None:
    client = signed_in(Role.CLERK, body)
    page = client.get("/admin/ledger/calendar/?year=2026").content.decode()
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "登记2026年" not in page
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        page = signed_in(Role.ADMINISTRATOR, body).get("/admin/ledger/calendar/?year=2027").content.decode()
    assert "2027年放假安排尚未公布" in page
    assert "登记2027年放假安排" in page
    assert client.get("/admin/ledger/calendar/enter/?year=2027").status_code == 200


def test_known_years_are_used_during_a_reload(monkeypatch: pytest.MonkeyPatch) -> None:
    known = default_calendar().notices[-1]
    monkeypatch.setattr(holidays._known, "notices", (known,))
    holidays.expire_cache()
    asked = HolidayYear.objects.order_by
    meanwhile = []

    def slowly(*fields: str):
        # The years that another thread gets at this moment.
        meanwhile.append(holidays._known.checked_at is None or holidays._known.notices == (known,))
        return asked(*fields)

    monkeypatch.setattr(HolidayYear.objects, "order_by", slowly)
    assert holidays.load_entered_holiday_notices() == ()  # the table is empty: what was undone is known no more
    assert meanwhile
    assert all(meanwhile)


def test_missing_table_means_no_years_and_other_errors_are_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A query of a missing table would abort a PostgreSQL transaction, so none is made."""
    monkeypatch.setattr(holidays, "_known", holidays._EnteredYearsCache())
    with monkeypatch.context() as before:
        before.setattr(HolidayYear._meta, "db_table", "not_made_yet")
        assert holidays.load_entered_holiday_notices() == ()
    assert HolidayYear.objects.count() == 0, "the transaction lives"
    assert not holidays._known.table_exists
    holidays.expire_cache()
    assert holidays.load_entered_holiday_notices() == ()
    assert holidays._known.table_exists
    # Counting with fewer years after a failed query would silently give wrong dates.
    monkeypatch.setattr(holidays, "_known", holidays._EnteredYearsCache(table_exists=True))

    def failing() -> int:
        raise DatabaseError("locked")

    monkeypatch.setattr(holidays, "_get_newest_row", failing)
    with pytest.raises(DatabaseError):
        holidays.load_entered_holiday_notices()
