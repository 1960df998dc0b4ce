"""Import and export cases, and helpers of both importers."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.ledger.entry_creation import remove_entries
from gongkai.core.ledger.models import ClockEvent, Entry, Evidence
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.core.units.unit_filters import list_units_of_government
from gongkai.work.opinion import actions, rules
from gongkai.work.opinion.facts import CaseFacts
from gongkai.work.opinion.models import GravityLevel, OpinionCase, OpinionDuty, OpinionKind, WatchField
from gongkai.work.opinion.queries.cases import visible_to


def get_own_body(by: Actor) -> Body | None:
    """Return the unit for imported rows that name none: the oldest unit where the user works, or None.

    For the system it is the top unit.
    """
    if by.system:
        return Body.objects.filter(parent=None, active_to=None).order_by("pk").first()
    numbers = by.body_ids(*rules.WORKING_ROLES, Role.CHIEF)
    return Body.objects.filter(pk__in=numbers).order_by("pk").first()


def list_nameable_units(by: Actor) -> QuerySet[Body]:
    """Return the units of the user's government, which the user may name as responsible."""
    if by.system:
        return Body.objects.filter(active_to=None, merged_into=None)
    own_unit = get_own_body(by)
    return list_units_of_government(own_unit) if own_unit else Body.objects.none()


