"""Registers of uploaded originals, the filed list (L-06), and uploads to the higher library (L-08)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.policies import actions, upload_zip
from gongkai.content.policies.forms.text_fields import NOT_NAMEABLE_ERROR, find_record
from gongkai.content.policies.forms.uploading import UploadBatchForm
from gongkai.content.policies.importing.filed_list import find_filing_government
from gongkai.content.policies.importing.uploads import UPLOADS_SHEET
from gongkai.content.policies.list_registers import MENU_SECTION, standing_tag
from gongkai.content.policies.models import (
    SHOWN_STANDING_CHOICES,
    Decision,
    FiledRow,
    PolicyRecord,
    UpperLibrary,
    WaitingFile,
)
from gongkai.content.policies.queries.office import filter_nameable_records, list_public_unfiled
from gongkai.content.policies.queries.uploading import (
    DUE_STAGES,
    UploadStage,
    compute_upload_due_date,
    find_deadline_start,
    list_upper_library_settings,
    list_visible_uploads,
    upper_libraries_visible_to,
)
from gongkai.content.policies.rules import check_may_maintain
from gongkai.content.policies.views.common import list_writer_bodies
from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.store import store_upload
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_AND_RECORD, LIST_ONLY, Column, render_chip
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, ActForm
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.widgets.paging import get_page

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow


def _render_title(row: PolicyRecord) -> SafeString:
    return format_html('{}<br><span class="gk-soft">{}　{}</span>', row.title, row.number, row.get_level_display())


def _render_standing(row: "AnyRow") -> SafeString:
    gone = row.place in DUE_STAGES and row.up and not row.is_public
    return format_html("{}{}", standing_tag(row), " 本级已撤下" if gone else "")


def _render_due_date(row: "AnyRow") -> object:
    return render_chip("已逾期", row.due) if row.due and row.due < timezone.localdate() else row.due


def _describe_last_upload(row: "AnyRow") -> str:
    """Describe the last upload: its day, the validity shown there, its receipt."""
    if not row.up:
        return "没有上传"
    then = f"，上传时{dict(SHOWN_STANDING_CHOICES).get(row.up_standing, '')}" if row.up_standing != row.state else ""
    return f"{row.up_on}{then}，{row.up_number or ('有回执文件' if row.up_receipt else '没有回执')}"


def record_batch(request: HttpRequest, by: Actor, rows: "AnyRows", facts: Mapping[str, object]) -> bool:
    """Record one upload with a shared receipt for the selected documents; false if refused."""
    records = list(rows.order_by("-pk"))

    def record_uploads() -> None:
        """Record the upload of all records with one file; refuse all if one is not allowed."""
        reasons = [f"“{record}”：{why}" for record in records for why in actions.record_upload.why_not(record, by=by)]
        if reasons:
            raise Refused(reasons)
        receipt = facts["file"]
        stored_receipt = store_upload(receipt, by) if isinstance(receipt, UploadedFile) else None
        actions.record_batch(records, by=by, **{**facts, "file": stored_receipt})  # type: ignore[arg-type]

    return run_with_messages(request, record_uploads, f"已登记{len(records)}份文件的上传。")


class UploadRegister(Register[PolicyRecord]):
    """Register of the documents for one higher library; the exported list of due ones can be imported."""

    name, model, parent, title, section = "policies.placed", PolicyRecord, UpperLibrary, "上级库上传", MENU_SECTION
    columns = (
        Column("title", "文件", value=str, cell=_render_title, order="title", at=LIST_ONLY, width=50),
        Column("body", "起草单位", at=LIST_ONLY),
        Column("state", "状态", value=_render_standing, order="state", at=LIST_ONLY),
        Column("due", "上传期限", value=_render_due_date, order="", at=LIST_ONLY),
        Column("last", "最近一次上传", value=_describe_last_upload, order="up_on", at=LIST_ONLY),
    )
    file_sheet, importer = UPLOADS_SHEET, "uploads"
    tabs, initial_filters = "place", {"place": UploadStage.MISSING.value}
    filters = (
        (
            "place",
            ChoiceFilter(
                label="分类",
                field_name="place",
                choices=[(place.value, place.label) for place in UploadStage if place.value],
                empty_label=None,
            ),
        ),
        "body",
    )
    search_fields = ("title", "number")
    ordering = ("-pk",)
    empty = "这一类没有文件。"
    has_record = False
    shown_at = "policies:record"
    template = "policies/uploads.html"
    bulk_action = BulkAction(
        words="登记勾选文件的上传",
        title="勾选的文件",
        note="同一天整批上传、只有一张回执的，勾选后一次登记。上传材料是标准版式的 Word、PDF 正文和一张填报要素表，打成一个压缩文件。",
        form=UploadBatchForm,
        do=record_batch,
        may=lambda by, listing: True,
        row=lambda row: row.may,
        most=upload_zip.MAX_PACKED_DOCUMENTS,
        also=(("下载勾选文件的上传材料", "policies:uploads_files"),),
    )

    def rows(self, by: Actor) -> "QuerySet[PolicyRecord]":
        """Return the documents that must be uploaded, or were, with their stage and last upload."""
        counting = Prefetch("decisions", Decision.objects.counting(), to_attr="counting")
        return list_visible_uploads(by, self.of).exclude(place="").prefetch_related(counting)

    def prefetch(self, rows: Sequence[PolicyRecord], by: Actor) -> Sequence[PolicyRecord]:
        """Add the due date, and whether the user may record an upload."""
        own: Sequence[AnyRow] = rows
        for row in own:
            row.due = (
                compute_upload_due_date(self.of, find_deadline_start(self.of, row)) if row.place in DUE_STAGES else None
            )
            row.may = not check_may_maintain(by, row)
        return rows

    def list_links(self, by: Actor, row: "AnyRow") -> Sequence[tuple[str, str]]:
        """Return [(label, URL)] for recording an upload."""
        return (("登记" if row.may else "查看", reverse("policies:record_uploads", args=[row.pk])),)

    def extra_context(self, request: HttpRequest, listing: Listing[PolicyRecord]) -> Mapping[str, object]:
        """Return this library, the user's other libraries, and those that the user sets."""
        return {
            "library": self.of,
            "libraries": upper_libraries_visible_to(listing.by),
            "governments": list_upper_library_settings(listing.by),
        }


