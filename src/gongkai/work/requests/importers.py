"""The importer of other registers of requests; open requests continue with clocks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from gongkai.content.editions.launch_state import get_work_start_day
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import ActorPost
from gongkai.core.acts.rows import write_inserts
from gongkai.core.intake import spelling
from gongkai.core.intake.actions import log_unmasked_rows, register_party
from gongkai.core.intake.declared_fields import load_declarations
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.ledger.entry_creation import EntryUndoMixin
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.ledger.past_records import PastProof
from gongkai.core.spreadsheets.cells import find_nearest_words
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Row, Table
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.core.units.unit_filters import is_above
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.requests import actions
from gongkai.work.requests.forms.register import APPLICANT_FIELDS
from gongkai.work.requests.models import Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.request_list import requests_visible_to
from gongkai.work.requests.results import DECIDABLE_RESULTS, REQUEST_RESULTS, UNCLEAR_AFTER_CORRECTION
from gongkai.work.requests.rules import (
    find_receipt_day_faults,
    list_reasons_unless_approver,
    list_reasons_unless_decider,
    list_reasons_unless_registrar,
)
from gongkai.work.requests.spreadsheets import (
    REQUEST_SHEET,
    ExternalKey,
    StoredRequests,
    describe_imported_value,
    export_requests,
    find_differences,
    find_step_faults,
    get_row_values,
    list_imported_steps,
    make_external_key,
)

_EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Columns of days in chronological order, each with the column that it requires.
_DAY_COLUMN_ORDER = (
    ("correction_on", "received_on"),
    ("corrected_on", "correction_on"),
    ("third_on", "received_on"),
    ("third_replied_on", "third_on"),
    ("extended_on", "received_on"),
    ("ended_on", "received_on"),
    ("delivered_on", "ended_on"),
)
# The proof of an imported row: the register itself.
_OLD_REGISTER_PROOF = PastProof("按原登记簿导入", {"import": True})
# Columns that must precede the end of the request.
_COLUMNS_BEFORE_END = ("correction_on", "corrected_on", "third_on", "third_replied_on", "extended_on")


def find_row_faults(row: Row) -> list[tuple[str, str]]:
    """Return the faults of a row as (column, Chinese message)."""
    faults: list[tuple[str, str]] = []
    received, today = row["received_on"], timezone.localdate()
    submitted = row["submitted_on"] or received
    faults += [("received_on", text) for text in find_receipt_day_faults(row["channel"], submitted, received, today)]
    for key, base in _DAY_COLUMN_ORDER:
        day = row[key]
        if day and not row[base]:
            faults.append((key, "前一步的日期没有填写"))
        elif day and day < row[base]:
            faults.append((key, "早于前一步的日期"))
        elif day and day > today:
            faults.append((key, "日期不能晚于今天"))
    late = [row[key] for key in _COLUMNS_BEFORE_END if row[key]]
    if row["ended_on"] and late and row["ended_on"] < max(late):
        faults.append(("ended_on", "早于补正、征求意见或者延期的日期"))
    unclear = [key for key in ("wanted", "corrected_wanted") if row[key] and len(row[key]) < 2]
    faults += [(key, "看不出需要什么信息，请写明名称、文号或者其他特征") for key in unclear]
    faults += _find_applicant_faults(row)
    if bool(row["result"]) != bool(row["ended_on"]):
        faults.append(("result", "办理结果和办结日期应当同时填写"))
    elif row["result"]:
        faults += _find_result_faults(row)
    if row["corrected_wanted"] and not row["corrected_on"]:
        faults.append(("corrected_on", "填写了补正后的申请内容的，应当填写收到补正日期"))
    if row["correction_on"] and not row["correction_days"]:
        faults.append(("correction_days", "填写了补正告知日期的，应当填写补正期限"))
    if row["extended_on"] and not row["extended_days"]:
        faults.append(("extended_days", "填写了延期日期的，应当填写延长工作日"))
    return faults or find_step_faults(row)


def _find_applicant_faults(row: Row) -> list[tuple[str, str]]:
    """Return (column, Chinese fault) of the applicant's numbers, phones and addresses."""
    applicant_faults = []
    kind, number = row["id_kind"] or "", row["id_number"] or ""
    fault = spelling.find_identity_number_fault(kind, number) if kind and number else ""
    if number and (fault or not kind):
        applicant_faults.append(("id_number" if kind else "id_kind", fault or "填写了证件号码的，应当填写证件类型"))
    if row["phone"] and (fault := spelling.find_phone_fault(row["phone"])):
        applicant_faults.append(("phone", fault))
    if row["email"] and not _EMAIL_PATTERN.fullmatch(row["email"]):
        applicant_faults.append(("email", "电子邮箱的写法不对"))
    return applicant_faults


