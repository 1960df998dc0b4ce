"""Typeset a table as a leaflet (政策宣传读物): policies in force, for printing."""

from datetime import date

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.writing.blocks import Text, blocks
from gongkai.lib.writing.official import IssuedDocument
from gongkai.work.tables.fields import ended_label
from gongkai.work.tables.models import PublicTable
from gongkai.work.tables.showing import told_fields
from gongkai.work.tables.texts import record_html


def render_leaflet(table: PublicTable, today: date) -> bytes:
    """Return a table as .pdf for printing: each row that is not over.

    Raises:
        MissingFont: no Chinese font is installed.
    """
    fields = told_fields(table.schema.all_fields)
    rows = [record for record in table.records.all() if not ended_label(fields, record.values, today)]
    text = [
        block
        for number, record in enumerate(rows, 1)
        for block in (
            Text(f"{to_words(number)}、{record.name}", 1),
            *blocks(record_html(fields, record.values)),
        )
    ]
    phone = f"　投诉监督电话：{table.phone}" if table.phone else ""
    made = IssuedDocument(
        title=f"{table.title}宣传读物",
        issuers=[table.body.name],
        number="",
        blocks=text,
        headnote=f"{table.body.name}编印，{day_in_words(today)}{phone}",
        notice="免费发放",
    )
    from gongkai.lib.writing.pdf import official_pdf  # costly to load

    return official_pdf(made, lambda mark: None)
