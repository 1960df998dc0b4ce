"""Export of the selected rows of a table."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.answers import spreadsheet_response
from gongkai.ui.portal.caching import finish_response
from gongkai.work.tables.fields import Field
from gongkai.work.tables.freezing import named_bases, sheet_of
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.public import PublicRows

#: Maximum rows of an immediate export; larger tables are exported whole once a day.
MAX_EXPORTED_ROWS = 5_000


def export_table_rows(
    request: HttpRequest,
    schema: TableSchema,
    label: str,
    fields: list[Field],
    pairs: list[tuple[PublicRows, dict[str, object], list[tuple[str, str]]]],
    form: Literal["xlsx", "csv"],
) -> HttpResponse:
    """Return a file of these rows with unit and year."""
    own = sheet_of(label, fields, bases=any(some for _, _, some in pairs))
    unit = Column("_unit", "公开单位", write=lambda row: row["_unit"], width=28)
    year = [Column("_year", "年度", write=lambda row: row["_year"], width=8)] if schema.per_year else []
    sheet = Sheet(label, (*own.columns, *year, unit), max_rows=MAX_EXPORTED_ROWS)
    rows = [{**row, **named_bases(some), "_unit": one.body.name, "_year": one.year} for one, row, some in pairs]
    name = f"{label}{timezone.localdate():%Y%m%d}"
    return finish_response(request, spreadsheet_response(sheet, rows, name, guide=False, form=form), "private")
