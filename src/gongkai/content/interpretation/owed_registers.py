"""Registers of interpretations that are owed, undecided, incomplete or one-sided (待解读清单)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.user_scope import list_websites_in_reach
from gongkai.content.interpretation import actions, queries
from gongkai.content.interpretation.actions.interpretations import list_medium_columns
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Owed, Plan
from gongkai.content.interpretation.views import bodies_seen
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.ledger.columns import due_column, state_column, unit_filter
from gongkai.core.registers.columns import Column, render_chip, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register, Row
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.core.widgets.paging import url_with_parameters

#: Menu path of these registers.
MENU_SECTION = ("政策解读",)


def _to_local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _get_item_url(number: int | None) -> str:
    return reverse("publishing:item", args=[number]) if number else ""


def _attach_titles(rows: Sequence[AnyRow], documents: Sequence[Document]) -> None:
    """Set `called` of each row to the title of the document at its position."""
    titles = map_document_titles(documents)
    for row, document in zip(rows, documents, strict=True):
        row.called = titles[document.pk]


#: Column with the title of a row's document; `loaded` reads it for all rows at once.
TITLE_COLUMN = Column("called", "文件", value=lambda row: row.called, order="", width=50)


class _OwedView(Register[Row]):
    """A view of 待解读清单 with links to the others."""

    section = MENU_SECTION
    has_record = False
    template = "interpretation/overview.html"

    def extra_context(self, request: HttpRequest, listing: Listing[Row]) -> Mapping[str, object]:
        """Return the tabs of all registers of owed interpretations, each with its number of rows."""
        by = listing.by
        return {
            "tabs": [
                (f"{view.title} {view().rows(by).count()}", view().url(), view.name == self.name)
                for view in OWED_REGISTERS
            ],
            "supervises": by.has(Role.CHIEF),
            "export_url": url_with_parameters(request, export="1", page=""),
        }


class OwedRegister(_OwedView[Owed]):
    """Register of owed interpretations, followed by columns by form and the year's texts by field."""

    name, model, title = "interpretation.overview", Owed, "待解读清单"
    shown_at = "entry.url"
    columns = (
        TITLE_COLUMN,
        Column("entry__body", "起草单位"),
        Column("lacking", "所缺形式", value=lambda row: [InterpretationMedium(form).label for form in row.forms]),
        Column("published", "公开日期", value=lambda row: _to_local_day(row.document.published_at), order="document__published_at"),
        Column("due_at", "解读期限", value=lambda row: row.entry.due_at, cell=due_column().cell, order="entry__due_at"),
        Column("standing", "状态", value=lambda row: row.entry.state_label, cell=state_column().cell, order=""),
    )  # fmt: skip
    filters = (("body", unit_filter("起草单位")), YearFilter("document__published_at"))
    search_fields = ("entry__title",)
    ordering = ("entry__due_at",)
    intro = "谁起草、谁解读；文件与解读同步组织、同步审签、同步公开。"
    empty = "没有等待解读的文件。"

    def rows(self, by: Actor) -> "QuerySet[Owed]":
        """Return the open required interpretations of units that the user sees."""
        return queries.list_owed_interpretations(bodies_seen(by))

    def exportable_rows(self, by: Actor) -> "QuerySet[Owed]":
        """Return all required interpretations of these units, also closed ones."""
        return Owed.objects.filter(entry__body__in=bodies_seen(by))

    def prefetch(self, rows: Sequence[Owed], by: Actor) -> Sequence[Owed]:
        """Attach the document titles."""
        _attach_titles(rows, [row.document for row in rows])
        return rows

    def extra_context(self, request: HttpRequest, listing: Listing[Owed]) -> Mapping[str, object]:
        """Return the views, the columns by form, and the year's texts by field."""
        by, year = listing.by, timezone.localdate().year
        return {
            **super().extra_context(request, listing),
            "children": list_medium_columns(list(list_websites_in_reach(by))),
            "fields": queries.count_interpretations_by_field(bodies_seen(by), year),
            "year": year,
        }


