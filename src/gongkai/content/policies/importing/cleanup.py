"""The spreadsheet of a clean-up round, filled in by the drafting units."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Q

from gongkai.content.policies.actions import give_verdict
from gongkai.content.policies.models import CleanupCase, CleanupVerdict, RoundState
from gongkai.content.policies.queries.office import rounds_visible_to
from gongkai.content.policies.validity_periods import load_last_day
from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import choice, parse_day, short_text, whole_number
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Sheet, Table
from gongkai.core.units.models import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

_VERDICTS_BY_LABEL = {str(label): value for value, label in CleanupVerdict.choices if value}
VERDICTS_SHEET = Sheet(
    "文件清理意见",
    (
        Column(
            "case",
            "编号",
            whole_number(),
            write=lambda c: c.pk,
            required=True,
            width=10,
            help="由系统给出，不要改动",
        ),
        Column("round", "清理", short_text(120), write=lambda c: c.round.name, width=24),
        Column("title", "文件名称", short_text(300), write=lambda c: c.record.title, width=50),
        Column("number", "发文字号", short_text(80), write=lambda c: c.record.number, width=22),
        Column("level", "效力级别", short_text(40), write=lambda c: c.record.get_level_display(), width=16),
        Column("body", "起草单位", short_text(120), grouping=True, write=lambda c: c.body.name, width=26),
        Column("effective_on", "施行日期", parse_day, write=lambda c: c.record.effective_on, width=12),
        Column("ends_on", "有效期至", parse_day, write=lambda c: load_last_day(c.record), width=12),
        Column(
            "verdict",
            "清理意见",
            choice(_VERDICTS_BY_LABEL, synonyms={"继续有效": CleanupVerdict.KEEP, "宣布失效": CleanupVerdict.EXPIRE}),
            write=lambda c: c.get_verdict_display() if c.verdict else "",
            choices=tuple(_VERDICTS_BY_LABEL),
            width=10,
        ),
        Column("reason", "理由", short_text(300), width=40, help="修改、废止、失效的须填写"),
        Column("until", "延长有效期至", parse_day, width=14, help="保留并延长有效期的填写"),
    ),
    max_rows=6000,
    intro="逐件填写“清理意见”，其余各列供核对，导入时不读取；空白的意见保持不变。",
)


class VerdictRow(TypedDict):
    """A unit's clean-up verdict on a document in a spreadsheet row; `until`: last day in force, if limited."""

    verdict: str
    reason: str
    until: date | None


class CleanupImporter(Importer):
    """Import and export the verdicts of a clean-up round."""

    name = "cleanup"
    label = "文件清理意见"
    sheet = VERDICTS_SHEET
    home = "policies:rounds"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor may give verdicts."""
        roles = (Role.CHIEF, Role.CLERK, Role.LEAD, Role.SIGNER)
        allowed = getattr(by, "system", False) or by.has(*roles)  # type: ignore[attr-defined]
        return [] if allowed else ["只有起草单位和组织清理的单位可以导入清理意见。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return which verdicts the rows would give."""
        made = ImportPlan()
        numbers = [row["case"] for row in table.rows]
        cases = {c.pk: c for c in _list_cases(by).filter(pk__in=numbers)}
        for row in table.rows:
            case = cases.get(row["case"])
            if case is None:
                made.errors.append(
                    row.error(VERDICTS_SHEET, "case", "没有这个编号，或者不归您办理", "请从导出的表格填起")
                )
                continue
            if not row["verdict"]:
                made.same += 1
                continue
            fields: VerdictRow = {
                "verdict": row["verdict"],
                "reason": row["reason"] or "",
                "until": row["until"],
            }
            before = {"verdict": case.verdict, "reason": case.reason, "until": case.until}
            if fields == before:
                made.same += 1
                continue
            if reasons := give_verdict.why_not(case, by=by) or _find_row_errors(case, fields):
                made.errors.append(row.error(VERDICTS_SHEET, "verdict", reasons[0].rstrip("。"), "请核对后改正"))
                continue
            shown = {"verdict": str(CleanupVerdict(fields["verdict"]).label)}
            made.changes.append(
                RowChange(
                    row.number,
                    str(case.record),
                    case,
                    tuple(
                        Difference(
                            VERDICTS_SHEET.column(key).head,
                            _format_stored_value(case, key),
                            shown.get(key, str(value or "")),
                        )
                        for key, value in fields.items()
                        if value != before[key]
                    ),
                    fields,
                )
            )
        return made

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Record the verdict of one row."""
        assert isinstance(change.target, CleanupCase)
        recorder.before(change.target)
        give_verdict(change.target, by=by, **change.facts)

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing a verdict: the round is closed, or the actor may not give verdicts."""
        assert isinstance(row, CleanupCase)
        return give_verdict.why_not(row, by=by)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the cases of open rounds that the user may see."""
        return _list_cases(by)


def _list_cases(by: Actor) -> "QuerySet[CleanupCase]":
    """Return the cases of open rounds that the actor runs, and of his own units."""
    rounds = rounds_visible_to(by).filter(state=RoundState.OPEN)
    rows = CleanupCase.objects.filter(round__in=rounds).select_related("record__body", "body", "round")
    rows = rows.prefetch_related("record__decisions__actor")
    runs = [r for r in rounds.select_related("body") if not _is_not_round_manager(by, r)]
    if getattr(by, "system", False):
        return rows

    return rows.filter(Q(round__in=runs) | Q(body__in=by.bodies))


def _is_not_round_manager(by: Actor, row: object) -> bool:
    from gongkai.content.policies.rules import check_round_manager

    return bool(check_round_manager(by, row))


def _find_row_errors(case: CleanupCase, fields: VerdictRow) -> list[str]:
    """Return the Chinese errors of an imported opinion."""
    verdict, until = fields["verdict"], fields["until"]
    if verdict != CleanupVerdict.KEEP and not fields["reason"]:
        return [f"{CleanupVerdict(verdict).label}的，请写明理由"]
    if until and (verdict != CleanupVerdict.KEEP or not (ends := load_last_day(case.record)) or until <= ends):
        return ["只有保留的、规定了有效期的文件可以延长，且应晚于原有效期"]
    return []


def _format_stored_value(case: CleanupCase, key: str) -> str:
    """Return a stored field as the sheet shows it."""
    if key == "verdict":
        return str(case.get_verdict_display()) if case.verdict else ""
    return str(getattr(case, key) or "")


CLEANUP_IMPORTER = CleanupImporter()
