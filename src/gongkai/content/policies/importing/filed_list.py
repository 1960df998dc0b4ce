"""Import the filed list (备案目录): match each line to a library record, or list it for publication (L-06)."""

from collections import Counter
from collections.abc import Iterable
from copy import copy

from gongkai.content.policies.actions import add_filed_row, drop_filed, link_filed
from gongkai.content.policies.actions.files import is_number_withheld
from gongkai.content.policies.models import FiledRow, PolicyRecord
from gongkai.content.policies.rules import works_at_any_justice_bureau, works_at_justice_bureau_of
from gongkai.content.policies.signed_records import find_change_errors
from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import parse_day, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.writing.titles import cite_title

FILED_LIST_SHEET = Sheet(
    "备案目录",
    (
        Column("title", "文件名称", short_text(300), required=True, width=50, also=("标题", "名称")),
        Column("number", "发文字号", short_text(80), width=22, also=("文号",)),
        Column("filed_number", "备案号", short_text(60), width=18, also=("备案编号", "登记编号")),
        Column("filed_on", "备案日期", parse_day, width=12),
    ),
    max_rows=5000,
    intro="备案机关的备案目录。以发文字号（没有的以名称）对应政策库；导入后显示“已备案未公开”“已公开未备案”两类差异。",
)


def find_filing_government(by: Actor) -> Body | None:
    """Return the government whose filed list the user manages, by their supervising post or justice bureau, or None."""
    if getattr(by, "system", False):
        return Body.objects.filter(kind__in=GOVERNING_KINDS).order_by("path").first()
    if not by.has(Role.CHIEF) and not works_at_any_justice_bureau(by):  # asked with every page's menu
        return None
    known = Body.objects.select_related("parent").in_bulk([post.body_id for post in by.posts])
    for post in by.posts:
        body = known.get(post.body_id)
        if body is None:
            continue
        top = body if body.kind in GOVERNING_KINDS else body.parent
        if top and (post.role == Role.CHIEF or works_at_justice_bureau_of(by, top)):
            return top
    return None


class FiledListImporter(Importer):
    """Import and export the list of filed documents (备案清单)."""

    name = "filed"
    label = "备案目录"
    sheet = FILED_LIST_SHEET
    home = "policies:filing"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor is of the 政务公开办 or the justice bureau."""
        return [] if find_filing_government(by) else ["只有政务公开办和司法行政部门可以导入备案目录。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Plan the new lines; listed lines with equal values stay unchanged."""
        body, import_plan = find_filing_government(by), ImportPlan()
        assert body is not None
        records = list(PolicyRecord.objects.filter(body__path__startswith=body.path))
        by_number = {r.number_key: r for r in records if r.number_key}
        titles = Counter(r.title for r in records)
        by_title = {r.title: r for r in records if titles[r.title] == 1}
        listed = list(FiledRow.objects.filter(body=body))
        rows_by_key = {(r.number_key or r.title): r for r in listed}
        seen_keys: set[str] = set()
        for row in table.rows:
            key = canonical_number(row["number"] or "") or row["title"]
            if key in seen_keys:
                import_plan.errors.append(
                    row.error(FILED_LIST_SHEET, "title", "这份文件在表中出现了两次", "请删去一行")
                )
                continue
            seen_keys.add(key)
            record = by_number.get(key) or by_title.get(row["title"])
            if record and row["number"] and record.number_key not in {"", key}:
                record = None  # a document of the same title with another number
            self._plan_line(import_plan, row, body, rows_by_key.get(key), record, by)
        missing_rows = [r for k, r in rows_by_key.items() if k not in seen_keys]
        if missing_rows:
            import_plan.notes.append(f"此前目录中的{len(missing_rows)}件不在这个表中，保持不变；不应列入的请逐件删除。")
        withheld_count = sum(is_number_withheld(change.facts["row"], by) for change in import_plan.changes)
        if withheld_count:
            import_plan.notes.append(
                f"有{withheld_count}件的备案号不会写入已公开的文件：须由政务公开办或司法行政部门的签发人、负责人再导入一次。"
            )
        return import_plan

    def _plan_line(
        self,
        plan: ImportPlan,
        row: Row,
        body: Body,
        listed_row: FiledRow | None,
        record: PolicyRecord | None,
        by: Actor,
    ) -> None:
        """Add the change of one line to the plan: a new row, or another record, filing number or day for a listed one."""
        label = cite_title(row["title"])
        if listed_row is not None:
            changed = copy(listed_row)
            changed.record = record or listed_row.record
            new_keys = [key for key in _FILING_KEYS if row[key] and row[key] != getattr(listed_row, key)]
            for key in new_keys:
                setattr(changed, key, row[key])
            same_record = changed.record_id == listed_row.record_id
            if same_record and not new_keys and not _has_number_to_write(changed, by):
                plan.same += 1
                return
            differences = [
                Difference("库中文件", str(listed_row.record or "（没有）"), str(changed.record or "（没有）"))
            ]
            differences += [
                Difference(FILED_LIST_SHEET.column(key).head, str(getattr(listed_row, key) or ""), str(row[key]))
                for key in new_keys
            ]
            plan.changes.append(RowChange(row.number, label, listed_row, tuple(differences), {"row": changed}))
            return
        fields = {key: row[key] or ("" if key != "filed_on" else None) for key in _IMPORTED_FIELDS}
        difference = Difference("库中文件", "", str(record) if record else "（没有，待公开）")
        facts = {"row": FiledRow(body=body, record=record, **fields)}
        plan.changes.append(RowChange(row.number, label, None, (difference,), facts))

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add a line, or change a listed one and link it to a record that was added since."""
        row = change.facts["row"]
        if row.record is not None:
            recorder.before(row.record)
        if change.target is None:
            recorder.made(add_filed_row(row, by=by))
            return
        assert isinstance(change.target, FiledRow)
        recorder.before(change.target)
        link_filed(change.target, by=by, record=row.record, **{key: getattr(row, key) for key in _FILING_KEYS})

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons unless the actor manages the list and may change the number of a signed document."""
        if isinstance(row, PolicyRecord):
            return find_change_errors(row, changed or [], by)
        assert isinstance(row, FiledRow)
        return (drop_filed if changed is None else link_filed).why_not(row, by=by)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the filed list."""
        return FiledRow.objects.filter(body=find_filing_government(by))


def _has_number_to_write(row: FiledRow, by: Actor) -> bool:
    """Return true if a listed line has a number that the user may write into its record."""
    differs = row.record is not None and row.record.filed_number != row.filed_number
    return bool(row.filed_number) and differs and not is_number_withheld(row, by)


_FILING_KEYS = ("filed_number", "filed_on")
_IMPORTED_FIELDS = ("title", "number", *_FILING_KEYS)
FILED_IMPORTER = FiledListImporter()
