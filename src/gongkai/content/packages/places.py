"""Public facts of units, sites and columns that public content needs, without persons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.parts import Shown, TablePart
from gongkai.core.units.models import Body

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BODY = (
    *("name", "short_name", "code", "kind", "level", "parent_id", "path", "position"),
    *("phone", "address", "hours", "active_from", "active_to", "merged_into_id"),
    *("disclosure_office", "postcode", "fax", "email"),
)
_WEBSITE = (
    *(
        "name",
        "host",
        "other_hosts",
        "code",
        "icp",
        "police",
        "party_mark",
        "body_id",
        "sponsor",
        "undertaker",
    ),
    *("contact", "accent", "is_default"),
)
_COLUMN = (
    *("website_id", "parent_id", "name", "key", "path", "kind", "link", "content", "owner_id", "cycle_days"),
    *("position", "fixed", "provisional", "opened_at", "archived_at", "archive_note"),
)


def bodies(shown: Shown) -> Iterator[Body]:
    """Yield the listed units and those of public content, with their parents and successors, parents first."""
    needed = set(Website.objects.values_list("body_id", flat=True))
    for path in Website.objects.values_list("body__path", flat=True):
        needed |= set(Body.objects.filter(path__startswith=path).values_list("pk", flat=True))
    needed |= set(columns(shown).exclude(owner=None).values_list("owner_id", flat=True))
    owners = dict(Document.objects.values_list("pk", "body_id"))
    needed |= {owners[number] for number in shown.documents if number in owners}
    everybody = {body.pk: body for body in Body.objects.all()}
    found: dict[int, Body] = {}

    def add(number: int | None) -> None:
        if number is None or number in found:
            return
        body = everybody[number]
        add(body.parent_id)
        add(body.merged_into_id)
        found[number] = body

    for number in sorted(needed):
        add(number)
    yield from found.values()


def columns(shown: Shown) -> "QuerySet[Column]":
    """Return the open columns, parents first."""
    return Column.objects.filter(opened_at__isnull=False).order_by("path")


@dataclass(frozen=True)
class PlacePart(TablePart):
    """A table with unique names: changed rows release theirs first, so that two rows may swap names."""

    unique: tuple[str, ...] = ()

    def put(self, rows: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Write rows, parents first."""
        keys = [int(key) for key, _ in rows]
        for name in self.unique:
            number = Cast(F("pk"), CharField())
            self.model._base_manager.filter(pk__in=keys).update(**{name: Concat(Value("~"), number)})
        super().put(rows)


# Tables in the order of writing; removal uses the reverse order.
BODIES_PART = PlacePart("bodies", "单位", 10, Body, _BODY, bodies, unique=("name",))
WEBSITES_PART = PlacePart(
    "websites",
    "网站",
    20,
    Website,
    _WEBSITE,
    lambda _: Website.objects.order_by("pk"),
    unique=("name", "host"),
)
COLUMNS = PlacePart("columns", "栏目", 30, Column, _COLUMN, columns, unique=("key",))
