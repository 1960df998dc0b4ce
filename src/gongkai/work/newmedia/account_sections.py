"""Sections of an account's page: filings, columns, updates, posts, screenings."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.ledger.queries import annotate_openable
from gongkai.core.registers.columns import Column, display_value, render_light
from gongkai.core.registers.forms import Act
from gongkai.core.registers.record import RecordTable
from gongkai.work.newmedia import account_checks, actions, queries
from gongkai.work.newmedia.forms import CHANGE_COLUMN_ACT
from gongkai.work.newmedia.models import Account, AccountColumn, Filing, Hit, Post, Update

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.ledger.models import Entry
    from gongkai.core.units.actors import Actor


def _render_link(url: str, label: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, label)


def render_entry_link(row: Filing | Hit, entry: "Entry", label: str) -> SafeString | str:
    """Return a link to the entry of a row, or only the label if the reader may not open it."""
    return format_html('<a href="{}">{}</a>', entry.url, label) if row.opens else label  # type: ignore[union-attr]


def _list_filings(row: Account, by: "Actor") -> "QuerySet[Filing]":
    """Return the filings of an account; `proven` is true if the reader may open the proof."""
    rows = Filing.objects.filter(account=row).select_related("entry").order_by("entry__opened_at")
    proofs = queries.filings_visible_to(by).filter(pk=OuterRef("pk"), proof__isnull=False)
    return annotate_openable(rows.annotate(proven=Exists(proofs)), by)


def _render_proof(row: Filing) -> SafeString | str:
    """Return the name of the file, linked if the reader may open it."""
    url = reverse("newmedia:proof", args=[row.pk])
    return _render_link(url, row.proof_name) if row.proven else row.proof_name  # type: ignore[attr-defined]


def _render_filing_day(row: Filing) -> SafeString | str:
    """Return the day on which a filing was carried out, marked if that came before the filing."""
    if row.is_early:
        return format_html("{} {}", row.done_on, render_light("yellow", "先办理、后备案"))
    return display_value(row.done_on)


def _render_column_light(row: AccountColumn) -> SafeString | str:
    """Return what a column lacks before opening, or whether its cycle is exceeded."""
    if not row.opened:
        return "".join(account_checks.list_missing_column_fields(row)) or render_light("blue", "未开通")
    late = account_checks.get_column_light(row, timezone.localdate()) == "red"
    return render_light("red", "超过周期") if late else render_light("green", "正常")


def _describe_cycle(row: AccountColumn) -> str:
    """Return the cycle of a column in days; 内容固定 for 0, "" if it is not decided."""
    return "" if row.cycle_days is None else f"{row.cycle_days}天" if row.cycle_days else "内容固定"


RECORD_PARTS = (
    RecordTable(
        name="filings",
        title="备案",
        model=Filing,
        rows=_list_filings,
        columns=(
            Column(
                "kind",
                cell=lambda row: render_entry_link(row, row.entry, f"{row.get_kind_display()}备案 {row.entry.number}"),
            ),
            Column("entry__opened_at", "提出时间"),
            Column("state", "状态", value=lambda row: row.entry.state_label),
            Column("done_on", cell=_render_filing_day),
            Column("notice", cell=lambda row: _render_link(row.notice, "公告") if row.notice else ""),
            Column("proof", cell=_render_proof),
        ),
        empty="没有备案记录：账号由表格登记。",
    ),
    RecordTable(
        name="columns",
        title="栏目",
        model=AccountColumn,
        rows=lambda row, by: row.columns.select_related("owner", "person"),
        columns=(
            "name",
            "content",
            Column("cycle_days", "周期", value=_describe_cycle),
            "owner",
            "person",
            "updated_on",
            Column("opened", "情况", value=lambda row: "", cell=_render_column_light),
        ),
        acts=(
            CHANGE_COLUMN_ACT,
            Act(
                action=actions.open_column,
                quick=True,
                label="开通",
                when=lambda row: not row.opened,
                done="栏目已开通。",
            ),
        ),
        note="栏目的内容、更新周期、责任单位、责任人四项齐全才能开通。",
        empty="没有登记栏目。",
    ),
    RecordTable(
        name="updates",
        title="更新",
        model=Update,
        rows=lambda row, by: row.updates.select_related("column"),
        columns=(
            "on",
            Column(
                "words", cell=lambda row: _render_link(row.address, row.words or "打开") if row.address else row.words
            ),
            "column",
            "recorded_by",
        ),
        note="从这里发布的内容自动登记；在平台上直接发布的，请登记。",
        empty="没有更新登记。",
    ),
    RecordTable(
        name="posts",
        title="内容发布",
        model=Post,
        rows=lambda row, by: queries.posts_visible_to(by).filter(account=row),
        columns=(
            Column("title", cell=lambda row: _render_link(reverse("newmedia:post", args=[row.pk]), row.title)),
            "state",
            "until",
            "decided_at",
        ),
        empty="没有从这里发布的内容。",
    ),
    RecordTable(
        name="hits",
        title="排查",
        model=Hit,
        rows=lambda row, by: annotate_openable(queries.screening_hits_visible_to(by).filter(account=row), by),
        columns=(
            Column(
                "screening",
                cell=lambda row: _render_link(reverse("newmedia:screening", args=[row.screening_id]), row.screening),
            ),
            Column("reasons", value=lambda row: row.reasons_label, width=36),
            "decision",
            "decided_on",
            Column("entry", cell=lambda row: render_entry_link(row, row.entry, row.entry.number) if row.entry else ""),
        ),
        empty="没有列入过排查清单。",
    ),
)
