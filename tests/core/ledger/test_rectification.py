"""督促整改: ordered, reported, confirmed or returned, waived with a reason; one open order for a fault."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger import rectification
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.ledger.rules import must_judge
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db
FAULT = FoundFault(
    "inspection",
    "1:abc",
    "云岭市政府网：空白栏目",
    "“规划信息”栏目没有内容",
    "补充内容或撤下栏目",
    "国办秘函〔2019〕19号",
    "http://www.yunling.gov.cn/gh/",
    {"取证时间": "2026-11-20"},
)
ORDER_PERIOD = timedelta(days=10)


@pytest.fixture
def order() -> Entry:
    body = BodyFactory(parent=BodyFactory())
    actor(Role.CLERK, body)
    return order_rectification(body, by=SYSTEM, found=FAULT, until=timezone.localdate() + ORDER_PERIOD)


def reload_entry(entry: Entry) -> Entry:
    return Entry.objects.select_related("body", "rectification").get(pk=entry.pk)


def test_order_is_on_the_ledger_and_a_fault_has_only_one(order: Entry) -> None:
    entry = reload_entry(order)
    assert (entry.kind, entry.state, entry.number[:2]) == ("rectification", "ordered", "整改")
    assert timezone.localdate(entry.due_at) == timezone.localdate() + ORDER_PERIOD
    assert entry.rectification.what == FAULT.what
    assert Message.objects.filter(subject__startswith="整改要求").exists()
    with pytest.raises(Refused, match="尚未办结"):
        order_rectification(order.body, by=SYSTEM, found=FAULT, until=timezone.localdate() + ORDER_PERIOD)
    rectification.waive(reload_entry(order), by=SYSTEM, reason="栏目已合并")
    assert reload_entry(order).rectification.reason == "栏目已合并"
    order_rectification(order.body, by=SYSTEM, found=FAULT, until=timezone.localdate() + ORDER_PERIOD)


def test_the_unit_reports_and_the_office_confirms(order: Entry) -> None:
    clerk, other = actor(Role.CLERK, order.body), actor(Role.CLERK, BodyFactory())
    with pytest.raises(Refused, match="承办单位"):
        rectification.report(reload_entry(order), by=other, text="已经补充了内容")
    with pytest.raises(Refused, match="怎样整改"):
        rectification.report(reload_entry(order), by=clerk, text=" ")
    rectification.report(reload_entry(order), by=clerk, text="已经补充了内容")
    with pytest.raises(Refused):
        rectification.confirm(reload_entry(order), by=clerk)
    assert reload_entry(order).paused
    chief = actor(Role.CHIEF, order.body)
    other = AppointmentFactory(role=Role.CHIEF, body=order.body.parent)
    own = make_actor_of_person(AppointmentFactory(role=Role.CHIEF, body=order.body).person)
    with pytest.raises(Refused, match="不能复核本单位的整改"):
        rectification.confirm(reload_entry(order), by=own, url="https://www.example.cn/lanmu/")
    other.delete()
    with pytest.raises(Refused, match="要有佐证"):
        rectification.confirm(reload_entry(order), by=chief)
    rectification.confirm(reload_entry(order), by=chief, url="https://www.example.cn/lanmu/")
    assert reload_entry(order).evidence.get().lead == "holds"
    entry = reload_entry(order)
    assert (entry.state, entry.outcome, entry.closed_at is not None, entry.light) == (
        "confirmed",
        "confirmed",
        True,
        "grey",
    )


def test_report_in_time_is_in_time_even_if_confirmed_late(order: Entry) -> None:
    with time_machine.travel(order.due_at - timedelta(days=1), tick=False):
        rectification.report(reload_entry(order), by=SYSTEM, text="已经补充了内容")
    with time_machine.travel(order.due_at + timedelta(days=25), tick=False):
        rectification.confirm(reload_entry(order), by=SYSTEM)
    entry = reload_entry(order)
    assert entry.closed_at == order.due_at - timedelta(days=1)
    assert entry.light == "grey"


def test_returned_order_keeps_its_date_and_extension_needs_a_reason(order: Entry) -> None:
    rectification.report(reload_entry(order), by=SYSTEM, text="已经补充了内容")
    with pytest.raises(Refused, match="理由"):
        rectification.send_back(reload_entry(order), by=SYSTEM, reason="")
    rectification.send_back(reload_entry(order), by=SYSTEM, reason="仍然是空的")
    entry = reload_entry(order)
    assert (entry.state, entry.rectification.returns, entry.due_at) == ("ordered", 1, order.due_at)
    with pytest.raises(Refused, match="晚于"):
        rectification.extend(
            reload_entry(order), by=SYSTEM, until=timezone.localdate() + timedelta(days=3), reason="来不及"
        )
    rectification.extend(
        reload_entry(order), by=SYSTEM, until=timezone.localdate() + timedelta(days=30), reason="需要改版"
    )
    assert timezone.localdate(reload_entry(order).due_at) == timezone.localdate() + timedelta(days=30)


@pytest.fixture
def offices() -> dict[str, Body]:
    """A city with a county, and the general office of each."""
    city = BodyFactory(government=True)
    county = BodyFactory(name="青山县人民政府", kind=BodyKind.DISTRICT, parent=city)
    made = {"city": city, "county": county}
    for key, over in (("city_office", city), ("county_office", county)):
        made[key] = BodyFactory(parent=over, kind=BodyKind.GENERAL_OFFICE)
    return made | {"bureau": BodyFactory(parent=county)}


@pytest.mark.parametrize(
    ("ordering", "owing", "lets_off"),
    [
        ("city_office", "county_office", {"city_office"}),
        ("city_office", "bureau", {"city_office"}),
        ("county_office", "bureau", {"city_office", "county_office"}),
        ("job", "county_office", {"city_office"}),
        ("job", "county", {"city_office"}),
        ("job", "bureau", {"city_office", "county_office"}),
        ("job", "city_office", {"city_office"}),
    ],
)
def test_order_is_judged_only_by_the_ordering_level(
    offices: dict[str, Body], ordering: str, owing: str, lets_off: set[str]
) -> None:
    chiefs = {key: actor(Role.CHIEF, offices[key]) for key in ("city_office", "county_office")}
    until = timezone.localdate() + ORDER_PERIOD
    entry = reload_entry(order_rectification(offices[owing], by=chiefs.get(ordering, SYSTEM), found=FAULT, until=until))
    if ordering == "job":  # as what was ordered before it was kept who did
        Rectification.objects.update(ordered_by=None)
        entry = reload_entry(entry)
    for name in ("waive", "extend"):
        may = {key for key, one in chiefs.items() if not getattr(rectification, name).why_not(entry, by=one)}
        assert may == lets_off - {owing}  # nobody excuses their own unit
    rectification.report(entry, by=chiefs["city_office"], text="已经补充了内容")
    entry = reload_entry(entry)
    assert {key for key, one in chiefs.items() if must_judge(one, entry)} == lets_off


def test_waived_order_is_not_shown_as_corrected(order: Entry) -> None:
    rectification.waive(reload_entry(order), by=SYSTEM, reason="栏目已合并")
    steps = [step.text for step in compute_deadline(reload_entry(order)).steps]
    assert any("免予整改" in text for text in steps)
    assert not any("整改完成" in text for text in steps)


def test_only_a_superior_office_orders(order: Entry) -> None:
    with pytest.raises(Refused, match="政务公开办"):
        order_rectification(order.body, by=actor(Role.CLERK, order.body), found=FAULT, until=timezone.localdate())
    with pytest.raises(Refused, match="早于今天"):
        order_rectification(order.body, by=SYSTEM, found=FAULT, until=timezone.localdate() - ORDER_PERIOD)
