"""An export reads what changed since the last one, and no more; what no action did is found when everything is compared."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories.networks import world
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


Five = tuple[tuple[Website, Column, Column, Body], list[Document]]


@pytest.fixture(scope="module")
def five(kept_rows: Callable[..., Iterator[Five]]) -> Iterator[Five]:
    """An inner side and its five documents."""

    def make() -> Five:
        placed = world()
        _, plans, _, housing = placed
        return placed, [public(housing, [plans], title=f"计划{n}") for n in range(5)]

    yield from kept_rows(make)


class Inner:
    """The inner side with five documents, all carried; `require_whole_reading` are the documents that the last export read."""

    def __init__(self, five: Five, monkeypatch: pytest.MonkeyPatch) -> None:
        (self.site, self.plans, self.news, self.housing), self.documents = five
        self.looked: set[int] = set()
        select = documents.select_exported_part

        def spy(some: list[int], *words: Any, **facts: Any) -> Any:
            self.looked |= set(some)
            return select(some, *words, **facts)

        monkeypatch.setattr(documents, "select_exported_part", spy)
        monkeypatch.setattr(applying, "MAX_TRANSACTION_DURATION", timedelta(0))
        assert self.export() > 5

    def export(self, **facts: Any) -> int:
        """Export; return how many rows were carried."""
        self.looked = set()
        return sum(sum(one.counts.values()) for one in exporting.export_packages(SYSTEM, **facts))


@pytest.fixture
def inner(five: Five, folders: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Inner:
    return Inner(deepcopy(five), monkeypatch)


def test_nothing_changed_nothing_is_read(inner: Inner) -> None:
    assert inner.export() == 0
    assert inner.looked == set()


def _withdraw(inner: Inner, document: Document, housing: Body, news: Column) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


def _place(inner: Inner, document: Document, housing: Body, news: Column) -> None:
    actions.place(document, by=SYSTEM, columns=[news])


def _stand(inner: Inner, document: Document, housing: Body, news: Column) -> None:
    actions.set_standing(document, by=SYSTEM, standing="repealed", on=timezone.localdate())


def _move(inner: Inner, document: Document, housing: Body, news: Column) -> None:
    actions.move(inner.plans, by=inner_chief(inner), to=news, documents=[document])


def inner_chief(inner: Inner) -> Any:
    return actor(Role.CHIEF, inner.site.body)


def test_only_what_an_action_changed_is_read_and_carried(inner: Inner) -> None:
    for act, document in zip((_withdraw, _place, _stand, _move), inner.documents, strict=False):
        act(inner, document, inner.housing, inner.news)
        assert inner.export() >= 1
        assert document.pk in inner.looked
        assert act is _move or inner.looked == {document.pk}
        assert inner.export(everything=True) == 0


def test_a_schedule_is_carried_when_its_time_comes(inner: Inner) -> None:
    page = item(inner.housing, [inner.plans], title="定时公开")
    at = timezone.now() + timedelta(days=2)
    released(page, visible_from=at)
    assert inner.export() == 0
    assert inner.export(now=at + timedelta(minutes=1)) >= 2
    assert inner.looked == {ensure_document(page).pk}


def test_what_no_action_did_is_found_once_a_week_or_when_asked(inner: Inner) -> None:
    Document.objects.filter(pk=inner.documents[0].pk).update(standing_note="有人直接改了数据库")
    assert inner.export() == 0
    assert inner.export(now=timezone.now() + timedelta(days=8)) == 1
    Document.objects.filter(pk=inner.documents[1].pk).update(standing_note="又改了一处")
    assert inner.export(everything=True) == 1


def test_other_limits_or_a_clock_set_back_compare_everything(inner: Inner) -> None:
    now = timezone.now()
    last = applying.find_last_export_window()
    assert last
    assert applying.list_changed_documents(now, last, limited=False) == []
    assert applying.list_changed_documents(now, last, limited=True) is None
    assert applying.list_changed_documents(last.upto - timedelta(days=1), last, limited=False) is None
    Mark.objects.filter(name=applying.EXPORT_WINDOW_MARK).update(value="damaged")
    assert applying.find_last_export_window() is None
    assert applying.list_changed_documents(now, None, limited=False) is None


def test_a_large_whole_comparison_goes_by_portions(inner: Inner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH_SIZE", 2)
    assert inner.export(everything=True) == 0
    assert inner.looked == {one.pk for one in inner.documents}
    assert [len(some) for some in documents.list_document_batches(None)] == [2, 2, 1]
