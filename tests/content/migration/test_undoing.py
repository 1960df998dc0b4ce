"""Undoing a migration in batches: each text is erased completely or kept completely."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, Revision

from factories.fixtures import town
from factories.migration import approve_and_process, open_move_window, read_run, row, sheet
from factories.units import actor
from gongkai.content.editions import erasure
from gongkai.content.editions.models import (
    Address,
    Document,
    EditionContent,
    Shelf,
)
from gongkai.content.editions.verify import verify_editions
from gongkai.content.migration import actions
from gongkai.content.migration.models import MoveRun
from gongkai.content.migration.queries import count_by_state
from gongkai.content.migration.run_steps import BATCH_SIZE, work_on_run
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.search.models import SearchRow
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role

ERASED_MODELS = (EditionContent, Shelf, SearchRow)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def migrated_town(kept_rows: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Six migrated texts: two share a file, one has its own."""

    def make() -> SimpleNamespace:
        place, folder = town(), tmp_path_factory.mktemp("moved")
        chief = actor(Role.CHIEF, place.site.body)
        open_move_window(place.site)
        (folder / "共用.txt").write_text("两条信息共用的清单")
        (folder / "自用.txt").write_text("一条信息自己的清单")
        files = {1: ["共用.txt"], 2: ["共用.txt"], 3: ["自用.txt"]}
        rows = [row(number, files=files.get(number, [])) for number in range(1, 7)]
        return SimpleNamespace(
            run=approve_and_process(read_run(place.site, chief, sheet=sheet(*rows), bundle=folder), chief), by=chief
        )

    yield from kept_rows(make)


@pytest.fixture
def run(migrated_town: SimpleNamespace) -> MoveRun:
    return deepcopy(migrated_town.run)


@pytest.fixture
def chief(migrated_town: SimpleNamespace) -> Actor:
    return deepcopy(migrated_town.by)


def undo(run: MoveRun, chief: Actor) -> MoveRun:
    actions.undo_run(run, by=chief, reason="来源有误")
    return work_on_run(MoveRun.objects.get(pk=run.pk), seconds=1e9)


def find_document(run: MoveRun, number: int) -> Document:
    return Document.objects.get(pk=run.rows.get(title=row(number)["title"]).document_id)


def test_undo_leaves_nothing_of_the_texts(run: MoveRun, chief: Actor, django_capture_on_commit_callbacks: Any) -> None:
    pages = list(ItemPage.objects.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        assert undo(run, chief).state == "undone"
    assert count_by_state(run) == {"back": 6}
    left = [model.objects.count() for model in (*ERASED_MODELS, Address, ItemPage, StoredFile)]
    assert left == [0] * 6
    assert not Revision.objects.filter(object_id__in=[str(pk) for pk in pages]).exists()
    assert Movement.objects.filter(action="publishing.take_back_migrated").count() == 6
    assert not any(Page.find_problems())
    assert verify_editions().broken == ""


def test_edited_text_is_kept_with_its_shared_file(run: MoveRun, chief: Actor) -> None:
    kept = find_document(run, 1)
    item = ItemPage.objects.get(pk=kept.item_number)
    publishing.save_revision(item, by=actor(Role.CLERK, kept.body), summary="摘要")
    undo(run, chief)
    assert count_by_state(run) == {"back": 5, "kept": 1}
    assert run.rows.get(state="kept").words == "迁移之后在案头修改过"
    assert [page.pk for page in ItemPage.objects.all()] == [item.pk]
    assert [stored.pk for stored in StoredFile.objects.all()] == [
        file["digest"] for file in EditionContent.objects.get().files
    ]
    assert Client().get(kept.addresses.get(current=True).path).status_code == 200


def test_text_that_fails_to_erase_is_kept_and_the_others_are_undone(
    run: MoveRun, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch was rolled back, so each text is tried again by itself."""
    kept, erase = find_document(run, 3), erasure.erase_content

    def refuse(edition: Any) -> None:
        if edition.document_id == kept.pk:
            raise Refused("不能删除。")
        erase(edition)

    monkeypatch.setattr(erasure, "erase_content", refuse)
    undo(run, chief)
    assert count_by_state(run) == {"back": 5, "kept": 1}
    assert run.rows.get(state="kept").words == "不能删除"
    assert ItemPage.objects.filter(pk=kept.item_number).exists()
    assert Client().get(kept.addresses.get(current=True).path).status_code == 200
    assert kept.editions.count() == 1
    assert verify_editions().broken == ""


def test_undo_works_in_batches_and_resumes(run: MoveRun, chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.content.migration.run_steps.BATCH_SIZE", 4)
    actions.undo_run(run, by=chief, reason="来源有误")
    once = work_on_run(MoveRun.objects.get(pk=run.pk), seconds=0)
    assert (once.state, count_by_state(run)) == ("undoing", {"back": 4, "moved": 2})
    assert work_on_run(once, seconds=0).state == "undone"
    assert BATCH_SIZE > 1
