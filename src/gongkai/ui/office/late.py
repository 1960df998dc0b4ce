"""Units with overdue entries, most first, for the home page of supervisors."""

from typing import TYPE_CHECKING, cast

from django.db.models import Count, Model, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import Record

if TYPE_CHECKING:
    from datetime import datetime


class LateUnitsQuestion(figures.Question[str]):
    """Overdue entries by unit; the result depends on the actor only."""

    name = "office.late_units"

    def asked(self, subject: str) -> Record:
        """Return nothing: only the actor matters."""
        return {}

    def subject(self, asked: Record) -> str:
        """Return nothing."""
        return ""

    def rows(self, subject: str, by: Actor) -> QuerySet[Model, Model]:
        """Return the running entries; the count selects overdue ones."""
        return visible_to(by).running()  # type: ignore[return-value]

    def count(self, subject: str, rows: QuerySet[Model, Model], now: "datetime") -> figures.Counted:
        """Count overdue entries by unit."""
        late = cast(EntryQuerySet, rows).overdue(now).order_by().values_list("body_id")
        found = [[body, count] for body, count in late.annotate(n=Count("*")).order_by("-n", "body_id")]
        return figures.Counted(found, sum(count for _, count in found))


LATE_UNITS = LateUnitsQuestion()


def late_by_unit(answer: figures.Answer) -> list[tuple[int, int]]:
    """Return the unit ids and counts of the answer to `LATE_UNITS`."""
    return [(body, count) for body, count in cast(list[list[int]], answer.found)]
