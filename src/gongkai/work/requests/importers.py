"""The importer of other registers of requests; open requests continue with their clocks."""

from collections.abc import Iterable, Mapping

from django.db.models import Model

from gongkai.core.intake.actions import recorded
from gongkai.core.intake.models import Party
from gongkai.core.ledger.making import remove_entries
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.spreadsheets.cells import nearest
from gongkai.core.spreadsheets.importers import Change, Difference, Plan, Recorder
from gongkai.core.spreadsheets.sheet import CellError, Row, Table
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import bodies_by_name
from gongkai.work.requests.models import Request
from gongkai.work.requests.moving_in import create_imported_request, find_row_faults, needs_decider
from gongkai.work.requests.queries.listing import requests_visible_to
from gongkai.work.requests.rules import check_registrar
from gongkai.work.requests.spreadsheets import (
    REQUEST_SHEET,
    ExternalKey,
    StoredRequests,
    describe_imported_value,
    export_requests,
    external_key,
    find_differences,
    row_values,
)

# Maximum number of rows named in a message.
_MAX_NAMED_ROWS = 20
_IMPORTING_ROLES = "本单位负责人、签发人或者政务公开办"
_CLERK_ADVICE = f"您可以导入没有办结、没有延期的申请；登记簿里有已经办结或者延期的，请由{_IMPORTING_ROLES}导入。"


