"""Import the higher library's list or receipts; export uploads and documents to upload in the same columns (L-08).

A line is matched by document number, by title only if it has none. Lines of documents that the user does not
manage are skipped and named. A line without a day is not uploaded yet and changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Model

from gongkai.content.editions.models import ValidityState
from gongkai.content.policies.actions.uploading import find_upload_errors, record_upload, take_back_upload
from gongkai.content.policies.models import (
    SHOWN_STANDING_CHOICES,
    TAKEN_DOWN_STANDING,
    PolicyRecord,
    Upload,
    UpperLibrary,
)
from gongkai.content.policies.queries.office import visible_to
from gongkai.content.policies.queries.uploading import (
    UpperLibraryCache,
    filter_current_uploads,
    list_visible_uploads,
    upper_libraries_visible_to,
)
from gongkai.content.policies.rules import check_may_maintain
from gongkai.content.policies.validity import get_period
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import read_values_ahead
from gongkai.core.spreadsheets.cells import choice, parse_day, short_text, yes_no
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.writing.titles import cite_title

STANDINGS_BY_LABEL = {str(label): str(value) for value, label in SHOWN_STANDING_CHOICES}
#: Synonyms of validity states in libraries → state.
STANDING_SYNONYMS = {
    "有效": ValidityState.IN_FORCE.value,
    "废止": ValidityState.REPEALED.value,
    "失效": ValidityState.EXPIRED.value,
    "撤下": TAKEN_DOWN_STANDING,
}
#: Number of ignored rows that are named.
MAX_NAMED_ROWS = 20

UPLOADS_SHEET = Sheet(
    "上级库上传",
    (
        Column("title", "文件名称", short_text(300), required=True, width=50, also=("标题", "名称")),
        Column("number", "发文字号", short_text(80), width=22, also=("文号",)),
        Column(
            "up_on",
            "上传日期",
            parse_day,
            width=12,
            also=("入库日期", "入库时间"),
            help="没有上传的留空，导入时跳过",
        ),
        Column("up_number", "回执号", short_text(80), width=22, also=("编号", "入库编号", "回执编号")),
        Column(
            "up_shared",
            "整批回执",
            yes_no,
            write=lambda row: "是" if row.up_shared else "",
            choices=("是",),
            help="同一天整批上传、几份文件共用一个回执号的，各行都填“是”",
            width=10,
        ),
        Column("up_address", "在上级库的网址", short_text(500), width=40, also=("网址", "链接")),
        Column(
            "up_standing",
            "上传时的有效性",
            choice(STANDINGS_BY_LABEL, synonyms=STANDING_SYNONYMS),
            write=lambda row: str(dict(SHOWN_STANDING_CHOICES).get(row.up_standing, "")),
            choices=tuple(STANDINGS_BY_LABEL),
            also=("有效性", "效力状态"),
            help="留空的，按当天的有效性",
            width=14,
        ),
    ),
    max_rows=5000,
    intro="上级文件库的目录或者回执。以发文字号、没有的以名称对应政策库；导出“未上传”后填入日期和回执号，也可以导回。",
)


class UploadImporter(Importer):
    """Import and export uploads to the higher library."""

    name = "uploads"
    holds = ("record",)
    label = "上级库上传回执"
    sheet = UPLOADS_SHEET
    home = "policies:uploads"
    undoing = "登记的上传全部撤回，理由记为“导入已撤销”；登记和撤回都留在经过中，什么也不删除。"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor has documents covered by a higher library."""
        if by.system or upper_libraries_visible_to(by):
            return []
        return ["本级没有设置上级文件库，由政务公开办在“上级库上传”中设置。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the uploads that the rows would record."""
        return _UploadPlanning(by).plan(table)

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Record many uploads with one action; the job updates the units' tasks later."""
        facts = {change.facts["record"].pk: dict(change.facts) for change in changes}
        records = [row.pop("record") for row in facts.values()]
        cache = UpperLibraryCache()
        libraries = {library.pk for record in records if (library := cache.find_library_of_body(record.body))}
        numbers = [row["number"] for row in facts.values()]
        read_values_ahead(Upload.objects.filter(library__in=libraries), "number", numbers)
        done = record_upload.many(records, by=by, each=lambda one: facts[one.pk], settle=False, libraries=cache)
        for made in done:
            recorder.made(made)

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Withdraw uploads, which are append-only, instead of deleting them; return true for uploads."""
        rows = Upload.objects.filter(pk__in=keys).order_by("pk")
        take_back_upload.many(rows, by=by, reason="导入已撤销", settle=False)
        return model == "policies.upload"

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing an upload, as `take_back_upload` does."""
        assert isinstance(row, Upload)
        return take_back_upload.why_not(row, by=by)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return all documents that are uploaded or to be uploaded."""
        for library in upper_libraries_visible_to(by):
            yield from list_visible_uploads(by, library).exclude(place="").order_by("pk")


class _UploadPlanning:
    """A dry run of an import: each line is a new, known, foreign or invalid upload."""

    def __init__(self, by: Actor) -> None:
        self.by, self.made = by, ImportPlan()
        self.libraries = UpperLibraryCache()
        self.outside: list[str] = []
        self.seen: set[int] = set()
        self.receipts: dict[tuple[int, str], Upload] = {}
        self.numbers: defaultdict[str, list[PolicyRecord]] = defaultdict(list)
        self.titles: defaultdict[str, list[PolicyRecord]] = defaultdict(list)
        for record in visible_to(by).select_related("body").prefetch_related("decisions__actor"):
            if record.number_key:
                self.numbers[record.number_key].append(record)
            self.titles[record.title].append(record)
        self.last: dict[int, Upload] = {}
        self.asked: set[int] = set()

    def plan(self, table: Table) -> ImportPlan:
        """Return the plan of all lines."""
        for row in table.rows:
            if row["up_on"] is not None:
                self._plan_line(row)
            elif row["up_number"]:
                self._add_error(row, "up_on", "有回执号，没有上传日期", "请填写上传日期")
            else:
                self.made.same += 1
        if self.outside:
            name_list = "、".join(self.outside[:MAX_NAMED_ROWS])
            self.made.notes.append(
                f"{len(self.outside)}份文件不在政策库中，或者不归您办理、不须上传，没有导入：{name_list}"
                f"{'等' if len(self.outside) > MAX_NAMED_ROWS else ''}。"
            )
        return self.made

    def _plan_line(self, row: Row) -> None:
        """Add the upload of one row to the plan, or its errors."""
        records = self._find_candidates(row)
        if row["number"] and not records and self._has_wrong_number(row):
            self._add_error(row, "number", "政策库中这一名称的文件不是这个文号", "请核对文号")
            return
        if len(records) > 1:
            self._add_error(row, "number" if row["number"] else "title", "政策库中有几份这样的文件", "请逐件登记")
            return
        record = records[0] if records else None
        if record is None or check_may_maintain(self.by, record) or not self._must_be_uploaded(record):
            self.outside.append(cite_title(row["title"], row["number"] or ""))
            return
        if record.pk in self.seen:
            self._add_error(row, "title", "这份文件在表中出现了两次", "请删去一行")
            return
        self.seen.add(record.pk)
        self._plan_upload(row, record)

    def _must_be_uploaded(self, record: PolicyRecord) -> bool:
        """Return true if a document is one of those that are uploaded."""
        return self.libraries.find_library_of_record(record) is not None

    def _find_candidates(self, row: Row) -> list[PolicyRecord]:
        """Return the records with the row's number (those with its title if any), or title when it has no number."""
        if not row["number"]:
            return self.titles.get(row["title"], [])
        some = self.numbers.get(canonical_number(row["number"]), [])
        return [one for one in some if one.title == row["title"]] or some

    def _has_wrong_number(self, row: Row) -> bool:
        """Return true if a number without a record is given for the title of the user's own document."""
        is_known = PolicyRecord.objects.filter(number_key=canonical_number(row["number"])).exists()
        return not is_known and any(
            not check_may_maintain(self.by, title) for title in self.titles.get(row["title"], [])
        )

    def _load_last_uploads(self, library: UpperLibrary) -> None:
        """Load the last uploads to a library, once."""
        if library.pk not in self.asked:
            self.asked.add(library.pk)
            for upload in filter_current_uploads(library).order_by("on", "pk"):
                self.last[upload.record_id] = upload

    def _plan_upload(self, row: Row, record: PolicyRecord) -> None:
        """Plan the upload of a record unless the same or a later one is known; report the first error."""
        library = self.libraries.find_library_of_body(record.body)
        assert library is not None
        self._load_last_uploads(library)
        last_upload = self.last.get(record.pk)
        facts = {
            "on": row["up_on"],
            "number": row["up_number"] or "",
            "shared": bool(row["up_shared"]),
            "address": row["up_address"] or "",
            "standing": row["up_standing"] or str(get_period(load_validity_facts(record), row["up_on"]).state),
        }
        if last_upload is not None and (
            last_upload.on > facts["on"]
            or all(not value or getattr(last_upload, key) == value for key, value in facts.items())
        ):
            self.made.same += 1
            return
        if last_upload is not None and self._repeats_without_receipt(last_upload, facts):
            self.made.same += 1
            return
        upload = Upload(record=record, library=library, turn=library.turn, went_to=library.name, **facts)
        if reasons := find_upload_errors(upload):
            key = "up_address" if "网址" in reasons[0] else "up_number" if "回执号" in reasons[0] else "up_on"
            self._add_error(row, key, reasons[0].rstrip("。"), "请核对后改正")
            return
        if self._repeats_receipt_number(upload):
            todo = "请核对回执号；整批上传共用一张回执的，各行的“整批回执”都填“是”，上传日期相同"
            self._add_error(row, "up_number", "这个回执号在表中写在了两份文件上", todo)
            return
        all_differences = (
            Difference("上传日期", str(last_upload.on) if last_upload else "", str(facts["on"])),
            Difference("回执号", last_upload.number if last_upload else "", facts["number"]),
            Difference("整批回执", "是" if last_upload and last_upload.shared else "", "是" if upload.shared else ""),
            Difference(
                "有效性", last_upload.get_standing_display() if last_upload else "", upload.get_standing_display()
            ),
        )
        differences = tuple(difference for difference in all_differences if difference.before or difference.after)
        label = cite_title(record.title, record.number)
        self.made.changes.append(RowChange(row.number, label, None, differences, {"record": record, **facts}))

    def _repeats_receipt_number(self, upload: Upload) -> bool:
        """Return true if the sheet has the receipt number on a document of another upload."""
        first = self.receipts.setdefault((upload.library_id, upload.number), upload) if upload.number else upload
        return first is not upload and not (first.shared and upload.shared and first.on == upload.on)

    def _repeats_without_receipt(self, last: Upload, facts: Mapping[str, object]) -> bool:
        """Return true if a line repeats a known upload without its receipt."""
        same = (last.on, last.standing) == (facts["on"], facts["standing"])
        return same and last.has_receipt and not facts["number"] and not facts["address"]

    def _add_error(self, row: Row, key: str, fault: str, remedy: str) -> None:
        self.made.errors.append(row.error(UPLOADS_SHEET, key, fault, remedy))


UPLOAD_IMPORTER = UploadImporter()
