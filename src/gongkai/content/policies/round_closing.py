"""Close a clean-up round: decisions, the result list as an item, the units' tasks."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, ValidityState
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.rules import check_writer
from gongkai.content.policies.actions.decisions import decide
from gongkai.content.policies.announcements import get_publishing_body
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    CleanupVerdict,
    PolicyLevel,
    PolicyRecord,
    RoundState,
    Span,
)
from gongkai.content.policies.validity import ENDED_STANDINGS, DecisionKind, get_period
from gongkai.content.policies.validity_periods import load_last_day, make_day_filter, map_validity_facts
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, find_item
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words, find_days
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

#: Verdict → decision that it becomes; 修改 orders a new text, whose amendment is recorded when it is issued.
DECISIONS_BY_VERDICT = {CleanupVerdict.REPEAL: DecisionKind.REPEAL, CleanupVerdict.EXPIRE: DecisionKind.EXPIRE}
#: Verdicts in the order of the result list, with the headings of their tables.
RESULT_TABLES = (
    (CleanupVerdict.KEEP, "继续有效的文件目录"),
    (CleanupVerdict.AMEND, "拟修改的文件目录"),
    (CleanupVerdict.REPEAL, "废止的文件目录"),
    (CleanupVerdict.EXPIRE, "宣布失效的文件目录"),
)


def count_verdicts(cleanup_round: CleanupRound) -> dict[str, int]:
    """Return {verdict: number of documents}."""
    counts = Counter(cleanup_round.cases.values_list("verdict", flat=True))
    return {value: counts.get(value, 0) for value in CleanupVerdict.values if value}


def list_round_cases(cleanup_round: CleanupRound) -> list[CleanupCase]:
    """Return a round's cases with their records and units, in two queries."""
    return list(cleanup_round.cases.select_related("record", "body").prefetch_related("record__decisions__actor"))


def decide_round_verdicts(cleanup_round: CleanupRound, day: date, announced_in: Document) -> int:
    """Create pending decisions from the verdicts 废止, 失效 and extension; documents already ended are left out.

    Returns their number. `announced_in` is the document with the result.

    Raises:
        Refused: one of the decisions is refused; none is created.
    """
    count = 0
    cases = list_round_cases(cleanup_round)
    lives = map_validity_facts([case.record for case in cases])
    for case in cases:
        what = DECISIONS_BY_VERDICT.get(CleanupVerdict(case.verdict)) or (DecisionKind.EXTEND if case.until else None)
        if what and get_period(lives[case.record_id], day).state not in ENDED_STANDINGS:
            try:
                decide(
                    case.record,
                    by=SYSTEM,
                    what=what,
                    on=day,
                    until=case.until,
                    cited=cleanup_round.name if what != DecisionKind.EXTEND else "",
                    reason=f"文件清理：{case.reason or cleanup_round.name}"[:300],
                    announced_in=announced_in,
                    round=cleanup_round,
                )
            except Refused as refused:
                raise Refused([f"{case.record}：{reason}" for reason in refused.reasons]) from refused
            count += 1
    return count


def find_result_errors(cleanup_round: CleanupRound, words: str, start: datetime | None) -> list[str]:
    """Return reasons against publishing the result of a round in a text (`words`) from a time on (None: at once).

    The reasons are: its lists or its day differ from the verdicts, or verdicts no longer apply.
    """
    day = timezone.localdate(start)
    text = "".join(words.split())
    cases = list_round_cases(cleanup_round)
    wrong = [
        f"“{head}”与清理意见不一致：清理意见要改的，请退回清理后修改。"
        for verdict, head in RESULT_TABLES
        if (some := [case for case in cases if case.verdict == verdict])
        and "".join(to_plain_text(_render_section(some, verdict, head, cleanup_round.result_on or day)).split())
        not in text
    ]
    drafted = set(find_days(to_plain_text(render_result_html(cleanup_round, cleanup_round.result_on))))
    if any(found > timezone.localdate() for found in set(find_days(words)) - drafted):
        wrong.append("正文写的施行日期与清理结果的不一致；要改的，请退回清理后修改。")
    if cleanup_round.result_on and cleanup_round.result_on < day:
        wrong.append(
            f"清理结果的施行日期{cleanup_round.result_on:%Y-%m-%d}已过，请退回清理，改为自公布之日起或者以后的日期。"
        )
    return [*wrong, *list_outdated_verdicts(cleanup_round, day)]


