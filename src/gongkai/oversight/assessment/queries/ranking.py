"""Ranking of a round by first-level indicators, and public counts on deadlines without ranking (V-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from django.db.models import Count, F, Q
from django.utils import timezone

from gongkai.content.publishing.clock.timeliness_counts import count_timeliness
from gongkai.core.ledger.figures import filter_settled_entries
from gongkai.core.ledger.lapses import filter_lapses
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import make_no_duty_filter
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.oversight.assessment.models import Indicator, Round, Scheme
from gongkai.oversight.assessment.queries.scores import UnitScore
from gongkai.oversight.assessment.queries.trees import list_tree_rows
from gongkai.oversight.assessment.scoring import format_score, round_to_cents, sum_leaves
from gongkai.oversight.assessment.states import RoundState
from gongkai.work.notices.queries.public import load_public_total

#: Columns before and after the first-level indicators.
_FIRST_COLUMNS = (
    Column("group", "分组", write=lambda one: one.unit.group, width=16),
    Column("place", "名次", write=lambda one: one.place or one.rank_text, width=8),
    Column("body", "单位", write=lambda one: one.unit.name, width=30),
)
_LAST_COLUMNS = (
    Column("base", "基础分", write=lambda one: one.base, width=10),
    Column("bonus", "加分", write=lambda one: round_to_cents(one.outcome.bonus), width=8),
    Column("deducted", "扣分", write=lambda one: round_to_cents(one.outcome.deducted), width=8),
    Column("vetoes", "单项否决", write=lambda one: "、".join(one.vetoed_by), width=14),
    Column("total", "得分", write=lambda one: one.score if one.outcome.applies else "—", width=10),
    Column("grade", "等次", write=lambda one: one.grade_text, width=10),
)


@dataclass(frozen=True)
class FirstLevelIndicator:
    """A first-level indicator with its code and those of the indicators below it."""

    indicator: Indicator
    codes: frozenset[str]


def list_first_level(scheme: Scheme) -> list[FirstLevelIndicator]:
    """Return the first-level indicators."""
    first_level: list[tuple[Indicator, set[str]]] = []
    for row in list_tree_rows(scheme):
        if row.depth == 0:
            first_level.append((row.indicator, set()))
        first_level[-1][1].add(row.indicator.code)
    return [FirstLevelIndicator(indicator, frozenset(codes)) for indicator, codes in first_level]


def format_first_level_points(standing: UnitScore, codes: frozenset[str]) -> tuple[str, str]:
    """Return (points, remark) of a first-level indicator.

    The points may be 否决, 未评, 不适用 or —; the remark contains the maximum, points not judged yet, and vetoes.
    """
    below = [leaf for leaf in standing.leaves if leaf.key in codes]
    barred = [code for code in standing.outcome.vetoes if code in codes]
    names = [name for code, name in zip(standing.outcome.vetoes, standing.vetoed_by, strict=True) if code in barred]
    total = sum_leaves(below, standing.outcome)
    if barred and not total.judged:
        return "否决", "、".join(names)
    if not total.judged:
        return ("未评", "") if total.open else ("—", "")
    if not total.of and not total.open:
        return "不适用", ""
    texts = [f"否决：{'、'.join(names)}"] if barred else []
    texts += [f"满分 {format_score(total.of)}"] if total.of else []
    texts += [f"未评 {format_score(total.open)}"] if total.open else []
    return str(round_to_cents(total.points)) if total.of else "—", "，".join(texts)


def group_ranking(
    standings: Sequence[UnitScore], tops: Sequence[FirstLevelIndicator]
) -> list[tuple[str, list[tuple[UnitScore, list[tuple[str, str]]]]]]:
    """Return (group, [(unit's standing, [(points, remark) of each of `tops`])]) for a table."""
    groups: dict[str, list[tuple[UnitScore, list[tuple[str, str]]]]] = {}
    for standing in standings:
        groups.setdefault(standing.unit.group, []).append(
            (standing, [format_first_level_points(standing, top.codes) for top in tops])
        )
    return list(groups.items())


def make_ranking_sheet(round_: Round) -> Sheet:
    """Return the spreadsheet columns of a ranking, with round and status."""
    final = round_.state == RoundState.CONFIRMED
    about = (
        Column("round", "考核", write=lambda _: round_.name, width=24),
        Column("span", "考核期", write=lambda _: f"{round_.first}至{round_.until}", width=24),
        Column("state", "结果", write=lambda _: f"{round_.confirmed_on}确定" if final else "尚未最终确定"),
    )
    tops = tuple(
        Column(
            f"top{top.indicator.pk}",
            f"{top.indicator.code} {top.indicator.name}",
            write=partial(_get_points_cell, top.codes),
            width=14,
        )
        for top in list_first_level(round_.scheme)
    )
    return Sheet("考核结果", (*_FIRST_COLUMNS, *tops, *_LAST_COLUMNS, *about))


def _get_points_cell(codes: frozenset[str], standing: UnitScore) -> object:
    """Return the points of a first-level indicator (`codes`) as a number, or words for a veto or missing points."""
    text, remark = format_first_level_points(standing, codes)
    try:
        return Decimal(text)
    except InvalidOperation:
        return f"否决：{remark}" if text == "否决" else text


#: Entry kind of tasks, which count for the year of their notice.
TASK_KIND = "assignment"
#: Entry kinds shown to the public with their labels, in order.
PUBLIC_ENTRY_KINDS: tuple[tuple[str, str, str], ...] = (
    (TASK_KIND, "年度任务", "本年度任务分工通知中的任务，按期办结的；与任务进展是同一口径"),
    ("disclosure", "主动公开", "应当主动公开的信息，在法定期限内公开的；计在公开之日，按期公开后撤回的不计"),
    ("request", "依申请公开", "政府信息公开申请，在法定期限内答复的"),
    ("inquiry", "咨询留言", "网民咨询和留言，在规定期限内答复的"),
    ("interpretation", "政策解读", "政策文件，在规定期限内发布解读的"),
    ("fault", "网站找错", "网民指出的网站错误，在规定期限内核实答复的"),
    ("rectification", "问题整改", "检查发现的问题，在规定期限内整改的"),
)


@dataclass(frozen=True)
class DeadlineStatistics:
    """The numbers of entries of one kind that were settled, settled in time, and are overdue now.

    `about` explains the kind in Chinese.
    """

    kind: str
    label: str
    about: str
    settled: int
    in_time: int
    late_now: int

    @property
    def rate(self) -> int | None:
        """Return the percentage settled in time, or None."""
        return compute_percent(self.in_time, self.settled)


def compute_deadline_statistics(government: Body, year: int) -> list[DeadlineStatistics]:
    """Return the deadline statistics of a government and its units in a year, by kind.

    Tasks are those of the government's notices of that year in their present state, as on its page
    of progress.
    """
    first_day, last_day = date(year, 1, 1), min(date(year, 12, 31), timezone.localdate())
    other_kinds = [kind for kind, *_ in PUBLIC_ENTRY_KINDS if kind != TASK_KIND]
    owed_entries = Entry.objects.filter(body__path__startswith=government.path, kind__in=other_kinds)
    # Withdrawn requests (撤回) count in the annual report, but not as settled here.
    owed_entries = owed_entries.exclude(make_no_duty_filter()).exclude(state="withdrawn")
    query = Q(closed_at__isnull=False) & (Q(due_at=None) | Q(closed_at__lte=F("due_at")))
    counted = filter_settled_entries(owed_entries, first_day, last_day).order_by().values_list("kind")
    rows = {kind: (n, kept) for kind, n, kept in counted.annotate(n=Count("pk"), kept=Count("pk", filter=query))}
    for kind, n in _count_lapses(
        government, [kind for kind in other_kinds if kind != "disclosure"], first_day, last_day
    ):
        count, kept = rows.get(kind, (0, 0))
        rows[kind] = (count + n, kept)
    overdue = owed_entries.overdue(min(timezone.now(), end_of_day(last_day))).filter(
        due_at__gt=end_of_day(first_day) - timedelta(days=1)
    )
    late = dict(overdue.order_by().values_list("kind").annotate(n=Count("pk")))
    public = count_timeliness(Body.objects.filter(path__startswith=government.path), first_day, last_day)
    rows["disclosure"], late["disclosure"] = (public.settled, public.in_time), public.late_now
    tasks = load_public_total(year, government)
    rows[TASK_KIND] = (tasks.closed + tasks.red, tasks.grey)
    late[TASK_KIND] = tasks.red
    return [
        DeadlineStatistics(kind, label, about, *rows.get(kind, (0, 0)), late.get(kind, 0))
        for kind, label, about in PUBLIC_ENTRY_KINDS
    ]


def _count_lapses(government: Body, kinds: list[str], first: date, last: date) -> list[tuple[str, int]]:
    """Return (kind, number) of the missed deadlines of a government and its units that count in the period."""
    entries = filter_lapses(*kinds).filter(body__path__startswith=government.path)
    return list(
        filter_settled_entries(entries, first, last).order_by().values_list("lapse__of__kind").annotate(n=Count("pk"))
    )


def list_years_with_data(government: Body) -> list[int]:
    """Return this year and those of the four years before that have entries, newest first."""
    this = timezone.localdate().year
    kinds = [kind for kind, *_ in PUBLIC_ENTRY_KINDS]
    entries = Entry.objects.filter(body__path__startswith=government.path, kind__in=kinds, year__range=(this - 4, this))
    return sorted({this, *entries.order_by().values_list("year", flat=True).distinct()}, reverse=True)
