"""Import and export of tables as spreadsheets; each schema has an importer (`table-school`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import cached_in_batch, read_values_ahead
from gongkai.core.spreadsheets.cells import short_text, whole_number
from gongkai.core.spreadsheets.importers import (
    ChangeRecorder,
    Difference,
    Importer,
    ImporterFamily,
    ImportPlan,
    RowChange,
)
from gongkai.core.spreadsheets.sheet import CellError, Column, Row, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.work.tables import actions, queries, rules
from gongkai.work.tables.fields import SchemaField, find_exceeded_bounds, find_missing_fields, make_record_name
from gongkai.work.tables.models import PublicTable, Record, TableGroup, TableSchema

IMPORTER_NAME_PREFIX = "table-"
# Key of a record: unit, year and name.
Identity = tuple[int, int | None, str]
# Alternative headings of a field, by its label.
HEADER_SYNONYMS: dict[str, tuple[str, ...]] = {
    "名称": ("单位名称", "学校名称", "机构名称", "企业名称"),
    "联系电话": ("电话", "咨询电话"),
    "办公地址": ("地址",),
    "办学地址": ("地址",),
    "事项名称": ("名称", "事项"),
}


class TableImporter(Importer):
    """Importer and exporter for the tables of one schema."""

    home = "tables:index"
    makes = (Record,)
    name: str
    label: str
    sheet: Sheet

    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema
        self.name = f"{IMPORTER_NAME_PREFIX}{schema.key}"
        self.label = f"{schema.label}名录" if schema.group == TableGroup.INSTITUTION else schema.label
        self.fields: tuple[SchemaField, ...] = schema.all_fields
        self.sheet = self._make_sheet()

    def _make_sheet(self) -> Sheet:
        """Return the sheet: the fields, the unit and, for yearly tables, the year."""
        columns = [self._make_column(index, field) for index, field in enumerate(self.fields)]
        columns.append(
            Column(
                "body",
                "填报单位",
                short_text(120),
                grouping=True,
                width=28,
                also=("单位",),
                help="不填的为本人所在单位",
            )
        )
        if self.schema.per_year:
            columns.append(Column("year", "年度", whole_number(minimum=1949, maximum=2100), width=8))
        texts = [field.label for field in self.fields[1:] if field.apart]
        repetition_words = f"同名且{'、'.join(texts)}相同" if texts else "同名"
        return Sheet(
            self.label,
            tuple(columns),
            intro=f"依据：{self.schema.source}。同一单位已有{repetition_words}的，按表修改；没有的，增加。",
        )

    def _make_column(self, position: int, table_field: SchemaField) -> Column:
        """Return the column of a field; known synonyms of its heading are accepted."""
        field_labels = {field.label for field in self.fields}
        return Column(
            table_field.key,
            table_field.head,
            table_field.read,
            write=lambda row: row["values"].get(table_field.key),
            required=position == 0,
            help=table_field.help,
            choices=table_field.choices or (("是", "否") if table_field.kind == "yes_no" else ()),
            also=(
                *((table_field.label,) if table_field.unit else ()),
                *(head for head in HEADER_SYNONYMS.get(table_field.label, ()) if head not in field_labels),
            ),
            width=40 if table_field.kind == "long" else 18,
        )

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against importing: users with a post may, unless the schema is retired."""
        return rules.list_reasons_unless_any_staff(by, None) if self.schema.active else ["这种表式已经停用。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the planned changes; gaps in a strict schema are cell errors."""
        import_plan, seen_identities, seen_unique_keys = ImportPlan(), set[Identity](), set[tuple[object, ...] | None]()
        bodies, own_body = map_names_to_bodies(by), queries.list_own_bodies(by).first()
        existing = self._load_existing()
        for row in table.rows:
            body = bodies.get(row["body"]) if row["body"] else own_body
            if body is None:
                import_plan.errors.append(row.error(self.sheet, "body", *UNKNOWN_UNIT_ERROR))
                continue
            if reasons := rules.list_reasons_unless_unit_staff(by, body):
                import_plan.errors.append(
                    row.error(self.sheet, "body", reasons[0].rstrip("。"), "请只导入本单位的内容")
                )
                continue
            if reasons := rules.list_reasons_unless_keeping_unit(self.schema, body):
                import_plan.errors.append(
                    row.error(self.sheet, "body", reasons[0].rstrip("。"), "请由应填报的单位导入")
                )
                continue
            year = (row["year"] or timezone.localdate().year) if self.schema.per_year else None
            name = make_record_name(self.fields, {field.key: row[field.key] for field in self.fields})
            identity = (body.pk, year, name)
            unique_key = rules.make_unique_row_key(
                self.schema, body, year, {field.key: row[field.key] for field in self.fields}
            )
            if identity in seen_identities or (unique_key and unique_key in seen_unique_keys):
                fault = f"“{name}”在表中出现了两次"
                import_plan.errors.append(row.error(self.sheet, self.fields[0].key, fault, "请合并为一行"))
                continue
            if reasons := rules.list_reasons_unless_unit_named(self.schema, body, str(row[self.fields[0].key])):
                fault, _, todo = reasons[0].rstrip("。").partition("：")
                import_plan.errors.append(row.error(self.sheet, self.fields[0].key, fault, todo))
                continue
            values = {field.key: row[field.key] for field in self.fields}
            changed_id = existing[identity].pk if identity in existing else 0
            if reasons := rules.list_reasons_if_second_row(self.schema, body, year, values, changed_id):
                fault, _, todo = reasons[0].rstrip("。").partition("：")
                import_plan.errors.append(row.error(self.sheet, self.fields[0].key, fault, todo))
                continue
            seen_identities.add(identity)
            seen_unique_keys.add(unique_key)
            record = existing.get(identity)
            values = self._merge_values(row, record)
            import_plan.errors += self._list_gaps(row, body, values)
            self._plan_change(import_plan, row, body, year, record, values)
        import_plan.notes += self._note_rows_elsewhere(import_plan)
        return import_plan

    def _note_rows_elsewhere(self, plan: ImportPlan) -> Iterator[str]:
        """Yield notes on new rows that another unit of the same government has too."""
        new_rows = [change for change in plan.changes if change.made]
        names = [make_record_name(self.fields, change.facts["values"]) for change in new_rows]
        rows = Record.objects.filter(table__schema=self.schema, name__in=names).select_related("table__body")
        existing = {(record.name, record.table.year, record.table.body.parent_id): record.table.body for record in rows}
        for name, new_row in zip(names, new_rows, strict=True):
            other_unit = existing.get((name, new_row.facts["year"], new_row.facts["body"].parent_id))
            if other_unit is not None and other_unit != new_row.facts["body"]:
                yield f"第{new_row.row}行“{name}”：{other_unit.label}的同一种表中已有这一条，请确认由谁公开。"

    def _list_gaps(self, row: Row, body: Body, values: Mapping[str, object]) -> Iterator[CellError]:
        """Iterate over the errors of required values that the row's record would lack, in a strict schema."""
        if self.schema.strict:
            for field in find_missing_fields(self.fields, values, body.level):
                if field is not self.fields[0] and not field.opinion_of:
                    yield row.error(self.sheet, field.key, "没有填写", "这张表缺项不得公开，请补填")

    def _load_existing(self) -> dict[Identity, Record]:
        """Return all records of the schema by unit, year and name."""
        rows = Record.objects.filter(table__schema=self.schema).select_related("table__body", "table__schema")
        return {(record.table.body_id, record.table.year, record.name): record for record in rows}

    def _merge_values(self, row: Row, record: Record | None) -> dict[str, object]:
        """Return the values of a record after the import of a row; columns that the file lacks keep theirs."""
        new_values = {**record.values} if record else {}
        for field in self.fields:
            if row.has(field.key) and not field.opinion_of:
                new_values.pop(field.key, None)
                if row[field.key] not in (None, ""):
                    new_values[field.key] = row[field.key]
        return new_values

    def _plan_change(
        self,
        plan: ImportPlan,
        row: Row,
        body: Body,
        year: int | None,
        record: Record | None,
        new_values: dict[str, object],
    ) -> None:
        """Plan a new or changed record; missing values and exceeded bounds are notes."""
        old_values = record.values if record else {}
        changed = tuple(
            Difference(field.head, field.show(old_values.get(field.key)), field.show(new_values.get(field.key)))
            for field in self.fields
            if old_values.get(field.key, "") != new_values.get(field.key, "")
        )
        if record is not None and not changed:
            plan.same += 1
            return
        name = make_record_name(self.fields, new_values)
        missing = [
            field.label
            for field in self.fields
            if field.is_owed_on_level(body.level) and not new_values.get(field.key) not in (None, "")
        ]
        if missing and not self.schema.strict:
            plan.notes.append(f"第{row.number}行“{name}”缺少{'、'.join(missing)}，导入后标为缺项。")
        plan.notes += [
            f"第{row.number}行“{name}”：{bound_note}。" for bound_note in find_exceeded_bounds(self.fields, new_values)
        ]
        facts = {"body": body, "year": year, "values": new_values}
        of_year = f"{year}年" if year else ""
        label = f"{body.label}{of_year}：{name}"
        plan.changes.append(RowChange(row.number, label, record, changed, facts))

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add and change records, after one query for the names of new ones."""
        new = [change.facts for change in changes if change.target is None]
        rows = Record.objects.filter(table__schema=self.schema, table__body__in={facts["body"].pk for facts in new})
        read_values_ahead(rows, "name", [make_record_name(self.schema.all_fields, facts["values"]) for facts in new])
        super().carry_out_many(changes, by=by, recorder=recorder)

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add or change one record; open the unit's table if absent."""
        facts = change.facts
        if isinstance(change.target, Record):
            recorder.before(change.target)
            actions.change_record(change.target, by=by, values=facts["values"])
            return

        def find_or_open() -> PublicTable:
            """Return the unit's table of the year, opened and recorded if it did not exist."""
            table = PublicTable.objects.filter(schema=self.schema, body=facts["body"], year=facts["year"]).first()
            if table is None:
                table = actions.open_table(facts["body"], by=by, schema=self.schema, year=facts["year"])
                recorder.made(table)
            return table

        table = cached_in_batch(("table", self.name, facts["body"].pk, facts["year"]), find_or_open)
        actions.add_record(table, by=by, values=facts["values"])

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: tables that were submitted for review stay."""
        assert isinstance(row, (PublicTable, Record))
        if reasons := rules.list_reasons_unless_unit_staff(by, row):
            return reasons
        if changed is None and row.latest_revision_id:
            return ["已经送审，不能撤销，请修改或者删除。"]
        return []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the records that the user may see."""
        records = queries.records_visible_to(by).filter(table__schema=self.schema)
        return self.iterate_exported_rows(
            records.order_by("table__body__position", "table", "position", "pk").iterator(500)
        )

    def iterate_exported_rows(self, records: Iterable[Record]) -> Iterable[dict[str, object]]:
        """Yield records in the columns of the sheet."""
        for record in records:
            yield {
                "values": _show_values(self.fields, record.values),
                "body": record.table.body.name,
                "year": record.table.year,
            }


def _show_values(fields: tuple[SchemaField, ...], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values as the sheet writes them: yes and no in words."""
    return {
        field.key: field.show(values.get(field.key)) if field.kind == "yes_no" else values.get(field.key)
        for field in fields
    }


def find_importer(name: str) -> Importer | None:
    """Return the importer named `table-KEY`; None for an unknown schema."""
    schema = TableSchema.objects.filter(key=name.removeprefix(IMPORTER_NAME_PREFIX)).first()
    return TableImporter(schema) if schema else None


TABLE_IMPORTER_FAMILY = ImporterFamily(
    IMPORTER_NAME_PREFIX, find_importer, lambda by: rules.list_reasons_unless_any_staff(by, None)
)
