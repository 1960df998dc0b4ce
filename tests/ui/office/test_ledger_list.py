from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.ledger import EntryFactory
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
from gongkai.core.ledger.models import SavedFilter
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import read_table

pytestmark = pytest.mark.django_db
LIST = "/admin/ledger/"


def get_list(client, **given) -> str:
    return client.get(f"{LIST}?{urlencode(given)}").content.decode()


def test_list_starts_with_own_entries_or_all_for_supervisors(as_, city) -> None:
    own, other = EntryFactory(body=city.finance), EntryFactory(body=city.water)
    page = as_(city.clerk).get(LIST).content.decode()
    assert own.title in page
    assert other.title not in page
    page = as_(city.chief).get(LIST).content.decode()
    assert other.title in page
    this = timezone.localdate().year
    for year in (this - 7, this + 4):
        EntryFactory(body=city.finance, year=year)
    assert as_(city.chief).get(LIST).context["years"] == [this + 4, this, this - 7]


def test_filters_narrow_the_list_and_its_counts(as_, city) -> None:
    red = EntryFactory(body=city.finance, red=True, title="公开财政预算")
    EntryFactory(body=city.water, yellow=True, title="公开河湖名录")
    done = EntryFactory(body=city.finance, grey_red=True, title="公开决算")
    client = as_(city.chief)
    assert "公开河湖名录" not in get_list(client, light="red")
    assert red.title in get_list(client, q="预算")
    assert "公开河湖名录" not in get_list(client, q="预算")
    assert done.title in get_list(client, light="late")
    assert "公开河湖名录" in get_list(client, body=city.water.pk)
    assert red.title not in get_list(client, body=city.water.pk)
    assert "没有符合条件" in get_list(client, year=1999)
    assert red.title in get_list(client, light="nonsense", after="~~x", body="x")
    assert "没有这一天" in get_list(client, due_from="2026-99-99")


def test_inner_kinds_are_offered_only_to_users_who_see_one(as_, city) -> None:
    EntryFactory(body=city.finance)
    kinds = {one.name for one in ENTRY_KINDS_BY_NAME.values() if one.inner}
    offered = dict(as_(city.clerk).get(LIST).context["kinds"])
    assert "rectification" in offered
    assert not kinds & offered.keys()
    inner = sorted(kinds)[0]
    EntryFactory(body=city.finance, kind=inner)
    assert inner in dict(as_(city.clerk).get(LIST).context["kinds"])
    assert inner not in dict(as_(city.chief).get(LIST).context["kinds"])


def test_pagination_lists_every_entry_once(as_, city) -> None:
    for _ in range(60):
        EntryFactory(body=city.finance)
    client = as_(city.chief)
    first = client.get(f"{LIST}?light=open")
    assert len(first.context["rows"]) == 50
    second = client.get(f"{LIST}{first.context['next']}")
    assert len(second.context["rows"]) == 10
    seen = {e.pk for e in first.context["rows"]} | {e.pk for e in second.context["rows"]}
    assert len(seen) == 60
    assert not second.context["next"]


def test_list_uses_constant_number_of_queries(as_, city, django_assert_max_num_queries) -> None:
    EntryFactory(body=city.finance)
    client = as_(city.chief)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for n in range(40):
        EntryFactory(body=city.finance if n % 2 else city.water)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)
    assert len(few) < 30


def test_filter_is_saved_as_tab_and_removed(as_, city) -> None:
    client = as_(city.chief)
    client.post("/admin/ledger/filters/", {"name": "财政逾期", "query": f"light=red&body={city.finance.pk}"})
    kept = SavedFilter.objects.get()
    assert kept.person_id == city.chief.person_id
    page = client.get(f"{LIST}?{kept.query}")
    assert [t["label"] for t in page.context["tabs"] if t["current"]] == ["财政逾期"]
    as_(city.other).post(f"/admin/ledger/filters/{kept.pk}/remove/")
    assert SavedFilter.objects.exists()  # somebody else's
    as_(city.chief).post(f"/admin/ledger/filters/{kept.pk}/remove/")
    assert not SavedFilter.objects.exists()


def test_exported_list_contains_visible_rows_and_is_reimported(as_, city) -> None:
    own = EntryFactory(body=city.finance, red=True, title="=公开预算")
    EntryFactory(body=city.water)
    answer = as_(city.clerk).get("/admin/ledger/export/?light=open")
    table = read_table(answer.content, LEDGER_SHEET)
    assert not table.errors
    (row,) = table.rows
    assert (row["number"], row["title"], row["body"]) == (own.number, "=公开预算", "云岭市财政局")


