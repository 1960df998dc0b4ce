"""Units with open tasks but without staff are listed for those who supervise them."""

import pytest
from django.utils import timezone

from factories.notices import City, draft, entry_of, live, parsed, resolve_all, row, source
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actions import close, merge
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Appointment, Body, BodyKind, BodyLevel, Role, Standing
from gongkai.work.notices.actions import (
    cancel_assignment,
    confirm_notice,
    delegate_task,
    import_notice,
    settle_flags,
)
from gongkai.work.notices.actions.units import set_resolved_members
from gongkai.work.notices.jobs import report_missing_chiefs
from gongkai.work.notices.models import Notice
from gongkai.work.notices.panels import make_unstaffed_block
from gongkai.work.notices.queries.readiness import preview_confirmation
from gongkai.work.notices.queries.unstaffed_units import list_unstaffed_units
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.views.opened_rows import load_opened_rows


@pytest.fixture
def notice(town: City) -> Notice:
    return live(town)


def describe_unstaffed(town: City) -> dict[str, str]:
    return {one.body.label: one.words for one in list_unstaffed_units(town.chief)}


def test_unit_is_listed_with_consequences_of_missing_roles(town: City, notice: Notice) -> None:
    nobody = "没有经办人，任务无人办理"
    assert describe_unstaffed(town)["市教育局"] == describe_unstaffed(town)["市卫生健康委"] == nobody
    actor(Role.LEAD, town.education)  # a head can work on tasks
    actor(Role.CLERK, town.health)
    assert "市教育局" not in describe_unstaffed(town)
    assert describe_unstaffed(town)["市卫生健康委"] == "信息没有人能审完"
    order = [one.idle for one in list_unstaffed_units(town.chief)]
    assert len(set(order)) == 2
    assert order == sorted(order, reverse=True), "the worst first"
    for _ in range(3):  # the office signs texts of a unit with one clerk
        actor(Role.CHIEF, town.office)
    assert "市卫生健康委" not in describe_unstaffed(town)
    Appointment.objects.filter(body=town.health, role=Role.CLERK).update(end="2020-01-01")
    assert describe_unstaffed(town)["市卫生健康委"] == nobody
    cancel_assignment(entry_of(notice, town.health), by=town.chief, reason="上级取消")
    assert "市卫生健康委" not in describe_unstaffed(town)


def test_closed_unit_is_listed_with_remedy_and_merged_one_as_successor(town: City, notice: Notice) -> None:
    """Nobody can be appointed at a closed unit. Staff of the successor do the work of a merged unit."""
    administrator = actor(Role.ADMINISTRATOR, town.office)
    for role in (Role.CLERK, Role.SIGNER):
        actor(role, town.finance)
    merge(town.education, by=SYSTEM, into=town.finance)
    assert not {"市教育局", "市财政局"} & set(describe_unstaffed(town))
    Appointment.objects.filter(body=town.finance, role=Role.CLERK).delete()
    open_tasks = Entry.objects.open().filter(body__in=(town.education, town.finance), kind="assignment").count()
    (found,) = [one for one in list_unstaffed_units(town.chief) if one.body == town.finance]
    assert (found.open, found.words) == (open_tasks, "没有经办人，任务无人办理")
    close(town.finance, by=SYSTEM)
    (found,) = [one for one in list_unstaffed_units(town.chief) if one.body == town.finance]
    assert "已撤销" in found.words
    assert f"/admin/ledger/?body={town.finance.pk}" in (
        page := signed_in(Role.CHIEF, town.office).get("/admin/notices/unstaffed/").content.decode()
    )
    assert f'href="/admin/units/{town.finance.pk}/"' not in page
    assert town.finance not in [one.body for one in list_unstaffed_units(administrator)]


