"""The importer and exporter of window rosters (C-08)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import registers
from gongkai.core.spreadsheets.cells import day, short
from gongkai.core.spreadsheets.importers import Change, Difference, Plan, Recorder
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.lib.law import default_calendar
from gongkai.work.consultation import roster, rules
from gongkai.work.consultation.actions import plan_shifts
from gongkai.work.consultation.models import ServiceWindow, WindowShift

ROSTER_SHEET = Sheet(
    "综合咨询窗口排班",
    (
        Column("body", "单位", short(120), required=True, width=28),
        Column("window", "窗口", short(80), required=True, width=24, also=("窗口名称",)),
        Column("day", "日期", day, required=True, width=12, also=("值守日期", "工作日")),
        Column("people", "值守人员", short(120), width=30, also=("人员", "值班人员", "姓名")),
    ),
    max_rows=20_000,
    intro="每行一个窗口的一个工作日，多人用顿号隔开。值守人员空着的行不改动；导出的排班填好后可以直接导入。",
)


class RosterImporter:
    """Import and export the shifts of windows."""

    name = "window-roster"
    label = "综合咨询窗口排班"
    sheet = ROSTER_SHEET
    home = "consultation:windows"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against importing: staff of units may."""
        return registers(by, None)

    def plan(self, table: Table, *, by: Actor) -> Plan:
        """Return the shifts the rows would change; days without a name do not change."""
        made = Plan()
        windows = {
            (service_window.body.name, service_window.name): service_window
            for service_window in roster.windows_visible_to(by).filter(closed_on=None)
        }
        there = {
            (shift.window_id, shift.day): shift for shift in WindowShift.objects.filter(window__in=windows.values())
        }
        taken: set[tuple[int, date]] = set()
        for row in table.rows:
            window = windows.get((row["body"], row["window"]))
            if wrong := self._wrong(row, window, taken, by):
                made.errors.append(row.error(ROSTER_SHEET, *wrong))
                continue
            assert window is not None
            key = (window.pk, row["day"])
            taken.add(key)
            before = there.get(key)
            if not row["people"] or (before and before.people == row["people"]):
                made.same += 1
                continue
            shown = (Difference("值守人员", before.people if before else "", row["people"]),)
            label = f"{window.name} {row['day'].isoformat()}"
            facts = {"window": window, "day": row["day"], "people": row["people"]}
            made.changes.append(Change(row.number, label, before, shown, facts))
        return made

    def _wrong(
        self, row: Row, window: ServiceWindow | None, taken: set[tuple[int, date]], by: Actor
    ) -> tuple[str, str, str] | None:
        if window is None:
            return "window", "没有这个窗口", "请填写单位全称和已经设立的窗口的名称"
        checks = (
            (
                bool(rules.check_unit_staff(by, window)),
                "body",
                "您不能给这个窗口排班",
                "请只导入本单位的窗口",
            ),
            (row["day"] < window.opened_on, "day", "早于窗口启用日期", "请删去这一行"),
            (not default_calendar().is_workday(row["day"]), "day", "不是工作日", "请删去这一行"),
            ((window.pk, row["day"]) in taken, "day", "同一窗口同一天有两行", "请合并为一行，多人用顿号隔开"),
        )
        return next((rest for wrong, *rest in checks if wrong), None)  # type: ignore[return-value]

    def carry_out(self, change: Change, *, by: Actor, recorder: Recorder) -> None:
        """Set one day."""
        self.carry_out_many([change], by=by, recorder=recorder)

    def carry_out_many(self, changes: Sequence[Change], *, by: Actor, recorder: Recorder) -> None:
        """Set the days, one action for each window."""
        of_window: dict[ServiceWindow, dict[date, str]] = defaultdict(dict)
        for change in changes:
            if change.target is not None:
                recorder.before(change.target)
            of_window[change.facts["window"]][change.facts["day"]] = change.facts["people"]
        for window, people in of_window.items():
            try:
                plan_shifts(window, by=by, people=people)
            except Refused as refused:
                raise Refused(f"{window.name}：{refused}") from refused
            for shift in WindowShift.objects.filter(window=window, day__in=people):
                recorder.made(shift)  # changed shifts are recorded already

    def against_undo(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: planners of the window may."""
        assert isinstance(row, WindowShift)
        return rules.check_unit_staff(by, row.window)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible roster, including days without people."""
        return roster.roster_rows(roster.windows_visible_to(by).filter(closed_on=None), timezone.localdate())


ROSTER_IMPORTER = RosterImporter()