def test_urging_text_lists_late_entries_by_unit(as_, city) -> None:
    red = EntryFactory(body=city.finance, red=True)
    EntryFactory(body=city.water, yellow=True)
    page = as_(city.chief).get("/admin/ledger/urging/").content.decode()
    assert f"1. {red.number} {red.title}" in page
    assert "市财政局：截至" in page
    assert "市水利局" not in page
    assert "市水利局" in as_(city.chief).get("/admin/ledger/urging/?light=yellow").content.decode()
    for who in (city.other, city.auditor):
        assert as_(who).get("/admin/ledger/urging/").status_code == 302


def test_bulk_urging_reports_refused_entries_with_reasons(as_, city) -> None:
    late = [EntryFactory(body=city.finance, red=True) for _ in range(2)]
    done = EntryFactory(body=city.finance, grey=True)
    client = as_(city.chief)
    facts = {"do": "ledger.urge", "entry": [e.pk for e in [*late, done]], "query": "light=red"}
    page = client.post("/admin/ledger/bulk/", facts).content.decode()
    assert "催办 2 条" in page
    assert "不能催办的 1 条" in page, "known before the click"
    assert not Message.objects.exists()
    page = client.post("/admin/ledger/bulk/", {**facts, "sure": 1, "words": "本周五前办结"}).content.decode()
    assert "已催办 2 条" in page
    assert "已经办结" in page
    assert Message.objects.filter(channel="screen", person=city.clerk.person_id).count() == 2
    page = as_(city.clerk).post("/admin/ledger/bulk/", facts).content.decode()
    assert "只有牵头单位或者政务公开办可以办理" in page
    assert "</form>" not in page.partition('role="alert"')[2].partition("所选记录")[0]


def test_bulk_action_above_limit_is_refused_completely(as_, city) -> None:
    """Otherwise two hundred of 999 would be done without telling which."""
    entry, client = EntryFactory(body=city.finance, red=True), as_(city.chief)
    for do, count in (("ledger.comment", 201), ("ledger.urge", 999), ("nonsense", 201)):
        facts = {"do": do, "entry": [entry.pk + n for n in range(count)], "sure": 1, "text": "x", "words": "x"}
        page = client.post("/admin/ledger/bulk/", facts, follow=True).content.decode()
        assert f"一次最多办理200条，您选了{count}条，没有办理" in page
    assert not entry.comments.exists()
    assert not Message.objects.exists()


def test_bulk_action_is_limited_to_visible_entries_and_one_unit_if_office(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    answer = as_(city.other).post(
        "/admin/ledger/bulk/", {"do": "ledger.comment", "entry": entry.pk, "sure": 1, "text": "x"}
    )
    assert answer.status_code == 302
    assert not entry.comments.exists()
    entries = [EntryFactory(body=city.finance), EntryFactory(body=city.water)]
    facts = {"do": "ledger.set_office", "entry": [e.pk for e in entries]}
    page = as_(city.chief).post("/admin/ledger/bulk/", facts).content.decode()
    assert "同一个单位" in page
    facts = {"do": "ledger.set_office", "entry": [entries[0].pk], "sure": 1, "office": city.budget.pk}
    assert "已转处室 1 条" in as_(city.clerk).post("/admin/ledger/bulk/", facts).content.decode()


def test_row_opens_in_side_panel(as_, city) -> None:
    entry = EntryFactory(body=city.finance)
    client = as_(city.clerk)
    part = client.get(f"/admin/ledger/{entry.pk}/beside/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert entry.title in part
    assert "<html" in client.get(f"/admin/ledger/{entry.pk}/beside/").content.decode()


def test_unit_is_typed_if_there_are_many(as_, city, monkeypatch) -> None:
    monkeypatch.setattr("gongkai.core.units.unit_choice.MAX_LISTED_UNITS", 1)
    EntryFactory(body=city.finance, title="公开财政预算")
    client = as_(city.chief)
    assert f'value="{city.water.pk}"' not in get_list(client)
    lead = client.get(f"{LIST}?{urlencode({'light': 'all', 'unit': city.finance.name})}")
    assert lead["Location"] == f"{LIST}?light=all&body={city.finance.pk}"
    assert f'value="{city.finance.name}"' in client.get(lead["Location"]).content.decode()
    assert "没有“税务局”这个单位" in get_list(client, unit="税务局")


def test_units_to_urge_are_paginated(as_, city, monkeypatch) -> None:
    monkeypatch.setattr("gongkai.ui.office.views.urging.UNITS_PER_PAGE", 1)
    for body in (city.finance, city.water):
        EntryFactory(body=body, red=True)
    client, address = as_(city.chief), f"{LIST}urging/"
    pages = [client.get(f"{address}?page={number}").content.decode() for number in (1, 2)]
    assert [page.count('name="unit"') for page in pages] == [1, 1]
    assert [city.finance.name in page for page in pages].count(True) == 1
    assert "2 个单位，2 项，本页 1 个单位" in pages[0]
