import pytest

from factories.ledger import EntryFactory
from gongkai.ledger.models import Entry
from gongkai.office.statistics import accounts, total

pytestmark = pytest.mark.django_db


def test_figures_by_unit(city) -> None:
    year = EntryFactory(body=city.finance, red=True).year
    EntryFactory(body=city.finance, yellow=True)
    EntryFactory(body=city.finance, green=True)
    EntryFactory(body=city.finance, grey=True)
    EntryFactory(body=city.finance, grey_red=True)
    EntryFactory(body=city.water, grey=True)
    EntryFactory(body=city.water, grey=True, year=year - 1)
    finance, water = accounts(Entry.objects.all(), year)
    assert (finance.open, finance.yellow, finance.red, finance.in_time, finance.late) == (3, 1, 1, 1, 1)
    assert (finance.total, finance.closed_rate, finance.in_time_rate) == (5, 40.0, 33.3)
    assert (water.total, water.closed_rate, water.in_time_rate) == (1, 100.0, 100.0)
    assert total([finance, water]).total == 6


def test_a_unit_without_anything_due_has_no_rate(city) -> None:
    year = EntryFactory(body=city.finance, green=True).year
    (finance,) = accounts(Entry.objects.all(), year)
    assert finance.in_time_rate is None


def test_figures_lead_to_the_rows_they_count(as_, city) -> None:
    year = EntryFactory(body=city.finance, red=True).year
    EntryFactory(body=city.finance, grey_red=True)
    EntryFactory(body=city.water, red=True)
    EntryFactory(
        body=city.finance, grey=True, kind="assignment", state="not_applicable", outcome="not_applicable"
    )
    client = as_(city.chief)
    finance = next(a for a in client.get("/admin/statistics/").context["accounts"] if a.body == city.finance)
    for light, count in (("red", finance.red), ("late", finance.late), ("all", finance.total)):
        page = client.get(f"/admin/ledger/?light={light}&body={city.finance.pk}&year={year}&owed=1")
        assert len(page.context["rows"]) == count
    assert finance.total == 2, "what fell away counts nowhere"
    assert "只列应办的" in page.content.decode()


def test_the_page_exports(as_, city) -> None:
    EntryFactory(body=city.finance, red=True)
    answer = as_(city.chief).get("/admin/statistics/export/")
    assert answer.content[:2] == b"PK"