class UninterpretedDocumentRegister(_OwedView[Document]):
    """Register of public policy documents without interpretation, entry or reason for none."""

    name, model, title = "interpretation.undecided", Document, "尚未确定是否解读的文件"
    columns = (TITLE_COLUMN, Column("body", "单位"), Column("published_at", "公开日期"))
    filters = ("body", YearFilter("published_at"))
    ordering = ("-published_at",)
    empty = "所有公开的政策文件都有解读、方案或说明。"
    acts = (
        Act(
            action=actions.owe_interpretation,
            label="列入清单",
            asks={
                "forms": forms.MultipleChoiceField(
                    label="所缺形式",
                    choices=InterpretationMedium.choices,
                    initial=[InterpretationMedium.TEXT.value],
                    widget=forms.CheckboxSelectMultiple,
                )
            },
            done="已列入待解读清单。",
        ),
    )

    def rows(self, by: Actor) -> "QuerySet[Document]":
        """Return the documents without an interpretation, of units that the user sees."""
        return queries.list_uninterpreted_documents(bodies_seen(by))

    def exportable_rows(self, by: Actor) -> "QuerySet[Document]":
        """Return all documents of the units that the user sees."""
        return Document.objects.filter(body__in=bodies_seen(by))

    def prefetch(self, rows: Sequence[Document], by: Actor) -> Sequence[Document]:
        """Attach the document titles."""
        _attach_titles(rows, rows)
        return rows

    def get_heading(self, row: Document) -> str:
        """Return the document's title."""
        return str(row.called)  # type: ignore[attr-defined]

    def get_url(self, row: Document) -> str:
        """Return the URL of the published item."""
        return _get_item_url(row.item_number)


class OrderedFormRegister(_OwedView[Plan]):
    """Register of documents without a form that the 政务公开办 requires."""

    name, model, title = "interpretation.ordered", Plan, "指定的形式还没有完成"
    columns = (
        TITLE_COLUMN,
        Column("body", "起草单位"),
        Column(
            "lacking",
            "所缺形式",
            value=lambda row: row.lacking,
            cell=lambda row: render_light("red", "、".join(row.lacking)),
            order="",
        ),
        "ordered_by",
    )
    filters = ("body",)
    ordering = ("-pk",)
    empty = "指定的形式都已公开。"

    def rows(self, by: Actor) -> "QuerySet[Plan]":
        """Return the plans with required forms that are not public."""
        documents = queries.list_documents_missing_required_media(bodies_seen(by))
        return Plan.objects.filter(pk__in=[document.plan.pk for document in documents]).select_related("body")

    def exportable_rows(self, by: Actor) -> "QuerySet[Plan]":
        """Return all plans of the units that the user sees."""
        return Plan.objects.filter(body__in=bodies_seen(by))

    def prefetch(self, rows: Sequence[Plan], by: Actor) -> Sequence[Plan]:
        """Attach titles and missing forms."""
        found = {document.plan.pk: document for document in queries.list_plans_missing_required_media(list(rows))}
        for row in rows:
            one = found.get(row.pk)
            row.called, row.lacking = (one.title, one.forms) if one else ("", [])  # type: ignore[attr-defined]
        return rows

    def get_url(self, row: Plan) -> str:
        """Return the URL of the item."""
        return _get_item_url(row.item_id)


class OneSidedRegister(_OwedView[Interpretation]):
    """Register of links of which only one of the two documents is public."""

    name, model, title = "interpretation.one_sided", Interpretation, "只公开了一边的"
    columns = (
        TITLE_COLUMN,
        Column("document__body", "单位"),
        "form",
        Column(
            "missing",
            "缺少",
            value=queries.describe_missing_side,
            cell=lambda row: render_chip(queries.describe_missing_side(row)),
            order="",
        ),
    )
    filters = ("document__body", "form")
    ordering = ("-pk",)
    empty = "没有。文件与解读互相关联，两边都能打开。"

    def rows(self, by: Actor) -> "QuerySet[Interpretation]":
        """Return the links of units that the user sees of which only one document is public."""
        return queries.list_one_sided_links(bodies_seen(by))

    def exportable_rows(self, by: Actor) -> "QuerySet[Interpretation]":
        """Return all links of the units that the user sees."""
        return Interpretation.objects.filter(document__body__in=bodies_seen(by))

    def prefetch(self, rows: Sequence[Interpretation], by: Actor) -> Sequence[Interpretation]:
        """Attach the titles of explained documents."""
        _attach_titles(rows, [row.document for row in rows])
        return rows

    def get_url(self, row: Interpretation) -> str:
        """Return the URL of the interpreting item."""
        return _get_item_url(row.item_id)


OWED_REGISTERS: "tuple[type[Register[Model]], ...]" = (
    OwedRegister,
    OrderedFormRegister,
    UninterpretedDocumentRegister,
    OneSidedRegister,
)  # type: ignore[assignment]
