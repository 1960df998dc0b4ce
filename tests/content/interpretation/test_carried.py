"""What packages carry of interpretations: links of which the public has both sides, however many documents there are."""

import pytest

from factories.publishing import public
from gongkai.content.editions.models import Column
from gongkai.content.editions.parts import PARTS_BY_NAME, ReceivedDocuments
from gongkai.content.interpretation.models import Interpretation
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db
#: More numbers than one statement takes on SQLite (250,000) or PostgreSQL (65,535).
MANY = 300_000


def test_links_among_more_documents_than_a_statement_takes(plans: Column, housing: Body) -> None:
    policy, text, hidden = (public(housing, [plans]) for _ in range(3))
    for number, explaining in enumerate((text, hidden)):
        Interpretation.objects.create(item_id=9000 + number, document=policy, text=explaining, form="text")
    shown = ReceivedDocuments(frozenset({policy.pk, text.pk, *range(10_000, 10_000 + MANY)}), frozenset())
    (carried,) = PARTS_BY_NAME["interpretation"].rows(shown)
    assert carried.load()["text_id"] == text.pk
