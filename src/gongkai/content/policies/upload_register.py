"""上级库上传: the documents of a library above, by what is to be done with them (L-08)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.policies import actions, library_package
from gongkai.content.policies.forms.uploading import BatchForm
from gongkai.content.policies.importing.uploads import SHEET
from gongkai.content.policies.list_registers import SECTION, standing_tag
from gongkai.content.policies.models import SHOWN, Decision, PolicyRecord, UpperLibrary
from gongkai.content.policies.queries.uploading import (
    OWED,
    Place,
    begun,
    due_on,
    governments_setting,
    libraries_visible_to,
    listed,
)
from gongkai.content.policies.rules import keeps
from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.store import receive
from gongkai.core.registers.columns import LISTED, Column, chip
from gongkai.core.registers.register import Listing, Register
from gongkai.core.registers.ticking import Ticks
from gongkai.core.units.actors import Actor

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow


def _titled(row: PolicyRecord) -> SafeString:
    return format_html('{}<br><span class="gk-soft">{}　{}</span>', row.title, row.number, row.get_level_display())


def _standing(row: "AnyRow") -> SafeString:
    gone = row.place in OWED and row.up and not row.is_public
    return format_html("{}{}", standing_tag(row), " 本级已撤下" if gone else "")


def _due(row: "AnyRow") -> object:
    return chip("已逾期", row.due) if row.due and row.due < timezone.localdate() else row.due


def _last(row: "AnyRow") -> str:
    """Return the last upload in words: its day, what the library above showed then, its receipt."""
    if not row.up:
        return "没有上传"
    then = f"，上传时{dict(SHOWN).get(row.up_standing, '')}" if row.up_standing != row.state else ""
    return f"{row.up_on}{then}，{row.up_number or ('有回执文件' if row.up_receipt else '没有回执')}"


def record_batch(request: HttpRequest, by: Actor, rows: "AnyRows", facts: Mapping[str, object]) -> bool:
    """Record that ticked documents were handed in together, with one receipt for all of them."""
    records = list(rows.order_by("-pk"))

    def work() -> None:
        wrong = [f"“{one}”：{why}" for one in records for why in actions.record_upload.why_not(one, by=by)]
        if wrong:
            raise Refused(wrong)
        given = facts["file"]
        kept = receive(given, by) if isinstance(given, UploadedFile) else None
        actions.record_batch(records, by=by, **{**facts, "file": kept})  # type: ignore[arg-type]

    return run_with_messages(request, work, f"已登记{len(records)}份文件的上传。")


class Uploads(Register[PolicyRecord]):
    """The documents that go to one library above; the file of those that are owed is read back once it was filled in."""

    name, model, parent, title, section = "policies.placed", PolicyRecord, UpperLibrary, "上级库上传", SECTION
    columns = (
        Column("title", "文件", value=str, cell=_titled, order="title", at=LISTED, width=50),
        Column("body", "起草单位", at=LISTED),
        Column("state", "状态", value=_standing, order="state", at=LISTED),
        Column("due", "上传期限", value=_due, order="", at=LISTED),
        Column("last", "最近一次上传", value=_last, order="up_on", at=LISTED),
    )
    file_sheet, importer = SHEET, "uploads"
    tabs, usual = "place", {"place": Place.MISSING.value}
    filters = (
        (
            "place",
            ChoiceFilter(
                label="分类",
                field_name="place",
                choices=[(place.value, place.label) for place in Place if place.value],
                empty_label=None,
            ),
        ),
        "body",
    )
    words = ("title", "number")
    order = ("-pk",)
    empty = "这一类没有文件。"
    has_record = False
    template = "policies/uploads.html"
    ticks = Ticks(
        words="登记勾选文件的上传",
        title="勾选的文件",
        note="同一天整批上传、只有一张回执的，勾选后一次登记。上传材料是标准版式的 Word、PDF 正文和一张填报要素表，打成一个压缩文件。",
        form=BatchForm,
        do=record_batch,
        may=lambda by, listing: True,
        row=lambda row: row.may,
        most=library_package.MOST,
        also=(("下载勾选文件的上传材料", "policies:uploads_files"),),
    )

    def rows(self, by: Actor) -> "QuerySet[PolicyRecord]":
        """Return the documents, each with its place and its last upload."""
        counting = Prefetch("decisions", Decision.objects.counting(), to_attr="counting")
        return listed(by, self.of).exclude(place="").prefetch_related(counting)

    def loaded(self, rows: Sequence[PolicyRecord], by: Actor) -> Sequence[PolicyRecord]:
        """Return them, each with the day by which, and whether it may be recorded."""
        own: Sequence[AnyRow] = rows
        for row in own:
            row.due = due_on(self.of, begun(self.of, row)) if row.place in OWED else None
            row.may = not keeps(by, row)
        return rows

    def url_of(self, row: PolicyRecord) -> str:
        """Return the document's own page."""
        return reverse("policies:record", args=[row.pk])

    def ways(self, by: Actor, row: "AnyRow") -> Sequence[tuple[str, str]]:
        """Return where its uploads are recorded."""
        return (("登记" if row.may else "查看", reverse("policies:record_uploads", args=[row.pk])),)

    def beside(self, request: HttpRequest, listing: Listing[PolicyRecord]) -> Mapping[str, object]:
        """Return the library, the others that concern whoever looks, and those that they set."""
        return {
            "library": self.of,
            "libraries": libraries_visible_to(listing.by),
            "governments": governments_setting(listing.by),
        }