def _find_result_faults(row: Row) -> list[tuple[str, str]]:
    """Return (column, Chinese fault) of a result not imported, or without its ground."""
    if row["result"] == VOID_RESULT:
        return [("result", "转出、拆分和并入其他申请的不再登记，请删去这一行")]
    result = REQUEST_RESULTS[row["result"]]
    result_faults = []
    if result.key in DECIDABLE_RESULTS and result.asks_ground and len(row["ground"] or "") < 4:
        result_faults.append(("ground", f"“{result.name}”须说明理由"))
    if result.key == UNCLEAR_AFTER_CORRECTION and not row["corrected_on"]:
        result_faults.append(("result", "没有收到补正日期，不能是“补正后申请内容仍不明确”"))
    return result_faults


def _make_recording_actor(by: Actor, body: Body) -> Actor:
    """Return the actor, for a lower unit with the post of its signer added."""
    if by.system or not is_above(by, body):
        return by
    return replace(by, posts=(*by.posts, ActorPost(Role.SIGNER, body.pk, None, body.path)))


def needs_decider(row: Row, body: Body, by: Actor) -> bool:
    """Return true if a row has a step that the user may not decide or approve."""
    entry, by = Entry(kind="request", body=body), _make_recording_actor(by, body)
    who = list_reasons_unless_decider if row["result"] in DECIDABLE_RESULTS else list_reasons_unless_approver
    moved = row["extended_on"] or row["correction_on"] or row["third_on"]
    return bool(row["result"] and who(by, entry)) or bool(moved and list_reasons_unless_approver(by, entry))


def create_imported_request(facts: Mapping[str, Any], *, by: Actor) -> Iterator[Model]:
    """Register a request with its history, and yield the other created rows."""
    entry: Entry = actions.register_request(
        facts["body"],
        by=by,
        applicant_kind=facts["applicant_kind"],
        channel=facts["channel"],
        submitted_on=facts["submitted_on"] or facts["received_on"],
        received_on=facts["received_on"],
        external_ref=facts["external_ref"] or "",
        **{name: facts[name] for name in load_declarations(Request) if facts[name]},
    )
    particulars = SenderParticulars.read(
        {**{name: facts[name] for name in APPLICANT_FIELDS}, "party_kind": facts["applicant_kind"]}
    )
    if not particulars.empty:
        register_party(None, by=by, matter=f"request/{entry.pk}", particulars=particulars)
    steps, by = (
        sorted(list_imported_steps(facts), key=lambda step: step[0]),
        _make_recording_actor(by, facts["body"]),
    )
    if steps:
        write_inserts()
    for day, verb, values in steps:
        entry = _run_imported_step(entry, verb, values, day, by)
    if steps:
        request = Request.objects.get(pk=entry.pk)
        for rows in (entry.clock_events, request.decisions, request.consultations, request.deliveries):
            yield from rows.all()


def _run_imported_step(entry: Entry, verb: str, values: Mapping[str, object], day: date, by: Actor) -> Entry:
    """Run one step of an old register on its day; return the entry afresh."""
    if verb == "take_opinion":
        consultation = Request.objects.get(pk=entry.pk).consultations.last()
        values = {**values, "consultation": consultation.pk if consultation else 0}
    past = {} if verb in {"deliver", "record_ended"} else {"past": True}
    ACTIONS_BY_NAME[f"request.{verb}"](
        Entry.objects.get(pk=entry.pk), by=by, on=day, past_proof=_OLD_REGISTER_PROOF, **past, **values
    )
    return Entry.objects.get(pk=entry.pk)


# Maximum number of rows named in a message.
_MAX_NAMED_ROWS = 20
_IMPORTING_ROLES = "本单位负责人、签发人或者政务公开办"
_CLERK_ADVICE = f"您可以导入没有办结、没有延期的申请；登记簿里有已经办结或者延期的，请由{_IMPORTING_ROLES}导入。"


