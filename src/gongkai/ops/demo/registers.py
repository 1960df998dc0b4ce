"""Sample data for 名录 and 公开表: schools, powers, debt, guides, reading points."""

from datetime import date, timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from gongkai.content.editions.models import Column, Document, Shelf
from gongkai.content.editions.queries import default_website
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.typed_json import read_number, read_record, read_records, read_text, read_texts
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.people import SampleStaff, read_toml
from gongkai.ops.demo.portal import open_topic
from gongkai.work.tables import actions
from gongkai.work.tables.models import PublicTable, Record, TableSchema


def create_registers(staff: SampleStaff) -> None:
    """Open a topic page, fill the tables of `data/tables.toml`, publish some, and order one correction."""
    website = default_website()
    if website is not None:
        money = staff.bodies["caizheng"]
        open_topic(staff, website, money, "减税降费", "减税降费政策、优惠政策指南和办理渠道。", "优惠政策指南")
    for record in read_records(read_toml("tables"), "table"):
        with clock.travel_to(timezone.now() - timedelta(days=read_number(record, "ago"))):
            table = _publish_table(staff, record)
        if "mend_in" in record:
            with clock.travel_to(timezone.now() - timedelta(days=4)):
                until = timezone.localdate() + timedelta(days=read_number(record, "mend_in"))
                actions.order_table_rectification(table, by=staff.chief, until=until)


def _publish_table(staff: SampleStaff, facts_of_table: dict[str, object]) -> PublicTable:
    """Fill a table of `data/tables.toml` in, publish it or its records (no drafts), record postings; return the table."""
    body, today = staff.bodies[read_text(facts_of_table, "body")], timezone.localdate()
    clerk = staff.actor(Role.CLERK, body)
    facts = {"year": today.year + read_number(facts_of_table, "year")} if "year" in facts_of_table else {}
    schema, phone = (
        TableSchema.objects.get(key=read_text(facts_of_table, "schema")),
        read_text(facts_of_table, "phone") or body.phone,
    )
    table: PublicTable = actions.open_table(body, by=clerk, schema=schema, phone=phone, **facts)
    days = {field.key for field in table.schema.all_fields if field.kind == "day"}
    records = []
    for row in read_records(facts_of_table, "rows"):
        cells = {
            key: str(value) for key, value in (read_record(facts_of_table, "shared") | row).items() if key != "draft"
        }
        values = {key: _make_day(today, value) if key in days else value for key, value in cells.items()}
        record = actions.add_record(table, by=clerk, values=values, documents=_find_basis(cells))
        if "publicity" in row:
            actions.give_opinion(record, by=staff.chief, agrees=True, words=read_text(row, "publicity"))
        if "draft" not in row:
            records.append(record)
    for source in records if table.schema.by_record else [table]:
        _publish_in_column(staff, source, read_texts(facts_of_table, "columns"))
    for posting in read_records(facts_of_table, "postings"):
        _create_posting(staff, table, posting)
    return table


def _create_posting(staff: SampleStaff, table: PublicTable, facts_of_posting: dict[str, object]) -> None:
    """Record a posting of a table, with a photo if the data say so, confirmed unless it is by hotline."""
    clerk, kind = staff.actor(Role.CLERK, table.body), read_text(facts_of_posting, "kind")
    posted = actions.record_posting(
        table.body,
        by=clerk,
        table=table,
        kind=kind,
        on=timezone.localdate() + timedelta(days=read_number(facts_of_posting, "on")),
        place=read_text(facts_of_posting, "place"),
        copies=read_number(facts_of_posting, "copies") or None,
    )
    if "photo" in facts_of_posting:
        photo = NamedStoredFile("公示栏张贴照片.png", store(_draw_photo(), "公示栏张贴照片.png"))
        actions.attach_papers(posted, by=clerk, what="photo", files=[photo])
    if kind != "hotline":
        actions.confirm_posting(posted, by=staff.chief)


def _make_day(today: date, text: str) -> str:
    """Return a day relative to today (-30, +30), or the given one."""
    return (today + timedelta(days=int(text))).isoformat() if text[0] in "+-" else text


def _draw_photo() -> bytes:
    """Return a drawing that is used as photo."""
    board = Image.new("RGB", (640, 400), "#8a5a2b")
    pen = ImageDraw.Draw(board)
    pen.rectangle((20, 20, 620, 380), fill="#2e6b46")
    for left in (60, 250, 440):
        pen.rectangle((left, 70, left + 140, 330), fill="#ffffff")
        for line in range(110, 320, 20):
            pen.line((left + 12, line, left + 128, line), fill="#777777", width=3)
    board.save(buffer := BytesIO(), "PNG")
    return buffer.getvalue()


def _find_basis(row: dict[str, str]) -> list[Document]:
    """Return the policy document that a row names as its basis (P-15); empty if there is none."""
    record = PolicyRecord.objects.filter(title=row.get("basis", ""), document__isnull=False).first()
    return [record.document] if record and record.document else []


def _publish_in_column(staff: SampleStaff, source: PublicTable | Record, names: list[str]) -> None:
    """Have a table or record published in the first open column of these names, else in a provisional one; needs a signer."""
    rows = Column.objects.filter(opened_at__isnull=False, archived_at=None, website__body=find_government(source.unit))
    if not names:
        return
    column = next((found for name in names if (found := rows.filter(name=name).first())), None)
    column = column or rows.filter(provisional=True).first()
    if column is None or (Role.SIGNER, source.unit.pk) not in staff.actors:
        return
    clerk = staff.actor(Role.CLERK, source.unit)
    site.sign_review(staff, actions.send_for_review(source, by=clerk, columns=[column]), source.unit)
    assert Shelf.objects.filter(document__source=source.stream).exists()
