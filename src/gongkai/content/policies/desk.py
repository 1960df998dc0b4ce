"""Home page block of documents waiting for the higher library's receipt (先入库，后公开; L-08)."""

from django.urls import reverse

from gongkai.content.policies.models import PolicyRecord, UpperLibrary
from gongkai.content.policies.queries.uploading import UploadStage, annotate_upload_stage, libraries_visible_to
from gongkai.content.policies.rules import check_may_keep
from gongkai.core.ledger.desk import MAX_BLOCK_LINES, Todo, Todos
from gongkai.core.units.actors import Actor
from gongkai.core.units.reach import working_bodies


def upload_first_block(by: Actor) -> dict[str, object] | None:
    """Return the home page list of drafts that need a receipt before publication, without those
    already on the ledger."""
    own = working_bodies(by)
    lines: list[Todo] = []
    count, more = 0, ""
    for library in libraries_visible_to(by) if own else []:
        if not library.refuses:
            continue
        found = [
            row
            for row in annotate_upload_stage(library).filter(place=UploadStage.COMING, body__in=own).order_by("pk")
            if not check_may_keep(by, row)
        ]
        if found and not more:
            more = f"{reverse('policies:placed', args=[library.pk])}?place={UploadStage.COMING.value}"
        count += len(found)
        lines += [_line(row, library) for row in found[:MAX_BLOCK_LINES]]
    return {"todos": Todos("公开前须上传的文件", lines[:MAX_BLOCK_LINES], count, more)} if lines else None


def _line(row: PolicyRecord, library: UpperLibrary) -> Todo:
    facts = f"{row.body.label} · 登记{library.name}的回执后才能公开"
    return Todo(row.title, reverse("policies:record_uploads", args=[row.pk]), facts, "先入库", "登记上传")