class RequestImporter(EntryUndoMixin, Importer):
    """Import requests from another register; stored requests are not changed."""

    adds_only = True
    makes = (Entry, ClockEvent, Request)
    name = "requests"
    label = "政府信息公开申请登记簿"
    sheet = REQUEST_SHEET
    home = "requests:list"
    # Files contain applicants' names.
    personal = True

    beside = {"ledger.entry": ("body",), "requests.request": ("entry__body",)}

    def why_not(self, by: Actor) -> list[str]:
        """Return a reason unless the user holds a post of clerk, lead, signer or chief in any unit."""
        allowed = by.system or by.has(Role.CLERK, Role.LEAD, Role.SIGNER, Role.CHIEF)
        return [] if allowed else ["只有受理单位和政务公开办可以导入登记簿。"]

    def advice(self, by: Actor) -> list[str]:
        """Return for mere clerks that they may not import decided or extended requests."""
        return [] if by.system or by.has(Role.LEAD, Role.SIGNER, Role.CHIEF) else [_CLERK_ADVICE]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the requests that the rows would register."""
        return _ImportPlanning(table, by).plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register one request and its history by the usual actions."""
        for row in create_imported_request(change.facts, by=by):
            recorder.made(row)

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove imported rows with applicants' data; return true if the model is ours."""
        if model == "ledger.entry":
            Party.objects.filter(matter__in=[f"request/{pk}" for pk in keys]).delete()
        return super().delete_created_rows(model, keys, by=by)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: the user must be allowed to register for the unit."""
        entry = row.entry if isinstance(row, Request) else row
        return list_reasons_unless_registrar(by, entry.body) if isinstance(entry, Entry) else []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible requests as rows of the sheet, and log the unmasked ones."""
        return log_unmasked_rows(export_requests(requests_visible_to(by).order_by("pk"), by), by, REQUEST_SHEET.name)


