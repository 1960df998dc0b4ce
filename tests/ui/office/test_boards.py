"""Boards: late entries by unit and month, visibility by role, charts with a text alternative."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.ledger.models import Audience
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.widgets.charts import Series, draw_columns, draw_comparison
from gongkai.ui.office import boards

NOW = "2024-11-20 10:00+08:00"


pytestmark = [pytest.mark.django_db, pytest.mark.today(NOW)]


@pytest.fixture
def government() -> Body:
    return BodyFactory(government=True)


@pytest.fixture
def office(government: Body) -> Body:
    return BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=government)


@pytest.fixture
def bureau(government: Body) -> Body:
    """Create a bureau with one late entry, two closed ones (one late), and one due this week."""
    made = BodyFactory(name="云岭市教育局", short_name="市教育局", parent=government)
    facts = {"body": made, "year": 2024}
    late = {"due_at": datetime(2024, 9, 2, tzinfo=UTC), "warn_at": datetime(2024, 9, 1, tzinfo=UTC)}
    EntryFactory(title="公布招生方案", **late, **facts)
    EntryFactory(due_at=datetime(2024, 8, 9, tzinfo=UTC), closed_at=datetime(2024, 8, 1, tzinfo=UTC), **facts)
    EntryFactory(due_at=datetime(2024, 8, 9, tzinfo=UTC), closed_at=datetime(2024, 10, 1, tzinfo=UTC), **facts)
    EntryFactory(title="公布食堂抽检结果", due_at=timezone.now() + timedelta(days=1), **facts)
    return made


def test_leader_board_sums_all_ledgers(office: Body, bureau: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    made = boards.build_sheet(actor(Role.CHIEF, office), 2024)
    assert (made.total.total, made.total.open, made.total.red, made.total.in_time_rate) == (4, 2, 1, 33)
    assert made.late_units == [(bureau, 1)]
    assert [one.title for one in made.longest] == ["公布招生方案"]
    assert [(one.kind, one.account.red) for one in made.kinds] == [("trial", 1)]
    months = {one.first.month: (one.in_time, one.late, one.owed) for one in made.months}
    assert (months[8], months[9], months[10]) == ((1, 0, 0), (0, 0, 1), (0, 1, 0))
    assert (made.months[0].first.isoformat(), len(made.months)) == ("2023-12-01", 12)
    monkeypatch.setattr(boards, "MAX_LIST_ROWS", 0)
    assert boards.build_sheet(actor(Role.CHIEF, office), 2024).rest_units == [1]
    assert boards.build_sheet(actor(Role.CHIEF, office), 2023).other_years == 1


def test_head_sees_figures_of_government_without_restricted_entries(office: Body, bureau: Body) -> None:
    EntryFactory(body=bureau, year=2024, red=True, audience=Audience.CHIEF)
    head = actor(Role.LEAD, office)
    assert boards.build_sheet(head, 2024).total.red == 1
    assert boards.build_sheet(actor(Role.CHIEF, office), 2024).total.red == 2
    other = BodyFactory(name="外市人民政府", kind=BodyKind.GOVERNMENT)
    assert boards.build_sheet(actor(Role.LEAD, other), 2024).total.total == 0


def test_unit_sees_only_its_own_standing(bureau: Body, government: Body, office: Body) -> None:
    second = BodyFactory(name="云岭市财政局", parent=government)
    EntryFactory(body=second, year=2024, grey=True)
    clerk = signed_in(Role.CLERK, bureau)
    page = clerk.get("/admin/board/", follow=True).content.decode()
    assert "云岭市教育局" in page
    assert "在 2 个单位中列第 2 位" in page
    assert "云岭市财政局" not in page
    assert clerk.get(f"/admin/board/standing/{second.pk}/").status_code == 404
    assert clerk.get("/admin/board/leader/").status_code == 302
    assert clerk.get("/admin/board/leader/trend.svg").status_code == 404
    chief = signed_in(Role.CHIEF, office)
    for address in (
        "leader/",
        "leader/?export=1",
        "leader/late.svg",
        "leader/trend.svg",
        "week/",
        f"standing/{second.pk}/",
        "standing/?export=1",
    ):
        assert chief.get(f"/admin/board/{address}").status_code == 200, address


def test_head_of_government_sees_unit_standings_without_links_to_entries(
    bureau: Body, government: Body, office: Body
) -> None:
    mayor = signed_in(Role.LEAD, government)
    assert f"/admin/board/standing/{bureau.pk}/" in mayor.get("/admin/board/leader/").content.decode()
    page = mayor.get(f"/admin/board/standing/{bureau.pk}/").content.decode()
    assert '<span class="go-cut">公布招生方案</span>' in page
    assert mayor.get("/admin/board/standing/").status_code == 200
    elsewhere = BodyFactory(name="外市财政局", parent=BodyFactory(name="外市人民政府", kind="government"))
    assert mayor.get(f"/admin/board/standing/{elsewhere.pk}/").status_code == 404


def test_week_shows_due_entries_by_day(office: Body, bureau: Body) -> None:
    made = boards.count_week(actor(Role.CHIEF, office))
    assert (made.first.isoformat(), made.last.isoformat()) == ("2024-11-18", "2024-11-24")
    assert [one.count for one in made.days] == [0, 0, 0, 1, 0, 0, 0]
    assert "公布食堂抽检结果" in signed_in(Role.CHIEF, office).get("/admin/board/week/").content.decode()
    assert boards.count_week(actor(Role.CHIEF, office), made.first - timedelta(days=1)).days[3].count == 0
    reddened = [boards.count_week(actor(Role.CHIEF, office), date(2024, month, 4)).reddened_count for month in (8, 9)]
    assert reddened == [0, 1], "only those that became overdue in the week"


def test_chart_states_its_numbers_and_escapes_markup() -> None:
    rows = [("云岭市某某某某某某某某某某某某委员会", 2), ("市教育局", 4), ("市民政局", None)]
    picture = draw_comparison("逾期<最多>的是{label}，{value}", rows, unit="项", target=(3, "平均"))
    assert "<figcaption>逾期&lt;最多&gt;的是市教育局，4项</figcaption>" in picture
    assert picture.index("4项</text>") < picture.index("2项</text>")
    assert draw_comparison("{label}{value}", rows[1:]) == ""
    assert "某…" in picture
    stacked = draw_columns(
        "趋势",
        ["1月", "2月"],
        [Series("按期", "#1a7f37", [3, 0]), Series("逾期", "#8c959f", [1, 0], hatched=True)],
    )
    assert stacked.count("url(#gk-hatch)") == 2
    assert draw_columns("空", [], []).startswith("<svg")
