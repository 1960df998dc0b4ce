"""The spreadsheet of the register: columns, synonyms and exported rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet, TextChoices
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.declared_fields import (
    ERASED_TEXT_PLACEHOLDER,
    load_declarations,
    make_declared_cells,
    make_declared_columns,
)
from gongkai.core.intake.held_forms import ENCRYPTED_LABELS
from gongkai.core.intake.models import IdKind
from gongkai.core.ledger.clock import list_events
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.outside_texts import set_revealed
from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet
from gongkai.core.spreadsheets.writer import cell_value
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.law import Event, default_calendar, find_objections, get_rules_of_case
from gongkai.lib.typed_json import read_number, read_text
from gongkai.work.requests.models import ReceiptChannel, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.request_list import requests_visible_to
from gongkai.work.requests.results import (
    DECIDABLE_RESULTS,
    REQUEST_RESULTS,
    UNCLEAR_AFTER_CORRECTION,
    ApplicantKind,
)
from gongkai.work.requests.states import REQUEST_ACTS, STATE_LABELS, RequestState

_EXPORT_BATCH_SIZE = 500
# The result column of a transferred, merged or split request.
VOID_NAME = dict(Request._meta.get_field("ended_as").flatchoices)[VOID_RESULT]
_RESULT_BY_NAME = {one.name: key for key, one in REQUEST_RESULTS.items()}
# Synonyms in other registers, where they are unambiguous.
_RESULT_SYNONYMS = {
    one.label.removeprefix("属于"): key for key, one in REQUEST_RESULTS.items() if one.label != "其他"
} | {
    **{one.label: key for key, one in REQUEST_RESULTS.items() if one.label != "其他"},
    **dict.fromkeys(("全部公开", "同意公开"), "3.1"),
    **dict.fromkeys(("涉及国家秘密", "涉密"), "3.3.1"),
    **dict.fromkeys(("商业秘密", "个人隐私", "涉及商业秘密", "涉及个人隐私"), "3.3.4"),
    **dict.fromkeys(("撤回", "撤回申请", "主动撤回", "申请人撤回"), "3.6.3"),
    VOID_NAME: VOID_RESULT,
}
_APPLICANT_KIND_SYNONYMS = dict.fromkeys(("公民", "个人", "自然人申请人"), "person") | {
    "企业": "business",
    "公司": "business",
}
_CHANNEL_SYNONYMS = (
    dict.fromkeys(("信函", "书信", "邮政", "邮寄信函", "挂号信", "平信", "快递"), "mail")
    | dict.fromkeys(("网上", "网站", "网络", "网上提交", "在线"), "page")
    | dict.fromkeys(("当面", "现场", "窗口", "现场提交", "当面递交"), "counter")
    | dict.fromkeys(("电邮", "电子邮箱", "邮箱"), "email")
)


def _map_values_by_label(choices: type[TextChoices]) -> dict[str, str]:
    return {str(label): str(value) for value, label in choices.choices}


_APPLICANT_LABELS = tuple(_map_values_by_label(ApplicantKind))
_CHANNEL_BY_LABEL = _map_values_by_label(ReceiptChannel)
_NAME_COLUMN_SYNONYMS = ("申请人", "申请人姓名", "申请人姓名或者名称", "姓名", "申请人名称")
_ENCRYPTED_COLUMN_HELP = "加密保存；导出时不带"
# Columns about the applicant: stored encrypted, never exported.
APPLICANT_COLUMNS = (
    Column(
        "name", "姓名或者名称", cells.short_text(100), width=16, help=_ENCRYPTED_COLUMN_HELP, also=_NAME_COLUMN_SYNONYMS
    ),
    Column(
        "id_kind",
        "证件类型",
        cells.choice(_map_values_by_label(IdKind)),
        choices=tuple(_map_values_by_label(IdKind)),
        width=14,
    ),
    Column("id_number", "证件号码", cells.short_text(40), width=22, help=_ENCRYPTED_COLUMN_HELP),
    Column("phone", "联系电话", cells.short_text(30), width=16, help=_ENCRYPTED_COLUMN_HELP),
    Column("email", "电子邮箱", cells.short_text(200), width=20, help=_ENCRYPTED_COLUMN_HELP),
    Column("fax", "传真号码", cells.short_text(30), width=16, help=_ENCRYPTED_COLUMN_HELP),
    Column("address", "通信地址", cells.short_text(200), width=24, help=_ENCRYPTED_COLUMN_HELP),
    Column("postcode", "邮政编码", cells.short_text(6), width=10, help=_ENCRYPTED_COLUMN_HELP),
    Column("representative", "法定代表人", cells.short_text(50), width=12, help=_ENCRYPTED_COLUMN_HELP),
    Column("contact_person", "联系人", cells.short_text(50), width=12, help=_ENCRYPTED_COLUMN_HELP),
)
REQUEST_SHEET = Sheet(
    "政府信息公开申请登记簿",
    (
        Column("number", "编号", cells.short_text(40), width=18, help="本系统的编号；新登记的不填"),
        Column("external_ref", "原编号", cells.short_text(120), width=18, help="原登记簿的编号，同一单位同一年不重复"),
        Column("body", "受理单位", cells.short_text(120), grouping=True, required=True, width=24, help="单位全称或者简称"),
        Column("applicant_kind", "申请人类型", cells.choice(_map_values_by_label(ApplicantKind), synonyms=_APPLICANT_KIND_SYNONYMS),
               required=True, choices=_APPLICANT_LABELS, width=14),
        Column("channel", "提交方式", cells.choice(_CHANNEL_BY_LABEL, synonyms=_CHANNEL_SYNONYMS),
               required=True, choices=tuple(_CHANNEL_BY_LABEL), width=12),
        Column("submitted_on", "提交日期", cells.parse_day, width=12, help="不填时同收到日期"),
        Column("received_on", "收到日期", cells.parse_day, required=True, width=12, help="《条例》第三十一条的收到申请之日"),
        *APPLICANT_COLUMNS,
        *make_declared_columns(Request),
        Column("correction_on", "补正告知日期", cells.parse_day, width=12),
        Column("correction_days", "补正期限", cells.whole_number(minimum=1, maximum=60), width=10, help="工作日"),
        Column("corrected_on", "收到补正日期", cells.parse_day, width=12),
        Column("corrected_wanted", "补正后的申请内容", cells.parse_text, width=40, help="与原申请内容相同的不填"),
        Column("third_on", "征求第三方日期", cells.parse_day, width=12),
        Column("third_replied_on", "第三方答复日期", cells.parse_day, width=12),
        Column("extended_on", "延期日期", cells.parse_day, width=12),
        Column("extended_days", "延长工作日", cells.whole_number(minimum=1, maximum=20), width=10),
        Column("result", "办理结果", cells.choice(_RESULT_BY_NAME, synonyms=_RESULT_SYNONYMS), choices=tuple(_RESULT_BY_NAME), width=24),
        Column("ground", "理由", cells.parse_text, width=30),
        Column("ended_on", "办结日期", cells.parse_day, width=12),
        Column("delivered_on", "送达日期", cells.parse_day, width=12),
        Column("proof", "送达凭证", cells.short_text(200), width=18),
    ),
    max_rows=20_000,
    intro="每行一件申请。没有办结的填到已经发生的日期为止，导入后期限继续计算；超过期限的按实际情况登记并标注。",
)  # fmt: skip

# Choice column → stored value → label.
_CHOICE_LABELS: dict[str, dict[str, str]] = {
    "applicant_kind": dict(ApplicantKind.choices),
    "channel": dict(ReceiptChannel.choices),
    "id_kind": dict(IdKind.choices),
    **{name: dict(column.flatchoices) for name, (column, _) in load_declarations(Request).items() if column.choices},
    "result": {**{key: one.name for key, one in REQUEST_RESULTS.items()}, VOID_RESULT: VOID_NAME},
}


def describe_imported_value(column: Column, value: object) -> str:
    """Return an imported value for the preview, the applicant's data hidden."""
    if column.key in ENCRYPTED_LABELS:
        return "已填写（加密保存）"
    if isinstance(value, date):
        return value.isoformat()
    return _CHOICE_LABELS.get(column.key, {}).get(str(value), str(value))


