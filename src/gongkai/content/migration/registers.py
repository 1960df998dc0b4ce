"""Registers of migration runs and rows (旧网站迁移), with bulk decisions."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Document
from gongkai.content.migration import actions, queries
from gongkai.content.migration.actions.row_decisions import DECISION_LABELS
from gongkai.content.migration.actions.runs import find_approver_errors
from gongkai.content.migration.forms import MigrationWindowForm
from gongkai.content.migration.models import MoveRow, MoveRun, MoveWindow, RowState, RunState
from gongkai.content.migration.sources.proof import PROOF_KIND_LABELS
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, Column, render_chip
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.forms import PlainForm


def _render_run_state(row: AnyRow) -> SafeString | str:
    return render_chip(f"{row.held} 条待决定", row.get_state_display()) if row.held else row.get_state_display()


class MigrationRunRegister(Register[MoveRun]):
    """Register of migrations into the user's sites, with migration windows and new runs."""

    name, model, title = "migration.overview", MoveRun, "旧网站迁移"
    file_name = "迁移记录"
    columns = (
        "name",
        Column("kind", "来源"),
        "website",
        Column("state", cell=_render_run_state, order="state"),
        Column("held", "待决定", value=lambda row: row.held, at=FILE_ONLY),
        Column("total", "读取"),
        Column("moved", "已迁移", value=lambda row: row.moved, number=True, order="moved"),
        Column("ordered_by", "批准", width=12),
        "ordered_at",
        Column("created_by", at=FILE_AND_RECORD),
        Column("created_at", at=FILE_AND_RECORD),
        Column("finished_at", at=FILE_AND_RECORD),
        Column("undone_by", at=FILE_AND_RECORD),
        Column("undo_reason", at=FILE_AND_RECORD),
    )
    filters = ("website", "state", "kind", YearFilter("created_at"))
    search_fields = ("name", "ordered_by")
    ordering = ("-pk",)
    has_record = False
    shown_at = "migration:run"
    intro = (
        "把旧网站已公开的信息连同附件、图片迁入本网站：发布时间不变，旧网址转到新页，注明“由原网站迁移”。"
        "先由两个人开通迁移期，再读取核对，批准后才迁移，可以整批撤销。"
    )
    empty = "还没有迁移过。"
    template = "migration/overview.html"

    def rows(self, by: Actor) -> QuerySet[MoveRun]:
        """Return the runs with their numbers of migrated and undecided rows (PermissionDenied: as `list_migration_sites`)."""
        queries.list_migration_sites(by)
        counts = {state: Count("rows", filter=Q(rows__state=state)) for state in (RowState.MOVED, RowState.HELD)}
        return super().rows(by).annotate(**{str(state): count for state, count in counts.items()})

    def extra_context(self, request: HttpRequest, listing: Listing[MoveRun]) -> Mapping[str, object]:
        """Return the sites and their migration windows."""
        sites, by = queries.list_migration_sites(listing.by), listing.by
        rows = MoveWindow.objects.filter(website__in=sites, closed_at=None, until__gte=timezone.localdate())
        windows = [
            {"window": row, "why_not": actions.open_window.why_not(row, by=by)}
            for row in rows.select_related("website__body")
        ]
        return {"sites": sites, "windows": windows, "form": MigrationWindowForm(sites=sites)}


class RowsDecisionForm(PlainForm):
    """Form for the decision on rows with findings or possible duplicates."""

    how = forms.ChoiceField(
        label="怎样处理",
        choices=[("", "请选择"), *DECISION_LABELS.items(), ("include", "不是重复，一并迁移")],
        help_text="照原样保留：有个人信息的存为草稿，经三审三校后公开。遮盖：标题、正文、附件中的个人信息自动遮盖。"
        "图片等机器读不出的内容，须打开每一条逐个查看，不能在这里一并决定。",
    )
    ground = forms.CharField(label="依据或说明", max_length=250, required=False, help_text="照原样保留个人信息的必填")


