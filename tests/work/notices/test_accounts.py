"""Counting a notice's entries: each entry is counted once, and public and office pages agree."""

from datetime import date

import pytest

from factories.notices import City, accepted, entry_of, fresh, in_days, live, parsed, row, submitted
from factories.units import BodyFactory, actor
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.ui.office.statistics import collapse_districts, count_by_unit
from gongkai.work.notices.actions import (
    carry_over_assignment,
    grant_request,
    request_more_time,
    request_not_applicable,
)
from gongkai.work.notices.models import COUNTED_MEASURES, Measure, Notice
from gongkai.work.notices.panels import make_leading_block
from gongkai.work.notices.planning.descriptions import make_public_text
from gongkai.work.notices.queries import public
from gongkai.work.notices.queries.lights import WORST_FIRST, LightCounts
from gongkai.work.notices.queries.matrix import load_matrix
from gongkai.work.notices.queries.progress import load_progress
from gongkai.work.notices.queries.public import count_public_progress, find_default_year
from gongkai.work.notices.states import NoticeState


@pytest.fixture
def notice(town: City) -> Notice:
    """Create a notice for eight units with an entry in each category that is counted."""
    more = [BodyFactory(name=f"云岭市第{n}局", short_name=f"市第{n}局", parent=town.government) for n in "一二三四五"]
    names = [body.label for body in (town.education, town.finance, town.health, *more)]
    made = live(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], names)]))
    lead = actor(Role.CLERK, town.planning)
    entries = [entry_of(made, body) for body in (town.education, town.finance, town.health, *more)]
    clerks = [actor(Role.CLERK, entry.body) for entry in entries]
    submitted(entries[0], clerks[0])
    accepted(entries[0], lead)  # closed in time
    submitted(entries[1], clerks[1])
    accepted(entries[1], lead)
    Entry.objects.filter(pk=entries[1].pk).update(due_at="2020-01-01T00:00:00Z")  # closed late
    submitted(entries[2], clerks[2])  # paused
    Entry.objects.filter(pk=entries[3].pk).update(due_at="2020-01-01T00:00:00Z")  # overdue
    Entry.objects.filter(pk=entries[4].pk).update(warn_at="2020-01-01T00:00:00Z", due_at="2099-01-01T00:00:00Z")
    request_more_time(entries[5], by=clerks[5], until=in_days(500), reason="等数据")
    grant_request(fresh(entries[5]), by=lead)  # runs
    request_not_applicable(entries[6], by=clerks[6], reason="没有这项职能")
    grant_request(fresh(entries[6]), by=lead)
    carry_over_assignment(fresh(entries[7]), by=town.chief, reason="跨年")
    return made


EXPECTED_COUNTS = LightCounts(total=6, red=1, yellow=1, blue=1, grey=1, grey_red=1, fallen=1, carried=1)


def test_each_entry_is_counted_once_and_public_and_office_pages_agree(town: City, notice: Notice) -> None:
    lights = load_matrix(notice, town.chief).all
    assert lights == EXPECTED_COUNTS
    assert lights.total == lights.green + sum(getattr(lights, name) for name in WORST_FIRST if name != "green")
    assert lights.all == notice.assignments.filter(entry__year=notice.year).count()
    assert lights.words.endswith("另有转入下年1项、不再办理1项")
    [public] = count_public_progress(notice.year, town.government)
    [office] = load_progress([notice]).notices
    assert (
        public.lights
        == office.lights
        == sum((section.lights for section in public.sections), LightCounts())
        == EXPECTED_COUNTS
    )
    [measure] = public.sections[0].measures
    shown = {unit.name: unit for unit in measure.units}
    assert len(measure.units) == measure.lights.total
    assert [shown[name].light for name in ("市教育局", "市财政局", "市卫生健康委")] == ["grey", "grey_red", "blue"]
    assert shown["市教育局"].closed is not None


def test_preamble_duties_are_counted_separately(town: City) -> None:
    order = {"text": "各单位于5月31日前报送任务清单。", "paths": [], "channels": [], "due": None}
    made = live(town, parsed(preamble_duties=[order]))
    [public] = count_public_progress(made.year, town.government)
    assert load_matrix(made, town.chief).all.total == public.lights.total + public.duties.total


