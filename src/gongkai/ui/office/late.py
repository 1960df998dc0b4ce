"""Which units are late, the most late first: for the first page of who supervises them."""

from typing import TYPE_CHECKING, cast

from django.db.models import Count, Model, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import Record

if TYPE_CHECKING:
    from datetime import datetime


class LateUnits(figures.Question[str]):
    """How much is late with each unit, the most late first; there is one such list for each who asks, so that the subject says nothing."""

    name = "office.late_units"

    def asked(self, subject: str) -> Record:
        """Return nothing: who asks decides all of it."""
        return {}

    def subject(self, asked: Record) -> str:
        """Return nothing."""
        return ""

    def rows(self, subject: str, by: Actor) -> QuerySet[Model, Model]:
        """What may become late; which of it is late by now is asked when it is counted."""
        return visible_to(by).running()  # type: ignore[return-value]

    def count(self, subject: str, rows: QuerySet[Model, Model], now: "datetime") -> figures.Counted:
        """Count what is late by unit."""
        late = cast(EntryQuerySet, rows).overdue(now).order_by().values_list("body_id")
        found = [[body, count] for body, count in late.annotate(n=Count("*")).order_by("-n", "body_id")]
        return figures.Counted(found, sum(count for _, count in found))


LATE_UNITS = LateUnits()


def late_by_unit(answer: figures.Answer) -> list[tuple[int, int]]:
    """Return what `LATE_UNITS` answers: numbers of units, and how much is late with each."""
    return [(body, count) for body, count in cast(list[list[int]], answer.found)]
