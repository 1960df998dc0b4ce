"""Columns of the ledger spreadsheet, for export and import."""

from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.core.ledger.clock import light_of
from gongkai.core.ledger.filters import LIGHT_FILTER_LABELS
from gongkai.core.ledger.kinds import KINDS, state_label
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.spreadsheets import Column, Sheet, cells

if TYPE_CHECKING:
    from datetime import date

LIGHT_LABELS = {**LIGHT_FILTER_LABELS, "grey": LIGHT_FILTER_LABELS["closed"], "grey_red": LIGHT_FILTER_LABELS["late"]}


def _count_days_left(entry: Entry) -> int | None:
    if entry.due_at is None or entry.closed_at:
        return None
    return (timezone.localtime(entry.due_at).date() - timezone.localdate()).days


def _get_due_day(entry: Entry) -> "date | None":
    return timezone.localtime(entry.due_at).date() if entry.due_at else None


def _get_kind_label(entry: Entry) -> str:
    return KINDS[entry.kind].label if entry.kind in KINDS else entry.kind


LEDGER_SHEET = Sheet(
    "台账",
    (
        Column("number", "编号", required=True, width=18, help="系统编号，请勿改动。"),
        Column("kind", "类别", write=_get_kind_label, width=12),
        Column("title", "事项", width=50),
        Column("body", "承办单位", write=lambda e: e.body.name, width=24),
        Column(
            "office",
            "承办处室",
            read=cells.short(80),
            write=lambda e: e.office.name if e.office else "",
            help="承办单位现有的处室。",
        ),
        Column("year", "年度", width=8),
        Column("state", "状态", write=state_label, width=14),
        Column("light", "灯", write=lambda e: LIGHT_LABELS[light_of(e)], width=10),
        Column("due_at", "到期日", read=cells.day, write=_get_due_day, width=12),
        Column("days", "剩余天数", write=_count_days_left, width=10, help="负数为已逾期天数。"),
        Column("opened_at", "建立时间", width=18),
        Column("moved_at", "最近变动", width=18),
        Column("closed_at", "办结时间", width=18),
        Column("outcome", "办理结果", write=lambda e: state_label(e) if e.closed_at else "", width=14),
        Column("audience", "可见范围", write=lambda e: Audience(e.audience).label, width=16),
        Column("external_ref", "外部编号", read=cells.short(120), width=18),
    ),
    max_rows=100_000,
)