class WaitingFileRegister(Register[WaitingFile]):
    """Register of originals for a spreadsheet import, with an upload form for several files."""

    name, model, title = "policies.files", WaitingFile, "上传原文"
    section = (("政策库", "policies:records"),)
    columns = (Column("name", "文件名"), "body", "note", "at")
    filters = ("body",)
    search_fields = ("name", "note")
    has_record = False
    acts = (Act(action=actions.delete_original, label="删除", done="已删除。"),)
    empty = "还没有上传原文。没有原文也可以导入，以后再补。"
    template = "policies/files.html"

    def rows(self, by: Actor) -> QuerySet[WaitingFile]:
        """Return the originals of the units that the user sees, without loading their texts."""
        return super().rows(by).select_related("body").defer("html")

    def extra_context(self, request: HttpRequest, listing: Listing[WaitingFile]) -> Mapping[str, object]:
        """Return the units for which the user may upload."""
        return {"bodies": [body for body in list_writer_bodies(listing.by) if not check_may_maintain(listing.by, body)]}


class FiledRowLinkForm(ActForm):
    """Form for the record that matches a line of the list of filed documents, by number or title."""

    record = forms.CharField(label="库中文件", max_length=300, help_text="填写完整的文号、统一登记编号或标题")

    def clean_record(self) -> PolicyRecord:
        """Return the record with the typed number or title.

        Raises:
            ValidationError: it is not found.
        """
        record = find_record(self.cleaned_data["record"], filter_nameable_records(self.by))
        if record is None:
            raise forms.ValidationError(NOT_NAMEABLE_ERROR)
        return record


