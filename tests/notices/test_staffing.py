"""Units that owe something while nobody there could do it are shown to whoever supervises them."""

import pytest

from factories.notices import City, entry_of, live
from factories.units import actor, signed_in
from gongkai.notices.actions import cancel
from gongkai.notices.models import Notice
from gongkai.notices.panels import unstaffed_block
from gongkai.notices.queries.staffing import unstaffed
from gongkai.units.models import Appointment, Role


@pytest.fixture
def notice(town: City) -> Notice:
    return live(town)


def lacking(town: City) -> dict[str, str]:
    return {one.body.label: one.words for one in unstaffed(town.chief)}


def test_a_unit_without_anybody_is_named_with_what_follows(town: City, notice: Notice) -> None:
    assert lacking(town)["市教育局"] == "没有经办人，任务无人办理；没有签发人，信息不能签发"


@pytest.mark.parametrize("worker", [Role.CLERK, Role.LEAD])
def test_a_clerk_or_a_head_can_work_and_only_a_signer_signs(town: City, notice: Notice, worker: Role) -> None:
    actor(worker, town.education)
    assert lacking(town)["市教育局"] == "没有签发人，信息不能签发"
    actor(Role.SIGNER, town.education)
    assert "市教育局" not in lacking(town)


def test_who_left_does_not_count(town: City, notice: Notice) -> None:
    for role in (Role.CLERK, Role.SIGNER):
        actor(role, town.education)
    Appointment.objects.filter(body=town.education, role=Role.CLERK).update(end="2020-01-01")
    assert lacking(town)["市教育局"] == "没有经办人，任务无人办理"


def test_a_unit_that_owes_nothing_is_not_named(town: City, notice: Notice) -> None:
    cancel(entry_of(notice, town.education), by=town.chief, reason="上级取消")
    assert "市教育局" not in lacking(town)


def test_it_takes_four_queries_and_only_supervisors_see_it(
    town: City, notice: Notice, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        unstaffed(town.chief)
    assert unstaffed_block(actor(Role.CLERK, town.education)) is None
    assert unstaffed_block(actor(Role.CHIEF, town.district)) is None


def test_the_first_page_says_so(town: City, notice: Notice) -> None:
    page = signed_in(Role.CHIEF, town.office).get("/admin/").content.decode()
    assert "缺少人员的单位" in page
    assert "没有签发人，信息不能签发：" not in page  # those without anybody say so themselves
    assert "没有经办人，任务无人办理" in page


def test_units_that_lack_only_a_signer_share_a_line(town: City, notice: Notice) -> None:
    for body in (town.education, town.finance):
        actor(Role.CLERK, body)
    page = signed_in(Role.CHIEF, town.office).get("/admin/").content.decode()
    assert "2个单位没有签发人，信息不能签发：" in page