class _ImportPlanning:
    """The dry run of an import: `plan` counts known rows and lists errors and new requests."""

    def __init__(self, table: Table, by: Actor) -> None:
        self.plan = ImportPlan(notes=["系统中已有的申请（编号相同，或者同一单位同一年收到的原编号相同）不改动。"])
        self._by = by
        self._began = get_work_start_day()
        self._bodies = map_names_to_bodies(by)
        self._register = StoredRequests(table.rows, by)
        self._seen: dict[ExternalKey, Row] = {}
        self._rows_for_decider: list[int] = []
        self._difference_notes: list[str] = []
        for row in table.rows:
            self._plan_row(row)
        self._add_row_notes()

    def _plan_row(self, row: Row) -> None:
        """Plan a row: stored already, with a wrong number or unit, or to be checked further."""
        number, body = str(row["number"] or ""), self._bodies.get(row["body"])
        if stored := self._register.find_by_number(number):
            self._plan_stored_row(row, stored, body)
        elif number in self._register.foreign:
            self._add_error(row, "number", f"“{number}”是其他单位的申请", "请核对编号")
        elif number and row["external_ref"]:
            todo = "是原登记簿的编号的，只填在“原编号”；是本系统的编号的，请照导出的填写"
            self._add_error(row, "number", f"系统中没有编号“{number}”", todo)
        elif body is None:
            alike = find_nearest_words(str(row["body"]), self._bodies)
            todo = f"可能是{'、'.join(f'“{one}”' for one in alike)}；" if alike else ""
            self._add_error(row, "body", f"没有单位“{row['body']}”", f"{todo}请填写单位名录中的名称")
        else:
            self._plan_unit_row(row, body, str(row["external_ref"] or number))

    def _plan_stored_row(self, row: Row, stored: Mapping[str, object], body: Body | None) -> None:
        """Count a stored row; note differing values, report differing identity as errors."""
        identity, other_columns = find_differences(row, stored, body)
        for key in identity:
            todo = "同一件的，请改为与系统中一致或者删去这一行；不是同一件的，请改编号或者原编号"
            self._add_error(row, key, f"与已登记的{stored['number']}不同", todo)
        if identity:
            return
        self.plan.same += 1
        if other_columns:
            column_heads = "、".join(REQUEST_SHEET.column(key).head for key in other_columns)
            self._difference_notes.append(f"第{row.number}行是已登记的{stored['number']}，{column_heads}与系统中的不同")

    def _plan_unit_row(self, row: Row, body: Body, ref: str) -> None:
        """Plan a row of a known unit; one already stored registers nothing new."""
        key = make_external_key(row, body, ref)
        if stored := self._register.find_by_key(key):
            self._plan_stored_row(row, stored, body)
            return
        if key and (earlier_row := self._seen.setdefault(key, row)) is not row:
            if get_row_values(earlier_row) == get_row_values(row):
                self.plan.same += 1
                self.plan.notes.append(f"第{row.number}行与第{earlier_row.number}行完全相同，只登记一件。")
            else:
                todo = "两件申请的，请分别编号；同一件的，只留一行"
                column_key = "external_ref" if row["external_ref"] else "number"
                self._add_error(row, column_key, f"编号“{ref}”与第{earlier_row.number}行相同，内容不同", todo)
            return
        self._plan_new_row(row, body, ref)

    def _plan_new_row(self, row: Row, body: Body, ref: str) -> None:
        """Plan a new request, or report what forbids it."""
        if against := list_reasons_unless_registrar(self._by, body):
            self._add_error(row, "body", against[0].rstrip("。"), "请由该单位导入，或者删去这一行")
            return
        faults = find_row_faults(row)
        for key, fault in faults:
            self._add_error(row, key, fault.rstrip("。"), "请核对后改正")
        if recent_columns := [
            key for key, _ in _DAY_COLUMN_ORDER if self._began and row[key] and row[key] >= self._began
        ]:
            # By form each of these steps needs its paper and another person.
            fault, todo = (
                f"本平台自{self._began}起使用，以后的办理不能随登记簿导入",
                "请删去，导入以后在申请页面补录，由另一人核对",
            )
            self._add_error(row, recent_columns[0], fault, todo)
            return
        if needs_decider(row, body, self._by):
            self._rows_for_decider.append(row.number)
        elif not faults:
            if not ref and (number := self._register.find_number_by_content(row, body)):
                self.plan.notes.append(f"第{row.number}行没有编号，内容与同一天收到的{number}相同，请确认不是同一件。")
            self.plan.changes.append(_make_change(row, body, ref))

    def _add_error(self, row: Row, key: str, message: str, advice: str) -> None:
        self.plan.errors.append(row.error(REQUEST_SHEET, key, message, advice))

    def _add_row_notes(self) -> None:
        """Note stored rows with other values; report rows that only a decider may import."""
        if self._difference_notes:
            rest_note = (
                f"；另有{len(self._difference_notes) - _MAX_NAMED_ROWS}行"
                if len(self._difference_notes) > _MAX_NAMED_ROWS
                else ""
            )
            advice = "已登记的申请没有改动，需要改的请在办理页面办理"
            self.plan.notes.append(f"{'；'.join(self._difference_notes[:_MAX_NAMED_ROWS])}{rest_note}。{advice}。")
        if self._rows_for_decider:
            rows = "、".join(map(str, self._rows_for_decider[:_MAX_NAMED_ROWS])) + (
                "等" if len(self._rows_for_decider) > _MAX_NAMED_ROWS else ""
            )
            fault = f"有{len(self._rows_for_decider)}行已经办结或者延期（第{rows}行），经办人不能导入"
            todo = f"请由{_IMPORTING_ROLES}上传这份表格；只导入没有办结的，请删去这些行"
            self.plan.errors.insert(0, CellError(0, "", "", fault, todo))


def _make_change(row: Row, body: Body, ref: str) -> RowChange:
    """Return the planned registration of a row, its preview without applicant's data."""
    values = {column.key: row[column.key] for column in REQUEST_SHEET.columns} | {"external_ref": ref}
    differences = tuple(
        Difference(column.head, "", describe_imported_value(column, values[column.key]))
        for column in REQUEST_SHEET.columns
        if values[column.key] and column.key != "number"
    )
    label = f"{body.label}：{row['received_on']}收到的申请"
    return RowChange(row.number, label, None, differences, values | {"body": body})


REQUEST_IMPORTER = RequestImporter()
