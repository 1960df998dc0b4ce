"""Detail rows of a public table from another schema (trainings of a course)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from gongkai.lib.typed_json import read_text
from gongkai.work.tables import public
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.public import PublicRows
from gongkai.work.tables.row_display import list_missing_months


@dataclass(frozen=True)
class DetailRows:
    """Published rows of another table that detail the rows of this one, newest first.

    `rows`: (unit's id, day, cells) by name of the detailed row. `shown`: the table has details. `monthly`: one is due
    for each month.
    """

    shown: bool
    rows: Mapping[str, Sequence[tuple[int, str, Sequence[tuple[str, str]]]]]
    monthly: bool = False

    def list_missing_months(self, source: PublicRows, row: Mapping[str, object]) -> Sequence[str]:
        """Return the months without a detail row, where a row is owed for each month (W-11)."""
        if not self.monthly or not source.fields:
            return ()
        detail_rows = self.rows.get(str(row.get(source.fields[0].key)), ())
        days = [day for body, day, _ in detail_rows if body == source.body.pk] or [day for _, day, _ in detail_rows]
        every = (day for rows in self.rows.values() for _, day, _ in rows)
        return list_missing_months(days, timezone.localdate(), every)

    def of(self, source: PublicRows, row: Mapping[str, object]) -> Sequence[Sequence[tuple[str, str]]]:
        """Return the detail rows of a row in its year, of its unit or else of all units."""
        if not source.fields:
            return ()
        year = str(source.year or "")
        detail_rows = [
            detail_row
            for detail_row in self.rows.get(str(row.get(source.fields[0].key)), ())
            if detail_row[1].startswith(year)
        ]
        own_rows = [cells for body, _, cells in detail_rows if body == source.body.pk]
        return own_rows or [cells for _, _, cells in detail_rows]


def get_schema_label(key: str) -> str:
    """Return the label of a schema, or ""."""
    return TableSchema.objects.filter(key=key).values_list("label", flat=True).first() or "" if key else ""


def load_detail_rows(schema: TableSchema, shown_rows: list[PublicRows]) -> DetailRows:
    """Load the detail rows for the rows (`shown_rows`) of a schema."""
    details = TableSchema.objects.filter(key=read_text(schema.view, "details"), active=True).first()
    if details is None or not shown_rows:
        return DetailRows(False, {})
    detail_rows: dict[str, list[tuple[int, str, Sequence[tuple[str, str]]]]] = defaultdict(list)
    for public_rows in public.load_all_rows(shown_rows[0].shelf.website_id, details):
        day = next((field.key for field in public_rows.fields if field.kind == "day"), "")
        for row in sorted(public_rows.rows, key=lambda row: str(row.get(day, "")), reverse=True):
            cells = [(field.head, field.show(row.get(field.key))) for field in public_rows.fields[1:]]
            filled_cells = [pair for pair in cells if pair[1]]
            name = str(row.get(public_rows.fields[0].key))
            detail_rows[name].append((public_rows.body.pk, str(row.get(day, "")), filled_cells))
    return DetailRows(True, detail_rows, schema.view.get("monthly") is True)