class OpinionImporter(Importer):
    """Base of the importers of this app, which only add entries of the ledger."""

    adds_only = True

    def why_not(self, by: Actor) -> list[str]:
        """Return Chinese reasons unless the user may register entries."""
        return check_may_register_entries(by, None)

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove entries with duties and evidence; return true for models of this app and the ledger."""
        if model == "ledger.entry":
            duties = OpinionDuty.objects.filter(case__in=keys).values_list("entry", flat=True)
            entries = Entry.objects.filter(Q(pk__in=keys) | Q(pk__in=list(duties)))
            Evidence.objects.filter(entry__in=entries).delete()
            remove_entries(entries, by=by)
        return model.startswith(("opinion.", "ledger."))


def get_imported_entry(row: object) -> Entry | None:
    """Return the entry of an imported row, or None."""
    if isinstance(row, Entry):
        return row
    return getattr(row, "entry", None) or getattr(getattr(row, "promise", None), "entry", None)


KINDS_BY_LABEL = {str(label): str(value) for value, label in OpinionKind.choices}
LEVELS_BY_LABEL = {str(label): str(value) for value, label in GravityLevel.choices}
CASE_SHEET = Sheet(
    "政务舆情台账",
    (
        Column("number", "编号", cells.short_text(40), width=18, help="系统编号；新登记的不填"),
        Column("title", "标题", cells.short_text(200), required=True, width=40, also=("舆情标题", "事项")),
        Column("text", "舆情内容", cells.parse_text, required=True, width=60, also=("内容", "摘要", "内容摘要")),
        Column("platform", "来源平台", cells.short_text(60), required=True, width=16, also=("来源", "平台", "媒体")),
        Column("address", "网址", cells.short_text(500), width=30, also=("链接", "原文链接", "URL")),
        Column(
            "found_at",
            "发现时间",
            cells.parse_day_and_time,
            required=True,
            width=18,
            also=("采集时间", "监测时间"),
            help="如2026-11-20 09:30",
        ),
        Column("collector", "收集单位", cells.short_text(120), width=24, help="不填时为本单位"),
        Column(
            "body",
            "责任单位",
            cells.short_text(120),
            width=24,
            also=("涉事单位", "首要责任单位"),
            help="不填时按关注领域确定",
        ),
        Column("field", "关注领域", cells.short_text(60), width=16, also=("领域",)),
        Column(
            "kind",
            "舆情类型",
            cells.choice(KINDS_BY_LABEL),
            choices=tuple(KINDS_BY_LABEL),
            width=24,
            help="不填时待研判",
            also=("类型",),
        ),
        Column("level", "等级", cells.choice(LEVELS_BY_LABEL), choices=tuple(LEVELS_BY_LABEL), width=12),
        Column("occurred_at", "事件发生时间", cells.parse_day_and_time, width=18),
        Column("state", "状态", cells.parse_text, width=16, help="导出的情况，导入时不读"),
        Column("due_at", "回应时限", cells.parse_text, width=18, help="导出的情况，导入时不读"),
        Column("responded_at", "回应时间", cells.parse_text, width=18, help="导出的情况，导入时不读"),
        Column("means", "回应方式", cells.parse_text, width=24, help="导出的情况，导入时不读"),
        Column("effect", "回应效果", cells.parse_text, width=14, help="导出的情况，导入时不读"),
        Column("lessons", "经验教训", cells.parse_text, width=40, help="导出的情况，导入时不读"),
    ),
    max_rows=2000,
    intro="每行一条舆情。带编号的行已在台账中，不改动；回应时限自发现时间起算。",
)


def _make_aware(moment: datetime | None) -> datetime | None:
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


class CasesImporter(OpinionImporter):
    """Importer and exporter of cases; existing ones are skipped."""

    makes = (Entry, ClockEvent, OpinionCase, OpinionDuty)
    name = "opinion"
    label = "政务舆情台账"
    sheet = CASE_SHEET
    home = "opinion:cases"

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the cases the rows would register, without stored ones."""
        import_plan, own_unit, bodies = ImportPlan(), get_own_body(by), map_names_to_bodies(by)
        fields = {watch_field.name: watch_field for watch_field in WatchField.objects.all()}
        nameable_units = {body.pk for body in list_nameable_units(by)}
        stored_cases = set(visible_to(by).values_list("entry__title", "found_at"))
        for row in table.rows:
            if row["number"]:
                import_plan.same += 1
                continue
            self._plan_row(import_plan, row, own_unit, bodies, fields, nameable_units, stored_cases, by)
        return import_plan

    def _plan_row(
        self,
        plan: ImportPlan,
        row: Row,
        own_unit: Body | None,
        bodies: dict[str, Body],
        fields: dict[str, WatchField],
        reachable_units: set[int],
        known_cases: set[tuple[str, datetime]],
        by: Actor,
    ) -> None:
        """Add a row to the plan, or its errors; stored cases count as the same."""
        faults = _find_row_errors(row, bodies, fields, reachable_units)
        if faults:
            plan.errors += [row.error(CASE_SHEET, key, fault, todo) for key, fault, todo in faults]
            return
        found_at = _make_aware(row["found_at"])
        assert found_at is not None  # required column
        key = (row["title"], found_at)
        if key in known_cases:
            plan.same += 1
            return
        known_cases.add(key)
        collector = bodies[row["collector"]] if row["collector"] else own_unit
        if collector is None or (reasons := rules.list_reasons_unless_unit_staff(by, collector)):
            fault = reasons[0].rstrip("。") if collector else "没有指明收集单位"
            plan.errors.append(row.error(CASE_SHEET, "collector", fault, "请填写本单位"))
            return
        facts = {
            "collector": collector,
            "title": row["title"],
            "text": row["text"],
            "platform": row["platform"],
            "address": row["address"] or "",
            "found_at": found_at,
            "occurred_at": _make_aware(row["occurred_at"]),
            "kind": row["kind"] or "",
            "level": row["level"] or GravityLevel.GENERAL.value,
            "field": fields.get(row["field"] or ""),
            "body": bodies.get(row["body"] or ""),
            "why": "导入的台账所列" if row["body"] else "",
        }
        try:
            CaseFacts(**{name: fact for name, fact in facts.items() if name != "collector"}).check(found_at)
        except Refused as refused:
            plan.errors.append(row.error(CASE_SHEET, "occurred_at", refused.reasons[0].rstrip("。"), "请核对这一行"))
            return
        differences = (
            Difference("发现时间", "", f"{found_at:%Y-%m-%d %H:%M}"),
            Difference("舆情内容", "", row["text"][:120]),
        )
        plan.changes.append(RowChange(row.number, row["title"], None, differences, facts))

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register the case of one row."""
        facts = dict(change.facts)
        actions.register_case(facts.pop("collector"), by=by, facts=CaseFacts(**facts))

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only untouched cases are removed."""
        entry = get_imported_entry(row)
        if entry is not None and entry.state != "collected" and entry.kind == "opinion":
            return [f"“{entry.title}”已经办理，不能撤销。"]
        return rules.list_reasons_unless_unit_staff(by, entry) if entry is not None else []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the cases visible to the user."""
        return export_cases(visible_to(by).order_by("pk"))


def _find_row_errors(
    row: Row, bodies: dict[str, Body], fields: dict[str, WatchField], reachable_units: set[int]
) -> list[tuple[str, str, str]]:
    """Return (column, fault, advice) for wrong units, fields, times and addresses."""
    faults = [(key, *UNKNOWN_UNIT_ERROR) for key in ("collector", "body") if row[key] and not bodies.get(row[key])]
    body = bodies.get(row["body"] or "")
    if body and body.pk not in reachable_units:
        faults.append(("body", "您不能指定这个单位", "请不填，由政务公开办确定"))
    if row["field"] and row["field"] not in fields:
        faults.append(("field", "没有这个关注领域", "请先在“关注领域”中设定，或者不填"))
    present = timezone.now()
    for key in ("found_at", "occurred_at"):
        moment = _make_aware(row[key])
        if moment and moment > present:
            faults.append((key, "晚于现在", "请核对时间"))
    try:
        normalize_entered_url(row["address"] or "")
    except Refused as refused:
        faults.append(("address", refused.reasons[0].rstrip("。"), "请填写完整的网址，或者不填"))
    return faults


def export_cases(cases: QuerySet[OpinionCase]) -> Iterable[dict[str, object]]:
    """Yield cases as rows of the sheet, with the means of their answers."""
    for opinion_case in cases.select_related("collector", "field").prefetch_related("responses").iterator(500):
        responses = [answer for answer in opinion_case.responses.all() if answer.responded_at]
        yield make_sheet_row(opinion_case, "、".join(dict.fromkeys(answer.get_means_display() for answer in responses)))


def make_sheet_row(case: OpinionCase, means_in_words: str) -> dict[str, object]:
    """Return a case as a row of the sheet; `means_in_words` names the means of its answers."""
    return {
        "number": case.entry.number,
        "title": case.entry.title,
        "text": case.text,
        "platform": case.platform,
        "address": case.address,
        "found_at": case.found_at,
        "collector": case.collector.name,
        "body": case.entry.body.name,
        "field": case.field.name if case.field else "",
        "kind": case.get_kind_display() if case.kind else "",
        "level": case.get_level_display(),
        "occurred_at": case.occurred_at,
        "state": case.entry.state_label,
        "due_at": case.entry.due_at,
        "responded_at": case.responded_at,
        "means": means_in_words,
        "effect": case.get_effect_display() if case.effect else "",
        "lessons": case.lessons,
    }


CASES_IMPORTER = CasesImporter()
