"""Register promises, and write the statements on them that are reviewed and published."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from gongkai.content.editions.actions import place
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit as submit_source
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.acts.rows import insert_row
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.clock import compute_deadline, copy_deadline, make_event, void_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_listed
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.case_answers import find_streams_in_review, is_under_review
from gongkai.work.opinion.actions.notifications import make_unit_notification
from gongkai.work.opinion.columns import PROMISE_COLUMNS, find_column_by_name, find_submission_gaps
from gongkai.work.opinion.facts import PromiseFacts
from gongkai.work.opinion.kinds import PROMISE_KIND_NAME
from gongkai.work.opinion.models import ENDING_STATEMENTS, Promise, Statement, StatementSort
from gongkai.work.opinion.rules import store_evidence
from gongkai.work.opinion.states import PromiseState

STATEMENT_IN_REVIEW_ERROR = "上一条公开内容正在审签或者等待定时公开，请等它公开，或者先撤回。"


def write_statement(
    promise: Promise, sort: str, text: str, is_first: bool = False, /, *, by: Actor, **facts: object
) -> Statement:
    """Write the first or next statement on a promise, in place of one not public yet. Call inside an action.

    Raises:
        Refused: the text is empty, or the earlier statement is under review.
    """
    text = require_text(text, "要向公众说明的内容至少写5个字，说清楚原因。", 5)
    earlier_ids: list[int] = []
    if not is_first:
        if is_under_review(promise.stream):
            raise Refused(STATEMENT_IN_REVIEW_ERROR)
        promise.revisions.filter(public_at=None).update(dropped=True)
        earlier_ids = list(promise.revisions.exclude(public_at=None).order_by("pk").values_list("pk", flat=True))
    return insert_row(
        Statement(
            promise=promise,
            sort=sort,
            text=text,
            before=earlier_ids,
            account=by.user_id,
            person=by.person_id,
            by=by.name,
            at=timezone.now(),
            **facts,
        )
    )


@action("promise.register", label="登记公开承诺", rule=rules.list_reasons_unless_unit_staff, quiet=True)
def register_promise(body: Body, *, by: Actor, facts: PromiseFacts) -> ActionResult:
    """Register a public promise with statement and evidence (M-10), and tell the unit.

    Args:
        body: the unit that must keep it.

    Returns:
        The `Promise`; its text still needs review.
    """
    facts.check()
    entry = Entry(
        kind=PROMISE_KIND_NAME,
        title=facts.title.strip()[:300],
        body=body,
        year=facts.promised_on.year,
        audience=Audience.STAFF,
    )
    promised = make_event("promised", facts.promised_on, until=facts.until)
    make_entries([entry], by=by, words=f"{facts.occasion.strip()}作出承诺", events=lambda _: [promised])
    promise = insert_row(
        Promise(
            entry=entry,
            words=facts.words.strip(),
            promised_by=facts.promised_by.strip()[:120],
            occasion=facts.occasion.strip()[:200],
            promised_on=facts.promised_on,
            first_until=facts.until,
            address=normalize_entered_url(facts.address),
            topic=facts.topic,
            case=facts.case,
        )
    )
    store_evidence(entry, by=by, title="承诺的出处", url=facts.address.strip(), file=facts.file)
    _write_promise_statement(promise, promise.words, facts.title.strip(), by=by, is_first=True)
    until = facts.until.isoformat()
    text = f"已登记，请在{until}前兑现，并及时公开进展。"
    return ActionResult(
        words=f"登记公开承诺，编号{entry.number}",
        facts={"entry": entry.pk, "until": until},
        tell=(make_unit_notification(entry, "公开承诺", text, "registered"),),
        result=promise,
        stream=f"promise/{entry.pk}",
    )


def _write_promise_statement(promise: Promise, text: str, title: str, *, by: Actor, is_first: bool = False) -> None:
    """Write the statement that publishes a promise: who gave it, when, where and until when."""
    promiser = promise.promised_by or promise.entry.body.name
    until = f"，完成期限为{day_in_words(promise.first_until)}" if promise.first_until else ""
    lead = f"{promiser}于{day_in_words(promise.promised_on)}在{promise.occasion}作出承诺{until}。"
    facts = {"title": title[:200], "lead": lead, "on": promise.promised_on, "link": promise.address}
    write_statement(promise, StatementSort.PROMISE, text, is_first, by=by, **facts)


def _list_reasons_unless_statement_editable(entry: Entry) -> list[str]:
    """Return a reason if no statement is pending, or if it is under review."""
    if not ask_listed("entry", "statement pending", entry.pk, _map_whether_pending):
        return ["没有待公开的内容。"]
    return (
        ["正在审签或者等待定时公开。"]
        if ask_listed("entry", "statement under review", entry.pk, _map_pending_reviews)
        else []
    )


def _map_whether_pending(promises: Collection[int]) -> dict[int, bool]:
    """Return {promise: true if its last statement is neither public nor dropped}."""
    rows = Statement.objects.filter(promise__in=promises).order_by("pk")
    return {row.promise_id: row.public_at is None and not row.dropped for row in rows.defer("text")}


def _map_pending_reviews(promises: Collection[int]) -> dict[int, bool]:
    """Return {id: true} of the promises with a statement under review."""
    streams = {f"{Promise.source_name}/{number}": number for number in promises}
    return {streams[source]: True for source in find_streams_in_review(streams)}


def list_reasons_unless_statement_writer(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is unit staff and a statement can be edited."""
    return rules.list_reasons_unless_unit_staff(by, entry) or _list_reasons_unless_statement_editable(entry)


