"""The ledger spreadsheet: columns, and import of offices and external numbers of many entries."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils import timezone

from gongkai.core.ledger import queries
from gongkai.core.ledger.actions import set_external_ref, set_office
from gongkai.core.ledger.clock import get_light
from gongkai.core.ledger.filters import LIGHT_FILTER_LABELS
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, state_label
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_may_work, check_open
from gongkai.core.spreadsheets import Column, Sheet, cells
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Row, Table
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Office
from gongkai.core.units.unit_filters import reads_only

if TYPE_CHECKING:
    from datetime import date

#: Light → label in the spreadsheet.
LIGHT_LABELS = {**LIGHT_FILTER_LABELS, "grey": LIGHT_FILTER_LABELS["closed"], "grey_red": LIGHT_FILTER_LABELS["late"]}


def _count_days_left(entry: Entry) -> int | None:
    """Return the calendar days until the entry is due (negative if overdue), None if closed or undated."""
    if entry.due_at is None or entry.closed_at:
        return None
    return (timezone.localtime(entry.due_at).date() - timezone.localdate()).days


def _get_due_day(entry: Entry) -> "date | None":
    return timezone.localtime(entry.due_at).date() if entry.due_at else None


def _get_kind_label(entry: Entry) -> str:
    return ENTRY_KINDS_BY_NAME[entry.kind].label if entry.kind in ENTRY_KINDS_BY_NAME else entry.kind


#: The columns of the ledger spreadsheet.
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
            read=cells.short_text(80),
            write=lambda e: e.office.name if e.office else "",
            help="承办单位现有的处室。",
        ),
        Column("year", "年度", width=8),
        Column("state", "状态", write=state_label, width=14),
        Column("light", "灯", write=lambda e: LIGHT_LABELS[get_light(e)], width=10),
        Column("due_at", "到期日", read=cells.parse_day, write=_get_due_day, width=12),
        Column("days", "剩余天数", write=_count_days_left, width=10, help="负数为已逾期天数。"),
        Column("opened_at", "建立时间", width=18),
        Column("moved_at", "最近变动", width=18),
        Column("closed_at", "办结时间", width=18),
        Column("outcome", "办理结果", write=lambda e: state_label(e) if e.closed_at else "", width=14),
        Column("audience", "可见范围", write=lambda e: Audience(e.audience).label, width=16),
        Column("external_ref", "外部编号", read=cells.short_text(120), width=18),
    ),
    max_rows=100_000,
)


_BATCH_SIZE = 500


class LedgerImporter(Importer):
    """Importer of the list's columns; only 承办处室 and 外部编号 are read."""

    name = "ledger"
    label = "台账"
    sheet = LEDGER_SHEET
    home = "ledger_list"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against users without appointment or with read-only posts; each row is checked on its own."""
        if not isinstance(by, Actor) or not (by.system or by.known):
            return ["请先登录。"]
        return ["监督员只查看，不办理；发现问题，告诉承办单位或者政务公开办。"] if reads_only(by) else []

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the entries whose office or external number would change."""
        assert isinstance(by, Actor)
        plan = ImportPlan(notes=["只读取“承办处室”和“外部编号”两列，其他列不改动。"])
        entries = _load_entries([row["number"] for row in table.rows], by)
        offices = {
            (office.body_id, office.name): office
            for office in Office.objects.filter(body_id__in={e.body_id for e in entries.values()}, active_to=None)
        }
        first_rows: dict[str, int] = {}
        for row in table.rows:
            first_row = first_rows.setdefault(row["number"], row.number)
            if first_row == row.number:
                self._plan_row(plan, row, entries.get(row["number"]), offices, by)
            else:
                plan.errors.append(row.error(LEDGER_SHEET, "number", f"与第{first_row}行重复", "请只保留一行"))
        return plan

    def _plan_row(
        self, plan: ImportPlan, row: Row, entry: Entry | None, offices: dict[tuple[int, str], Office], by: Actor
    ) -> None:
        """Add to the plan what a row changes (office, external number), or why it cannot."""
        if entry is None:
            plan.errors.append(row.error(LEDGER_SHEET, "number", "没有这条记录，或者您无权查看", "请核对编号"))
            return
        differences, facts = [], {}
        if row.has("office") and row["office"]:
            old_office = entry.office.name if entry.office else ""
            office = offices.get((entry.body_id, row["office"]))
            if office is None:
                plan.errors.append(
                    row.error(
                        LEDGER_SHEET,
                        "office",
                        f"{entry.body.label}没有“{row['office']}”",
                        "请填写承办单位现有的处室",
                    )
                )
                return
            if office.pk != entry.office_id:
                differences.append(Difference("承办处室", old_office, office.name))
                facts["office"] = office
        if row.has("external_ref") and row["external_ref"] and row["external_ref"] != entry.external_ref:
            differences.append(Difference("外部编号", entry.external_ref, row["external_ref"]))
            facts["external_ref"] = row["external_ref"]
        if not differences:
            plan.same += 1
            return
        reasons = [*check_may_work(by, entry), *check_open(entry)]
        if reasons:
            plan.errors.append(row.error(LEDGER_SHEET, "number", reasons[0].rstrip("。"), "请删去这一行"))
            return
        label = f"{entry.number} {entry.title[:40]}"
        plan.changes.append(RowChange(row.number, label, entry, tuple(differences), facts))

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Change the entries of a batch through the ledger's actions."""
        for action, name in ((set_office, "office"), (set_external_ref, "external_ref")):
            values_by_entry = {
                change.target: change.facts[name]
                for change in changes
                if isinstance(change.target, Entry) and name in change.facts
            }
            for target in values_by_entry:
                recorder.before(target)
            action.many(values_by_entry, by=by, each=partial(_make_action_arguments, name, values_by_entry))

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing the import of a row: closed entry, closed office, no
        permission."""
        assert isinstance(row, Entry)
        reasons = [*check_may_work(by, row), *check_open(row)]  # type: ignore[arg-type]
        office = row.office_id if changed and "office_id" in changed else None
        if office and not Office.objects.filter(pk=office, body=row.body_id, active_to=None).exists():
            reasons.append("原承办处室已撤销，请另行转办。")
        return reasons

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the open entries that the actor sees."""
        return queries.prepare_for_list(queries.visible_to(by).open()).order_by("pk")


def _make_action_arguments(name: str, values: Mapping[Entry, object], entry: Entry) -> Mapping[str, object]:
    return {name: values[entry]}


def _load_entries(numbers: list[str], by: Actor) -> dict[str, Entry]:
    """Return the entries with these numbers that the actor sees, by number."""
    entries: dict[str, Entry] = {}
    for start in range(0, len(numbers), _BATCH_SIZE):
        portion = queries.visible_to(by).filter(number__in=numbers[start : start + _BATCH_SIZE])
        entries |= {entry.number: entry for entry in portion.select_related("body", "office")}
    return entries


#: The importer of the ledger spreadsheet.
LEDGER_IMPORTER = LedgerImporter()
