"""名录和公开表 in the sample city: schools with a gap to be mended, powers, debt, guides, a reading point not confirmed in time, a negative list."""

from datetime import date, timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from gongkai.content.editions.models import Column, Document, Shelf
from gongkai.content.editions.queries import default_website
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.files.store import Named, store
from gongkai.core.units.models import Role
from gongkai.core.units.reach import government_over
from gongkai.lib.typed_json import number, record, records, text, texts
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.cast import Cast, read_toml
from gongkai.ops.demo.portal import open_topic
from gongkai.work.tables import actions
from gongkai.work.tables.models import PublicTable, Record, TableSchema


def show(cast: Cast) -> None:
    """Fill in the tables of `data/tables.toml`, publish those that name columns, order one to be mended."""
    website = default_website()
    if website is not None:
        money = cast.bodies["caizheng"]
        open_topic(cast, website, money, "减税降费", "减税降费政策、优惠政策指南和办理渠道。", "优惠政策指南")
    for told in records(read_toml("tables"), "table"):
        with clock.at(timezone.now() - timedelta(days=number(told, "ago"))):
            made = _show_table(cast, told)
        if "mend_in" in told:
            with clock.at(timezone.now() - timedelta(days=4)):
                until = timezone.localdate() + timedelta(days=number(told, "mend_in"))
                actions.order_mending(made, by=cast.chief, until=until)


def _show_table(cast: Cast, told: dict[str, object]) -> PublicTable:
    """Fill in one table of `data/tables.toml`, publish it where it names columns, note where it was posted."""
    body, today = cast.bodies[text(told, "body")], timezone.localdate()
    clerk = cast.actor(Role.CLERK, body)
    facts = {"year": today.year + number(told, "year")} if "year" in told else {}
    schema, phone = TableSchema.objects.get(key=text(told, "schema")), text(told, "phone") or body.phone
    table: PublicTable = actions.open_table(body, by=clerk, schema=schema, phone=phone, **facts)
    days = {field.key for field in table.schema.all_fields if field.kind == "day"}
    made = []
    for row in records(told, "rows"):
        said = {key: str(value) for key, value in (record(told, "shared") | row).items() if key != "draft"}
        values = {key: _day(today, value) if key in days else value for key, value in said.items()}
        one = actions.add_record(table, by=clerk, values=values, documents=_resting(said))
        if "publicity" in row:
            actions.give_opinion(one, by=cast.chief, words=text(row, "publicity"))
        if "draft" not in row:
            made.append(one)
    for source in made if table.schema.by_record else [table]:
        _publish(cast, source, texts(told, "columns"))
    for posting in records(told, "postings"):
        _post(cast, table, posting)
    return table


def _post(cast: Cast, table: PublicTable, told: dict[str, object]) -> None:
    """Note where a table was posted, with a photo, confirmed by the office; what went to the hotline needs neither."""
    clerk, kind = cast.actor(Role.CLERK, table.body), text(told, "kind")
    posted = actions.record_posting(
        table.body,
        by=clerk,
        table=table,
        kind=kind,
        on=timezone.localdate() + timedelta(days=number(told, "on")),
        place=text(told, "place"),
        copies=number(told, "copies") or None,
    )
    if "photo" in told:
        photo = Named("公示栏张贴照片.png", store(_photo(), "公示栏张贴照片.png"))
        actions.attach_papers(posted, by=clerk, what="photo", files=[photo])
    if kind != "hotline":
        actions.confirm_posting(posted, by=cast.chief)


def _day(today: date, said: str) -> str:
    """Return a day of the sample: counted from today (-30, +30), or as it stands."""
    return (today + timedelta(days=int(said))).isoformat() if said[0] in "+-" else said


def _photo() -> bytes:
    """Return a drawing of a board with three sheets on it, in place of a photo."""
    board = Image.new("RGB", (640, 400), "#8a5a2b")
    pen = ImageDraw.Draw(board)
    pen.rectangle((20, 20, 620, 380), fill="#2e6b46")
    for left in (60, 250, 440):
        pen.rectangle((left, 70, left + 140, 330), fill="#ffffff")
        for line in range(110, 320, 20):
            pen.line((left + 12, line, left + 128, line), fill="#777777", width=3)
    board.save(written := BytesIO(), "PNG")
    return written.getvalue()


def _resting(row: dict[str, str]) -> list[Document]:
    """Return the policy of the sample that a row names as its basis: it is linked, with what interprets it (P-15)."""
    found = PolicyRecord.objects.filter(title=row.get("basis", ""), document__isnull=False).first()
    return [found.document] if found and found.document else []


def _publish(cast: Cast, source: PublicTable | Record, names: list[str]) -> None:
    """Have a table reviewed by its unit's own people, in the first column of these names that is open on its government's site."""
    rows = Column.objects.filter(opened_at__isnull=False, archived_at=None, website__body=government_over(source.unit))
    if not names:
        return
    column = next((found for name in names if (found := rows.filter(name=name).first())), None)
    column = column or rows.filter(provisional=True).first()
    if column is None or (Role.SIGNER, source.unit.pk) not in cast.actors:
        return
    clerk = cast.actor(Role.CLERK, source.unit)
    site.sign(cast, actions.send_for_review(source, by=clerk, columns=[column]), source.unit)
    assert Shelf.objects.filter(document__source=source.stream).exists()
