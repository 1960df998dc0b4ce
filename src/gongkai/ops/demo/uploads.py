"""Sample data: uploads of documents to the province's library, half done."""

from collections.abc import Sequence
from datetime import date, timedelta

from gongkai.content.policies import actions
from gongkai.content.policies.models import PolicyRecord, UploadedScope, UpperLibrary
from gongkai.content.policies.queries.uploading import UploadStage, annotate_upload_stage
from gongkai.content.policies.validity import ENDED_STANDINGS
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.units.models import Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff

#: Unit all of whose documents are to be uploaded, because the sample has a login there.
UNIT_WITH_PENDING_UPLOADS = "jiaoyu"
#: So many days ago the order took effect, documents were uploaded, one came without a receipt.
BEGAN, UPLOADED, LATELY = 7, 6, 1


def create_uploads(staff: SampleStaff, today: date) -> None:
    """Register the province's library, and record the upload of every second missing document."""
    with clock.travel_to(clock.office_hour(today - timedelta(days=BEGAN), 10)):
        library = actions.set_upper_library(
            staff.bodies["shi"],
            by=staff.chief,
            name="云州省政策文件库",
            address="https://zhengce.yunzhou.example/",
            covers=UploadedScope.NORMATIVE,
            days=10,
            since=today - timedelta(days=BEGAN),
            basis="（示例）省政府办公厅关于集中公开现行有效行政规范性文件的通知",
        )
    _record_uploads(staff, library, today)


def _record_uploads(staff: SampleStaff, library: UpperLibrary, today: date) -> None:
    """Record uploads of every other document, the second without receipt, and of repealed ones; one unit's are left."""
    rows = list(annotate_upload_stage(library).filter(place=UploadStage.MISSING).order_by("pk"))
    rows = [
        row
        for row in rows
        if row.body_id != staff.bodies[UNIT_WITH_PENDING_UPLOADS].pk and _existed_at_upload(row, today)
    ]
    for place, row in enumerate(rows[::2]):
        ago = LATELY if place == 1 else UPLOADED
        _record_one(
            staff,
            row,
            today - timedelta(days=ago),
            "" if place == 1 else f"SZCK-{today.year}-{place + 118:05d}",
        )
    for record in _list_repealed(library, today - timedelta(days=UPLOADED - 2)):
        _record_one(staff, record, today - timedelta(days=UPLOADED), f"SZCK-{today.year}-{record.pk + 50000:05d}")


def _existed_at_upload(record: PolicyRecord, today: date) -> bool:
    """Return true if a document existed on the day of the uploads."""
    return record.made_on is None or record.made_on <= today - timedelta(days=UPLOADED)


def _list_repealed(library: UpperLibrary, since: date) -> Sequence[PolicyRecord]:
    """Return the public documents without an upload that ended on or after `since`."""
    rows = annotate_upload_stage(library).filter(
        up=None, state__in=ENDED_STANDINGS, is_public=True, state_since__gte=since
    )
    return list(rows)


def _record_one(staff: SampleStaff, record: PolicyRecord, day: date, number: str) -> None:
    """Record the upload of a document by its unit's clerk; with a number it has a receipt."""
    moment = clock.office_hour(day, 60)
    with clock.travel_to(moment):
        actions.record_upload(
            record,
            by=staff.actor(Role.CLERK, record.body),
            on=moment.date(),
            standing="in_force",
            number=number,
            file=_make_receipt(record, number) if number else None,
            settle=False,
        )


def _make_receipt(record: PolicyRecord, number: str) -> NamedStoredFile:
    text = f"（示例）入库回执\n{record}已入库，编号{number}。\n"
    return NamedStoredFile(f"入库回执{number}.txt", store(text.encode(), "回执.txt"))