def test_unstaffed_list_has_constant_queries_and_only_supervisors_see_it(
    town: City, notice: Notice, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(12):  # type: ignore[operator]
        list_unstaffed_units(town.chief)
    assert make_unstaffed_block(actor(Role.CLERK, town.education)) is None
    assert make_unstaffed_block(actor(Role.CHIEF, town.district)) is None


def test_home_page_groups_units_that_lack_only_signers(town: City, notice: Notice) -> None:
    for body in (town.education, town.finance):
        actor(Role.CLERK, body)
    block = make_unstaffed_block(town.chief)
    assert block is not None
    assert (block["unsigned_count"], {one.body for one in block["unsigned"]}) == (2, {town.education, town.finance})
    assert [one.words for one in block["units"]] == ["没有经办人，任务无人办理"]


def test_administrator_is_notified_of_units_without_recipients(town: City) -> None:
    """The confirmation page lists them and asks; the nearest administrator is notified once and finds them on one list."""
    actor(Role.CLERK, town.education)
    administrator = actor(Role.ADMINISTRATOR, town.office)
    draft_ = resolve_all(town, draft(town))
    assert town.finance in preview_confirmation(draft_).idle
    assert town.education not in preview_confirmation(draft_).idle
    office = signed_in(Role.CHIEF, town.office)
    address = f"/admin/notices/{draft_.pk}/confirm/"
    assert "没有经办人和负责人，收不到任务和提醒" in office.get(address).content.decode()
    office.post(address, {"version": draft_.version})
    assert Notice.objects.get(pk=draft_.pk).state == NoticeState.DRAFT
    office.post(address, {"version": draft_.version, "leaderless": "1"})
    told = Message.objects.filter(subject__endswith="个单位有任务而没有人员")
    assert {one.person_id for one in told} == {administrator.person_id}
    assert "市财政局" in told[0].body
    assert "市教育局" not in told[0].body
    assert town.finance in {one.body for one in list_unstaffed_units(administrator)}
    assert list_unstaffed_units(actor(Role.CLERK, town.education)) == []


def test_administrators_are_notified_of_office_without_chief(town: City, notice: Notice) -> None:
    """They are notified again after each new vacancy. A province above is not concerned."""
    province = BodyFactory(name="云州省人民政府", government=True, parent=None, path="")
    for body in Body.objects.exclude(pk=province.pk):
        Body.objects.filter(pk=body.pk).update(path=f"/{province.pk}{body.path}")
    administrator = actor(Role.ADMINISTRATOR, Body.objects.get(pk=town.office.pk))

    def told() -> int:
        report_missing_chiefs()
        return Message.objects.filter(
            person=administrator.person_id, channel="screen", key__startswith="no_chief:"
        ).count()

    assert told() == 0
    for expected in (1, 2):
        Appointment.objects.filter(role=Role.CHIEF).update(end="2020-01-01")
        assert [told(), told()] == [expected, expected]
        (office,) = [one for one in list_unstaffed_units(administrator) if one.no_chief]
        assert (office.body, office.open) == (town.office, Entry.objects.open().count())
        actor(Role.CHIEF, Body.objects.get(pk=town.office.pk))
        entered = Appointment.objects.filter(pk=Appointment.objects.latest("pk").pk)
        entered.update(standing=Standing.WAITING)  # for a second person: the office is vacant as before
        assert told() == expected
        entered.update(standing=Standing.CONFIRMED)
        assert not [one for one in list_unstaffed_units(administrator) if one.no_chief]


def test_unit_sees_unstaffed_units_that_it_delegated_to(town: City, notice: Notice) -> None:
    below = BodyFactory(name="云岭市考试院", parent=town.education, kind=BodyKind.INSTITUTION)
    clerk = actor(Role.CLERK, town.education)
    assert list_unstaffed_units(clerk) == []
    task, today = entry_of(notice, town.education), timezone.localdate()
    delegate_task(task, by=clerk, units=[below.pk], words="报送。", until=today)
    (found,) = list_unstaffed_units(clerk)
    assert (found.body, found.open, found.words) == (below, 1, "没有经办人，任务无人办理")
    assert below.pk not in {one.body.pk for one in list_unstaffed_units(town.chief)}, "what stands inside is the unit's"
    their = actor(Role.CLERK, below)
    assert list_unstaffed_units(clerk) == []
    made = parsed(issuer=below.name, rows=[row("公开考试安排。", [], [below.name])])
    own = import_notice(None, by=their, source=source(made), government=below, issuer=below)
    settle_flags(own, by=their)
    confirm_notice(Notice.objects.get(pk=own.pk), by=their)
    Appointment.objects.filter(body=below).delete()
    (found,) = list_unstaffed_units(clerk)
    assert found.open == 1, "what the unit below orders of itself stays there"


def test_higher_unit_without_staff_here_gets_no_tasks(town: City) -> None:
    """A province may name its own office as responsible, but nobody in a city's installation could do its task."""
    province = BodyFactory(name="云州省人民政府办公厅", short_name="省政府办公厅", level=BodyLevel.PROVINCE)
    draft_ = resolve_all(town, draft(town))
    before = preview_confirmation(draft_)
    named = draft_.measures.filter(dropped=False).order_by("position").first()
    assert named is not None
    for unit in named.units.all():
        set_resolved_members(unit, [(province, None)], everyone=False, outside=False)
    preview = preview_confirmation(draft_)
    assert (before.absent, preview.absent, preview.reasons) == ((), (province,), ())
    assert preview.entries < before.entries
    assert province not in preview.idle
    (shown,) = load_opened_rows(draft_, {named.pk})
    assert {unit.meant for *_, units in shown.sides for unit in units} == {"系统外"}
    office = signed_in(Role.CHIEF, town.office)
    assert "也没有人员使用本系统，不交办任务" in office.get(f"/admin/notices/{draft_.pk}/confirm/").content.decode()
    confirm_notice(draft_, by=town.chief)
    assert not Entry.objects.filter(body=province).exists()
    actor(Role.CLERK, province)
    later = preview_confirmation(draft_)
    assert (later.absent, later.entries) == ((), preview.entries + 1), "who has people here takes part"
