"""What the public may read of one document: decided in memory, and the same as the database decides it."""

import random
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from factories.publishing import item
from gongkai.content.editions.models import Column, Document, Edition
from gongkai.content.editions.queries.documents import filter_public, visible_to
from gongkai.content.editions.sources import document_of
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db


def test_both_ways_agree_on_any_history(plans: Column, housing: Body) -> None:
    document = document_of(item(housing, [plans]))
    for seed in range(40):
        with transaction.atomic():
            invent(document, random.Random(seed))
            now = timezone.now()
            rows = Edition.objects.filter(document=document).order_by("-number")
            asked = visible_to(ANONYMOUS, now).filter(document=document).order_by("-number")
            assert [e.number for e in filter_public(rows, now)] == [e.number for e in asked], seed
            transaction.set_rollback(True)


def invent(document: Document, chance: random.Random) -> None:
    """Give a document a history of editions."""
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
