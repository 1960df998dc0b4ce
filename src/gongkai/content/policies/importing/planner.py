"""Plan an import of the library's spreadsheet: changes by row, errors by cell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal

from django.db.models import Model

from gongkai.content.policies.actions import change_record, enter_record, remove_record
from gongkai.content.policies.actions.files import attach_text
from gongkai.content.policies.actions.records import find_duplicate_errors
from gongkai.content.policies.formats import find_format_errors, join_names
from gongkai.content.policies.models import PolicyLevel, PolicyRecord, WaitingFile
from gongkai.content.policies.queries.office import visible_to
from gongkai.content.policies.rules import check_may_maintain, check_signed_fields_editor
from gongkai.content.policies.signed_records import CONFIRMED_FIELDS, find_change_errors, is_signed
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import read_values_ahead
from gongkai.core.spreadsheets.cells import choice, parse_day, short_text, yes_no
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.spreadsheets.writer import cell_value
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.writing.titles import cite_title

_LEVELS_BY_LABEL = {str(label): value for value, label in PolicyLevel.choices}
_TEXT_COLUMNS = (
    ("unified_number", "统一登记编号", 60, 20),
    ("subject", "主题分类", 80, 18),
    ("headnote", "题注", 500, 40),
    ("applies_to", "适用对象", 200, 24),
    ("filed_number", "备案号", 60, 18),
    ("consultation", "征求意见及采纳情况", 300, 36),
    ("exemption", "未公开征求意见的理由", 300, 36),
)
_DATE_COLUMNS = (
    ("made_on", "成文日期"),
    ("passed_on", "通过日期"),
    ("published_on", "公布日期"),
    ("effective_on", "施行日期"),
    ("ends_on", "有效期至"),
    ("filed_on", "备案日期"),
    ("consulted_from", "征求意见起"),
    ("consulted_to", "征求意见止"),
)
LIBRARY_SHEET = Sheet(
    "政策库",
    (
        Column("title", "标题", short_text(300), required=True, width=50),
        Column(
            "level",
            "效力级别",
            choice(
                _LEVELS_BY_LABEL,
                synonyms={"规章": PolicyLevel.GOVERNMENT_RULE, "规范性文件": PolicyLevel.NORMATIVE},
            ),
            write=lambda r: r.get_level_display(),
            required=True,
            choices=tuple(_LEVELS_BY_LABEL),
            width=16,
        ),
        Column("number", "发文字号", short_text(80), width=22, also=("文号",), help="如：云府规〔2024〕3号"),
        Column("issuers", "发文机关", short_text(300), width=28, help="几个机关用顿号分开；不填时为起草单位"),
        Column(
            "body", "起草单位", short_text(120), grouping=True, write=lambda r: r.body.name, required=True, width=28
        ),
        *(Column(key, head, short_text(limit), width=width) for key, head, limit, width in _TEXT_COLUMNS),
        *(Column(key, head, parse_day, width=12) for key, head in _DATE_COLUMNS),
        Column("for_business", "与市场主体密切相关", yes_no, choices=("是", "否"), width=12, also=("涉企",)),
        Column(
            "file",
            "原文文件名",
            short_text(200),
            write=lambda r: r.original_name,
            width=30,
            help="先在“上传原文”中上传（.docx、.pdf、.txt 或 .zip），这里写文件名；不写时按标题或文号对应",
        ),
    ),
    max_rows=5000,
    intro="以统一登记编号、发文字号（加标题）对应已有文件；表中没有的列、已有文件的空白格保持不变。",
)
#: Keys of the columns that are fields of a record.
RECORD_COLUMN_KEYS = tuple(c.key for c in LIBRARY_SHEET.columns if c.key not in {"body", "file"})


class LibraryImportPlanner:
    """Plans the import of one spreadsheet; reads the existing records once."""

    def __init__(self, table: Table, by: Actor) -> None:
        self.table, self.by, self.made = table, by, ImportPlan()
        # Documents of bodies that are no more keep their names; what several have means the nearest.
        self.bodies = map_names_to_bodies(by)
        for body in Body.objects.all():
            self.bodies.setdefault(body.name, body)
        rows = list(PolicyRecord.objects.select_related("body"))
        self.unified = {r.unified_number: r for r in rows if r.unified_number}
        self.numbers: dict[tuple[str, str], PolicyRecord] = {(r.number_key, r.title): r for r in rows if r.number_key}
        self.titles: defaultdict[tuple[int, str], list[PolicyRecord]] = defaultdict(list)
        for record in rows:
            self.titles[record.body_id, record.title].append(record)
        self.files: dict[tuple[int, str], WaitingFile] = {
            (f.body_id, f.name): f for f in WaitingFile.objects.defer("html")
        }
        self.seen: dict[str, int] = {}
        self.may: dict[int, bool] = {}

    def plan(self) -> ImportPlan:
        """Return the records that the rows would add and change."""
        for row in self.table.rows:
            self._plan_row(row)
        return self.made

    def _plan_row(self, row: Row) -> None:
        """Add the change of one row to the plan, or its errors."""
        body = self.bodies.get(row["body"])
        if body is None:
            self._add_error(row, "body", f"没有“{row['body'][:30]}”这个单位", "请填写单位全称或简称")
            return
        if body.pk not in self.may:
            self.may[body.pk] = not check_may_maintain(self.by, body)  # type: ignore[arg-type]
        if not self.may[body.pk]:
            if self._repeats_visible_record(row, body):
                self.made.same += 1
            else:
                self._add_error(row, "body", "不是您负责的单位", "请由该单位或者政务公开办导入")
            return
        target = self._find_target(row, body)
        if target is False:
            return
        label = cite_title(row["title"])
        if label + str(row["number"]) in self.seen:
            self._add_error(row, "title", f"与第{self.seen[label + str(row['number'])]}行重复", "请删去一行")
            return
        self.seen[label + str(row["number"])] = row.number
        fields = self._list_changed_fields(row, target)
        file = self._find_original(row, body, target)
        if target is not None and not fields and file is None:  # it may lack what a change would have to add
            self.made.same += 1
            return
        if file is False or not self._has_valid_format(row, body, target, fields):
            return
        self._plan_record(row, label, body, target, fields, file)

    @cached_property
    def _visible_ids(self) -> set[int]:
        return set(visible_to(self.by).values_list("pk", flat=True))

    def _repeats_visible_record(self, row: Row, body: Body) -> bool:
        """Return true if a row changes nothing of a record that the importer may read, as in an exported table."""
        records = [one for one in self.titles[body.pk, row["title"]] if one.pk in self._visible_ids]
        return any(not self._list_changed_fields(row, record) for record in records)

    def _may_change_record(self, target: PolicyRecord) -> bool:
        return not check_may_maintain(self.by, target.body)  # type: ignore[arg-type]

    def _plan_record(
        self,
        row: Row,
        label: str,
        body: Body,
        target: PolicyRecord | None,
        fields: Mapping[str, object],
        file: WaitingFile | None,
    ) -> None:
        """Add the new or changed record of a row to the plan."""
        differences = tuple(
            Difference(
                LIBRARY_SHEET.column(key).head,
                str(cell_value(LIBRARY_SHEET.column(key).value_of(target)) or "") if target else "",
                str(cell_value(_show_value(key, value)) or ""),
            )
            for key, value in fields.items()
        )
        if file is not None:
            differences += (Difference("原文", "", file.name),)
        facts = {"body": body, "fields": fields, "file": file}
        self.made.changes.append(RowChange(row.number, label, target, differences, facts))

    def _find_target(self, row: Row, body: Body) -> PolicyRecord | Literal[False] | None:
        """Return the record with the unified number, else the number and title, else the unit's title, or None.

        Returns False if there are several or it is another unit's (reported). A title does not match if both have
        a number: a new document often repeats the title of an old one.
        """
        key = canonical_number(row["number"] or "")
        record = self.unified.get(row["unified_number"] or "") or self.numbers.get((key, row["title"]))
        named = self.titles[body.pk, row["title"]]
        found = [record] if record else [one for one in named if not key or not one.number_key]
        if len(found) > 1:
            self._add_error(row, "title", "库中有几份这个名称的文件", "请填写发文字号或者统一登记编号")
            return False
        if found and found[0].body_id != body.pk and not self._may_change_record(found[0]):
            self._add_error(row, "title", "库中同一份文件属于其他单位", "请核对起草单位")
            return False
        return found[0] if found else None

    def _list_changed_fields(self, row: Row, target: PolicyRecord | None) -> dict[str, object]:
        """Return the filled-in fields of a row that differ from the record; empty cells change nothing."""
        fields = {}
        for key in RECORD_COLUMN_KEYS:
            value = row[key]
            if not row.has(key) or value in (None, ""):
                continue
            value = join_names([value]) if key == "issuers" else value
            if target is None or getattr(target, key) != value:
                fields[key] = value
        return fields

    def _has_valid_format(
        self, row: Row, body: Body, target: PolicyRecord | None, fields: Mapping[str, object]
    ) -> bool:
        """Return true if the record would have no format errors and no refused values; report each at its cell."""
        probe = PolicyRecord(body=body, issuers=body.name)
        for name in RECORD_COLUMN_KEYS:
            setattr(probe, name, fields.get(name, getattr(target or probe, name)))
        good = True
        for format_error in find_format_errors(probe):
            key = next((key for mark, key in _COLUMNS_OF_FORMAT_ERRORS if mark in format_error), "title")
            self._add_error(row, key, format_error.rstrip("。"), "请核对后改正")
            good = False
        for key, format_error in self._find_refused_values(probe, target, fields):
            self._add_error(row, key, format_error.rstrip("。"), "请删去这项改动，或者由有权的人办理")
            good = False
        return good

    def _find_refused_values(
        self, probe: PolicyRecord, target: PolicyRecord | None, fields: Mapping[str, object]
    ) -> list[tuple[str, str]]:
        """Return (column, error) that the action would refuse: personal data, or changes of signed values."""
        probe.document_id = target.document_id if target else None
        return [(key, change_error) for key in fields for change_error in find_change_errors(probe, [key], self.by)]

    def _find_original(self, row: Row, body: Body, target: PolicyRecord | None) -> WaitingFile | Literal[False] | None:
        """Return the original named in a row, or one named after its title or number.

        Returns None if there is none to attach, False if the named one is missing (reported).
        """
        if target is not None and target.document_id:
            if row["file"] and row["file"] != target.original_name:
                self.made.notes.append(f"第{row.number}行：{target}已起草公开，原文不再由导入更换，请在信息页修改。")
            return None
        named = row["file"]
        if not named:
            return (
                None
                if target is not None and (target.html or target.original_id)
                else self._find_original_by_name(row, body)
            )
        if target is not None and named == target.original_name:
            return None
        file = self.files.get((body.pk, named))
        if file is None:
            self._add_error(row, "file", f"没有上传“{named[:40]}”", "请先在“上传原文”中上传这个文件")
        return file or False

    def _find_original_by_name(self, row: Row, body: Body) -> WaitingFile | None:
        """Return the original whose file name is the title or the number, or None."""
        names = [
            f"{stem}.{suffix}" for stem in (row["title"], row["number"]) if stem for suffix in ("docx", "pdf", "txt")
        ]
        return next((self.files[body.pk, name] for name in names if (body.pk, name) in self.files), None)

    def _add_error(self, row: Row, key: str, fault: str, remedy: str) -> None:
        self.made.errors.append(row.error(LIBRARY_SHEET, key, fault, remedy))


#: (Words of a format error, key of the column that contains the error).
_COLUMNS_OF_FORMAT_ERRORS = (
    ("征求意见", "consulted_to"),
    ("备案", "filed_number"),
    ("公布日期", "published_on"),
    ("有效期", "ends_on"),
    ("施行日期", "effective_on"),
    ("成文日期", "made_on"),
    ("文字号", "number"),
    ("令号", "number"),
    ("发文机关", "issuers"),
)


def _show_value(key: str, value: object) -> object:
    """Return a value for the error text; a level as its label."""
    return PolicyLevel(str(value)).label if key == "level" else value


class LibraryImporter(Importer):
    """Import and export the records of the policy library."""

    name = "policies"
    label = "政策库"
    sheet = LIBRARY_SHEET
    home = "policies:records"
    makes = (PolicyRecord,)
    searches = ("fields",)

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor manages a unit's documents."""
        roles = (Role.CHIEF, Role.CLERK, Role.LEAD, Role.SIGNER)
        allowed = getattr(by, "system", False) or by.has(*roles)  # type: ignore[attr-defined]
        return [] if allowed else ["只有起草单位和政务公开办可以导入政策库。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the records that the rows would add and change."""
        return LibraryImportPlanner(table, by).plan()

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add and change records, after one query for all their numbers."""
        numbers = [canonical_number(change.facts["fields"].get("number", "")) for change in changes]
        read_values_ahead(PolicyRecord.objects.all(), "number_key", numbers)
        super().carry_out_many(changes, by=by, recorder=recorder)

    def carry_out(self, change_: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add or change one record and attach its text."""
        facts = change_.facts
        record = change_.target
        assert record is None or isinstance(record, PolicyRecord)
        if record is None:
            record = enter_record(facts["body"], by=by, **facts["fields"])
        elif facts["fields"]:
            recorder.before(record)
            record = change_record(record, by=by, **facts["fields"])
        if facts["file"] is not None:
            if change_.target is not None:
                recorder.before(record)
            attach_text(record, by=by, file=facts["file"])

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: as for changing or removing; signed values stay."""
        assert isinstance(row, PolicyRecord)
        if changed is None:
            return remove_record.why_not(row, by=by) + (check_signed_fields_editor(by, row) if is_signed(row) else [])  # type: ignore[arg-type]
        if is_signed(row) and set(changed) & set(CONFIRMED_FIELDS):
            return ["这份文件已经签发公开，撤销导入会改变公众看到的内容；请在入库信息中修改，由另一人确认。"]
        return [*change_record.why_not(row, by=by), *find_duplicate_errors(row), *find_change_errors(row, changed, by)]

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the library as this person sees it."""
        return visible_to(by).select_related("body").order_by("pk")


LIBRARY_IMPORTER = LibraryImporter()