def export_requests(requests: QuerySet[Request, Request], by: Actor) -> Iterable[dict[str, object]]:
    """Yield requests as rows of the sheet, with `body_id`, `result_key` and `clear`.

    Texts are de-identified for users who do not handle the request.
    """
    labels = {"applicant_kind": ApplicantKind, "channel": ReceiptChannel}
    rows = requests.prefetch_related("entry__clock_events", "decisions", "deliveries")
    for request in _mark_readable_requests(rows.iterator(_EXPORT_BATCH_SIZE), by):
        entry = request.entry
        events = {event.kind: event for event in list_events(request.entry)}
        event_days = {name: _get_event_day(events.get(kind)) for name, kind in _DAY_COLUMN_EVENTS.items()}
        decisions = sorted(
            request.decisions.all(),
            key=lambda row: (row.result != request.ended_as, row.revoked_on is not None, row.pk),
        )
        ended = bool(request.ended_as)
        decision = next(iter(decisions), None) if ended else None
        delivery = next(iter(request.deliveries.all()), None) if ended else None
        correction, extended = events.get("correction_notice"), events.get("extended")
        yield {
            **dict.fromkeys((column.key for column in APPLICANT_COLUMNS), ""),
            **{name: kinds(getattr(request, name)).label for name, kinds in labels.items()},
            **event_days,
            "number": request.entry.number,
            "external_ref": request.entry.external_ref,
            "body": request.entry.body.name,
            "body_id": request.entry.body_id,
            "submitted_on": request.submitted_on,
            "received_on": request.received_on,
            **make_declared_cells(request, entry.as_read),
            "corrected_wanted": entry.as_read(request.corrected_wanted),
            "clear": entry.revealed,
            "correction_days": correction.value if correction else None,
            "extended_days": extended.value if extended else None,
            "result": request.get_ended_as_display() if request.ended_as else "",
            "result_key": request.ended_as,
            "ground": entry.as_read(decision.ground) if decision else "",
            "ended_on": request.ended_on,
            "delivered_on": delivery.on if delivery else None,
            "proof": entry.as_read(delivery.proof) if delivery else "",
        }


