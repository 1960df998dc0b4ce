"""Functions without a database: time spans of editions, promptness and bursts (P-19), text comparison, item progress."""

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.editions.shelves import list_spans
from gongkai.content.publishing.clock.timeliness import compute_promptness
from gongkai.content.publishing.clock.timeliness_counts import find_burst, get_quarter, get_quarter_bounds
from gongkai.content.publishing.forms.items import ColumnOption, build_tree
from gongkai.content.publishing.item_list import ItemState
from gongkai.content.publishing.progress_steps import make_first_progress, make_item_progress, make_item_steps
from gongkai.content.reviewing.actions.reviews import UNCHANGED_ERROR
from gongkai.content.reviewing.models import ReviewState
from gongkai.lib.law import FigureChange, LawChanges, changes, default_calendar
from gongkai.lib.richtext.difference import MAX_COMPARED_LINES, compare_facts, compare_lines, fold_same

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FakeEdition:
    number: int
    act: str
    visible_from: datetime


EDITION_LISTS = st.lists(st.tuples(st.sampled_from(["publish", "withdraw"]), st.integers(0, 12)), max_size=7).map(
    lambda rows: [FakeEdition(n + 1, act, START + timedelta(days=d)) for n, (act, d) in enumerate(rows)]
)


class TestSpans:
    @given(EDITION_LISTS, st.integers(0, 14))
    def test_latest_edition_whose_time_has_come_is_shown(self, rows: list[FakeEdition], day: int) -> None:
        now = START + timedelta(days=day)
        come = [e for e in rows if e.visible_from <= now]
        expected = max(come, key=lambda e: e.number) if come else None
        shown = [s.edition for s in list_spans(rows) if s.since <= now and (s.until is None or now < s.until)]
        assert shown == ([expected] if expected and expected.act == "publish" else [])


class TestPromptness:
    @pytest.mark.parametrize(
        ("formed", "published", "days", "light"),
        [
            (date(2026, 11, 2), date(2026, 11, 2), 0, "grey"),
            (date(2026, 11, 2), date(2026, 11, 30), 20, "grey"),
            (date(2026, 11, 2), date(2026, 12, 1), 21, "grey_red"),
            (date(2026, 9, 21), date(2026, 10, 26), 20, "grey"),
            (date(2026, 11, 2), date(2026, 10, 30), 0, "grey"),
            # The last day is Friday 2026-01-30; the following weekend is too late.
            (date(2026, 1, 4), date(2026, 1, 30), 20, "grey"),
            (date(2026, 1, 4), date(2026, 2, 1), 21, "grey_red"),
        ],
    )
    def test_promptness_of_a_published_item(self, formed: date, published: date, days: int, light: str) -> None:
        found = compute_promptness(formed, published, date(2026, 12, 31))
        assert found
        assert (found.days, found.light) == (days, light)

    @pytest.mark.parametrize(
        ("today", "light"),
        [
            (date(2026, 11, 20), "green"),
            (date(2026, 11, 24), "green"),
            (date(2026, 11, 25), "yellow"),
            (date(2026, 11, 30), "yellow"),
            (date(2026, 12, 1), "red"),
        ],
    )
    def test_promptness_of_an_unpublished_item(self, today: date, light: str) -> None:
        found = compute_promptness(date(2026, 11, 2), None, today)
        assert found
        assert found.light == light

    def test_changed_legal_period_applies_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        formed, today = date(2026, 11, 2), date(2026, 11, 20)
        before = compute_promptness(formed, None, today)
        shorter = LawChanges((FigureChange("disclosure.publish", 5, date(2026, 11, 1), None, formed, "示例修订令"),))
        monkeypatch.setattr(changes, "CHANGE_SOURCES", [lambda: shorter])
        after = compute_promptness(formed, None, today)
        assert before
        assert after
        assert (before.light, after.light) == ("green", "red")

    def test_promptness_needs_a_formation_date(self) -> None:
        assert compute_promptness(None, date(2026, 1, 1), date(2026, 1, 1)) is None


class TestBurst:
    def test_burst_is_more_than_half_within_five_working_days(self) -> None:
        days = [date(2026, 12, n) for n in (21, 22, 23, 24, 25, 25)] + [date(2026, 10, 9), date(2026, 11, 2)]
        found = find_burst(days)
        assert found
        assert (found.first, found.last, found.items, found.total) == (
            date(2026, 12, 21),
            date(2026, 12, 25),
            6,
            8,
        )

    def test_weekend_does_not_end_a_burst(self) -> None:
        days = [date(2026, 11, n) for n in (5, 6, 9, 10, 11)] + [date(2026, 12, 1)] * 3
        assert find_burst(days)
        assert find_burst([date(2026, 11, n) for n in (5, 6, 9, 10, 12)] + [date(2026, 12, 1)] * 4) is None

    @pytest.mark.parametrize(
        "days",
        [[], [date(2026, 11, 2)] * 3, [date(2026, 11, 2)] * 2 + [date(2026, 12, 1), date(2026, 12, 15)]],
        ids=["none", "too few to judge", "exactly half"],
    )
    def test_no_burst(self, days: list[date]) -> None:
        assert find_burst(days) is None

    @given(st.lists(st.dates(date(2026, 7, 1), date(2026, 9, 30)), max_size=30))
    def test_find_burst_agrees_with_a_direct_count(self, days: list[date]) -> None:
        calendar = default_calendar()
        most = max(
            (sum(1 for d in days if first <= d and calendar.count_working_days(first, d) <= 4) for first in days),
            default=0,
        )
        expected = len(days) >= 4 and most * 2 > len(days)
        assert (find_burst(days) is not None) is expected

    def test_quarter_of_a_date_and_its_bounds(self) -> None:
        assert get_quarter(date(2026, 11, 20)) == (2026, 4)
        assert get_quarter_bounds(2026, 4) == (date(2026, 10, 1), date(2027, 1, 1))
        assert get_quarter_bounds(2026, 1) == (date(2026, 1, 1), date(2026, 4, 1))