def _get_chosen_run(listing: Listing[MoveRow]) -> MoveRun | None:
    chosen = listing.chosen.get("run")
    return chosen if isinstance(chosen, MoveRun) else None


def _needs_decision(row: AnyRow) -> bool:
    """Return true if a row needs a decision: findings in an approved run, or a duplicate in a planned one."""
    if row.state == RowState.HELD:
        return bool(row.run.order_id) and row.run.state in {RunState.MOVING, RunState.DONE}
    return row.state == RowState.DOUBLE and row.run.state == RunState.PLANNED


def _may_decide(by: Actor, listing: Listing[MoveRow]) -> bool:
    """Return true if the list is limited to one run that is planned, or that the user may approve."""
    run = _get_chosen_run(listing)
    return run is not None and (not find_approver_errors(by, run) or run.state == RunState.PLANNED)


def _decide_rows(request: HttpRequest, by: Actor, rows: QuerySet[MoveRow], facts: Mapping[str, object]) -> bool:
    """Decide on each selected row and return true; refusals are reported one by one."""
    how, ground = str(facts["how"]), str(facts["ground"])
    for row in rows.order_by("number"):
        act = (
            (lambda row=row: actions.include_duplicate(row, by=by))
            if how == "include"
            else lambda row=row: actions.decide_row(row, by=by, how=how, ground=ground)
        )
        run_with_messages(request, act, f"“{row}”：{DECISION_LABELS.get(how, '一并迁移')}。")
    return True


def _render_result(row: AnyRow) -> SafeString | str:
    text = queries.describe_row(row)
    return format_html('{} <a href="{}">看公开页</a>', text, row.path) if row.path else text


class MigrationRowRegister(Register[MoveRow]):
    """Register of migrated rows, in the order of their source."""

    name, model, title = "migration.rows", MoveRow, "迁移明细"
    section = (("旧网站迁移", "migration:overview"),)
    columns = (
        Column("run", at=FILE_ONLY),
        Column("number", at=FILE_ONLY),
        Column("place", width=20),
        Column("title", value=lambda row: row.title or "（没有标题）", order="title", width=40),
        Column("body", value=lambda row: row.body or row.unit, order="body__position"),
        Column("column", at=FILE_ONLY),
        "published_at",
        "state",
        Column("result", "情况", value=queries.describe_row, cell=_render_result, width=40),
    )
    main = "title"
    filters = (
        "run",
        "state",
        (
            "how",
            ChoiceFilter(
                label="佐证", field_name="source__how", choices=list(PROOF_KIND_LABELS.items()), empty_label="全部"
            ),
        ),
        "body",
        YearFilter("published_at"),
    )
    search_fields = ("title", "place", "unit")
    ordering = ("-run", "number")
    has_record = False
    shown_at = "migration:row"
    intro = "批准迁移后，有个人信息的、有机器读不出的文件的，在这里逐条决定：选定一次迁移后可以勾选，一并决定。"
    empty = "没有读到信息。"
    bulk_action = BulkAction(
        words="决定", do=_decide_rows, may=_may_decide, form=RowsDecisionForm, title="对勾选的信息", row=_needs_decision
    )

    def rows(self, by: Actor) -> QuerySet[MoveRow]:
        """Return the rows without their texts (PermissionDenied: as `list_migration_sites`)."""
        queries.list_migration_sites(by)
        return super().rows(by).defer("data")

    def prefetch(self, rows: Sequence[MoveRow], by: Actor) -> Sequence[MoveRow]:
        """Attach the public URLs, loaded together."""
        documents = Document.objects.filter(pk__in=[row.document_id for row in rows if row.document_id])
        paths = {
            document.pk: address.path
            for document in documents.prefetch_related("addresses")
            for address in document.addresses.all()
            if address.current
        }
        for row in rows:
            row.path = paths.get(row.document_id or 0, "")  # type: ignore[attr-defined]
        return rows