def close_round(cleanup_round: CleanupRound, day: date) -> None:
    """Close a round whose result is signed and public, with its tasks."""
    on = max(cleanup_round.result_on or day, day)
    cleanup_round.cases.update(applied_on=on)
    finish_tasks(cleanup_round, SYSTEM)
    cleanup_round.state, cleanup_round.closed_at, cleanup_round.result_on = RoundState.CLOSED, timezone.now(), on
    cleanup_round.save()


#: Validity of a document that ended during the round → the only possible verdict.
VERDICTS_BY_STANDING = {ValidityState.REPEALED: CleanupVerdict.REPEAL, ValidityState.EXPIRED: CleanupVerdict.EXPIRE}


def find_expected_verdict(verdict: str, state: str) -> str:
    """Return the verdict that an ended document requires if it is another one, else ""."""
    wanted = VERDICTS_BY_STANDING.get(ValidityState(state))
    return wanted.value if verdict and wanted and verdict != wanted else ""


def find_ended_records(cleanup_round: CleanupRound, day: date) -> dict[int, Span]:
    """Return the documents of a round that have ended on a day, as record key → the validity span."""
    rows = Span.objects.filter(
        make_day_filter(day), record__cleanup_cases__round=cleanup_round, state__in=VERDICTS_BY_STANDING
    )
    return {span.record_id: span for span in rows}


def list_outdated_verdicts(cleanup_round: CleanupRound, day: date) -> list[str]:
    """Return errors of verdicts on documents that ended meanwhile, and of 失效 on those not in force yet."""
    ended = find_ended_records(cleanup_round, day)
    cases = cleanup_round.cases.filter(record__in=ended).select_related("record")
    return [
        f"{cite_title(case.record.title)}{ended[case.record_id].get_state_display()}，清理意见“{case.get_verdict_display()}”与此不符，请改为“{CleanupVerdict(wanted).label}”。"
        for case in cases
        if (wanted := find_expected_verdict(case.verdict, ended[case.record_id].state))
    ] + _find_verdicts_before_effect(cleanup_round, day)


def find_too_early_error(verdict: str, record: PolicyRecord, day: date) -> str:
    """Return the error of 失效 for a document that is not in force yet (国办发〔2018〕37号), else ""."""
    begins = record.effective_on
    if verdict != CleanupVerdict.EXPIRE or begins is None or begins <= day:
        return ""
    return f"{begins:%Y-%m-%d}起才施行，不能宣布失效；不再需要的，清理意见请填“废止”。"


def _find_verdicts_before_effect(cleanup_round: CleanupRound, day: date) -> list[str]:
    """Return an error for each verdict 失效 on a document that is not in force yet."""
    cases = cleanup_round.cases.filter(verdict=CleanupVerdict.EXPIRE, record__effective_on__gt=day).select_related(
        "record"
    )
    return [f"{cite_title(case.record.title)}{find_too_early_error(case.verdict, case.record, day)}" for case in cases]


def render_result_html(cleanup_round: CleanupRound, day: date | None) -> str:
    """Return the result list as HTML: an announcement and a table for each verdict; without `day`, from publication."""
    since = f"自{day_in_words(day)}起施行" if day else "自公布之日起施行"
    shown = day or timezone.localdate()
    rows = list_round_cases(cleanup_round)
    levels = "、".join(PolicyLevel(level).label for level in cleanup_round.levels)
    parts = [
        f"<p>{escape(cleanup_round.body.name)}组织开展了{escape(cleanup_round.name)}，范围为{levels}，共{len(rows)}件。清理结果{since}，目录如下。</p>",
        "<p>凡列入废止、宣布失效目录的文件，自清理结果施行之日起不再作为行政管理的依据。</p>",
    ]
    for verdict, head in RESULT_TABLES:
        some = [case for case in rows if case.verdict == verdict]
        if some:
            parts.append(_render_section(some, verdict, head, shown))
    return "".join(parts)


