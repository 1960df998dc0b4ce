"""A missed due date stays with the unit, whatever happens to the entry."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.consultation import inquiry
from factories.ledger import EntryFactory
from factories.units import BodyFactory, OfficeFactory, actor, signed_in
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.ledger import rectification
from gongkai.core.ledger.actions import entry_facts
from gongkai.core.ledger.entry_creation import remove_entries
from gongkai.core.ledger.filters import filter_by_light
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.lapses import KIND, EntryHolder, record_lapse, revive_lapse, settle_lapse
from gongkai.core.ledger.models import Entry, Lapse
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import end_of_day
from gongkai.ui.office.statistics import count_by_unit
from gongkai.work.consultation import actions as consulting
from gongkai.work.consultation.figures import count_lapses
from gongkai.work.requests.complaints import actions as complaining

pytestmark = pytest.mark.django_db
RECEIVED = "2024-01-02 10:00+08:00"
LATE = "2024-03-05 10:00+08:00"


#: Kind → closing outcomes: counted normally; late anyway; excused by a superior office; continued by another entry.
OUTCOMES = {
    "account_filing": ("done refused", "withdrawn", "", ""),
    "annual_report": (
        "published correcting correction_accepted correction_checked correction_handed_in correction_reviewing",
        "",
        "cancelled",
        "",
    ),
    "assignment": ("done", "carried reassigned withdrawn", "cancelled not_applicable", ""),
    "budget_duty": ("published", "", "dropped", ""),
    "cleanup": ("done handed_in", "", "cancelled", ""),
    "complaint": ("answered", "withdrawn", "", ""),
    "decision": ("decided evaluated", "ceased removed", "", ""),
    "decision_feedback": ("done", "ceased", "", ""),
    "delegated": ("done", "ended", "cancelled", ""),
    "disclosure": ("public", "gone withheld", "", ""),
    "fault": ("answered dismissed", "", "", ""),
    "followup": ("issued", "", "dropped", ""),
    "inner": ("done", "carried reassigned withdrawn", "cancelled not_applicable", ""),
    "inner_lapse": ("kept", "", "", "returned"),
    "inquiry": ("answered invalid", "rejected", "", ""),
    "interpretation": ("done", "withdrawn", "excused", ""),
    "lapse": ("kept", "", "", "returned"),
    "law_update": ("done none", "", "", ""),
    "opinion": ("evaluated", "", "dismissed", ""),
    "opinion_duty": ("done", "", "excused", ""),
    "press_plan": ("done", "cancelled", "", ""),
    "press_result": ("shown", "withdrawn", "", ""),
    "promise": ("broken kept", "", "voided", ""),
    "rectification": ("confirmed", "", "waived", ""),
    "request": ("abandoned answered archived delivered passed_on withdrawn", "void", "", "carried"),
    "score_appeal": ("rejected upheld", "withdrawn", "", ""),
    "self_assessment": ("accepted lapsed", "", "", ""),
    "support": ("done", "", "cancelled", ""),
    "tidying": ("done", "", "", ""),
    "upload": ("done", "", "cancelled", ""),
    "upward": ("received sent", "", "cancelled", ""),
    "validity": ("done", "", "cancelled", ""),
}


def list_late_kinds(body: Body) -> list[str]:
    """Return the kinds of entries that count as closed late at a unit."""
    return [one.kind for one in filter_by_light(Entry.objects.filter(body=body), "late").order_by("pk")]


def reload_entry(entry: Entry) -> Entry:
    return Entry.objects.select_related("body").get(pk=entry.pk)


@pytest.fixture
def city() -> Body:
    return BodyFactory(government=True)


@pytest.fixture
def housing(city: Body) -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=city)


@pytest.fixture
def assigned_inquiry(city: Body, housing: Body) -> Entry:
    """An inquiry whose date the housing bureau misses."""
    with time_machine.travel(RECEIVED, tick=False):
        entry: Entry = consulting.assign_inquiry(
            inquiry(city).entry, by=actor(Role.CHIEF, city), body=housing, words=""
        )
    return entry


def test_unit_that_returns_an_inquiry_late_keeps_the_lapse(assigned_inquiry: Entry, city: Body, housing: Body) -> None:
    chief, clerk = actor(Role.CHIEF, city), actor(Role.CLERK, housing)
    with time_machine.travel(LATE, tick=False):
        consulting.decline_inquiry(reload_entry(assigned_inquiry), by=clerk, reason="不属于本单位职责")
        [lapse] = Entry.objects.filter(kind=KIND)
        assert (lapse.body, lapse.due_at, lapse.light) == (housing, assigned_inquiry.due_at, "grey_red")
        assert list_late_kinds(housing) == [KIND]
        assert count_lapses(2024, chief) == [(housing, 1)]
        assert {one.body: one.late for one in count_by_unit(Entry.objects.all(), 2024)} == {housing: 1, city: 0}
        # The entry is red at its current unit, which received it late and missed nothing.
        third = BodyFactory(name="云岭市财政局", parent=city)
        consulting.assign_inquiry(reload_entry(assigned_inquiry), by=chief, body=third, words="")
        consulting.decline_inquiry(
            reload_entry(assigned_inquiry), by=actor(Role.CLERK, third), reason="不属于本单位职责"
        )
        assert (list_late_kinds(third), Lapse.objects.count()) == ([], 1)
        # Back at the first unit the inquiry itself shows the date; the lapse does once it leaves again.
        consulting.assign_inquiry(reload_entry(assigned_inquiry), by=chief, body=housing, words="")
        assert (list_late_kinds(housing), reload_entry(assigned_inquiry).light) == ([], "red")
        consulting.decline_inquiry(reload_entry(assigned_inquiry), by=clerk, reason="不属于本单位职责")
        assert list_late_kinds(housing) == [KIND]
        for act in (settle_lapse, revive_lapse):
            with pytest.raises(Refused, match="自动完成"):
                act(lapse, by=chief)


def test_rejected_or_reopened_inquiry_stays_late(assigned_inquiry: Entry, city: Body, housing: Body) -> None:
    chief = actor(Role.CHIEF, city)
    with time_machine.travel(LATE, tick=False):
        consulting.decline_inquiry(
            reload_entry(assigned_inquiry), by=actor(Role.CLERK, housing), reason="不属于本单位职责"
        )
        consulting.reject_inquiry(reload_entry(assigned_inquiry), by=chief, reason="属于信访事项")
        assert list_late_kinds(housing) == [KIND]
        consulting.reopen_inquiry(reload_entry(assigned_inquiry), by=chief, reason="应当受理")
        assert (reload_entry(assigned_inquiry).light, list_late_kinds(housing), Lapse.objects.count()) == (
            "green",
            [KIND],
            1,
        )


def test_inquiry_returned_in_time_leaves_no_lapse(assigned_inquiry: Entry, city: Body, housing: Body) -> None:
    with time_machine.travel("2024-01-04 10:00+08:00", tick=False):
        consulting.decline_inquiry(
            reload_entry(assigned_inquiry), by=actor(Role.CLERK, housing), reason="不属于本单位职责"
        )
        consulting.reject_inquiry(reload_entry(assigned_inquiry), by=actor(Role.CHIEF, city), reason="属于信访事项")
    assert not Lapse.objects.exists()


def test_withdrawn_complaint_and_late_extension_stay_late(city: Body, housing: Body) -> None:
    office = BodyFactory(kind="general_office", parent=city)
    actor(Role.CHIEF, office)
    found = FoundFault("inspection", "1:abc", "空白栏目", "“规划信息”栏目没有内容")
    with time_machine.travel(RECEIVED, tick=False):
        complaint = complaining.register_complaint(
            housing, by=ANONYMOUS, about="not_answered", text="十月提交的申请没有答复"
        )
        order = order_rectification(housing, by=SYSTEM, found=found, until=timezone.localdate() + timedelta(days=9))
        waived = order_rectification(
            housing, by=SYSTEM, found=FoundFault("inspection", "2", "链接", "链接打不开"), until=date(2024, 1, 9)
        )
    with time_machine.travel(LATE, tick=False):
        complaining.withdraw_complaint(reload_entry(complaint), by=ANONYMOUS)
        assert list_late_kinds(complaint.body) == [KIND]
        rectification.extend(reload_entry(order), by=SYSTEM, until=date(2024, 4, 1), reason="等待采购")
        rectification.waive(reload_entry(waived), by=SYSTEM, reason="栏目已合并，本来没有问题")
        assert list_late_kinds(housing) == [KIND]


def test_every_closing_outcome_defines_the_effect_on_a_missed_date() -> None:
    declared = {
        kind.name: (kind.machine.closed - kind.outcomes_without_duty, kind.still_late, kind.excused, kind.carried_on)
        for kind in ENTRY_KINDS_BY_NAME.values()
        if kind.name != "trial"  # of the tests
    }
    assert declared == {name: tuple(frozenset(one.split()) for one in row) for name, row in OUTCOMES.items()}
    assert all(
        not (kind.still_late & kind.excused or kind.carried_on & (kind.still_late | kind.excused))
        for kind in ENTRY_KINDS_BY_NAME.values()
    )


def list_outcomes(name: str) -> list[tuple[str, str]]:
    """Return kind and outcome of every closing in a category such as `still_late` or `excused`."""
    return [
        (kind.name, outcome)
        for kind in ENTRY_KINDS_BY_NAME.values()
        if not kind.beside
        for outcome in sorted(getattr(kind, name))
    ]


@pytest.mark.parametrize(
    ("names", "own", "kept"), [("still_late", False, 1), ("excused", False, 0), ("excused", True, 1)]
)
def test_missed_date_stays_unless_the_outcome_excuses_it(
    city: Body, housing: Body, names: str, own: bool, kept: int
) -> None:
    by = actor(Role.CLERK if own else Role.CHIEF, housing if own else city)
    due = timezone.now() - timedelta(days=9)
    for kind, outcome in list_outcomes(names):
        entry = EntryFactory(kind=kind, body=housing, due_at=due, state=outcome, outcome=outcome)
        entry.closed_at = timezone.now()
        record_lapse(entry, due, EntryHolder(housing.pk, None, ""), ActionResult(words=""), label="结束", by=by)
        assert Lapse.objects.filter(of=entry).count() == kept, (kind, outcome)


def test_page_of_an_excused_entry_names_person_and_reason(city: Body, housing: Body) -> None:
    found = FoundFault("inspection", "2", "链接", "链接打不开")
    with time_machine.travel(RECEIVED, tick=False):
        order = order_rectification(housing, by=SYSTEM, found=found, until=date(2024, 1, 9))
    with time_machine.travel(LATE, tick=False):
        rectification.waive(reload_entry(order), by=SYSTEM, reason="栏目已合并，本来没有问题")
        page = signed_in(Role.CHIEF, city).get(order.url).content.decode()
    assert "应于2024-01-09以前办结，逾期后由系统于2024-03-05免除，不计入逾期：栏目已合并" in page


def test_office_inside_a_unit_keeps_its_missed_date(city: Body, housing: Body) -> None:
    first, second = OfficeFactory(body=housing), OfficeFactory(body=housing)
    due = end_of_day(timezone.localdate() - timedelta(days=9))
    task = EntryFactory(kind="inner", body=housing, office=first, due_at=due)
    entry_facts.set_office(reload_entry(task), by=actor(Role.LEAD, housing), office=second)
    [lapse] = Entry.objects.filter(kind="inner_lapse")
    assert (lapse.office, lapse.light) == (first, "grey_red")
    assert not visible_to(actor(Role.CHIEF, city)).filter(pk=lapse.pk).exists()
    entry_facts.set_office(reload_entry(task), by=actor(Role.LEAD, housing), office=first)
    assert reload_entry(lapse).outcome == "returned"


def test_lapse_is_removed_with_its_imported_entry(assigned_inquiry: Entry, housing: Body) -> None:
    with time_machine.travel(LATE, tick=False):
        consulting.decline_inquiry(
            reload_entry(assigned_inquiry), by=actor(Role.CLERK, housing), reason="不属于本单位职责"
        )
        assigned_inquiry.inquiry.delete()
        assert remove_entries(Entry.objects.filter(pk=assigned_inquiry.pk), by=SYSTEM) == 1
    assert not Entry.objects.filter(kind=KIND).exists()
