"""Every cached page that shows a document is purged when the document is hidden, in whatever way."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as served
from django.db import transaction
from django.test import Client

from factories.fixtures import town
from factories.hidden import HIDDEN_WORDS, SEARCH_TERM, fields
from factories.publishing import column, erased, public, released
from factories.units import actor
from factories.visitor import fetch_all_channels
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.parts import RELATIONS_BY_NAME, DocumentRelation
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal import tree
from gongkai.ui.portal.models import Purge

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shown(kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """Publish a document next to others and fetch once all cached pages that show it."""

    def make() -> SimpleNamespace:
        place = town()
        neighbours(place.housing, place.plans)
        document = public(place.housing, [place.plans], **fields(HIDDEN_WORDS["withdrawn"]))
        public(place.housing, [place.plans], title=f"{SEARCH_TERM}芦湾之后")
        other = public(place.housing, [column(place.site, "另一栏目")], title="芦湾解读")
        return SimpleNamespace(housing=place.housing, document=document, other=other)

    def made() -> SimpleNamespace:
        one = make()
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            use_shared_cache(patch, one)
            one.pages = list_cached_pages(Client(), one)
            transaction.set_rollback(True)
        return one

    yield from kept_rows(made)


def use_shared_cache(patch: pytest.MonkeyPatch, one: SimpleNamespace) -> None:
    """Configure a shared cache, and relate the document to another."""
    both = {one.document.pk: [one.other.pk], one.other.pk: [one.document.pk]}
    patch.setattr(served, "GONGKAI_CACHES", [("purge", "http://127.0.0.1:9")])
    patch.setitem(
        RELATIONS_BY_NAME, "test", DocumentRelation("test", "测试关系", 1, lambda asked: both.get(asked.pk, []))
    )
    tree.reload_next_time()


def list_cached_pages(client: Client, one: SimpleNamespace) -> set[str]:
    """Return the cacheable pages that show the document."""
    before = fetch_all_channels(client, [SEARCH_TERM])  # an answer to a question is never kept: one will do
    return {
        path
        for answers in before.values()
        for path, (_, said) in answers.items()
        if HIDDEN_WORDS["withdrawn"] in said and "s-maxage=" in said  # headers are among an answer's words
    }


@pytest.mark.parametrize("way", ["withdraw", "limit", "erase"])
def test_every_cached_page_showing_hidden_document_is_purged(
    way: str, shown: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = deepcopy(shown)
    use_shared_cache(monkeypatch, one)
    assert len(one.pages) > 8
    assert f"/{one.other.pk}.html" in str(one.pages)
    Purge.objects.all().delete()
    HIDING_ACTIONS[way](one.document, one.housing)
    told = set(Purge.objects.values_list("path", flat=True))
    assert told
    assert "*" in told or one.pages - told == set()


def neighbours(housing: Body, plans: Column) -> None:
    for number in range(2):
        public(housing, [plans], title=f"{SEARCH_TERM}芦湾之前{number}")


def _withdraw(document: Document, housing: Body) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


def _limit(document: Document, housing: Body) -> None:
    given = {"manner": "limited", "circle": [housing.pk], "manner_reason": "改为限定范围"}
    actions.save_revision(find_document_item(document), by=actor(Role.CLERK, housing), **given)
    released(find_document_item(document))


def _erase(document: Document, housing: Body) -> None:
    actions.save_revision(
        find_document_item(document), by=actor(Role.CLERK, housing), title="芦湾告知", body="<p>已更正。</p>"
    )
    released(find_document_item(document))
    erased(document.editions.get(number=1), actor(Role.CHIEF, housing.parent), "依法删除")


HIDING_ACTIONS: dict[str, Callable[[Document, Body], None]] = {"withdraw": _withdraw, "limit": _limit, "erase": _erase}
