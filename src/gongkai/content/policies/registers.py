"""Registers of uploaded originals, the filed list (L-06), and uploads to the library above (L-08)."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.policies import actions
from gongkai.content.policies.forms.naming import find_record
from gongkai.content.policies.importing.filed import government_of
from gongkai.content.policies.models import FiledRow, PolicyRecord, WaitingFile
from gongkai.content.policies.queries.filing import to_file
from gongkai.content.policies.queries.office import named_to
from gongkai.content.policies.rules import keeps
from gongkai.content.policies.views.common import writes_for
from gongkai.core.registers.columns import ASIDE, Column
from gongkai.core.registers.filters import Year
from gongkai.core.registers.forms import Act, ActForm
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.widgets.paging import page_of


class WaitingFiles(Register[WaitingFile]):
    """Originals that an imported spreadsheet names; above the list a form that takes several files at once."""

    name, model, title = "policies.files", WaitingFile, "上传原文"
    section = (("政策库", "policies:records"),)
    columns = (Column("name", "文件名"), "body", "note", "at")
    filters = ("body",)
    words = ("name", "note")
    has_record = False
    acts = (Act(action=actions.discard, label="删除", done="已删除。"),)
    empty = "还没有上传原文。没有原文也可以导入，以后再补。"
    template = "policies/files.html"

    def rows(self, by: Actor) -> QuerySet[WaitingFile]:
        """Return the originals of the units whose documents somebody sees, without their texts."""
        return super().rows(by).select_related("body").defer("html")

    def beside(self, request: HttpRequest, listing: Listing[WaitingFile]) -> Mapping[str, object]:
        """Return the units for which somebody uploads."""
        return {"bodies": [body for body in writes_for(listing.by) if not keeps(listing.by, body)]}


class LinkForm(ActForm):
    """Which document of the library a line means: typed as it is known."""

    record = forms.CharField(label="库中文件", max_length=300, help_text="填写完整的文号、统一登记编号或标题")

    def clean_record(self) -> PolicyRecord:
        """Find the document that is meant."""
        found = find_record(self.cleaned_data["record"], named_to(self.by))
        if found is None:
            raise forms.ValidationError("政策库中找不到这份文件，请填写完整的文号、统一登记编号或标题。")
        return found


PUBLISH, OUT, EXCUSED = "publish", "out", "excused"
FILED_STATES = [(PUBLISH, "没有公开"), (OUT, "已公开"), (EXCUSED, "认定不公开")]


def _public() -> "QuerySet[Document]":
    """Return the documents that the public reads, of the record that a line means."""
    return documents_visible_to(ANONYMOUS).filter(policy=OuterRef("record"))


def _filed_state(row: FiledRow) -> str:
    return dict(FILED_STATES)[EXCUSED if row.excuse else OUT if row.is_out else PUBLISH]  # type: ignore[attr-defined]


def _in_library(row: FiledRow) -> SafeString | str:
    if row.record_id is None:
        return "没有入库"
    return format_html('<a href="{}">{}</a>', reverse("policies:record", args=[row.record_id]), "已入库")


def _in_state(rows: "QuerySet[FiledRow]", name: str, value: str) -> "QuerySet[FiledRow]":
    if value == EXCUSED:
        return rows.exclude(excuse="")
    out = Exists(_public())
    return rows.filter(out if value == OUT else ~out, excuse="")


class Filed(Register[FiledRow]):
    """The filed list: what was filed and is not public stands first; below it what is public and was not filed."""

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
            cell=_in_library,
            order="",
        ),
        Column("state", "情况", value=_filed_state, order=""),
        "body",
        Column("excuse", at=ASIDE),
        Column("excused_by", at=ASIDE),
    )
    filters = (
        ("state", ChoiceFilter(label="情况", choices=FILED_STATES, empty_label="全部", method=_in_state)),
        Year("filed_on", label="备案年度"),
        "body",
    )
    usual = {"state": PUBLISH}
    words = ("title", "number", "filed_number")
    intro = "以备案目录为底数：已备案没有公开的，公开；已公开没有备案的，报备。两类差异都为0，清理才能办结。"
    empty = "没有这样的备案文件。备案目录由政务公开办或者司法行政部门导入。"
    importer = "filed"
    template = "policies/filing.html"
    acts = (
        Act(action=actions.link_filed, form=LinkForm, label="对应", done="已对应。"),
        Act(action=actions.excuse_filed, done="已认定。", when=lambda row: not (row.excuse or row.is_out)),
        Act(action=actions.drop_filed, label="从目录删除", done="已从备案目录删除。", quick=True),
    )

    def rows(self, by: Actor) -> QuerySet[FiledRow]:
        """Return the lines of the lists that somebody sees; each says whether the public can read its document."""
        return super().rows(by).annotate(is_out=Exists(_public())).select_related("record", "body")

    def totals(self, listing: Listing[FiledRow]) -> Sequence[tuple[str, object]]:
        """Return both differences; a round of cleaning up closes when there is none."""
        body = government_of(listing.by)
        if body is None:
            return ()
        rows = self.rows(listing.by).filter(body=body)
        return (
            ("备案目录", f"{rows.count():,} 件"),
            ("已备案没有公开", f"{_in_state(rows, '', PUBLISH).count():,} 件"),
            ("已公开没有备案", f"{to_file(body).count():,} 件"),
        )

    def beside(self, request: HttpRequest, listing: Listing[FiledRow]) -> Mapping[str, object]:
        """Return what is public and stands in no filed list."""
        body = government_of(listing.by)
        return {"file": page_of(request, to_file(body), name="file") if body else None}
