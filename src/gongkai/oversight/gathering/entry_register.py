"""Register of a source's entries (归集内容) with bulk actions (A-02)."""

from collections.abc import Mapping, Sequence
from typing import Unpack

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Column as SiteColumn
from gongkai.content.publishing.item_list import make_can_open_condition
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.models import TextLosses
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent
from gongkai.oversight.gathering import actions, queries
from gongkai.oversight.gathering.forms import ColumnByPath, list_columns
from gongkai.oversight.gathering.models import Gathered, GatheredState, Source
from gongkai.oversight.gathering.queries import check_source_manager
from gongkai.oversight.gathering.registers import GATHERING_SECTION, get_publication_day


class BulkEntryForm(PlainForm):
    """Form for bulk actions: target columns of drafts, or the reason for dropping."""

    column = ColumnByPath(SiteColumn.objects.none(), label="栏目", required=False, empty_label="来源登记的栏目")
    reason = forms.CharField(label="不采用的理由", max_length=300, required=False)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        self.offer("column", list_columns())


def _run_bulk_action(request: HttpRequest, by: Actor, rows: "QuerySet[Gathered]", facts: Mapping[str, object]) -> bool:
    """Run the chosen bulk action (`do` in the form) on the entries."""
    do, columns = request.POST.get("do", ""), [facts["column"]] if facts["column"] else []

    def work() -> object:
        """Run the chosen action on the rows."""
        if do == "drop":
            return actions.drop_gathered_entry.many(rows, by=by, reason=facts["reason"])
        if do == "restore":
            return actions.restore_gathered_entry.many(rows, by=by)
        if do == "checked":
            return actions.mark_change_seen.many(rows, by=by)
        if do == "apart":
            return actions.mark_as_distinct.many(rows, by=by)
        if do == "library":
            return actions.enter_library.many(rows, by=by, columns=columns)
        return actions.make_draft.many(rows, by=by, columns=columns, link_only=do == "link")

    return run_with_messages(request, work, f"已办理{len(rows)}条。")


def _render_entry(row: Gathered) -> SafeString:
    return render_to_string("gathering/entry.html", {"entry": row})


def _render_entry_state(row: Gathered) -> SafeString:
    """Return the cell of an entry's state: withdrawn or changed at its source, and a link to its item."""
    source_state = (
        render_light("red", "原文已撤下")
        if row.gone_at
        else render_light("yellow", "原文有改动")
        if row.changed_at
        else ""
    )
    number = row.document.item_number if row.document else None
    url = reverse("publishing:item", args=[number]) if number and row.opens else ""  # type: ignore[attr-defined]
    state = format_html('<a href="{}">{}</a>', url, row.get_state_display()) if url else row.get_state_display()
    return format_html("{} {}", source_state, state)


class SourceEntryRegister(Register[Gathered]):
    """Register of a source's entries, in tabs by state; by default the pending ones."""

    name, model, parent, title, section = "gathering.source_entries", Gathered, Source, "归集内容", GATHERING_SECTION
    columns = (
        Column("title", cell=_render_entry, order="title", width=50),
        Column("address", "原文网址", at=FILE_ONLY),
        Column("written_at", "来源时间", value=get_publication_day, order="written_at"),
        Column("found_at", "归集时间"),
        Column("state", value=lambda row: row.get_state_display(), cell=_render_entry_state, order="state"),
        Column("validity", "来源标明的有效性", value=lambda row: row.validity, at=FILE_ONLY),
        Column("reason", at=FILE_ONLY),
    )
    tabs, initial_filters = "tab", {"tab": "new"}
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类",
                choices=[*queries.GATHERED_ENTRY_TABS.items()],
                empty_label=None,
                method=lambda rows, name, value: queries.filter_tab(rows, value),
            ),
        ),
        YearFilter("written_at"),
    )
    search_fields = ("title", "text")
    ordering = ("-written_at", "-pk")
    empty = "这一类没有内容。"
    has_record = False
    bulk_action = BulkAction(
        words="勾选的转为草稿",
        do=_run_bulk_action,
        may=lambda by, listing: True,
        form=BulkEntryForm,
        row=lambda row: row.may,
        most=50,
        verbs=(
            ("只转链接", "link"),
            ("收入政策库", "library"),
            ("不采用", "drop"),
            ("恢复待处理", "restore"),
            ("不是重复", "apart"),
            ("已核对改动", "checked"),
        ),
    )

    @property
    def heading(self) -> str:
        """Return the name of the source and the title of the list."""
        return f"{self.of.name}：{self.title}"

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return the breadcrumb links, the last one to the source."""
        return (*super().crumbs(), (self.of.name, reverse("gathering:source", args=[self.of.pk])))

    def rows(self, by: Actor) -> "QuerySet[Gathered]":
        """Return the entries of the source; `opens`: the user may open the item that was made from it."""
        rows = super().rows(by).filter(source=self.of).select_related("double_of__source", "document")
        return rows.annotate(opens=make_can_open_condition(by, "document__item_number")).prefetch_related("files")

    def prefetch(self, rows: Sequence[Gathered], by: Actor) -> Sequence[Gathered]:
        """Return the rows with their losses and the user's permission to act on them."""
        keeper = not check_source_manager(by, self.of)
        losses = TextLosses.objects.in_bulk([row.losses_key for row in rows], field_name="about")
        for row in rows:
            open_ = row.state in (GatheredState.NEW, GatheredState.DOUBLE, GatheredState.DROPPED)
            row.losses = losses.get(row.losses_key)  # type: ignore[attr-defined]
            row.may = keeper and (open_ or row.changed_at is not None)  # type: ignore[attr-defined]
        return rows
