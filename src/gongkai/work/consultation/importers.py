"""Importers of the Q&A base and of window rosters (C-08), and the exporter of rosters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import write_inserts
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.spreadsheets.cells import long_text, parse_day, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.lib.law import default_calendar
from gongkai.work.consultation import actions, queries, roster, rules
from gongkai.work.consultation.actions import plan_shifts
from gongkai.work.consultation.facts import find_numbered_documents
from gongkai.work.consultation.models import KnownAnswer, ServiceWindow, Theme, WindowShift

#: Spreadsheet layout for importing and exporting the Q&A base.
ANSWER_SHEET = Sheet(
    "政策问答库",
    (
        Column("question", "问题", short_text(300), required=True, width=50, also=("咨询问题", "问", "标题")),
        Column("variants", "其他问法", short_text(2000), width=40, also=("相似问法", "扩展问法")),
        Column("answer", "答复", long_text(10_000), required=True, width=80, also=("答案", "答复内容", "回答", "答")),
        Column("basis", "依据", short_text(600), width=40, also=("政策依据", "文件依据")),
        Column("body", "答复单位", short_text(120), grouping=True, width=28, also=("单位", "责任单位", "答复部门")),
        Column("themes", "主题", short_text(200), width=20, also=("分类", "类别", "领域")),
        Column("contact", "咨询电话", short_text(60), width=16, also=("电话",)),
        Column("valid_until", "有效期至", parse_day, width=12),
        Column("kept_because", "不是个人信息的理由", short_text(300), width=30),
    ),
    max_rows=20000,
    intro="每行一个问题。其他问法用分号隔开，主题用顿号隔开。导入的是草稿，经初审、签发后使用。",
)


class KnownAnswerImporter(Importer):
    """Import answers of the Q&A base as drafts, and export the base."""

    adds_only = True
    makes = (KnownAnswer,)
    searches = ("question", "answer", "basis", "contact", "variants")
    name = "answers"
    label = "政策问答库"
    sheet = ANSWER_SHEET
    home = "consultation:answers"

    def why_not(self, by: Actor) -> list[str]:
        """Return Chinese reasons against importing: who may register entries may."""
        return check_may_register_entries(by, None)

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the drafts the rows would add, without questions that the unit has already."""
        import_plan, own_unit = ImportPlan(), get_importing_unit(by)
        bodies = map_names_to_bodies(by)
        existing = set(KnownAnswer.objects.values_list("question", "body_id"))
        visible = set(queries.answers_visible_to(by).values_list("question", "body_id"))
        themes = {theme.name: theme for theme in Theme.objects.all()}
        for row in table.rows:
            body = bodies.get(row["body"]) if row["body"] else own_unit
            if body is None:
                import_plan.errors.append(row.error(ANSWER_SHEET, "body", *UNKNOWN_UNIT_ERROR))
                continue
            key = (row["question"].strip(), body.pk)
            if key not in visible and (reasons := rules.list_reasons_unless_unit_staff(by, body)):
                import_plan.errors.append(row.error(ANSWER_SHEET, "body", reasons[0], "请只导入本单位的问答"))
                continue
            if key in existing:
                import_plan.same += 1
                continue
            existing.add(key)
            theme_names = [
                piece.strip() for piece in (row["themes"] or "").replace("，", "、").split("、") if piece.strip()
            ]
            facts = {
                "body": body,
                "question": row["question"],
                "answer": row["answer"],
                "variants": [
                    piece for piece in (row["variants"] or "").replace(";", "；").split("；") if piece.strip()
                ],
                "basis": row["basis"] or "",
                "contact": row["contact"] or "",
                "valid_until": row["valid_until"],
                "kept_because": row["kept_because"] or "",
                "themes": [themes[theme_name] for theme_name in theme_names if theme_name in themes],
            }
            import_plan.notes += [
                f"没有主题“{theme_name}”，这一条不归入它。" for theme_name in theme_names if theme_name not in themes
            ][:1]
            differences = (Difference("答复", "", row["answer"][:120]),)
            import_plan.changes.append(RowChange(row.number, row["question"], None, differences, facts))
        import_plan.notes = list(dict.fromkeys(import_plan.notes))
        return import_plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add the draft answer of one row, with the documents whose numbers occur in the basis, as the form does."""
        facts = dict(change.facts)
        actions.write_answer(facts.pop("body"), by=by, documents=find_numbered_documents(facts["basis"]), **facts)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only drafts are deleted."""
        assert isinstance(row, KnownAnswer)
        if row.state != "draft":
            return [f"“{row.question}”已经提交初审或者使用，请停用。"]
        return rules.list_reasons_unless_unit_staff(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Yield the visible answers as rows of the sheet."""
        for known_answer in queries.answers_visible_to(by).prefetch_related("themes").order_by("pk").iterator(500):
            yield {
                "question": known_answer.question,
                "variants": "；".join(known_answer.variants),
                "answer": known_answer.answer,
                "basis": known_answer.basis,
                "body": known_answer.body.name,
                "themes": "、".join(theme.name for theme in known_answer.themes.all()),
                "contact": known_answer.contact,
                "valid_until": known_answer.valid_until,
                "kept_because": known_answer.kept_because,
            }


def get_importing_unit(by: Actor) -> Body | None:
    """Return the unit for imported rows that name none, or None.

    It is the top unit for the system, the first supervised government of a 政务公开办, else the user's first active unit.
    """
    if by.system:
        return Body.objects.filter(parent=None, active_to=None).order_by("pk").first()
    if governments := rules.list_supervised_governments(by):
        return governments[0]
    numbers = by.body_ids(*rules.STAFF_ROLES, Role.CHIEF)
    return Body.objects.filter(pk__in=numbers, active_to=None).order_by("pk").first()


ANSWER_IMPORTER = KnownAnswerImporter()


#: Spreadsheet layout of window rosters.
ROSTER_SHEET = Sheet(
    "综合咨询窗口排班",
    (
        Column("body", "单位", short_text(120), grouping=True, required=True, width=28),
        Column("window", "窗口", short_text(80), required=True, width=24, also=("窗口名称",)),
        Column("day", "日期", parse_day, required=True, width=12, also=("值守日期", "工作日")),
        Column("people", "值守人员", short_text(120), width=30, also=("人员", "值班人员", "姓名")),
    ),
    max_rows=20_000,
    intro="每行一个窗口的一个工作日，多人用顿号隔开。值守人员空着的行不改动；导出的排班填好后可以直接导入。",
)


class RosterImporter(Importer):
    """Import and export the shifts of windows."""

    name = "window-roster"
    label = "综合咨询窗口排班"
    sheet = ROSTER_SHEET
    home = "consultation:windows"

    def why_not(self, by: Actor) -> list[str]:
        """Return Chinese reasons against importing: who may register entries may."""
        return check_may_register_entries(by, None)

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the shifts the rows would add or change; days without a name do not change."""
        import_plan = ImportPlan()
        windows = {
            (service_window.body.name, service_window.name): service_window
            for service_window in roster.windows_visible_to(by).filter(closed_on=None)
        }
        existing = {
            (shift.window_id, shift.day): shift for shift in WindowShift.objects.filter(window__in=windows.values())
        }
        seen_days: set[tuple[int, date]] = set()
        for row in table.rows:
            window = windows.get((row["body"], row["window"]))
            if fault := self._find_row_fault(row, window, seen_days, by):
                import_plan.errors.append(row.error(ROSTER_SHEET, *fault))
                continue
            assert window is not None
            key = (window.pk, row["day"])
            seen_days.add(key)
            stored_shift = existing.get(key)
            if not row["people"] or (stored_shift and stored_shift.people == row["people"]):
                import_plan.same += 1
                continue
            differences = (Difference("值守人员", stored_shift.people if stored_shift else "", row["people"]),)
            label = f"{window.name} {row['day'].isoformat()}"
            facts = {"window": window, "day": row["day"], "people": row["people"]}
            import_plan.changes.append(RowChange(row.number, label, stored_shift, differences, facts))
        return import_plan

    def _find_row_fault(
        self, row: Row, window: ServiceWindow | None, planned_slots: set[tuple[int, date]], by: Actor
    ) -> tuple[str, str, str] | None:
        """Return (column, Chinese fault, advice) for a row that cannot be imported, else None."""
        if window is None:
            return "window", "没有这个窗口", "请填写单位全称和已经设立的窗口的名称"
        checks = (
            (
                bool(rules.list_reasons_unless_unit_staff(by, window)),
                "body",
                "您不能给这个窗口排班",
                "请只导入本单位的窗口",
            ),
            (row["day"] < window.opened_on, "day", "早于窗口启用日期", "请删去这一行"),
            (not default_calendar().is_workday(row["day"]), "day", "不是工作日", "请删去这一行"),
            ((window.pk, row["day"]) in planned_slots, "day", "同一窗口同一天有两行", "请合并为一行，多人用顿号隔开"),
        )
        return next((fault for is_wrong, *fault in checks if is_wrong), None)  # type: ignore[return-value]

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Set the days, one action for each window.

        Raises:
            Refused: a window refuses; the message names it.
        """
        people_by_window: dict[ServiceWindow, dict[date, str]] = defaultdict(dict)
        for change in changes:
            if change.target is not None:
                recorder.before(change.target)
            people_by_window[change.facts["window"]][change.facts["day"]] = change.facts["people"]
        for window, people in people_by_window.items():
            try:
                plan_shifts(window, by=by, people=people)
            except Refused as refused:
                raise Refused(f"{window.name}：{refused}") from refused
            write_inserts()
            for shift in WindowShift.objects.filter(window=window, day__in=people).select_related("window"):
                recorder.made(shift)  # changed shifts are recorded already

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return the reasons why the user may not undo a shift: only staff of the window's unit may."""
        assert isinstance(row, WindowShift)
        return rules.list_reasons_unless_unit_staff(by, row.window)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the roster of the visible open windows, including days without people."""
        return roster.make_roster_rows(roster.windows_visible_to(by).filter(closed_on=None), timezone.localdate())


ROSTER_IMPORTER = RosterImporter()