class RequestImporter:
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
        """Return reasons against importing: units that register requests may."""
        allowed = by.system or by.has(Role.CLERK, Role.LEAD, Role.SIGNER, Role.CHIEF)
        return [] if allowed else ["只有受理单位和政务公开办可以导入登记簿。"]

    def advice(self, by: Actor) -> list[str]:
        """Warn clerks, who may not import decided or extended requests."""
        return [] if by.system or by.has(Role.LEAD, Role.SIGNER, Role.CHIEF) else [_CLERK_ADVICE]

    def plan(self, table: Table, *, by: Actor) -> Plan:
        """Return the requests that the rows would register."""
        return _ImportPlanning(table, by).plan

    def carry_out(self, change: Change, *, by: Actor, recorder: Recorder) -> None:
        """Register one request and its history by the usual actions."""
        for row in create_imported_request(change.facts, by=by):
            recorder.made(row)

    def remove_made(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove imported entries with their clock events; return true if the model is handled here."""
        if model == "ledger.entry":
            matters = [f"request/{pk}" for pk in keys]
            Party.objects.filter(matter__in=matters).delete()
            remove_entries(Entry.objects.filter(pk__in=keys), by=by)
        return model in {"ledger.entry", "ledger.clockevent"}

    def against_undo(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: the user must be allowed to register for the unit."""
        entry = row.entry if isinstance(row, Request) else row
        return check_registrar(by, entry.body) if isinstance(entry, Entry) else []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible requests as rows of the sheet."""
        return recorded(export_requests(requests_visible_to(by).order_by("pk"), by), by, REQUEST_SHEET.name)


class _ImportPlanning:
    """The dry run of an import: sort rows into known, wrong and new ones."""

    def __init__(self, table: Table, by: Actor) -> None:
        self.plan = Plan(notes=["系统中已有的申请（编号相同，或者同一单位同一年收到的原编号相同）不改动。"])
        self._by = by
        self._bodies = bodies_by_name(by)
        self._register = StoredRequests(table.rows, by)
        self._seen: dict[ExternalKey, Row] = {}
        self._closed: list[int] = []
        self._told: list[str] = []
        for row in table.rows:
            self._row(row)
        self._conclude()

    def _row(self, row: Row) -> None:
        number, body = str(row["number"] or ""), self._bodies.get(row["body"])
        if stored := self._register.numbered(number):
            self._known(row, stored, body)
        elif number in self._register.foreign:
            self._wrong(row, "number", f"“{number}”是其他单位的申请", "请核对编号")
        elif number and row["external_ref"]:
            todo = "是原登记簿的编号的，只填在“原编号”；是本系统的编号的，请照导出的填写"
            self._wrong(row, "number", f"系统中没有编号“{number}”", todo)
        elif body is None:
            alike = nearest(str(row["body"]), self._bodies)
            todo = f"可能是{'、'.join(f'“{one}”' for one in alike)}；" if alike else ""
            self._wrong(row, "body", f"没有单位“{row['body']}”", f"{todo}请填写单位名录中的名称")
        else:
            self._of_unit(row, body, str(row["external_ref"] or number))

    def _known(self, row: Row, stored: Mapping[str, object], body: Body | None) -> None:
        identity, others = find_differences(row, stored, body)
        for key in identity:
            todo = "同一件的，请改为与系统中一致或者删去这一行；不是同一件的，请改编号或者原编号"
            self._wrong(row, key, f"与已登记的{stored['number']}不同", todo)
        if identity:
            return
        self.plan.same += 1
        if others:
            which = "、".join(REQUEST_SHEET.column(key).head for key in others)
            self._told.append(f"第{row.number}行是已登记的{stored['number']}，{which}与系统中的不同")

    def _of_unit(self, row: Row, body: Body, ref: str) -> None:
        key = external_key(row, body, ref)
        if stored := self._register.registered(key):
            self._known(row, stored, body)
            return
        if key and (first := self._seen.setdefault(key, row)) is not row:
            if row_values(first) == row_values(row):
                self.plan.same += 1
                self.plan.notes.append(f"第{row.number}行与第{first.number}行完全相同，只登记一件。")
            else:
                todo = "两件申请的，请分别编号；同一件的，只留一行"
                at = "external_ref" if row["external_ref"] else "number"
                self._wrong(row, at, f"编号“{ref}”与第{first.number}行相同，内容不同", todo)
            return
        self._new(row, body, ref)

    def _new(self, row: Row, body: Body, ref: str) -> None:
        if against := check_registrar(self._by, body):
            self._wrong(row, "body", against[0].rstrip("。"), "请由该单位导入，或者删去这一行")
            return
        wrong = find_row_faults(row)
        for key, what in wrong:
            self._wrong(row, key, what.rstrip("。"), "请核对后改正")
        if needs_decider(row, body, self._by):
            self._closed.append(row.number)
        elif not wrong:
            if not ref and (number := self._register.alike(row, body)):
                self.plan.notes.append(f"第{row.number}行没有编号，内容与同一天收到的{number}相同，请确认不是同一件。")
            self.plan.changes.append(_make_change(row, body, ref))

    def _wrong(self, row: Row, key: str, what: str, todo: str) -> None:
        self.plan.errors.append(row.error(REQUEST_SHEET, key, what, todo))

    def _conclude(self) -> None:
        if self._told:
            more = f"；另有{len(self._told) - _MAX_NAMED_ROWS}行" if len(self._told) > _MAX_NAMED_ROWS else ""
            rest = "已登记的申请没有改动，需要改的请在办理页面办理"
            self.plan.notes.append(f"{'；'.join(self._told[:_MAX_NAMED_ROWS])}{more}。{rest}。")
        if self._closed:
            rows = "、".join(map(str, self._closed[:_MAX_NAMED_ROWS])) + (
                "等" if len(self._closed) > _MAX_NAMED_ROWS else ""
            )
            what = f"有{len(self._closed)}行已经办结或者延期（第{rows}行），经办人不能导入"
            todo = f"请由{_IMPORTING_ROLES}上传这份表格；只导入没有办结的，请删去这些行"
            self.plan.errors.insert(0, CellError(0, "", "", what, todo))


def _make_change(row: Row, body: Body, ref: str) -> Change:
    values = {column.key: row[column.key] for column in REQUEST_SHEET.columns} | {"external_ref": ref}
    differences = tuple(
        Difference(column.head, "", describe_imported_value(column, values[column.key]))
        for column in REQUEST_SHEET.columns
        if values[column.key] and column.key != "number"
    )
    label = f"{body.label}：{row['received_on']}收到的申请"
    return Change(row.number, label, None, differences, values | {"body": body})


REQUEST_IMPORTER = RequestImporter()
