"""A small province seeded in bulk: complete for `audit verify`, searchable, resumed after an interruption, refused in a database with data."""

from dataclasses import replace

import pytest
from benchmarks.province import texts as writing
from benchmarks.province.people import SeedingStage, fill_province
from benchmarks.province.size import ProvinceSize
from django.contrib.auth import get_user_model
from django.test import Client

from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Document, Shelf, Website
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.editions.shelves import rebuild_document
from gongkai.content.search.fulltext_table import find_hits
from gongkai.content.search.models import SearchRow
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.audit import run_audit
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.ops.demo.seeded import seed_province, seeded_texts_rule
from gongkai.ops.upkeep.state_checks import check_state
from gongkai.ui.portal import tree

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.own_town]
SMALL = ProvinceSize(counties=1, units=6, persons=9, sites=2, texts=7, entries=25)


def count_rows() -> tuple[int, ...]:
    tables = (Body, Appointment, Website, Column, Document, Shelf, SearchRow, Entry, Movement)
    return tuple(table._default_manager.count() for table in tables)


def test_province_is_complete_and_resumes_after_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[SeedingStage] = []
    monkeypatch.setattr(writing, "BATCH_SIZE", 4)
    real, calls = writing._derived, []

    def killed(*facts: object) -> int:
        calls.append(facts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*facts)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "_derived", killed)
    with pytest.raises(KeyboardInterrupt):
        fill_province(SMALL, password="Yunling-2026", say=said.append)
    assert Document.objects.count() == 4
    fill_province(SMALL, say=said.append)
    assert {one.label for one in said} == {"单位", "人员", "网站和栏目", "公开信息", "通知", "台账"}
    counts = count_rows()
    assert (counts[0], counts[2], counts[4], counts[6], counts[7]) == (6, 2, 7, 7, 25)
    fill_province(SMALL, say=said.append)
    assert count_rows() == counts, "done twice, it writes nothing twice"
    assert [one for one in run_audit() if one.verdict.broken] == []
    assert "seeded" in {one.name for one in check_state()}
    with pytest.raises(Refused, match="另外的数量"):
        fill_province(replace(SMALL, texts=8), say=said.append)
    _check_derived_rows()
    _check_pages()


def _check_derived_rows() -> None:
    """Check that shelves and search rows equal those that `editions.shelves` derives."""
    ignored = {"id", "_state"}

    def rows() -> list[list[dict[str, object]]]:
        return [
            sorted(
                ({k: v for k, v in vars(one).items() if k not in ignored} for one in table.objects.all()),
                key=str,
            )
            for table in (Shelf, SearchRow)
        ]

    before, found = rows(), find_hits("义务教育 通知", 50)
    for document in Document.objects.all():
        rebuild_document(document)
    assert rows() == before
    assert find_hits("义务教育 通知", 50) == found


def _check_pages() -> None:
    assert shelf_visible_to(ANONYMOUS).filter(website__is_default=True).exists()
    chief = Appointment.objects.get(role=Role.CHIEF)
    assert chief.person.user.check_password("Yunling-2026")
    client = Client()
    client.force_login(get_user_model().objects.get(pk=chief.person.user_id))
    assert client.get("/admin/ledger/").status_code == 200
    tree.reload_next_time()


def test_non_empty_database_is_refused() -> None:
    BodyFactory()
    with pytest.raises(Refused, match="只写入空数据库"):
        fill_province(SMALL, say=lambda _: None)
    assert not seeded_texts_rule()("seeded", {}, ""), "a text of a real installation rests on no such mark"


def test_seeding_mark_applies_only_to_seeded_texts() -> None:
    seed_province(None, by=SYSTEM, size={})
    assert seeded_texts_rule()("seeded", {}, "")
    assert not seeded_texts_rule()("order/1", {}, "")
    assert ProvinceSize(counties=3, units=2).why_not()
    assert ProvinceSize(counties=1, units=4, sites=1, entries=3_601).why_not()
    assert not ProvinceSize(counties=1, units=4, sites=1, entries=3_600).why_not()
    assert ProvinceSize().part(20).texts == 50_000