@entry_action("promise", "reword", label="修改待公开的内容", rule=list_reasons_unless_statement_writer)
def reword_statement(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Replace the pending statement by one with another text."""
    promise = entry.promise
    pending = promise.pending
    assert pending is not None  # `list_reasons_unless_statement_writer`
    if pending.sort == StatementSort.PROMISE:
        _write_promise_statement(promise, text, entry.title, by=by)
        Promise.objects.filter(pk=promise.pk).update(words=text.strip())
    else:
        kept_fields = ("on", "until", "due_before", "link")
        write_statement(promise, pending.sort, text, by=by, **{name: getattr(pending, name) for name in kept_fields})
    return ActionResult(words=f"修改{pending.get_sort_display()}的公开内容")


def _list_reasons_against_submitting_promise(by: Actor, entry: Entry) -> list[str]:
    """Return the reasons why a promise cannot be submitted: no column, or nobody to sign."""
    return find_submission_gaps(entry.promise, entry.body, PROMISE_COLUMNS, by)


@entry_action(
    "promise",
    "submit",
    label="送审公开",
    rule=list_reasons_unless_statement_writer,
    last_rule=_list_reasons_against_submitting_promise,
)
def submit_statement(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Submit the pending statement to the reviewers with a note (`words`)."""
    promise = entry.promise
    place(ensure_document(promise), by=by, columns=[find_column_by_name(entry.body, PROMISE_COLUMNS)])
    review = submit_source(promise, by=by, note=words)
    return ActionResult(words=words or "送审公开", facts={"review": review.pk})


def _list_reasons_if_in_review(entry: Entry) -> list[str]:
    return [STATEMENT_IN_REVIEW_ERROR] if is_under_review(entry.promise.stream) else []


@entry_action(
    "promise",
    "report_progress",
    label="填写进展",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_in_review,
)
def report_promise_progress(entry: Entry, *, by: Actor, text: str, on: date | None = None) -> ActionResult:
    """Write a statement on the progress of a promise, published after review."""
    day = on or timezone.localdate()
    _check_past_day(entry, day)
    write_statement(entry.promise, StatementSort.PROGRESS, text, by=by, on=day)
    return ActionResult(words=f"进展：{text.strip()}")


def _check_past_day(entry: Entry, day: date) -> None:
    """Refuse a day in the future or before the promise."""
    if day > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if day < entry.promise.promised_on:
        raise Refused("日期不能早于承诺日期。")


@entry_action(
    "promise",
    "change_date",
    label="变更期限",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_in_review,
)
def propose_promise_date(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Propose another date for a promise; it takes effect once published.

    The head decides by signing; the author does not sign.
    """
    due = timezone.localdate(entry.due_at) if entry.due_at else None
    if until == due:
        raise Refused("与现在的期限相同，请填另一个日期。")
    if until < timezone.localdate():
        raise Refused("新的期限不能早于今天。")
    facts = {"until": until, "due_before": due, "on": timezone.localdate()}
    write_statement(entry.promise, StatementSort.DATE, reason, by=by, **facts)
    return ActionResult(
        words=f"拟将期限变更为{until.isoformat()}：{reason.strip()}", facts={"until": until.isoformat()}
    )


@entry_action(
    "promise",
    "report_kept",
    label="报告已兑现",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_in_review,
)
@with_proof("promise.report_kept")
def report_promise_kept(
    entry: Entry, *, by: Actor, text: str, on: date, url: str = "", file: NamedStoredFile | None = None
) -> ActionResult:
    """Report a promise as fulfilled, with evidence; it is closed once the statement is public."""
    _check_past_day(entry, on)
    if store_evidence(entry, by=by, title="兑现情况", url=url, file=file) is None:
        raise Refused("请填写网址或者上传文件，作为已经兑现的佐证。")
    return _write_ending(entry, StatementSort.KEPT, text, on, by, normalize_entered_url(url) if url else "")


@entry_action(
    "promise",
    "report_broken",
    label="说明未能兑现",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_in_review,
)
def report_promise_broken(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Report a promise as broken today; it is closed once the statement is public."""
    return _write_ending(entry, StatementSort.BROKEN, reason, timezone.localdate(), by)


def _write_ending(entry: Entry, sort: StatementSort, text: str, on: date, by: Actor, link: str = "") -> ActionResult:
    """Write the statement that ends a promise on a day; it takes effect when published.

    Raises:
        Refused: when the day is before the promise was reopened.
    """
    reopened = entry.clock_events.filter(kind="reopened", voids=None, voided_by=None).order_by("pk").last()
    if reopened and on < reopened.on:
        raise Refused("日期不能早于继续兑现之日。")
    write_statement(entry.promise, sort, text, by=by, on=on, link=link)
    return ActionResult(
        words=f"{sort.label}：{text.strip()}",
        facts={"on": on.isoformat()},
        events=(make_event("reported", on),),
        past=True,
        to_state=PromiseState.REPORTED,
    )


@entry_action("promise", "take_back", label="撤回未公开的内容", rule=list_reasons_unless_statement_writer)
def discard_statement(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Discard the pending statement with a reason. A reported result is void, so the deadline runs again."""
    reason = require_text(reason, "请写明撤回的理由。")
    pending = entry.promise.pending
    assert pending is not None  # `list_reasons_unless_statement_writer`
    Statement.objects.filter(pk=pending.pk).update(dropped=True)
    if pending.sort in ENDING_STATEMENTS:
        void_events(entry, ["reported"], by=by)
        copy_deadline(entry, compute_deadline(entry))
    return ActionResult(words=reason)


@entry_action(
    "promise", "void", label="撤销登记", rule=rules.list_reasons_unless_supervisor, ready=_list_reasons_if_in_review
)
def void_promise(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Void a promise that was registered by mistake: close its entry and drop its unpublished statements."""
    reason = require_text(reason, "请写明撤销的理由。")
    entry.promise.revisions.filter(public_at=None).update(dropped=True)
    entry.outcome = "voided"
    return ActionResult(words=reason, events=(make_event("voided"),))


@entry_action("promise", "reopen", label="继续兑现", rule=rules.list_reasons_unless_supervisor)
def reopen_promise(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a broken promise with a reason and its original date, and tell the unit."""
    reason = require_text(reason, "请写明理由。")
    Promise.objects.filter(pk=entry.pk).update(ended_on=None)
    entry.outcome = ""
    notification = make_unit_notification(entry, "继续兑现", reason, "reopened")
    return ActionResult(words=reason, events=(make_event("reopened"),), tell=(notification,))
