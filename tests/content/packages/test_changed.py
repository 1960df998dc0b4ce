"""An export reads only documents changed by actions; a full comparison finds other changes."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories.networks import make_site
from factories.publishing import item, public, released
from factories.units import actor
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.packages import applying, documents, exporting
from gongkai.content.publishing import actions
from gongkai.core.ledger.models import Mark
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


SiteWithDocuments = tuple[tuple[Website, Column, Column, Body], list[Document]]


@pytest.fixture(scope="module")
def five_documents(kept_rows: Callable[..., Iterator[SiteWithDocuments]]) -> Iterator[SiteWithDocuments]:
    """An inner side and its five documents."""

    def make() -> SiteWithDocuments:
        placed = make_site()
        _, plans, _, housing = placed
        return placed, [public(housing, [plans], title=f"计划{n}") for n in range(5)]

    yield from kept_rows(make)


class ExportingSide:
    """The inner side with five exported documents; `looked` has the documents read by the last export."""

    def __init__(self, five_documents: SiteWithDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
        (self.site, self.plans, self.news, self.housing), self.documents = five_documents
        self.looked: set[int] = set()
        select = documents.select_exported_part

        def spy(some: list[int], *words: Any, **facts: Any) -> Any:
            self.looked |= set(some)
            return select(some, *words, **facts)

        monkeypatch.setattr(documents, "select_exported_part", spy)
        monkeypatch.setattr(applying, "MAX_TRANSACTION_DURATION", timedelta(0))
        assert self.export() > 5

    def export(self, **facts: Any) -> int:
        """Export; return the number of exported rows."""
        self.looked = set()
        return sum(sum(one.counts.values()) for one in exporting.export_packages(SYSTEM, **facts))


@pytest.fixture
def inner(
    five_documents: SiteWithDocuments, folders: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> ExportingSide:
    return ExportingSide(deepcopy(five_documents), monkeypatch)


def test_export_without_changes_reads_nothing(inner: ExportingSide) -> None:
    assert inner.export() == 0
    assert inner.looked == set()


def _withdraw(inner: ExportingSide, document: Document, housing: Body, news: Column) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


def _place(inner: ExportingSide, document: Document, housing: Body, news: Column) -> None:
    actions.place(document, by=SYSTEM, columns=[news])


def _repeal(inner: ExportingSide, document: Document, housing: Body, news: Column) -> None:
    actions.set_standing(document, by=SYSTEM, standing="repealed", on=timezone.localdate())


def _move(inner: ExportingSide, document: Document, housing: Body, news: Column) -> None:
    actions.move(inner.plans, by=inner_chief(inner), to=news, documents=[document])


def inner_chief(inner: ExportingSide) -> Any:
    return actor(Role.CHIEF, inner.site.body)


def test_only_documents_changed_by_an_action_are_read_and_exported(inner: ExportingSide) -> None:
    for act, document in zip((_withdraw, _place, _repeal, _move), inner.documents, strict=False):
        act(inner, document, inner.housing, inner.news)
        assert inner.export() >= 1
        assert document.pk in inner.looked
        assert act is _move or inner.looked == {document.pk}
        assert inner.export(everything=True) == 0


def test_scheduled_document_is_exported_when_its_time_comes(inner: ExportingSide) -> None:
    page = item(inner.housing, [inner.plans], title="定时公开")
    at = timezone.now() + timedelta(days=2)
    released(page, visible_from=at)
    assert inner.export() == 0
    assert inner.export(now=at + timedelta(minutes=1)) >= 2
    assert inner.looked == {ensure_document(page).pk}


def test_change_without_an_action_is_found_weekly_or_on_request(inner: ExportingSide) -> None:
    Document.objects.filter(pk=inner.documents[0].pk).update(standing_note="有人直接改了数据库")
    assert inner.export() == 0
    assert inner.export(now=timezone.now() + timedelta(days=8)) == 1
    Document.objects.filter(pk=inner.documents[1].pk).update(standing_note="又改了一处")
    assert inner.export(everything=True) == 1


def test_other_audience_or_clock_set_back_compares_everything(inner: ExportingSide) -> None:
    now = timezone.now()
    last = applying.find_last_export_window()
    assert last
    assert applying.list_changed_documents(now, last, limited=False) == []
    assert applying.list_changed_documents(now, last, limited=True) is None
    assert applying.list_changed_documents(last.upto - timedelta(days=1), last, limited=False) is None
    Mark.objects.filter(name=applying.EXPORT_WINDOW_MARK).update(value="damaged")
    assert applying.find_last_export_window() is None
    assert applying.list_changed_documents(now, None, limited=False) is None


def test_full_comparison_works_in_batches(inner: ExportingSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH_SIZE", 2)
    assert inner.export(everything=True) == 0
    assert inner.looked == {one.pk for one in inner.documents}
    assert [len(some) for some in documents.list_document_batches(None)] == [2, 2, 1]
