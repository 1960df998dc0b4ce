"""Importers of the registers of training, staff and funds."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import choice, format_value, parse_day, short_text, whole_number, yes_no
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.oversight.assessment import actions, rules
from gongkai.oversight.assessment.importing.layout import AssessmentImporter, find_number_errors, parse_number
from gongkai.oversight.assessment.models import Provision, Training, TrainingKind
from gongkai.oversight.assessment.models.registers import PROVISION_FIELDS
from gongkai.oversight.assessment.queries.registers import list_visible_bodies

KINDS_BY_LABEL = {label: value for value, label in TrainingKind.choices}
TRAINING_SHEET = Sheet(
    "培训台账",
    (
        Column("body", "举办单位", short_text(120), required=True, width=28, write=lambda one: one.body.name),
        Column(
            "kind",
            "类别",
            choice(KINDS_BY_LABEL),
            required=True,
            width=14,
            choices=tuple(KINDS_BY_LABEL),
            write=lambda one: one.get_kind_display(),
        ),
        Column("on", "日期", parse_day, required=True, width=12),
        Column("topic", "主题", short_text(200), required=True, width=40),
        Column("attendance", "参加人数", whole_number(minimum=1, maximum=1_000_000), required=True, width=10),
        Column("hours", "学时", parse_number, width=8),
        Column("requests", "含依申请公开内容", yes_no, width=14, write=lambda one: "是" if one.requests else "否"),
        Column("material", "材料", short_text(300), width=30),
    ),
    intro="每行一次培训。类别：业务培训、研讨交流、领导干部学法、初任培训、公务员培训科目。",
)
PROVISION_SHEET = Sheet(
    "人员和经费",
    (
        Column("body", "单位", short_text(120), required=True, width=28, write=lambda one: one.body.name),
        Column("year", "年度", whole_number(minimum=2000, maximum=2100), required=True, width=8),
        Column("full_time", "专职人员", whole_number(maximum=9999), required=True, width=10),
        Column("part_time", "兼职人员", whole_number(maximum=9999), width=10),
        Column("team", "内设机构或者牵头科室", short_text(120), width=24),
        Column("skills", "人员专长", short_text(200), width=24),
        Column("budget", "列入预算的经费（万元）", parse_number, width=14),
        Column("spent", "实际支出（万元）", parse_number, width=14),
        Column("contract", "运维单位、合同编号", short_text(200), width=24),
    ),
    intro="每行一个单位一年的人员和经费。",
)


class _UnitImporter(AssessmentImporter):
    """Base class of importers for units; users who may edit the register may import."""

    def why_not(self, by: Actor) -> list[str]:
        return (
            [] if by.has(Role.CLERK, Role.LEAD, Role.SIGNER, Role.CHIEF) else ["只有承办单位或者政务公开办可以导入。"]
        )

    def _find_body(self, row: Row, sheet: Sheet, bodies: dict[str, Body], by: Actor, plan: ImportPlan) -> Body | None:
        """Return the row's unit; add an error and return None if it is unknown or not the user's."""
        body = bodies.get(row["body"])
        reasons = ["没有这个单位"] if body is None else rules.check_registrar(by, body)
        if reasons:
            plan.errors.append(row.error(sheet, "body", reasons[0].rstrip("。"), "请填写本单位的全称"))
            return None
        return body


class TrainingImporter(_UnitImporter):
    """Importer of the training register."""

    name = "training"
    label = "培训台账"
    sheet = TRAINING_SHEET
    home = "assessment:training"
    beside = {"assessment.training": ("papers",)}

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the new trainings; skip those with the unit, day and topic of an existing one."""
        import_plan, bodies = ImportPlan(), map_names_to_bodies(by)
        existing = set(Training.objects.values_list("body_id", "on", "topic"))
        for row in table.rows:
            body = self._find_body(row, TRAINING_SHEET, bodies, by, import_plan)
            if body is None:
                continue
            if row["on"] > timezone.localdate():
                import_plan.errors.append(row.error(TRAINING_SHEET, "on", "培训日期晚于今天", "请填写已经举办的培训"))
                continue
            if errors := find_number_errors(Training, row, TRAINING_SHEET, ("hours",)):
                import_plan.errors += errors
                continue
            key = (body.pk, row["on"], row["topic"])
            if key in existing:
                import_plan.same += 1
                continue
            existing.add(key)
            facts = {name: row[name] for name in ("kind", "on", "topic", "attendance")}
            facts |= {
                "body": body,
                "hours": row["hours"] or Decimal(0),
                "requests": bool(row["requests"]),
                "material": row["material"] or "",
            }
            import_plan.changes.append(
                RowChange(
                    row.number,
                    f"{body.label} {row['topic']}",
                    None,
                    (Difference("日期", "", row["on"].isoformat()),),
                    facts,
                )
            )
        return import_plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add the training of one row."""
        facts = dict(change.facts)
        recorder.made(actions.register_training(facts.pop("body"), by=by, **facts))

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: editors of the register may, until documents are attached."""
        if isinstance(row, Training) and row.papers.all():
            return [f"“{row.topic}”已经上传材料，不能撤销。"]
        return rules.check_registrar(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the trainings visible to the user."""
        rows = Training.objects.filter(body__in=list_visible_bodies(by)).select_related("body")
        return rows.order_by("on", "pk").iterator(500)


class ProvisionImporter(_UnitImporter):
    """Importer of the register of staff and funds."""

    name = "provision"
    holds = ("body",)
    label = "人员和经费"
    sheet = PROVISION_SHEET
    home = "assessment:provision"
    fields = PROVISION_FIELDS

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the new or changed figures; blank cells keep the stored ones."""
        import_plan, bodies = ImportPlan(), map_names_to_bodies(by)
        provisions = {
            (provision.body_id, provision.year): provision for provision in Provision.objects.select_related("body")
        }
        for row in table.rows:
            body = self._find_body(row, PROVISION_SHEET, bodies, by, import_plan)
            if body is None:
                continue
            if errors := find_number_errors(Provision, row, PROVISION_SHEET, ("budget", "spent")):
                import_plan.errors += errors
                continue
            existing = provisions.get((body.pk, row["year"]))
            blank = Provision(body=body, year=row["year"])
            facts = {
                name: row[name] if row[name] is not None else getattr(existing or blank, name)
                for name in self.fields
                if row.has(name)
            }
            differs = tuple(
                Difference(
                    PROVISION_SHEET.column(name).head,
                    format_value(getattr(existing, name)) if existing else "",
                    format_value(value),
                )
                for name, value in facts.items()
                if existing is None or getattr(existing, name) != value
            )
            if existing is not None and not differs:
                import_plan.same += 1
            else:
                import_plan.changes.append(
                    RowChange(
                        row.number,
                        f"{body.label} {row['year']}年",
                        existing,
                        differs,
                        {**facts, "body": body, "year": row["year"]},
                    )
                )
        return import_plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Record the staff and funds of one row."""
        facts = dict(change.facts)
        if change.target is not None:
            recorder.before(change.target)
        provision = actions.set_provision(facts.pop("body"), by=by, **facts)
        if change.target is None:
            recorder.made(provision)

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: editors of the register may."""
        return rules.check_registrar(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the figures visible to the user."""
        rows = Provision.objects.filter(body__in=list_visible_bodies(by)).select_related("body")
        return rows.order_by("year", "body__position", "pk")