@pytest.mark.parametrize(
    ("years", "opened"),
    [([2027, 2026, 2025], 2026), ([2027], 2027), ([2025, 2024], 2025), ([2028, 2027], 2027), ([], 2026)],
)
def test_progress_page_opens_on_year_of_notices_in_force(years: list[int], opened: int) -> None:
    assert find_default_year(years, date(2026, 11, 20)) == opened


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1．公开规划（公开路径：政府网站>规划）。", "公开规划。"),
        ("1．公开规划。\n2．公开预算。", "1．公开规划。\n2．公开预算。"),
        ("公开规划，公开路径：政府网站>政务公开>规划。", "公开规划。"),
        ("公开规划。公开路径：政府网站＞规划。", "公开规划。"),
        ("公开规划。\n公开路径：政府网站>规划", "公开规划。"),
    ],
)
def test_public_text_omits_paths_and_stray_numbers(text: str, words: str) -> None:
    assert make_public_text(text) == words


def test_large_matrix_groups_units_by_district_and_expands_one(town: City, notice: Notice, monkeypatch) -> None:
    """Totals stay the same, and a link expands the units of a district, in the office as in public."""
    district = BodyFactory(name="青溪区人民政府", short_name="青溪区", kind="district", parent=town.government)
    moved = Body.objects.filter(name__in=["云岭市第一局", "云岭市第二局"])
    plain = load_matrix(notice, town.chief)
    for body in moved:
        Body.objects.filter(pk=body.pk).update(parent=district, path=f"{district.path}{body.pk}/")
    monkeypatch.setattr("gongkai.core.units.unit_choice.MAX_LISTED_UNITS", 1)
    table = load_matrix(notice, town.chief)
    assert table.all == plain.all == EXPECTED_COUNTS
    assert table.closed == {district.pk}
    assert table.get_counts_of_body(district.pk) == LightCounts(total=2, red=1, yellow=1)
    assert {body.pk for body in table.bodies} == {body.pk for body in plain.bodies} - {one.pk for one in moved} | {
        district.pk
    }
    inside = load_matrix(notice, town.chief, under=district)
    assert ([one.pk for one in inside.bodies], inside.closed) == ([one.pk for one in moved], frozenset())
    [public] = count_public_progress(notice.year, town.government)
    [measure] = public.sections[0].measures
    [found] = [one for one in measure.units if one.under]
    assert (found.name, found.light, found.periods, found.closed) == ("青溪区及所属单位", "red", (0, 2), None)
    assert public.lights == EXPECTED_COUNTS
    [opened] = count_public_progress(notice.year, town.government, under=district)[0].sections[0].measures
    assert [(one.name, one.light) for one in opened.units] == [("市第一局", "red"), ("市第二局", "yellow")]
    assert opened.lights == measure.lights
    rows, closed = collapse_districts(count_by_unit(Entry.objects.all(), notice.year), town.government)
    [row_of] = [one for one in rows if one.body == district]
    assert (closed, row_of.total, row_of.red) == ({district.pk}, 2, 1)


def test_leading_block_counts_tasks_that_other_units_owe_the_lead(town: City, notice: Notice) -> None:
    shown = make_leading_block(actor(Role.CLERK, town.planning))
    assert shown is not None
    (row,) = shown["rows"]
    assert (row.measure, row.account, shown["rest"]) == (notice.measures.get(), EXPECTED_COUNTS, 0)
    assert make_leading_block(actor(Role.CLERK, town.education)) is None


def test_warm_texts_masks_measures_of_notices_in_force_in_advance(notice: Notice) -> None:
    public.mask_text.cache_clear()
    before = public.find_change_key()
    assert public.warm_texts() == Measure.objects.filter(COUNTED_MEASURES, notice=notice).count() > 0
    read = public.mask_text.cache_info().misses
    (shown,) = count_public_progress(notice.year, notice.government)
    measures = [one for section in shown.sections for one in section.measures]
    assert measures
    assert public.mask_text.cache_info().misses - read <= 2 + len(shown.sections)  # the titles
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.VOID)
    assert public.find_change_key() != before
    assert public.warm_texts() == 0
