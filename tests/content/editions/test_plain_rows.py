"""Rows fetched by plain SQL and editions filtered in memory equal the results of ORM queries."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from factories.publishing import column, item, public, website
from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Document, Edition, EditionContent, Shelf, Website
from gongkai.content.editions.queries import fetch_row, fetch_rows, find_document_at
from gongkai.content.editions.queries.documents import filter_public, visible_to
from gongkai.content.editions.queries.prepared import fetch_numbers
from gongkai.content.editions.sources import ensure_document
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db


def make_public_document(title: str) -> Document:
    site = Website.objects.first() or website()
    return public(BodyFactory(parent=site.body), [column(site, f"栏目{title}")], title=title)


def test_fetch_row_equals_orm_row_for_every_field() -> None:
    document = make_public_document("关于印发方案的通知")
    assert fetch_row(Document, id=document.pk).__dict__.keys() == Document.objects.get(pk=document.pk).__dict__.keys()
    for model, values in (
        (Document, {"id": document.pk}),
        (Edition, {"document": document.pk, "act": "publish"}),
        (EditionContent, {"edition": document.editions.get().pk}),
    ):
        (plain,) = fetch_rows(model, **values)
        usual = model.objects.get(**values)
        for field in model._meta.concrete_fields:
            assert getattr(plain, field.attname) == getattr(usual, field.attname), field.name


def test_fetch_rows_orders_and_fetch_row_returns_none_if_missing() -> None:
    first, second = (make_public_document(f"第{n}号") for n in (1, 2))
    numbers = [row.pk for row in fetch_rows(Document, order="-id", kind=first.kind)]
    assert numbers == [second.pk, first.pk]
    assert fetch_row(Document, id=10**9) is None


def test_find_document_at_uses_current_addresses_only() -> None:
    document = make_public_document("甲")
    address = document.addresses.get(current=True)
    assert find_document_at(address.website_id, address.path) == document
    assert find_document_at(address.website_id + 1, address.path) is None
    address.current = False
    address.save()
    assert find_document_at(address.website_id, address.path) is None


def test_values_are_query_parameters(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert fetch_rows(Document, kind="x' OR '1'='1") == []


def test_fetch_numbers_leaves_out_nulls() -> None:
    document = make_public_document("乙")
    wanted = [one.column_id for one in Shelf.objects.filter(document=document).order_by("id")]
    assert None in wanted, "the place without a column"
    found = fetch_numbers(Shelf, "column", order="id", document=document.pk)
    assert found == [number for number in wanted if number]


def test_filter_public_agrees_with_queries_on_random_histories(plans: Column, housing: Body) -> None:
    document = ensure_document(item(housing, [plans]))
    for seed in range(40):
        with transaction.atomic():
            make_random_editions(document, random.Random(seed))
            now = timezone.now()
            rows = Edition.objects.filter(document=document).order_by("-number")
            asked = visible_to(ANONYMOUS, now).filter(document=document).order_by("-number")
            assert [e.number for e in filter_public(rows, now)] == [e.number for e in asked], seed
            transaction.set_rollback(True)


def make_random_editions(document: Document, chance: random.Random) -> None:
    """Give a document a random history of editions."""
    now = timezone.now()
    Edition.objects.bulk_create(
        Edition(
            document=document,
            number=number,
            act=chance.choice(["publish", "publish", "publish", "withdraw"]),
            visible_from=now + timedelta(hours=chance.randint(-6, 3)),
            audience=chance.choice(["all", "all", "limited"]),
            circle="/",
            made_by="甲",
            digest="0" * 64,
        )
        for number in range(1, chance.randint(1, 6) + 1)
    )