class TestComparison:
    texts = st.text(alphabet="甲乙丙\n", max_size=40)

    @given(texts, texts)
    def test_comparison_contains_both_texts_completely(self, old: str, new: str) -> None:
        lines = compare_lines(old, new)
        after = ["".join(p.text for p in line.pieces if p.change != "removed") for line in lines]
        before = ["".join(p.text for p in line.pieces if p.change != "added") for line in lines]
        assert "".join(after) == "".join(new.splitlines())
        assert "".join(before) == "".join(old.splitlines())

    def test_end_of_a_long_text_is_compared(self) -> None:
        """Lines beyond the limit are shown as removed and added."""
        old = [f"第{n}行" for n in range(3 * MAX_COMPARED_LINES)]
        changed = [
            line for line in compare_lines("\n".join(old), "\n".join([*old[:-1], "另付五万元"])) if not line.same
        ]
        assert "五万元" in "".join(piece.text for line in changed for piece in line.pieces)
        other = compare_lines("\n".join(old), "\n".join(f"第{n}条" for n in range(3 * MAX_COMPARED_LINES)))
        assert sum(piece.change != "removed" for line in other for piece in line.pieces) >= 3 * MAX_COMPARED_LINES

    def test_comparing_repetitive_lines_is_fast(self) -> None:
        """An attacker's line took thirteen seconds. The test counts calls instead of time."""
        old, new = "甲乙丙丁" * 370, "丁甲丙乙" * 370
        steps = 0

        def count(*_: object) -> None:
            nonlocal steps
            steps += 1

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            compare_lines(old, new)
        finally:
            sys.setprofile(before)
        assert steps < 100_000

    def test_changes_within_a_line_are_marked(self) -> None:
        (line,) = compare_lines("二〇二五年印发", "二〇二六年印发")
        assert [(p.text, p.change) for p in line.pieces] == [
            ("二〇二", "same"),
            ("五", "removed"),
            ("六", "added"),
            ("年印发", "same"),
        ]

    def test_long_unchanged_runs_are_folded(self) -> None:
        text = "\n".join(f"第{n}段" for n in range(30))
        folded = fold_same(compare_lines(text, text.replace("第15段", "第十五段")))
        assert folded.count(None) == 2
        assert len(folded) == 7

    def test_compare_facts(self) -> None:
        assert compare_facts({"a": 1}, {"a": 1, "b": "x"}, {"a": "甲", "b": "乙"}) == [("乙", "", "x")]


WAITING = SimpleNamespace(state=ReviewState.WAITING, stage_name="复审")
RETURNED = SimpleNamespace(state=ReviewState.RETURNED, stage_name="")


@pytest.mark.parametrize(
    ("state", "review", "lacking", "unchanged", "now", "note"),
    [
        ("草稿", None, True, False, "检查", ""),
        ("草稿", None, False, False, "送审", ""),
        ("待审签", WAITING, True, False, "审签", "等待复审"),
        ("被退回", RETURNED, False, False, "送审", "被退回"),
        ("等待定时公开", None, True, False, "公开", "等待定时公开"),
        ("已公开", None, True, True, "", ""),
        ("公开后有修改", None, False, False, "送审", ""),
    ],
)
def test_item_steps(state, review, lacking, unchanged, now, note) -> None:
    steps = make_item_steps(state, review, lacking=lacking, unchanged=unchanged)
    assert "".join(step.name for step in steps if step.now) == now
    assert "".join(step.note for step in steps) == note
    before = [step.done for step in steps]
    assert before == sorted(before, reverse=True), "what is done lies before what is not"


@pytest.mark.parametrize(
    ("state", "review", "lacks", "said"),
    [
        ("草稿", None, ["缺正文。", "缺栏目。"], "还有2项"),
        ("草稿", None, [], "下一步：保存，去送审。"),
        ("待审签", WAITING, ["正在审签。"], "不会进入正在审签的文字"),
        ("待公开", None, [UNCHANGED_ERROR], "与已签发、等待公开的版本相同"),
    ],
)
def test_next_step_shown_in_the_editor(state, review, lacks, said) -> None:
    assert said in make_item_progress(ItemState(state, review, is_public=False), lacks).next


def test_unsaved_item_is_at_the_first_step() -> None:
    assert [step.name for step in make_first_progress().steps if step.now] == ["起草"]
    assert not any(step.done for step in make_first_progress().steps)


def _make_option(key: str, owner: int = 0, site: str = "市") -> ColumnOption:
    column = SimpleNamespace(key=key, owner_id=owner, website=SimpleNamespace(name=site))
    return ColumnOption(column, "1", key, False)


def test_build_tree_nests_columns() -> None:
    rows = build_tree([_make_option("甲>乙>丙", 7), _make_option("甲"), _make_option("丁")], frozenset({7}))
    assert [(row["depth"], row["name"], bool(row["option"]), row["own"]) for row in rows] == [
        ("0", "丁", True, False),
        ("0", "甲", True, False),
        ("1", "乙", False, False),
        ("2", "丙", True, True),
    ]
    assert [row["name"] for row in rows if row["above"]] == ["甲", "乙"]
    several = build_tree([_make_option("甲"), _make_option("甲", site="县")])
    assert [(row["depth"], row["name"]) for row in several] == [("0", "市"), ("1", "甲"), ("0", "县"), ("1", "甲")]
