"""Actions on postings of a table on notice boards and on leaflets."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.files import papers
from gongkai.core.files.store import Named
from gongkai.core.units.models import Body
from gongkai.work.tables import rules
from gongkai.work.tables.models import Posting, PostingKind, PostingPaper, PublicTable


@action("tables.record_posting", label="登记张贴、发放", rule=rules.works)
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
    """Record that a table was posted on a board, or that leaflets were handed out; return the `Posting`."""
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if kind == PostingKind.LEAFLET and not copies:
        raise Refused("发放宣传读物的，请填写份数。")
    refuse_personal_in(Posting, place=place)
    made = Posting.objects.create(
        body=body, table=table, kind=kind, on=on, place=place.strip(), copies=copies, note=note.strip()
    )
    count = f"，{copies}份" if copies else ""
    words = f"登记{made.get_kind_display()}：{table.title}，{made.place}{count}"
    return ActionResult(words=words, stream=made.stream, result=made)


@action("tables.remove_posting", label="删除张贴、发放记录", rule=rules.works)
def remove_posting(posting: Posting, *, by: Actor, reason: str) -> ActionResult:
    """Remove a wrong posting; the log keeps it."""
    stream, words = posting.stream, f"删除“{posting}”：{reason.strip()}"
    for paper in posting.papers.all():
        papers.drop(paper)
    posting.delete()
    return ActionResult(words=words, stream=stream)


@action("tables.attach_papers", label="上传材料", rule=rules.works)
def attach_papers(posting: Posting, *, by: Actor, what: str, files: Sequence[Named]) -> ActionResult:
    """Attach photos of a board or receipts of leaflets; return them."""
    made = papers.keep(posting.papers, what, files, by=by)
    return ActionResult(words=papers.said(made), facts={"papers": papers.marks(made)}, result=made)


@action("tables.drop_paper", label="删除材料", rule=rules.works)
def drop_paper(paper: PostingPaper, *, by: Actor) -> ActionResult:
    """Remove a photo."""
    return ActionResult(words=papers.drop(paper), stream=paper.posting.stream)
