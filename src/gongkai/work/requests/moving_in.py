"""Validation and registration of one imported row."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.actors import Actor, Post
from gongkai.core.acts.batches import write_inserts
from gongkai.core.intake import spelling
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.declared import declared
from gongkai.core.intake.held import Particulars
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past import Proof
from gongkai.core.spreadsheets.sheet import Row
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import is_above
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.requests import actions
from gongkai.work.requests.forms.register import APPLICANT_FIELDS
from gongkai.work.requests.models import Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.results import DECIDABLE_RESULTS, REQUEST_RESULTS
from gongkai.work.requests.rules import check_approver, check_decider, find_receipt_day_faults

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
_OLD_REGISTER_PROOF = Proof("按原登记簿导入", {"import": True})
# Columns that must precede the end of the request.
_COLUMNS_BEFORE_END = ("correction_on", "corrected_on", "third_on", "third_replied_on", "extended_on")


def find_row_faults(row: Row) -> list[tuple[str, str]]:
    """Return the faults of a row as (column, message)."""
    found: list[tuple[str, str]] = []
    received, today = row["received_on"], timezone.localdate()
    submitted = row["submitted_on"] or received
    found += [("received_on", text) for text in find_receipt_day_faults(row["channel"], submitted, received, today)]
    for key, base in _DAY_COLUMN_ORDER:
        day = row[key]
        if day and not row[base]:
            found.append((key, "前一步的日期没有填写"))
        elif day and day < row[base]:
            found.append((key, "早于前一步的日期"))
        elif day and day > today:
            found.append((key, "日期不能晚于今天"))
    late = [row[key] for key in _COLUMNS_BEFORE_END if row[key]]
    if row["ended_on"] and late and row["ended_on"] < max(late):
        found.append(("ended_on", "早于补正、征求意见或者延期的日期"))
    if len(row["wanted"]) < 2:
        found.append(("wanted", "看不出需要什么信息，请写明名称、文号或者其他特征"))
    found += _find_applicant_faults(row)
    if bool(row["result"]) != bool(row["ended_on"]):
        found.append(("result", "办理结果和办结日期应当同时填写"))
    elif row["result"]:
        found += _find_result_faults(row)
    if row["corrected_wanted"] and not row["corrected_on"]:
        found.append(("corrected_on", "填写了补正后的申请内容的，应当填写收到补正日期"))
    if row["correction_on"] and not row["correction_days"]:
        found.append(("correction_days", "填写了补正告知日期的，应当填写补正期限"))
    if row["extended_on"] and not row["extended_days"]:
        found.append(("extended_days", "填写了延期日期的，应当填写延长工作日"))
    return found


def _find_applicant_faults(row: Row) -> list[tuple[str, str]]:
    found = []
    kind, number = row["id_kind"] or "", row["id_number"] or ""
    fault = spelling.document_fault(kind, number) if kind and number else ""
    if number and (fault or not kind):
        found.append(("id_number" if kind else "id_kind", fault or "填写了证件号码的，应当填写证件类型"))
    if row["phone"] and (fault := spelling.phone_fault(row["phone"])):
        found.append(("phone", fault))
    if row["email"] and not _EMAIL_PATTERN.fullmatch(row["email"]):
        found.append(("email", "电子邮箱的写法不对"))
    return found


def _find_result_faults(row: Row) -> list[tuple[str, str]]:
    if row["result"] == VOID_RESULT:
        return [("result", "转出、拆分和并入其他申请的不再登记，请删去这一行")]
    result = REQUEST_RESULTS[row["result"]]
    found = []
    if result.key in DECIDABLE_RESULTS and result.asks_ground and len(row["ground"] or "") < 4:
        found.append(("ground", f"“{result.name}”须说明理由"))
    if result.key == "3.4.3" and not row["corrected_on"]:
        found.append(("result", "没有收到补正日期，不能是“补正后申请内容仍不明确”"))
    return found


def _make_recorder(by: Actor, body: Body) -> Actor:
    if by.system or not is_above(by, body):
        return by
    return replace(by, posts=(*by.posts, Post(Role.SIGNER, body.pk, None, body.path)))


def needs_decider(row: Row, body: Body, by: Actor) -> bool:
    """Return whether a row contains decisions that the user may not make."""
    entry, by = Entry(kind="request", body=body), _make_recorder(by, body)
    who = check_decider if row["result"] in DECIDABLE_RESULTS else check_approver
    moved = row["extended_on"] or row["correction_on"] or row["third_on"]
    return bool(row["result"] and who(by, entry)) or bool(moved and check_approver(by, entry))


def create_imported_request(facts: Mapping[str, Any], *, by: Actor) -> Iterator[Model]:
    """Register a request with its history, and yield the rows of the history."""
    entry: Entry = actions.register(
        facts["body"],
        by=by,
        applicant_kind=facts["applicant_kind"],
        channel=facts["channel"],
        submitted_on=facts["submitted_on"] or facts["received_on"],
        received_on=facts["received_on"],
        external_ref=facts["external_ref"] or "",
        **{name: facts[name] for name in declared(Request) if facts[name]},
    )
    said = Particulars.read({**{name: facts[name] for name in APPLICANT_FIELDS}, "party_kind": facts["applicant_kind"]})
    if not said.empty:
        register_party(None, by=by, matter=f"request/{entry.pk}", said=said)
    steps, by = (
        sorted(_list_imported_steps(facts), key=lambda step: step[0]),
        _make_recorder(by, facts["body"]),
    )
    if steps:
        write_inserts()
    for day, verb, given in steps:
        entry = _run_imported_step(entry, verb, given, day, by)
    if steps:
        request = Request.objects.get(pk=entry.pk)
        for rows in (entry.clock_events, request.decisions, request.consultations, request.deliveries):
            yield from rows.all()


def _list_imported_steps(facts: Mapping[str, Any]) -> Iterator[tuple[date, str, dict[str, object]]]:
    if facts["correction_on"]:
        given = {"items": "按原登记簿补录", "days": facts["correction_days"]}
        yield facts["correction_on"], "ask_correction", given
    if facts["corrected_on"]:
        yield (
            facts["corrected_on"],
            "take_correction",
            {"wanted": facts["corrected_wanted"] or facts["wanted"]},
        )
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


def _run_imported_step(entry: Entry, verb: str, given: Mapping[str, object], day: date, by: Actor) -> Entry:
    if verb == "take_opinion":
        asked = Request.objects.get(pk=entry.pk).consultations.last()
        given = {**given, "consultation": asked.pk if asked else 0}
    past = {} if verb in {"deliver", "record_ended"} else {"past": True}
    getattr(actions, verb)(
        Entry.objects.get(pk=entry.pk), by=by, on=day, past_proof=_OLD_REGISTER_PROOF, **past, **given
    )
    return Entry.objects.get(pk=entry.pk)
