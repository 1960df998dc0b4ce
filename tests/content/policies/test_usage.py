"""Monthly use of the library (L-09): page and spreadsheet; figures of other units' unpublished documents are hidden."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from factories.policies import record
from factories.units import BodyFactory, signed_in
from gongkai.content.policies import usage_counts
from gongkai.content.policies.models import Asked, Use
from gongkai.core.units.models import Body, Role
from gongkai.lib import law

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/policies/usage/"


@pytest.fixture
def month() -> date:
    return timezone.localdate().replace(day=1)


@pytest.fixture(autouse=True)
def _counted(month: date, housing: Body, city: Body) -> None:
    own = record(housing, title="住房租赁管理办法")
    other = record(BodyFactory(name="云岭市水务局", parent=city), title="取水许可办法")
    before = law.add_months(month, -1)
    for made, day, views in ((own, month, 3), (own, before, 40), (other, month, 5)):
        Use.objects.create(record=made, day=day, views=views)
    Asked.objects.create(words="公租房", month=month, times=9, misses=0)
    Asked.objects.create(words="没有这个词", month=month, times=4, misses=4)
    Asked.objects.create(words="上月的词", month=before, times=2, misses=1)


def read_table(client: Client, **asked: str) -> list[tuple[Any, ...]]:
    answer = client.get(ADDRESS, {"format": "xlsx", **asked})
    assert "spreadsheetml" in answer["Content-Type"]
    rows = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    return [row for row in rows if row[0] in ("浏览", "检索", "检索无结果")]


def test_monthly_figures_as_page_and_spreadsheet(city: Body, month: date) -> None:
    chief = signed_in(Role.CHIEF, city)
    page = chief.get(ADDRESS).content.decode()
    assert "浏览 8 次，检索 13 次，其中无结果 4 次" in page
    found = [(what, of, times) for what, of, _, times in read_table(chief)]
    assert found == [
        ("浏览", "取水许可办法", 5),
        ("浏览", "住房租赁管理办法", 3),
        ("检索", "公租房", 9),
        ("检索", "没有这个词", 4),
        ("检索无结果", "没有这个词", 4),
    ]
    rows = read_table(chief, month=f"{law.add_months(month, -1):%Y-%m}")
    assert [(row[0], row[3]) for row in rows] == [("浏览", 40), ("检索", 2), ("检索无结果", 1)]


def test_unit_sees_views_of_own_unpublished_documents_only(housing: Body) -> None:
    read = [row[1] for row in read_table(signed_in(Role.CLERK, housing)) if row[0] == "浏览"]
    assert read == ["住房租赁管理办法"]
    assert Client().get(ADDRESS, {"format": "xlsx"}).status_code == 302, "the public sees nothing"


def test_old_days_are_merged_by_month_without_changing_figures(city: Body, month: date) -> None:
    made, old = Use.objects.earliest("pk").record, law.add_months(month, -14)
    for day, views in ((1, 2), (2, 3), (9, 5)):
        Use.objects.create(record=made, day=old.replace(day=day), views=views)
    kept = Use.objects.create(record=made, day=law.add_months(month, -13).replace(day=2), views=7)
    assert [usage_counts.sum_up_oldest_month(), usage_counts.sum_up_oldest_month()] == [2, 0]
    assert list(Use.objects.filter(day__lt=kept.day).values_list("day", "views")) == [(old, 10)]
