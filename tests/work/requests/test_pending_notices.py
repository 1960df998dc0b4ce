"""What the clock would call irregular is said before anybody types, and who waits too long reads what they may do."""

from datetime import date

import pytest
import time_machine

from factories.requests import do, head, register, staff
from factories.units import BodyFactory
from gongkai.core.ledger.forms import ENTRY_FORMS_BY_ACTION
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.panels import NextStep, next_steps_panel
from gongkai.work.requests.progress import get_request_progress

pytestmark = pytest.mark.django_db
R = date(2024, 1, 2)


@pytest.fixture
def entry() -> Entry:
    return register(BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局"), R)


def step(entry: Entry, verb: str) -> NextStep:
    shown = next_steps_panel(entry, head(entry.body) if verb == "extend" else staff(entry.body))
    rows = [one for kind in ("allowed", "refused") for _, group in shown[kind] for one in group]
    return next(one for one in rows if one.act.verb == verb)


def test_a_second_correction_is_among_what_cannot_be_done_and_may_be_recorded(entry: Entry) -> None:
    with time_machine.travel("2024-01-03 10:00+08:00", tick=False):
        assert not step(entry, "ask_correction").reasons
        entry = do(entry, "ask_correction", items="请写明年份", days=15)
        entry = do(entry, "take_correction", wanted="2023年的清单")
        again = step(entry, "ask_correction")
        assert again.late
        assert "只能有一次" in again.reasons[0]
        form = ENTRY_FORMS_BY_ACTION["request.ask_correction"](entry=entry, by=staff(entry.body))
        assert "只能有一次" in form.warnings[0]


def test_an_extension_after_the_period_is_said_to_be_too_late(entry: Entry) -> None:
    with time_machine.travel("2024-01-20 10:00+08:00", tick=False):
        assert not step(entry, "extend").late
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        assert step(entry, "extend").late


def test_an_applicant_whose_answer_is_late_reads_what_to_do(entry: Entry) -> None:
    def parts() -> list[str]:
        shown = get_request_progress(entry.pk)
        assert shown
        return [one.title for one in shown.parts]

    with time_machine.travel("2024-01-10 10:00+08:00", tick=False):
        assert "已经超过答复期限" not in parts()
    with time_machine.travel("2024-02-20 10:00+08:00", tick=False):
        assert "已经超过答复期限" in parts()
