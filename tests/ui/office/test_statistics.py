from collections import Counter
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from factories.ledger import EntryFactory
from factories.units import BodyFactory
from gongkai.core.ledger.models import Entry
from gongkai.ui.office.statistics import count_by_unit, sum_unit_counts

pytestmark = pytest.mark.django_db


def test_figures_by_unit(city) -> None:
    year = EntryFactory(body=city.finance, red=True).year
    EntryFactory(body=city.finance, yellow=True)
    EntryFactory(body=city.finance, green=True)
    EntryFactory(body=city.finance, grey=True)
    EntryFactory(body=city.finance, grey_red=True)
    EntryFactory(body=city.water, grey=True)
    EntryFactory(body=city.water, grey=True, year=year - 1)
    finance, water = count_by_unit(Entry.objects.all(), year)
    assert (finance.open, finance.yellow, finance.red, finance.in_time, finance.late) == (3, 1, 1, 1, 1)
    assert (finance.total, finance.closed_rate, finance.in_time_rate) == (5, 40, 33)
    assert (water.total, water.closed_rate, water.in_time_rate) == (1, 100, 100)
    assert sum_unit_counts([finance, water]).total == 6
    EntryFactory(body=city.finance, green=True, year=year + 1)
    (coming,) = count_by_unit(Entry.objects.all(), year + 1)
    assert coming.in_time_rate is None, "nothing was due yet"


def test_figures_link_to_the_rows_they_count(as_, city) -> None:
    year = EntryFactory(body=city.finance, red=True).year
    EntryFactory(body=city.finance, grey_red=True)
    EntryFactory(body=city.water, red=True)
    EntryFactory(body=city.finance, grey=True, kind="assignment", state="not_applicable", outcome="not_applicable")
    client = as_(city.chief)
    finance = next(a for a in client.get("/admin/statistics/").context["accounts"] if a.body == city.finance)
    for light, count in (("red", finance.red), ("late", finance.late), ("all", finance.total)):
        page = client.get(f"/admin/ledger/?light={light}&body={city.finance.pk}&year={year}&owed=1")
        assert len(page.context["rows"]) == count
    assert finance.total == 2, "what fell away counts nowhere"
    assert "只列应办的" in page.content.decode()


def test_task_and_its_shares_are_counted_once(as_, city) -> None:
    """Inner kinds are excluded from sums of all kinds. They are counted by kind, offered only to users who see such entries."""
    year = EntryFactory(body=city.finance, red=True).year
    EntryFactory(body=city.finance, red=True, kind="inner", state="open")
    client = as_(city.clerk)
    page = client.get("/admin/statistics/")
    assert [one.total for one in page.context["accounts"]] == [1]
    assert "合计不包括内部任务、配合任务" in page.content.decode()
    rows = client.get(f"/admin/ledger/?light=all&body={city.finance.pk}&year={year}&owed=1").context["rows"]
    assert len(rows) == 1
    assert client.get("/admin/statistics/?kind=inner").context["total"].total == 1
    chief = as_(city.chief).get("/admin/statistics/")
    assert not {"inner", "delegated"} & {name for name, _ in chief.context["kinds"]}


def test_units_of_district_are_grouped_if_there_are_many(as_, city, monkeypatch) -> None:
    government = city.finance.parent
    district = BodyFactory(name="青溪区人民政府", short_name="青溪区", kind="district", parent=government)
    school = BodyFactory(name="青溪区教育局", short_name="区教育局", parent=district)
    year = EntryFactory(body=school, red=True).year
    EntryFactory(body=district, green=True)
    EntryFactory(body=city.finance, green=True)
    monkeypatch.setattr("gongkai.core.units.unit_choice.MAX_LISTED_UNITS", 2)
    client = as_(city.chief)
    page = client.get(f"/admin/statistics/?year={year}")
    assert [(one.body, one.total) for one in page.context["accounts"]] == [(city.finance, 1), (district, 2)]
    assert f'href="?under={district.pk}&amp;year={year}&amp;kind=">青溪区及所属单位' in page.content.decode()
    opened = client.get(f"/admin/statistics/?year={year}&under={district.pk}")
    assert {one.body for one in opened.context["accounts"]} == {district, school}
    assert opened.context["total"].total == 2
    assert client.get(f"/admin/statistics/?year={year}&under=99999").context["total"].total == 3
    # The export contains what the page shows.
    assert f"under={district.pk}" in opened.content.decode().split("导出</a>")[0].rsplit("<a", 1)[1]
    exported = client.get(f"/admin/statistics/export/?year={year}&under={district.pk}")
    rows = list(load_workbook(BytesIO(exported.content)).active.values)
    assert {row[0] for row in rows[1:]} == {district.name, school.name}


def test_large_figures_are_cached_and_page_shows_their_time(as_, city, monkeypatch) -> None:
    monkeypatch.setattr("gongkai.core.ledger.figures.MIN_ROWS_FOR_CACHE", 1)
    monkeypatch.setattr("gongkai.ui.office.statistics.UnitsQuestion.many", 1)
    year = EntryFactory(body=city.finance, red=True).year
    client = as_(city.chief)
    address = f"/admin/statistics/?year={year}"
    assert client.get(address).context["as_of"] is None
    EntryFactory(body=city.finance, red=True)
    page = client.get(address)
    assert (page.context["total"].red, "数字隔几分钟统计一次" in page.content.decode()) == (1, True)
    exported = client.get(f"/admin/statistics/export/?year={year}")
    (row,) = list(load_workbook(BytesIO(exported.content)).active.values)[1:]
    assert row[1] == 2, "a spreadsheet has the figures of its moment"
    home = client.get("/admin/").content.decode()
    EntryFactory(body=city.finance, red=True)
    assert "数字隔几分钟统计一次" not in home
    assert "数字隔几分钟统计一次" in client.get("/admin/").content.decode()


def test_years_figures_take_one_query(django_assert_num_queries) -> None:
    """One query for the entries and one for unit names; the result equals each entry's own light."""
    body, moment = BodyFactory(government=True), timezone.now()
    for days, closed in ((-9, None), (1, None), (90, None), (-9, -10), (-9, -2), (None, None), (None, -1)):
        EntryFactory(
            body=body,
            due_at=None if days is None else moment + timedelta(days=days),
            warn_at=None if days is None else moment + timedelta(days=days - 5),
            closed_at=None if closed is None else moment + timedelta(days=closed),
        )
    EntryFactory(body=body, due_at=moment - timedelta(days=1), paused=True)
    with django_assert_num_queries(2):
        (found,) = count_by_unit(Entry.objects.all(), moment.year)
    lights = Counter(entry.light for entry in Entry.objects.all())
    assert (found.yellow, found.red) == (lights["yellow"], lights["red"]) == (1, 1)
    assert (found.in_time, found.late) == (lights["grey"], lights["grey_red"]) == (2, 1)
    assert found.total == Entry.objects.count()


@pytest.mark.postgres
def test_years_figures_use_index_only_scan() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the plan is PostgreSQL's")
    EntryFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        # With three rows all indexes of the year cost the same: the others are dropped.
        for index in ("entry_account_by_id", "entry_year_opened"):
            cursor.execute(f"DROP INDEX {index}")
    with CaptureQueriesContext(connection) as asked:
        count_by_unit(Entry.objects.all(), timezone.localdate().year)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using entry_account" in plan, plan
