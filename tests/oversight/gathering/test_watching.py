"""Watching official law databases: new or changed texts open an entry for the enforcing unit, closed by comparison (A-04)."""

from datetime import UTC, date, datetime, timedelta
from json import dumps
from types import SimpleNamespace

import pytest
from django.utils import timezone

from factories.policies import record as in_library
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column
from gongkai.content.policies import actions as policies
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.oversight.gathering import actions, texts
from gongkai.oversight.gathering.erasure import ERASED_ENTRY_VALUES
from gongkai.oversight.gathering.law_changes import drop_update, finish_update, is_same_law
from gongkai.oversight.gathering.models import Source
from gongkai.oversight.gathering.source_reader import FetchPlan, SourceFetchResult, read_source
from gongkai.oversight.gathering.texts import SourceCheckResult, SourcePages, fetch_page_state
from gongkai.oversight.gathering.texts import SourceEntry as There

LAW = "政府信息公开条例"


@pytest.mark.parametrize(
    ("there", "same"),
    [
        ("中华人民共和国政府信息公开条例（2019年修订）", True),
        ("政府信息公开条例", True),
        ("国务院关于修改《中华人民共和国政府信息公开条例》的决定", True),
        ("政府信息公开条例实施办法", False),
        ("城市供水条例", False),
    ],
)
def test_law_names_are_compared_across_spellings(there: str, same: bool) -> None:
    assert is_same_law("中华人民共和国政府信息公开条例", there) is same


@pytest.mark.django_db
def test_changed_edition_opens_an_entry(housing: Body, plans: Column) -> None:
    clerk, chief = actor(Role.CLERK, housing), actor(Role.CHIEF, housing.parent)
    record = in_library(housing, title=f"中华人民共和国{LAW}", level="regulation")
    record.html = "<p>第一条　旧文。</p>"
    record.save()
    kept = policies.add_enforced_text(housing, by=clerk, record=record, source="国家法律法规数据库")
    # An institution of another bureau gathers it: the library is shared by all.
    keeper = BodyFactory(name="云岭市信息中心", parent=BodyFactory(name="云岭市数据局", parent=housing.parent))
    collection = actions.add_collection(keeper, by=chief, name="法规库")
    facts = {"way": "list", "address": "https://laws.example/", "unit_name": "司法部", "laws": True}
    source = actions.add_source(collection, by=chief, name="国家法律法规数据库", **facts)

    def pulled(*entries: There) -> list[Entry]:
        source.refresh_from_db()
        actions.store_fetch(source, by=SYSTEM, fetch_result=SourceFetchResult(list(entries)))
        return list(Entry.objects.filter(kind="law_update").order_by("pk"))

    first = There("https://laws.example/1", f"{LAW}（2019修订）", text="第一条　旧文。")
    assert pulled(first, There("https://laws.example/2", "城市供水条例")) == [], "what was there is no news"
    assert pulled(first) == []
    new = There("https://laws.example/3", f"中华人民共和国{LAW}（2026修订）", text="第一条　新文。")
    [entry] = pulled(first, new)
    assert (entry.body, entry.title) == (housing, f"核对法规库新版：{record}")
    assert entry.due_at > timezone.now() + timedelta(days=20)
    assert Message.objects.filter(subject__contains="核对法规库新版").exists()
    changed = There(new.address, f"{LAW}（2026年修订，施行）", text=new.text)
    assert pulled(first, changed) == [entry], "one open entry for a text"
    with pytest.raises(Refused, match="还没有对照"):
        finish_update(entry, by=clerk)
    policies.compare_text(kept, by=clerk, text="第一条　新文。")
    entry.refresh_from_db()
    finish_update(entry, by=clerk)
    again = pulled(first, There(new.address, f"{LAW}（2026修订）", text="第一条　更新。"))
    assert len(again) == 2
    drop_update(again[1], by=chief, reason="标题更正")
    Source.objects.filter(pk=source.pk).update(back_at=source.address, back_page=2)
    old = There("https://laws.example/9", LAW, datetime(2008, 5, 1, tzinfo=UTC), text="第一条　旧文。")
    assert len(pulled(first, old)) == 2, "an earlier page of the list is no news"
    Source.objects.filter(pk=source.pk).update(back_at=source.address, back_page=3)
    assert (
        len(pulled(first, There("https://laws.example/10", f"{LAW}（新）", timezone.now(), text="第一条　改。"))) == 3
    )


@pytest.mark.django_db
def test_check_leaves_erased_and_deleted_entries_alone(housing: Body) -> None:
    collection = actions.add_collection(housing, by=SYSTEM, name="市场规则")
    facts = {"name": "摘录", "unit_name": "市税务局", "way": "list", "address": "https://tax.example/"}
    source = actions.add_source(collection, by=SYSTEM, **facts)
    entries = [There(f"https://tax.example/{number}", f"减税降费问答之{number}", text="正文。") for number in range(3)]
    actions.store_fetch(source, by=SYSTEM, fetch_result=SourceFetchResult(entries))
    before = ("list", "https://former.example/", "")
    late = SourceFetchResult([There("https://former.example/1", "旧址的信息")], settings=before)
    assert actions.store_fetch(source, by=SYSTEM, fetch_result=late) == 0, "its address was changed meanwhile"
    erased, deleted, gone = source.gathered.order_by("pk")
    source.gathered.filter(pk=erased.pk).update(**ERASED_ENTRY_VALUES)
    numbers = [erased.pk, deleted.pk, gone.pk]
    source.gathered.filter(pk=deleted.pk).delete()
    new_texts = dict.fromkeys(numbers[:2], "新的正文。")
    result = SourceCheckResult(numbers, gone=[gone.pk, deleted.pk], changed=new_texts, narrowed=new_texts)
    actions.record_source_states(source, by=SYSTEM, check_result=result)
    assert source.gathered.get(pk=erased.pk).text == ""
    assert source.gathered.get(pk=gone.pk).gone_at
    actions.mark_change_seen(source.gathered.get(pk=gone.pk), by=SYSTEM)
    assert source.gathered.get(pk=gone.pk).changed_at is None, "a person has seen that it is gone"


@pytest.mark.parametrize(
    ("way", "row"),
    [
        ("gongkai", {"url": "https://a.example/1", "title": "节水\ud800办法\x00"}),
        ("wagtail", {"meta": {"html_url": "https://a.example/1"}, "title": "节水\ud800办法\x00"}),
    ],
)
def test_interface_with_characters_that_no_database_stores(way: str, row: dict[str, object]) -> None:
    reader = SimpleNamespace(page=lambda address: dumps({"items": [row]}).encode(), through=SimpleNamespace(close=int))
    [entry] = read_source(FetchPlan(way, "https://a.example/api/", whole=False), reader, date(2026, 11, 2)).entries
    assert (entry.address, entry.title) == ("https://a.example/1", "节水办法")


def test_page_that_breaks_the_parser_stops_no_other_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "read_page", lambda *_, **__: 1 // 0)
    pages = SourcePages(SimpleNamespace(get=lambda address: (200, b"<p>1</p>")), ["https://a.example/1"])
    assert fetch_page_state("https://a.example/1", pages).status == "unknown"