PUBLISH, OUT, EXCUSED = "publish", "out", "excused"
#: State filter of the filed list.
FILED_STATES = [(PUBLISH, "没有公开"), (OUT, "已公开"), (EXCUSED, "认定不公开")]


def _list_public_documents() -> "QuerySet[Document]":
    """Return the public documents of a line's record, as a subquery."""
    return documents_visible_to(ANONYMOUS).filter(policy=OuterRef("record"))


def _describe_filed_state(row: FiledRow) -> str:
    return dict(FILED_STATES)[EXCUSED if row.excuse else OUT if row.is_out else PUBLISH]  # type: ignore[attr-defined]


def _render_library_link(row: FiledRow) -> SafeString | str:
    """Return the link to the record of a filed document, or that there is none."""
    if row.record_id is None:
        return "没有入库"
    return format_html('<a href="{}">{}</a>', reverse("policies:record", args=[row.record_id]), "已入库")


def _filter_by_state(rows: "QuerySet[FiledRow]", name: str, value: str) -> "QuerySet[FiledRow]":
    """Filter by excused, public, or neither."""
    if value == EXCUSED:
        return rows.exclude(excuse="")
    out = Exists(_list_public_documents())
    return rows.filter(out if value == OUT else ~out, excuse="")


class FiledListRegister(Register[FiledRow]):
    """Register of filed documents: filed but unpublished ones, then public documents that were not filed."""

    name, model, title, section = "policies.filing", FiledRow, "备案核对", ("政策文件",)
    file_name = "备案目录"
    columns = (
        Column("title", "文件", value=str, order="title"),
        "filed_number",
        "filed_on",
        Column(
            "library",
            "政策库",
            value=lambda row: "已入库" if row.record_id else "没有入库",
            cell=_render_library_link,
            order="",
        ),
        Column("state", "情况", value=_describe_filed_state, order=""),
        "body",
        Column("excuse", at=FILE_AND_RECORD),
        Column("excused_by", at=FILE_AND_RECORD),
    )
    filters = (
        ("state", ChoiceFilter(label="情况", choices=FILED_STATES, empty_label="全部", method=_filter_by_state)),
        YearFilter("filed_on", label="备案年度"),
        "body",
    )
    initial_filters = {"state": PUBLISH}
    search_fields = ("title", "number", "filed_number")
    intro = "以备案目录为底数：已备案没有公开的，公开；已公开没有备案的，报备。两类差异都为0，清理才能办结。"
    empty = "没有这样的备案文件。备案目录由政务公开办或者司法行政部门导入。"
    importer = "filed"
    template = "policies/filing.html"
    acts = (
        Act(action=actions.link_filed, form=FiledRowLinkForm, label="对应", done="已对应。"),
        Act(action=actions.excuse_filed, done="已认定。", when=lambda row: not (row.excuse or row.is_out)),
        Act(action=actions.drop_filed, label="从目录删除", done="已从备案目录删除。", quick=True),
    )

    def rows(self, by: Actor) -> QuerySet[FiledRow]:
        """Return the lines that the user sees, annotated with whether their document is public."""
        return super().rows(by).annotate(is_out=Exists(_list_public_documents())).select_related("record", "body")

    def totals(self, listing: Listing[FiledRow]) -> Sequence[tuple[str, object]]:
        """Return (label, number) of both differences; a clean-up round can close at zero."""
        body = find_filing_government(listing.by)
        if body is None:
            return ()
        rows = self.rows(listing.by).filter(body=body)
        return (
            ("备案目录", f"{rows.count():,} 件"),
            ("已备案没有公开", f"{_filter_by_state(rows, '', PUBLISH).count():,} 件"),
            ("已公开没有备案", f"{list_public_unfiled(body).count():,} 件"),
        )

    def extra_context(self, request: HttpRequest, listing: Listing[FiledRow]) -> Mapping[str, object]:
        """Return the public documents that are in no filed list."""
        body = find_filing_government(listing.by)
        return {"file": get_page(request, list_public_unfiled(body), name="file") if body else None}