def list_imported_steps(facts: Mapping[str, Any]) -> Iterator[tuple[date, str, dict[str, object]]]:
    """Yield (day, action name, arguments) of the steps that a row of an old register records."""
    if facts["correction_on"]:
        values = {"items": "按原登记簿补录", "days": facts["correction_days"]}
        yield facts["correction_on"], "ask_correction", values
    if facts["corrected_on"]:
        yield (facts["corrected_on"], "take_correction", {"wanted": facts["corrected_wanted"] or facts["wanted"]})
    if facts["third_on"]:
        yield facts["third_on"], "ask_third_party", {"who": "第三方（按原登记簿补录）"}
    if facts["third_replied_on"]:
        yield (
            facts["third_replied_on"],
            "take_opinion",
            {"opinion": "silent", "reason": "按原登记簿补录，意见见原件", "unsaid": True},
        )
    if facts["extended_on"]:
        yield facts["extended_on"], "extend", {"days": facts["extended_days"], "reason": "按原登记簿补录"}
    if facts["result"] in DECIDABLE_RESULTS:
        yield facts["ended_on"], "decide", {"result": facts["result"], "ground": facts["ground"] or ""}
    elif facts["result"]:
        yield facts["ended_on"], "record_ended", {"result": facts["result"]}
    if facts["delivered_on"] and facts["result"] in DECIDABLE_RESULTS:
        proof = facts["proof"] or "按原登记簿补录"
        yield facts["delivered_on"], "deliver", {"route": facts["route_wanted"] or "mail", "proof": proof}


