"""Plans of reviews: pure. What a plan must hold, what several columns ask together, what signatures are worth elsewhere."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.reviewing.plan import (
    DEFAULT_PLAN,
    MIN_OTHER_SIGNERS,
    SIGNING_ROLES,
    ReviewPlan,
    ReviewStage,
    can_fill_plan,
    find_plan_errors,
    merge_plans,
)
from gongkai.core.units.models import Role

PAIR = ReviewPlan((ReviewStage("审核", (Role.SIGNER,)), ReviewStage("签发", (Role.LEAD,))))
SECRET = ReviewPlan(
    (ReviewStage("初审", (Role.REVIEWER,)), ReviewStage("复审", (Role.CHIEF,)), ReviewStage("终审", (Role.LEAD,)))
)


class TestFaults:
    def test_the_default_is_three_stages_that_end_with_the_head(self) -> None:
        assert not find_plan_errors(DEFAULT_PLAN)
        assert [stage.name for stage in DEFAULT_PLAN.stages] == ["初审", "复审", "终审"]
        assert DEFAULT_PLAN.stages[-1].roles[0] == Role.LEAD
        assert not DEFAULT_PLAN.drafter_first
        assert all(Role.CHIEF in stage.roles for stage in DEFAULT_PLAN.stages), "the office may stand in"

    @pytest.mark.parametrize(
        ("plan", "words"),
        [
            (ReviewPlan(()), "至少要有2名"),
            (ReviewPlan((DEFAULT_PLAN.stages[0],)), "至少要有2名"),
            (replace(PAIR, drafter_first=True), "至少要有2名"),
            (replace(DEFAULT_PLAN, stages=DEFAULT_PLAN.stages * 3), "最多7级"),
            (ReviewPlan((ReviewStage("", (Role.LEAD,)), *PAIR.stages)), "都要有名称"),
            (ReviewPlan((ReviewStage("初审", ()), *PAIR.stages)), "请为“初审”选择"),
            (ReviewPlan((ReviewStage("初审", (Role.CLERK,)), *PAIR.stages)), "请为“初审”选择"),
            (ReviewPlan((PAIR.stages[0], PAIR.stages[0])), "不能相同"),
            (replace(DEFAULT_PLAN, after_days=0), "补审的时限"),
            (replace(DEFAULT_PLAN, bulk_rows=1), "行数界限"),
        ],
    )
    def test_what_is_refused(self, plan: ReviewPlan, words: str) -> None:
        assert words in "".join(find_plan_errors(plan))

    def test_two_others_are_the_least(self) -> None:
        assert MIN_OTHER_SIGNERS == 2
        assert not find_plan_errors(PAIR)

    def test_stored_and_read_back_it_has_the_same_digest(self) -> None:
        assert ReviewPlan.from_json(DEFAULT_PLAN.to_json()) == DEFAULT_PLAN
        assert ReviewPlan.from_json(DEFAULT_PLAN.to_json()).digest == DEFAULT_PLAN.digest
        assert replace(DEFAULT_PLAN, bulk_rows=51).digest != DEFAULT_PLAN.digest


class TestMerged:
    def test_alone_it_stays(self) -> None:
        assert merge_plans([DEFAULT_PLAN, DEFAULT_PLAN]) == DEFAULT_PLAN

    def test_roles_are_narrowed_stage_by_stage_from_the_last(self) -> None:
        both = merge_plans([DEFAULT_PLAN, SECRET])
        assert [stage.roles for stage in both.stages] == [(Role.REVIEWER,), (Role.CHIEF,), (Role.LEAD,)]

    def test_what_has_no_role_in_common_becomes_a_stage_of_its_own(self) -> None:
        other = ReviewPlan((ReviewStage("审核", (Role.SIGNER,)), ReviewStage("办公室签发", (Role.CHIEF,))))
        both = merge_plans([SECRET, other])
        assert [stage.name for stage in both.stages] == [
            "初审",
            "复审",
            "审核（另一栏目）",
            "办公室签发（另一栏目）",
            "终审",
        ]

    def test_the_drafter_signs_first_only_where_all_allow_it(self) -> None:
        assert not merge_plans([replace(DEFAULT_PLAN, drafter_first=True), DEFAULT_PLAN]).drafter_first


ROLES = st.sets(st.sampled_from(SIGNING_ROLES), min_size=1).map(tuple)
PLANS = st.lists(ROLES, min_size=2, max_size=4).map(
    lambda given: ReviewPlan(tuple(ReviewStage(f"第{n}级", roles) for n, roles in enumerate(given)))
)


@given(PLANS, PLANS)
def test_a_merged_plan_asks_no_fewer_than_either(one: ReviewPlan, other: ReviewPlan) -> None:
    both = merge_plans([one, other])
    assert len(both.stages) >= max(len(one.stages), len(other.stages))
    roles = [[stage.roles[0]] for stage in both.stages]
    assert can_fill_plan(both, roles)
    assert can_fill_plan(one, roles)
    assert can_fill_plan(other, roles)


@given(PLANS)
def test_one_signer_too_few_never_covers(plan: ReviewPlan) -> None:
    assert not can_fill_plan(plan, [list(SIGNING_ROLES)] * (len(plan.stages) - 1))
