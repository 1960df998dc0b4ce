"""Who does a task, for tables: a unit; of a unit's own notice the office inside it that the task is for."""

from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Office
from gongkai.work.notices.states import ASSIGNED

#: A body, and the office inside it (0: the body as a whole).
Pair = tuple[int, int]


@dataclass(frozen=True)
class Share:
    """An office that stands in a table where units stand; its number is below nought, so that it is no unit's."""

    pk: int
    name: str
    short_name: str
    position: int
    body_id: int

    @property
    def label(self) -> str:
        """The office's own name: whose it is, the page says."""
        return self.short_name

    @property
    def office_id(self) -> int:
        """The office's number."""
        return -self.pk


#: What a column of a table stands for.
Doer = Body | Share


def key_of(doer: Doer) -> Pair:
    """Return the unit and office that a column stands for."""
    return (doer.body_id, doer.office_id) if isinstance(doer, Share) else (doer.pk, 0)


def doers(pairs: Iterable[Pair]) -> dict[Pair, Doer]:
    """Return what tables show for units and offices, offices first, in the order of the directory; two queries."""
    wanted = set(pairs)
    bodies = Body.objects.filter(pk__in={body for body, office in wanted if not office})
    offices = Office.objects.filter(pk__in={office for _, office in wanted if office}).select_related("body")
    found: dict[Pair, Doer] = {
        (one.body_id, one.pk): Share(-one.pk, str(one), one.name, one.position, one.body_id)
        for one in offices.order_by("position", "pk")
    }
    return found | {(body.pk, 0): body for body in bodies.order_by("position", "pk")}


def named(entry: Entry) -> str:
    """Return who does a task, in a word."""
    return entry.office.name if entry.kind != ASSIGNED and entry.office else entry.body.label