#: Action of an imported step → column of its day.
_STEP_COLUMNS = {
    "ask_correction": "correction_on",
    "take_correction": "corrected_on",
    "ask_third_party": "third_on",
    "take_opinion": "third_replied_on",
    "extend": "extended_on",
    "decide": "result",
    "record_ended": "result",
    "deliver": "delivered_on",
}


def find_step_faults(row: Row) -> list[tuple[str, str]]:
    """Return as (column, Chinese message) the first step that the steps before it do not allow, if any."""
    state, is_corrected, events = RequestState.OPEN, False, [Event("received", row["received_on"])]
    rules = get_rules_of_case("request", events, default_calendar(), row["received_on"], nearest=True)
    facts = {column.key: row[column.key] for column in REQUEST_SHEET.columns}
    for day, verb, values in sorted(list_imported_steps(facts), key=lambda step: step[0]):
        act = REQUEST_ACTS[verb]
        if state not in act.sources:
            return [(_STEP_COLUMNS[verb], f"按前面各步，这时申请为“{STATE_LABELS[state]}”，不能“{act.label}”")]
        if values.get("result") == UNCLEAR_AFTER_CORRECTION and not is_corrected:
            return [("result", "补正告知超过规定的时限，不按补正计算，不能是“补正后申请内容仍不明确”")]
        if verb == "ask_correction":
            notice = Event("correction_notice", day, value=row["correction_days"])
            if not find_objections(events, notice, rules, default_calendar()):  # else it does not pause the clock
                state = RequestState.CORRECTING
            events.append(notice)
        elif verb == "take_correction":
            is_corrected, state = state == RequestState.CORRECTING, RequestState.OPEN
        elif act.to:
            state = {"take_opinion": RequestState.OPEN}.get(verb, act.to[0])
    return []


def _mark_readable_requests(requests: Iterable[Request], by: Actor) -> Iterator[Request]:
    """Yield the requests, each entry marked if the user may read it in full."""
    rows = iter(requests)
    while portion := list(islice(rows, _EXPORT_BATCH_SIZE)):
        set_revealed([request.entry for request in portion], by)
        yield from portion


_DAY_COLUMN_EVENTS = {
    "correction_on": "correction_notice",
    "corrected_on": "corrected",
    "third_on": "third_party_asked",
    "third_replied_on": "third_party_replied",
    "extended_on": "extended",
}


def _get_event_day(event: Event | None) -> date | None:
    if event is None:
        return None
    return timezone.localdate(event.on) if isinstance(event.on, datetime) else event.on


_BATCH_SIZE = 500
# Columns that identify a request: a row that differs in one is another request or wrong.
_IDENTIFYING_COLUMNS = ("received_on", "applicant_kind", "channel", "wanted")
# Columns that are not exported, or compared separately.
_UNCOMPARED_COLUMNS = {*(column.key for column in APPLICANT_COLUMNS), "number", "body"}
# Columns that only decided requests have.
_DECISION_COLUMNS = {"ground", "delivered_on", "proof"}

BatchItem = TypeVar("BatchItem")
ExternalKey = tuple[int, str, int]


def make_external_key(row: Row, body: Body, ref: str) -> ExternalKey | None:
    """Return the key of a row (unit, external number, year), or None without an external number."""
    return (body.pk, ref, row["received_on"].year) if ref else None