def _render_section(cases: Sequence[CleanupCase], verdict: CleanupVerdict, head: str, day: date) -> str:
    """Return a heading with the number of documents, and the table of a round's cases with one verdict."""
    return f"<h2>{head}（{len(cases)}件）</h2>{_render_table(cases, verdict, day)}"


def _render_table(cases: Sequence[CleanupCase], verdict: CleanupVerdict, day: date) -> str:
    """Return the HTML table of a round's cases with one verdict."""
    last_heading = "有效期至" if verdict == CleanupVerdict.KEEP else "理由"
    head = "".join(f"<th>{text}</th>" for text in ("序号", "文件名称", "发文字号", "起草单位", last_heading))
    rows = []
    for place, case in enumerate(cases, 1):
        end = case.until or load_last_day(case.record)
        tail = (f"{end:%Y-%m-%d}" if end else "长期") if verdict == CleanupVerdict.KEEP else case.reason
        begins = case.record.effective_on
        if verdict == CleanupVerdict.KEEP and begins and begins > day:
            tail += f"（{begins:%Y-%m-%d}起施行）"
        cells = (str(place), case.record.title, case.record.number, case.body.name, tail)
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def draft_result_item(
    cleanup_round: CleanupRound, day: date | None, publisher: Body | None, columns: Sequence[Column], by: Actor
) -> ItemPage:
    """Draft the result list as an item of the publisher, or update its draft; it is published after review.

    The person who closes the round is its author and does not sign it, unless another unit publishes it.
    """
    body, today = publisher or get_publishing_body(cleanup_round.body), timezone.localdate()
    facts: dict[str, object] = {
        "title": f"{cleanup_round.body.name}关于公布{cleanup_round.name}结果的公告",
        "imported_html": render_result_html(cleanup_round, day),
        "written_on": today,
        "formed_on": today,
    }
    writer = SYSTEM if check_writer(by, body) else by
    item_page = find_item(cleanup_round.item_number or 0)
    if item_page is not None:
        publishing.save_revision(item_page, by=writer, **facts)
        return item_page
    item: ItemPage = publishing.create_draft(
        body,
        by=writer,
        columns=columns,
        kind=ItemKind.NOTICE,
        issuer=cleanup_round.body.name,
        subject="综合政务",
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_1,
        attribute_reason="规范性文件清理结果应当向社会公布",
        **facts,
    )
    return item


def finish_tasks(cleanup_round: CleanupRound, by: Actor) -> None:
    """Close the open tasks of a round's units."""
    from gongkai.content.policies.actions.tasks import finish_cleanup_task

    tasks = cleanup_round.tasks.filter(entry__state="open").select_related("entry")
    finish_cleanup_task.many([task.entry for task in tasks], by=by, words=f"{cleanup_round.name}已办结")


def cancel_tasks(cleanup_round: CleanupRound, by: Actor, reason: str) -> None:
    """Cancel the units' tasks of a round."""
    from gongkai.content.policies.actions.tasks import cancel_cleanup_task

    tasks = cleanup_round.tasks.exclude(entry__state="cancelled").select_related("entry")
    cancel_cleanup_task.many([task.entry for task in tasks], by=by, words=reason)


def return_submitted_tasks(cleanup_round: CleanupRound, bodies: set[int], by: Actor) -> None:
    """Return submitted tasks to units that got more documents."""
    from gongkai.content.policies.actions.tasks import return_cleanup_task

    for task in cleanup_round.tasks.filter(body__in=bodies, entry__state="handed_in").select_related("entry"):
        return_cleanup_task(task.entry, by=by, words=f"{timezone.localdate():%Y-%m-%d}补列了文件，请提出清理意见。")
