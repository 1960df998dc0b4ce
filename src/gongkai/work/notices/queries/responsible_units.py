"""Units, or offices of a unit's own notice, as columns of tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Office
from gongkai.work.notices.states import ASSIGNED

# Keys of a body and of an office inside it (0: the whole body).
UnitKey = tuple[int, int]


@dataclass(frozen=True)
class OfficeColumn:
    """An office in the place of a unit in tables; its `pk` is negative to differ from units."""

    pk: int
    name: str
    short_name: str
    position: int
    body_id: int

    @property
    def label(self) -> str:
        """The name of the office."""
        return self.short_name

    @property
    def office_id(self) -> int:
        """The primary key of the office."""
        return -self.pk


# A unit or office that does tasks.
ResponsibleUnit = Body | OfficeColumn


def load_units(pairs: Iterable[UnitKey]) -> dict[UnitKey, ResponsibleUnit]:
    """Load units and offices for tables, offices first, in directory order, with two queries."""
    wanted = set(pairs)
    bodies = Body.objects.filter(pk__in={body for body, office in wanted if not office})
    offices = Office.objects.filter(pk__in={office for _, office in wanted if office}).select_related("body")
    found: dict[UnitKey, ResponsibleUnit] = {
        (one.body_id, one.pk): OfficeColumn(-one.pk, str(one), one.name, one.position, one.body_id)
        for one in offices.order_by("position", "pk")
    }
    return found | {(body.pk, 0): body for body in bodies.order_by("position", "pk")}


def unit_label(entry: Entry) -> str:
    """Return the name of the unit or office that does a task."""
    return entry.office.name if entry.kind != ASSIGNED and entry.office else entry.body.label
