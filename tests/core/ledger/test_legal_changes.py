"""Legal changes: entered by one person, previewed, confirmed by another; closed entries keep their dates."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from factories.requests import do, register
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger import holidays, legal_changes
from gongkai.core.ledger.audit import check_clocks
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.forms.legal_changes import make_holiday_form_values
from gongkai.core.ledger.jobs.daily import redate_all
from gongkai.core.ledger.models import Entry, HolidayYear, LegalChange
from gongkai.core.units.models import Body, Role
from gongkai.lib import law
from gongkai.lib.law.calendar import Holiday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("entered_years")]
FACTS = {
    "key": "request.reply", "value": 15, "since": date(2026, 3, 2), "until": None, "transition": "start",
    "source": "示例修订令",
}  # fmt: skip


@pytest.fixture
def body() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def _due(entry: Entry) -> str:
    return f"{Entry.objects.get(pk=entry.pk).due_at:%Y-%m-%d}"


def test_changed_period_moves_open_but_not_closed_entries(body: Body, django_capture_on_commit_callbacks) -> None:
    first, second = actor(Role.ADMINISTRATOR, body), actor(Role.CHIEF, body)
    with time_machine.travel("2026-03-27 10:00+08:00", tick=False):
        open_one, closed = register(body, date(2026, 3, 10)), register(body, date(2026, 3, 2))
        before = register(body, date(2026, 2, 27))
        closed = do(closed, "decide", result="3.1")
        assert (_due(open_one), _due(closed), _due(before)) == ("2026-04-08", "2026-03-30", "2026-03-26")
        redate_all()
        change = legal_changes.enter_figure(None, by=first, **FACTS)
        with pytest.raises(Refused, match="由另一人核对"):
            legal_changes.confirm(change, by=first)
        moved = [
            (one.entry.pk, f"{one.due_before:%m-%d}", f"{one.entry.due_at:%m-%d}")
            for one in legal_changes.preview_change(change)
        ]
        assert moved == [(open_one.pk, "04-08", "03-31")]
        page = signed_in(Role.CLERK, body).get(f"/admin/ledger/terms/{change.pk}/").content.decode()
        assert open_one.number in page
        assert closed.number not in page
        assert "核对无误" not in page  # a clerk
        assert page.count("核对</p>") == 0  # not decided yet
        with django_capture_on_commit_callbacks(execute=True):
            legal_changes.confirm(LegalChange.objects.get(pk=change.pk), by=second)
        assert redate_all() == {"moved": 1}
    with time_machine.travel("2026-03-31 10:00+08:00", tick=False):
        assert (_due(open_one), _due(closed), _due(before)) == ("2026-03-31", "2026-03-30", "2026-03-26")
        said = " ".join(step.text + step.rule for step in compute_deadline(Entry.objects.get(pk=closed.pk)).steps)
        assert "期限20个工作日" in said
        assert "示例修订令" not in said
        assert "示例修订令" in " ".join(step.rule for step in compute_deadline(Entry.objects.get(pk=open_one.pk)).steps)
        assert not check_clocks().broken
        page = signed_in(Role.CLERK, body).get("/admin/ledger/terms/").content.decode()
        assert "答复期限自2026-03-02起由20个工作日改为15个工作日" in page


def test_calendar_change_within_the_year_needs_confirmation(body: Body, django_capture_on_commit_callbacks) -> None:
    second = actor(Role.ADMINISTRATOR, body)
    with time_machine.travel("2026-04-20 10:00+08:00", tick=False):
        open_one, closed = register(body, date(2026, 4, 14)), register(body, date(2026, 4, 14))
        closed = do(closed, "decide", result="3.1")
        redate_all()
        client = signed_in(Role.ADMINISTRATOR, body)
        known = make_holiday_form_values(holidays.find_holiday_notice(2026))
        sent = {**known, "source": "示例通知", "off": f"{known['off']}\n调整 2026-05-06", "issued_on": ""}
        sent["work"] = f"{known['work']} 2026-05-16"
        page = client.post("/admin/ledger/calendar/enter/?year=2026", sent, follow=True).content.decode()
        assert "05-06改为休息；05-16改为上班" in page
        assert open_one.number in page
        assert not HolidayYear.objects.exists()
        with django_capture_on_commit_callbacks(execute=True):
            legal_changes.confirm(LegalChange.objects.get(), by=second)
        redate_all()
        assert (_due(open_one), _due(closed)) == ("2026-05-15", "2026-05-14")
        assert not check_clocks().broken
        assert HolidayYear.objects.get().by == f"{LegalChange.objects.get().by}登记，{second.name}核对"


def test_calendar_change_does_not_undo_one_confirmed_meanwhile(body: Body) -> None:
    first, second = (actor(Role.ADMINISTRATOR, body) for _ in range(2))
    known = holidays.find_holiday_notice(2026)
    changes = [
        legal_changes.enter_calendar(
            None, by=first, notice=replace(known, source="示例通知", off=(*known.off, Holiday("调整", day, day)))
        )
        for day in (date(2026, 5, 6), date(2026, 5, 7))
    ]
    legal_changes.confirm(changes[0], by=second)
    with pytest.raises(Refused, match="又有变动"):
        legal_changes.confirm(changes[1], by=second)
    legal_changes.refuse(changes[1], by=second, reason="重新登记")


def test_change_without_a_possible_confirmer_or_effect_is_refused(body: Body) -> None:
    alone = actor(Role.ADMINISTRATOR, body)
    with pytest.raises(Refused, match="请先在“单位与系统”任命"):
        legal_changes.enter_figure(None, by=alone, **FACTS)
    actor(Role.CHIEF, body)
    for wrong, why in (
        ({"key": "request.lottery"}, "请选择期限"),
        ({"source": " "}, "依据"),
        ({"until": date(2026, 1, 1)}, "早于"),
        ({"value": 20}, "没有改变"),
    ):
        with pytest.raises(Refused, match=why):
            legal_changes.enter_figure(None, by=alone, **{**FACTS, **wrong})
    with pytest.raises(Refused, match="没有改变"):
        legal_changes.enter_calendar(None, by=alone, notice=holidays.find_holiday_notice(2026))
    assert legal_changes.enter_figure.why_not(None, by=actor(Role.CLERK, body))


def test_open_ended_change_ends_when_a_later_built_in_law_begins() -> None:
    facts = {"key": "request.reply", "value": 10, "since": "2010-01-01", "until": "", "transition": "start"}
    row = LegalChange(facts=facts, source="示例修订令", decided_at=timezone.now(), state="confirmed", kind="figure")
    row.save()
    legal_changes.expire_cache()
    assert law.get_figures_in_force(on=date(2019, 5, 14))["request.reply"].value == 10
    assert law.get_figures_in_force(on=date(2019, 5, 15))["request.reply"].value == 20  # a row of the package
    row.facts["until"] = "2020-01-01"
    row.save()
    legal_changes.expire_cache()
    assert law.get_figures_in_force(on=date(2020, 1, 1))["request.reply"].value == 10  # its own end was entered
