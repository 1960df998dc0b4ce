"""The importer of open days and open meetings; the export has the same columns."""

from collections.abc import Iterable, Sequence

from django.db.models import Model

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import read_values_ahead
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.spreadsheets.cells import choice, parse_day, parse_text, short_text, whole_number
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Role
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.work.participation import actions, rules
from gongkai.work.participation.actions.open_events import OpenEventFacts, find_open_event_faults
from gongkai.work.participation.models import OpenEventKind, Opening
from gongkai.work.participation.open_events import open_events_visible_to

_KIND_BY_LABEL = {str(label): value for value, label in OpenEventKind.choices}
_KIND_SYNONYMS = {
    "开放日": OpenEventKind.OPEN_DAY,
    "政务开放日": OpenEventKind.OPEN_DAY,
    "会议开放": OpenEventKind.MEETING,
    "列席会议": OpenEventKind.MEETING,
    "列席": OpenEventKind.MEETING,
}
OPEN_EVENT_SHEET = Sheet(
    "政府开放日、会议开放",
    (
        Column(
            "body",
            "举办单位",
            short_text(120),
            required=True,
            width=28,
            also=("单位", "责任单位"),
            write=lambda one: one.body.name,
        ),
        Column(
            "kind",
            "类别",
            choice(_KIND_BY_LABEL, synonyms=_KIND_SYNONYMS),
            required=True,
            width=16,
            choices=tuple(_KIND_BY_LABEL),
            also=("形式",),
            write=lambda one: one.get_kind_display(),
        ),
        Column("on", "日期", parse_day, required=True, width=12, also=("时间", "举办日期")),
        Column("place", "地点", short_text(200), required=True, width=28),
        Column("theme", "主题（会议名称、议题）", short_text(200), required=True, width=40, also=("主题", "会议名称")),
        Column("invited", "邀请对象", short_text(200), width=28, help="不写姓名"),
        Column("guests", "参加人数", whole_number(minimum=1, maximum=1_000_000), width=10, help="计划举办的不填"),
        Column("account", "活动情况、意见建议", parse_text, width=50, also=("活动情况",)),
        Column("address", "报道网址", short_text(500), width=40, also=("网址", "链接")),
    ),
    max_rows=2000,
    intro="每行一次活动。类别：政府开放日、会议开放（列席）。同一单位、日期、主题的行已经登记的，不重复登记。",
)


class OpenEventImporter(Importer):
    """Import and export events; existing ones do not change."""

    adds_only = True
    makes = (Opening,)
    name = "openings"
    label = "政府开放日、会议开放"
    sheet = OPEN_EVENT_SHEET
    home = "participation:openings"
    beside = {"participation.opening": ("papers", "proofs")}

    def why_not(self, by: Actor) -> list[str]:
        """Return a Chinese reason unless the user is staff of a unit or the 政务公开办."""
        return [] if by.system or by.has(*ENTRY_STAFF_ROLES, Role.CHIEF) else ["只有承办单位或者政务公开办可以导入。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the events the rows would add."""
        import_plan, bodies = ImportPlan(), map_names_to_bodies(by)
        existing = set(Opening.objects.filter(dropped="").values_list("body_id", "on", "theme"))
        for row in table.rows:
            body = bodies.get(row["body"])
            if body is None:
                import_plan.errors.append(row.error(OPEN_EVENT_SHEET, "body", *UNKNOWN_UNIT_ERROR))
                continue
            if reasons := rules.list_reasons_unless_unit_staff(by, body):
                import_plan.errors.append(
                    row.error(OPEN_EVENT_SHEET, "body", reasons[0].rstrip("。"), "请只导入本单位的活动")
                )
                continue
            facts = _read_open_event_facts(row)
            if faults := find_open_event_faults(facts):
                import_plan.errors += [
                    row.error(OPEN_EVENT_SHEET, "on", fault.rstrip("。"), "请改正后重新上传") for fault in faults
                ]
                continue
            key = (body.pk, facts["on"], facts["theme"])
            if key in existing:
                import_plan.same += 1
                continue
            existing.add(key)
            label = f"{body.label} {facts['theme']}"
            differences = (Difference("日期", "", facts["on"].isoformat()),)
            import_plan.changes.append(RowChange(row.number, label, None, differences, {"body": body, **facts}))
        return import_plan

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add events, after one query for all their themes."""
        rows = Opening.objects.filter(body__in={change.facts["body"].pk for change in changes}, dropped="")
        read_values_ahead(rows, "theme", [change.facts["theme"] for change in changes])
        super().carry_out_many(changes, by=by, recorder=recorder)

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add the open day or meeting of one row."""
        facts = dict(change.facts)
        actions.register_open_event(facts.pop("body"), by=by, **facts)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: papers, evidence, or no permission."""
        if not isinstance(row, Opening):
            return []
        if row.papers.all() or row.proofs.all():
            return [f"“{row.theme}”已有材料或者已列为佐证，不能撤销。"]
        return rules.list_reasons_unless_unit_staff(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible events that were not dropped."""
        return open_events_visible_to(by).filter(dropped="").order_by("on", "pk").iterator(500)


def _read_open_event_facts(row: Row) -> OpenEventFacts:
    return OpenEventFacts(
        kind=row["kind"],
        on=row["on"],
        place=row["place"],
        theme=row["theme"],
        invited=row["invited"] or "",
        guests=row["guests"],
        account=row["account"] or "",
        address=row["address"] or "",
    )


OPEN_EVENT_IMPORTER = OpenEventImporter()
