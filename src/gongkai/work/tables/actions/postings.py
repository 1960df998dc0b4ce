"""Actions on postings of a table on notice boards and on leaflets."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.files import record_files
from gongkai.core.files.models import PaperKind
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.work.tables import rules
from gongkai.work.tables.models import Posting, PostingKind, PostingPaper, PublicTable


@action("tables.record_posting", label="登记张贴、发放", rule=rules.list_reasons_unless_unit_staff)
def record_posting(
    body: Body,
    *,
    by: Actor,
    table: PublicTable,
    kind: str,
    on: date,
    place: str,
    copies: int | None = None,
    note: str = "",
) -> ActionResult:
    """Record a posting of a table (a `PostingKind`); ask the head and the 政务公开办 to confirm it."""
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if kind == PostingKind.LEAFLET and not copies:
        raise Refused("发放宣传读物的，请填写份数。")
    refuse_personal_in(Posting, place=place)
    posting = Posting.objects.create(
        body=body,
        table=table,
        kind=kind,
        on=on,
        place=place.strip(),
        copies=copies,
        note=note.strip(),
        recorded_by=by.person_id,
    )
    count = f"，{copies}份" if copies else ""
    text = f"登记{posting.get_kind_display()}：{table.title}，{posting.place}{count}"
    tell = Notification(
        subject=f"待核对：{posting.get_kind_display()}"[:120],
        body=f"{text}。请另一人核对照片或者凭据，核对后在网站公开。",
        link=reverse("tables:postings_row", args=[posting.pk]),
        key=f"{posting.stream}/recorded",
        posts=((Role.LEAD, body.pk), (Role.CHIEF, find_government(body).pk)),
    )
    return ActionResult(words=text, stream=posting.stream, result=posting, tell=(tell,))


def _list_reasons_against_confirming(posting: Posting) -> list[str]:
    """Return the Chinese reasons why a posting cannot be confirmed."""
    if posting.confirmed_at:
        return ["已经核对。"]
    if posting.kind == PostingKind.BOARD and not posting.papers.filter(what=PaperKind.PHOTO).exists():
        return ["公示栏张贴的，请先上传照片（材料类别选“照片”）。"]
    return []


@action(
    "tables.confirm_posting",
    label="核对",
    rule=rules.list_reasons_unless_posting_confirmer,
    ready=_list_reasons_against_confirming,
)
def confirm_posting(posting: Posting, *, by: Actor) -> ActionResult:
    """Confirm a posting by a second person; only then the public reads it (P-11)."""
    posting.confirmed_by, posting.confirmed_at = by.name, timezone.now()
    posting.save(update_fields=["confirmed_by", "confirmed_at"])
    return ActionResult(words=f"核对{posting.get_kind_display()}：{posting}", stream=posting.stream)


@action("tables.remove_posting", label="删除张贴、发放记录", rule=rules.list_reasons_unless_unit_staff)
def remove_posting(posting: Posting, *, by: Actor, reason: str) -> ActionResult:
    """Remove a wrong posting; the log keeps it."""
    stream, text = posting.stream, f"删除“{posting}”：{reason.strip()}"
    for paper in posting.papers.all():
        record_files.delete_paper(paper)
    posting.delete()
    return ActionResult(words=text, stream=stream)


@action("tables.attach_papers", label="上传材料", rule=rules.list_reasons_unless_unit_staff)
def attach_papers(posting: Posting, *, by: Actor, what: str, files: Sequence[NamedStoredFile]) -> ActionResult:
    """Attach photos of a board or receipts of leaflets; new photos end the confirmation."""
    added = record_files.add_papers(posting.papers, what, files, by=by)
    text = record_files.describe_papers(added) + _end_confirmation(posting, what)
    return ActionResult(words=text, facts={"papers": record_files.map_paper_digests(added)}, result=added)


@action("tables.drop_paper", label="删除材料", rule=rules.list_reasons_unless_unit_staff)
def drop_paper(paper: PostingPaper, *, by: Actor) -> ActionResult:
    """Remove a paper; a posting that loses a photo is to be confirmed again."""
    posting, kind = paper.posting, paper.what
    text = record_files.delete_paper(paper) + _end_confirmation(posting, kind)
    return ActionResult(words=text, stream=posting.stream)


def _end_confirmation(posting: Posting, paper_kind: str) -> str:
    """End a confirmation whose photos changed: nobody else has seen them."""
    if paper_kind != PaperKind.PHOTO or not posting.confirmed_at:
        return ""
    posting.confirmed_by, posting.confirmed_at = "", None
    posting.save(update_fields=["confirmed_by", "confirmed_at"])
    return "，照片有变化，须重新核对"