class StoredRequests:
    """The stored requests that a file's rows name by number, external key or content.

    `foreign` are the file's numbers of requests that the user may not see.
    """

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        numbers = _list_distinct_values(rows, "number")
        refs = {*_list_distinct_values(rows, "external_ref"), *numbers}
        self._by_number: dict[str, dict[str, object]] = {}
        self._by_key: dict[ExternalKey, dict[str, object]] = {}
        self.foreign: set[str] = set()
        for some in _split_into_batches(numbers):
            for one in export_requests(requests_visible_to(by).filter(entry__number__in=some), SYSTEM):
                self._by_number[read_text(one, "number")] = one
            entries = Entry.objects.filter(kind="request", number__in=some).values_list("number", flat=True)
            self.foreign |= set(entries) - self._by_number.keys()
        for some in _split_into_batches(refs):
            found = Request.objects.select_related("entry__body").filter(entry__external_ref__in=some)
            for one in export_requests(found.order_by("pk"), SYSTEM):
                received = one["received_on"]
                assert isinstance(received, date)
                key = (read_number(one, "body_id"), read_text(one, "external_ref"), received.year)
                self._by_key.setdefault(key, one)
        self._contents = _index_by_content([row for row in rows if not row["external_ref"] and not row["number"]])

    def find_by_number(self, number: str) -> dict[str, object] | None:
        """Return the visible stored request with this number, or None."""
        return self._by_number.get(number)

    def find_by_key(self, key: ExternalKey | None) -> dict[str, object] | None:
        """Return the stored request of the unit, external number and year of `key`, or None."""
        return self._by_key.get(key) if key else None

    def find_number_by_content(self, row: Row, body: Body) -> str:
        """Return the number of a request of the unit with the same text and day of receipt, or ""."""
        return self._contents.get((body.pk, row["received_on"], _remove_spaces(row["wanted"])), "")


def find_differences(row: Row, stored: Mapping[str, object], body: Body | None) -> tuple[list[str], list[str]]:
    """Return (identifying columns, other columns) in which a row differs from a stored request.

    Empty cells and erased values are ignored.
    """
    differs = [
        column.key
        for column in REQUEST_SHEET.columns
        if column.key not in _UNCOMPARED_COLUMNS
        and row[column.key] not in (None, "")
        and _is_different(row, stored, column.key)
    ]
    named = row["body"] == stored["body"] or (body is not None and body.pk == stored["body_id"])
    identity = [key for key in differs if key in _IDENTIFYING_COLUMNS] + ([] if named else ["body"])
    return identity, [key for key in differs if key not in _IDENTIFYING_COLUMNS]


def get_row_values(row: Row) -> tuple[object, ...]:
    """Return all normalised values of a row, to detect duplicate rows."""
    return tuple(_normalise_value(row[column.key]) for column in REQUEST_SHEET.columns)


def _is_different(row: Row, stored: Mapping[str, object], key: str) -> bool:
    """Return true if a cell differs; erased and unreadable values never do."""
    stored_value = stored[key]
    if stored_value == ERASED_TEXT_PLACEHOLDER or (
        key in _DECISION_COLUMNS and stored["result_key"] not in DECIDABLE_RESULTS
    ):
        return False
    try:
        return _normalise_value(REQUEST_SHEET.column(key).read(cell_value(stored_value))) != _normalise_value(row[key])
    except BadCell:  # older than the column's bounds: no comparison possible
        return False


def _normalise_value(value: object) -> object:
    return _remove_spaces(value) if isinstance(value, str) else value or ""


def _remove_spaces(text: str) -> str:
    return "".join(text.split())


def _index_by_content(rows: Iterable[Row]) -> dict[tuple[int, object, str], str]:
    """Return the numbers of requests by unit, day of receipt and content without spaces."""
    numbers: dict[tuple[int, object, str], str] = {}
    for some in _split_into_batches({row["received_on"] for row in rows}):
        same_days = Request.objects.filter(received_on__in=some)
        for body, day, content, number in same_days.values_list(
            "entry__body", "received_on", "wanted", "entry__number"
        ):
            numbers[(body, day, _remove_spaces(content.reveal()))] = number
    return numbers


def _list_distinct_values(rows: Iterable[Row], key: str) -> list[str]:
    return list(dict.fromkeys(str(row[key]) for row in rows if row[key]))


def _split_into_batches(items: Iterable[BatchItem]) -> Iterator[list[BatchItem]]:
    every = list(items)
    for start in range(0, len(every), _BATCH_SIZE):
        yield every[start : start + _BATCH_SIZE]
